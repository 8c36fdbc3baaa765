//! How large an automaton can become, told from its expression alone.

use regex_syntax::hir::{Class, Hir, HirKind};

/// What a state takes at most, with what it leads to, in bytes.
const STATE: u64 = 64;

/// What a range of characters takes at most: it comes apart into no more than 32 ranges of sequences of four bytes.
const RANGE: u64 = 32 * 4 * STATE;

/// A number of bytes that the states of an expression do not exceed. It is far above what they take: an expression that it
/// lets pass need not be compiled to know that it can be.
pub(super) fn at_most(hir: &Hir) -> u64 {
    let all = |parts: &[Hir]| parts.iter().map(at_most).fold(STATE, u64::saturating_add);
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => STATE,
        HirKind::Literal(literal) => (literal.0.len() as u64).saturating_mul(STATE),
        HirKind::Class(Class::Unicode(class)) => {
            STATE.saturating_add(RANGE.saturating_mul(class.ranges().len() as u64))
        }
        HirKind::Class(Class::Bytes(class)) => STATE.saturating_mul(1 + class.ranges().len() as u64),
        HirKind::Repetition(repetition) => {
            let times =
                u64::from(repetition.max.unwrap_or(repetition.min).max(repetition.min)).saturating_add(1);
            at_most(&repetition.sub).saturating_add(2 * STATE).saturating_mul(times)
        }
        HirKind::Capture(capture) => at_most(&capture.sub).saturating_add(2 * STATE),
        HirKind::Concat(parts) => all(parts),
        HirKind::Alternation(parts) => all(parts).saturating_add(STATE.saturating_mul(parts.len() as u64)),
    }
}
