//! The machine: frames of registers, and one loop over instructions.

mod accumulate;
mod cast;
mod control;
mod cycle;
mod descend;
mod entities;
mod filter;
mod findings;
mod include;
mod policies;
mod positions;
mod shorten;
mod structures;
mod tests_only;
mod text;
mod transforms;

#[cfg(test)]
mod tests;

use policy_bytecode::program::FunctionIndex;
use policy_bytecode::scalar::Timestamp;

use crate::context::Context;
use crate::entities::Known;
use crate::failure::{Code, Failure};
use crate::host::Host;
use crate::memory::Memory;
use crate::modes::Modes;
use crate::program::Loaded;
use crate::store::{Heap, Store};
use crate::structure;
use crate::value::Value;

pub(crate) use accumulate::Accumulating;
pub(crate) use control::{LetCall, LetState};
pub(crate) use findings::{Applies, Findings, Found, Instance, Kind, Note, Weight};
pub(crate) use include::instance_name;
pub(crate) use transforms::{in_order, path_text, transform_of};

/// The deepest nesting of calls.
const MAX_FRAMES: usize = 1_024;

/// The most registers of all frames together.
const MAX_REGISTERS: usize = 1 << 20;

/// A failure, with where it happened and what led there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Raised {
    pub(crate) failure: Failure,
    /// The instruction.
    pub(crate) at: u32,
    /// Instructions of calls and `let`s that led there, innermost first: a run of [`Machine::trail`].
    pub(crate) trail: (u32, u32),
}

/// A function that is running.
#[derive(Clone, Copy, Debug)]
struct Frame {
    /// The first register.
    base: u32,
    /// How many registers.
    count: u32,
    /// Where the caller goes on.
    back: u32,
    /// The caller's register for the result.
    dst: u16,
    /// The evaluation of a policy that it belongs to.
    instance: u32,
    /// Whether it is the body of that policy, included by another.
    included: bool,
    /// How many `let` slots.
    let_count: u16,
    /// The first `let` slot.
    lets: u32,
    /// What stood when it was entered.
    outer: Depths,
    guard: Option<Guard>,
}

/// How a function is entered.
#[derive(Clone, Copy, Debug)]
struct Entry {
    base: u32,
    back: u32,
    dst: u16,
    instance: u32,
    included: bool,
}

/// Where a failure goes on, and what is dropped then.
#[derive(Clone, Copy, Debug)]
struct Guard {
    to: u32,
    depths: Depths,
}

/// How much of each stack is in use.
#[derive(Clone, Copy, Debug)]
struct Depths {
    let_calls: u32,
    stage: u32,
    marks: u32,
    accumulators: u32,
    descents: u32,
}

/// Everything that a decision writes to, kept between decisions.
#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) heap: Heap,
    registers: Vec<Value>,
    frames: Vec<Frame>,
    lets: Vec<LetState>,
    let_calls: Vec<LetCall>,
    marks: Vec<u32>,
    accumulators: Vec<Accumulating>,
    descents: descend::Descents,
    positions: positions::Positions,
    /// The failure of the instruction that is running, until it is recorded.
    failing: Failure,
    pub(crate) raised: Vec<Raised>,
    pub(crate) trail: Vec<u32>,
    caught: u32,
    /// The one that was caught before it.
    caught_before: u32,
    pub(crate) findings: Findings,
    /// Open decisions: those that a test asks for while it runs.
    deciding: u32,
    /// Functions of `read by` types that are running within each other.
    pub(crate) reading_depth: u32,
    pub(crate) reading: crate::ingest::Reading,
}

impl Machine {
    pub(crate) fn new() -> Self {
        Self {
            heap: Heap::new(0, 0),
            registers: Vec::new(),
            frames: Vec::new(),
            lets: Vec::new(),
            let_calls: Vec::new(),
            marks: Vec::new(),
            accumulators: Vec::new(),
            descents: descend::Descents::default(),
            positions: positions::Positions::default(),
            failing: Failure::internal(),
            raised: Vec::new(),
            trail: Vec::new(),
            caught: 0,
            caught_before: 0,
            findings: Findings::default(),
            deciding: 0,
            reading_depth: 0,
            reading: crate::ingest::Reading::default(),
        }
    }

    /// Forgets everything and keeps the room.
    pub(crate) fn reset(&mut self, fuel: u64, memory: u64) {
        self.heap.reset(fuel, memory);
        self.forget_frames();
        self.raised.clear();
        self.trail.clear();
        self.caught = 0;
        self.caught_before = 0;
        self.findings.clear();
        self.deciding = 0;
        self.reading_depth = 0;
    }

    /// Drops what was running, after a stop.
    pub(crate) fn forget_frames(&mut self) {
        self.frames.clear();
        self.lets.clear();
        self.let_calls.clear();
        self.marks.clear();
        self.accumulators.clear();
        self.descents.truncate(0);
        self.positions.clear();
        self.heap.stage.clear();
    }

    fn depths(&self) -> Depths {
        let short = |len: usize| u32::try_from(len).unwrap_or(u32::MAX);
        Depths {
            let_calls: short(self.let_calls.len()),
            stage: short(self.heap.stage.len()),
            marks: short(self.marks.len()),
            accumulators: short(self.accumulators.len()),
            descents: short(self.descents.depth()),
        }
    }

    fn drop_to(&mut self, depths: Depths) {
        self.let_calls.truncate(depths.let_calls as usize);
        self.heap.stage.truncate(depths.stage as usize);
        self.marks.truncate(depths.marks as usize);
        self.accumulators.truncate(depths.accumulators as usize);
        self.descents.truncate(depths.descents as usize);
    }
}

