//! The cost of casts and of implicit steps from type to type.

use std::rc::Rc;

use policy_bytecode::op::Op;

use super::model::{Cost, Model};
use super::poly::Poly;
use super::price::{self, AROUND, of};
use super::shape::{Shape, Weigh};
use crate::hir::{Cast, Convert, Expr, Ty, TyKind};

impl<'h> Model<'h> {
    pub(super) fn cast(&mut self, value: &'h Expr, _: Cast, to: Ty) -> Cost {
        let cost = self.expr(value);
        let bytes = self.weigh(&cost.shape, value.ty, Weigh::Json);
        let reading = self.reading(&bytes, to);
        let steps = cost.steps.plus(&reading).plus_number(of(&[Op::Cast]) + AROUND);
        let shape = match (&cost.shape, self.hir.types.kind(self.hir.types.present(to))) {
            (_, TyKind::Bool | TyKind::Int(_) | TyKind::Decimal) => Shape::Flat,
            (shape, TyKind::String) => Shape::Text(self.text(shape)),
            (_, TyKind::Json) => cost.shape.clone(),
            (shape, _) => {
                let text = self.bytes(shape, value.ty);
                self.document_of(text, to)
            }
        };
        Cost { steps, shape }
    }

    /// Reading JSON of so many bytes as a type: printing it, reading it, and what readers of parts of it take.
    pub(super) fn reading(&mut self, bytes: &Poly, to: Ty) -> Poly {
        // Each field of a record is looked up among the keys of its object, of which there is one for five bytes at most.
        let fields = self.width(to).fields;
        let looked_up = bytes.scaled(fields).divided(5).plus_number(fields);
        let plain = bytes.divided(2).plus_number(2).plus(&looked_up);
        let whole = self.document_of(bytes.clone(), to);
        plain.plus(&self.document(&whole, to))
    }

    pub(super) fn convert(&mut self, convert: Convert, value: &'h Expr, ty: Ty) -> Cost {
        let cost = self.expr(value);
        match convert {
            Convert::IntToDecimal => {
                Cost { steps: cost.steps.plus_number(of(&[Op::ToDecimal, Op::JumpAbsent]) + AROUND), ..cost }
            }
            Convert::Project => {
                // Each part is looked at, and sets are sorted anew.
                let all = self.weigh(&cost.shape, value.ty, Weigh::Compare).scaled(price::halvings(None) + 2);
                let shape = self.projected(&cost.shape, value.ty, ty, 0);
                Cost { steps: cost.steps.plus(&all).plus_number(of(&[Op::Project]) + AROUND), shape }
            }
            Convert::ReadValue(id) => {
                let (inner, _) = self.read_parts(&cost.shape, id);
                let steps = cost.steps.plus_number(of(&[Op::ReadValue, Op::JumpAbsent]) + AROUND);
                Cost { steps, shape: inner }
            }
            Convert::ReadText(id) => {
                let (_, text) = self.read_parts(&cost.shape, id);
                // A text that is not kept is written anew.
                let written = self.text(&text).divided(4);
                let steps =
                    cost.steps.plus(&written).plus_number(of(&[Op::ReadText, Op::JumpAbsent]) + AROUND);
                Cost { steps, shape: text }
            }
            Convert::Read(id) => {
                let given = Shape::Any(self.weigh(&cost.shape, value.ty, Weigh::Json));
                let read = self.read_result(id, &given);
                let text = Shape::Text(self.text(&given));
                let steps = cost.steps.plus(&read.steps).plus_number(of(&[Op::MakeRead]) + AROUND);
                Cost { steps, shape: Shape::Parts(vec![read.shape, text].into()) }
            }
            Convert::ToJson => {
                let bytes = self.weigh(&cost.shape, value.ty, Weigh::Json);
                let json = self.json_reading(&bytes);
                let steps = cost.steps.plus(&json).plus_number(of(&[Op::ToJson]) + AROUND);
                Cost { steps, shape: Shape::Any(bytes) }
            }
            Convert::ToUnion(_, variant, _) => {
                let steps =
                    cost.steps.plus_number(of(&[Op::MakeUnion, Op::JumpAbsent, Op::Jump]) + 8 + AROUND);
                Cost { steps, shape: Shape::Variant(variant, Rc::new(cost.shape)) }
            }
        }
    }

    /// The shape of a value with the fields of a narrower type.
    pub(super) fn projected(&mut self, shape: &Shape, from: Ty, to: Ty, depth: u32) -> Shape {
        let hir = self.hir;
        let (from, to) = (hir.types.present(from), hir.types.present(to));
        if from == to || depth > 32 {
            return if from == to { shape.clone() } else { Shape::Any(self.bytes(shape, from)) };
        }
        match (hir.types.kind(from), hir.types.kind(to)) {
            (TyKind::Record(wide), TyKind::Record(narrow)) => {
                let (Some(wide), Some(narrow)) = (hir.types.record(*wide), hir.types.record(*narrow)) else {
                    return shape.clone();
                };
                let fields = narrow.fields.iter().map(|field| {
                    let rank = wide.fields.iter().position(|f| f.name == field.name);
                    let Some((rank, from)) =
                        rank.and_then(|r| Some((u32::try_from(r).ok()?, wide.fields.get(r)?.ty)))
                    else {
                        return Shape::Flat;
                    };
                    let inner = self.field(shape, rank);
                    self.projected(&inner, from, field.ty, depth + 1)
                });
                Shape::Parts(fields.collect::<Vec<_>>().into())
            }
            (
                TyKind::List { elem: a, .. } | TyKind::Set { elem: a, .. },
                TyKind::List { elem: b, .. } | TyKind::Set { elem: b, .. },
            ) => {
                let (len, inner) = (self.len(shape), self.elem(shape));
                Shape::List { len, elem: Rc::new(self.projected(&inner, *a, *b, depth + 1)) }
            }
            (TyKind::Map { value: a, .. }, TyKind::Map { value: b, .. }) => {
                let (len, key, inner) = (self.len(shape), self.key(shape), self.value(shape));
                let value = Rc::new(self.projected(&inner, *a, *b, depth + 1));
                Shape::Map { len, key: Rc::new(key), value }
            }
            (TyKind::Tuple(a), TyKind::Tuple(b)) => {
                let parts = (0..).zip(a.iter().zip(b)).map(|(rank, (a, b))| {
                    let inner = self.part(shape, rank);
                    self.projected(&inner, *a, *b, depth + 1)
                });
                Shape::Parts(parts.collect::<Vec<_>>().into())
            }
            (_, _) => shape.clone(),
        }
    }
}
