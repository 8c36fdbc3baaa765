//! What nodes cost beside their parts: the fuel of the instructions that the code generator may write for each.
//!
//! Each price is a sum over the table of instructions, of everything that is written in any case of a node, plus
//! [`AROUND`] for how its value gets to where it is wanted. The code of a loop or an item is paid for as a whole,
//! whichever of its branches runs, so that alternatives add up.

use policy_bytecode::op::Op;

/// Loading a constant, moving a value, and jumping on it.
pub(super) const AROUND: u64 = of(&[Op::Const, Op::Move, Op::JumpUnless]);

/// A `Bool` made of code that branches.
pub(super) const TRUTH: u64 = of(&[Op::Const, Op::Move, Op::Jump, Op::Const, Op::Move]) + AROUND;

/// A `let`: its use, its end, and its reset in a loop.
pub(super) const LET: u64 = of(&[Op::LetUse, Op::LetDone, Op::LetReset, Op::Move]) + AROUND;

/// A call, beside arguments and body: the machine takes a unit of its own.
pub(super) const CALL: u64 = of(&[Op::Call, Op::Return]) + 1 + AROUND;

/// Before a loop, and where it ends.
pub(super) const LOOP: u64 = of(&[Op::Iter, Op::Move, Op::Jump]) + 1;

/// A turn of a loop, the pair that an entry of a map is bound as included.
pub(super) const TURN: u64 =
    of(&[Op::NextEntry, Op::Begin, Op::Push, Op::Push, Op::MakeTuple, Op::Jump]) + 1 + AROUND;

/// A rule, beside what it evaluates.
pub(super) const RULE: u64 =
    of(&[Op::JumpDecided, Op::Guard, Op::Unguard, Op::Jump, Op::Failed, Op::Close, Op::Jump]);

/// One evaluation of a rule: guards, a finding, a failure.
pub(super) const BINDING: u64 = of(&[
    Op::Guard,
    Op::Guard,
    Op::Found,
    Op::Close,
    Op::Guard,
    Op::Jump,
    Op::Guard,
    Op::Jump,
    Op::Guard,
    Op::Failed,
    Op::Close,
]) + AROUND;

/// A value that a finding carries.
pub(super) const NOTE: u64 =
    of(&[Op::Guard, Op::Note, Op::Jump, Op::NoteFailed, Op::Move, Op::LetUse]) + AROUND;

/// The fuel of some instructions.
pub(super) const fn of(ops: &[Op]) -> u64 {
    let mut sum = 0;
    let mut at = 0;
    while at < ops.len() {
        #[expect(clippy::indexing_slicing, reason = "in a constant, and below the length")]
        let op = ops[at];
        sum += op.info().fuel as u64;
        at += 1;
    }
    sum
}

/// Comparisons that find a key among `len`, or sort one element among them: the number of bits of a length.
pub(super) fn halvings(most: Option<u64>) -> u64 {
    match most {
        Some(most) => u64::from(u64::BITS - most.min(u64::from(u32::MAX)).leading_zeros()) + 1,
        None => 33,
    }
}
