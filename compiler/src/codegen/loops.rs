//! Loops: quantifiers and comprehensions. None of them makes a list that is not asked for.

use policy_bytecode::inst::Inst;
use policy_bytecode::op::{Accumulator, Op};

use super::asm::Label;
use super::build::{Builder, Slot, Src};
use super::literal::Literal;
use super::path::Stands;
use crate::hir::{Aggregate, Expr, ExprKind, Gen, Pattern, PatternKind, Quantifier, Ty, TyKind};

impl<'h> Builder<'_, 'h> {
    /// Runs `body` for every binding of the generators, outermost first. `reads` are the expressions that it
    /// evaluates for each.
    pub(crate) fn each(
        &mut self,
        generators: &'h [Gen],
        reads: &[&'h Expr],
        body: &mut dyn FnMut(&mut Self),
    ) {
        let Some((generator, inner)) = generators.split_first() else {
            body(self);
            return;
        };
        let mark = self.mark();
        if self.is_fusable(&generator.source) {
            let outer = self.current;
            self.each_element(&generator.source, &mut |this, elem| {
                this.bind_element(&generator.pattern, elem, outer);
                this.in_frame(outer, |this| this.each(inner, reads, body));
            });
        } else {
            let source = self.operand(&generator.source);
            let paths = self.hoist(generator, inner, reads);
            self.iterate(generator, source, &mut |this| this.each(inner, reads, body));
            self.forget_paths(paths);
        }
        self.release(mark);
    }

    /// Runs `body` for every element of a source that has been evaluated.
    pub(crate) fn iterate(&mut self, generator: &'h Gen, source: Src, body: &mut dyn FnMut(&mut Self)) {
        let mark = self.mark();
        let iter = self.temps(2);
        self.asm.plain(Inst::new(Op::Iter, iter, source.0, 0), None);
        let (head, exit) = (self.asm.label(), self.asm.label());
        self.asm.mark(head);
        self.loops += 1;
        let stands = self.stands.len();
        // Every way back passes a charge, so that what is paid for ends.
        self.asm.begin_region();
        self.next(generator, iter, exit);
        self.perhaps(|this| body(this));
        self.jump(head);
        self.asm.end_region();
        self.loops -= 1;
        self.forget_stands(stands);
        self.asm.mark(exit);
        self.release(mark);
    }

    /// Takes the next element and binds its pattern.
    fn next(&mut self, generator: &'h Gen, iter: u16, exit: Label) {
        let pattern = &generator.pattern;
        let pointer = self.pointer(&generator.source).map(|p| super::pointers::below(&p, "*"));
        self.point(pattern, pointer);
        let map = matches!(self.cx.hir.types.kind(self.cx.present(generator.source.ty)), TyKind::Map { .. });
        if !map {
            let elem = self.temp();
            self.stand(generator.source.id, Stands::Behind(iter.saturating_add(1)));
            self.asm.near(Inst::new(Op::Next, elem, iter, 0), exit);
            self.destructure(pattern, Src(elem));
            return;
        }
        let entry = self.temps(2);
        self.stand(generator.source.id, Stands::Key(entry));
        self.asm.near(Inst::new(Op::NextEntry, entry, iter, 0), exit);
        let (key, value) = (Src(entry), Src(entry.saturating_add(1)));
        match &pattern.kind {
            PatternKind::Ignore => {}
            PatternKind::Tuple(parts) => {
                for (part, src) in parts.iter().zip([key, value]) {
                    self.destructure(part, src);
                }
            }
            PatternKind::Bind(_) | PatternKind::Record(..) => self.pair_of(pattern, key, value),
        }
    }

    /// Binds the entry of a map as a pair.
    fn pair_of(&mut self, pattern: &'h Pattern, key: Src, value: Src) {
        let pair = self.temp();
        self.emit(Op::Begin, 0, 0, 0, pattern.location);
        self.emit(Op::Push, key.0, 0, 0, pattern.location);
        self.emit(Op::Push, value.0, 0, 0, pattern.location);
        self.emit(Op::MakeTuple, pair, 0, 0, pattern.location);
        self.destructure(pattern, Src(pair));
    }

    // Quantifiers.

    /// Goes on at `to` if the quantifier is `sense`.
    pub(crate) fn branch_quantified(
        &mut self,
        quantifier: Quantifier,
        generators: &'h [Gen],
        body: &'h Expr,
        to: Label,
        sense: bool,
    ) {
        // One binding settles `any` (by holding), `none` (by holding) and `all` (by not holding).
        let (by, whole) = match quantifier {
            Quantifier::Any => (true, true),
            Quantifier::None => (true, false),
            Quantifier::All => (false, false),
            Quantifier::ExactlyOne => {
                let found = self.temp();
                self.exactly_one(generators, body, found);
                let op = if sense { Op::JumpIf } else { Op::JumpUnless };
                self.emit_far(op, found, to, body.location);
                return;
            }
        };
        let end = self.asm.label();
        let settled = if whole == sense { to } else { end };
        self.each(generators, &[body], &mut |this| this.branch(body, settled, by));
        if whole != sense {
            self.jump(to);
        }
        self.asm.mark(end);
    }

    pub(crate) fn quantified(
        &mut self,
        quantifier: Quantifier,
        generators: &'h [Gen],
        body: &'h Expr,
        dst: u16,
    ) {
        match quantifier {
            Quantifier::ExactlyOne => self.exactly_one(generators, body, dst),
            Quantifier::Any | Quantifier::All | Quantifier::None => {
                self.truth(dst, |this, otherwise| {
                    this.branch_quantified(quantifier, generators, body, otherwise, false);
                });
            }
        }
    }

    fn exactly_one(&mut self, generators: &'h [Gen], body: &'h Expr, dst: u16) {
        let (second, end) = (self.asm.label(), self.asm.label());
        self.load(dst, &Literal::Bool(false));
        self.each(generators, &[body], &mut |this| {
            let next = this.asm.label();
            this.branch(body, next, false);
            this.emit_far(Op::JumpIf, dst, second, body.location);
            this.load(dst, &Literal::Bool(true));
            this.asm.mark(next);
        });
        self.jump(end);
        self.asm.mark(second);
        self.load(dst, &Literal::Bool(false));
        self.asm.mark(end);
    }

    // Comprehensions.

    pub(crate) fn comprehension(&mut self, e: &'h Expr, dst: u16) {
        let ExprKind::Comprehension { aggregate, generators, filter, elem, value } = &e.kind else { return };
        let place = e.location;
        let filter = filter.as_deref();
        let staged = match aggregate {
            Aggregate::List => Op::MakeList,
            Aggregate::Set => Op::MakeSet,
            Aggregate::Map => Op::MakeMap,
            Aggregate::Count => {
                self.count(generators, filter, elem, dst);
                return;
            }
            Aggregate::Sum | Aggregate::Min | Aggregate::Max | Aggregate::Avg => {
                let what = self.accumulator(*aggregate, elem.ty);
                self.emit(Op::AccBegin, what as u16, 0, 0, place);
                self.filtered(generators, filter, &[elem], &mut |this| this.stage(elem, Op::AccAdd));
                self.emit(Op::AccEnd, dst, 0, 0, place);
                return;
            }
        };
        self.emit(Op::Begin, 0, 0, 0, place);
        let reads: Vec<&'h Expr> = std::iter::once(&**elem).chain(value.as_deref()).collect();
        self.filtered(generators, filter, &reads, &mut |this| {
            this.stage(elem, Op::Push);
            if let Some(value) = value {
                this.stage(value, Op::Push);
            }
        });
        self.emit(staged, dst, 0, 0, place);
    }

    fn stage(&mut self, e: &'h Expr, op: Op) {
        let mark = self.mark();
        let value = self.operand(e);
        self.emit(op, value.0, 0, 0, e.location);
        self.release(mark);
    }

    fn count(&mut self, generators: &'h [Gen], filter: Option<&'h Expr>, elem: &'h Expr, dst: u16) {
        if let ([generator], None) = (generators, filter)
            && elem.total
            && !self.observed
            && !self.is_fusable(&generator.source)
            && let Some(length) = self.length_of(generator.source.ty)
        {
            // Every element counts: nobody needs to look at them.
            let register = self.temp();
            self.put(&generator.source, register);
            self.emit_x(Op::Intrinsic, 1, [dst, length, register], generator.source.location);
            return;
        }
        self.load(dst, &Literal::Int(0));
        self.filtered(generators, filter, &[elem], &mut |this| {
            this.effect(elem);
            let one = this.constant(&Literal::Int(1));
            this.emit(Op::AddInt, dst, dst, one.0, elem.location);
        });
    }

    /// The library's function that tells the length of a list, set or map.
    fn length_of(&self, ty: Ty) -> Option<u16> {
        let kind = self.cx.hir.types.kind(ty);
        let module = if matches!(kind, TyKind::List { .. }) {
            "std.list"
        } else if matches!(kind, TyKind::Set { .. }) {
            "std.set"
        } else if matches!(kind, TyKind::Map { .. }) {
            "std.map"
        } else {
            return None;
        };
        policy_stdlib::table().find(module, "length").map(|(id, _)| id.0)
    }

    /// Runs `body` for every binding that the filter lets through.
    pub(crate) fn filtered(
        &mut self,
        generators: &'h [Gen],
        filter: Option<&'h Expr>,
        reads: &[&'h Expr],
        body: &mut dyn FnMut(&mut Self),
    ) {
        let reads: Vec<&'h Expr> = filter.into_iter().chain(reads.iter().copied()).collect();
        self.each(generators, &reads, &mut |this| {
            let next = this.asm.label();
            if let Some(filter) = filter {
                this.branch(filter, next, false);
            }
            body(this);
            this.asm.mark(next);
        });
    }

    pub(crate) fn accumulator(&self, aggregate: Aggregate, ty: Ty) -> Accumulator {
        let kind = self.cx.hir.types.kind(self.cx.present(ty));
        match aggregate {
            Aggregate::Min => Accumulator::Min,
            Aggregate::Max => Accumulator::Max,
            Aggregate::Avg => Accumulator::Avg,
            Aggregate::Sum | Aggregate::List | Aggregate::Set | Aggregate::Map | Aggregate::Count => {
                if matches!(kind, TyKind::Int(_)) {
                    Accumulator::SumInt
                } else if matches!(kind, TyKind::Decimal) {
                    Accumulator::SumDecimal
                } else {
                    Accumulator::SumDuration
                }
            }
        }
    }

    /// Remembers where the variable of a `?.` comes from.
    pub(crate) fn point_local(&mut self, local: crate::hir::LocalId, pointer: Option<String>) {
        if let Some(pointer) = pointer.filter(|_| self.observed)
            && let Some(slot) = self.frame_mut().and_then(|f| f.pointers.get_mut(local.index()))
        {
            *slot = Some(pointer);
        }
    }

    /// Binds a variable to a register of its own.
    pub(crate) fn bind_register(&mut self, local: crate::hir::LocalId) -> u16 {
        let register = self.temp();
        self.bind(local, Slot::Ready(Src(register)));
        register
    }
}
