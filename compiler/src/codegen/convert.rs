//! Arithmetic, casts and conversions.

use policy_bytecode::op::Op;
use policy_syntax::Location;

use super::build::Builder;
use super::literal::Literal;
use crate::hir::{Arith, Cast, Convert, Expr, Ty, TyKind, UnionId};

/// What arithmetic is done on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbers {
    Int,
    Decimal,
    Time,
}

impl<'h> Builder<'_, 'h> {
    fn numbers(&self, ty: Ty) -> Numbers {
        let kind = self.cx.hir.types.kind(self.cx.present(ty));
        if matches!(kind, TyKind::Int(_)) {
            Numbers::Int
        } else if matches!(kind, TyKind::Decimal) {
            Numbers::Decimal
        } else {
            Numbers::Time
        }
    }

    pub(crate) fn arithmetic(
        &mut self,
        op: Arith,
        left: &'h Expr,
        right: &'h Expr,
        dst: u16,
        place: Location,
    ) {
        let (l, r) = (self.operand(left), self.operand(right));
        // `Int * Duration` is `Duration * Int`; the operands have been evaluated in their order.
        let kinds = (self.numbers(left.ty), self.numbers(right.ty));
        let (kind, l, r) = match kinds {
            (Numbers::Int, Numbers::Time) => (Numbers::Time, r, l),
            (kind, _) => (kind, l, r),
        };
        let op = match (op, kind) {
            (Arith::Add, Numbers::Int) => Op::AddInt,
            (Arith::Add, Numbers::Decimal) => Op::AddDecimal,
            (Arith::Add, Numbers::Time) => Op::AddTime,
            (Arith::Sub, Numbers::Int) => Op::SubInt,
            (Arith::Sub, Numbers::Decimal) => Op::SubDecimal,
            (Arith::Sub, Numbers::Time) => Op::SubTime,
            (Arith::Mul, Numbers::Int) => Op::MulInt,
            (Arith::Mul, Numbers::Decimal) => Op::MulDecimal,
            (Arith::Mul, Numbers::Time) => Op::MulTime,
            (Arith::IntDiv, Numbers::Int) => Op::DivInt,
            (Arith::Rem, Numbers::Int) => Op::RemInt,
            (Arith::Div, Numbers::Decimal) => Op::DivDecimal,
            (Arith::Div, Numbers::Int | Numbers::Time)
            | (Arith::IntDiv | Arith::Rem, Numbers::Decimal | Numbers::Time) => {
                self.cx.broken("arithmetic on operands that have none");
                return;
            }
        };
        self.emit(op, dst, l.0, r.0, place);
    }

    pub(crate) fn negate(&mut self, value: &'h Expr, dst: u16, place: Location) {
        let op = match self.numbers(value.ty) {
            Numbers::Int => Op::NegInt,
            Numbers::Decimal => Op::NegDecimal,
            Numbers::Time => Op::NegTime,
        };
        let value = self.operand(value);
        self.emit(op, dst, value.0, 0, place);
    }

    pub(crate) fn cast(&mut self, value: &'h Expr, cast: Cast, to: Ty, dst: u16, place: Location) {
        let value = self.operand(value);
        let ty = self.cx.type_id(to);
        let ty = self.narrow_type(ty);
        let probe = match cast {
            Cast::Must => 0,
            Cast::Probe => 1,
        };
        self.emit_x(Op::Cast, probe, [dst, value.0, ty], place);
    }

    /// Whether a value is the same at run time, seen as narrower.
    pub(crate) fn narrows_freely(&self, value: &Expr, e: &Expr) -> bool {
        let types = &self.cx.hir.types;
        let (from, to) = (types.kind(self.cx.present(value.ty)), types.kind(self.cx.present(e.ty)));
        if matches!(from, TyKind::Union(_)) {
            return from == to;
        }
        // Numbers and structures of `Json` need not lie as those of the type do.
        !matches!(from, TyKind::Json) || matches!(to, TyKind::Json | TyKind::String | TyKind::Bool)
    }

    pub(crate) fn narrow(&mut self, value: &'h Expr, e: &'h Expr, dst: u16) {
        if self.narrows_freely(value, e) {
            self.put(value, dst);
            return;
        }
        let union = matches!(self.cx.hir.types.kind(self.cx.present(value.ty)), TyKind::Union(_));
        let src = self.operand_quiet(value);
        if union {
            self.emit(Op::Content, dst, src.0, 0, e.location);
        } else {
            let ty = self.cx.type_id(e.ty);
            let ty = self.narrow_type(ty);
            self.emit_x(Op::Cast, 0, [dst, src.0, ty], e.location);
        }
    }

    /// A tag of a variant as a constant; absent where shapes tell variants apart.
    fn tag_of(&self, union: UnionId, variant: u32, tag: u32) -> Literal {
        let variants = self.cx.hir.types.union(union).map(|u| u.variants.as_slice()).unwrap_or_default();
        let tags = variants.get(variant as usize).map(|v| v.tags.as_slice()).unwrap_or_default();
        tags.get(tag as usize).map_or(Literal::Absent, |tag| Literal::Text(tag.as_str().into()))
    }

    pub(crate) fn convert(&mut self, convert: Convert, value: &'h Expr, e: &'h Expr, dst: u16) {
        let place = e.location;
        match convert {
            Convert::IntToDecimal => {
                let value = self.operand(value);
                self.emit(Op::ToDecimal, dst, value.0, 0, place);
            }
            Convert::Project => {
                let Some(by) = self.cx.projection(value.ty, e.ty) else {
                    self.put(value, dst);
                    return;
                };
                let value = self.operand(value);
                let by = self.narrow_index(by as usize, "a program of more than 65,535 projections");
                self.emit(Op::Project, dst, value.0, by, place);
            }
            Convert::ReadValue(_) => {
                let value = self.operand(value);
                self.emit(Op::ReadValue, dst, value.0, 0, place);
            }
            Convert::ReadText(_) => {
                let value = self.operand(value);
                self.emit(Op::ReadText, dst, value.0, 0, place);
            }
            Convert::Read(_) => {
                let literal = self.cx.literal_of(e);
                self.load(dst, &literal);
            }
            Convert::ToJson => {
                let from = self.cx.type_id(value.ty);
                let value = self.operand(value);
                let from = self.narrow_type(from);
                self.emit(Op::ToJson, dst, value.0, from, place);
            }
            Convert::ToUnion(union, variant, tag) => {
                let parts = self.temps(2);
                let spelled = parts.saturating_add(1);
                self.put(value, parts);
                match self.cx.unknown_tag(union, variant) {
                    // A kind that was not declared has its tag in what is kept of it.
                    Some(name) => {
                        let name = self.constant(&Literal::Text(name.into()));
                        self.emit(Op::IndexJson, spelled, parts, name.0, place);
                    }
                    None => {
                        let tag = self.tag_of(union, variant, tag);
                        self.load(spelled, &tag);
                    }
                }
                let variant = self.narrow_index(variant as usize, "a union of more than 65,535 variants");
                self.emit(Op::MakeUnion, dst, parts, variant, place);
            }
        }
    }
}
