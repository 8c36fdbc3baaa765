use policy_bytecode::Op;
use policy_bytecode::inst::Inst;
use policy_bytecode::op::{CONST_BASE, Kind};
use policy_bytecode::program::{
    Constant, Effect, Exception, Format, Joins, NoteType, Place, Projection, Read, Rule,
};
use policy_bytecode::types::{Presence, Type};

use crate::testkit::{Kit, library};
use crate::{Evaluator, Limits, Program, Request, Snapshot};

/// A small generator, so that every run tries the same programs.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }
}

const LENGTH: u32 = 24;

/// An instruction whose operands lie in their tables, so that most programs pass the verifier.
fn instruction(random: &mut Random, consts: u64, start: u32) -> Inst {
    let op = Op::ALL[random.below(Op::ALL.len() as u64) as usize];
    let mut inst = Inst::new(op, 0, 0, 0);
    for operand in op.info().operands {
        let value = match operand.kind {
            Kind::Dst | Kind::DstPair | Kind::Iter | Kind::Args => random.below(6) as u32,
            Kind::Src if random.below(2) == 0 => random.below(8) as u32,
            Kind::Src => u32::from(CONST_BASE) + random.below(consts) as u32,
            Kind::Target => start + random.below(u64::from(LENGTH)) as u32,
            Kind::Near => random.below(6) as u32,
            Kind::Sense | Kind::Probe => random.below(2) as u32,
            Kind::Number => random.below(4) as u32,
            Kind::Const => random.below(consts) as u32,
            Kind::JsonKind | Kind::Accumulator => random.below(6) as u32,
            Kind::Type => random.below(4) as u32,
            Kind::Field | Kind::Text | Kind::Let | Kind::Projection | Kind::Rule => random.below(2) as u32,
            Kind::Fixture => random.below(4) as u32,
            Kind::Function
            | Kind::Entity
            | Kind::Data
            | Kind::Global
            | Kind::Policy
            | Kind::Exception
            | Kind::Intrinsic
            | Kind::Format
            | Kind::Node => 0,
        };
        match operand.place {
            policy_bytecode::op::Place::X => inst.x = value as u8,
            policy_bytecode::op::Place::A => inst.a = value as u16,
            policy_bytecode::op::Place::Ax => inst = inst.with_ax(value).unwrap_or(inst),
            policy_bytecode::op::Place::B => inst.b = value as u16,
            policy_bytecode::op::Place::C => inst.c = value as u16,
            policy_bytecode::op::Place::Bc => {
                inst.b = value as u16;
                inst.c = (value >> 16) as u16;
            }
        }
    }
    inst
}

