//! Automata whose states are made when they are first come to.

use std::panic::{RefUnwindSafe, UnwindSafe};

use regex_automata::hybrid::dfa::{Cache, Config, DFA};
use regex_automata::nfa::thompson::NFA;
use regex_automata::util::pool::Pool;
use regex_automata::{Anchored, Input};

/// What a search costs besides its bytes, in bytes.
const CALL: usize = 64;

/// How such an automaton is built: with as much room as it likes to have, or as it needs.
pub(super) fn lazily() -> Config {
    DFA::config().skip_cache_capacity_check(true)
}

/// For an expression with too many states for a table.
#[derive(Debug)]
pub(super) struct Lazy {
    states: States,
    /// One for each thread that is at it.
    caches: Pool<Cache, Box<dyn Fn() -> Cache + Send + Sync + UnwindSafe + RefUnwindSafe>>,
}

/// For an expression that is not known to be worth a table yet.
#[derive(Debug)]
pub(super) struct Trial {
    states: States,
    cache: Cache,
    /// How many bytes were searched.
    searched: usize,
}

#[derive(Debug)]
struct States {
    dfa: DFA,
    anchored: Anchored,
}

impl States {
    fn new(nfa: NFA, whole: bool) -> Option<Self> {
        let anchored = if whole { Anchored::Yes } else { Anchored::No };
        Some(Self { dfa: DFA::builder().configure(lazily()).build_from_nfa(nfa).ok()?, anchored })
    }

    fn is_match(&self, cache: &mut Cache, text: &[u8]) -> bool {
        let input = Input::new(text).anchored(self.anchored).earliest(true);
        // Nothing makes it give up: what does not fit into its room is made again.
        matches!(self.dfa.try_search_fwd(cache, &input), Ok(Some(_)))
    }
}

impl Lazy {
    pub(super) fn new(nfa: NFA, whole: bool) -> Option<Self> {
        let states = States::new(nfa, whole)?;
        let of = states.dfa.clone();
        Some(Self { states, caches: Pool::new(Box::new(move || of.create_cache())) })
    }

    pub(super) fn is_match(&self, text: &[u8]) -> bool {
        self.states.is_match(&mut self.caches.get(), text)
    }
}

impl Trial {
    pub(super) fn new(nfa: NFA, whole: bool) -> Option<Self> {
        let states = States::new(nfa, whole)?;
        Some(Self { cache: states.dfa.create_cache(), states, searched: 0 })
    }

    /// Whether a text matches; none where more was searched before than is worth it.
    pub(super) fn is_match(&mut self, text: &[u8], worth: usize) -> Option<bool> {
        if self.searched >= worth {
            return None;
        }
        self.searched += CALL + text.len();
        Some(self.states.is_match(&mut self.cache, text))
    }
}
