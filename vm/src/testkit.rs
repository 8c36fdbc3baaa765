//! Building small programs by hand, for tests.

use std::sync::OnceLock;

use policy_bytecode::inst::Inst;
use policy_bytecode::op::CONST_BASE;
use policy_bytecode::program::{
    Annotations, ConstId, Constant, DefaultOutcome, Effect, Function, FunctionIndex, Mode, PatternId,
    PatternKind, PatternSource, Place, Plan, PlanId, Policy, Read, Rule, TextId, TypeId,
};
use policy_bytecode::types::{FieldType, Presence, RecordType, Type};
use policy_bytecode::{Op, Program as Code};

use crate::{Evaluator, Intrinsics, NoHost, Program, Quiet, Raise, Request, Snapshot, Value};

pub(crate) fn library() -> &'static Intrinsics {
    static LIBRARY: OnceLock<Intrinsics> = OnceLock::new();
    LIBRARY.get_or_init(Intrinsics::empty)
}

/// A program in the making.
pub(crate) struct Kit(pub(crate) Code);

impl Kit {
    pub(crate) fn new() -> Self {
        Self(Code { edition: "2027".to_owned(), intrinsics: library().digest(), ..Code::default() })
    }

    pub(crate) fn text(&mut self, text: &str) -> TextId {
        if let Some(at) = self.0.texts.iter().position(|other| other == text) {
            return TextId(at as u32);
        }
        self.0.texts.push(text.to_owned());
        TextId(self.0.texts.len() as u32 - 1)
    }

    pub(crate) fn ty(&mut self, ty: Type) -> TypeId {
        self.0.types.push(ty);
        TypeId(self.0.types.len() as u32 - 1)
    }

    pub(crate) fn const_id(&mut self, constant: Constant) -> ConstId {
        self.0.consts.push(constant);
        ConstId(self.0.consts.len() as u32 - 1)
    }

    /// A constant, as a source operand.
    pub(crate) fn constant(&mut self, constant: Constant) -> u16 {
        CONST_BASE + self.const_id(constant).0 as u16
    }

    pub(crate) fn int(&mut self, value: i64) -> u16 {
        self.constant(Constant::Int(value))
    }

    pub(crate) fn string(&mut self, value: &str) -> u16 {
        let text = self.text(value);
        self.constant(Constant::Text(text))
    }

    pub(crate) fn pattern(&mut self, kind: PatternKind, source: &str) -> u16 {
        let text = self.text(source);
        self.0.patterns.push(PatternSource { kind, text });
        self.constant(Constant::Pattern(PatternId(self.0.patterns.len() as u32 - 1)))
    }

    /// A record type without defaults: names in order, and whether they are required.
    pub(crate) fn record(&mut self, fields: &[(&str, TypeId, Presence)]) -> TypeId {
        let fields = fields
            .iter()
            .map(|(name, ty, presence)| FieldType { name: self.text(name), ty: *ty, presence: *presence })
            .collect();
        self.ty(Type::Record(RecordType { name: None, fields, open: None, rest: None }))
    }

    pub(crate) fn plan(&mut self, ty: TypeId, read: Read) -> PlanId {
        self.0.plans.push(Plan { ty, read });
        PlanId(self.0.plans.len() as u32 - 1)
    }

    /// A function whose jumps are relative to its first instruction.
    pub(crate) fn function(
        &mut self,
        params: u16,
        registers: u16,
        lets: u16,
        code: &[Inst],
    ) -> FunctionIndex {
        let start = self.0.code.len() as u32;
        self.0.code.extend(code.iter().map(|inst| {
            let far = inst.op.info().operands.iter().any(|operand| {
                operand.kind == policy_bytecode::op::Kind::Target
                    && operand.place == policy_bytecode::op::Place::Bc
            });
            if far { Inst { x: inst.x, ..Inst::wide(inst.op, inst.a, inst.bc() + start) } } else { *inst }
        }));
        let end = self.0.code.len() as u32;
        self.0.functions.push(Function { start, end, params, registers, lets, result: None });
        FunctionIndex(self.0.functions.len() as u32 - 1)
    }

    /// A policy over an input that is read by a plan.
    pub(crate) fn policy(
        &mut self,
        input: TypeId,
        plan: PlanId,
        body: FunctionIndex,
        rules: Vec<Rule>,
    ) -> u32 {
        let name = self.text("test.policy");
        self.0.policies.push(Policy {
            name,
            input,
            plan,
            params: Vec::new(),
            body,
            default: DefaultOutcome::Allow,
            resolve_first: false,
            bound: None,
            rules,
            mode: Mode::Enforce,
            mode_of: None,
            annotations: Annotations::default(),
        });
        self.0.policies.len() as u32 - 1
    }

    pub(crate) fn rule(&mut self, name: &str, effect: Effect) -> Rule {
        Rule {
            name: self.text(name),
            effect,
            bindings: Vec::new(),
            values: Vec::new(),
            because: None,
            fix: None,
            details: None,
            given: None,
            to: None,
            mode: Mode::Enforce,
            on_error_skip: false,
            no_exceptions: false,
            exceptions: Vec::new(),
            on: Vec::new(),
            annotations: Annotations::default(),
            reads: Vec::new(),
            place: Place::default(),
        }
    }

    pub(crate) fn load(self) -> Program {
        Program::new(self.0, library()).expect("the program is sound")
    }

    pub(crate) fn evaluator(self) -> Evaluator {
        let program = self.load();
        let snapshot = Snapshot::of_defaults(&program).expect("there is a default for all data");
        Evaluator::new(&program, &snapshot)
    }

    /// Runs one function without parameters, made of these instructions.
    pub(crate) fn run(
        mut self,
        registers: u16,
        lets: u16,
        code: &[Inst],
    ) -> (Evaluator, Result<Value, Raise>) {
        let function = self.function(0, registers, lets, code);
        let mut evaluator = self.evaluator();
        let result = evaluator.eval_function(function, &[], &Request::default(), &mut Quiet, &mut NoHost);
        (evaluator, result)
    }
}

pub(crate) const fn inst(op: Op, a: u16, b: u16, c: u16) -> Inst {
    Inst::new(op, a, b, c)
}

pub(crate) const fn far(op: Op, a: u16, to: u32) -> Inst {
    Inst::wide(op, a, to)
}

pub(crate) const fn with_x(op: Op, x: u8, a: u16, b: u16, c: u16) -> Inst {
    Inst { op, x, a, b, c }
}
