//! `and`, `or`, `implies`, `not`, `if`, `??`, `?.`: what evaluates no more than it needs.

use policy_bytecode::op::Op;
use policy_syntax::Location;

use super::asm::Label;
use super::build::{Builder, Slot, Src};
use super::literal::Literal;
use crate::hir::{Expr, ExprKind, LocalId, Logic};

impl<'h> Builder<'_, 'h> {
    /// Goes on at `to` if the whole is `sense`.
    pub(crate) fn branch_logic(&mut self, op: Logic, operands: &'h [Expr], to: Label, sense: bool) {
        let Some((last, before)) = operands.split_last() else { return };
        let end = self.asm.label();
        let mut known = self.known.len();
        for (position, operand) in before.iter().enumerate() {
            let (by, whole) = settles(op);
            self.branch(operand, if whole == sense { to } else { end }, by);
            // The first operand always runs; what later ones evaluate may not have been.
            if position == 0 {
                known = self.known.len();
            }
        }
        self.branch(last, to, sense);
        if !before.is_empty() {
            self.known.truncate(known);
        }
        self.asm.mark(end);
    }

    pub(crate) fn logic(&mut self, op: Logic, operands: &'h [Expr], dst: u16) {
        match op {
            Logic::Implies => {
                self.truth(dst, |this, otherwise| this.branch_logic(op, operands, otherwise, false));
            }
            Logic::And | Logic::Or => {
                let Some((last, before)) = operands.split_last() else { return };
                let end = self.asm.label();
                let test = if op == Logic::And { Op::JumpUnless } else { Op::JumpIf };
                let mut known = self.known.len();
                for (position, operand) in before.iter().enumerate() {
                    self.put(operand, dst);
                    self.emit_far(test, dst, end, operand.location);
                    if position == 0 {
                        known = self.known.len();
                    }
                }
                self.put(last, dst);
                if !before.is_empty() {
                    self.known.truncate(known);
                }
                self.asm.mark(end);
            }
        }
    }

    pub(crate) fn not(&mut self, value: &'h Expr, dst: u16, place: Location) {
        let value = self.operand(value);
        self.emit(Op::Not, dst, value.0, 0, place);
    }

    /// `if` as a value.
    pub(crate) fn choose(&mut self, branches: &'h [(Expr, Expr)], otherwise: &'h Expr, dst: u16) {
        let end = self.asm.label();
        let mut known = self.known.len();
        for (position, (condition, value)) in branches.iter().enumerate() {
            let next = self.asm.label();
            self.branch(condition, next, false);
            if position == 0 {
                known = self.known.len();
            }
            self.perhaps(|this| this.put(value, dst));
            self.jump(end);
            self.asm.mark(next);
        }
        self.put(otherwise, dst);
        self.known.truncate(known);
        self.asm.mark(end);
    }

    /// `if` as a test.
    pub(crate) fn branch_if(
        &mut self,
        branches: &'h [(Expr, Expr)],
        otherwise: &'h Expr,
        to: Label,
        sense: bool,
    ) {
        let end = self.asm.label();
        let mut known = self.known.len();
        for (position, (condition, value)) in branches.iter().enumerate() {
            let next = self.asm.label();
            self.branch(condition, next, false);
            if position == 0 {
                known = self.known.len();
            }
            self.perhaps(|this| this.branch(value, to, sense));
            self.jump(end);
            self.asm.mark(next);
        }
        self.branch(otherwise, to, sense);
        self.known.truncate(known);
        self.asm.mark(end);
    }

    /// The value of an option where it is present; control goes to `absent` where it is not.
    pub(crate) fn present_operand(&mut self, e: &'h Expr, absent: Label) -> Src {
        if self.cx.constant_of(e).is_some_and(|literal| literal == Literal::Absent) {
            self.jump(absent);
            // What follows cannot be reached.
            return self.constant(&Literal::Absent);
        }
        if !self.observed
            && let ExprKind::WithPresent { base, local, body } = &e.kind
        {
            let base = self.present_operand(base, absent);
            self.bind(*local, Slot::Ready(base));
            return self.perhaps(|this| this.present_operand(body, absent));
        }
        let value = self.operand(e);
        if self.cx.is_option(e.ty) {
            self.emit_far(Op::JumpAbsent, value.0, absent, e.location);
        }
        value
    }

    pub(crate) fn with_present(&mut self, base: &'h Expr, local: LocalId, body: &'h Expr, dst: u16) {
        let (absent, end) = (self.asm.label(), self.asm.label());
        let pointer = self.pointer(base);
        let base = self.present_operand(base, absent);
        self.bind(local, Slot::Ready(base));
        self.point_local(local, pointer);
        self.perhaps(|this| this.put(body, dst));
        self.jump(end);
        self.asm.mark(absent);
        self.load(dst, &Literal::Absent);
        self.asm.mark(end);
    }

    pub(crate) fn coalesce(&mut self, left: &'h Expr, right: &'h Expr, dst: u16) {
        let end = self.asm.label();
        if !self.observed
            && let ExprKind::WithPresent { base, local, body } = &left.kind
        {
            let absent = self.asm.label();
            let base = self.present_operand(base, absent);
            self.bind(*local, Slot::Ready(base));
            self.perhaps(|this| this.put(body, dst));
            if self.cx.is_option(body.ty) {
                self.emit_far(Op::JumpPresent, dst, end, left.location);
            } else {
                self.jump(end);
            }
            self.asm.mark(absent);
        } else {
            self.put(left, dst);
            self.emit_far(Op::JumpPresent, dst, end, left.location);
        }
        self.perhaps(|this| this.put(right, dst));
        self.asm.mark(end);
    }

    pub(crate) fn branch_coalesce(&mut self, left: &'h Expr, right: &'h Expr, to: Label, sense: bool) {
        let (absent, end) = (self.asm.label(), self.asm.label());
        let value = self.present_operand(left, absent);
        let op = if sense { Op::JumpIf } else { Op::JumpUnless };
        self.emit_far(op, value.0, to, left.location);
        self.jump(end);
        self.asm.mark(absent);
        self.perhaps(|this| this.branch(right, to, sense));
        self.asm.mark(end);
    }
}

/// The value of an operand before the last that settles the whole, and the whole's value then.
fn settles(op: Logic) -> (bool, bool) {
    match op {
        Logic::And => (false, false),
        Logic::Or => (true, true),
        Logic::Implies => (false, true),
    }
}
