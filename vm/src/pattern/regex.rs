//! Regular expressions.

use std::sync::Arc;

use super::automaton::Automaton;
use super::{PatternError, ascii};

/// Compiles an expression twice: for the whole text, and for a part of it.
pub(super) fn compile(source: &str) -> Result<(Automaton, Automaton), PatternError> {
    let hir = Arc::new(ascii::parse(source)?);
    let large = || PatternError { message: "the pattern is too large".to_owned(), at: 0..source.len() };
    let whole = Automaton::new(Arc::clone(&hir), true).ok_or_else(large)?;
    let part = Automaton::new(hir, false).ok_or_else(large)?;
    Ok((whole, part))
}
