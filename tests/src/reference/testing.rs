//! `test` blocks.

use std::rc::Rc;

use policy_compiler::hir::{Expect, ExpectBy, ExpectKind, Given, GivenTarget, RuleRef, Step, Test, Verb};

use super::decide::{self, Decision, Finding, Outcome};
use super::eval::{Frame, World, elements};
use super::fault::{Result, Stop};
use super::value::{Json, Value};
use super::{entities, read};

/// What became of a test, or of one of its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every `expect` held.
    Passed,
    /// One did not, or something failed; where, and why.
    Failed(policy_syntax::Location, String),
    /// The program did what a checked program never does.
    Broken(String),
}

/// Runs a test: one verdict a row.
pub fn run<'a>(world: &mut World<'a>, test: &'a Test) -> Vec<Verdict> {
    let verdict = |result: Result<()>| match result {
        Ok(()) => Verdict::Passed,
        Err(Stop::Fault(fault)) => Verdict::Failed(fault.location, fault.code.to_owned()),
        Err(Stop::Bug(what)) => Verdict::Broken(what),
    };
    let mut frame = Frame::new(test.locals.len());
    world.now = None;
    if let Some(at) = &test.at {
        match world.eval(&mut frame, at) {
            Ok(Value::Timestamp(at)) => world.now = Some(at),
            Ok(_) | Err(_) => return vec![Verdict::Broken("`at` is no instant".to_owned())],
        }
    }
    let Some(rows) = &test.rows else { return vec![verdict(steps(world, &mut frame, test))] };
    let values = match world.eval(&mut frame, &rows.source).and_then(|value| elements(&value)) {
        Ok(values) if values.is_empty() => {
            return vec![Verdict::Failed(rows.source.location, "no rows".to_owned())];
        }
        Ok(values) => values,
        Err(stop) => return vec![verdict(Err(stop))],
    };
    let mut verdicts = Vec::new();
    for value in values {
        let mut frame = Frame::new(test.locals.len());
        let result = frame.bind(&rows.pattern, &value).and_then(|()| steps(world, &mut frame, test));
        verdicts.push(verdict(result));
    }
    verdicts
}

fn steps<'a>(world: &mut World<'a>, frame: &mut Frame<'a>, test: &'a Test) -> Result<()> {
    let (data, entities) = (world.data.clone(), world.entities.clone());
    world.forget();
    let result = test.steps.iter().try_for_each(|step| match step {
        Step::Given(given) => {
            let value = world.eval(frame, &given.value)?;
            let GivenTarget::Data(data) = given.target else { return give_entities(world, &value, given) };
            let slot = world.data.get_mut(data.index()).ok_or_else(|| Stop::bug("no such data"))?;
            *slot = Some(value);
            world.forget();
            Ok(())
        }
        Step::Let(one) => {
            let value = world.eval(frame, &one.value)?;
            frame.bind(&one.pattern, &value)
        }
        Step::Expect(expect) => expected(world, frame, expect),
    });
    world.data = data;
    world.entities = entities;
    world.forget();
    result
}

/// `given entities`.
fn give_entities(world: &mut World<'_>, value: &Value, given: &Given) -> Result<()> {
    let Value::Json(json) = value else { return Err(Stop::bug("entities that are no Json")) };
    match entities::store(world, &[read::to_doc(json)])? {
        Ok(store) => world.entities = Some(store),
        Err(misfits) => {
            let pointers = misfits.into_iter().map(|misfit| misfit.pointer).collect();
            return Err(Stop::fault("misfit", given.location, pointers));
        }
    }
    world.forget();
    Ok(())
}

fn expected<'a>(world: &World<'a>, frame: &mut Frame<'a>, expect: &'a Expect) -> Result<()> {
    let held = match &expect.kind {
        ExpectKind::Holds(condition) => world.truth(frame, condition)?,
        ExpectKind::Decision { policy, input, params, verb, by } => {
            let decision = decide::evaluate(world, frame, *policy, input, params)?;
            satisfies(&decision, verb, by)
        }
    };
    if held { Ok(()) } else { Err(Stop::fault("expect", expect.location, Vec::new())) }
}

