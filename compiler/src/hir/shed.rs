//! What is left of a representation when only names and types are asked about.

use super::{Expr, ExprKind, Hir};

impl Hir {
    /// Gives up the bodies of functions, rules and tests, which take most of the memory. What is left says what there is, of
    /// which types; it cannot be compiled, and what it costs cannot be told.
    pub fn shed(&mut self) {
        for function in &mut self.functions {
            hollow(&mut function.body);
        }
        for policy in &mut self.policies {
            policy.applies = None;
            policy.lets = Vec::new();
            for rule in &mut policy.rules {
                rule.generators = Vec::new();
                rule.when = None;
                rule.that = None;
                rule.because = None;
                rule.fix = None;
                rule.details = None;
                rule.mode = None;
            }
        }
        for test in &mut self.tests {
            test.rows = None;
            test.steps = Vec::new();
        }
    }
}

fn hollow(body: &mut Expr) {
    body.kind = ExprKind::Error;
}
