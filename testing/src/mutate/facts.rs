//! What is known further on because a condition was tested before: without the test, the source would not check.

use policy_compiler::hir::walk::{all, effect_parts, text_parts};
use policy_compiler::hir::{Expr, ExprKind, Policy, Rule};
use policy_project::Files;
use policy_syntax::Location;

/// What an item takes for narrower than its type says, by the text of the source, with its place.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    narrowed: Vec<(Location, String)>,
}

impl Facts {
    /// What expressions take as known.
    pub(super) fn of<'h>(files: &Files, roots: impl IntoIterator<Item = &'h Expr>) -> Self {
        let mut narrowed = Vec::new();
        for root in roots {
            all(root, &mut |e| {
                if let ExprKind::Narrow(inner) = &e.kind {
                    narrowed.push((inner.location, text(files, inner)));
                }
            });
        }
        Self { narrowed }
    }

    /// Whether something behind a condition takes for known what it tests.
    pub(super) fn lean_on(&self, files: &Files, condition: &Expr) -> bool {
        let mut tested = Vec::new();
        all(condition, &mut |e| {
            if let ExprKind::Is { value, .. } = &e.kind {
                tested.push(text(files, value));
            }
        });
        let at = condition.location;
        self.narrowed.iter().any(|(place, known)| {
            place.file == at.file && place.span.lo >= at.span.hi && tested.contains(known)
        })
    }
}

/// The parts of a rule that are evaluated.
pub(super) fn of_rule(rule: &Rule) -> Vec<&Expr> {
    let mut roots: Vec<&Expr> = rule.generators.iter().map(|generator| &generator.source).collect();
    roots.extend(rule.when.iter().chain(&rule.that).chain(&rule.details).chain(&rule.mode));
    effect_parts(&rule.effect, &mut |part| roots.push(part));
    for words in rule.because.iter().chain(&rule.fix) {
        text_parts(words, &mut |part| roots.push(part));
    }
    roots
}

/// The parts of a policy that are evaluated.
pub(super) fn of_policy(policy: &Policy) -> Vec<&Expr> {
    let lets = policy.lets.iter().map(|one| &one.value);
    lets.chain(policy.rules.iter().flat_map(of_rule)).collect()
}

fn text(files: &Files, e: &Expr) -> String {
    files.text(e.location).split_whitespace().collect()
}
