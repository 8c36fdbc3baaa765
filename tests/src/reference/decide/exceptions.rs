//! Exceptions: findings that do not decide while they hold.

use std::collections::BTreeMap;

use policy_compiler::hir::{Exception, Mode, Rule, RuleId};

use super::super::eval::Frame;
use super::super::fault::{Fault, Result, Stop};
use super::super::value::{Json, Value};
use super::Holding;
use super::gather::Run;

/// The exceptions that hold for a finding, in order of module and source, and what failed in their messages. One that
/// fails itself does not hold.
pub(super) fn holding<'a>(
    run: &mut Run<'_, 'a>,
    frame: &mut Frame<'a>,
    (id, rule): (RuleId, &'a Rule),
    mode: Mode,
    bindings: &BTreeMap<String, Json>,
    listed: &mut usize,
) -> Result<(Vec<Holding>, Vec<Fault>)> {
    let world = run.world;
    let mut holding = Vec::new();
    let mut faults = Vec::new();
    let mut values: Vec<Value> = Vec::new();
    for local in &rule.bindings {
        values.push(world.variable(frame, *local)?);
    }
    for exception in &world.hir.exceptions {
        let policy = world.hir.policies.get(exception.policy.index()).map(|policy| &policy.name);
        if policy != Some(&run.instance.policy.name) || exception.rule != id {
            continue;
        }
        let mut inner = Frame::new(exception.locals.len());
        inner.set(exception.input_local, run.instance.input.clone());
        for (pattern, value) in exception.bindings.iter().zip(&values) {
            inner.bind(pattern, value)?;
        }
        match holds(run, &mut inner, exception) {
            Ok(false) => {}
            Ok(true) => {
                let message = match &exception.because {
                    None => None,
                    Some(text) => Some(world.message(&mut inner, text)?),
                };
                faults.extend(message.iter().flat_map(|message| message.faults.iter().cloned()));
                let message = message.map(|message| message.text);
                holding.push(Holding {
                    name: exception.name.clone(),
                    message,
                    until: exception.until,
                    approved_by: exception.approved_by.clone(),
                });
            }
            Err(Stop::Fault(fault)) => run.exception_failed(rule, mode, fault, bindings, listed),
            Err(bug) => return Err(bug),
        }
    }
    Ok((holding, faults))
}

/// Whether `when` is true and `now` is before `until`.
fn holds<'a>(run: &Run<'_, 'a>, frame: &mut Frame<'a>, exception: &'a Exception) -> Result<bool> {
    if let Some(when) = &exception.when
        && !run.world.truth(frame, when)?
    {
        return Ok(false);
    }
    match (exception.until, run.world.now) {
        (None, _) => Ok(true),
        (Some(until), Some(now)) => Ok(now < until),
        (Some(_), None) => Err(Stop::fault("no_now", exception.location, Vec::new())),
    }
}
