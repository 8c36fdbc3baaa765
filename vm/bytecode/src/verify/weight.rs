//! Work is paid for: along every way through a function, what was charged covers what ran.
//!
//! The machine takes fuel only where it meets a `charge`, a call or work whose size the input decides. Code that a
//! compiler wrote charges for a stretch where the stretch begins; code that a stranger wrote need not. So a balance is
//! kept for each instruction: the least that is left of what was charged on any way to it. A unit of fuel pays for
//! [`PER_UNIT`] instructions, which leaves room for jumps that the assembler had to widen, and still bounds what a
//! decision does by its fuel alone.

use std::collections::{BTreeMap, BTreeSet};

use super::VerifyError;
use crate::inst::Inst;
use crate::op::{Op, Ways};
use crate::program::{Function, Program};

/// The instructions that a unit of fuel pays for.
const PER_UNIT: i32 = 32;

/// The instructions that entering a function pays for: the machine charges for each call.
const ENTRY: i32 = 64;

/// The instructions that a use of a `let` pays for, for its code.
const ENTRY_LET: i32 = 16;

/// The registers and `let`s that are cleared in the time of an instruction.
const CLEARED: i32 = 8;

/// The most guards that may hold at one instruction.
const MAX_GUARDS: usize = 8;

/// How often a function is gone through: once, and once more for each way back that changes what is known.
const ROUNDS: usize = 64;

pub(super) fn check(program: &Program) -> Result<(), VerifyError> {
    for (index, function) in program.functions.iter().enumerate() {
        let code = program.code.get(function.start as usize..function.end as usize).unwrap_or(&[]);
        let mut scale = Scale {
            code,
            start: function.start as usize,
            enough: i32::try_from(code.len()).unwrap_or(i32::MAX).saturating_mul(ENTRY_LET + 1),
            states: vec![None; code.len()],
            guarded: Vec::new(),
            guards: vec![Vec::new()],
            known: BTreeMap::from([(Vec::new(), 0)]),
            open: vec![false; code.len()],
            least: 0,
        };
        scale.function(function).map_err(|error| match error.at {
            Some(_) => error,
            None => VerifyError::new(format!("function {index}: {}", error.message)),
        })?;
    }
    Ok(())
}

/// What is known where an instruction begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct State {
    /// The least that is left of what was charged.
    left: i32,
    /// The guards that may hold: a position in [`Scale::guards`].
    guards: u32,
    /// Whether it belongs to the code of a `let`.
    aside: bool,
}

struct Scale<'a> {
    code: &'a [Inst],
    start: usize,
    /// More than all the code of the function costs, which is of no use to it.
    enough: i32,
    /// What is known of each instruction without a guard; nothing where no way leads there.
    states: Vec<Option<State>>,
    /// The same with a guard, empty as long as there is none. They are kept apart because a failure leads to its guard once,
    /// which would otherwise look like a loop.
    guarded: Vec<Option<State>>,
    /// Sets of places where failures go on, each once; the first is empty.
    guards: Vec<Vec<usize>>,
    known: BTreeMap<Vec<usize>, u32>,
    /// The instructions to weigh, and none below `least`. They are weighed in their order, so that ways that meet have met
    /// before what follows is weighed.
    open: Vec<bool>,
    least: usize,
}

