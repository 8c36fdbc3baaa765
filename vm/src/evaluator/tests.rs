//! Snapshots: data against its type, parameters, what is computed from data, swapping.

use policy_bytecode::Op;
use policy_bytecode::program::{Constant, DataItem, Effect, GlobalItem, Read};
use policy_bytecode::scalar::{Duration, Timestamp};
use policy_bytecode::types::Type;

use crate::testkit::{Kit, far, inst, with_x};
use crate::{Data, Evaluator, Outcome, Program, Quiet, Request, Snapshot, SnapshotError, Value};

/// Denies texts that are in `data test.names: Set<String>`; a global counts what is in it.
fn program(default: bool, max_age: Option<Duration>) -> Program {
    let mut kit = Kit::new();
    let text = kit.ty(Type::Text);
    let ty = kit.ty(Type::Set { elem: text, max: None });
    let empty = kit.const_id(Constant::Set(Vec::new()));
    let name = kit.text("test.names");
    kit.0.data.push(DataItem { name, ty, default: default.then_some(empty), max_age });
    let global =
        kit.function(0, 1, 0, &[far(Op::Data, 0, 0), inst(Op::Empty, 0, 0, 0), inst(Op::Return, 0, 0, 0)]);
    let name = kit.text("test.none");
    kit.0.globals.push(GlobalItem { name, function: global });
    let rule = kit.rule("named", Effect::Deny);
    let plan = kit.plan(text, Read::Whole);
    let body = kit.function(
        1,
        2,
        0,
        &[
            far(Op::Guard, 0, 6),
            far(Op::Global, 1, 0),
            far(Op::JumpIf, 1, 8),
            far(Op::Data, 1, 0),
            with_x(Op::JumpIn, 0, 0, 1, 3),
            far(Op::Found, 0, 8),
            far(Op::Failed, 0, 8),
            inst(Op::Close, 0, 0, 0),
            inst(Op::Finish, 0, 0, 0),
        ],
    );
    kit.0.code[10] = inst(Op::Close, 0, 0, 0);
    let _ = body;
    kit.policy(text, plan, body, vec![rule]);
    kit.load()
}

fn with_data(program: &Program, json: &str) -> Result<Snapshot, SnapshotError> {
    Snapshot::builder(program).data("test.names", json).build()
}

fn outcome(evaluator: &mut Evaluator, input: &str, now: Option<Timestamp>) -> Outcome {
    let request = Request { now, ..Request::default() };
    evaluator.decide_json(0, format!("{input:?}").as_bytes(), &request).outcome
}

#[test]
fn data_is_checked_and_its_strings_stay() {
    let program = program(true, None);
    assert!(matches!(with_data(&program, "[1]"), Err(SnapshotError::Misfits { .. })));
    assert!(matches!(
        Snapshot::builder(&program).data("test.other", "1").build(),
        Err(SnapshotError::Unknown(_))
    ));
    let snapshot = with_data(&program, r#"["b", "a", "b"]"#).expect("it fits");
    let mut evaluator = Evaluator::new(&program, &snapshot);
    for _ in 0..3 {
        assert_eq!(outcome(&mut evaluator, "b", None), Outcome::Deny);
        assert_eq!(outcome(&mut evaluator, "c", None), Outcome::Allow);
    }
    let mut evaluator = Evaluator::new(&program, &Snapshot::of_defaults(&program).expect("a default"));
    assert_eq!(outcome(&mut evaluator, "b", None), Outcome::Allow);
}

#[test]
fn data_without_value_and_default_prevents_loading() {
    let program = program(false, None);
    assert!(matches!(Snapshot::of_defaults(&program), Err(SnapshotError::Missing(_))));
    assert!(Snapshot::builder(&program).partial().build().is_ok());
}

#[test]
fn a_swap_is_seen_by_the_next_decision() {
    let program = program(true, None);
    let data = Data::new(with_data(&program, r#"["a"]"#).expect("it fits"));
    let mut evaluator = Evaluator::new(&program, &data.current());
    assert_eq!(outcome(&mut evaluator, "a", None), Outcome::Deny);
    data.swap(with_data(&program, r#"["b"]"#).expect("it fits"));
    evaluator.refresh(&data);
    assert_eq!(outcome(&mut evaluator, "a", None), Outcome::Allow);
    assert_eq!(outcome(&mut evaluator, "b", None), Outcome::Deny);
}

#[test]
fn data_that_a_test_gives_changes_what_is_computed_from_it() {
    let program = program(true, None);
    let snapshot = Snapshot::of_defaults(&program).expect("a default");
    let mut evaluator = Evaluator::new(&program, &snapshot);
    let request = Request::default();
    let ty = program.bytecode().data[0].ty;
    let names = evaluator.read_json(ty, r#"["x"]"#, &request).expect("it fits");
    evaluator.give_data(0, names, &request);
    let text = evaluator.with_context(&request, |context| context.make_text("x")).expect("text");
    let decision = evaluator.decide_value(0, text, None, &request, &mut Quiet);
    assert_eq!(decision.outcome, Outcome::Deny);
    evaluator.reset(&request);
    assert_eq!(evaluator.decide_value(0, Value::Null, None, &request, &mut Quiet).outcome, Outcome::Allow);
}

#[test]
fn stale_data_fails() {
    let program = program(true, Some(Duration { seconds: 60, nanos: 0 }));
    let at = |seconds| Timestamp { seconds, nanos: 0 };
    let snapshot = Snapshot::builder(&program).data("test.names", r#"["a"]"#).loaded_at(at(1_000)).build();
    let mut evaluator = Evaluator::new(&program, &snapshot.expect("it fits"));
    assert_eq!(outcome(&mut evaluator, "b", Some(at(1_060))), Outcome::Allow);
    // The failure of a deny counts as deny.
    assert_eq!(outcome(&mut evaluator, "b", Some(at(1_061))), Outcome::Deny);
}

/// A service has a new bundle, and shares the data of the old one.
#[test]
fn a_snapshot_of_another_program_decides_nothing() {
    let hour = Some(Duration { seconds: 3_600, nanos: 0 });
    let (old, new, again) = (program(true, None), program(true, hour), program(true, hour));
    let of = |program| Snapshot::of_defaults(program).expect("a snapshot");
    let mut evaluator = Evaluator::new(&new, &of(&new));
    let fine = evaluator.decide_json(0, b"\"ann\"", &Request::default());
    let data = Data::new(of(&old));
    evaluator.refresh(&data);
    let denied = evaluator.decide_json(0, b"\"ann\"", &Request::default());
    assert_eq!((fine.proceed, denied.proceed, denied.errors.len()), (true, false, 1));
    // The same program that was loaded once more is the same.
    data.swap(of(&again));
    evaluator.refresh(&data);
    assert!(evaluator.decide_json(0, b"\"ann\"", &Request::default()).proceed);
}
