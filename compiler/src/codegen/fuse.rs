//! Lists that are gone through and never made: comprehensions and short written-out lists as the source of a
//! loop, or asked whether they are empty.
//!
//! The order of evaluation changes (an element is made when it is its turn), so that all of it must be total.

use policy_bytecode::op::Op;

use super::asm::Label;
use super::build::{Builder, Slot, Src};
use crate::hir::{Aggregate, Expr, ExprKind, Pattern, PatternKind};

/// How many elements a written-out list may have for its elements to be gone through by copies of the body.
const FEW: usize = 8;

impl<'h> Builder<'_, 'h> {
    /// Whether a list need not be made to go through it.
    pub(crate) fn is_fusable(&self, source: &'h Expr) -> bool {
        if self.observed || !source.total || self.cx.constant_of(source).is_some() {
            return false;
        }
        if let ExprKind::Comprehension { aggregate: Aggregate::List, .. } = &source.kind {
            true
        } else if let ExprKind::List(parts) = &source.kind {
            parts.len() <= FEW && self.unrolled == 0
        } else if let ExprKind::Call { function, args } = &source.kind {
            let hir = self.cx.hir;
            self.is_inlined(*function, args)
                && hir.functions.get(function.index()).is_some_and(|f| self.is_fusable(&f.body))
        } else if let ExprKind::Let { body, .. } = &source.kind {
            self.is_fusable(body)
        } else {
            false
        }
    }

    /// Runs `visit` for every element of a fusable list, with names referring to the variables that it sees.
    pub(crate) fn each_element(&mut self, source: &'h Expr, visit: &mut dyn FnMut(&mut Self, &'h Expr)) {
        if let ExprKind::Comprehension { generators, filter, elem, .. } = &source.kind {
            self.filtered(generators, filter.as_deref(), &[elem], &mut |this| {
                let mark = this.mark();
                visit(this, elem);
                this.release(mark);
            });
        } else if let ExprKind::List(parts) = &source.kind {
            self.unrolled += 1;
            for part in parts {
                let mark = self.mark();
                self.perhaps(|this| visit(this, part));
                self.release(mark);
            }
            self.unrolled -= 1;
        } else if let ExprKind::Call { function, args } = &source.kind {
            self.inlined(*function, args, |this, body| this.each_element(body, visit));
        } else if let ExprKind::Let { lets, body } = &source.kind {
            let used = super::lets::used_by(&mut std::iter::once(&**body), lets);
            self.define_lets(lets, &used);
            self.each_element(body, visit);
        }
    }

    /// Binds a pattern of another frame to an element that is evaluated in this one.
    pub(crate) fn bind_element(&mut self, pattern: &'h Pattern, elem: &'h Expr, frame: usize) {
        if let PatternKind::Ignore = pattern.kind {
            return;
        }
        if let (PatternKind::Tuple(patterns), ExprKind::Tuple(parts)) = (&pattern.kind, &elem.kind) {
            for (pattern, part) in patterns.iter().zip(parts) {
                self.bind_element(pattern, part, frame);
            }
            return;
        }
        let value: Src = self.operand(elem);
        self.in_frame(frame, |this| {
            if let PatternKind::Bind(local) = pattern.kind {
                this.bind(local, Slot::Ready(value));
            } else {
                this.destructure(pattern, value);
            }
        });
    }

    /// Goes on at `to` if whether a fusable list is empty is `sense`.
    pub(crate) fn branch_empty(&mut self, list: &'h Expr, to: Label, sense: bool) {
        let end = self.asm.label();
        let found = if sense { end } else { to };
        self.perhaps(|this| this.each_element(list, &mut |this, _| this.jump(found)));
        if sense {
            self.emit_far(Op::Jump, 0, to, list.location);
        }
        self.asm.mark(end);
    }
}
