//! Paths into the input as JSON Pointers that are made at run time: those of transforms, and those of what an included policy
//! decides on.

use policy_bytecode::op::Op;
use policy_bytecode::program::{Format, FormatPart};
use policy_bytecode::types::Type;
use policy_syntax::Location;

use super::build::{Builder, Src};
use super::literal::Literal;
use super::pointers::below;
use crate::hir::{
    Convert, Effect, Expr, ExprId, ExprKind, FieldId, Hir, LocalId, PathStep, Pattern, PatternKind, Policy,
    PolicyId, RecordId, Rule, TyKind,
};

/// Where the generator of a loop stands.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stands {
    /// One past the position in a list.
    Behind(u16),
    /// The key of a map's entry.
    Key(u16),
}

/// A step of a path.
#[derive(Clone, Debug)]
pub(super) enum Piece<'h> {
    Name(String),
    /// A key or a position that is computed.
    Key(&'h Expr),
    /// The element that the generator over a source stands at.
    Element(&'h Expr),
}

/// Whether a policy could ask for transforms, through what it includes too.
pub(super) fn transforms(hir: &Hir, policy: PolicyId) -> bool {
    let mut seen = vec![false; hir.policies.len()];
    let mut open = vec![policy];
    while let Some(at) = open.pop() {
        match seen.get_mut(at.index()) {
            Some(seen) if !*seen => *seen = true,
            Some(_) | None => continue,
        }
        let Some(policy) = hir.policies.get(at.index()) else { continue };
        for rule in &policy.rules {
            match &rule.effect {
                Effect::Transform { .. } => return true,
                Effect::Include(include) => open.push(include.policy),
                Effect::Deny
                | Effect::Require
                | Effect::Allow
                | Effect::Escalate(_)
                | Effect::Warn
                | Effect::Oblige { .. } => {}
            }
        }
    }
    false
}

impl<'h> Builder<'_, 'h> {
    /// The path of a transform.
    pub(super) fn transform_path(&mut self, rule: &'h Rule, path: &'h [PathStep]) -> Vec<Piece<'h>> {
        let mut pieces = Vec::with_capacity(path.len());
        for step in path {
            match step {
                PathStep::Field(record, field) => pieces.extend(self.field_piece(*record, *field)),
                PathStep::Variant(..) => {}
                PathStep::Key(key) => pieces.push(Piece::Key(key)),
                PathStep::Element(position) => match rule.generators.get(*position as usize) {
                    Some(generator) => pieces.push(Piece::Element(&generator.source)),
                    None => self.cx.broken("a path through a generator that is not there"),
                },
            }
        }
        pieces
    }

    /// A field's step; what a record's rest holds stands in the record itself.
    fn field_piece(&self, record: RecordId, field: FieldId) -> Option<Piece<'h>> {
        let def = self.cx.hir.types.record(record)?;
        if def.rest == Some(field) {
            return None;
        }
        Some(Piece::Name(def.fields.get(field.index())?.name.clone()))
    }

    /// The path from the policy's input to a value, where the value is a part of the input.
    pub(super) fn input_path(
        &self,
        policy: &'h Policy,
        rule: &'h Rule,
        e: &'h Expr,
    ) -> Option<Vec<Piece<'h>>> {
        self.path_of(policy, rule, e, &[], 0)
    }

    fn path_of(
        &self,
        policy: &'h Policy,
        rule: &'h Rule,
        e: &'h Expr,
        present: &[(LocalId, Vec<Piece<'h>>)],
        depth: usize,
    ) -> Option<Vec<Piece<'h>>> {
        // `let`s lead to earlier `let`s only; a damaged tree ends here.
        let depth = (depth < 1_000).then_some(depth + 1)?;
        let of = |e: &'h Expr| self.path_of(policy, rule, e, present, depth);
        if let ExprKind::Local(local) = e.kind {
            if let Some((_, path)) = present.iter().rev().find(|(bound, _)| *bound == local) {
                return Some(path.clone());
            }
            if local == policy.input_local {
                return Some(Vec::new());
            }
            for generator in &rule.generators {
                let map = matches!(
                    self.cx.hir.types.kind(self.cx.present(generator.source.ty)),
                    TyKind::Map { .. }
                );
                let steps = match (&generator.pattern.kind, map) {
                    (PatternKind::Tuple(parts), true) => match parts.get(1) {
                        Some(value) => self.bound_at(value, local),
                        None => None,
                    },
                    (_, true) => None,
                    (_, false) => self.bound_at(&generator.pattern, local),
                };
                if let Some(steps) = steps {
                    let mut path = of(&generator.source)?;
                    path.push(Piece::Element(&generator.source));
                    path.extend(steps);
                    return Some(path);
                }
            }
            for item in &policy.lets {
                if let Some(steps) = self.bound_at(&item.pattern, local) {
                    let mut path = of(&item.value)?;
                    path.extend(steps);
                    return Some(path);
                }
            }
            return None;
        }
        if let ExprKind::Narrow(value) | ExprKind::Convert { convert: Convert::Project, value } = &e.kind {
            return of(value);
        }
        if let ExprKind::WithPresent { base, local, body } = &e.kind {
            let mut inner: Vec<(LocalId, Vec<Piece<'h>>)> = present.to_vec();
            inner.push((*local, of(base)?));
            return self.path_of(policy, rule, body, &inner, depth);
        }
        if let ExprKind::Field { base, field } = &e.kind {
            let mut path = of(base)?;
            let TyKind::Record(record) = self.cx.hir.types.kind(self.cx.present(base.ty)) else {
                return None;
            };
            path.extend(self.field_piece(*record, *field));
            return Some(path);
        }
        if let ExprKind::Index { base, index } = &e.kind
            && matches!(
                self.cx.hir.types.kind(self.cx.present(base.ty)),
                TyKind::Map { .. } | TyKind::List { .. }
            )
        {
            let mut path = of(base)?;
            path.push(Piece::Key(index));
            return Some(path);
        }
        None
    }

    /// The fields that lead to a variable within a pattern.
    fn bound_at(&self, pattern: &'h Pattern, local: LocalId) -> Option<Vec<Piece<'h>>> {
        match &pattern.kind {
            PatternKind::Bind(bound) if *bound == local => Some(Vec::new()),
            PatternKind::Bind(_) | PatternKind::Ignore => None,
            PatternKind::Tuple(parts) => parts.iter().enumerate().find_map(|(at, part)| {
                let mut path = self.bound_at(part, local)?;
                path.insert(0, Piece::Name(at.to_string()));
                Some(path)
            }),
            PatternKind::Record(record, fields) => fields.iter().find_map(|(field, part)| {
                let below = self.bound_at(part, local)?;
                let mut path: Vec<Piece<'h>> = self.field_piece(*record, *field).into_iter().collect();
                path.extend(below);
                Some(path)
            }),
        }
    }

    /// Makes a JSON Pointer of a path, below that of the policy's input.
    pub(super) fn pointer_value(&mut self, path: &[Piece<'h>], dst: u16, place: Location) {
        let mark = self.mark();
        self.emit(Op::Begin, 0, 0, 0, place);
        let mut parts = Vec::new();
        let mut names = String::new();
        for piece in path {
            let (value, ty) = match piece {
                Piece::Name(name) => {
                    names = below(&names, name);
                    continue;
                }
                Piece::Key(key) => (self.operand(key), self.cx.type_id(key.ty)),
                Piece::Element(source) => self.element(source, place),
            };
            if !names.is_empty() {
                parts.push(FormatPart::Literal(self.cx.pools.text(&names)));
                names.clear();
            }
            self.emit(Op::Push, value.0, 0, 0, place);
            parts.push(FormatPart::Value(ty));
        }
        if !names.is_empty() {
            parts.push(FormatPart::Literal(self.cx.pools.text(&names)));
        }
        let format = self.cx.pools.format(Format { parts });
        self.emit_wide(Op::Pointer, dst, format.0, place);
        self.release(mark);
    }

    /// Where the generator over a source stands.
    fn element(&mut self, source: &'h Expr, place: Location) -> (Src, policy_bytecode::program::TypeId) {
        let hir = self.cx.hir;
        let stands = self.stands.iter().rev().find(|(id, _)| *id == source.id).map(|(_, stands)| *stands);
        match (stands, hir.types.kind(self.cx.present(source.ty))) {
            (Some(Stands::Key(key)), TyKind::Map { key: ty, .. }) => (Src(key), self.cx.type_id(*ty)),
            (Some(Stands::Behind(behind)), _) => {
                let position = self.temp();
                let one = self.constant(&Literal::Int(1));
                self.emit(Op::SubInt, position, behind, one.0, place);
                let ty = self.cx.plain_type(Type::Int { lo: i64::MIN, hi: i64::MAX });
                (Src(position), ty)
            }
            _ => {
                self.cx.broken("a path through a generator that is not there");
                (Src(0), policy_bytecode::program::TypeId(0))
            }
        }
    }

    /// Remembers where a generator stands, until [`Builder::forget_stands`].
    pub(crate) fn stand(&mut self, source: ExprId, stands: Stands) {
        self.stands.push((source, stands));
    }

    pub(crate) fn forget_stands(&mut self, before: usize) {
        self.stands.truncate(before);
    }
}
