//! Transforms: where they lead, and whether all of them can be made.

use std::cmp::Ordering;

use policy_bytecode::program::{DefaultOutcome, Effect, FormatPart, Mode};

use super::findings::{Found, Kind, Note, Weight};
use super::{Findings, Run};
use crate::failure::{Code, Failure};
use crate::memory::Memory;
use crate::observer::Observer;
use crate::print::Printer;
use crate::program::Loaded;
use crate::value::Value;

/// A transform that a rule found: its path, and its value.
pub(crate) fn transform_of(loaded: &Loaded, findings: &Findings, found: &Found) -> Option<(Value, Value)> {
    if found.kind != Kind::Finding || found.mode != Mode::Enforce {
        return None;
    }
    let instance = findings.instance(found.instance)?;
    let rule = loaded.code.policies.get(instance.policy as usize)?.rules.get(found.rule as usize)?;
    if rule.effect != Effect::Transform {
        return None;
    }
    let at = found.notes.0 as usize + rule.bindings.len() + usize::from(rule.given?);
    match (findings.notes.get(at.checked_sub(1)?)?, findings.notes.get(at)?) {
        (Note::Value(path), Note::Value(value)) => Some((*path, *value)),
        (Note::Value(_) | Note::Failed(_), _) => None,
    }
}

/// The path of a transform, as text.
pub(crate) fn path_text(memory: Memory<'_>, path: Value) -> &str {
    if let Value::Text(span) = path { memory.span_text(span) } else { "" }
}

/// The order in which a path stands right before the paths of its parts.
pub(crate) fn in_order(left: &str, right: &str) -> Ordering {
    left.split('/').cmp(right.split('/'))
}

impl<O: Observer> Run<'_, O> {
    /// Compares the transforms of a policy that lets the host go on: equal ones are one, two for one path or for a path and a
    /// part of it are a failure.
    pub(super) fn settle_transforms(&mut self) -> Result<(), u32> {
        self.compare_transforms().map_err(|failure| self.record(failure, 0))
    }

    fn compare_transforms(&mut self) -> Result<(), Failure> {
        if !self.keeps_transforms() {
            return Ok(());
        }
        let loaded = self.loaded;
        let mut all: Vec<(u32, Value, Value)> = Vec::new();
        for (at, found) in (0..).zip(&self.machine.findings.list) {
            if let Some((path, value)) = transform_of(loaded, &self.machine.findings, found) {
                all.push((at, path, value));
            }
        }
        self.machine.heap.meter.allocate(all.len().saturating_mul(48))?;
        for (_, path, _) in &all {
            let length = if let Value::Text(span) = path { u64::from(span.len) } else { 0 };
            self.machine.heap.meter.charge(8 + length)?;
        }
        let memory = self.memory();
        all.sort_by(|left, right| in_order(path_text(memory, left.1), path_text(memory, right.1)));
        let mut kept: Option<(u32, Value, Value)> = None;
        for one @ (at, path, value) in all {
            let Some((first, known, there)) = kept else {
                kept = Some(one);
                continue;
            };
            let memory = self.memory();
            let rest = path_text(memory, path).strip_prefix(path_text(memory, known));
            let same = rest == Some("");
            let within = rest.is_some_and(|rest| rest.starts_with('/'));
            if same && self.comparing().equal(there, value)? {
                continue;
            }
            if same || within {
                let raised = self.record(Failure::of_two(Code::Conflict, known, path), 0);
                self.machine.findings.conflict = Some((raised, at.max(first)));
                return Ok(());
            }
            kept = Some(one);
        }
        Ok(())
    }

    /// Whether the outcome is one that transforms go with.
    fn keeps_transforms(&self) -> bool {
        let Some(root) = self.machine.findings.root() else { return false };
        let Some(policy) = self.loaded.code.policies.get(root.policy as usize) else { return false };
        match (root.decides(), &policy.default) {
            (Some(Weight::Deny), _) | (None, DefaultOutcome::Deny) => false,
            (Some(Weight::Allow | Weight::Escalate), _)
            | (None, DefaultOutcome::Allow | DefaultOutcome::Escalate(_)) => true,
        }
    }

    /// A JSON Pointer from the staged values, by a format, below that of the policy's input.
    pub(super) fn pointer(&mut self, format: u32) -> Result<Value, Failure> {
        let mark = self.mark()?;
        let loaded = self.loaded;
        let above = self.machine.findings.instance(self.current()).ok_or(Failure::internal())?;
        let above = (above.parent.1 != u32::MAX).then_some(above.pointer);
        let format = loaded.code.formats.get(format as usize).ok_or(Failure::internal())?;
        let mut context = self.context();
        let mut scratch = std::mem::take(&mut context.heap.scratch);
        scratch.clear();
        let left = usize::try_from(context.heap.meter.memory).unwrap_or(usize::MAX);
        let mut written = Ok(());
        if let Some(above) = above {
            if let Value::Text(span) = above {
                scratch.push_str(context.memory().span_text(span));
            } else {
                written = Err(Failure::kind(above));
            }
        }
        let mut staged = mark;
        for part in &format.parts {
            match part {
                FormatPart::Literal(text) => scratch.push_str(loaded.text(*text)),
                FormatPart::Value(ty) => {
                    let value = context.heap.stage.get(staged).copied().ok_or(Failure::internal());
                    staged += 1;
                    let mut key = String::new();
                    let mut printer =
                        Printer { loaded, memory: context.memory(), out: &mut key, limit: left };
                    let printed = value.and_then(|value| printer.plain(*ty, value));
                    if printed.is_err() {
                        written = printed;
                        break;
                    }
                    scratch.push('/');
                    scratch.push_str(&key.replace('~', "~0").replace('/', "~1"));
                }
            }
        }
        let value = written
            .and_then(|()| context.charge(scratch.len() as u64 / 16))
            .and_then(|()| context.heap.text(&scratch));
        context.heap.stage.truncate(mark);
        context.heap.scratch = scratch;
        value.map(Value::Text)
    }
}
