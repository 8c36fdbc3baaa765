//! Watching the expressions of an `expect`.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use policy_bytecode::program::Place;
use policy_vm::evaluator::print_observed;
use policy_vm::observer::{Observer, Quiet};
use policy_vm::{Memory, Program, Value};

/// How many values are kept of one expression.
const MAX_VALUES: usize = 4000;

/// An observer of the expressions that a test evaluates, told where one begins.
pub(super) trait Watch {
    /// The observer.
    type Observer: Observer;

    /// An expression begins: what was seen before is of no interest.
    fn begin(&mut self);

    /// The observer.
    fn observer(&mut self) -> &mut Self::Observer;
}

impl Watch for Quiet {
    type Observer = Self;

    fn begin(&mut self) {}

    fn observer(&mut self) -> &mut Self {
        self
    }
}

/// A place in a file of the program: file, first byte, and one past the last, the outer place before the inner.
pub(super) type Key = (u32, u32, Reverse<u32>);

/// Keeps the last value of every sub-expression.
pub(super) struct Values {
    program: Program,
    seen: BTreeMap<Key, String>,
}

impl Values {
    pub(super) fn new(program: &Program) -> Self {
        Self { program: program.clone(), seen: BTreeMap::new() }
    }

    /// What was seen, by place.
    pub(super) fn seen(&self) -> &BTreeMap<Key, String> {
        &self.seen
    }
}

impl Observer for Values {
    fn probe(&mut self, node: u32, value: Value, memory: Memory<'_>) {
        let Some(node) = self.program.bytecode().debug.nodes.get(node as usize) else { return };
        let Place { file, lo, hi, .. } = node.place;
        let key = (file, lo, Reverse(hi));
        if self.seen.len() >= MAX_VALUES && !self.seen.contains_key(&key) {
            return;
        }
        let shown = print_observed(&self.program, memory, node.ty, value);
        self.seen.insert(key, shown.unwrap_or_else(|_| "‹too long to show›".to_owned()));
    }
}

impl Watch for Values {
    type Observer = Self;

    fn begin(&mut self) {
        self.seen.clear();
    }

    fn observer(&mut self) -> &mut Self {
        self
    }
}
