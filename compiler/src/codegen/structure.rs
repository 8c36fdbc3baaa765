//! Structures: made, read, and copied with changes.

use policy_bytecode::op::Op;
use policy_bytecode::program::{Format, FormatPart};
use policy_syntax::Location;

use super::build::{Builder, Src};
use super::literal::Literal;
use crate::hir::{Expr, FieldId, Presence, RecordId, Text, TextPart, Ty, TyKind, UnionId, WithStep};

/// Whether a field is evaluated in the order of ranks.
fn in_rank_order(fields: &[(FieldId, Expr)]) -> bool {
    fields.windows(2).all(|pair| matches!(pair, [(a, _), (b, _)] if a < b))
}

impl<'h> Builder<'_, 'h> {
    fn begin(&mut self, place: Location) {
        self.emit(Op::Begin, 0, 0, 0, place);
    }

    fn push(&mut self, e: &'h Expr) {
        let mark = self.mark();
        let value = self.operand(e);
        self.emit(Op::Push, value.0, 0, 0, e.location);
        self.release(mark);
    }

    /// A structure of values that are staged as they are evaluated.
    pub(crate) fn staged(&mut self, parts: &'h [Expr], make: Op, dst: u16, place: Location) {
        self.begin(place);
        parts.iter().for_each(|part| self.push(part));
        self.emit(make, dst, 0, 0, place);
    }

    pub(crate) fn map(&mut self, entries: &'h [(Expr, Expr)], dst: u16, place: Location) {
        self.begin(place);
        for (key, value) in entries {
            self.push(key);
            self.push(value);
        }
        self.emit(Op::MakeMap, dst, 0, 0, place);
    }

    pub(crate) fn record(&mut self, e: &'h Expr, record: RecordId, fields: &'h [(FieldId, Expr)], dst: u16) {
        let hir = self.cx.hir;
        let Some(def) = hir.types.record(record) else {
            self.cx.broken("a record that is not declared");
            return;
        };
        let straight = in_rank_order(fields);
        // Values that are evaluated in another order than they are staged wait in registers.
        let mut values: Vec<Option<Src>> = vec![None; def.fields.len()];
        if !straight {
            for (field, value) in fields {
                let src = self.operand(value);
                if let Some(slot) = values.get_mut(field.index()) {
                    *slot = Some(src);
                }
            }
        }
        self.begin(e.location);
        let mut given = fields.iter().peekable();
        for (rank, field) in def.fields.iter().enumerate() {
            if straight && let Some((_, value)) = given.next_if(|(id, _)| id.index() == rank) {
                self.push(value);
                continue;
            }
            let mark = self.mark();
            let src = match values.get(rank).copied().flatten() {
                Some(src) => src,
                None => match &field.presence {
                    Presence::Default(value) => {
                        let literal = self.cx.literal_of(value);
                        self.constant(&literal)
                    }
                    Presence::Required | Presence::Optional => self.constant(&Literal::Absent),
                },
            };
            self.emit(Op::Push, src.0, 0, 0, e.location);
            self.release(mark);
        }
        let ty = self.cx.type_id(e.ty);
        self.emit_wide(Op::MakeRecord, dst, ty.0, e.location);
    }

    pub(crate) fn interpolation(&mut self, text: &'h Text, dst: u16, place: Location) {
        self.begin(place);
        let mut parts = Vec::with_capacity(text.parts.len());
        for part in &text.parts {
            match part {
                TextPart::Literal(words) => parts.push(FormatPart::Literal(self.cx.pools.text(words))),
                TextPart::Value { value, .. } => {
                    self.push(value);
                    parts.push(FormatPart::Value(self.cx.type_id(value.ty)));
                }
            }
        }
        let format = self.cx.pools.format(Format { parts });
        self.emit_wide(Op::Concat, dst, format.0, place);
    }

    // Reading.

    pub(crate) fn field(&mut self, base: &'h Expr, field: FieldId, dst: u16, place: Location) {
        if let TyKind::Union(union) = self.cx.hir.types.kind(self.cx.present(base.ty)) {
            self.field_of_all(base, *union, field, dst, place);
            return;
        }
        let base = self.operand_quiet(base);
        let rank = self.narrow_index(field.index(), "a record of more than 65,535 fields");
        self.emit(Op::Field, dst, base.0, rank, place);
    }

    /// A field that all variants of a union declare with one type: its rank may differ from variant to variant.
    /// `field` is its rank in the first.
    fn field_of_all(&mut self, base: &'h Expr, union: UnionId, field: FieldId, dst: u16, place: Location) {
        let hir = self.cx.hir;
        let ranks: Option<Vec<usize>> = hir.types.union(union).and_then(|def| {
            let fields = |ty: Ty| {
                let TyKind::Record(record) = hir.types.kind(ty) else { return None };
                hir.types.record(*record).map(|r| &r.fields)
            };
            let name = &fields(def.variants.first()?.payload)?.get(field.index())?.name;
            def.variants.iter().map(|v| fields(v.payload)?.iter().position(|f| f.name == *name)).collect()
        });
        let Some(ranks) = ranks else {
            self.cx.broken("a field that a variant of a union lacks");
            return;
        };
        let value = self.operand_quiet(base);
        let content = self.temp();
        self.emit(Op::Content, content, value.0, 0, place);
        let end = self.asm.label();
        for (variant, rank) in ranks.iter().enumerate() {
            let next = self.asm.label();
            let variant = self.narrow_index(variant, "a union of more than 65,535 variants");
            self.emit_near(Op::JumpVariant, false, value.0, variant, next);
            let rank = self.narrow_index(*rank, "a record of more than 65,535 fields");
            self.emit(Op::Field, dst, content, rank, place);
            self.jump(end);
            self.asm.mark(next);
        }
        self.load(dst, &Literal::Absent);
        self.asm.mark(end);
    }

    pub(crate) fn part(&mut self, base: &'h Expr, index: u32, dst: u16, place: Location) {
        let base = self.operand_quiet(base);
        let index = self.narrow_index(index as usize, "a tuple of more than 65,535 parts");
        self.emit(Op::Field, dst, base.0, index, place);
    }

    pub(crate) fn json_field(&mut self, base: &'h Expr, name: &str, dst: u16, place: Location) {
        let base = self.operand_quiet(base);
        let id = self.cx.pools.text(name).0;
        if let Ok(id) = u16::try_from(id) {
            self.emit(Op::JsonField, dst, base.0, id, place);
        } else {
            let key = self.constant(&Literal::Text(name.into()));
            self.emit(Op::IndexJson, dst, base.0, key.0, place);
        }
    }

    pub(crate) fn index(&mut self, base: &'h Expr, index: &'h Expr, dst: u16, place: Location) {
        let kind = self.cx.hir.types.kind(self.cx.present(base.ty));
        let op = if matches!(kind, TyKind::Map { .. }) {
            Op::IndexMap
        } else if matches!(kind, TyKind::Json) {
            Op::IndexJson
        } else {
            Op::IndexList
        };
        let base = self.operand_quiet(base);
        let index = self.operand(index);
        self.emit(op, dst, base.0, index.0, place);
    }

    // `with`.

    pub(crate) fn with(
        &mut self,
        base: &'h Expr,
        updates: &'h [(Vec<WithStep>, Expr)],
        dst: u16,
        place: Location,
    ) {
        let ty = base.ty;
        let base = self.operand(base);
        if updates.is_empty() {
            self.move_to(dst, base);
            return;
        }
        let mut current = base;
        for (steps, value) in updates {
            let mark = self.mark();
            let keys: Vec<Option<Src>> = steps
                .iter()
                .map(|step| match step {
                    WithStep::Field(_) | WithStep::Variant(..) => None,
                    WithStep::Key(key) => Some(self.operand(key)),
                })
                .collect();
            let value = self.operand(value);
            self.update(current, ty, steps, &keys, value, dst, place);
            self.release(mark);
            current = Src(dst);
        }
    }

    /// Puts a copy of `base` with one part replaced into `dst`.
    #[expect(clippy::too_many_arguments, reason = "a step of one recursive walk")]
    fn update(
        &mut self,
        base: Src,
        ty: Ty,
        steps: &'h [WithStep],
        keys: &[Option<Src>],
        value: Src,
        dst: u16,
        place: Location,
    ) {
        let (Some((step, below)), Some((key, keys_below))) = (steps.split_first(), keys.split_first()) else {
            self.move_to(dst, value);
            return;
        };
        let inner_ty = self.step_type(ty, step);
        let mut replaced = value;
        if !below.is_empty() {
            let inner = self.temp();
            match (step, key) {
                (WithStep::Field(field), _) => {
                    let rank = self.narrow_index(field.index(), "a record of more than 65,535 fields");
                    self.emit(Op::Field, inner, base.0, rank, place);
                }
                (WithStep::Key(_), Some(key)) => self.emit(Op::IndexMap, inner, base.0, key.0, place),
                (WithStep::Key(_), None) => self.cx.broken("a key of `with` that was not evaluated"),
                (WithStep::Variant(..), _) => self.emit(Op::Content, inner, base.0, 0, place),
            }
            if self.cx.is_option(inner_ty) || matches!(step, WithStep::Key(_)) {
                self.emit(Op::RequirePresent, inner, 0, 0, place);
            }
            let changed = self.temp();
            self.update(Src(inner), self.cx.present(inner_ty), below, keys_below, value, changed, place);
            replaced = Src(changed);
        }
        match (step, key) {
            (WithStep::Field(field), _) => {
                if let Ok(rank) = u8::try_from(field.0) {
                    self.emit_x(Op::SetField, rank, [dst, base.0, replaced.0], place);
                } else {
                    self.rebuild(base, ty, *field, replaced, dst, place);
                }
            }
            (WithStep::Key(_), Some(key)) => {
                let entry = self.temps(2);
                self.move_to(entry, *key);
                self.move_to(entry.saturating_add(1), replaced);
                self.emit(Op::SetKey, dst, base.0, entry, place);
            }
            (WithStep::Variant(_, variant), _) => {
                let parts = self.temps(2);
                self.move_to(parts, replaced);
                self.emit(Op::Tag, parts.saturating_add(1), base.0, 0, place);
                let variant = self.narrow_index(*variant as usize, "a union of more than 65,535 variants");
                self.emit(Op::MakeUnion, dst, parts, variant, place);
            }
            (WithStep::Key(_), None) => self.cx.broken("a key of `with` that was not evaluated"),
        }
    }

    /// A record with one field replaced, field by field: for ranks that the short form does not hold.
    fn rebuild(&mut self, base: Src, ty: Ty, field: FieldId, value: Src, dst: u16, place: Location) {
        let hir = self.cx.hir;
        let TyKind::Record(record) = hir.types.kind(ty) else {
            self.cx.broken("a path of `with` through what is no record");
            return;
        };
        let count = hir.types.record(*record).map_or(0, |r| r.fields.len());
        self.begin(place);
        let part = self.temp();
        for rank in 0..count {
            if rank == field.index() {
                self.emit(Op::Push, value.0, 0, 0, place);
            } else {
                let rank = self.narrow_index(rank, "a record of more than 65,535 fields");
                self.emit(Op::Field, part, base.0, rank, place);
                self.emit(Op::Push, part, 0, 0, place);
            }
        }
        let ty = self.cx.type_id(ty);
        self.emit_wide(Op::MakeRecord, dst, ty.0, place);
    }

    fn step_type(&self, ty: Ty, step: &WithStep) -> Ty {
        let types = &self.cx.hir.types;
        match (types.kind(self.cx.present(ty)), step) {
            (TyKind::Record(record), WithStep::Field(field)) => {
                types.record(*record).and_then(|r| r.fields.get(field.index())).map_or(ty, |f| f.ty)
            }
            (TyKind::Map { value, .. }, WithStep::Key(_)) => *value,
            (TyKind::Union(union), WithStep::Variant(_, variant)) => {
                let variants = types.union(*union).map(|u| u.variants.as_slice()).unwrap_or_default();
                variants.get(*variant as usize).map_or(ty, |v| v.payload)
            }
            (_, WithStep::Field(_) | WithStep::Key(_) | WithStep::Variant(..)) => ty,
        }
    }
}
