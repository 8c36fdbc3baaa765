//! Decisions as values, for tests.

use policy_bytecode::program::Mode;
use serde::Serialize;
use serde_json::value::RawValue;

use super::{Decision, Ending, Finding, Frame, Outcome, Source, build};
use crate::failure::Failure;
use crate::ingest;
use crate::machine::{Findings, Run};
use crate::observer::Observer;
use crate::structure;
use crate::value::Value;

/// The decision of a policy as a value: the record `Decision` of the language.
pub(crate) fn decision_value<O: Observer>(
    run: &mut Run<'_, O>,
    policy: u32,
    (input, mode): (Value, Mode),
    findings: &Findings,
    stopped: Option<u32>,
) -> Result<Value, Failure> {
    let ending = stopped.map_or(Ending::Ran, Ending::Stopped);
    let source = Source {
        loaded: run.loaded,
        memory: run.memory(),
        raised: &run.machine.raised,
        trail: &run.machine.trail,
        findings,
        policy,
        mode,
        ending: &ending,
    };
    let frame = Frame {
        bundle: String::new(),
        data: String::new(),
        input: String::new(),
        entities: None,
        now: run.now,
        fuel: 0,
        not_applicable_proceeds: false,
    };
    let decision = build(&source, &frame).ok_or(Failure::internal())?;
    run.machine.heap.meter.charge(16)?;
    if O::ACTIVE {
        run.observer.decided(policy, decision.outcome);
    }
    let errors = decision.errors.iter().map(|problem| problem.code);
    let errors = texts(run, errors)?;
    let reasons = listed(run, &decision.reasons)?;
    let warnings = listed(run, &decision.warnings)?;
    let observed = listed(run, &decision.observed)?;
    let obligations = obligations(run, &decision)?;
    let transformed = transformed(run, policy, input, &decision)?;
    let outcome = match decision.outcome {
        Outcome::Allow => 0,
        Outcome::Deny => 1,
        Outcome::Escalate => 2,
        Outcome::NotApplicable => 3,
    };
    let fields = [
        errors,
        obligations,
        observed,
        Value::Variant(outcome),
        Value::Bool(decision.proceed),
        reasons,
        transformed,
        warnings,
    ];
    record(run, &fields)
}

fn record<O: Observer>(run: &mut Run<'_, O>, fields: &[Value]) -> Result<Value, Failure> {
    let heap = &mut run.machine.heap;
    let mark = heap.stage.len();
    for &field in fields {
        structure::push(heap, field)?;
    }
    structure::record(heap, mark)
}

fn texts<'a, O: Observer>(
    run: &mut Run<'_, O>,
    texts: impl Iterator<Item = &'a str>,
) -> Result<Value, Failure> {
    let heap = &mut run.machine.heap;
    let mark = heap.stage.len();
    for text in texts {
        let text = heap.text(text)?;
        structure::push(heap, Value::Text(text))?;
    }
    structure::list(heap, mark)
}

fn listed<O: Observer>(run: &mut Run<'_, O>, findings: &[Finding]) -> Result<Value, Failure> {
    let mut records = Vec::with_capacity(findings.len());
    for finding in findings {
        let heap = &mut run.machine.heap;
        let effect = heap.text(finding.effect).map(Value::Text)?;
        let fix = match &finding.fix {
            Some(fix) => heap.text(fix).map(Value::Text)?,
            None => Value::Absent,
        };
        let message = heap.text(&finding.message).map(Value::Text)?;
        let rule = heap.text(&finding.rule).map(Value::Text)?;
        records.push(record(run, &[effect, fix, message, rule])?);
    }
    let heap = &mut run.machine.heap;
    let mark = heap.stage.len();
    for record in records {
        structure::push(heap, record)?;
    }
    structure::list(heap, mark)
}

/// What a test sees of an obligation.
#[derive(Serialize)]
struct Said<'a> {
    rule: &'a str,
    obligation: &'a str,
    payload: &'a RawValue,
}

/// Obligations as `Json`.
fn obligations<O: Observer>(run: &mut Run<'_, O>, decision: &Decision) -> Result<Value, Failure> {
    let mut values = Vec::with_capacity(decision.obligations.len());
    for obligation in &decision.obligations {
        let said =
            Said { rule: &obligation.rule, obligation: &obligation.obligation, payload: &obligation.payload };
        let text = serde_json::to_string(&said).unwrap_or_default();
        run.machine.heap.meter.charge(text.len() as u64 / 4)?;
        values.push(ingest::json_value(&mut run.context(), &text)?.ok_or(Failure::internal())?);
    }
    let heap = &mut run.machine.heap;
    let mark = heap.stage.len();
    for value in values {
        structure::push(heap, value)?;
    }
    structure::list(heap, mark)
}

/// What the host is to go on with, as `Json`: the input with the transforms made that the decision asks for. Absent where it does
/// not go on.
fn transformed<O: Observer>(
    run: &mut Run<'_, O>,
    policy: u32,
    input: Value,
    decision: &Decision,
) -> Result<Value, Failure> {
    if !matches!(decision.outcome, Outcome::Allow | Outcome::Escalate) {
        return Ok(Value::Null);
    }
    let ty = run.loaded.code.policies.get(policy as usize).ok_or(Failure::internal())?.input;
    let mut document = run.as_json_of(input, ty)?;
    for transform in &decision.transforms {
        run.machine.heap.meter.charge(transform.value.get().len() as u64 / 4)?;
        let value =
            ingest::json_value(&mut run.context(), transform.value.get())?.ok_or(Failure::internal())?;
        let steps: Vec<String> = transform
            .path
            .split('/')
            .skip(1)
            .map(|step| step.replace("~1", "/").replace("~0", "~"))
            .collect();
        document = replaced(run, document, &steps, value)?;
    }
    Ok(document)
}

/// A document with the value at a path replaced; what is missing on the way is made.
fn replaced<O: Observer>(
    run: &mut Run<'_, O>,
    document: Value,
    steps: &[String],
    value: Value,
) -> Result<Value, Failure> {
    let Some((step, rest)) = steps.split_first() else { return Ok(value) };
    if let Value::List(_) = document {
        let at: usize = step.parse().map_err(|_| Failure::internal())?;
        let mut parts = run.memory().elements(document)?.to_vec();
        let part = parts.get_mut(at).ok_or(Failure::internal())?;
        *part = replaced(run, *part, rest, value)?;
        let heap = &mut run.machine.heap;
        let mark = heap.stage.len();
        for part in parts {
            structure::push(heap, part)?;
        }
        return structure::list(heap, mark);
    }
    let document = if let Value::Map(_) = document {
        document
    } else {
        let mark = run.machine.heap.stage.len();
        run.finish_map(mark)?
    };
    let key = run.machine.heap.text(step).map(Value::Text)?;
    let below = run.index_map(document, key)?;
    let below = replaced(run, below, rest, value)?;
    run.set_key(document, key, below)
}
