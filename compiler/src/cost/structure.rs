//! The cost of putting structures together and of taking them apart.

use policy_bytecode::op::Op;

use super::model::{Cost, Model};
use super::poly::Poly;
use super::price::{self, AROUND, TRUTH, of};
use super::shape::{Shape, Weigh};
use crate::hir::{Expr, Ty, TyKind, WithStep};

impl<'h> Model<'h> {
    pub(super) fn map(&mut self, e: &'h Expr, entries: &'h [(Expr, Expr)]) -> Cost {
        let (mut steps, keys) = self.exprs(entries.iter().map(|(key, _)| key));
        let (more, values) = self.exprs(entries.iter().map(|(_, value)| value));
        steps.add(&more);
        let (key_ty, value_ty) = self.entry_types(e.ty);
        let (key, value) = (self.join_all(keys, key_ty), self.join_all(values, value_ty));
        let len = Poly::number(entries.len() as u64);
        steps.add(&self.entry_sorting(&len, (&key, key_ty), (&value, value_ty)));
        let units = of(&[Op::Begin, Op::MakeMap]) + of(&[Op::Push, Op::Push]) * entries.len() as u64 + AROUND;
        Cost { steps: steps.plus_number(units), shape: Shape::Map { len, key, value } }
    }

    pub(super) fn entry_types(&self, ty: Ty) -> (Ty, Ty) {
        let kind = self.hir.types.kind(self.hir.types.present(ty));
        if let TyKind::Map { key, value, .. } = kind { (*key, *value) } else { (ty, ty) }
    }

    /// Sorting the entries of a map, values of equal keys compared.
    pub(super) fn entry_sorting(&mut self, len: &Poly, key: (&Shape, Ty), value: (&Shape, Ty)) -> Poly {
        let keys = self.sorting(len, key.0, key.1);
        let value = self.weigh(value.0, value.1, Weigh::Compare);
        keys.plus(&len.times(&value))
    }

    pub(super) fn tags(&self, ty: Ty) -> (u64, u64) {
        let TyKind::Union(id) = self.hir.types.kind(self.hir.types.present(ty)) else {
            return (0, 0);
        };
        let Some(def) = self.hir.types.union(*id) else { return (0, 0) };
        let tags = def.variants.iter().flat_map(|variant| &variant.tags);
        (tags.clone().count() as u64, tags.map(String::len).max().unwrap_or(0) as u64)
    }

    pub(super) fn field_of(&mut self, base: &'h Expr, rank: u32) -> Cost {
        let hir = self.hir;
        let cost = self.expr(base);
        let TyKind::Union(union) = hir.types.kind(hir.types.present(base.ty)) else {
            let shape = self.field(&cost.shape, rank);
            return Cost { steps: cost.steps.plus_number(of(&[Op::Field]) + AROUND), shape };
        };
        // All variants have the field, each at a rank of its own.
        let mut shape = Shape::Flat;
        let mut variants = 0;
        if let Some(def) = hir.types.union(*union) {
            variants = def.variants.len() as u64;
            let record = |ty: Ty| {
                if let TyKind::Record(id) = hir.types.kind(ty) { hir.types.record(*id) } else { None }
            };
            let first = def.variants.first().and_then(|v| record(v.payload));
            let name = first.and_then(|r| r.fields.get(rank as usize)).map(|f| f.name.as_str());
            for (variant, info) in (0..).zip(&def.variants) {
                let fields = record(info.payload).map(|r| &r.fields);
                let at = fields.and_then(|f| f.iter().position(|f| Some(f.name.as_str()) == name));
                let Some(at) = at.and_then(|at| u32::try_from(at).ok()) else { continue };
                let content = self.content(&cost.shape, variant);
                let field = self.field(&content, at);
                shape = self.join(shape, field, info.payload);
            }
        }
        let units = of(&[Op::JumpVariant, Op::Field, Op::Jump]) * variants + of(&[Op::Content]) + TRUTH;
        Cost { steps: cost.steps.plus_number(units), shape }
    }

