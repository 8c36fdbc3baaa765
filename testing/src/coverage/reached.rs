//! Which tests reach what.

use std::collections::{BTreeMap, BTreeSet};

use policy_compiler::hir::ExprId;

use super::Coverage;
use super::record::Part;

/// The tests, by position, that reach each part of a program.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reached {
    conditions: BTreeMap<ExprId, BTreeSet<usize>>,
    parts: BTreeMap<Part, BTreeSet<usize>>,
    sizes: BTreeMap<usize, usize>,
}

/// What each test reached.
pub(crate) fn reached_by_tests(coverage: &Coverage) -> Reached {
    let mut reached = Reached::default();
    let Some(seen) = &coverage.seen else { return reached };
    for (test, parts) in &seen.tests {
        reached.sizes.insert(*test, parts.len());
        for part in parts {
            reached.parts.entry(*part).or_default().insert(*test);
        }
    }
    for (at, condition) in (0..).zip(&seen.points().conditions) {
        let mut tests = BTreeSet::new();
        for truth in [false, true] {
            tests.extend(reached.parts.get(&Part::Condition(at, truth)).into_iter().flatten().copied());
        }
        for id in &condition.exprs {
            reached.conditions.insert(*id, tests.clone());
        }
    }
    reached
}

impl Reached {
    /// The tests that ask a condition; none where it is not known to be one.
    pub(crate) fn condition(&self, id: ExprId) -> Option<&BTreeSet<usize>> {
        self.conditions.get(&id)
    }

    /// The tests in which a rule finds something.
    pub(crate) fn rule(&self, policy: u32, rule: u32) -> Vec<usize> {
        self.part(Part::Rule(policy, rule))
    }

    /// The tests in which an exception holds.
    pub(crate) fn exception(&self, at: usize) -> Vec<usize> {
        self.part(Part::Exception(u32::try_from(at).unwrap_or(u32::MAX)))
    }

    /// The tests in which a policy comes to its default.
    pub(crate) fn default_of(&self, policy: usize) -> Vec<usize> {
        self.part(Part::Default(u32::try_from(policy).unwrap_or(u32::MAX)))
    }

    /// How many parts a test reaches.
    pub(crate) fn parts_of(&self, test: usize) -> usize {
        self.sizes.get(&test).copied().unwrap_or(0)
    }

    fn part(&self, part: Part) -> Vec<usize> {
        self.parts.get(&part).into_iter().flatten().copied().collect()
    }
}
