//! Decisions: modes, defaults, `resolve first`, messages that fail, and limits.

use policy_bytecode::Op;
use policy_bytecode::program::{DefaultOutcome, Effect, Message, MessagePart, Mode, NoteType, Policy, Read};
use policy_bytecode::types::{Presence, Type};

use super::{Decision, Outcome};
use crate::testkit::{Kit, far, inst, with_x};
use crate::{Limits, Request};

/// Rules that find where `n` is their own position or more, each in its effect and mode.
fn decide(rules: &[(Effect, Mode)], n: i64, change: impl FnOnce(&mut Kit, &mut Policy)) -> Decision {
    let mut kit = Kit::new();
    let int = kit.ty(Type::Int { lo: 0, hi: 9 });
    let input = kit.record(&[("n", int, Presence::Required)]);
    let plan = kit.plan(input, Read::Whole);
    let mut code = vec![far(Op::Charge, 0, 9), inst(Op::Field, 1, 0, 0)];
    let mut described = Vec::new();
    let end = 2 + rules.len() as u32 * 5;
    for (at, (effect, mode)) in rules.iter().enumerate() {
        let own = kit.int(at as i64);
        let next = code.len() as u32 + 5;
        code.push(far(Op::JumpDecided, 0, end));
        code.push(with_x(Op::JumpLeInt, 0, own, 1, 3));
        code.push(far(Op::Found, at as u16, next));
        code.push(inst(Op::Note, 1, 0, 0));
        code.push(inst(Op::Close, 0, 0, 0));
        let mut rule = kit.rule(&format!("r{at}"), *effect);
        let (name, text) = (kit.text("n"), kit.text("n is "));
        rule.mode = *mode;
        rule.values = vec![NoteType { name, ty: int }];
        let parts = vec![MessagePart::Literal(text), MessagePart::Value(0)];
        rule.because = Some(Message { parts: parts.clone() });
        if *effect == Effect::Escalate {
            rule.to = Some(Message { parts });
        }
        described.push(rule);
    }
    code.push(inst(Op::Finish, 0, 0, 0));
    let body = kit.function(1, 2, 0, &code);
    kit.policy(input, plan, body, described);
    let mut policy = kit.0.policies.remove(0);
    // Without `resolve first` the test for it is passed over.
    change(&mut kit, &mut policy);
    if !policy.resolve_first {
        for at in 0..rules.len() as u32 {
            kit.0.code[2 + at as usize * 5] = far(Op::Charge, 0, 1);
        }
    }
    kit.0.policies.push(policy);
    let mut evaluator = kit.evaluator();
    evaluator.decide_json(0, format!("{{\"n\":{n}}}").as_bytes(), &Request::default())
}

const ALL: [(Effect, Mode); 3] =
    [(Effect::Allow, Mode::Enforce), (Effect::Escalate, Mode::Enforce), (Effect::Deny, Mode::Enforce)];

fn rules(decision: &Decision) -> Vec<&str> {
    decision.reasons.iter().map(|finding| finding.rule.as_str()).collect()
}

#[test]
fn the_strictest_finding_decides() {
    for (n, outcome) in [(0, Outcome::Allow), (1, Outcome::Escalate), (2, Outcome::Deny)] {
        let decision = decide(&ALL, n, |_, policy| policy.default = DefaultOutcome::Deny);
        assert_eq!((decision.outcome, decision.proceed), (outcome, outcome == Outcome::Allow));
        assert_eq!(decision.reasons.len() as i64, n + 1);
        let asked: &[&str] = if outcome == Outcome::Escalate { &["n is 1"] } else { &[] };
        assert_eq!(decision.escalate_to, asked);
    }
}

#[test]
fn the_first_finding_decides_where_the_policy_says_so() {
    let decision = decide(&ALL, 2, |_, policy| policy.resolve_first = true);
    assert_eq!((decision.outcome, rules(&decision)), (Outcome::Allow, vec!["r0"]));
}

#[test]
fn the_default_decides_where_no_rule_does() {
    let none: [(Effect, Mode); 0] = [];
    assert_eq!(decide(&none, 0, |_, _| {}).outcome, Outcome::Allow);
    assert_eq!(decide(&none, 0, |_, policy| policy.default = DefaultOutcome::Deny).outcome, Outcome::Deny);
    let decision = decide(&none, 0, |kit, policy| {
        policy.default = DefaultOutcome::Escalate(kit.text("owners"));
    });
    assert_eq!((decision.outcome, decision.escalate_to), (Outcome::Escalate, vec!["owners".to_owned()]));
}

#[test]
fn rules_that_do_not_enforce_decide_nothing() {
    let decision = decide(&[(Effect::Deny, Mode::Observe), (Effect::Deny, Mode::Advise)], 5, |_, _| {});
    assert_eq!((decision.outcome, decision.reasons.len()), (Outcome::Allow, 0));
    assert_eq!((decision.observed.len(), decision.warnings.len()), (1, 1));
}

#[test]
fn a_policy_that_does_not_enforce_carries_what_it_would_say() {
    let decision = decide(&ALL, 2, |_, policy| policy.mode = Mode::Observe);
    assert_eq!(
        (decision.outcome, decision.proceed, decision.mode),
        (Outcome::NotApplicable, true, "observe")
    );
    let enforced = decision.enforced.expect("what it would say");
    assert_eq!((enforced.outcome, enforced.reasons.len(), enforced.mode), (Outcome::Deny, 3, "enforce"));
}

#[test]
fn messages_carry_their_template_and_values() {
    let decision = decide(&[(Effect::Deny, Mode::Enforce)], 7, |_, _| {});
    let finding = decision.reasons.first().expect("a finding");
    assert_eq!((finding.message.as_str(), finding.template.as_deref()), ("n is 7", Some("n is {n}")));
    assert_eq!(serde_json::to_string(&finding.values).expect("it prints"), r#"{"n":7}"#);
}

#[test]
fn reaching_a_limit_drops_what_was_found() {
    let mut kit = Kit::new();
    let int = kit.ty(Type::Int { lo: 0, hi: 9 });
    let plan = kit.plan(int, Read::Whole);
    let rule = kit.rule("r", Effect::Allow);
    let code = [
        far(Op::Guard, 0, 5),
        far(Op::Found, 0, 4),
        inst(Op::Close, 0, 0, 0),
        far(Op::Charge, 0, 1_000),
        inst(Op::Finish, 0, 0, 0),
        inst(Op::Finish, 0, 0, 0),
    ];
    let body = kit.function(1, 1, 0, &code);
    kit.policy(int, plan, body, vec![rule]);
    let mut evaluator = kit.evaluator();
    let request = Request { limits: Limits { fuel: 500, ..Limits::default() }, ..Request::default() };
    let decision = evaluator.decide_json(0, b"1", &request);
    assert_eq!((decision.outcome, decision.reasons.len(), decision.fuel), (Outcome::Deny, 0, 500));
    let codes: Vec<&str> = decision.errors.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, ["fuel_limit"]);
    let small = Request { limits: Limits { memory: 10, ..Limits::default() }, ..Request::default() };
    let decision = evaluator.decide_json(0, b"1", &small);
    assert_eq!(
        (decision.outcome, decision.errors.first().map(|problem| problem.code)),
        (Outcome::Deny, Some("memory_limit"))
    );
    assert_eq!(evaluator.decide_json(0, b"1", &Request::default()).outcome, Outcome::Allow);
    assert_eq!(evaluator.decide_json(9, b"1", &Request::default()).outcome, Outcome::Deny);
}
