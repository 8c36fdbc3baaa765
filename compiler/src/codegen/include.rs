//! Policies that include others: an evaluation of the other policy for each binding.

use policy_bytecode::inst::Inst;
use policy_bytecode::op::Op;

use super::asm::Label;
use super::build::Builder;
use super::literal::Literal;
use super::rule::Guards;
use crate::hir::places::{Places, transforms};
use crate::hir::{Expr, Include, Joins, Policy, Rule};

impl<'h> Builder<'_, 'h> {
    /// One evaluation of a rule that includes.
    pub(super) fn evaluate_include(
        &mut self,
        policy: &'h Policy,
        (index, rule): (u32, &'h Rule),
        include: &'h Include,
        when: &'h [Expr],
        (exceptions, guards): (&[usize], &Guards),
    ) {
        let (failed, without, end) = (self.asm.label(), self.asm.label(), self.asm.label());
        let mark = self.mark();
        self.emit_far(Op::Guard, 0, failed, rule.location);
        self.branch_logic(crate::hir::Logic::And, when, without, false);
        let known = self.known.len();
        self.rule_mode(index, rule, Some(failed));
        self.include(policy, (index, rule), include);
        self.known.truncate(known);
        if include.joins == Joins::Outcome {
            self.stand_down(rule, guards);
            self.default_outcome(policy, (index, rule), exceptions, (guards, end));
            self.jump(end);
        }
        self.asm.mark(without);
        self.stand_down(rule, guards);
        self.jump(end);
        self.asm.mark(failed);
        self.stand_down(rule, guards);
        self.rule_mode(index, rule, guards.after());
        self.emit_of_rule(Op::Failed, index, end, rule.location);
        self.notes(rule);
        self.emit(Op::Close, 0, 0, 0, rule.location);
        self.asm.mark(end);
        self.release(mark);
    }

    /// What a policy whose outcome joins comes to by its default is a finding of the rule, to which there may be exceptions.
    fn default_outcome(
        &mut self,
        policy: &'h Policy,
        (index, rule): (u32, &'h Rule),
        exceptions: &[usize],
        (guards, end): (&Guards, Label),
    ) {
        let frames = self.frames.len();
        self.emit_far(Op::JumpSettled, 0, end, rule.location);
        let asked = self.exceptions(policy, (index, rule), exceptions, guards.after());
        self.emit_of_rule(Op::DefaultFound, index, end, rule.location);
        self.notes(rule);
        let guarded = self.note_exceptions(&asked, rule);
        self.frames.truncate(frames);
        self.emit(Op::Close, 0, 0, 0, rule.location);
        if guarded {
            self.stand_down(rule, guards);
        }
    }

    fn include(&mut self, policy: &'h Policy, (index, rule): (u32, &'h Rule), include: &'h Include) {
        let hir = self.cx.hir;
        let Some(included) = hir.policies.get(include.policy.index()) else {
            self.cx.broken("a policy that is not declared");
            return;
        };
        let first = self.temps(u32::try_from(included.params.len() + 3).unwrap_or(u32::MAX));
        let nth = |offset: usize| first.saturating_add(u16::try_from(offset).unwrap_or(u16::MAX));
        match &include.name {
            Some(name) => match super::fold::plain(name) {
                Some(constant) => self.load(first, &constant),
                None => self.interpolation(name, first, name.location),
            },
            None => self.load(first, &Literal::Absent),
        }
        if transforms(hir, include.policy) {
            match (Places { hir, policy, rule }).path(&include.input) {
                Some(path) => self.pointer_value(&path, nth(1), rule.location),
                None => self.cx.broken("a transform of what is no part of the input"),
            }
        } else {
            self.load(nth(1), &Literal::Absent);
        }
        self.put(&include.input, nth(2));
        // Those that are given are evaluated in the order of the source.
        for (local, value) in &include.params {
            let Some(position) = included.params.iter().position(|p| p.local == *local) else { continue };
            self.put(value, nth(position + 3));
        }
        for (position, param) in included.params.iter().enumerate() {
            if include.params.iter().any(|(local, _)| *local == param.local) {
                continue;
            }
            let literal = match &param.default {
                Some(default) => self.cx.literal_of(default),
                None => {
                    self.cx.broken("an included policy without one of its parameters");
                    Literal::Absent
                }
            };
            self.load(nth(position + 3), &literal);
        }
        let position = self.narrow_index(include.policy.index(), "a program of more than 65,535 policies");
        let inst = self.of_rule(Inst::new(Op::Include, 0, position, first), index);
        self.asm.plain(inst, Some(rule.location));
    }
}
