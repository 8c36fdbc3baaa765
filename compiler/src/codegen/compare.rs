//! Tests: comparisons, `in`, `matches`, `contains`, `is`. Each as a value and as a branch.

use policy_bytecode::op::{JsonKind, Op};
use policy_syntax::Location;

use super::asm::Label;
use super::build::{Builder, Src};
use super::literal::Literal;
use crate::hir::{Compare, Expr, ExprKind, InKind, IsTest, Ty, TyKind};

/// Operations that compare values of one type.
struct Ops {
    eq: Op,
    lt: Op,
    le: Op,
    jump_eq: Op,
    jump_lt: Op,
    jump_le: Op,
}

const ANY: Ops =
    Ops { eq: Op::Eq, lt: Op::Lt, le: Op::Le, jump_eq: Op::JumpEq, jump_lt: Op::JumpLt, jump_le: Op::JumpLe };
const INT: Ops = Ops {
    eq: Op::EqInt,
    lt: Op::LtInt,
    le: Op::LeInt,
    jump_eq: Op::JumpEqInt,
    jump_lt: Op::JumpLtInt,
    jump_le: Op::JumpLeInt,
};
const TEXT: Ops = Ops { eq: Op::EqText, jump_eq: Op::JumpEqText, ..ANY };

/// A comparison as the machine has it.
struct Test {
    op: Op,
    jump: Op,
    /// Whether left and right change places.
    swap: bool,
    /// The sense in which the instruction holds where the comparison does.
    sense: bool,
}

