//! Watching the expressions of an `expect`.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use policy_bytecode::program::Place;
use policy_vm::{Memory, Observer, Program, Quiet, Value, print_observed};

/// How many values are kept of one expression.
const MAX_VALUES: usize = 4000;

/// An observer of what tests do, told where an expression begins and where a test ends.
pub(crate) trait Watch: Observer {
    /// An expression of a test begins.
    fn begin(&mut self) {}

    /// A `test` with all its rows has run.
    fn ended(&mut self, test: usize) {
        let _ = test;
    }
}

impl Watch for Quiet {}

/// A place in a file of the program: file, first byte, and one past the last, the outer place before the inner.
pub(super) type Key = (u32, u32, Reverse<u32>);

/// Keeps the last value of every sub-expression.
pub(super) struct Values {
    program: Program,
    seen: BTreeMap<Key, Nodes>,
    count: u64,
}

/// The expressions that stand at one place: how often each was seen, when last, and its last value.
type Nodes = BTreeMap<u32, (u64, u64, String)>;

impl Values {
    pub(super) fn new(program: &Program) -> Self {
        Self { program: program.clone(), seen: BTreeMap::new(), count: 0 }
    }

    /// What was seen, by place. Where several expressions stand at one place, the one that was evaluated least often is told
    /// (of a loop its source, not its elements), of those the last (of `is not` the negation).
    pub(super) fn seen(&self) -> BTreeMap<Key, String> {
        let told = |nodes: &Nodes| {
            let least = nodes.values().min_by_key(|(count, last, _)| (*count, Reverse(*last)));
            least.map(|(_, _, value)| value.clone())
        };
        self.seen.iter().filter_map(|(key, nodes)| Some((*key, told(nodes)?))).collect()
    }
}

impl Observer for Values {
    fn probe(&mut self, node: u32, value: Value, memory: Memory<'_>) {
        let number = node;
        let Some(node) = self.program.bytecode().debug.nodes.get(number as usize) else { return };
        let Place { file, lo, hi, .. } = node.place;
        let key = (file, lo, Reverse(hi));
        if self.seen.len() >= MAX_VALUES && !self.seen.contains_key(&key) {
            return;
        }
        let shown = print_observed(&self.program, memory, node.ty, value);
        self.count += 1;
        let entry = self.seen.entry(key).or_default().entry(number).or_default();
        *entry = (entry.0 + 1, self.count, shown.unwrap_or_else(|_| "‹too long to show›".to_owned()));
    }
}

impl Watch for Values {
    fn begin(&mut self) {
        self.seen.clear();
    }
}
