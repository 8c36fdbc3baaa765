use policy_bytecode::Op;
use policy_bytecode::program::{Constant, Effect, Read};
use policy_bytecode::types::{Presence, Type};

use crate::testkit::{Kit, far, inst, with_x};
use crate::{Code, Limits, NoHost, Outcome, Quiet, Request, Value};

/// `1 / 0` in a `let`: its failure is the failure of every use, and it runs once.
#[test]
fn a_failed_let_fails_at_every_use() {
    let mut kit = Kit::new();
    let (one, zero) = (kit.int(1), kit.int(0));
    let (_, runs) = kit.run(
        2,
        1,
        &[
            inst(Op::Move, 1, zero, 0),
            far(Op::Guard, 0, 4),
            far(Op::LetUse, 0, 8),
            inst(Op::Return, zero, 0, 0),
            far(Op::Guard, 0, 7),
            far(Op::LetUse, 0, 8),
            inst(Op::Return, zero, 0, 0),
            inst(Op::Return, 1, 0, 0),
            inst(Op::AddInt, 1, 1, one),
            inst(Op::DivInt, 0, one, zero),
            inst(Op::LetDone, 0, 0, 0),
        ],
    );
    assert_eq!(runs.ok().and_then(Value::as_int), Some(1));
}

#[test]
fn a_let_is_evaluated_once() {
    let mut kit = Kit::new();
    let (zero, one) = (kit.int(0), kit.int(1));
    let (_, result) = kit.run(
        1,
        1,
        &[
            inst(Op::Move, 0, zero, 0),
            far(Op::LetUse, 0, 5),
            far(Op::LetUse, 0, 5),
            far(Op::LetUse, 0, 5),
            inst(Op::Return, 0, 0, 0),
            inst(Op::AddInt, 0, 0, one),
            inst(Op::LetDone, 0, 0, 0),
        ],
    );
    assert_eq!(result.ok().and_then(Value::as_int), Some(1));
}

#[test]
fn a_let_is_evaluated_again_after_a_reset() {
    let mut kit = Kit::new();
    let (zero, one) = (kit.int(0), kit.int(1));
    let (_, result) = kit.run(
        1,
        1,
        &[
            inst(Op::Move, 0, zero, 0),
            far(Op::LetUse, 0, 5),
            far(Op::LetReset, 0, 1),
            far(Op::LetUse, 0, 5),
            inst(Op::Return, 0, 0, 0),
            inst(Op::AddInt, 0, 0, one),
            inst(Op::LetDone, 0, 0, 0),
        ],
    );
    assert_eq!(result.ok().and_then(Value::as_int), Some(2));
}

#[test]
fn a_failure_in_a_call_reaches_the_callers_guard() {
    let mut kit = Kit::new();
    let (one, zero, seven) = (kit.int(1), kit.int(0), kit.int(7));
    let callee = kit.function(
        1,
        2,
        0,
        &[
            inst(Op::Begin, 0, 0, 0),
            inst(Op::Push, one, 0, 0),
            inst(Op::DivInt, 1, 0, zero),
            inst(Op::Return, 1, 0, 0),
        ],
    );
    let caller = kit.function(
        0,
        2,
        0,
        &[
            far(Op::Guard, 0, 4),
            inst(Op::Move, 0, one, 0),
            inst(Op::Call, 1, callee.0 as u16, 0),
            inst(Op::Return, 1, 0, 0),
            inst(Op::Return, seven, 0, 0),
        ],
    );
    let mut evaluator = kit.evaluator();
    let request = Request::default();
    let value = evaluator.eval_function(caller, &[], &request, &mut Quiet, &mut NoHost);
    assert_eq!(value.ok().and_then(Value::as_int), Some(7));
    let failed = evaluator.eval_function(callee, &[Value::Int(1)], &request, &mut Quiet, &mut NoHost);
    assert_eq!(failed.err().map(|raise| raise.failure.code), Some(Code::DivisionByZero));
}

