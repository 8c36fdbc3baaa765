//! A warm evaluator decides without allocating.

use policy_allocations::Counting;
use policy_bytecode::inst::Inst;
use policy_bytecode::op::CONST_BASE;
use policy_bytecode::program::{
    Annotations, ConstId, Constant, DefaultOutcome, Effect, Function, FunctionIndex, Mode, NoteType,
    PatternId, PatternKind, PatternSource, Place, Plan, PlanId, Policy, Read, Rule, TextId, TypeId,
};
use policy_bytecode::types::{FieldType, Presence, RecordType, Type};
use policy_bytecode::{Op, Program as Code};
use policy_vm::{Evaluator, Intrinsics, Outcome, Program, Request, Snapshot};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Denies each file whose name matches a glob: `{ files: List<{ name, size }>, tags: Set<String> }`.
fn program(library: &'static Intrinsics) -> Program {
    let texts = ["files", "name", "size", "tags", "src/**/*.rs", "large", "test.gate"];
    let field =
        |name: u32, ty: u32| FieldType { name: TextId(name), ty: TypeId(ty), presence: Presence::Required };
    let record = |fields| Type::Record(RecordType { name: None, fields, open: None, rest: None });
    let far = |op, a, to| Inst::wide(op, a, to);
    let place = Place::default();
    let code = Code {
        edition: "2027".to_owned(),
        intrinsics: library.digest(),
        texts: texts.map(str::to_owned).into(),
        types: vec![
            Type::Text,
            Type::Int { lo: 0, hi: 1_000_000 },
            record(vec![field(1, 0), field(2, 1)]),
            Type::List { elem: TypeId(2), max: None, or_one: false },
            Type::Set { elem: TypeId(0), max: None },
            record(vec![field(0, 3), field(3, 4)]),
        ],
        consts: vec![Constant::Pattern(PatternId(0)), Constant::Int(100), Constant::Text(TextId(5))],
        patterns: vec![PatternSource { kind: PatternKind::Glob, text: TextId(4) }],
        plans: vec![Plan { ty: TypeId(5), read: Read::Whole }],
        code: vec![
            far(Op::Charge, 0, 20),
            Inst::new(Op::Field, 1, 0, 1),
            Inst { x: 0, ..Inst::new(Op::JumpIn, CONST_BASE + 2, 1, 12) },
            Inst::new(Op::Field, 1, 0, 0),
            Inst::new(Op::Iter, 2, 1, 0),
            Inst::new(Op::Next, 4, 2, 9),
            far(Op::Charge, 0, 20),
            Inst::new(Op::Field, 5, 4, 0),
            Inst { x: 0, ..Inst::new(Op::JumpMatches, 5, CONST_BASE, (-4_i16).cast_unsigned()) },
            Inst::new(Op::Field, 6, 4, 1),
            Inst { x: 1, ..Inst::new(Op::JumpLeInt, 6, CONST_BASE + 1, (-6_i16).cast_unsigned()) },
            far(Op::Found, 0, 5),
            Inst::new(Op::Note, 5, 0, 0),
            Inst::new(Op::Close, 0, 0, 0),
            far(Op::Jump, 0, 5),
            Inst::new(Op::Finish, 0, 0, 0),
        ],
        functions: vec![Function { start: 0, end: 16, params: 1, registers: 7, lets: 0, result: None }],
        policies: vec![Policy {
            name: TextId(6),
            input: TypeId(5),
            plan: PlanId(0),
            params: Vec::new(),
            body: FunctionIndex(0),
            default: DefaultOutcome::Allow,
            resolve_first: false,
            bound: None,
            rules: vec![Rule {
                name: TextId(5),
                effect: Effect::Deny,
                bindings: vec![NoteType { name: TextId(1), ty: TypeId(0) }],
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
                place,
            }],
            mode: Mode::Enforce,
            mode_of: None,
            annotations: Annotations::default(),
        }],
        ..Code::default()
    };
    assert_eq!(code.consts.get(ConstId(1).index()), Some(&Constant::Int(100)));
    Program::new(code, library).expect("the program is sound")
}

#[test]
fn a_warm_decision_allocates_nothing() {
    let library: &'static Intrinsics = Box::leak(Box::new(Intrinsics::empty()));
    let program = program(library);
    let snapshot = Snapshot::of_defaults(&program).expect("there is no data");
    let mut evaluator = Evaluator::new(&program, &snapshot);
    let file = |at: usize| {
        format!(r#"{{"name":"src/\u0061/file{at}.rs","unread":[1,{{"x":null}}],"size":{}}}"#, at * 10)
    };
    let files: Vec<String> = (0..40).map(file).collect();
    let denied = format!(r#"{{"files":[{}],"tags":["z","large","a"]}}"#, files.join(","));
    let allowed = denied.replace("large", "small");
    let request = Request::default();
    let mut decide = |input: &str| evaluator.judge_json(0, input.as_bytes(), &request).outcome();
    assert_eq!((decide(&denied), decide(&allowed)), (Outcome::Deny, Outcome::Allow));
    let before = policy_allocations::count();
    for _ in 0..100 {
        assert_eq!(decide(&denied), Outcome::Deny);
        assert_eq!(decide(&allowed), Outcome::Allow);
    }
    assert_eq!(policy_allocations::count() - before, 0);
}