impl<'h> Builder<'_, 'h> {
    /// The operations for a type; the general ones where it is not known to be present.
    fn ops(&self, ty: Ty) -> &'static Ops {
        if matches!(self.cx.hir.types.kind(ty), TyKind::Int(_)) {
            &INT
        } else if matches!(
            self.cx.hir.types.kind(ty),
            TyKind::String | TyKind::Host | TyKind::Path | TyKind::Url
        ) {
            &TEXT
        } else {
            &ANY
        }
    }

    fn test(&self, op: Compare, left: Ty, right: Ty) -> Test {
        let ops = if self.ops(left).eq == self.ops(right).eq { self.ops(left) } else { &ANY };
        let (op, jump, swap, sense) = match op {
            Compare::Eq => (ops.eq, ops.jump_eq, false, true),
            Compare::Ne => (ops.eq, ops.jump_eq, false, false),
            Compare::Lt => (ops.lt, ops.jump_lt, false, true),
            Compare::Le => (ops.le, ops.jump_le, false, true),
            Compare::Gt => (ops.lt, ops.jump_lt, true, true),
            Compare::Ge => (ops.le, ops.jump_le, true, true),
        };
        Test { op, jump, swap, sense }
    }

    pub(crate) fn compare(
        &mut self,
        op: Compare,
        left: &'h Expr,
        right: &'h Expr,
        dst: u16,
        place: Location,
    ) {
        let test = self.test(op, left.ty, right.ty);
        let (l, r) = (self.operand(left), self.operand(right));
        let (l, r) = if test.swap { (r, l) } else { (l, r) };
        self.emit(test.op, dst, l.0, r.0, place);
        if !test.sense {
            self.emit(Op::Not, dst, dst, 0, place);
        }
    }

    pub(crate) fn branch_compare(
        &mut self,
        op: Compare,
        left: &'h Expr,
        right: &'h Expr,
        to: Label,
        sense: bool,
    ) {
        let test = self.test(op, left.ty, right.ty);
        let (l, r) = (self.operand(left), self.operand(right));
        let (l, r) = if test.swap { (r, l) } else { (l, r) };
        self.emit_near(test.jump, test.sense == sense, l.0, r.0, to);
    }

    /// Goes on at `to` if a value equals a constant, or does not.
    pub(crate) fn branch_equal(&mut self, value: Src, ty: Ty, literal: &Literal, to: Label, sense: bool) {
        let mark = self.mark();
        let other = self.constant(literal);
        let ops = if matches!(literal, Literal::Int(_) | Literal::Text(_)) { self.ops(ty) } else { &ANY };
        self.emit_near(ops.jump_eq, sense, value.0, other.0, to);
        self.release(mark);
    }

    /// A test of two operands, as a value.
    pub(crate) fn pair(&mut self, op: Op, operands: (&'h Expr, &'h Expr), dst: u16, place: Location) {
        let (l, r) = (self.operand(operands.0), self.operand(operands.1));
        self.emit(op, dst, l.0, r.0, place);
    }

    /// `matches` as a value: a `Host` is matched label by label.
    pub(crate) fn matches(&mut self, text: &'h Expr, pattern: &'h Expr, dst: u16, place: Location) {
        let op = if self.is_host(text) { Op::MatchesHost } else { Op::Matches };
        self.pair(op, (text, pattern), dst, place);
    }

    pub(crate) fn is_host(&self, text: &Expr) -> bool {
        matches!(self.cx.hir.types.kind(self.cx.present(text.ty)), TyKind::Host)
    }

    /// A test of two operands, as a branch.
    pub(crate) fn branch_pair(&mut self, op: Op, operands: (&'h Expr, &'h Expr), to: Label, sense: bool) {
        let (l, r) = (self.operand(operands.0), self.operand(operands.1));
        self.emit_near(op, sense, l.0, r.0, to);
    }

    /// The container of `in`: a constant list is a set, which is searched and not scanned.
    fn container(&mut self, kind: InKind, container: &'h Expr) -> Src {
        if !self.observed
            && kind == InKind::List
            && let Some(Literal::List(elements)) = self.cx.constant_of(container)
            && elements.len() > 2
            && let Some(set) = Literal::set(elements.to_vec())
        {
            return self.constant(&set);
        }
        self.operand(container)
    }

    pub(crate) fn contained(
        &mut self,
        kind: InKind,
        elem: &'h Expr,
        container: &'h Expr,
        e: &'h Expr,
        dst: u16,
    ) {
        if matches!(kind, InKind::Entity | InKind::EntityIn) {
            self.in_entity(elem, container, dst, e.location);
            return;
        }
        let elem = self.operand(elem);
        let container = self.container(kind, container);
        self.emit(Op::In, dst, elem.0, container.0, e.location);
    }

    pub(crate) fn branch_in(
        &mut self,
        kind: InKind,
        elem: &'h Expr,
        container: &'h Expr,
        to: Label,
        sense: bool,
    ) {
        let elem = self.operand(elem);
        let container = self.container(kind, container);
        self.emit_near(Op::JumpIn, sense, elem.0, container.0, to);
    }

    pub(crate) fn is(&mut self, e: &'h Expr, of: (&'h Expr, &'h IsTest), dst: u16) {
        let (value, test) = of;
        match test {
            IsTest::Present => {
                let value = self.operand(value);
                self.emit(Op::Present, dst, value.0, 0, e.location);
            }
            IsTest::Absent => {
                let value = self.operand(value);
                self.emit(Op::Present, dst, value.0, 0, e.location);
                self.emit(Op::Not, dst, dst, 0, e.location);
            }
            IsTest::Empty => {
                let value = self.operand(value);
                self.emit(Op::Empty, dst, value.0, 0, e.location);
            }
            IsTest::Equal(other) => {
                let (value, other) = (self.operand(value), self.operand(other));
                self.emit(Op::Eq, dst, value.0, other.0, e.location);
            }
            IsTest::JsonKind(ty) => {
                let value = self.operand(value);
                let kind = self.json_kind(*ty);
                self.emit(Op::IsJson, dst, value.0, kind, e.location);
            }
            IsTest::Entity(entity) => {
                self.truth(dst, |this, otherwise| {
                    this.branch_entity(value, *entity, otherwise, false);
                });
            }
            IsTest::UnionVariant(_, variant) => {
                self.truth(dst, |this, otherwise| {
                    this.branch_variant(value, *variant, otherwise, false);
                });
            }
        }
    }

    pub(crate) fn branch_is(&mut self, e: &'h Expr, of: (&'h Expr, &'h IsTest), to: Label, sense: bool) {
        let (value, test) = of;
        match test {
            IsTest::Present => self.branch_present(value, to, sense),
            IsTest::Absent => self.branch_present(value, to, !sense),
            IsTest::Equal(other) => self.branch_is_equal(value, other, to, sense),
            IsTest::UnionVariant(_, variant) => self.branch_variant(value, *variant, to, sense),
            IsTest::Entity(entity) => self.branch_entity(value, *entity, to, sense),
            IsTest::Empty if self.is_fusable(value) => self.branch_empty(value, to, sense),
            IsTest::Empty | IsTest::JsonKind(_) => {
                let dst = self.temp();
                self.is(e, of, dst);
                let op = if sense { Op::JumpIf } else { Op::JumpUnless };
                self.emit_far(op, dst, to, e.location);
            }
        }
    }

    /// Goes on at `to` if the presence of a value is `sense`.
    fn branch_present(&mut self, value: &'h Expr, to: Label, sense: bool) {
        if sense && matches!(value.kind, ExprKind::WithPresent { .. }) {
            let absent = self.asm.label();
            self.present_operand(value, absent);
            self.jump(to);
            self.asm.mark(absent);
        } else if sense {
            let src = self.operand(value);
            self.emit_far(Op::JumpPresent, src.0, to, value.location);
        } else {
            self.present_operand(value, to);
        }
    }

    fn branch_is_equal(&mut self, value: &'h Expr, other: &'h Expr, to: Label, sense: bool) {
        // Both sides are evaluated, unless the right one cannot tell.
        if !other.total {
            let (l, r) = (self.operand(value), self.operand(other));
            self.emit_near(Op::JumpEq, sense, l.0, r.0, to);
            return;
        }
        let different = self.asm.label();
        let known = self.known.len();
        let l = self.present_operand(value, if sense { different } else { to });
        let r = self.operand(other);
        let test = self.test(Compare::Eq, self.cx.present(value.ty), other.ty);
        self.emit_near(test.jump, sense, l.0, r.0, to);
        self.known.truncate(known);
        self.asm.mark(different);
    }

    fn branch_variant(&mut self, value: &'h Expr, variant: u32, to: Label, sense: bool) {
        let different = self.asm.label();
        let known = self.known.len();
        let value = self.present_operand(value, if sense { different } else { to });
        let variant = self.narrow_index(variant as usize, "a union of more than 65,535 variants");
        self.emit_near(Op::JumpVariant, sense, value.0, variant, to);
        self.known.truncate(known);
        self.asm.mark(different);
    }

    fn json_kind(&mut self, ty: Ty) -> u16 {
        let kind = match self.cx.hir.types.kind(ty) {
            TyKind::Bool => JsonKind::Bool,
            TyKind::Int(_) => JsonKind::Int,
            TyKind::Decimal => JsonKind::Number,
            TyKind::String => JsonKind::Text,
            TyKind::List { .. } => JsonKind::List,
            TyKind::Map { .. } => JsonKind::Object,
            TyKind::Error
            | TyKind::Timestamp
            | TyKind::Date
            | TyKind::TimeOfDay
            | TyKind::Duration
            | TyKind::Ip
            | TyKind::Cidr
            | TyKind::Host
            | TyKind::Url
            | TyKind::Path
            | TyKind::SemVer
            | TyKind::SemVerRange
            | TyKind::Regex
            | TyKind::Glob
            | TyKind::Wildcard
            | TyKind::Bytes
            | TyKind::Json
            | TyKind::Option(_)
            | TyKind::Set { .. }
            | TyKind::Tuple(_)
            | TyKind::Record(_)
            | TyKind::Enum(_)
            | TyKind::Union(_)
            | TyKind::Entity(_)
            | TyKind::Read(_)
            | TyKind::Function { .. }
            | TyKind::Var(_) => {
                self.cx.broken("a test of JSON for a type that JSON does not have");
                JsonKind::Bool
            }
        };
        kind as u16
    }
}