#[test]
fn fuel_ends_what_no_guard_can_catch() {
    let mut kit = Kit::new();
    let one = kit.int(1);
    let function = kit.function(
        0,
        1,
        0,
        &[far(Op::Guard, 0, 3), far(Op::Charge, 0, 10), far(Op::Jump, 0, 1), inst(Op::Return, one, 0, 0)],
    );
    let mut evaluator = kit.evaluator();
    let request = Request { limits: Limits { fuel: 1_000, ..Limits::default() }, ..Request::default() };
    let failed = evaluator.eval_function(function, &[], &request, &mut Quiet, &mut NoHost);
    assert_eq!(failed.err().map(|raise| raise.failure.code), Some(Code::FuelLimit));
}

/// A policy over `{ n: Int }` with one rule of an effect that finds where `n` is 1 and fails where it is 0.
fn one_rule(effect: Effect, n: i64) -> (Outcome, usize, usize) {
    let mut kit = Kit::new();
    let int = kit.ty(Type::Int { lo: 0, hi: 9 });
    let input = kit.record(&[("n", int, Presence::Required)]);
    let plan = kit.plan(input, Read::Whole);
    let one = kit.int(1);
    let rule = kit.rule("r", effect);
    let body = kit.function(
        1,
        3,
        0,
        &[
            far(Op::Charge, 0, 10),
            far(Op::Guard, 0, 7),
            inst(Op::Field, 1, 0, 0),
            inst(Op::DivInt, 2, one, 1),
            with_x(Op::JumpEqInt, 0, 2, one, 4),
            far(Op::Found, 0, 9),
            far(Op::Jump, 0, 8),
            far(Op::Failed, 0, 9),
            inst(Op::Close, 0, 0, 0),
            inst(Op::Finish, 0, 0, 0),
        ],
    );
    let policy = kit.policy(input, plan, body, vec![rule]);
    let mut evaluator = kit.evaluator();
    let decision = evaluator.decide_json(policy, format!("{{\"n\":{n}}}").as_bytes(), &Request::default());
    assert_eq!(decision.proceed, decision.outcome == Outcome::Allow);
    (decision.outcome, decision.reasons.len() + decision.warnings.len(), decision.errors.len())
}

#[test]
fn failures_count_as_the_table_says() {
    use Outcome::{Allow, Deny, Escalate};
    // Effect, outcome where it finds, outcome where it fails, and listed findings then.
    let table = [
        (Effect::Deny, Deny, Deny, 0),
        (Effect::Require, Deny, Deny, 0),
        (Effect::Escalate, Escalate, Deny, 0),
        (Effect::Allow, Allow, Allow, 0),
        (Effect::Warn, Allow, Allow, 1),
    ];
    for (effect, found, failed, listed) in table {
        assert_eq!(one_rule(effect, 1), (found, 1, 0), "{effect:?} finds");
        assert_eq!(one_rule(effect, 2), (Allow, 0, 0), "{effect:?} finds nothing");
        assert_eq!(one_rule(effect, 0), (failed, listed, 1), "{effect:?} fails");
    }
}

#[test]
fn a_loop_of_findings_lists_a_hundred() {
    let mut kit = Kit::new();
    let int = kit.ty(Type::Int { lo: 0, hi: 9 });
    let input = kit.ty(Type::List { elem: int, max: None, or_one: false });
    let plan = kit.plan(input, Read::Whole);
    let rule = kit.rule("r", Effect::Deny);
    let body = kit.function(
        1,
        4,
        0,
        &[
            inst(Op::Iter, 1, 0, 0),
            with_x(Op::Next, 0, 3, 1, 4),
            far(Op::Charge, 0, 3),
            far(Op::Found, 0, 1),
            inst(Op::Close, 0, 0, 0),
            far(Op::Jump, 0, 1),
            inst(Op::Finish, 0, 0, 0),
        ],
    );
    let policy = kit.policy(input, plan, body, vec![rule]);
    let mut evaluator = kit.evaluator();
    let input = format!("[{}1]", "1,".repeat(249));
    let decision = evaluator.decide_json(policy, input.as_bytes(), &Request::default());
    assert_eq!((decision.outcome, decision.reasons.len(), decision.omitted), (Outcome::Deny, 100, 150));
}

#[test]
fn constants_must_be_sorted() {
    let mut kit = Kit::new();
    let (one, two) = (kit.const_id(Constant::Int(1)), kit.const_id(Constant::Int(2)));
    kit.constant(Constant::Set(vec![two, one]));
    assert!(crate::Program::new(kit.0, crate::testkit::library()).is_err());
}
