//! What was seen.

use std::collections::BTreeSet;
use std::sync::Arc;

use policy_vm::observer::Observer;
use policy_vm::{Memory, Value};

use super::globals::Traces;
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
    pub(super) points: Arc<Points>,
    pub(super) conditions: Vec<[u64; 2]>,
    pub(super) arms: Vec<u64>,
    pub(super) vectors: Vec<BTreeSet<Vector>>,
    pending: Vec<(u64, u64)>,
    pub(super) rules: Vec<u64>,
    pub(super) exceptions: Vec<u64>,
    pub(super) policies: Vec<u64>,
    pub(super) defaults: Vec<u64>,
    /// What was seen of the values that are computed once for all tests.
    pub(super) base: Arc<Traces>,
    /// What was seen of those that were computed for the row that runs.
    pub(super) given: Option<Traces>,
    /// Sees what one value is computed from.
    pub(super) aside: Option<Box<Self>>,
    /// Which values the row has read.
    pub(super) read: BTreeSet<u32>,
    /// What the test that runs has reached.
    pub(super) fresh: BTreeSet<Part>,
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
            base: Arc::default(),
            given: None,
            aside: None,
            read: BTreeSet::new(),
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

    /// Forgets what was seen; what counts with each value that is computed once for all stays.
    pub(super) fn clear(&mut self) {
        self.conditions.iter_mut().for_each(|hits| *hits = [0; 2]);
        let counts =
            [&mut self.arms, &mut self.rules, &mut self.exceptions, &mut self.policies, &mut self.defaults];
        counts.into_iter().for_each(|counts| counts.fill(0));
        self.vectors.iter_mut().for_each(BTreeSet::clear);
        self.fresh.clear();
        self.begin_row();
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

    /// A node of the source has a value.
    fn node(&mut self, node: u32, value: Value) {
        if let Some(aside) = &mut self.aside {
            return aside.node(node, value);
        }
        let Some(id) = self.points.nodes.get(node as usize) else { return };
        let Some(slot) = self.points.slots.get(id.index()).copied() else { return };
        if let Value::Bool(truth) = value {
            self.truth(slot, truth);
        }
        if let Some(hits) = self.arms.get_mut(slot.arm as usize) {
            *hits += 1;
            self.fresh.insert(Part::Arm(slot.arm));
        }
        if slot.global != u32::MAX {
            self.reads(slot.global);
        }
    }
}

impl Observer for Recorder {
    fn probe(&mut self, node: u32, value: Value, _: Memory<'_>) {
        self.node(node, value);
    }

    fn global(&mut self, global: Option<u32>) {
        self.computes(global);
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
    fn row(&mut self) {
        self.begin_row();
    }

    fn ended(&mut self, test: usize) {
        let reached = std::mem::take(&mut self.fresh);
        self.tests.push((test, reached));
    }
}
