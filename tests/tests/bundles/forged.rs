//! Bundles that somebody made by hand to do harm.

use policy_bytecode::Inst;
use policy_bytecode::Op;
use policy_bytecode::bundle::{Bundle, DecodeError, Manifest};
use policy_bytecode::program::{
    ConstId, Constant, DefaultOutcome, Function, FunctionIndex, Mode, Plan, PlanId, Policy, Program as Code,
    Read, TextId, TypeId,
};
use policy_bytecode::types::Type;
use policy_tests::bundles::Parts;
use policy_vm::{Entry, Limits, LoadError, Program};
use std::time::{Duration, Instant};

use crate::repository;

/// A program of one policy `p` on an `Int`, whose body is this code.
fn program(code: Vec<Inst>, registers: u16) -> Code {
    let end = code.len() as u32;
    Code {
        edition: "2027".to_owned(),
        texts: vec!["p".to_owned()],
        types: vec![Type::Int { lo: i64::MIN, hi: i64::MAX }],
        plans: vec![Plan { ty: TypeId(0), read: Read::Whole }],
        functions: vec![Function { start: 0, end, params: 1, registers, lets: 0, result: None }],
        policies: vec![Policy {
            name: TextId(0),
            input: TypeId(0),
            plan: PlanId(0),
            params: Vec::new(),
            body: FunctionIndex(0),
            default: DefaultOutcome::Allow,
            resolve_first: false,
            bound: None,
            rules: Vec::new(),
            mode: Mode::Enforce,
            mode_of: None,
            annotations: policy_bytecode::program::Annotations::default(),
        }],
        code,
        ..Code::default()
    }
}

fn bundled(program: Code) -> Vec<u8> {
    let manifest = Manifest { name: "p".to_owned(), edition: "2027".to_owned(), ..Manifest::default() };
    let bundle = Bundle { manifest, program, documents: Some(Vec::new()), ..Bundle::default() };
    policy_bytecode::bundle::write(&bundle, policy_stdlib::table().names(), true)
}

fn load(code: Code) -> Result<Program, LoadError> {
    Program::load(&bundled(code), policy_stdlib::table())
}

fn refused(code: Code) -> String {
    let error = load(code).expect_err("it is refused");
    assert!(matches!(error, LoadError::Verify(_)), "{error}");
    error.to_string()
}

const FINISH: Inst = Inst::new(Op::Finish, 0, 0, 0);

#[test]
fn a_sound_one_loads() {
    let program = load(program(vec![FINISH], 1)).unwrap();
    assert!(Entry::open(&program, "p").unwrap().decide_json(b"1").proceed);
}

#[test]
fn jumps_lead_nowhere_else() {
    for to in [2, 7, u32::MAX] {
        assert!(refused(program(vec![Inst::wide(Op::Jump, 0, to), FINISH], 1)).contains("jump"));
    }
    // Back to itself, or in a circle, without paying.
    refused(program(vec![Inst::wide(Op::Jump, 0, 0)], 1));
    refused(program(vec![FINISH, Inst::wide(Op::Jump, 0, 0)], 1));
}

/// A loop that charges one unit and then runs through far more code than that buys.
#[test]
fn code_is_paid_for() {
    for length in [100, 10_000, 1_000_000] {
        let mut code = vec![Inst::wide(Op::Charge, 0, 1)];
        code.extend(std::iter::repeat_n(Inst::new(Op::Move, 0, 0, 0), length));
        code.push(Inst::wide(Op::Jump, 0, 0));
        assert!(refused(program(code, 1)).contains("charged"), "{length}");
    }
    // A call of a function that clears all the registers there are, and does nothing else.
    let mut code = program(vec![FINISH], u16::MAX / 2);
    code.functions[0].params = 1;
    assert!(refused(code).contains("charged"));
    // Guards whose handlers jump back as if nothing had been spent.
    let mut code = vec![Inst::wide(Op::Charge, 0, 8)];
    for _ in 0..200 {
        let handler = code.len() as u32 + 250;
        code.push(Inst::wide(Op::Guard, 0, handler));
        code.extend(std::iter::repeat_n(Inst::new(Op::Move, 0, 0, 0), 249));
    }
    code.push(Inst::wide(Op::Jump, 0, 0));
    refused(program(code, 1));
}

