//! What each entry of a score added, where the score has a name: `let risk = score { … }`, asked for by `risk > 50`.

use policy_compiler::hir::walk::{all, mentions, pattern_bindings};
use policy_compiler::hir::{Expr, ExprKind, Policy, Rule};

use super::{Fact, Seen, Shown};

/// Adds them to the conditions that the rule showed. A `let` is evaluated for the first rule that uses it, so that its
/// values stand among those of no rule.
pub(super) fn contributions(policy: &Policy, rule: &Rule, shown: &mut Shown, seen: &[&Vec<Seen>]) {
    for condition in &mut shown.conditions {
        let inside = |e: &Expr| {
            let (span, whole) = (e.location.span, condition.location.span);
            whole.lo <= span.lo && span.hi <= whole.hi
        };
        let mut reached: Vec<&Expr> = Vec::new();
        for root in rule.when.iter().chain(&rule.that) {
            all(root, &mut |e| {
                if matches!(e.kind, ExprKind::Local(_)) && inside(e) {
                    reached.push(e);
                }
            });
        }
        for let_ in lets(policy, reached) {
            all(let_, &mut |e| {
                let ExprKind::Score(parts) = &e.kind else { return };
                for part in parts {
                    let span = (part.location.span.lo, part.location.span.hi);
                    let last = seen.iter().flat_map(|seen| seen.iter().rev()).find(|seen| seen.span == span);
                    if let Some(last) = last {
                        condition.parts.push(Fact {
                            location: part.location,
                            value: last.value.clone(),
                            input: None,
                        });
                    }
                }
            });
        }
    }
}

/// The values of the `let`s that some expressions reach, each once.
fn lets<'p>(policy: &'p Policy, roots: Vec<&'p Expr>) -> Vec<&'p Expr> {
    let mut found: Vec<&Expr> = Vec::new();
    let mut from = roots;
    while let Some(e) = from.pop() {
        for item in &policy.lets {
            let mut bound = Vec::new();
            pattern_bindings(&item.pattern, &mut |local| bound.push(local));
            if mentions(e, &bound) && !found.iter().any(|other| other.id == item.value.id) {
                found.push(&item.value);
                from.push(&item.value);
            }
        }
    }
    found
}
