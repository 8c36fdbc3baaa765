//! The loop: one `match` over operations.
//!
//! The loop keeps the registers of the running function as one slice; calls, returns and failures leave
//! the inner loop, which is entered again with another slice. What an operation does, beyond a line or
//! two, is in the file of its family.

use std::cmp::Ordering;

use policy_bytecode::Op;
use policy_bytecode::inst::Inst;
use policy_bytecode::op::CONST_BASE;
use policy_bytecode::program::FunctionIndex;

use super::control::LetUse;
use super::filter::{self, Filtered};
use super::{Entry, Run, text};
use crate::arithmetic;
use crate::compare::{Compare, TEXT_A_UNIT};
use crate::failure::{Code, Failure};
use crate::observer::Observer;
use crate::store::Heap;
use crate::structure;
use crate::time;
use crate::value::Value;

/// Why the inner loop was left.
enum Step {
    Call {
        function: u16,
        args: u16,
        dst: u16,
    },
    /// The body of a policy that another includes.
    Include(Inst),
    Return(Value),
    /// What the machine holds as [`super::Machine::failing`] happened: this way a step takes few words.
    Fail,
    /// A program that the verifier ought to have refused.
    Damaged,
    /// A failure that was recorded before.
    Again(u32),
    /// The decision of a policy, for a test.
    Decide(Inst),
}

#[inline(always)]
pub(super) fn source<'a>(frame: &'a [Value], consts: &'a [Value], operand: u16) -> Option<&'a Value> {
    if operand < CONST_BASE {
        frame.get(usize::from(operand))
    } else {
        consts.get(usize::from(operand - CONST_BASE))
    }
}

