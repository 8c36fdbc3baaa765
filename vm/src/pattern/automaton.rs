//! Automata: one pass over the text, whatever the pattern.

use std::sync::{Arc, Mutex, OnceLock};

use memchr::memmem::Finder;
use regex_automata::dfa::{Automaton as _, StartKind, dense};
use regex_automata::nfa::thompson::{self, NFA, WhichCaptures};
use regex_automata::util::primitives::StateID;
use regex_automata::{Anchored, Input};
use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Hir, Look};

use super::lazy::{Lazy, Trial};
use super::loose::loosened;
use super::size;

/// The most bytes that the automaton of one pattern may take before it is refused.
const NFA_LIMIT: usize = super::MAX_STATES as usize;

/// The most bytes that a table of states may take; past it the automaton runs state by state.
const DFA_LIMIT: usize = 1 << 20;

/// The shortest text that is searched for ahead of the automaton.
const SHORTEST_PREFIX: usize = 3;

/// An expression whose states take no more is known to compile. What is compiled is the expression made ready, which takes less
/// than twice as much.
const SMALL: u64 = NFA_LIMIT as u64 / 2;

/// How many bytes are searched state by state before there is a table: to make one takes as long as hundreds of short
/// texts. A process that decides once never does.
const TRIED: usize = 4 << 10;

/// A compiled expression.
#[derive(Debug)]
pub(super) struct Automaton {
    /// The expression as it was written.
    hir: Arc<Hir>,
    /// What its states take at most.
    size: u64,
    whole: bool,
    search: OnceLock<Search>,
    /// What searches until then.
    trial: Mutex<Option<Box<Trial>>>,
}

#[derive(Debug)]
enum Search {
    Table(Box<Table>),
    Lazy(Box<Lazy>),
    /// Neither could be built: the pattern matches nothing. Checked sizes keep this from happening.
    Nothing,
}

impl Search {
    #[inline]
    fn is_match(&self, text: &[u8]) -> bool {
        match self {
            Self::Table(table) => table.is_match(text),
            Self::Lazy(lazy) => lazy.is_match(text),
            Self::Nothing => false,
        }
    }
}

/// A table of states.
#[derive(Debug)]
struct Table {
    dfa: dense::DFA<Vec<u32>>,
    anchored: Anchored,
    /// The state at the beginning of a text.
    start: StateID,
    /// What every match begins with. The first place where it stands is found many bytes at a time, and the table goes on
    /// from there, once: trying each such place would take time that is not linear in the text.
    prefix: Option<Finder<'static>>,
}

impl Table {
    fn new(dfa: dense::DFA<Vec<u32>>, hir: &Hir, whole: bool) -> Option<Self> {
        let anchored = if whole { Anchored::Yes } else { Anchored::No };
        let start = dfa.start_state_forward(&Input::new("").anchored(anchored)).ok()?;
        let prefix = if whole { None } else { prefix(hir) };
        Some(Self { dfa, anchored, start, prefix })
    }

    #[inline]
    fn is_match(&self, text: &[u8]) -> bool {
        let Some(prefix) = &self.prefix else { return self.run(self.start, text) };
        match prefix.find(text) {
            None => false,
            Some(0) => self.run(self.start, text),
            Some(at) => {
                // What stands before it may matter: the beginning of a line, or of a word.
                let input = Input::new(text).range(at..).anchored(self.anchored);
                let Ok(start) = self.dfa.start_state_forward(&input) else { return false };
                self.run(start, text.get(at..).unwrap_or(&[]))
            }
        }
    }

    fn run(&self, start: StateID, text: &[u8]) -> bool {
        let dfa = &self.dfa;
        let mut state = start;
        for &byte in text {
            state = dfa.next_state(state, byte);
            if dfa.is_special_state(state) {
                if dfa.is_match_state(state) {
                    return true;
                }
                if dfa.is_dead_state(state) || dfa.is_quit_state(state) {
                    return false;
                }
            }
        }
        dfa.is_match_state(dfa.next_eoi_state(state))
    }
}

/// The text that every match of an expression begins with, where there is one that is worth searching for.
fn prefix(hir: &Hir) -> Option<Finder<'static>> {
    let found = Extractor::new().kind(ExtractKind::Prefix).extract(hir);
    let common = found.longest_common_prefix()?;
    (common.len() >= SHORTEST_PREFIX).then(|| Finder::new(common).into_owned())
}

/// The states of an expression, without a table; none where they are too many.
fn nfa(hir: &Hir) -> Option<NFA> {
    let config = thompson::Config::new().nfa_size_limit(Some(NFA_LIMIT)).which_captures(WhichCaptures::None);
    thompson::Compiler::new().configure(config).build_from_hir(hir).ok()
}

/// The expression that is compiled, for the whole text or for a part of it.
fn ready(hir: &Hir, size: u64, whole: bool) -> Hir {
    let hir = loosened(hir.clone(), size <= SMALL);
    if whole { Hir::concat(vec![Hir::look(Look::Start), hir, Hir::look(Look::End)]) } else { hir }
}

impl Automaton {
    /// Takes an expression, for the whole text or for a part of it. None where it is too large. It is compiled when it is
    /// first asked, unless only that can tell its size: a program has more patterns than a decision asks.
    pub(super) fn new(hir: Arc<Hir>, whole: bool) -> Option<Self> {
        let size = size::at_most(&hir);
        if size > SMALL {
            let _ = nfa(&ready(&hir, size, whole))?;
        }
        Some(Self { hir, size, whole, search: OnceLock::new(), trial: Mutex::new(None) })
    }

    /// The bytes that its states take at most.
    pub(super) fn size(&self) -> u64 {
        self.size.min(NFA_LIMIT as u64)
    }

    #[inline]
    pub(super) fn is_match(&self, text: &[u8]) -> bool {
        match self.search.get() {
            Some(search) => search.is_match(text),
            None => match self.tried(text) {
                Some(found) => found,
                None => self.search.get_or_init(|| self.build()).is_match(text),
            },
        }
    }

    /// Whether a text matches, as long as it is not known that a table is worth it.
    #[cold]
    fn tried(&self, text: &[u8]) -> Option<bool> {
        let mut trial = self.trial.lock().ok()?;
        if self.search.get().is_some() {
            return None;
        }
        if trial.is_none() {
            *trial = Some(Box::new(Trial::new(nfa(&ready(&self.hir, self.size, self.whole))?, self.whole)?));
        }
        let found = trial.as_mut()?.is_match(text, TRIED);
        if found.is_none() {
            let _ = self.search.set(self.build());
            *trial = None;
        }
        found
    }

    fn build(&self) -> Search {
        let start = if self.whole { StartKind::Anchored } else { StartKind::Unanchored };
        let config = dense::Config::new()
            .start_kind(start)
            .accelerate(false)
            .dfa_size_limit(Some(DFA_LIMIT))
            .determinize_size_limit(Some(2 * DFA_LIMIT));
        let hir = ready(&self.hir, self.size, self.whole);
        let Some(nfa) = nfa(&hir) else { return Search::Nothing };
        if let Ok(dfa) = dense::Builder::new().configure(config).build_from_nfa(&nfa)
            && let Some(table) = Table::new(dfa, &hir, self.whole)
        {
            return Search::Table(Box::new(table));
        }
        Lazy::new(nfa, self.whole).map_or(Search::Nothing, |lazy| Search::Lazy(Box::new(lazy)))
    }
}
