//! `fold`, `score`, and `any a then b`: loops that carry something from one turn to the next.

use policy_bytecode::inst::Inst;
use policy_bytecode::op::Op;
use policy_bytecode::program::Node;

use super::asm::Label;
use super::build::{Builder, Slot, Src};
use super::literal::Literal;
use crate::hir::walk::{self, pattern_bindings};
use crate::hir::{Aggregate, Expr, ExprKind, Gen, LocalId, Logic, Pattern, ScorePart};

/// The parts of `any a then b in xs: body without c: e`.
#[derive(Clone, Copy)]
pub(crate) struct Sequence<'h> {
    pub(crate) patterns: &'h [Pattern],
    pub(crate) source: &'h Expr,
    pub(crate) without: Option<&'h (Pattern, Expr)>,
    pub(crate) body: &'h Expr,
}

impl<'h> Builder<'_, 'h> {
    /// `fold`: the state lies in one register, which takes the next state when that is computed.
    pub(crate) fn fold(
        &mut self,
        generators: &'h [Gen],
        state: LocalId,
        init: &'h Expr,
        body: &'h Expr,
        dst: u16,
    ) {
        let register = self.temp();
        self.put(init, register);
        // While loops are prepared the state has no place, so that nothing of it is taken out of them.
        self.bind(state, Slot::Unset);
        let frame = self.current;
        self.each(generators, &[body], &mut |this| {
            this.in_frame(frame, |this| {
                let mark = this.mark();
                this.bind(state, Slot::Ready(Src(register)));
                let next = this.temp();
                this.put(body, next);
                this.move_to(register, Src(next));
                this.bind(state, Slot::Unset);
                this.release(mark);
            });
        });
        self.move_to(dst, Src(register));
    }

    /// `score`: the exact sum of the weights whose condition holds.
    pub(crate) fn score(&mut self, e: &'h Expr, parts: &'h [ScorePart], dst: u16) {
        let what = self.accumulator(Aggregate::Sum, e.ty);
        self.emit(Op::AccBegin, what as u16, 0, 0, e.location);
        for part in parts {
            let (otherwise, next) = (self.asm.label(), self.asm.label());
            self.branch(&part.condition, otherwise, false);
            self.contribution(part, true);
            if self.observed {
                self.jump(next);
                self.asm.mark(otherwise);
                self.contribution(part, false);
            } else {
                self.asm.mark(otherwise);
            }
            self.asm.mark(next);
        }
        self.emit(Op::AccEnd, dst, 0, 0, e.location);
    }

    /// What an entry of a score adds, for the sum and for the observer.
    fn contribution(&mut self, part: &'h ScorePart, counts: bool) {
        let mark = self.mark();
        let literal = self.cx.literal_of(&part.weight);
        let zero = if let Literal::Decimal(_) = literal {
            Literal::Decimal(rust_decimal::Decimal::ZERO)
        } else {
            Literal::Int(0)
        };
        let value = self.constant(if counts { &literal } else { &zero });
        if counts {
            self.emit(Op::AccAdd, value.0, 0, 0, part.location);
        }
        if self.observed {
            let place = self.cx.place(part.location);
            let ty = self.cx.type_id(part.weight.ty);
            let node = Node { place, ty, input: None, policy: self.owner.policy, rule: self.owner.rule };
            let node = self.cx.node(part.weight.id, node);
            self.asm.plain(Inst::wide(Op::Probe, value.0, node), None);
        }
        self.release(mark);
    }

    /// `descend`: the machine keeps the nodes that wait; what stands below each is asked for when it is visited.
    pub(crate) fn descend(
        &mut self,
        base: &'h Expr,
        local: LocalId,
        children: &'h Expr,
        paths: bool,
        (dst, place): (u16, policy_syntax::Location),
    ) {
        let root = self.operand(base);
        self.emit(Op::Descend, root.0, u16::from(paths), 0, place);
        let (head, exit) = (self.asm.label(), self.asm.label());
        self.asm.mark(head);
        self.loops += 1;
        self.asm.begin_region();
        let mark = self.mark();
        let node = self.temp();
        self.asm.near(Inst::new(Op::NextNode, node, 0, 0), exit);
        self.bind(local, Slot::Ready(Src(node)));
        self.perhaps(|this| {
            let below = this.operand(children);
            this.emit(Op::Below, below.0, 0, 0, children.location);
        });
        self.release(mark);
        self.jump(head);
        self.asm.end_region();
        self.loops -= 1;
        self.asm.mark(exit);
        self.emit(Op::Descended, dst, 0, 0, place);
    }

    /// `any a then b` as a value.
    pub(crate) fn sequence(&mut self, sequence: Sequence<'h>, dst: u16) {
        self.truth(dst, |this, otherwise| this.branch_sequence(sequence, otherwise, false));
    }

    /// Goes on at `to` if whether there is such a sequence is `sense`.
    pub(crate) fn branch_sequence(&mut self, sequence: Sequence<'h>, to: Label, sense: bool) {
        let mark = self.mark();
        let end = self.asm.label();
        let source = self.operand(sequence.source);
        let iter = self.temps(2);
        self.asm.plain(Inst::new(Op::Iter, iter, source.0, 0), None);
        let mut operands = vec![sequence.body];
        if !self.observed {
            operands = conjuncts(sequence.body);
        }
        let found = if sense { to } else { end };
        self.later(sequence, sequence.patterns, operands, (iter, iter), found);
        if !sense {
            self.jump(to);
        }
        self.asm.mark(end);
        self.release(mark);
    }

    /// Binds what is left of the patterns to elements from where `iters` stand on, each behind the one before; `iters`
    /// are those of the first pattern and of this one. `operands` are the parts of the condition that were not tested yet.
    fn later(
        &mut self,
        sequence: Sequence<'h>,
        patterns: &'h [Pattern],
        operands: Vec<&'h Expr>,
        iters: (u16, u16),
        found: Label,
    ) {
        let Some((pattern, rest)) = patterns.split_first() else { return };
        let (first, iter) = iters;
        let (head, exit) = (self.asm.label(), self.asm.label());
        self.asm.mark(head);
        self.loops += 1;
        self.asm.begin_region();
        let mark = self.mark();
        self.bind_next(sequence, pattern, iter, exit);
        self.perhaps(|this| {
            let next = this.asm.label();
            if rest.is_empty() {
                for operand in operands {
                    this.branch(operand, next, false);
                }
                if let Some((pattern, condition)) = sequence.without {
                    this.unless_between(sequence, (pattern, condition), iters, next);
                }
                this.jump(found);
                this.asm.mark(next);
                return;
            }
            // What asks nothing of the elements behind is tested before they are gone through.
            let (ahead, left) = if this.observed { (Vec::new(), operands) } else { split(operands, rest) };
            for operand in ahead {
                this.branch(operand, next, false);
            }
            let later = this.temps(2);
            this.move_to(later, Src(iter));
            this.move_to(later.saturating_add(1), Src(iter.saturating_add(1)));
            let first = if first == iter { iter } else { first };
            this.later(sequence, rest, left, (first, later), found);
            this.asm.mark(next);
        });
        self.release(mark);
        self.jump(head);
        self.asm.end_region();
        self.loops -= 1;
        self.asm.mark(exit);
    }

    fn bind_next(&mut self, sequence: Sequence<'h>, pattern: &'h Pattern, iter: u16, exit: Label) {
        let pointer = self.pointer(sequence.source).map(|p| super::pointers::below(&p, "*"));
        self.point(pattern, pointer);
        let elem = self.temp();
        self.asm.near(Inst::new(Op::Next, elem, iter, 0), exit);
        self.destructure(pattern, Src(elem));
    }

    /// Goes on at `next` if the condition holds for an element strictly between the first and the last one.
    fn unless_between(
        &mut self,
        sequence: Sequence<'h>,
        (pattern, condition): (&'h Pattern, &'h Expr),
        (first, last): (u16, u16),
        next: Label,
    ) {
        let mark = self.mark();
        let iter = self.temps(2);
        let (position, end) = (iter.saturating_add(1), last.saturating_add(1));
        self.move_to(iter, Src(last));
        self.move_to(position, Src(first.saturating_add(1)));
        let (head, exit) = (self.asm.label(), self.asm.label());
        self.asm.mark(head);
        self.loops += 1;
        self.asm.begin_region();
        self.bind_next(sequence, pattern, iter, exit);
        // Positions are one past their elements.
        self.emit_near(Op::JumpLeInt, true, end, position, exit);
        self.perhaps(|this| this.branch(condition, next, true));
        self.jump(head);
        self.asm.end_region();
        self.loops -= 1;
        self.asm.mark(exit);
        self.release(mark);
    }
}

