//! What cases reach: rules that found something, conditions that were true or false, outcomes.

use std::collections::BTreeSet;

use policy_compiler::hir::walk::all;
use policy_compiler::hir::{ExpectKind, Expr, ExprId, ExprKind, Logic, Property, Step};
use policy_vm::decision::Outcome;
use policy_vm::{Memory, Observer, Value};

use crate::link::Linked;
use crate::result::PropertyResult;
use crate::runner::watch::Watch;

/// Watches the cases of one property.
pub(super) struct Guide<'a> {
    nodes: &'a [ExprId],
    /// For each node, whether it was ever false and true.
    seen: Vec<[bool; 2]>,
    rules: BTreeSet<(u32, u32, bool)>,
    more: bool,
    /// Left sides of `implies`.
    left: BTreeSet<ExprId>,
    asked: u64,
    held: u64,
    outcomes: Vec<Outcome>,
}

impl<'a> Guide<'a> {
    pub(super) fn new(linked: &'a Linked, property: &Property) -> Self {
        let mut left = BTreeSet::new();
        let mut look = |root: &Expr| {
            all(root, &mut |e| {
                if let ExprKind::Logic { op: Logic::Implies, operands } = &e.kind {
                    left.extend(operands.first().map(|operand| operand.id));
                }
            });
        };
        property.assumes.iter().for_each(&mut look);
        for step in &property.steps {
            match step {
                Step::Given(given) => look(&given.value),
                Step::Let(one) => look(&one.value),
                Step::Expect(expect) => match &expect.kind {
                    ExpectKind::Holds(e) => look(e),
                    ExpectKind::Decision { input, .. } => look(input),
                },
            }
        }
        Self {
            nodes: &linked.nodes,
            seen: vec![[false; 2]; linked.nodes.len()],
            rules: BTreeSet::new(),
            more: false,
            left,
            asked: 0,
            held: 0,
            outcomes: Vec::new(),
        }
    }

    pub(super) fn begin_case(&mut self) {
        self.more = false;
        (self.asked, self.held) = (0, 0);
        self.outcomes.clear();
    }

    /// Whether the case reached something that none before it did.
    pub(super) const fn reached_more(&self) -> bool {
        self.more
    }

    /// Adds the case to the counts.
    pub(super) fn count(&self, decided: &[Outcome], result: &mut PropertyResult) {
        result.implied.0 += self.asked;
        result.implied.1 += self.held;
        for outcome in self.outcomes.iter().chain(decided) {
            let name = match outcome {
                Outcome::Allow => "allow",
                Outcome::Deny => "deny",
                Outcome::Escalate => "escalate",
                Outcome::NotApplicable => "not_applicable",
            };
            *result.outcomes.entry(name).or_default() += 1;
        }
    }
}

impl Observer for Guide<'_> {
    fn probe(&mut self, node: u32, value: Value, _: Memory<'_>) {
        let at = node as usize;
        let Some(id) = self.nodes.get(at) else { return };
        let Value::Bool(truth) = value else { return };
        if let Some(seen) = self.seen.get_mut(at).and_then(|seen| seen.get_mut(usize::from(truth)))
            && !std::mem::replace(seen, true)
        {
            self.more = true;
        }
        if self.left.contains(id) {
            self.asked += 1;
            self.held += u64::from(truth);
        }
    }

    fn decided(&mut self, _: u32, outcome: Outcome) {
        self.outcomes.push(outcome);
    }

    fn rule(&mut self, policy: u32, rule: u32, failed: bool) {
        if self.rules.insert((policy, rule, failed)) {
            self.more = true;
        }
    }
}

impl Watch for Guide<'_> {}
