//! Descents: from a value to all values of its type below it, in document order.
//!
//! What is still to be visited waits on a stack of its own, so that how deep a value is costs no frames.

use super::Run;
use crate::failure::Failure;
use crate::observer::Observer;
use crate::store::position;
use crate::structure;
use crate::value::Value;

/// A descent that is under way: where its nodes begin on the shared stacks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Descent {
    waiting: u32,
    path: u32,
    /// Whether each node is given as the list of nodes that leads to it.
    paths: bool,
}

/// All descents, innermost last.
#[derive(Debug, Default)]
pub(crate) struct Descents {
    open: Vec<Descent>,
    /// Nodes to visit, the next one last, each with how far below the root it stands.
    waiting: Vec<(Value, u32)>,
    /// From the root to the node that was visited last.
    path: Vec<Value>,
}

impl Descents {
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Drops what is further in than `depth`.
    pub(super) fn truncate(&mut self, depth: usize) {
        if let Some(first) = self.open.get(depth).copied() {
            self.open.truncate(depth);
            self.waiting.truncate(first.waiting as usize);
            self.path.truncate(first.path as usize);
        }
    }
}

impl<O: Observer> Run<'_, O> {
    #[inline(never)]
    pub(super) fn descend(&mut self, root: Value, paths: bool) -> Result<(), Failure> {
        let heap = &mut self.machine.heap;
        heap.meter.allocate(size_of::<Descent>() + size_of::<(Value, u32)>())?;
        let descents = &mut self.machine.descents;
        let (waiting, path) = (position(descents.waiting.len())?, position(descents.path.len())?);
        descents.open.push(Descent { waiting, path, paths });
        descents.waiting.push((root, 0));
        self.begin()
    }

    fn descent(&self) -> Result<Descent, Failure> {
        let floor = self.machine.frames.last().map_or(0, |frame| frame.outer.descents as usize);
        let open = &self.machine.descents.open;
        if open.len() <= floor {
            return Err(Failure::internal());
        }
        open.last().copied().ok_or(Failure::internal())
    }

    /// The next node, which is staged; none where all have been visited.
    #[inline(never)]
    pub(super) fn next_node(&mut self) -> Result<Option<Value>, Failure> {
        let descent = self.descent()?;
        let descents = &mut self.machine.descents;
        if descents.waiting.len() <= descent.waiting as usize {
            return Ok(None);
        }
        let (node, depth) = descents.waiting.pop().ok_or(Failure::internal())?;
        if !descent.paths {
            structure::push(&mut self.machine.heap, node)?;
            return Ok(Some(node));
        }
        descents.path.truncate((descent.path + depth) as usize);
        self.machine.heap.meter.allocate(size_of::<Value>())?;
        let descents = &mut self.machine.descents;
        descents.path.push(node);
        let path = descents.path.get(descent.path as usize..).unwrap_or(&[]);
        let heap = &mut self.machine.heap;
        heap.meter.charge(path.len() as u64)?;
        let mark = heap.stage.len();
        for node in path {
            structure::push(heap, *node)?;
        }
        let path = structure::list(heap, mark)?;
        structure::push(heap, path)?;
        Ok(Some(node))
    }

    /// Nodes below the one that was visited last: a list of them, or one that may be absent.
    #[inline(never)]
    pub(super) fn below(&mut self, children: Value) -> Result<(), Failure> {
        let descent = self.descent()?;
        let depth = position(self.machine.descents.path.len())?.saturating_sub(descent.path);
        let count = if let Value::List(_) = children { structure::length(children)? } else { 1 };
        let meter = &mut self.machine.heap.meter;
        meter.charge(count as u64)?;
        meter.allocate(count.saturating_mul(size_of::<(Value, u32)>()))?;
        if !matches!(children, Value::List(_)) {
            if children.is_present() {
                self.machine.descents.waiting.push((children, depth));
            }
            return Ok(());
        }
        // The last one waits longest.
        for at in (0..count).rev() {
            let node = self.memory().elements(children)?.get(at).copied().ok_or(Failure::internal())?;
            self.machine.descents.waiting.push((node, depth));
        }
        Ok(())
    }

    /// Ends a descent with the list of what it visited.
    #[inline(never)]
    pub(super) fn descended(&mut self) -> Result<Value, Failure> {
        self.descent()?;
        let depth = self.machine.descents.depth().saturating_sub(1);
        self.machine.descents.truncate(depth);
        let mark = self.mark()?;
        structure::list(&mut self.machine.heap, mark)
    }
}
