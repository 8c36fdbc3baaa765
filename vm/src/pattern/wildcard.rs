//! Wildcards: `*` takes any text, `?` any character; there are no escapes and no classes.

use std::sync::Arc;

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, Repetition};

use super::automaton::Automaton;
use super::{Affixes, Matcher, PatternError};

pub(super) fn compile(source: &str) -> Result<Matcher, PatternError> {
    if !source.contains('?') {
        let parts: Vec<&str> = source.split('*').collect();
        match parts.as_slice() {
            [exact] => return Ok(Matcher::Exact((*exact).to_owned())),
            [prefix, between @ .., suffix] if between.iter().all(|part| part.is_empty()) => {
                return Ok(Matcher::Affixes(Affixes::new(prefix, suffix, None)));
            }
            _ => {}
        }
    }
    let mut parts = Vec::new();
    for character in source.chars() {
        match character {
            '*' => parts.push(any_number(any_character())),
            '?' => parts.push(any_character()),
            other => parts.push(Hir::literal(other.to_string().into_bytes())),
        }
    }
    Automaton::new(Arc::new(Hir::concat(parts)), true)
        .map(Matcher::Automaton)
        .ok_or_else(|| PatternError { message: "the pattern is too large".to_owned(), at: 0..source.len() })
}

/// Any one character.
pub(super) fn any_character() -> Hir {
    Hir::class(Class::Unicode(ClassUnicode::new([ClassUnicodeRange::new('\0', char::MAX)])))
}

/// Any number of something, as many as possible.
pub(super) fn any_number(of: Hir) -> Hir {
    Hir::repetition(Repetition { min: 0, max: None, greedy: true, sub: Box::new(of) })
}
