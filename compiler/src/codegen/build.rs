//! The builder of one function: registers, variables, and how instructions are written.

use policy_bytecode::inst::Inst;
use policy_bytecode::op::{CONST_BASE, Op};
use policy_bytecode::program::{Node, TypeId};
use policy_syntax::Location;

use super::asm::{Assembler, Label};
use super::context::Context;
use super::literal::Literal;
use crate::hir::{Expr, Local, LocalId, LocalKind, Pattern, PatternKind};

/// Registers are below this; source operands from here on are constants.
const REGISTERS: u32 = CONST_BASE as u32;

/// A register or a constant, as instructions read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Src(pub(crate) u16);

impl Src {
    pub(crate) fn is_register(self) -> bool {
        self.0 < CONST_BASE
    }
}

/// What a variable of the source is at run time.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Slot {
    /// Out of scope.
    Unset,
    /// It has its value.
    Ready(Src),
    /// A `let` that is evaluated at its first use.
    Lazy {
        /// Its memo.
        memo: u16,
        /// Its code.
        code: Label,
        /// Where its value is.
        value: u16,
    },
}

/// What the nodes of an instrumented function belong to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Owner {
    pub(crate) policy: Option<u32>,
    pub(crate) rule: Option<u32>,
}

/// A function in the making.
pub(crate) struct Builder<'c, 'h> {
    pub(crate) cx: &'c mut Context<'h>,
    pub(crate) asm: Assembler,
    /// The variables of the function, and behind them those of functions that are written in place.
    pub(crate) frames: Vec<Frame<'h>>,
    /// The frame whose variables names refer to.
    pub(crate) current: usize,
    /// How many copies of list elements enclose what is written.
    pub(crate) unrolled: u32,
    pub(crate) owner: Owner,
    /// How many loops enclose what is written.
    pub(crate) loops: u32,
    /// Where the generators of the loops around what is written stand, by the nodes of their sources.
    pub(crate) stands: Vec<(crate::hir::ExprId, super::path::Stands)>,
    /// Memos of `let`s that have been evaluated wherever control can be here.
    pub(crate) known: Vec<u16>,
    pub(crate) memos: u16,
    top: u32,
    high: u32,
    /// Whether every node is shown to the observer and nothing is fused.
    pub(crate) observed: bool,
}

/// The variables of one function.
pub(crate) struct Frame<'h> {
    pub(crate) locals: &'h [Local],
    pub(crate) slots: Vec<Slot>,
    /// Where in the input variables come from, as JSON Pointers; kept in instrumented builds.
    pub(crate) pointers: Vec<Option<String>>,
    /// Paths that lie in registers while a loop runs.
    pub(crate) paths: Vec<(LocalId, Vec<u32>, Src)>,
}

impl<'h> Frame<'h> {
    pub(crate) fn new(locals: &'h [Local]) -> Self {
        Self {
            locals,
            slots: vec![Slot::Unset; locals.len()],
            pointers: vec![None; locals.len()],
            paths: Vec::new(),
        }
    }
}

/// A finished function, without its place in the program.
pub(crate) struct Built {
    pub(crate) asm: Assembler,
    pub(crate) registers: u16,
    pub(crate) memos: u16,
}

impl<'c, 'h> Builder<'c, 'h> {
    pub(crate) fn new(cx: &'c mut Context<'h>, locals: &'h [Local]) -> Self {
        let observed = cx.options.instrument;
        let mut asm = Assembler::default();
        asm.begin_region();
        Self {
            cx,
            asm,
            frames: vec![Frame::new(locals)],
            current: 0,
            unrolled: 0,
            owner: Owner::default(),
            loops: 0,
            stands: Vec::new(),
            known: Vec::new(),
            memos: 0,
            top: 0,
            high: 0,
            observed,
        }
    }

    pub(crate) fn finish(mut self) -> Built {
        self.asm.end_region();
        let registers = u16::try_from(self.high).ok().filter(|r| u32::from(*r) <= REGISTERS);
        if registers.is_none() {
            self.cx.broken("an item that needs more than 32,768 registers");
        }
        Built { asm: self.asm, registers: registers.unwrap_or(0), memos: self.memos }
    }

