//! What modules compute from data: once for all tests, or anew where a test gives data of its own. It counts for a test when that
//! reads what came of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::record::{Part, Recorder, Vector};

/// What was seen while one value was computed.
#[derive(Clone, Debug, Default)]
pub(super) struct Trace {
    conditions: Vec<(usize, [u64; 2])>,
    arms: Vec<(usize, u64)>,
    vectors: Vec<(usize, BTreeSet<Vector>)>,
    /// The values that it was computed from.
    reads: BTreeSet<u32>,
}

/// What was seen of each value, in the program's order.
pub(super) type Traces = Vec<Arc<Trace>>;

impl Trace {
    fn of(seen: Recorder) -> Self {
        let conditions = seen.conditions.iter().copied().enumerate().filter(|(_, hits)| *hits != [0; 2]);
        let arms = seen.arms.iter().copied().enumerate().filter(|(_, hits)| *hits != 0);
        let (conditions, arms) = (conditions.collect(), arms.collect());
        let vectors = seen.vectors.into_iter().enumerate().filter(|(_, vectors)| !vectors.is_empty());
        Self { conditions, arms, vectors: vectors.collect(), reads: seen.read }
    }
}

impl Recorder {
    /// What was seen so far are the values that are computed once for all.
    #[must_use]
    pub(crate) fn based(mut self) -> Self {
        self.base = Arc::new(self.given.take().unwrap_or_default());
        self
    }

    /// The same with the values that another saw computed once for all.
    #[must_use]
    pub(crate) fn with_base(mut self, of: &Self) -> Self {
        self.base = Arc::clone(&of.base);
        self
    }

    /// The data is the project's again.
    pub(super) fn begin_row(&mut self) {
        self.given = None;
        self.read.clear();
    }

    /// A value is about to be computed, or all are.
    pub(super) fn computes(&mut self, global: Option<u32>) {
        if let (Some(aside), Some(given)) = (self.aside.take(), &mut self.given) {
            given.push(Arc::new(Trace::of(*aside)));
        }
        let Some(at) = global else { return };
        if at == 0 {
            self.given = Some(Vec::new());
            self.read.clear();
        }
        self.aside = Some(Box::new(Self::new(&self.points)));
    }

    /// A value is read: what was seen while it was computed counts, once for a row.
    pub(super) fn reads(&mut self, global: u32) {
        if !self.read.insert(global) {
            return;
        }
        let traces = self.given.as_ref().unwrap_or(&self.base);
        let Some(trace) = traces.get(global as usize).map(Arc::clone) else { return };
        for (at, hits) in &trace.conditions {
            let Some(mine) = self.conditions.get_mut(*at) else { continue };
            mine.iter_mut().zip(hits).for_each(|(mine, hits)| *mine += hits);
            for (truth, hits) in [false, true].into_iter().zip(hits) {
                if *hits > 0 {
                    self.fresh.insert(Part::Condition(u32::try_from(*at).unwrap_or(u32::MAX), truth));
                }
            }
        }
        for (at, hits) in &trace.arms {
            if let Some(mine) = self.arms.get_mut(*at) {
                *mine += hits;
                self.fresh.insert(Part::Arm(u32::try_from(*at).unwrap_or(u32::MAX)));
            }
        }
        for (at, vectors) in &trace.vectors {
            if let Some(mine) = self.vectors.get_mut(*at) {
                mine.extend(vectors);
            }
        }
        trace.reads.iter().for_each(|other| self.reads(*other));
    }
}
