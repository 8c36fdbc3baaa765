//! What was seen.

use std::collections::BTreeSet;
use std::sync::Arc;

use policy_vm::{Memory, Observer, Value};

use super::points::Points;
use crate::runner::Watch;

/// Different evaluations of one decision: which conditions were asked, their truths, and the whole's. Past so many the rest adds
/// nothing.
const MAX_VECTORS: usize = 4096;

/// One evaluation of a decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Vector {
    /// Which conditions were asked, a bit each.
    pub(super) asked: u64,
    /// Those that were true.
    pub(super) truths: u64,
    /// What the whole came to.
    pub(super) whole: bool,
}

/// A part of what can be reached, for the tests that reach it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Condition(u32, bool),
    Arm(u32),
    Rule(u32, u32),
    Exception(u32),
    Default(u32),
}

/// Keeps what tests reach.
#[derive(Clone, Debug)]
pub struct Recorder {
    points: Arc<Points>,
    pub(super) conditions: Vec<[u64; 2]>,
    pub(super) arms: Vec<u64>,
    pub(super) vectors: Vec<BTreeSet<Vector>>,
    pending: Vec<(u64, u64)>,
    pub(super) rules: Vec<u64>,
    pub(super) exceptions: Vec<u64>,
    pub(super) policies: Vec<u64>,
    pub(super) defaults: Vec<u64>,
    /// What the test that runs has reached.
    fresh: BTreeSet<Part>,
    /// What each test reached, by its position.
    pub(super) tests: Vec<(usize, BTreeSet<Part>)>,
}

impl Recorder {
    /// A recorder that has seen nothing.
    #[must_use]
    pub fn new(points: &Arc<Points>) -> Self {
        Self {
            points: Arc::clone(points),
            conditions: vec![[0; 2]; points.conditions.len()],
            arms: vec![0; points.arms.len()],
            vectors: vec![BTreeSet::new(); points.decisions.len()],
            pending: vec![(0, 0); points.decisions.len()],
            rules: vec![0; points.rules.len()],
            exceptions: vec![0; points.exceptions.len()],
            policies: vec![0; points.policies.len()],
            defaults: vec![0; points.policies.len()],
            fresh: BTreeSet::new(),
            tests: Vec::new(),
        }
    }

    /// Adds what another recorder of the same points has seen.
    pub fn join(&mut self, other: Self) {
        for (mine, theirs) in self.conditions.iter_mut().zip(other.conditions) {
            mine.iter_mut().zip(theirs).for_each(|(a, b)| *a += b);
        }
        for (mine, theirs) in [
            (&mut self.arms, other.arms),
            (&mut self.rules, other.rules),
            (&mut self.exceptions, other.exceptions),
            (&mut self.policies, other.policies),
            (&mut self.defaults, other.defaults),
        ] {
            mine.iter_mut().zip(theirs).for_each(|(a, b)| *a += b);
        }
        for (mine, theirs) in self.vectors.iter_mut().zip(other.vectors) {
            mine.extend(theirs);
        }
        self.tests.extend(other.tests);
        self.tests.sort_by_key(|(at, _)| *at);
    }

    /// What can be reached.
    pub(super) fn points(&self) -> &Points {
        &self.points
    }

    /// Forgets what the test that runs has reached, not what all of them did.
    pub(super) fn begin_case(&mut self) {
        self.fresh.clear();
    }

    /// Whether the test that runs has reached something.
    pub(super) fn reached(&self, part: Part) -> bool {
        self.fresh.contains(&part)
    }

    /// A number that grows with what is reached for the first time.
    pub(super) fn size(&self) -> usize {
        let conditions = self.conditions.iter().flatten().filter(|hits| **hits > 0).count();
        let others =
            self.arms.iter().chain(&self.rules).chain(&self.exceptions).filter(|hits| **hits > 0).count();
        conditions + others + self.vectors.iter().map(BTreeSet::len).sum::<usize>()
    }

    fn truth(&mut self, slot: super::points::Slot, truth: bool) {
        if let Some(hits) = self.conditions.get_mut(slot.condition as usize) {
            if let Some(hits) = hits.get_mut(usize::from(truth)) {
                *hits += 1;
            }
            self.fresh.insert(Part::Condition(slot.condition, truth));
        }
        let (decision, which) = slot.leaf;
        if let Some(pending) = self.pending.get_mut(decision as usize) {
            // The first condition is always asked: with it another evaluation begins.
            if which == 0 {
                *pending = (0, 0);
            }
            pending.0 |= 1 << which;
            pending.1 = (pending.1 & !(1 << which)) | (u64::from(truth) << which);
        }
        if let (Some(pending), Some(vectors)) =
            (self.pending.get_mut(slot.root as usize), self.vectors.get_mut(slot.root as usize))
        {
            let (asked, truths) = std::mem::take(pending);
            if asked != 0 && vectors.len() < MAX_VECTORS {
                vectors.insert(Vector { asked, truths, whole: truth });
            }
        }
    }
}

impl Observer for Recorder {
    fn probe(&mut self, node: u32, value: Value, _: Memory<'_>) {
        let Some(id) = self.points.nodes.get(node as usize) else { return };
        let Some(slot) = self.points.slots.get(id.index()).copied() else { return };
        if let Value::Bool(truth) = value {
            self.truth(slot, truth);
        }
        if let Some(hits) = self.arms.get_mut(slot.arm as usize) {
            *hits += 1;
            self.fresh.insert(Part::Arm(slot.arm));
        }
    }

    fn rule(&mut self, policy: u32, rule: u32, failed: bool) {
        if let Ok(at) = self.points.policies.binary_search(&policy)
            && let Some(hits) = self.policies.get_mut(at)
        {
            *hits += 1;
        }
        if failed {
            return;
        }
        if let Ok(at) = self.points.rules.binary_search(&(policy, rule))
            && let Some(hits) = self.rules.get_mut(at)
        {
            *hits += 1;
            self.fresh.insert(Part::Rule(policy, rule));
        }
    }

    fn exception(&mut self, exception: u32, holds: bool) {
        if holds
            && let Ok(at) = self.points.exceptions.binary_search(&exception)
            && let Some(hits) = self.exceptions.get_mut(at)
        {
            *hits += 1;
            self.fresh.insert(Part::Exception(exception));
        }
    }

    fn default_outcome(&mut self, policy: u32) {
        if let Ok(at) = self.points.policies.binary_search(&policy) {
            for hits in [self.policies.get_mut(at), self.defaults.get_mut(at)].into_iter().flatten() {
                *hits += 1;
            }
            self.fresh.insert(Part::Default(policy));
        }
    }
}

impl Watch for Recorder {
    fn ended(&mut self, test: usize) {
        let reached = std::mem::take(&mut self.fresh);
        self.tests.push((test, reached));
    }
}