    // Registers.

    /// The next free register; [`Builder::release`] frees it.
    pub(crate) fn temp(&mut self) -> u16 {
        self.temps(1)
    }

    /// Consecutive free registers.
    pub(crate) fn temps(&mut self, count: u32) -> u16 {
        let first = self.top;
        self.top = self.top.saturating_add(count);
        self.high = self.high.max(self.top);
        // Past the limit the function is refused when it is finished.
        u16::try_from(first).unwrap_or(u16::MAX)
    }

    pub(crate) fn mark(&self) -> u32 {
        self.top
    }

    pub(crate) fn release(&mut self, mark: u32) {
        self.top = mark;
    }

    /// Runs `write` and reserves the registers that it used for what follows: code aside may run whenever
    /// others are in use.
    pub(crate) fn reserving(&mut self, write: impl FnOnce(&mut Self)) {
        let high = std::mem::replace(&mut self.high, self.top);
        write(self);
        self.top = self.high;
        self.high = self.high.max(high);
    }

    // Instructions.

    pub(crate) fn emit(&mut self, op: Op, a: u16, b: u16, c: u16, place: Location) {
        self.asm.plain(Inst::new(op, a, b, c), Some(place));
    }

    /// An instruction with a byte operand.
    pub(crate) fn emit_x(&mut self, op: Op, x: u8, operands: [u16; 3], place: Location) {
        let [a, b, c] = operands;
        self.asm.plain(Inst { op, x, a, b, c }, Some(place));
    }

    /// An instruction with a wide operand.
    pub(crate) fn emit_wide(&mut self, op: Op, a: u16, bc: u32, place: Location) {
        self.asm.plain(Inst::wide(op, a, bc), Some(place));
    }

    /// An instruction that jumps far.
    pub(crate) fn emit_far(&mut self, op: Op, a: u16, to: Label, place: Location) {
        self.asm.far(Inst::new(op, a, 0, 0), to, Some(place));
    }

    /// An instruction of a rule that jumps far.
    pub(crate) fn emit_of_rule(&mut self, op: Op, rule: u32, to: Label, place: Location) {
        let inst = self.of_rule(Inst::new(op, 0, 0, 0), rule);
        self.asm.far(inst, to, Some(place));
    }

    /// An instruction with its rule.
    pub(crate) fn of_rule(&mut self, inst: Inst, rule: u32) -> Inst {
        inst.with_ax(rule).unwrap_or_else(|| {
            self.cx.broken("a policy of more than 16,777,215 rules");
            inst
        })
    }

    /// A test that jumps near.
    pub(crate) fn emit_near(&mut self, op: Op, sense: bool, a: u16, b: u16, to: Label) {
        self.asm.near(Inst { op, x: u8::from(sense), a, b, c: 0 }, to);
    }

    pub(crate) fn jump(&mut self, to: Label) {
        if self.asm.falls_through() {
            self.asm.jump(to);
        }
    }

    pub(crate) fn move_to(&mut self, dst: u16, src: Src) {
        if src.0 != dst {
            self.asm.plain(Inst::new(Op::Move, dst, src.0, 0), None);
        }
    }

    /// A constant as an operand.
    pub(crate) fn constant(&mut self, literal: &Literal) -> Src {
        let id = self.cx.pools.literal(literal).0;
        match u16::try_from(id).ok().filter(|id| *id < CONST_BASE) {
            Some(near) => Src(CONST_BASE + near),
            None => {
                let dst = self.temp();
                self.asm.plain(Inst::wide(Op::Const, dst, id), None);
                Src(dst)
            }
        }
    }

    pub(crate) fn load(&mut self, dst: u16, literal: &Literal) {
        let mark = self.mark();
        let src = self.constant(literal);
        self.move_to(dst, src);
        self.release(mark);
    }

    // Variables.

