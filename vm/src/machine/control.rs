//! Calls, `let`s, guards, and where failures go.

use std::ops::Range;

use policy_bytecode::program::FunctionIndex;

use super::{Entry, Frame, Guard, MAX_FRAMES, MAX_REGISTERS, Raised, Run};
use crate::failure::{Code, Failure};
use crate::observer::Observer;
use crate::store::position;
use crate::value::Value;

/// What became of a `let`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LetState {
    /// Not asked for yet.
    Open,
    /// Being evaluated.
    Running,
    /// Evaluated; its registers hold it.
    Done,
    /// Failed, by the position in the list of failures.
    Failed(u32),
}

/// A `let` that is being evaluated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LetCall {
    slot: u16,
    /// The `let.use` that asked.
    from: u32,
}

impl<O: Observer> Run<'_, O> {
    /// Enters a function; gives where its code begins and where its registers are.
    pub(super) fn enter(
        &mut self,
        registers: &mut Vec<Value>,
        function: FunctionIndex,
        entry: Entry,
    ) -> Result<(usize, Range<usize>), Failure> {
        let function = self.loaded.code.functions.get(function.index()).ok_or(Failure::internal())?;
        let machine = &mut *self.machine;
        let Entry { base, back, dst, instance, included } = entry;
        let count = u32::from(function.registers);
        let window = base as usize..base as usize + count as usize;
        if machine.frames.len() >= MAX_FRAMES || window.end > MAX_REGISTERS {
            return Err(Failure::new(Code::DepthLimit));
        }
        if registers.len() < window.end {
            registers.resize(window.end, Value::Absent);
        }
        // What an earlier call left behind is never seen.
        registers.get_mut(window.clone()).ok_or(Failure::internal())?.fill(Value::Absent);
        let lets = position(machine.lets.len())?;
        machine.lets.resize(machine.lets.len() + usize::from(function.lets), LetState::Open);
        let outer = machine.depths();
        machine.frames.push(Frame {
            base,
            count,
            back,
            dst,
            instance,
            included,
            let_count: function.lets,
            lets,
            outer,
            guard: None,
        });
        Ok((function.start as usize, window))
    }

    /// Leaves the innermost function; gives where its caller goes on, and the register for the result.
    pub(super) fn leave(&mut self) -> (usize, u16) {
        let Some(frame) = self.machine.frames.pop() else { return (usize::MAX, 0) };
        self.machine.lets.truncate(frame.lets as usize);
        self.machine.drop_to(frame.outer);
        if frame.included {
            self.finish_include(frame.instance);
        }
        (frame.back as usize, frame.dst)
    }

    /// Records a failure; gives its position.
    #[cold]
    pub(super) fn record(&mut self, failure: Failure, at: usize) -> u32 {
        let machine = &mut *self.machine;
        let from = machine.trail.len();
        let mut calls = machine.let_calls.len();
        for frame in machine.frames.iter().rev() {
            let lets = machine.let_calls.get(frame.outer.let_calls as usize..calls).unwrap_or(&[]);
            machine.trail.extend(lets.iter().rev().map(|call| call.from));
            calls = frame.outer.let_calls as usize;
            if let Some(call) = frame.back.checked_sub(1) {
                machine.trail.push(call);
            }
        }
        let short = |len: usize| u32::try_from(len).unwrap_or(u32::MAX);
        let trail = (short(from), short(machine.trail.len()));
        machine.raised.push(Raised { failure, at: short(at), trail });
        short(machine.raised.len() - 1)
    }

    /// Takes a recorded failure to the innermost guard above `floor`; gives where to go on, if there is one.
    #[cold]
    pub(super) fn unwind(&mut self, raised: u32, floor: usize) -> Result<usize, u32> {
        let ends = match self.machine.raised.get(raised as usize) {
            Some(raised) => raised.failure.code.is_limit(),
            None => true,
        };
        if ends {
            return Err(raised);
        }
        while self.machine.frames.len() > floor {
            let Some(frame) = self.machine.frames.last_mut() else { break };
            let lets = frame.lets;
            if let Some(Guard { to, depths }) = frame.guard.take() {
                let machine = &mut *self.machine;
                for call in machine.let_calls.get(depths.let_calls as usize..).unwrap_or(&[]) {
                    if let Some(state) = machine.lets.get_mut(lets as usize + usize::from(call.slot)) {
                        *state = LetState::Failed(raised);
                    }
                }
                machine.drop_to(depths);
                machine.caught_before = machine.caught;
                machine.caught = raised;
                return Ok(to as usize);
            }
            self.leave();
        }
        Err(raised)
    }

    #[inline(never)]
    pub(super) fn guard(&mut self, to: Option<u32>) {
        let depths = self.machine.depths();
        if let Some(frame) = self.machine.frames.last_mut() {
            frame.guard = to.map(|to| Guard { to, depths });
        }
    }

    fn let_state(&mut self, slot: u16) -> Result<&mut LetState, Failure> {
        let frame = self.machine.frames.last().ok_or(Failure::internal())?;
        if slot >= frame.let_count {
            return Err(Failure::internal());
        }
        self.machine.lets.get_mut(frame.lets as usize + usize::from(slot)).ok_or(Failure::internal())
    }

    /// What a use of a `let` finds: whether its code is to be run first, or the failure that it had.
    #[inline]
    pub(super) fn use_let(&mut self, slot: u16, from: usize) -> Result<LetUse, Failure> {
        let state = self.let_state(slot)?;
        match *state {
            LetState::Done => Ok(LetUse::Done),
            LetState::Failed(raised) => Ok(LetUse::Failed(raised)),
            LetState::Running => Err(Failure::internal()),
            LetState::Open => {
                *state = LetState::Running;
                let from = position(from)?;
                // A slot that is reset while it runs could pile up calls without end.
                let depth = self.machine.frames.last().map_or(0, |frame| frame.outer.let_calls as usize);
                let limit = self.machine.frames.last().map_or(0, |frame| usize::from(frame.let_count));
                if self.machine.let_calls.len() >= depth + limit {
                    return Err(Failure::internal());
                }
                self.machine.let_calls.push(LetCall { slot, from });
                Ok(LetUse::Run)
            }
        }
    }

    /// Ends the code of a `let`; gives where to go on.
    #[inline(never)]
    pub(super) fn let_done(&mut self, slot: u16) -> Result<usize, Failure> {
        let floor = self.machine.frames.last().map_or(0, |frame| frame.outer.let_calls as usize);
        if self.machine.let_calls.len() <= floor {
            return Err(Failure::internal());
        }
        let call = self.machine.let_calls.pop().filter(|call| call.slot == slot).ok_or(Failure::internal())?;
        *self.let_state(slot)? = LetState::Done;
        Ok(call.from as usize + 1)
    }

    #[inline(never)]
    pub(super) fn reset_lets(&mut self, first: u16, count: u32) -> Result<(), Failure> {
        let frame = self.machine.frames.last().ok_or(Failure::internal())?;
        if u32::from(first) + count > u32::from(frame.let_count) {
            return Err(Failure::internal());
        }
        let start = frame.lets as usize + usize::from(first);
        let slots = self.machine.lets.get_mut(start..start + count as usize).ok_or(Failure::internal())?;
        slots.fill(LetState::Open);
        Ok(())
    }
}

/// What a use of a `let` finds.
pub(super) enum LetUse {
    /// It has its value.
    Done,
    /// It failed.
    Failed(u32),
    /// Its code is to be run.
    Run,
}
