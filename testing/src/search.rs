//! Drawing towards what has not been reached.

use std::collections::BTreeSet;

use policy_vm::{Memory, Observer, Value};

use crate::draw::Choices;
use crate::draw::choices::{Random, vary};

/// So many sequences of choices that reached something new are kept, to be varied.
const MAX_KEPT: usize = 300;

/// Choices at random, and near those that reached something for the first time.
#[derive(Clone, Debug)]
pub struct Corpus {
    random: Random,
    kept: Vec<Vec<u64>>,
}

impl Corpus {
    /// A corpus of a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { random: Random::new(seed), kept: Vec::new() }
    }

    /// The next choices.
    pub fn choices(&mut self) -> Choices {
        let seed = self.random.draw();
        let near = self.random.below(self.kept.len() as u64);
        match self.kept.get(usize::try_from(near).unwrap_or(0)).filter(|_| !seed.is_multiple_of(3)) {
            Some(near) => Choices::varied(vary(near, &mut self.random), seed),
            None => Choices::random(seed),
        }
    }

    /// Keeps choices that reached something for the first time.
    pub fn keep(&mut self, made: &[u64]) {
        if self.kept.len() < MAX_KEPT {
            self.kept.push(made.to_vec());
        }
    }
}

/// What an instrumented program has shown so far, and which rules found something in the decision at hand.
#[derive(Clone, Debug, Default)]
pub struct Novelty {
    truths: BTreeSet<(u32, bool)>,
    known: BTreeSet<(u32, u32, bool)>,
    more: bool,
    /// The rules that found something in the decision at hand: policy and rule.
    pub found: BTreeSet<(u32, u32)>,
}

impl Novelty {
    /// A decision begins.
    pub fn begin(&mut self) {
        self.more = false;
        self.found.clear();
    }

    /// Whether the decision reached something that none before it did.
    #[must_use]
    pub const fn more(&self) -> bool {
        self.more
    }
}

impl Observer for Novelty {
    fn probe(&mut self, node: u32, value: Value, _: Memory<'_>) {
        if let Value::Bool(truth) = value {
            self.more |= self.truths.insert((node, truth));
        }
    }

    fn rule(&mut self, policy: u32, rule: u32, failed: bool) {
        self.more |= self.known.insert((policy, rule, failed));
        if !failed {
            self.found.insert((policy, rule));
        }
    }
}
