//! Rules: generators, the condition, the finding and its messages, and what a failure of each leads to.
//!
//! Every binding stands alone: where its condition fails, the failure is listed with the bindings and the next
//! one is tried. Where a generator fails, that is one failure of the rule and its bindings end. Messages come
//! after the finding, each value with a guard of its own, and cannot change it. A guard is set only around what
//! can fail, so that a rule of total expressions has none.

use policy_bytecode::op::Op;
use policy_bytecode::program::{Message, MessagePart, NoteType, TypeId};

use super::asm::Label;
use super::build::{Builder, Src};
use super::context::Context;
use super::exception::exceptions_to;
use crate::hir::walk::effect_parts;
use crate::hir::{Effect, Expr, LocalId, Logic, Policy, PolicyId, Rule, Text, TextPart};

/// A value that a finding carries after its bindings.
pub(super) struct Value<'h> {
    pub(super) source: &'h str,
    /// What it is; none where it has been evaluated with the condition.
    pub(super) expr: Option<&'h Expr>,
    pub(super) ty: TypeId,
}

/// What the program says of a rule beside its code.
#[derive(Debug, Default)]
pub(crate) struct Described {
    pub(crate) bindings: Vec<NoteType>,
    pub(crate) values: Vec<NoteType>,
    pub(crate) because: Option<Message>,
    pub(crate) fix: Option<Message>,
    pub(crate) details: Option<u16>,
    pub(crate) given: Option<u16>,
    pub(crate) exceptions: Vec<usize>,
    pub(crate) to: Option<Message>,
}

/// Where failures of a rule lead, and whether a guard stands.
pub(super) struct Guards {
    /// A failing generator.
    rule: Label,
    /// Whether any generator can fail.
    needed: bool,
}

impl Guards {
    /// Where failures of generators lead, if they can fail.
    pub(super) fn after(&self) -> Option<Label> {
        self.needed.then_some(self.rule)
    }
}

