//! Automata: one pass over the text, whatever the pattern.

use std::sync::OnceLock;

use regex_automata::dfa::{Automaton as _, StartKind, dense};
use regex_automata::meta;
use regex_automata::nfa::thompson::{self, NFA, WhichCaptures};
use regex_automata::{Anchored, Input};
use regex_syntax::hir::{Hir, Look};

/// The most bytes that the automaton of one pattern may take before it is refused.
const NFA_LIMIT: usize = 1 << 20;

/// The most bytes that a table of states may take; past it the automaton runs state by state.
const DFA_LIMIT: usize = 1 << 20;

/// A compiled expression.
#[derive(Debug)]
pub(super) struct Automaton {
    hir: Hir,
    nfa: NFA,
    whole: bool,
    search: OnceLock<Search>,
}

#[derive(Debug)]
enum Search {
    Table(Box<dense::DFA<Vec<u32>>>),
    Lazy(Box<meta::Regex>),
    /// Neither could be built: the pattern matches nothing. Checked sizes keep this from happening.
    Nothing,
}

impl Automaton {
    /// Compiles an expression, for the whole text or for a part of it. None where it is too large.
    pub(super) fn new(hir: Hir, whole: bool) -> Option<Self> {
        let hir =
            if whole { Hir::concat(vec![Hir::look(Look::Start), hir, Hir::look(Look::End)]) } else { hir };
        let config =
            thompson::Config::new().nfa_size_limit(Some(NFA_LIMIT)).which_captures(WhichCaptures::None);
        let nfa = thompson::Compiler::new().configure(config).build_from_hir(&hir).ok()?;
        Some(Self { hir, nfa, whole, search: OnceLock::new() })
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        let anchored = if self.whole { Anchored::Yes } else { Anchored::No };
        let input = Input::new(text).anchored(anchored).earliest(true);
        match self.search.get_or_init(|| self.build()) {
            Search::Table(table) => matches!(table.try_search_fwd(&input), Ok(Some(_))),
            Search::Lazy(regex) => regex.is_match(input),
            Search::Nothing => false,
        }
    }

    fn build(&self) -> Search {
        let start = if self.whole { StartKind::Anchored } else { StartKind::Unanchored };
        let config = dense::Config::new()
            .start_kind(start)
            .dfa_size_limit(Some(DFA_LIMIT))
            .determinize_size_limit(Some(2 * DFA_LIMIT));
        if let Ok(table) = dense::Builder::new().configure(config).build_from_nfa(&self.nfa) {
            return Search::Table(Box::new(table));
        }
        let config = meta::Config::new()
            .nfa_size_limit(Some(2 * NFA_LIMIT))
            .onepass(false)
            .dfa(false)
            .which_captures(WhichCaptures::Implicit);
        meta::Builder::new()
            .configure(config)
            .build_from_hir(&self.hir)
            .map_or(Search::Nothing, |regex| Search::Lazy(Box::new(regex)))
    }
}
