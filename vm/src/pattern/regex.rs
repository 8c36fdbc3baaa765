//! Regular expressions.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::Hir;

use super::automaton::Automaton;
use super::{PatternError, ascii};

/// The expression that a source means.
pub(super) fn parse(source: &str) -> Result<Hir, PatternError> {
    ParserBuilder::new()
        .dot_matches_new_line(true)
        .build()
        .parse(&ascii::plain(source)?)
        .map_err(|error| PatternError { message: error.to_string(), at: 0..source.len() })
}

/// Compiles an expression twice: for the whole text, and for a part of it.
pub(super) fn compile(source: &str) -> Result<(Automaton, Automaton), PatternError> {
    let hir = parse(source)?;
    let large = || PatternError { message: "the pattern is too large".to_owned(), at: 0..source.len() };
    let whole = Automaton::new(hir.clone(), true).ok_or_else(large)?;
    let part = Automaton::new(hir, false).ok_or_else(large)?;
    Ok((whole, part))
}