/// What is paid for takes no longer than its fuel allows.
#[test]
fn a_loop_ends_with_its_fuel() {
    let mut code = vec![Inst::wide(Op::Charge, 0, 4)];
    code.extend(std::iter::repeat_n(Inst::new(Op::Move, 0, 0, 0), 120));
    code.push(Inst::wide(Op::Jump, 0, 0));
    let program = load(program(code, 1)).unwrap();
    let mut entry = Entry::open(&program, "p").unwrap();
    entry.request().limits = Limits { fuel: 100_000, ..Limits::default() };
    let started = Instant::now();
    let decision = entry.decide_json(b"1");
    assert!(!decision.proceed && decision.errors[0].code == "fuel_limit", "{decision:?}");
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn constants_are_not_cyclic() {
    for constant in [Constant::List(vec![ConstId(0)]), Constant::Union(0, ConstId(1), ConstId(1))] {
        let mut code = program(vec![FINISH], 1);
        code.consts.push(constant);
        assert!(refused(code).contains("later"));
    }
}

#[test]
fn types_that_lead_to_themselves_do_no_harm() {
    for ty in [
        Type::Option(TypeId(0)),
        Type::Tuple(vec![TypeId(0); 8]),
        Type::List { elem: TypeId(0), max: None, or_one: true },
    ] {
        let mut code = program(vec![FINISH], 1);
        code.types[0] = ty;
        let bytes = bundled(code);
        let told = policy_bundle::inspect(&crate::open(&bytes), &[]).map(|told| told.to_string().len());
        assert!(told.is_ok_and(|length| length < 10 << 20));
        let Ok(program) = Program::load(&bytes, policy_stdlib::table()) else { continue };
        let mut entry = Entry::open(&program, "p").unwrap();
        entry.request().limits = Limits { fuel: 100_000, memory: 1 << 20 };
        for input in ["1".to_owned(), "[".repeat(1_000), format!("{}{}", "[".repeat(100), "]".repeat(100))] {
            let _ = entry.decide_json(input.as_bytes());
        }
    }
}

#[test]
fn calls_do_not_lead_back() {
    let mut code = program(vec![Inst::new(Op::Call, 0, 0, 0), FINISH], 1);
    assert!(refused(code.clone()).contains("call"));
    code.code[0] = Inst::new(Op::Decide, 0, 0, 0);
    refused(code);
}

#[test]
fn deep_nesting_is_refused_or_ends() {
    let mut code = program(vec![FINISH], 1);
    code.consts.push(Constant::Int(1));
    for at in 0..100_000 {
        code.consts.push(Constant::List(vec![ConstId(at)]));
    }
    let done = std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(move || {
            load(code).map(|program| Entry::open(&program, "p").unwrap().decide_json(b"1").proceed)
        })
        .unwrap()
        .join()
        .unwrap();
    assert!(done.is_ok_and(|proceed| proceed));
}

#[test]
fn huge_lengths_allocate_nothing_to_speak_of() {
    let bytes = std::fs::read(repository("vm/examples/gate.pbundle")).unwrap();
    let names = ["manifest", "imports", "tables", "items", "debug", "materials"];
    for name in names {
        for length in [[0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0], [0xFD, 0, 0, 0, 0, 0, 0, 0, 0x7F]] {
            let mut parts = Parts::of(&bytes);
            let section = parts.section(name);
            section.bytes.splice(..1, length);
            let sealed = parts.seal(None);
            let (loaded, held) =
                policy_allocations::peak(|| Program::load(&sealed, policy_stdlib::table()).is_ok());
            assert!(!loaded && held < 1 << 20, "{name}: {held}");
        }
    }
}

/// A megabyte that unpacks to a gigabyte.
#[test]
fn bombs_are_refused_before_they_are_unpacked() {
    let bytes = std::fs::read(repository("vm/examples/gate.pbundle")).unwrap();
    let mut parts = Parts::of(&bytes);
    let section = parts.section("debug");
    (section.packing, section.bytes) = (1, vec![0; 8 << 20]);
    let honest = parts.seal(None);
    parts.section("debug").length = Some(100);
    let lying = parts.seal(None);
    parts.section("debug").length = Some(1 << 40);
    let huge = parts.seal(None);
    drop(parts);
    for (bytes, most) in [(honest, 64 << 20), (lying, 1 << 20), (huge, 1 << 20)] {
        let (loaded, held) =
            policy_allocations::peak(|| Program::load(&bytes, policy_stdlib::table()).is_ok());
        assert!(!loaded && held < most, "{held}");
    }
}

#[test]
fn older_formats_and_later_readers_are_refused_by_name() {
    let bytes = std::fs::read(repository("vm/examples/gate.pbundle")).unwrap();
    let with = |format: u16, reader: u16| {
        let parts = Parts { format, reader, ..Parts::of(&bytes) };
        match Program::load(&parts.seal(None), policy_stdlib::table()) {
            Ok(_) => None,
            Err(LoadError::Bytes(error)) => Some(error),
            Err(other) => panic!("{other}"),
        }
    };
    assert_eq!(with(3, 3), None);
    // A later format that says that this reader understands it.
    assert_eq!(with(4, 3), None);
    assert_eq!(with(4, 4), Some(DecodeError::Reader(4)));
    assert_eq!(with(2, 2), Some(DecodeError::Format(2)));
    assert_eq!(with(0, 0), Some(DecodeError::Format(0)));
    assert!(matches!(with(3, 2), Some(DecodeError::Table(_))));
}

#[test]
fn what_the_library_lacks_is_refused_by_name() {
    let folder = crate::project(
        "module m\n\npolicy p on s: String {\n  default allow\n\n  deny loud when s.lower_ascii() != s\n}\n",
    );
    let bytes = crate::build(folder.path(), false);
    let mut parts = Parts::of(&bytes);
    let imports = &mut parts.section("imports").bytes;
    let at = imports.windows(11).position(|window| window == b"lower_ascii").unwrap();
    imports[at] = b'L';
    let error = Program::load(&parts.seal(None), policy_stdlib::table()).expect_err("it is refused");
    assert!(matches!(&error, LoadError::Function(name) if name.contains("Lower_ascii")), "{error}");
}
