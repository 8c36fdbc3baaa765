//! Expressions: where their values go.
//!
//! An expression is written in one of three ways: [`Builder::operand`] gives its value wherever it already
//! lies, [`Builder::into`] puts it in a register, and [`Builder::branch`] goes on elsewhere by a `Bool` without
//! ever making one. The dispatch below only calls: what a kind means is in the file of its concern.

use policy_bytecode::op::Op;

use super::asm::Label;
use super::build::{Builder, Src};
use super::calls::Reads;
use super::context::Item;
use super::literal::Literal;
use super::sequence::Sequence;
use crate::hir::{Expr, ExprKind, InKind, TyKind};

impl<'h> Builder<'_, 'h> {
    /// The value of an expression, wherever it lies.
    pub(crate) fn operand(&mut self, e: &'h Expr) -> Src {
        let src = self.operand_quiet(e);
        if self.shows(e) {
            self.probe(e, src);
        }
        src
    }

    /// [`Builder::operand`] without showing the value of this node: it is part of a longer path.
    pub(crate) fn operand_quiet(&mut self, e: &'h Expr) -> Src {
        if let Some(literal) = self.cx.constant_of(e) {
            return self.constant(&literal);
        }
        if let ExprKind::Local(local) = e.kind {
            return self.local(local, e.location);
        }
        if let Some(src) = self.hoisted(e) {
            return src;
        }
        if let ExprKind::Narrow(value) = &e.kind
            && self.narrows_freely(value, e)
        {
            return self.operand_quiet(value);
        }
        let dst = self.temp();
        let mark = self.mark();
        self.compute(e, dst);
        self.release(mark);
        Src(dst)
    }

    /// Puts the value of an expression into a register.
    pub(crate) fn put(&mut self, e: &'h Expr, dst: u16) {
        let mark = self.mark();
        if let Some(literal) = self.cx.constant_of(e) {
            self.load(dst, &literal);
        } else if let Some(src) = self.hoisted(e) {
            self.move_to(dst, src);
        } else {
            self.compute(e, dst);
        }
        self.release(mark);
        if self.shows(e) {
            self.probe(e, Src(dst));
        }
    }

    /// Evaluates an expression whose value is not wanted.
    pub(crate) fn effect(&mut self, e: &'h Expr) {
        if !e.total || self.observed {
            let mark = self.mark();
            self.operand(e);
            self.release(mark);
        }
    }

    /// Goes on at `to` if the `Bool` is `sense`, otherwise below.
    pub(crate) fn branch(&mut self, e: &'h Expr, to: Label, sense: bool) {
        if let Some(literal) = self.cx.constant_of(e) {
            if literal == Literal::Bool(sense) {
                self.jump(to);
            }
            return;
        }
        if self.observed {
            self.branch_on_value(e, to, sense);
            return;
        }
        let mark = self.mark();
        match &e.kind {
            ExprKind::Not(value) => self.branch(value, to, !sense),
            ExprKind::Logic { op, operands } => self.branch_logic(*op, operands, to, sense),
            ExprKind::Compare { op, left, right } => self.branch_compare(*op, left, right, to, sense),
            ExprKind::In { kind, elem, container } if !matches!(kind, InKind::Entity | InKind::EntityIn) => {
                self.branch_in(*kind, elem, container, to, sense);
            }
            ExprKind::Matches { text, pattern } if !self.is_host(text) => {
                self.branch_pair(Op::JumpMatches, (text, pattern), to, sense);
            }
            ExprKind::Contains { text, what } => self.branch_pair(Op::JumpContains, (text, what), to, sense),
            ExprKind::Is { value, test } => self.branch_is(e, (value, test), to, sense),
            ExprKind::Quantified { quantifier, generators, body } => {
                self.branch_quantified(*quantifier, generators, body, to, sense);
            }
            ExprKind::Then { patterns, source, without, body } => {
                let sequence = Sequence { patterns, source, without: without.as_deref(), body };
                self.branch_sequence(sequence, to, sense);
            }
            ExprKind::If { branches, otherwise } => self.branch_if(branches, otherwise, to, sense),
            ExprKind::Let { lets, body } => {
                let used = super::lets::used_by(&mut std::iter::once(&**body), lets);
                self.define_lets(lets, &used);
                self.branch(body, to, sense);
            }
            ExprKind::Coalesce(left, right) => self.branch_coalesce(left, right, to, sense),
            ExprKind::Call { function, args } if self.is_inlined(*function, args) => {
                self.inlined(*function, args, |this, body| this.branch(body, to, sense));
            }
            ExprKind::Error
            | ExprKind::Const(_)
            | ExprKind::Local(_)
            | ExprKind::Global(_)
            | ExprKind::Data(_)
            | ExprKind::Now
            | ExprKind::Match { .. }
            | ExprKind::Record { .. }
            | ExprKind::Tuple(_)
            | ExprKind::List(_)
            | ExprKind::Set(_)
            | ExprKind::Map(_)
            | ExprKind::Interpolation(_)
            | ExprKind::Field { .. }
            | ExprKind::Part { .. }
            | ExprKind::Tag(_)
            | ExprKind::Entity { .. }
            | ExprKind::EntityText { .. }
            | ExprKind::Attribute { .. }
            | ExprKind::In { .. }
            | ExprKind::Fold { .. }
            | ExprKind::Score(_)
            | ExprKind::Descend { .. }
            | ExprKind::JsonField { .. }
            | ExprKind::Index { .. }
            | ExprKind::WithPresent { .. }
            | ExprKind::Narrow(_)
            | ExprKind::With { .. }
            | ExprKind::Matches { .. }
            | ExprKind::Arithmetic { .. }
            | ExprKind::Negate(_)
            | ExprKind::Cast { .. }
            | ExprKind::Convert { .. }
            | ExprKind::Comprehension { .. }
            | ExprKind::Call { .. }
            | ExprKind::Intrinsic { .. }
            | ExprKind::Decide { .. }
            | ExprKind::Fixture { .. } => self.branch_on_value(e, to, sense),
        }
        self.release(mark);
    }

    fn branch_on_value(&mut self, e: &'h Expr, to: Label, sense: bool) {
        let mark = self.mark();
        let value = self.operand(e);
        let op = if sense { Op::JumpIf } else { Op::JumpUnless };
        self.emit_far(op, value.0, to, e.location);
        self.release(mark);
    }

    /// Computes what is neither a constant nor a variable.
    fn compute(&mut self, e: &'h Expr, dst: u16) {
        match &e.kind {
            ExprKind::Error => self.cx.broken("an expression that could not be checked"),
            // Handled before, by whoever asks for a value.
            ExprKind::Const(constant) => self.load(dst, &Literal::of(constant)),
            ExprKind::Local(local) => {
                let src = self.local(*local, e.location);
                self.move_to(dst, src);
            }
            ExprKind::Global(global) if self.cx.asks_host(*global) => {
                let function = self.cx.item_index(Item::Global(*global));
                let index = self.narrow_index(function.index(), "a program of more than 65,535 functions");
                let first = self.temp();
                self.emit(Op::Call, dst, index, first, e.location);
            }
            ExprKind::Global(global) => {
                let item = self.cx.global_index(*global);
                self.emit_wide(Op::Global, dst, item, e.location);
            }
            ExprKind::Data(data) => self.emit_wide(Op::Data, dst, data.0, e.location),
            ExprKind::Now => self.emit(Op::Now, dst, 0, 0, e.location),
            ExprKind::Let { lets, body } => {
                let used = super::lets::used_by(&mut std::iter::once(&**body), lets);
                self.define_lets(lets, &used);
                self.put(body, dst);
            }
            ExprKind::If { branches, otherwise } => self.choose(branches, otherwise, dst),
            ExprKind::Match { scrutinee, arms } => self.match_into(scrutinee, arms, dst),
            ExprKind::Record { record, fields } => self.record(e, *record, fields, dst),
            ExprKind::Tuple(parts) => self.staged(parts, Op::MakeTuple, dst, e.location),
            ExprKind::List(parts) => self.staged(parts, Op::MakeList, dst, e.location),
            ExprKind::Set(parts) => self.staged(parts, Op::MakeSet, dst, e.location),
            ExprKind::Map(entries) => self.map(entries, dst, e.location),
            ExprKind::Interpolation(text) => self.interpolation(text, dst, e.location),
            ExprKind::Field { base, field } => self.field(base, *field, dst, e.location),
            ExprKind::Part { base, index } => self.part(base, *index, dst, e.location),
            ExprKind::Entity { entity, id } => self.entity(*entity, id, dst, e.location),
            ExprKind::EntityText { base, part } => self.entity_text(base, *part, dst, e.location),
            ExprKind::Attribute { base, fields } => self.attribute(base, fields, dst, e.location),
            ExprKind::Then { patterns, source, without, body } => {
                self.sequence(Sequence { patterns, source, without: without.as_deref(), body }, dst);
            }
            ExprKind::Fold { generators, state, init, body } => {
                self.fold(generators, *state, init, body, dst);
            }
            ExprKind::Score(parts) => self.score(e, parts, dst),
            ExprKind::Descend { base, local, children, paths } => {
                self.descend(base, *local, children, *paths, (dst, e.location));
            }
            ExprKind::Tag(base) => {
                let base = self.operand_quiet(base);
                self.emit(Op::Tag, dst, base.0, 0, e.location);
            }
            ExprKind::JsonField { base, name } => self.json_field(base, name, dst, e.location),
            ExprKind::Index { base, index } => self.index(base, index, dst, e.location),
            ExprKind::WithPresent { base, local, body } => self.with_present(base, *local, body, dst),
            ExprKind::Narrow(value) => self.narrow(value, e, dst),
            ExprKind::With { base, updates } => self.with(base, updates, dst, e.location),
            ExprKind::Logic { op, operands } => self.logic(*op, operands, dst),
            ExprKind::Not(value) => self.not(value, dst, e.location),
            ExprKind::Coalesce(left, right) => self.coalesce(left, right, dst),
            ExprKind::Compare { op, left, right } => self.compare(*op, left, right, dst, e.location),
            ExprKind::Arithmetic { op, left, right } => self.arithmetic(*op, left, right, dst, e.location),
            ExprKind::Negate(value) => self.negate(value, dst, e.location),
            ExprKind::In { kind, elem, container } => self.contained(*kind, elem, container, e, dst),
            ExprKind::Matches { text, pattern } => self.matches(text, pattern, dst, e.location),
            ExprKind::Contains { text, what } => self.pair(Op::Contains, (text, what), dst, e.location),
            ExprKind::Is { value, test } => self.is(e, (value, test), dst),
            ExprKind::Cast { value, cast, to } => self.cast(value, *cast, *to, dst, e.location),
            ExprKind::Convert { convert, value } => self.convert(*convert, value, e, dst),
            ExprKind::Quantified { quantifier, generators, body } => {
                self.quantified(*quantifier, generators, body, dst);
            }
            ExprKind::Comprehension { .. } => self.comprehension(e, dst),
            ExprKind::Call { function, args } => self.call(*function, args, dst, e.location),
            ExprKind::Intrinsic { intrinsic, args } => self.intrinsic(*intrinsic, args, dst, e.location),
            ExprKind::Decide { policy, input, params } => {
                self.decide(*policy, input, params, dst, e.location);
            }
            ExprKind::Fixture { kind, path, pointer, rows } => {
                let request = Reads { kind: *kind, path, pointer: pointer.as_deref(), rows: *rows };
                self.fixture(request, dst, e.location);
            }
        }
    }

    /// Makes a `Bool` of code that branches.
    pub(crate) fn truth(&mut self, dst: u16, test: impl FnOnce(&mut Self, Label)) {
        let (otherwise, end) = (self.asm.label(), self.asm.label());
        test(self, otherwise);
        self.load(dst, &Literal::Bool(true));
        self.jump(end);
        self.asm.mark(otherwise);
        self.load(dst, &Literal::Bool(false));
        self.asm.mark(end);
    }

    /// The whole input as a variable: never shown, it is at hand anyway.
    /// Whether an observer is shown a node for its value.
    pub(crate) fn shows(&self, e: &Expr) -> bool {
        let truth = matches!(e.kind, ExprKind::Narrow(_)) && *self.cx.hir.types.kind(e.ty) == TyKind::Bool;
        (worth_showing(e) || truth) && !self.is_document(e)
    }

    fn is_document(&self, e: &Expr) -> bool {
        matches!(e.kind, ExprKind::Local(local) if self.is_input(local))
    }
}

/// Whether an observer is shown a node: constants explain themselves, and steps that the language makes on its
/// own stand where what they are made from stands.
fn worth_showing(e: &Expr) -> bool {
    !matches!(e.kind, ExprKind::Const(_) | ExprKind::Narrow(_) | ExprKind::Convert { .. })
}
