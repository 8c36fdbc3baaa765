//! Where a regular expression matches, and what its groups took.

use std::ops::Range;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::OnceLock;

use regex_automata::hybrid::dfa::DFA;
use regex_automata::hybrid::regex::{Cache, Regex};
use regex_automata::nfa::thompson::pikevm::{self, PikeVM};
use regex_automata::nfa::thompson::{self, NFA, WhichCaptures};
use regex_automata::util::captures::Captures;
use regex_automata::util::pool::Pool;
use regex_automata::{Anchored, Input, MatchKind};
use regex_syntax::hir::Hir;

use super::ascii;
use super::lazy::lazily;

/// The most bytes of the automaton of one pattern, with its groups. What compiled for yes or no compiles here too.
const LIMIT: usize = 4 << 20;

/// An expression that tells places, compiled when it is first asked.
#[derive(Debug, Default)]
pub(super) struct Groups(OnceLock<Option<Box<Places>>>);

/// Two automata find where a match ends and where it begins; a third looks at what lies between when groups are asked.
#[derive(Debug)]
struct Places {
    ends: Regex,
    groups: PikeVM,
    caches: Pool<Caches, Box<dyn Fn() -> Caches + Send + Sync + UnwindSafe + RefUnwindSafe>>,
}

#[derive(Debug)]
struct Caches {
    ends: Cache,
    groups: Option<pikevm::Cache>,
}

impl Places {
    fn new(source: &str) -> Option<Self> {
        let hir = ascii::parse(source).ok()?;
        let forward = nfa(&hir, false)?;
        let groups = PikeVM::builder().build_from_nfa(forward.clone()).ok()?;
        let forward = DFA::builder().configure(lazily()).build_from_nfa(forward).ok()?;
        let backward = lazily().match_kind(MatchKind::All);
        let backward = DFA::builder().configure(backward).build_from_nfa(nfa(&hir, true)?).ok()?;
        let ends = Regex::builder().build_from_dfas(forward.clone(), backward.clone());
        let of = Regex::builder().build_from_dfas(forward, backward);
        let caches = Pool::new(Box::new(move || Caches { ends: of.create_cache(), groups: None }) as _);
        Some(Self { ends, groups, caches })
    }

    fn find_at(&self, text: &str, at: usize) -> Option<Range<usize>> {
        let caches = &mut self.caches.get();
        // Nothing makes it give up: what does not fit into its room is made again.
        let found = self.ends.try_search(&mut caches.ends, &Input::new(text).range(at..)).ok()??;
        Some(found.range())
    }

    fn captures(&self, text: &str) -> Option<Captures> {
        let found = self.find_at(text, 0)?;
        let caches = &mut self.caches.get();
        let cache = caches.groups.get_or_insert_with(|| self.groups.create_cache());
        let mut captures = self.groups.create_captures();
        // What stands around the match may matter, so the text stays whole.
        let input = Input::new(text).range(found).anchored(Anchored::Yes);
        self.groups.search(cache, &input, &mut captures);
        Some(captures)
    }
}

fn nfa(hir: &Hir, backward: bool) -> Option<NFA> {
    let captures = if backward { WhichCaptures::None } else { WhichCaptures::All };
    let config =
        thompson::Config::new().nfa_size_limit(Some(LIMIT)).which_captures(captures).reverse(backward);
    thompson::Compiler::new().configure(config).build_from_hir(hir).ok()
}

impl Groups {
    fn places(&self, source: &str) -> Option<&Places> {
        self.0.get_or_init(|| Places::new(source).map(Box::new)).as_deref()
    }

    pub(super) fn find_at(&self, source: &str, text: &str, at: usize) -> Option<Range<usize>> {
        if at > text.len() {
            return None;
        }
        self.places(source)?.find_at(text, at)
    }

    pub(super) fn captures(&self, source: &str, text: &str) -> Option<Vec<Option<Range<usize>>>> {
        let captures = self.places(source)?.captures(text)?;
        Some(captures.iter().map(|span| span.map(|span| span.range())).collect())
    }

    pub(super) fn names(&self, source: &str) -> Vec<Option<String>> {
        let Some(places) = self.places(source) else { return Vec::new() };
        places.groups.get_nfa().group_info().all_names().map(|(_, _, name)| name.map(str::to_owned)).collect()
    }
}
