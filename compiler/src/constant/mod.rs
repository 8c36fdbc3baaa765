//! What can be said before any input is seen: values of constant expressions, and those that can only fail.
//!
//! The machine evaluates constants for real; this says what an author should know at once. It never guesses: what
//! it cannot tell exactly is unknown.

mod arith;
pub mod codes;
mod eval;
#[cfg(test)]
mod tests;
mod time;
mod value;
pub mod walk;

use std::collections::BTreeSet;

use policy_syntax::{Diagnostic, FileId};

use crate::hir::{Arith, Const, Expr, ExprKind, Hir, TyKind};

pub use arith::Why;
pub use eval::{Known, Problem};
pub use value::{Value, order, shown};

/// Reports constant expressions that can only fail. `text` gives the text of a file, where the project has it.
#[must_use]
pub fn check<'t>(hir: &Hir, text: &dyn Fn(FileId) -> Option<&'t str>) -> Vec<Diagnostic> {
    let known = Known::problems_of(hir);
    let mut out: Vec<Diagnostic> = Vec::new();
    let mut seen = BTreeSet::new();
    for problem in &known.problems {
        let diagnostic = report(hir, &known, problem, text);
        if seen.insert((diagnostic.primary, diagnostic.message.clone())) {
            out.push(diagnostic);
        }
    }
    policy_syntax::diagnostic::sort(&mut out);
    out
}

fn report<'t>(
    hir: &Hir,
    known: &Known<'_>,
    problem: &Problem<'_>,
    text: &dyn Fn(FileId) -> Option<&'t str>,
) -> Diagnostic {
    let written = |expr: &Expr| -> String {
        let source = text(expr.location.file).map_or("", |text| expr.location.span.text(text));
        source.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let value = |expr: &Expr| known.scalar(expr).map_or_else(|| written(expr), |c| shown(&hir.types, c));
    match problem {
        Problem::Fails(expr, why) => {
            let operation = if let ExprKind::Arithmetic { op, left, right } = &expr.kind {
                format!("{} {} {}", value(left), sign(*op), value(right))
            } else {
                written(expr)
            };
            let reason = match why {
                Why::Overflow => format!("the result does not fit {}", fits(hir, expr)),
                Why::DivisionByZero => "the divisor is zero".to_owned(),
            };
            Diagnostic::error(codes::FAILS, expr.location, format!("`{operation}` always fails: {reason}"))
                .with_label("fails whatever the input")
                .with_note(
                    "arithmetic never wraps or rounds in silence: a result that does not fit is an error",
                )
        }
        Problem::DivisionByZero(expr) => {
            let at = if let ExprKind::Arithmetic { right, .. } = &expr.kind {
                right.location
            } else {
                expr.location
            };
            Diagnostic::error(
                codes::DIVISION_BY_ZERO,
                at,
                format!("`{}` always fails: the divisor is zero", written(expr)),
            )
            .with_label("this is zero")
        }
        Problem::NoSuchElement(expr, count) => {
            let ExprKind::Index { index, .. } = &expr.kind else {
                return Diagnostic::error(codes::NO_SUCH_ELEMENT, expr.location, "there is no such element");
            };
            let message = format!("there is no element {} here, so this is always absent", value(index));
            let last = match count {
                0 => "it is empty".to_owned(),
                _ if matches!(known.scalar(index), Some(Const::Int(_))) => {
                    format!("its positions are 0 to {}", count - 1)
                }
                1 => "it has one key, another one".to_owned(),
                n => format!("it has {n} keys, all others"),
            };
            Diagnostic::error(codes::NO_SUCH_ELEMENT, index.location, message).with_label(last)
        }
        Problem::DuplicateKey(map, key) => Diagnostic::error(
            codes::DUPLICATE_KEY,
            key.location,
            format!("the key {} is given two different values", value(key)),
        )
        .with_label("given before")
        .with_secondary(map.location, "in this map")
        .with_note("a map has one value for a key; making one with two fails"),
    }
}

/// The type of an expression, as far as results of arithmetic have one.
fn fits(hir: &Hir, expr: &Expr) -> String {
    let kind = hir.types.kind(expr.ty);
    if matches!(kind, TyKind::Int(_)) {
        return "`Int`".to_owned();
    }
    if *kind == TyKind::Timestamp { "the years 1 to 9999".to_owned() } else { "its type".to_owned() }
}

fn sign(op: Arith) -> &'static str {
    match op {
        Arith::Add => "+",
        Arith::Sub => "-",
        Arith::Mul => "*",
        Arith::Div => "/",
        Arith::IntDiv => "div",
        Arith::Rem => "%",
    }
}