impl Scale<'_> {
    fn function(&mut self, function: &Function) -> Result<(), VerifyError> {
        let cleared = i32::from(function.registers) + i32::from(function.lets);
        self.reach(0, State { left: ENTRY - cleared / CLEARED, guards: 0, aside: false })?;
        for _ in 0..ROUNDS {
            let from = std::mem::replace(&mut self.least, self.code.len());
            if from == self.code.len() {
                return Ok(());
            }
            for at in from..self.code.len() {
                if self.open.get_mut(at).is_some_and(std::mem::take) {
                    if let Some(state) = self.states.get(at).copied().flatten() {
                        self.weigh(at, state)?;
                    }
                    if let Some(state) = self.guarded.get(at).copied().flatten() {
                        self.weigh(at, state)?;
                    }
                }
            }
        }
        Err(VerifyError::new("what its code costs cannot be told: its ways go back too often"))
    }

    fn weigh(&mut self, at: usize, before: State) -> Result<(), VerifyError> {
        let Some(inst) = self.code.get(at).copied() else { return Ok(()) };
        let place = self.start + at;
        let here = |message: &str| VerifyError { message: message.to_owned(), at: Some(place) };
        let mut state = before;
        state.left = if inst.op == Op::Charge {
            before.left.saturating_add(i32::try_from(inst.bc()).unwrap_or(i32::MAX).saturating_mul(PER_UNIT))
        } else if inst.op == Op::LetUse {
            before.left - 1 - ENTRY_LET
        } else {
            before.left - 1
        };
        if state.left < 0 {
            return Err(here("more code than is charged for leads here"));
        }
        // Anything may fail when it is given what it is not for. A guard is used up by the failure that it catches.
        if before.guards != 0 {
            let mut guard = 0;
            while let Some(to) =
                self.guards.get(before.guards as usize).and_then(|set| set.get(guard)).copied()
            {
                self.reach(to, State { guards: 0, ..state })?;
                guard += 1;
            }
        }
        let far = (inst.bc() as usize).checked_sub(self.start).unwrap_or(usize::MAX);
        if inst.op == Op::Guard {
            if before.aside {
                return Err(here("a guard in the code of a `let`"));
            }
            state.guards = self.set(vec![far])?;
            return self.reach(at + 1, state);
        }
        if inst.op == Op::LetUse {
            // The code of a `let` pays for itself, and its use paid for entering it; its failure is that of the use.
            self.reach(far, State { left: ENTRY_LET, guards: 0, aside: true })?;
            return self.reach(at + 1, state);
        }
        if inst.op == Op::Unguard {
            state.guards = 0;
        }
        match inst.op.info().ways {
            Ways::On => {}
            Ways::Target => self.reach(far, state)?,
            Ways::Near => {
                let to = (at + 1).checked_add_signed(isize::from(inst.near()));
                self.reach(to.unwrap_or(usize::MAX), state)?;
            }
        }
        if super::code::leaves(inst.op) { Ok(()) } else { self.reach(at + 1, state) }
    }

    /// A way leads to an instruction.
    fn reach(&mut self, at: usize, way: State) -> Result<(), VerifyError> {
        let way = State { left: way.left.min(self.enough), ..way };
        if way.guards != 0 && self.guarded.is_empty() {
            self.guarded.resize(self.states.len(), None);
        }
        let states = if way.guards == 0 { &mut self.states } else { &mut self.guarded };
        let Some(slot) = states.get_mut(at) else { return Ok(()) };
        let both = match *slot {
            None => way,
            // What is known stays, where it is no more than what comes.
            Some(known)
                if known.left <= way.left && known.guards == way.guards && known.aside >= way.aside =>
            {
                return Ok(());
            }
            Some(known) => State {
                left: known.left.min(way.left),
                guards: self.union(known.guards, way.guards)?,
                aside: known.aside || way.aside,
            },
        };
        let states = if way.guards == 0 { &mut self.states } else { &mut self.guarded };
        if let (Some(slot), Some(open)) = (states.get_mut(at), self.open.get_mut(at))
            && *slot != Some(both)
        {
            *slot = Some(both);
            *open = true;
            self.least = self.least.min(at);
        }
        Ok(())
    }

    fn union(&mut self, left: u32, right: u32) -> Result<u32, VerifyError> {
        if left == right || right == 0 {
            return Ok(left);
        }
        let sets = [left, right].map(|at| self.guards.get(at as usize).map_or(&[][..], Vec::as_slice));
        let both: BTreeSet<usize> = sets.concat().into_iter().collect();
        self.set(both.into_iter().collect())
    }

    /// The position of a set. There are few at a time: a guard takes the place of the one before it.
    fn set(&mut self, set: Vec<usize>) -> Result<u32, VerifyError> {
        if set.len() > MAX_GUARDS {
            return Err(VerifyError::new("too many guards that may hold at once"));
        }
        if let Some(known) = self.known.get(&set) {
            return Ok(*known);
        }
        let at = u32::try_from(self.guards.len()).map_err(|_| VerifyError::new("too many guards"))?;
        self.guards.push(set.clone());
        self.known.insert(set, at);
        Ok(at)
    }
}