impl<O: Observer> Run<'_, O> {
    #[inline(always)]
    pub(super) fn comparing(&mut self) -> Compare<'_, '_> {
        let Heap { arena, meter, .. } = &mut self.machine.heap;
        let memory = crate::memory::Memory {
            constants: &self.loaded.constants,
            data: self.data,
            arena,
            input: self.input,
        };
        Compare { memory, fuel: &mut meter.fuel }
    }

    #[inline(always)]
    fn equal(&mut self, left: Value, right: Value) -> Result<bool, Failure> {
        self.comparing().equal(left, right)
    }

    #[inline]
    fn before(&mut self, left: Value, right: Value, or_equal: bool) -> Result<bool, Failure> {
        let mut compare = self.comparing();
        let order = match compare.texts(left, right)? {
            Some(order) => order,
            None => compare.rank(left, right)?,
        };
        Ok(order == Ordering::Less || or_equal && order == Ordering::Equal)
    }

    #[inline(always)]
    fn equal_texts(&mut self, left: Value, right: Value) -> Result<bool, Failure> {
        if let (Value::Text(a), Value::Text(b)) = (left, right) {
            if a.len != b.len {
                return Ok(false);
            }
            if a.len >= TEXT_A_UNIT {
                self.machine.heap.meter.charge(u64::from(a.len / TEXT_A_UNIT))?;
            }
            let memory = self.memory();
            Ok(memory.span_bytes(a) == memory.span_bytes(b))
        } else {
            Err(Failure::kind(left))
        }
    }

    /// Runs from an instruction on until the frames are down to `floor` again.
    #[expect(clippy::too_many_lines, reason = "one arm an operation, a line or two each")]
    pub(super) fn cycle(
        &mut self,
        registers: &mut Vec<Value>,
        floor: usize,
        start: usize,
    ) -> Result<Value, u32> {
        let loaded = self.loaded;
        let code: &[Inst] = &loaded.code.code;
        let consts: &[Value] = &loaded.consts;
        let mut pc = start;
        loop {
            let window = match self.machine.frames.last() {
                Some(frame) => frame.base as usize..(frame.base + frame.count) as usize,
                None => return Err(self.record(Failure::internal(), pc)),
            };
            let window_end = window.end;
            let Some(frame) = registers.get_mut(window) else {
                return Err(self.record(Failure::internal(), pc));
            };
            let step = loop {
                macro_rules! fail {
                    ($failure:expr) => {{
                        self.machine.failing = $failure;
                        break Step::Fail;
                    }};
                }
                let Some(&inst) = code.get(pc) else { break Step::Damaged };
                if O::ACTIVE {
                    self.observer.instruction(pc, inst);
                }
                macro_rules! ok {
                    ($result:expr) => {
                        match $result {
                            Ok(value) => value,
                            Err(failure) => fail!(failure),
                        }
                    };
                }
                macro_rules! get {
                    ($operand:expr) => {
                        match source(frame, consts, $operand) {
                            Some(value) => *value,
                            None => break Step::Damaged,
                        }
                    };
                }
                macro_rules! set {
                    ($register:expr, $value:expr) => {{
                        let value = $value;
                        match frame.get_mut(usize::from($register)) {
                            Some(slot) => *slot = value,
                            None => break Step::Damaged,
                        }
                    }};
                }
                macro_rules! bool {
                    ($operand:expr) => {
                        match get!($operand) {
                            Value::Bool(value) => value,
                            other => fail!(Failure::kind(other)),
                        }
                    };
                }
                macro_rules! ints {
                    () => {
                        match (get!(inst.b), get!(inst.c)) {
                            (Value::Int(left), Value::Int(right)) => (left, right),
                            (left, _) => fail!(Failure::kind(left)),
                        }
                    };
                }
                macro_rules! branch_ints {
                    ($compare:expr) => {
                        match (get!(inst.a), get!(inst.b)) {
                            (Value::Int(left), Value::Int(right)) => {
                                near!($compare(left, right));
                            }
                            (left, _) => fail!(Failure::kind(left)),
                        }
                    };
                }
                macro_rules! near {
                    ($holds:expr) => {
                        if $holds == (inst.x == 1) {
                            pc = pc.wrapping_add_signed(isize::from(inst.near()));
                        }
                    };
                }
                macro_rules! args {
                    ($count:expr) => {
                        match frame.get(usize::from(inst.c)..usize::from(inst.c) + $count) {
                            Some(args) => args,
                            None => break Step::Damaged,
                        }
                    };
                }
                pc += 1;
                match inst.op {
                    // Control.
                    Op::Jump => pc = inst.bc() as usize,
                    Op::JumpIf => {
                        if bool!(inst.a) {
                            pc = inst.bc() as usize;
                        }
                    }
                    Op::JumpUnless => {
                        if !bool!(inst.a) {
                            pc = inst.bc() as usize;
                        }
                    }
                    Op::JumpAbsent => {
                        if !get!(inst.a).is_some() {
                            pc = inst.bc() as usize;
                        }
                    }
                    Op::JumpPresent => {
                        if get!(inst.a).is_some() {
                            pc = inst.bc() as usize;
                        }
                    }
                    Op::Charge => ok!(self.machine.heap.meter.charge(u64::from(inst.bc()))),
                    Op::Call => break Step::Call { function: inst.b, args: inst.c, dst: inst.a },
                    Op::Return => break Step::Return(get!(inst.a)),
                    Op::Finish => break Step::Return(Value::Absent),
                    Op::LetUse => match ok!(self.use_let(inst.a, pc - 1)) {
                        LetUse::Done => {}
                        LetUse::Failed(raised) => break Step::Again(raised),
                        LetUse::Run => pc = inst.bc() as usize,
                    },
                    Op::LetDone => pc = ok!(self.let_done(inst.a)),
                    Op::LetReset => ok!(self.reset_lets(inst.a, inst.bc())),
                    Op::Guard => self.guard(Some(inst.bc())),
                    Op::Unguard => self.guard(None),

                    // Loads.
                    Op::Move => set!(inst.a, get!(inst.b)),
                    Op::Const => match consts.get(inst.bc() as usize) {
                        Some(&value) => set!(inst.a, value),
                        None => break Step::Damaged,
                    },
                    Op::Data => set!(inst.a, ok!(self.load(self.items, inst.bc()))),
                    Op::Global => match self.load(self.globals, inst.bc()) {
                        Ok(value) => set!(inst.a, value),
                        Err(failure) => {
                            break Step::Again(self.failed_before(inst.bc(), failure, pc - 1));
                        }
                    },
                    Op::Now => match self.now {
                        Some(now) => set!(inst.a, Value::timestamp(now)),
                        None => fail!(Failure::new(Code::NoNow)),
                    },

                    // Structures.
                    Op::Field => {
                        let base = get!(inst.b);
                        match self.memory().part(&base, usize::from(inst.c)) {
                            Some(&value) => set!(inst.a, value),
                            None => fail!(Failure::kind(base)),
                        }
                    }
                    Op::SetField => {
                        let (base, value) = (get!(inst.b), get!(inst.c));
                        set!(inst.a, ok!(self.set_field(base, inst.x, value)));
                    }
                    Op::SetKey => {
                        let base = get!(inst.b);
                        let &[key, value] = args!(2) else { break Step::Damaged };
                        set!(inst.a, ok!(self.set_key(base, key, value)));
                    }
                    Op::Begin => ok!(self.begin()),
                    Op::Push => {
                        let value = get!(inst.a);
                        ok!(structure::push(&mut self.machine.heap, value));
                    }
                    Op::MakeRecord => {
                        let mark = ok!(self.mark());
                        set!(inst.a, ok!(structure::record(&mut self.machine.heap, mark)));
                    }
                    Op::MakeTuple => {
                        let mark = ok!(self.mark());
                        set!(inst.a, ok!(structure::tuple(&mut self.machine.heap, mark)));
                    }
                    Op::MakeList => {
                        let mark = ok!(self.mark());
                        set!(inst.a, ok!(structure::list(&mut self.machine.heap, mark)));
                    }
                    Op::MakeSet => {
                        let mark = ok!(self.mark());
                        set!(inst.a, ok!(self.finish_set(mark)));
                    }
                    Op::MakeMap => {
                        let mark = ok!(self.mark());
                        set!(inst.a, ok!(self.finish_map(mark)));
                    }
                    Op::MakeUnion => {
                        let (content, tag) = (get!(inst.b), get!(inst.b.wrapping_add(1)));
                        let heap = &mut self.machine.heap;
                        set!(inst.a, ok!(structure::union(heap, u32::from(inst.c), content, tag)));
                    }
                    Op::Tag => set!(inst.a, ok!(self.memory().tag(get!(inst.b)))),
                    Op::Content => set!(inst.a, ok!(self.memory().content(get!(inst.b)))),
                    Op::JumpVariant => {
                        let value = get!(inst.a);
                        let Value::Union { variant, .. } = value else {
                            fail!(Failure::kind(value));
                        };
                        near!((variant == u32::from(inst.b)));
                    }
                    Op::JsonField => {
                        let base = get!(inst.b);
                        set!(inst.a, ok!(self.json_field(base, inst.c)));
                    }
                    Op::IndexList => {
                        let (base, index) = (get!(inst.b), get!(inst.c));
                        set!(inst.a, ok!(self.index_list(base, index)));
                    }
                    Op::IndexMap => {
                        let (base, key) = (get!(inst.b), get!(inst.c));
                        set!(inst.a, ok!(self.index_map(base, key)));
                    }
                    Op::IndexJson => {
                        let (base, index) = (get!(inst.b), get!(inst.c));
                        set!(inst.a, ok!(self.index_json(base, index)));
                    }

                    Op::RequirePresent => {
                        if !get!(inst.a).is_some() {
                            fail!(Failure::new(Code::AbsentPath));
                        }
                    }

                    // Entities.
                    Op::MakeEntity => set!(inst.a, ok!(self.make_entity(get!(inst.b), inst.c))),
                    Op::EntityId => {
                        let value = get!(inst.b);
                        match value.as_entity() {
                            Some((_, id)) => set!(inst.a, Value::Text(id)),
                            None => fail!(Failure::kind(value)),
                        }
                    }
                    Op::EntityType => set!(inst.a, ok!(self.entity_type(get!(inst.b)))),
                    Op::Attributes => set!(inst.a, ok!(self.attributes(get!(inst.b)))),
                    Op::JumpEntity => {
                        let value = get!(inst.a);
                        let Value::Entity { kind, .. } = value else {
                            fail!(Failure::kind(value));
                        };
                        near!((kind == inst.b));
                    }
                    Op::InEntity => {
                        let (elem, container) = (get!(inst.b), get!(inst.c));
                        set!(inst.a, Value::Bool(ok!(self.in_entity(elem, container))));
                    }

                    // Loops.
                    Op::Iter => {
                        let container = get!(inst.b);
                        if !matches!(container, Value::List(_) | Value::Set(_) | Value::Map(_)) {
                            fail!(Failure::kind(container));
                        }
                        set!(inst.a, container);
                        set!(inst.a.wrapping_add(1), Value::Int(0));
                    }
                    Op::Next => {
                        if !O::ACTIVE
                            && let Some(filter) = filter::filter(code, pc)
                        {
                            match ok!(self.pass_over(frame, &filter)) {
                                Filtered::Body(to) => pc = to,
                                Filtered::Exit => {
                                    pc = pc.wrapping_add_signed(isize::from(inst.near()));
                                }
                            }
                            continue;
                        }
                        let (container, position) = (get!(inst.b), get!(inst.b.wrapping_add(1)));
                        let found = match (container, position) {
                            (Value::List(span) | Value::Set(span), Value::Int(at)) => {
                                let values = self.memory().span_values(span);
                                usize::try_from(at).ok().and_then(|at| values.get(at).copied())
                            }
                            _ => ok!(self.next_key(container, position)),
                        };
                        match found {
                            Some(value) => {
                                set!(inst.a, value);
                                set!(inst.b.wrapping_add(1), super::structures::step(position));
                            }
                            None => {
                                ok!(self.machine.heap.meter.charge(1));
                                pc = pc.wrapping_add_signed(isize::from(inst.near()));
                            }
                        }
                    }
                    Op::NextEntry => {
                        let (container, position) = (get!(inst.b), get!(inst.b.wrapping_add(1)));
                        match ok!(self.next_entry(container, position)) {
                            Some([key, value]) => {
                                set!(inst.a, key);
                                set!(inst.a.wrapping_add(1), value);
                                set!(inst.b.wrapping_add(1), super::structures::step(position));
                            }
                            None => {
                                ok!(self.machine.heap.meter.charge(1));
                                pc = pc.wrapping_add_signed(isize::from(inst.near()));
                            }
                        }
                    }
                    Op::Descend => {
                        let root = get!(inst.a);
                        ok!(self.descend(root, inst.b != 0));
                    }
                    Op::NextNode => match ok!(self.next_node()) {
                        Some(node) => set!(inst.a, node),
                        None => pc = pc.wrapping_add_signed(isize::from(inst.near())),
                    },
                    Op::Below => {
                        let children = get!(inst.a);
                        ok!(self.below(children));
                    }
                    Op::Descended => set!(inst.a, ok!(self.descended())),

                    // Tests and comparisons.
                    Op::Not => set!(inst.a, Value::Bool(!bool!(inst.b))),
                    Op::Present => set!(inst.a, Value::Bool(get!(inst.b).is_some())),
                    Op::Empty => {
                        let value = get!(inst.b);
                        set!(inst.a, Value::Bool(ok!(structure::length(value)) == 0));
                    }
                    Op::IsJson => {
                        let value = get!(inst.b);
                        set!(inst.a, Value::Bool(text::is_json(value, inst.c)));
                    }
                    Op::Eq => {
                        let (left, right) = (get!(inst.b), get!(inst.c));
                        set!(inst.a, Value::Bool(ok!(self.equal(left, right))));
                    }
                    Op::EqInt => {
                        let (left, right) = ints!();
                        set!(inst.a, Value::Bool(left == right));
                    }
                    Op::EqText => {
                        let (left, right) = (get!(inst.b), get!(inst.c));
                        set!(inst.a, Value::Bool(ok!(self.equal_texts(left, right))));
                    }
                    Op::Lt => {
                        let (left, right) = (get!(inst.b), get!(inst.c));
                        set!(inst.a, Value::Bool(ok!(self.before(left, right, false))));
                    }
                    Op::Le => {
                        let (left, right) = (get!(inst.b), get!(inst.c));
                        set!(inst.a, Value::Bool(ok!(self.before(left, right, true))));
                    }
                    Op::LtInt => {
                        let (left, right) = ints!();
                        set!(inst.a, Value::Bool(left < right));
                    }
                    Op::LeInt => {
                        let (left, right) = ints!();
                        set!(inst.a, Value::Bool(left <= right));
                    }
                    Op::JumpEq => {
                        let (left, right) = (get!(inst.a), get!(inst.b));
                        near!(ok!(self.equal(left, right)));
                    }
                    Op::JumpEqInt => branch_ints!(|left, right| left == right),
                    Op::JumpEqText => {
                        let (left, right) = (get!(inst.a), get!(inst.b));
                        near!(ok!(self.equal_texts(left, right)));
                    }
                    Op::JumpLt => {
                        let (left, right) = (get!(inst.a), get!(inst.b));
                        if !loaded.shortcuts.is_empty()
                            && let Some(target) = self.shorten(left, pc - 1)
                        {
                            pc = target;
                            continue;
                        }
                        near!(ok!(self.before(left, right, false)));
                    }
                    Op::JumpLe => {
                        let (left, right) = (get!(inst.a), get!(inst.b));
                        near!(ok!(self.before(left, right, true)));
                    }
                    Op::JumpLtInt => branch_ints!(|left, right| left < right),
                    Op::JumpLeInt => branch_ints!(|left, right| left <= right),
                    Op::In => {
                        let (elem, container) = (get!(inst.b), get!(inst.c));
                        set!(inst.a, Value::Bool(ok!(self.contained(elem, container))));
                    }
                    Op::JumpIn => {
                        let (elem, container) = (get!(inst.a), get!(inst.b));
                        near!(ok!(self.contained(elem, container)));
                    }
                    Op::Matches => {
                        let (value, pattern) = (get!(inst.b), get!(inst.c));
                        set!(inst.a, Value::Bool(ok!(self.matches(value, pattern, text::How::Whole))));
                    }
                    Op::JumpMatches => {
                        let (value, pattern) = (get!(inst.a), get!(inst.b));
                        near!(ok!(self.matches(value, pattern, text::How::Whole)));
                    }
                    Op::MatchesHost => {
                        let (value, pattern) = (get!(inst.b), get!(inst.c));
                        set!(inst.a, Value::Bool(ok!(self.matches(value, pattern, text::How::Host))));
                    }
                    Op::Contains => {
                        let (value, what) = (get!(inst.b), get!(inst.c));
                        set!(inst.a, Value::Bool(ok!(self.contains(value, what))));
                    }
                    Op::JumpContains => {
                        let (value, what) = (get!(inst.a), get!(inst.b));
                        near!(ok!(self.contains(value, what)));
                    }

                    // Arithmetic.
                    Op::AddInt => {
                        let (left, right) = ints!();
                        set!(inst.a, ok!(arithmetic::add_int(left, right)));
                    }
                    Op::SubInt => {
                        let (left, right) = ints!();
                        set!(inst.a, ok!(arithmetic::sub_int(left, right)));
                    }
                    Op::MulInt => {
                        let (left, right) = ints!();
                        set!(inst.a, ok!(arithmetic::mul_int(left, right)));
                    }
                    Op::DivInt => {
                        let (left, right) = ints!();
                        set!(inst.a, ok!(arithmetic::div_int(left, right)));
                    }
                    Op::RemInt => {
                        let (left, right) = ints!();
                        set!(inst.a, ok!(arithmetic::rem_int(left, right)));
                    }
                    Op::NegInt => {
                        let value = get!(inst.b);
                        set!(inst.a, ok!(arithmetic::neg_int(value)));
                    }
                    Op::AddDecimal => {
                        let (left, right) = (get!(inst.b), get!(inst.c));
                        set!(inst.a, ok!(arithmetic::add(left, right)));
                    }
                    Op::SubDecimal => {
                        let (left, right) = (get!(inst.b), get!(inst.c));
                        set!(inst.a, ok!(arithmetic::sub(left, right)));
                    }
                    Op::MulDecimal => {
                        let (left, right) = (get!(inst.b), get!(inst.c));
                        set!(inst.a, ok!(arithmetic::mul(left, right)));
                    }
                    Op::DivDecimal => {
                        let (left, right) = (get!(inst.b), get!(inst.c));
                        set!(inst.a, ok!(arithmetic::div(left, right)));
                    }
                    Op::NegDecimal => {
                        let value = get!(inst.b);
                        set!(inst.a, ok!(arithmetic::neg(value)));
                    }
                    Op::ToDecimal => {
                        let value = get!(inst.b);
                        set!(inst.a, ok!(arithmetic::to_decimal(value)));
                    }
                    Op::AddTime => {
                        let (left, right) = (get!(inst.b), get!(inst.c));
                        set!(inst.a, ok!(time::add(left, right)));
                    }
                    Op::SubTime => {
                        let (left, right) = (get!(inst.b), get!(inst.c));
                        set!(inst.a, ok!(time::sub(left, right)));
                    }
                    Op::MulTime => {
                        let (left, right) = (get!(inst.b), get!(inst.c));
                        set!(inst.a, ok!(time::mul(left, right)));
                    }
                    Op::NegTime => {
                        let value = get!(inst.b);
                        set!(inst.a, ok!(time::neg(value)));
                    }
                    Op::AccBegin => ok!(self.accumulate(inst.a)),
                    Op::AccAdd => {
                        let value = get!(inst.a);
                        ok!(self.accumulate_value(value));
                    }
                    Op::AccEnd => set!(inst.a, ok!(self.accumulated())),

                    // Conversions and text.
                    Op::Cast => {
                        let value = get!(inst.b);
                        set!(inst.a, ok!(self.cast(value, inst.c, inst.x == 1)));
                    }
                    Op::Project => {
                        let value = get!(inst.b);
                        set!(inst.a, ok!(self.project(value, u32::from(inst.c), 0)));
                    }
                    Op::ToJson => {
                        let value = get!(inst.b);
                        set!(inst.a, ok!(self.as_json(value, inst.c)));
                    }
                    Op::MakeRead => {
                        let (value, original) = (get!(inst.b), get!(inst.c));
                        set!(inst.a, ok!(structure::read(&mut self.machine.heap, value, original)));
                    }
                    Op::ReadValue => set!(inst.a, ok!(self.memory().read_value(get!(inst.b)))),
                    Op::ReadText => {
                        let value = get!(inst.b);
                        set!(inst.a, ok!(self.original(value)));
                    }
                    Op::Concat => set!(inst.a, ok!(self.concat(inst.bc()))),
                    Op::Intrinsic => {
                        let Some(row) = loaded.intrinsic(inst.b) else {
                            break Step::Damaged;
                        };
                        let args = match frame.get(usize::from(inst.c)..) {
                            Some(rest) => rest.get(..usize::from(inst.x)).unwrap_or(rest),
                            None => break Step::Damaged,
                        };
                        ok!(self.machine.heap.meter.charge(u64::from(row.cost.base)));
                        let value = ok!((row.run)(&mut self.context(), args));
                        set!(inst.a, value);
                    }

                    // Policies.
                    Op::Applies => {
                        if !bool!(inst.a) {
                            self.does_not_apply();
                            break Step::Return(Value::Absent);
                        }
                    }
                    Op::AppliesFailed => {
                        self.applies_failed();
                        break Step::Return(Value::Absent);
                    }
                    Op::JumpDecided => {
                        if self.has_decided() {
                            pc = inst.bc() as usize;
                        }
                    }
                    Op::Found => {
                        if !ok!(self.found(inst.ax())) {
                            pc = inst.bc() as usize;
                        }
                    }
                    Op::Failed => {
                        if !ok!(self.failed(inst.ax())) {
                            pc = inst.bc() as usize;
                        }
                    }
                    Op::Note => {
                        let value = get!(inst.a);
                        ok!(self.note(value));
                    }
                    Op::NoteFailed => ok!(self.note_failed()),
                    Op::Close => self.machine.findings.close(),
                    Op::Mode => {
                        let value = get!(inst.a);
                        ok!(self.say_mode(value));
                    }
                    Op::ModeFailed => {
                        if !ok!(self.mode_failed(inst.ax())) {
                            pc = inst.bc() as usize;
                        }
                    }
                    Op::JumpSettled => {
                        if self.machine.findings.given_default().is_none() {
                            pc = inst.bc() as usize;
                        }
                    }
                    Op::DefaultFound => {
                        if !ok!(self.default_found(inst.ax())) {
                            pc = inst.bc() as usize;
                        }
                    }
                    Op::Except => set!(inst.a, Value::Bool(ok!(self.except(inst.bc())))),
                    Op::ExceptFailed => {
                        if !ok!(self.except_failed(inst.a, inst.x)) {
                            pc = inst.bc() as usize;
                        }
                    }
                    Op::Include => break Step::Include(inst),
                    Op::Pointer => set!(inst.a, ok!(self.pointer(inst.bc()))),

                    // Observation, and tests.
                    Op::Probe => {
                        if O::ACTIVE {
                            let value = get!(inst.a);
                            self.observe(inst.bc(), value);
                        }
                    }
                    Op::Decide => break Step::Decide(inst),
                    Op::Fixture => {
                        let (path, pointer) = (get!(inst.b), get!(inst.c));
                        set!(inst.a, ok!(self.fixture(inst.x, path, pointer, pc - 1)));
                    }
                }
            };
            let raised = match step {
                Step::Call { function, args, dst } => {
                    match self.enter_call(registers, window_end, function, args, dst, pc) {
                        Ok(start) => {
                            pc = start;
                            continue;
                        }
                        Err(failure) => self.record(failure, pc - 1),
                    }
                }
                Step::Include(inst) => match self.include(registers, window_end, inst, pc) {
                    Ok(start) => {
                        pc = start;
                        continue;
                    }
                    Err(failure) => self.record(failure, pc - 1),
                },
                Step::Return(value) => {
                    let included = self.machine.frames.last().is_some_and(|frame| frame.included);
                    let (back, dst) = self.leave();
                    if self.machine.frames.len() <= floor {
                        return Ok(value);
                    }
                    if !included {
                        self.set_result(registers, dst, value);
                    }
                    pc = back;
                    continue;
                }
                Step::Decide(inst) => match self.decide_from(registers, inst) {
                    Ok(value) => {
                        self.set_result(registers, inst.a, value);
                        continue;
                    }
                    Err(failure) => self.record(failure, pc - 1),
                },
                Step::Fail => self.record(self.machine.failing, pc.saturating_sub(1)),
                Step::Damaged => self.record(Failure::internal(), pc.saturating_sub(1)),
                Step::Again(raised) => raised,
            };
            pc = self.unwind(raised, floor)?;
        }
    }

    /// Decides on values in registers; the policy runs in frames above this one.
    #[inline(never)]
    fn decide_from(&mut self, registers: &mut Vec<Value>, inst: Inst) -> Result<Value, Failure> {
        let policy = self.loaded.code.policies.get(usize::from(inst.b)).ok_or(Failure::internal())?;
        let base = self.machine.frames.last().map_or(0, |frame| frame.base as usize);
        let first = base + usize::from(inst.c);
        let given = registers.get(first..first + policy.params.len() + 1).ok_or(Failure::internal())?;
        let mut args = [Value::Absent; 64];
        let args = args.get_mut(..given.len()).ok_or(Failure::internal())?;
        args.copy_from_slice(given);
        self.machine.registers = std::mem::take(registers);
        let decided = self.decide(u32::from(inst.b), args);
        *registers = std::mem::take(&mut self.machine.registers);
        decided
    }

    fn set_result(&self, registers: &mut [Value], dst: u16, value: Value) {
        if let Some(frame) = self.machine.frames.last()
            && u32::from(dst) < frame.count
            && let Some(slot) = registers.get_mut(frame.base as usize + usize::from(dst))
        {
            *slot = value;
        }
    }

    fn enter_call(
        &mut self,
        registers: &mut Vec<Value>,
        base: usize,
        function: u16,
        args: u16,
        dst: u16,
        back: usize,
    ) -> Result<usize, Failure> {
        self.machine.heap.meter.charge(1)?;
        let index = FunctionIndex(u32::from(function));
        let params = self.loaded.code.functions.get(index.index()).map_or(0, |function| function.params);
        let (caller, instance) =
            self.machine.frames.last().map_or((0, 0), |frame| (frame.base as usize, frame.instance));
        let from = caller + usize::from(args);
        let (base, back) = (crate::store::position(base)?, crate::store::position(back)?);
        let entry = Entry { base, back, dst, instance, included: false };
        let (start, window) = self.enter(registers, index, entry)?;
        // Arguments lie in the caller's registers, below the callee's.
        let (below, above) = registers.split_at_mut_checked(window.start).ok_or(Failure::internal())?;
        let given = below.get(from..from + usize::from(params)).ok_or(Failure::internal())?;
        above.get_mut(..usize::from(params)).ok_or(Failure::internal())?.copy_from_slice(given);
        Ok(start)
    }
}