    pub(super) fn index(&mut self, base: &'h Expr, index: &'h Expr) -> Cost {
        let (b, i) = (self.expr(base), self.expr(index));
        let key = self.weigh(&i.shape, index.ty, Weigh::Compare);
        let most = self.len(&b.shape).as_number();
        let found = key.scaled(price::halvings(most));
        let steps = b.steps.plus(&i.steps).plus(&found).plus_number(of(&[Op::IndexMap]) + AROUND);
        let kind = self.hir.types.kind(self.hir.types.present(base.ty));
        let shape = if matches!(kind, TyKind::Map { .. }) {
            self.value(&b.shape)
        } else if matches!(kind, TyKind::Json) {
            Shape::Any(self.text(&b.shape))
        } else {
            self.elem(&b.shape)
        };
        Cost { steps, shape: shape.picked() }
    }

    pub(super) fn narrow(&mut self, value: &'h Expr, to: Ty) -> Cost {
        let hir = self.hir;
        let cost = self.expr(value);
        let from = hir.types.kind(hir.types.present(value.ty));
        let target = hir.types.present(to);
        if let TyKind::Union(id) = from
            && !matches!(hir.types.kind(target), TyKind::Union(_))
        {
            let mut shape = Shape::Flat;
            if let Some(def) = hir.types.union(*id) {
                for (variant, info) in (0..).zip(&def.variants) {
                    if info.payload == target {
                        let content = self.content(&cost.shape, variant);
                        shape = self.join(shape, content, target);
                    }
                }
                if def.open && matches!(hir.types.kind(target), TyKind::Json) {
                    shape = Shape::Any(self.text(&cost.shape));
                }
            }
            let units = of(&[Op::Content, Op::JumpAbsent]) + AROUND;
            return Cost { steps: cost.steps.plus_number(units), shape };
        }
        if matches!(from, TyKind::Json) && !matches!(hir.types.kind(target), TyKind::Json) {
            let bytes = self.text(&cost.shape);
            let reading = self.reading(&bytes, target);
            let steps = cost.steps.plus(&reading).plus_number(of(&[Op::Cast]) + AROUND);
            return Cost { steps, shape: self.document_of(bytes, target) };
        }
        Cost { steps: cost.steps.plus_number(AROUND), ..cost }
    }

    pub(super) fn with(&mut self, e: &'h Expr, base: &'h Expr, updates: &'h [(Vec<WithStep>, Expr)]) -> Cost {
        let base = self.expr(base);
        let mut steps = base.steps.plus_number(AROUND);
        let mut size = self.bytes(&base.shape, e.ty);
        let mut shape = base.shape.clone();
        let all = self.weigh(&base.shape, e.ty, Weigh::Compare);
        for (path, value) in updates {
            let given = self.expr(value);
            steps.add(&given.steps);
            let plain = path.iter().all(|step| matches!(step, WithStep::Field(_)));
            for step in path {
                let mut units = of(&[Op::Field, Op::RequirePresent, Op::SetField, Op::Move]);
                match step {
                    WithStep::Field(field) if field.0 > u32::from(u8::MAX) => {
                        units += self.width(e.ty).fields * of(&[Op::Field, Op::Push]);
                    }
                    WithStep::Field(_) => {}
                    WithStep::Variant(..) => units += 16,
                    WithStep::Key(key) => {
                        let cost = self.expr(key);
                        steps.add(&cost.steps);
                        let found = self.weigh(&cost.shape, key.ty, Weigh::Compare).scaled(2 * 33);
                        // The whole map is copied.
                        steps.add(&found.plus(&all));
                        units += of(&[Op::IndexMap, Op::SetKey, Op::Move, Op::Move]);
                        size.add(&self.bytes(&cost.shape, key.ty));
                    }
                }
                steps.add(&Poly::number(units + AROUND));
            }
            size.add(&self.bytes(&given.shape, value.ty));
            shape = match (plain, path.as_slice()) {
                (true, [WithStep::Field(field)]) => self.with_field(&shape, e.ty, field.0, given.shape),
                (_, _) => Shape::Any(size.clone()),
            };
        }
        Cost { steps, shape }
    }

    /// A record with another value in one field.
    pub(super) fn with_field(&mut self, shape: &Shape, ty: Ty, rank: u32, value: Shape) -> Shape {
        let hir = self.hir;
        let TyKind::Record(id) = hir.types.kind(hir.types.present(ty)) else { return Shape::Flat };
        let count = hir.types.record(*id).map_or(0, |def| def.fields.len());
        let fields = (0..u32::try_from(count).unwrap_or(u32::MAX))
            .map(|at| if at == rank { value.clone() } else { self.field(shape, at) });
        Shape::Parts(fields.collect::<Vec<_>>().into())
    }
}