impl<'h> Builder<'_, 'h> {
    /// Writes a rule; control goes on below it.
    pub(crate) fn rule(&mut self, policy: &'h Policy, id: PolicyId, index: u32, rule: &'h Rule) -> Described {
        let mut described =
            Described { exceptions: exceptions_to(self.cx.hir, id, index as usize), ..Described::default() };
        let mut values = Vec::new();
        described.because = rule.because.as_ref().map(|text| message(self.cx, text, &mut values));
        described.fix = rule.fix.as_ref().map(|text| message(self.cx, text, &mut values));
        if let Some(details) = &rule.details {
            described.details = u16::try_from(values.len()).ok();
            let ty = self.cx.type_id(details.ty);
            values.push(Value { source: "details", expr: Some(details), ty });
        }
        self.describe_effect(rule, &mut described, &mut values);
        for local in &rule.bindings {
            described.bindings.push(self.binding(policy, *local));
        }
        for value in &values {
            described.values.push(self.cx.note_type(value));
        }

        let (mark, known, end) = (self.mark(), self.known.len(), self.asm.label());
        // Where later rules may be skipped they are paid for when they are reached.
        if policy.resolve_first {
            self.asm.begin_region();
        }
        let guards =
            Guards { rule: self.asm.label(), needed: rule.generators.iter().any(|g| !g.source.total) };
        if guards.needed {
            self.emit_far(Op::Guard, 0, guards.rule, rule.location);
        }
        let (ahead, when) = self.split_condition(rule);
        let mut sure = None;
        for operand in ahead {
            self.branch(operand, end, false);
            sure.get_or_insert(self.known.len());
        }
        let reads: Vec<&'h Expr> = rule.when.iter().chain(&rule.that).collect();
        self.each(&rule.generators, &reads, &mut |this| {
            if let Effect::Include(include) = &rule.effect {
                this.evaluate_include(policy, (index, rule), include, when, (&described.exceptions, &guards));
            } else {
                this.evaluate(policy, (index, rule), when, (&values, &described.exceptions), &guards);
            }
        });
        // Where nothing can fail, what is evaluated whatever the input stays known; a rule that fails may not have
        // come so far.
        let safe = !self.observed && !guards.needed && is_total(rule);
        if !safe {
            self.known.truncate(known);
        } else if let Some(sure) = sure {
            self.known.truncate(sure);
        }
        if guards.needed {
            self.emit(Op::Unguard, 0, 0, 0, rule.location);
            self.jump(end);
            self.asm.mark(guards.rule);
            self.rule_mode_unbound(index, rule);
            self.emit_of_rule(Op::Failed, index, end, rule.location);
            self.emit(Op::Close, 0, 0, 0, rule.location);
        }
        self.asm.mark(end);
        if policy.resolve_first {
            self.asm.end_region();
        }
        self.release(mark);
        described
    }

    /// One evaluation of the rule.
    fn evaluate(
        &mut self,
        policy: &'h Policy,
        (index, rule): (u32, &'h Rule),
        when: &'h [Expr],
        (values, exceptions): (&[Value<'h>], &[usize]),
        guards: &Guards,
    ) {
        let (failed, end) = (self.asm.label(), self.asm.label());
        let total = is_total(rule);
        let (mark, frames) = (self.mark(), self.frames.len());
        if !total {
            self.emit_far(Op::Guard, 0, failed, rule.location);
        }
        let without = if total { end } else { self.asm.label() };
        self.branch_logic(Logic::And, when, without, false);
        // Below, only what the first operand evaluated is known.
        let mut known = self.known.len();
        if let Some(that) = &rule.that {
            self.branch(that, without, true);
            if when.is_empty() {
                known = self.known.len();
            }
        }
        // Messages see what the condition evaluated; what comes after the rule does not.
        let ready = self.given(rule);
        if !total {
            self.stand_down(rule, guards);
        }
        self.rule_mode(index, rule, guards.after());
        let asked = self.exceptions(policy, (index, rule), exceptions, guards.after());
        self.emit_of_rule(Op::Found, index, end, rule.location);
        self.notes(rule);
        let mut guarded = false;
        let mut ready = ready.into_iter();
        for value in values {
            guarded |= self.note_value(value, &mut ready, rule);
        }
        guarded |= self.note_exceptions(&asked, rule);
        self.frames.truncate(frames);
        self.emit(Op::Close, 0, 0, 0, rule.location);
        if guarded {
            self.stand_down(rule, guards);
        }
        self.known.truncate(known);
        if !total {
            self.jump(end);
            self.asm.mark(without);
            self.stand_down(rule, guards);
            self.jump(end);
            self.asm.mark(failed);
            if guards.needed {
                self.stand_down(rule, guards);
            }
            self.rule_mode(index, rule, guards.after());
            self.emit_of_rule(Op::Failed, index, end, rule.location);
            self.notes(rule);
            self.emit(Op::Close, 0, 0, 0, rule.location);
        }
        self.asm.mark(end);
        self.release(mark);
    }

    /// Leads failures to where those of generators go, or nowhere where none can fail.
    pub(super) fn stand_down(&mut self, rule: &'h Rule, guards: &Guards) {
        if guards.needed {
            self.emit_far(Op::Guard, 0, guards.rule, rule.location);
        } else {
            self.emit(Op::Unguard, 0, 0, 0, rule.location);
        }
    }

    /// Adds the bindings to the open finding.
    pub(super) fn notes(&mut self, rule: &'h Rule) {
        for local in &rule.bindings {
            let value = self.local(*local, rule.location);
            self.emit(Op::Note, value.0, 0, 0, rule.location);
        }
    }

    /// Adds a value of a message to the open finding; whether a guard was set.
    pub(super) fn note_value(
        &mut self,
        value: &Value<'h>,
        ready: &mut dyn Iterator<Item = Src>,
        rule: &'h Rule,
    ) -> bool {
        let Some(expr) = value.expr else {
            let src = ready.next().unwrap_or(Src(0));
            self.emit(Op::Note, src.0, 0, 0, rule.location);
            return false;
        };
        let mark = self.mark();
        if expr.total {
            let src = self.operand(expr);
            self.emit(Op::Note, src.0, 0, 0, rule.location);
        } else {
            let (failed, end) = (self.asm.label(), self.asm.label());
            self.emit_far(Op::Guard, 0, failed, rule.location);
            let src: Src = self.perhaps(|this| this.operand(expr));
            self.emit(Op::Note, src.0, 0, 0, rule.location);
            // What follows must not look like a way back to what has been noted.
            self.emit(Op::Unguard, 0, 0, 0, rule.location);
            self.jump(end);
            self.asm.mark(failed);
            self.emit(Op::NoteFailed, 0, 0, 0, rule.location);
            self.asm.mark(end);
        }
        self.release(mark);
        !expr.total
    }

    fn binding(&mut self, policy: &'h Policy, local: LocalId) -> NoteType {
        let Some(def) = policy.locals.get(local.index()) else {
            self.cx.broken("a binding that is not declared");
            return NoteType { name: self.cx.pools.text(""), ty: policy_bytecode::program::TypeId(0) };
        };
        NoteType { name: self.cx.pools.text(&def.name), ty: self.cx.type_id(def.ty) }
    }

    /// What the program says of what a rule does, beside its messages.
    fn describe_effect(&mut self, rule: &'h Rule, described: &mut Described, values: &mut Vec<Value<'h>>) {
        let (payload, name) = match &rule.effect {
            Effect::Escalate(to) => {
                described.to = Some(message(self.cx, to, values));
                return;
            }
            Effect::Oblige { payload, .. } => (payload, "payload"),
            Effect::Transform { value, .. } => {
                let ty = self.cx.plain_type(policy_bytecode::types::Type::Text);
                values.push(Value { source: "path", expr: None, ty });
                (value, "value")
            }
            Effect::Deny | Effect::Require | Effect::Allow | Effect::Warn | Effect::Include(_) => return,
        };
        described.given = u16::try_from(values.len()).ok();
        let ty = self.cx.type_id(payload.ty);
        values.push(Value { source: name, expr: None, ty });
    }

    /// Evaluates what a rule asks of the host: a failure of it is one of the rule.
    fn given(&mut self, rule: &'h Rule) -> Vec<Src> {
        match &rule.effect {
            Effect::Oblige { payload, .. } => vec![self.perhaps(|this| this.operand(payload))],
            Effect::Transform { path, value } => self.perhaps(|this| {
                let pieces = this.transform_path(rule, path);
                let pointer = this.temp();
                this.pointer_value(&pieces, pointer, rule.location);
                vec![Src(pointer), this.operand(value)]
            }),
            Effect::Deny
            | Effect::Require
            | Effect::Allow
            | Effect::Escalate(_)
            | Effect::Warn
            | Effect::Include(_) => Vec::new(),
        }
    }
}

/// Whether the condition of a rule and what it asks of the host cannot fail.
pub(super) fn is_total(rule: &Rule) -> bool {
    let mut total = rule.when.iter().chain(&rule.that).all(|e| e.total);
    match &rule.effect {
        Effect::Oblige { .. } | Effect::Transform { .. } => {
            effect_parts(&rule.effect, &mut |part| total &= part.total);
        }
        Effect::Include(_) => total = false,
        Effect::Deny | Effect::Require | Effect::Allow | Effect::Escalate(_) | Effect::Warn => {}
    }
    total
}

/// A message; its values are added to those of the rule. A value that cannot fail and stands there already
/// is not evaluated again; one that can fail is listed for each place.
pub(super) fn message<'h>(cx: &mut Context<'h>, text: &'h Text, values: &mut Vec<Value<'h>>) -> Message {
    let mut parts = Vec::with_capacity(text.parts.len());
    for part in &text.parts {
        parts.push(match part {
            TextPart::Literal(words) => MessagePart::Literal(cx.pools.text(words)),
            TextPart::Value { source, value } => {
                let total = |known: &Value<'h>| known.expr.is_some_and(|expr| expr.total);
                let there = values.iter().position(|v| v.source == source && total(v) && value.total);
                let position = match there {
                    Some(position) => position,
                    None => {
                        let ty = cx.type_id(value.ty);
                        values.push(Value { source, expr: Some(value), ty });
                        values.len() - 1
                    }
                };
                MessagePart::Value(u16::try_from(position).unwrap_or_else(|_| {
                    cx.broken("a rule with more than 65,535 values");
                    0
                }))
            }
        });
    }
    Message { parts }
}
