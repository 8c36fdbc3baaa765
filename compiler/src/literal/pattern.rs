//! `Glob` and `Wildcard` literals, and what every pattern has in common: the machine compiles it.

use policy_bytecode::program::PatternKind;
use policy_syntax::Code;
use policy_vm::pattern::{MAX_SOURCE, Pattern};

use super::scan::Scan;
use super::{LiteralError, codes, shown};
use crate::hir::Const;

/// Reads a glob; it is kept as written.
pub(super) fn glob(text: &str) -> Result<Const, LiteralError> {
    compile(PatternKind::Glob, "glob", codes::GLOB, text)?;
    Ok(Const::Glob(text.to_owned()))
}

/// Reads a wildcard; it is kept as written.
pub(super) fn wildcard(text: &str) -> Result<Const, LiteralError> {
    compile(PatternKind::Wildcard, "wildcard", codes::PATTERN_SIZE, text)?;
    Ok(Const::Wildcard(text.to_owned()))
}

/// Compiles a pattern as the machine will, so that one program says what is a pattern.
pub(super) fn compile(kind: PatternKind, what: &str, code: Code, text: &str) -> Result<(), LiteralError> {
    if text.len() > MAX_SOURCE {
        let label = format!("{} bytes; at most {MAX_SOURCE} are taken", text.len());
        let message = format!("the {what} {} is too large", shown(text));
        return Err(LiteralError::new(codes::PATTERN_SIZE, 0..text.len(), message, label));
    }
    let Err(error) = Pattern::compile(kind, text) else { return Ok(()) };
    if error.at == (0..text.len()) {
        let message = format!("the {what} {} is too large", shown(text));
        return Err(LiteralError::new(codes::PATTERN_SIZE, error.at, message, error.message)
            .note("a pattern is compiled to an automaton whose size is limited, so that no pattern can make a decision slow")
            .help("lower the counts of its repetitions, or split it"));
    }
    let at = if error.at.is_empty() { Scan::from(text, error.at.start).here() } else { error.at };
    // The machine points into the text; a place that is none must not leave it.
    let at = if text.get(at.clone()).is_some() { at } else { 0..text.len() };
    Err(LiteralError::new(
        code,
        at,
        format!("the {what} {} cannot be read: {}", shown(text), error.message),
        error.message,
    ))
}