fn hostile(random: &mut Random) -> Kit {
    let mut kit = Kit::new();
    let int = kit.ty(Type::Int { lo: i64::MIN, hi: i64::MAX });
    let text = kit.ty(Type::Text);
    let input = kit.record(&[("n", int, Presence::Required), ("t", text, Presence::Required)]);
    kit.ty(Type::Json);
    let plan = kit.plan(input, Read::Whole);
    kit.int(0);
    kit.int(i64::MAX);
    kit.string("abc");
    kit.constant(Constant::Bool(true));
    kit.constant(Constant::Absent);
    let one = kit.const_id(Constant::Int(1));
    kit.constant(Constant::List(vec![one, one, one]));
    kit.constant(Constant::Map(vec![one, one]));
    kit.constant(Constant::Record(vec![one, one]));
    kit.constant(Constant::Union(1, one, one));
    kit.pattern(policy_bytecode::program::PatternKind::Regex, "a+");
    kit.text("other");
    kit.0.formats.push(Format { parts: Vec::new() });
    kit.0.projections = vec![Projection::Same, Projection::Option(1)];
    let consts = kit.0.consts.len() as u64;
    let callee = kit.function(0, 1, 0, &[Inst::new(Op::Return, CONST_BASE, 0, 0)]);
    assert_eq!(callee.0, 0);
    let included = kit.function(
        1,
        2,
        0,
        &[
            Inst::wide(Op::Found, 0, 3),
            Inst::new(Op::Note, CONST_BASE + 2, 0, 0),
            Inst::new(Op::Note, CONST_BASE + 2, 0, 0),
            Inst::new(Op::Finish, 0, 0, 0),
        ],
    );
    let name = kit.text("exception");
    kit.0.exceptions.push(Exception {
        name,
        values: Vec::new(),
        because: None,
        until: None,
        approved_by: None,
        follow_up: None,
        place: Place::default(),
    });
    let start = kit.0.code.len() as u32;
    let mut code: Vec<Inst> = (1..LENGTH).map(|_| instruction(random, consts, 0)).collect();
    code.push(Inst::new(Op::Finish, 0, 0, 0));
    // Work that is not paid for is refused, which is tried elsewhere.
    code[0] = Inst::wide(Op::Charge, 0, 64);
    let body = kit.function(1, 8, 2, &code);
    assert_eq!(kit.0.functions[body.index()].start, start);
    let inner = kit.rule("inner", Effect::Transform);
    let inner = Rule { values: vec![NoteType { name: inner.name, ty: text }; 2], given: Some(1), ..inner };
    kit.policy(input, plan, included, vec![inner]);
    let rule = kit.rule("r", Effect::Deny);
    let include = kit.rule("i", Effect::Include { policy: 0, joins: Joins::Outcome });
    kit.policy(input, plan, body, vec![Rule { exceptions: vec![0], ..rule }, include]);
    kit
}

#[test]
fn random_programs_are_refused_or_end() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let request = Request { limits: Limits { fuel: 20_000, memory: 1 << 20 }, ..Request::default() };
    let mut loaded = 0;
    for _ in 0..6_000 {
        let kit = hostile(&mut random);
        let Ok(program) = Program::new(kit.0, library()) else { continue };
        loaded += 1;
        let Ok(snapshot) = Snapshot::of_defaults(&program) else { continue };
        let mut evaluator = Evaluator::new(&program, &snapshot);
        let decision = evaluator.decide_json(1, br#"{"n": 1, "t": "x\n"}"#, &request);
        let again = evaluator.decide_json(1, br#"{"n": 1, "t": "x\n"}"#, &request);
        assert_eq!(decision.to_json(), again.to_json());
    }
    assert!(loaded > 300, "too few of them pass the verifier: {loaded}");
}

/// A list within a list, a hundred thousand times, and then compared with itself and printed.
#[test]
fn deep_values_end_at_a_limit() {
    let run = || {
        for op in [Op::Eq, Op::Lt, Op::ToJson] {
            let mut kit = Kit::new();
            let json = kit.ty(Type::Json);
            let (zero, one, many) = (kit.int(0), kit.int(1), kit.int(100_000));
            let (_, result) = kit.run(
                3,
                0,
                &[
                    Inst::new(Op::Move, 1, zero, 0),
                    Inst::wide(Op::Charge, 0, 8),
                    Inst::new(Op::Begin, 0, 0, 0),
                    Inst::new(Op::Push, 0, 0, 0),
                    Inst::new(Op::Push, 0, 0, 0),
                    Inst::new(Op::MakeList, 0, 0, 0),
                    Inst::new(Op::AddInt, 1, 1, one),
                    Inst { x: 1, ..Inst::new(Op::JumpLtInt, 1, many, (-7_i16).cast_unsigned()) },
                    Inst::new(op, 2, 0, if op == Op::ToJson { json.0 as u16 } else { 0 }),
                    Inst::new(Op::Return, 2, 0, 0),
                ],
            );
            let code = result.err().map(|raise| raise.failure.code);
            assert!(code.is_some_and(crate::Code::is_limit), "{op:?}: {code:?}");
        }
    };
    std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(run)
        .expect("a thread")
        .join()
        .expect("no overflow");
}
