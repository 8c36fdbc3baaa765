//! Places of a policy's input: where a value that is a part of it stands.

use super::{
    Convert, Effect, Expr, ExprKind, FieldId, Hir, LocalId, Pattern, PatternKind, Policy, PolicyId, RecordId,
    Rule, TyKind,
};

/// A step of a path into the input.
#[derive(Clone, Debug)]
pub enum Piece<'h> {
    /// The name of a field.
    Name(String),
    /// A key or a position that is computed.
    Key(&'h Expr),
    /// The element that the generator over a source stands at.
    Element(&'h Expr),
}

/// Whether a policy could ask for transforms, through what it includes too.
#[must_use]
pub fn transforms(hir: &Hir, policy: PolicyId) -> bool {
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

/// What a rule's expressions stand for in the input of its policy.
#[derive(Clone, Copy, Debug)]
pub struct Places<'h> {
    /// The package.
    pub hir: &'h Hir,
    /// The policy.
    pub policy: &'h Policy,
    /// The rule.
    pub rule: &'h Rule,
}

impl<'h> Places<'h> {
    /// The path from the policy's input to a value, where the value is a part of the input.
    #[must_use]
    pub fn path(&self, e: &'h Expr) -> Option<Vec<Piece<'h>>> {
        self.path_of(e, &[], 0)
    }

    fn path_of(
        &self,
        e: &'h Expr,
        present: &[(LocalId, Vec<Piece<'h>>)],
        depth: usize,
    ) -> Option<Vec<Piece<'h>>> {
        // `let`s lead to earlier `let`s only; a damaged tree ends here.
        let depth = (depth < 1_000).then_some(depth + 1)?;
        let types = &self.hir.types;
        let of = |e: &'h Expr| self.path_of(e, present, depth);
        if let ExprKind::Local(local) = e.kind {
            if let Some((_, path)) = present.iter().rev().find(|(bound, _)| *bound == local) {
                return Some(path.clone());
            }
            if local == self.policy.input_local {
                return Some(Vec::new());
            }
            for generator in &self.rule.generators {
                let map = matches!(types.kind(types.present(generator.source.ty)), TyKind::Map { .. });
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
            for item in &self.policy.lets {
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
            return self.path_of(body, &inner, depth);
        }
        if let ExprKind::Field { base, field } = &e.kind {
            let mut path = of(base)?;
            let TyKind::Record(record) = types.kind(types.present(base.ty)) else {
                return None;
            };
            path.extend(field_piece(self.hir, *record, *field));
            return Some(path);
        }
        if let ExprKind::Index { base, index } = &e.kind
            && matches!(types.kind(types.present(base.ty)), TyKind::Map { .. } | TyKind::List { .. })
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
                let mut path: Vec<Piece<'h>> = field_piece(self.hir, *record, *field).into_iter().collect();
                path.extend(below);
                Some(path)
            }),
        }
    }
}

/// A field's step; what a record's rest holds stands in the record itself.
pub(crate) fn field_piece<'h>(hir: &Hir, record: RecordId, field: FieldId) -> Option<Piece<'h>> {
    let def = hir.types.record(record)?;
    if def.rest == Some(field) {
        return None;
    }
    Some(Piece::Name(def.fields.get(field.index())?.name.clone()))
}
