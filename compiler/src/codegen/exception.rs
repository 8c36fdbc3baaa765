//! Exceptions: whether they hold for a finding of the rule that they name, within the code of that rule.

use policy_bytecode::inst::Inst;
use policy_bytecode::op::Op;
use policy_bytecode::program::{self as out, NoteType};

use super::asm::Label;
use super::build::{Builder, Frame, Slot, Src};
use super::context::Context;
use super::literal::Literal;
use super::rule::{Value, message};
use crate::hir::{Exception, Policy, PolicyId, Rule};

/// An exception whose condition has been asked.
pub(super) struct Asked<'h> {
    exception: &'h Exception,
    /// Whether it holds.
    holds: u16,
    /// The frame of its variables.
    frame: usize,
}

/// Positions of the exceptions to a rule, in order of module and source.
pub(super) fn exceptions_to(hir: &crate::hir::Hir, policy: PolicyId, rule: usize) -> Vec<usize> {
    let names = |one: &Exception| one.policy == policy && one.rule.index() == rule;
    hir.exceptions.iter().enumerate().filter(|(_, one)| names(one)).map(|(at, _)| at).collect()
}

impl<'h> Context<'h> {
    /// What the program says of exceptions.
    pub(super) fn exception_entries(&mut self) -> Vec<out::Exception> {
        let hir = self.hir;
        let mut entries = Vec::with_capacity(hir.exceptions.len());
        for exception in &hir.exceptions {
            let mut values = Vec::new();
            let because = exception.because.as_ref().map(|text| message(self, text, &mut values));
            let mut types = Vec::with_capacity(values.len());
            for value in &values {
                types.push(self.note_type(value));
            }
            entries.push(out::Exception {
                name: self.pools.text(&exception.name),
                values: types,
                because,
                until: exception.until,
                approved_by: exception.approved_by.as_deref().map(|who| self.pools.text(who)),
                follow_up: exception.follow_up,
                place: self.place(exception.location),
            });
        }
        entries
    }

    pub(super) fn note_type(&mut self, value: &Value<'h>) -> NoteType {
        NoteType { name: self.pools.text(value.source), ty: value.ty }
    }
}

impl<'h> Builder<'_, 'h> {
    /// Asks the exceptions to a rule, each with a guard of its own. Afterwards failures lead to `after`.
    pub(super) fn exceptions(
        &mut self,
        policy: &'h Policy,
        (index, rule): (u32, &'h Rule),
        positions: &[usize],
        after: Option<Label>,
    ) -> Vec<Asked<'h>> {
        let hir = self.cx.hir;
        let mut asked = Vec::with_capacity(positions.len());
        if positions.len() > usize::from(u8::MAX) {
            self.cx.broken("a rule with more than 255 exceptions");
        }
        for (which, &position) in (0..=u8::MAX).zip(positions) {
            let Some(exception) = hir.exceptions.get(position) else { continue };
            let holds = self.temp();
            let frame = self.exception_frame(policy, rule, exception);
            let number = u32::try_from(position).unwrap_or(u32::MAX);
            self.perhaps(|this| {
                let (failed, end, not) = (this.asm.label(), this.asm.label(), this.asm.label());
                this.load(holds, &Literal::Bool(false));
                this.emit_far(Op::Guard, 0, failed, exception.location);
                if let Some(when) = &exception.when {
                    this.in_frame(frame, |this| this.branch(when, not, false));
                }
                this.emit_wide(Op::Except, holds, number, exception.location);
                this.asm.mark(not);
                this.lead_to(after, rule);
                this.jump(end);
                this.asm.mark(failed);
                this.lead_to(after, rule);
                let index = this
                    .narrow_index(index as usize, "an exception to a rule past the first 65,535 of a policy");
                let failed = Inst { x: which, ..Inst::new(Op::ExceptFailed, index, 0, 0) };
                this.asm.far(failed, end, Some(exception.location));
                this.notes(rule);
                this.emit(Op::Close, 0, 0, 0, exception.location);
                this.asm.mark(end);
            });
            asked.push(Asked { exception, holds, frame });
        }
        asked
    }

    /// The variables of an exception: the input, and what it binds of the rule's bindings.
    fn exception_frame(&mut self, policy: &'h Policy, rule: &'h Rule, exception: &'h Exception) -> usize {
        let input = self.local(policy.input_local, rule.location);
        let bound: Vec<Src> = rule.bindings.iter().map(|local| self.local(*local, rule.location)).collect();
        let frame = self.frames.len();
        self.frames.push(Frame::new(&exception.locals));
        self.in_frame(frame, |this| {
            this.bind(exception.input_local, Slot::Ready(input));
            this.point_local(exception.input_local, Some(String::new()));
            for (pattern, value) in exception.bindings.iter().zip(bound) {
                this.destructure(pattern, value);
            }
        });
        frame
    }

    /// Adds the values of the exceptions to the open finding; absent for each that does not hold. Whether a guard was set.
    pub(super) fn note_exceptions(&mut self, asked: &[Asked<'h>], rule: &'h Rule) -> bool {
        let mut guarded = false;
        for one in asked {
            let mut values = Vec::new();
            if let Some(because) = &one.exception.because {
                message(self.cx, because, &mut values);
            }
            if values.is_empty() {
                continue;
            }
            let (not, end) = (self.asm.label(), self.asm.label());
            self.emit_far(Op::JumpUnless, one.holds, not, rule.location);
            self.in_frame(one.frame, |this| {
                for value in &values {
                    guarded |= this.perhaps(|this| this.note_value(value, &mut std::iter::empty(), rule));
                }
            });
            self.jump(end);
            self.asm.mark(not);
            let absent = self.constant(&Literal::Absent);
            for _ in &values {
                self.emit(Op::Note, absent.0, 0, 0, rule.location);
            }
            self.asm.mark(end);
        }
        guarded
    }
}