/// The operands of `and`, and of those within it.
fn conjuncts(e: &Expr) -> Vec<&Expr> {
    if let ExprKind::Logic { op: Logic::And, operands } = &e.kind {
        operands.iter().flat_map(conjuncts).collect()
    } else {
        vec![e]
    }
}

/// The operands that may be tested before the elements of `later` patterns are known, and the others, both in order.
///
/// Only total ones move, from among total ones, so that no failure comes or goes; and what leans on a test before it moves only
/// where all before it do.
fn split<'h>(operands: Vec<&'h Expr>, later: &[Pattern]) -> (Vec<&'h Expr>, Vec<&'h Expr>) {
    let mut bound = Vec::new();
    for pattern in later {
        pattern_bindings(pattern, &mut |local| bound.push(local));
    }
    let (mut ahead, mut left): (Vec<&Expr>, Vec<&Expr>) = (Vec::new(), Vec::new());
    let mut total = true;
    for operand in operands {
        total &= operand.total;
        let mut leans = false;
        walk::all(operand, &mut |e| leans |= matches!(e.kind, ExprKind::Narrow(_)));
        if total && !walk::mentions(operand, &bound) && (left.is_empty() || !leans) {
            ahead.push(operand);
        } else {
            left.push(operand);
        }
    }
    (ahead, left)
}
