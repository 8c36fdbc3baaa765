//! The way through a tree of comparisons in one step.

use super::Run;
use crate::observer::Observer;
use crate::value::Value;

impl<O: Observer> Run<'_, O> {
    /// Where a value leads to through the tree that begins at a comparison, all of which is paid for here.
    #[inline(never)]
    pub(super) fn shorten(&mut self, value: Value, at: usize) -> Option<usize> {
        let loaded = self.loaded;
        let found = loaded.shortcuts.find(at, value, self.memory(), &loaded.consts)?;
        let meter = &mut self.machine.heap.meter;
        // Fuel that ends on the way ends where the way takes it.
        meter.fuel = meter.fuel.checked_sub(found.fuel)?;
        Some(found.target)
    }
}