    pub(crate) fn frame(&self) -> Option<&Frame<'h>> {
        self.frames.get(self.current)
    }

    pub(crate) fn frame_mut(&mut self) -> Option<&mut Frame<'h>> {
        self.frames.get_mut(self.current)
    }

    pub(crate) fn slot(&self, local: LocalId) -> Option<Slot> {
        self.frame()?.slots.get(local.index()).copied()
    }

    /// Writes something in which names refer to the variables of another frame.
    pub(crate) fn in_frame<T>(&mut self, frame: usize, write: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.current, frame);
        let result = write(self);
        self.current = outer;
        result
    }

    pub(crate) fn bind(&mut self, local: LocalId, slot: Slot) {
        match self.frame_mut().and_then(|f| f.slots.get_mut(local.index())) {
            Some(entry) => *entry = slot,
            None => self.cx.broken("a variable that is not declared"),
        }
    }

    /// The operand of a variable, evaluated first where it is a `let` that may not have been.
    pub(crate) fn local(&mut self, local: LocalId, place: Location) -> Src {
        match self.slot(local) {
            Some(Slot::Ready(src)) => src,
            Some(Slot::Lazy { memo, code, value }) => {
                if !self.known.contains(&memo) {
                    self.emit_far(Op::LetUse, memo, code, place);
                    self.known.push(memo);
                }
                Src(value)
            }
            Some(Slot::Unset) | None => {
                self.cx.broken("a variable that is used outside its scope");
                Src(0)
            }
        }
    }

    pub(crate) fn is_input(&self, local: LocalId) -> bool {
        self.frame().and_then(|f| f.locals.get(local.index())).is_some_and(|l| l.kind == LocalKind::Input)
    }

    /// Writes something that may not run: what it evaluated is not known afterwards.
    pub(crate) fn perhaps<T>(&mut self, write: impl FnOnce(&mut Self) -> T) -> T {
        let known = self.known.len();
        let result = write(self);
        self.known.truncate(known);
        result
    }

    /// Takes a value apart; what it binds is in registers of their own until the scope's mark is released.
    pub(crate) fn destructure(&mut self, pattern: &'h Pattern, value: Src) {
        match &pattern.kind {
            PatternKind::Ignore => {}
            PatternKind::Bind(local) => self.bind(*local, Slot::Ready(value)),
            PatternKind::Tuple(parts) => {
                for (rank, part) in parts.iter().enumerate() {
                    self.destructure_part(part, value, rank);
                }
            }
            PatternKind::Record(_, fields) => {
                for (field, part) in fields {
                    self.destructure_part(part, value, field.index());
                }
            }
        }
    }

    fn destructure_part(&mut self, part: &'h Pattern, value: Src, rank: usize) {
        if matches!(part.kind, PatternKind::Ignore) {
            return;
        }
        let dst = self.temp();
        let rank = self.narrow_index(rank, "a record of more than 65,535 fields");
        self.emit(Op::Field, dst, value.0, rank, part.location);
        self.destructure(part, Src(dst));
    }

    // Tables.

    /// A position as a 16-bit operand.
    pub(crate) fn narrow_index(&mut self, index: usize, what: &str) -> u16 {
        u16::try_from(index).unwrap_or_else(|_| {
            self.cx.broken(what);
            0
        })
    }

    pub(crate) fn narrow_type(&mut self, id: TypeId) -> u16 {
        self.narrow_index(id.index(), "a program of more than 65,535 types")
    }

    // Observation.

    /// Shows the value of a node to the observer, in an instrumented build.
    pub(crate) fn probe(&mut self, e: &'h Expr, value: Src) {
        if !self.observed {
            return;
        }
        let place = self.cx.place(e.location);
        let ty = self.cx.type_id(e.ty);
        let input = self.pointer(e).map(|path| self.cx.pools.text(&path));
        let node =
            self.cx.node(e.id, Node { place, ty, input, policy: self.owner.policy, rule: self.owner.rule });
        self.asm.plain(Inst::wide(Op::Probe, value.0, node), None);
    }
}