fn satisfies(decision: &Decision, verb: &Verb, by: &ExpectBy) -> bool {
    let clean = decision.errors.is_empty() && decision.misfits.is_empty();
    let with = |outcome: Outcome| clean && decision.outcome == outcome;
    let all = |wanted: &[RuleRef], found: &[&str]| wanted.iter().all(|rule| found.contains(&rule.0.as_str()));
    let duties: Vec<&str> = decision.obligations.iter().map(|duty| duty.rule.as_str()).collect();
    let excepted: Vec<&str> = decision.exceptions.iter().map(|finding| finding.rule.as_str()).collect();
    let held = match verb {
        Verb::Allows => with(Outcome::Allow),
        Verb::Denies => with(Outcome::Deny),
        Verb::Escalates => with(Outcome::Escalate),
        Verb::Warns => clean && !decision.warnings.is_empty(),
        Verb::Obliges(rules) => all(rules, &duties),
        Verb::Excepts(rules) => all(rules, &excepted),
        Verb::NotApplicable => decision.outcome == Outcome::NotApplicable,
        Verb::Fails => !decision.errors.is_empty(),
        Verb::Misfits(pointers) => {
            !decision.misfits.is_empty()
                && (pointers.is_empty()
                    || decision.misfits.iter().map(|misfit| &misfit.pointer).eq(pointers.iter()))
        }
    };
    let deciding = |effect: &str| -> Vec<&str> {
        let found = decision.reasons.iter().filter(|finding| finding.effect == effect);
        found.map(|finding| finding.rule.as_str()).collect()
    };
    let found: Vec<&str> = match verb {
        Verb::Fails => decision.errors.iter().filter_map(|failed| failed.rule.as_deref()).collect(),
        Verb::Warns => decision.warnings.iter().map(|finding| finding.rule.as_str()).collect(),
        Verb::Allows => deciding("allow"),
        Verb::Denies => deciding("deny"),
        Verb::Escalates => deciding("escalate"),
        Verb::Obliges(_) => duties,
        Verb::Excepts(_) => excepted,
        Verb::NotApplicable | Verb::Misfits(_) => Vec::new(),
    };
    held && match by {
        ExpectBy::Any => true,
        ExpectBy::Rules(ids) => all(ids, &found),
        ExpectBy::Exactly(ids) => {
            let wanted: Vec<&str> = ids.iter().map(|id| id.0.as_str()).collect();
            wanted.iter().all(|name| found.contains(name)) && found.iter().all(|name| wanted.contains(name))
        }
        ExpectBy::Counted { exactly, rules } => {
            let counted = rules.iter().all(|(id, times)| {
                let count = found.iter().filter(|found| **found == id.0).count();
                match times {
                    Some(times) => u64::try_from(count).is_ok_and(|count| count == *times),
                    None => count > 0,
                }
            });
            counted && (!exactly || found.iter().all(|name| rules.iter().any(|(id, _)| id.0 == *name)))
        }
        ExpectBy::Default => found.is_empty(),
    }
}

/// A decision as the record that tests see.
///
/// # Errors
/// Where the record has a field that is not known here.
pub fn decision_value(world: &World<'_>, decision: &Decision, input: &Json) -> Result<Value> {
    let builtins = world.hir.types.builtins.ok_or_else(|| Stop::bug("no builtin types"))?;
    let record = world.hir.types.record(builtins.decision).ok_or_else(|| Stop::bug("no Decision"))?;
    let mut fields = Vec::new();
    for field in &record.fields {
        fields.push(match field.name.as_str() {
            "outcome" => Value::Variant(decide::outcome_variant(decision.outcome)),
            "proceed" => Value::Bool(decision.proceed),
            "reasons" => findings(world, &decision.reasons)?,
            "warnings" => findings(world, &decision.warnings)?,
            "observed" => findings(world, &decision.observed)?,
            "errors" => {
                Value::list(decision.errors.iter().map(|failed| Value::text(failed.fault.code)).collect())
            }
            "obligations" => {
                let said = decision.obligations.iter().map(|duty| Value::Json(duty.to_json()));
                Value::list(said.collect())
            }
            "transformed" => Value::Json(decision.transformed(input).unwrap_or(Json::Null)),
            other => return Err(Stop::bug(format!("a field {other} of a decision"))),
        });
    }
    Ok(Value::Record(Rc::new(fields)))
}

fn findings(world: &World<'_>, findings: &[Finding]) -> Result<Value> {
    let builtins = world.hir.types.builtins.ok_or_else(|| Stop::bug("no builtin types"))?;
    let record = world.hir.types.record(builtins.finding).ok_or_else(|| Stop::bug("no finding"))?;
    let text = |text: &Option<String>| text.as_deref().map_or(Value::Absent, Value::text);
    let one = |finding: &Finding| {
        let fields = record.fields.iter().map(|field| match field.name.as_str() {
            "rule" => Ok(Value::text(&finding.rule)),
            "effect" => Ok(Value::text(finding.effect)),
            "message" => Ok(text(&finding.message)),
            "fix" => Ok(text(&finding.fix)),
            other => Err(Stop::bug(format!("a field {other} of a finding"))),
        });
        Ok(Value::Record(Rc::new(fields.collect::<Result<Vec<_>>>()?)))
    };
    Ok(Value::list(findings.iter().map(one).collect::<Result<Vec<_>>>()?))
}
