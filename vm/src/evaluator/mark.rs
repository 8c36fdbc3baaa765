//! Places in what an evaluator has made, to go back to.

use super::Evaluator;

/// How much an evaluator had made: see [`Evaluator::rewind`].
///
/// ```
/// # let bundle = std::fs::read("examples/gate.pbundle")?;
/// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
/// # let snapshot = policy_vm::Snapshot::of_defaults(&program)?;
/// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
/// # let policy = program.policy("gate.changes").ok_or("no policy")?;
/// use policy_vm::Request;
///
/// let request = Request::default();
/// let kept = evaluator.with_context(&request, |context| context.make_text("kept"))?;
/// let mark = evaluator.mark();
/// evaluator.with_context(&request, |context| context.make_text("and gone"))?;
/// evaluator.rewind(mark);
/// assert_eq!(evaluator.mark(), mark);
/// assert_eq!(evaluator.memory().text(kept)?, "kept");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    text: usize,
    cells: usize,
    patterns: usize,
    raised: usize,
    trail: usize,
}

impl Evaluator {
    /// Where what it has made ends now.
    #[must_use]
    pub fn mark(&self) -> Mark {
        let arena = &self.machine.heap.arena;
        Mark {
            text: arena.text.len(),
            cells: arena.cells.len(),
            patterns: arena.patterns.len(),
            raised: self.machine.raised.len(),
            trail: self.machine.trail.len(),
        }
    }

    /// Forgets what was made since a mark and keeps what was there: for a host that decides about one value many times.
    /// Values that were made since then must not be used any more.
    pub fn rewind(&mut self, mark: Mark) {
        let arena = &mut self.machine.heap.arena;
        arena.text.truncate(arena.text.floor_char_boundary(mark.text));
        arena.cells.truncate(mark.cells);
        arena.patterns.truncate(mark.patterns);
        self.machine.raised.truncate(mark.raised);
        self.machine.trail.truncate(mark.trail);
    }
}
