//! Rules: generators, the condition, the finding and its messages, and what a failure of each leads to.
//!
//! Every binding stands alone: where its condition fails, the failure is listed with the bindings and the next
//! one is tried. Where a generator fails, that is one failure of the rule and its bindings end. Messages come
//! after the finding, each value with a guard of its own, and cannot change it. A guard is set only around what
//! can fail, so that a rule of total expressions has none.

use policy_bytecode::op::Op;
use policy_bytecode::program::{Message, MessagePart, NoteType};

use super::asm::Label;
use super::build::{Builder, Src};
use crate::hir::{Effect, Expr, LocalId, Logic, Policy, Rule, Text, TextPart};

/// A value that a finding carries after its bindings.
struct Value<'h> {
    source: &'h str,
    expr: &'h Expr,
}

/// What the program says of a rule beside its code.
#[derive(Debug, Default)]
pub(crate) struct Described {
    pub(crate) bindings: Vec<NoteType>,
    pub(crate) values: Vec<NoteType>,
    pub(crate) because: Option<Message>,
    pub(crate) fix: Option<Message>,
    pub(crate) details: Option<u16>,
    pub(crate) to: Option<Message>,
}

/// Where failures of a rule lead, and whether a guard stands.
struct Guards {
    /// A failing generator.
    rule: Label,
    /// Whether any generator can fail.
    needed: bool,
}

impl<'h> Builder<'_, 'h> {
    /// Writes a rule; control goes on below it.
    pub(crate) fn rule(&mut self, policy: &'h Policy, index: u16, rule: &'h Rule) -> Described {
        let mut described = Described::default();
        let mut values = Vec::new();
        described.because = rule.because.as_ref().map(|text| self.message(text, &mut values));
        described.fix = rule.fix.as_ref().map(|text| self.message(text, &mut values));
        if let Some(details) = &rule.details {
            described.details = u16::try_from(values.len()).ok();
            values.push(Value { source: "details", expr: details });
        }
        if let Effect::Escalate(to) = &rule.effect {
            described.to = Some(self.message(to, &mut values));
        }
        for local in &rule.bindings {
            described.bindings.push(self.binding(policy, *local));
        }
        for value in &values {
            let name = self.cx.pools.text(value.source);
            described.values.push(NoteType { name, ty: self.cx.type_id(value.expr.ty) });
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
            this.evaluate(index, rule, when, &values, &guards);
        });
        // Where nothing can fail, what is evaluated whatever the input stays known; a rule that fails may not have
        // come so far.
        let safe = !self.observed && !guards.needed && rule.when.iter().chain(&rule.that).all(|e| e.total);
        if !safe {
            self.known.truncate(known);
        } else if let Some(sure) = sure {
            self.known.truncate(sure);
        }
        if guards.needed {
            self.emit(Op::Unguard, 0, 0, 0, rule.location);
            self.jump(end);
            self.asm.mark(guards.rule);
            self.emit_far(Op::Failed, index, end, rule.location);
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
        index: u16,
        rule: &'h Rule,
        when: &'h [Expr],
        values: &[Value<'h>],
        guards: &Guards,
    ) {
        let (failed, end) = (self.asm.label(), self.asm.label());
        let total = rule.when.iter().chain(&rule.that).all(|e| e.total);
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
        if !total {
            self.stand_down(rule, guards);
        }
        self.emit_far(Op::Found, index, end, rule.location);
        self.notes(rule);
        let mut guarded = false;
        for value in values {
            guarded |= self.note_value(value, rule);
        }
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
            self.emit_far(Op::Failed, index, end, rule.location);
            self.notes(rule);
            self.emit(Op::Close, 0, 0, 0, rule.location);
        }
        self.asm.mark(end);
    }

    /// Leads failures to where those of generators go, or nowhere where none can fail.
    fn stand_down(&mut self, rule: &'h Rule, guards: &Guards) {
        if guards.needed {
            self.emit_far(Op::Guard, 0, guards.rule, rule.location);
        } else {
            self.emit(Op::Unguard, 0, 0, 0, rule.location);
        }
    }

    /// Adds the bindings to the open finding.
    fn notes(&mut self, rule: &'h Rule) {
        for local in &rule.bindings {
            let value = self.local(*local, rule.location);
            self.emit(Op::Note, value.0, 0, 0, rule.location);
        }
    }

    /// Adds a value of a message to the open finding; whether a guard was set.
    fn note_value(&mut self, value: &Value<'h>, rule: &'h Rule) -> bool {
        let mark = self.mark();
        if value.expr.total {
            let src = self.operand(value.expr);
            self.emit(Op::Note, src.0, 0, 0, rule.location);
        } else {
            let (failed, end) = (self.asm.label(), self.asm.label());
            self.emit_far(Op::Guard, 0, failed, rule.location);
            let src: Src = self.perhaps(|this| this.operand(value.expr));
            self.emit(Op::Note, src.0, 0, 0, rule.location);
            self.jump(end);
            self.asm.mark(failed);
            self.emit(Op::NoteFailed, 0, 0, 0, rule.location);
            self.asm.mark(end);
        }
        self.release(mark);
        !value.expr.total
    }

    fn binding(&mut self, policy: &'h Policy, local: LocalId) -> NoteType {
        let Some(def) = policy.locals.get(local.index()) else {
            self.cx.broken("a binding that is not declared");
            return NoteType { name: self.cx.pools.text(""), ty: policy_bytecode::program::TypeId(0) };
        };
        NoteType { name: self.cx.pools.text(&def.name), ty: self.cx.type_id(def.ty) }
    }

    /// A message; its values are added to those of the rule. A value that cannot fail and stands there already
    /// is not evaluated again; one that can fail is listed for each place.
    fn message(&mut self, text: &'h Text, values: &mut Vec<Value<'h>>) -> Message {
        let mut parts = Vec::with_capacity(text.parts.len());
        for part in &text.parts {
            parts.push(match part {
                TextPart::Literal(words) => MessagePart::Literal(self.cx.pools.text(words)),
                TextPart::Value { source, value } => {
                    let there = values.iter().position(|v| v.source == source && v.expr.total && value.total);
                    let position = there.unwrap_or_else(|| {
                        values.push(Value { source, expr: value });
                        values.len() - 1
                    });
                    MessagePart::Value(self.narrow_index(position, "a rule with more than 65,535 values"))
                }
            });
        }
        Message { parts }
    }
}