/// How many places of a failure in the snapshot are kept.
pub(crate) const LED: usize = 6;

/// A value of the snapshot, as the machine loads it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Slot {
    /// Its value.
    Value(Value),
    /// It failed where it was computed.
    Failed {
        /// How.
        failure: Failure,
        /// The instruction that failed, and those of calls and `let`s that led there, innermost first; none for what
        /// failed in no code.
        led: [Option<u32>; LED],
    },
    /// A data item that was loaded at a time, and must not be older than it says.
    Aging { value: Value, loaded: Timestamp, max_age: policy_bytecode::scalar::Duration },
}

/// One run: what it reads, and the machine that it writes to.
pub(crate) struct Run<'a, O> {
    pub(crate) loaded: &'a Loaded,
    pub(crate) data: &'a Store,
    pub(crate) entities: Option<Known<'a>>,
    pub(crate) items: &'a [Slot],
    pub(crate) globals: &'a [Slot],
    pub(crate) input: &'a str,
    pub(crate) now: Option<Timestamp>,
    pub(crate) machine: &'a mut Machine,
    pub(crate) observer: &'a mut O,
    pub(crate) host: &'a mut dyn Host,
    /// The modes that the deployment says.
    pub(crate) modes: Option<&'a Modes>,
}

impl<O: crate::observer::Observer> Run<'_, O> {
    pub(crate) fn memory(&self) -> Memory<'_> {
        Memory {
            constants: &self.loaded.constants,
            data: self.data,
            arena: &self.machine.heap.arena,
            input: self.input,
        }
    }

    pub(crate) fn context(&mut self) -> Context<'_> {
        Context {
            heap: &mut self.machine.heap,
            constants: &self.loaded.constants,
            data: self.data,
            input: self.input,
            now: self.now,
        }
    }

    /// Calls a function; the failure that no guard caught is given by its position in [`Machine::raised`].
    pub(crate) fn call(&mut self, function: FunctionIndex, args: &[Value]) -> Result<Value, u32> {
        self.call_on(function, &[], args)
    }

    /// [`Run::call`] with arguments that lie in two places.
    pub(crate) fn call_on(
        &mut self,
        function: FunctionIndex,
        first: &[Value],
        rest: &[Value],
    ) -> Result<Value, u32> {
        let floor = self.machine.frames.len();
        let depths = self.machine.depths();
        let mut registers = std::mem::take(&mut self.machine.registers);
        let base = self.machine.frames.last().map_or(0, |frame| frame.base + frame.count);
        let result = match self.enter(
            &mut registers,
            function,
            Entry { base, back: 0, dst: 0, instance: 0, included: false },
        ) {
            Ok((start, window)) => {
                let given = first.len() + rest.len();
                match registers.get_mut(window).and_then(|all| all.get_mut(..given)) {
                    Some(params) => {
                        for (param, arg) in params.iter_mut().zip(first.iter().chain(rest)) {
                            *param = *arg;
                        }
                        self.cycle(&mut registers, floor, start)
                    }
                    None => Err(self.record(Failure::internal(), 0)),
                }
            }
            Err(failure) => Err(self.record(failure, 0)),
        };
        self.machine.registers = registers;
        if result.is_err() {
            while self.machine.frames.len() > floor {
                self.leave();
            }
            self.machine.drop_to(depths);
        }
        result
    }

    /// A set of what was staged since the mark.
    #[inline(never)]
    pub(crate) fn finish_set(&mut self, mark: usize) -> Result<Value, Failure> {
        let (constants, data, input) = (&self.loaded.constants, self.data, self.input);
        structure::set(&mut self.machine.heap, constants, data, input, mark)
    }

    /// A map of what was staged since the mark.
    #[inline(never)]
    pub(crate) fn finish_map(&mut self, mark: usize) -> Result<Value, Failure> {
        let (constants, data, input) = (&self.loaded.constants, self.data, self.input);
        structure::map(&mut self.machine.heap, constants, data, input, mark)
    }

    /// Records that a module-level `let` failed where it was computed, as its use at `pc` finds out.
    #[cold]
    fn failed_before(&mut self, global: u32, failure: Failure, pc: usize) -> u32 {
        let raised = self.record(failure, pc);
        let Some(Slot::Failed { led, .. }) = self.globals.get(global as usize) else { return raised };
        let [Some(origin), rest @ ..] = led else { return raised };
        let Machine { raised: all, trail, .. } = &mut *self.machine;
        let Some(found) = all.get_mut(raised as usize) else { return raised };
        // From the operator that failed to the use here, and from there on.
        let own = trail.split_off(found.trail.0 as usize);
        trail.extend(rest.iter().flatten());
        trail.extend(u32::try_from(pc).ok());
        trail.extend(own);
        found.trail.1 = u32::try_from(trail.len()).unwrap_or(u32::MAX);
        found.at = *origin;
        raised
    }

    /// Loads a value of the snapshot.
    #[inline(never)]
    fn load(&self, slots: &[Slot], at: u32) -> Result<Value, Failure> {
        match slots.get(at as usize) {
            Some(Slot::Value(value)) => Ok(*value),
            Some(Slot::Failed { failure, .. }) => Err(*failure),
            Some(Slot::Aging { value, loaded, max_age }) => {
                let now = self.now.ok_or(Failure::new(Code::NoNow))?;
                let age = crate::time::between(now, *loaded).ok_or(Failure::new(Code::StaleData))?;
                if age > *max_age { Err(Failure::new(Code::StaleData)) } else { Ok(*value) }
            }
            None => Err(Failure::internal()),
        }
    }
}
