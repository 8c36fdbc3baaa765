//! Which part of the input an expression reads as it stands, for explanations.

use super::build::Builder;
use crate::hir::{Const, Expr, ExprKind, LocalId, Pattern, PatternKind, TyKind};

impl<'h> Builder<'_, 'h> {
    /// The JSON Pointer of a path into the input, `*` standing for any element or key; none for other expressions.
    pub(crate) fn pointer(&self, e: &'h Expr) -> Option<String> {
        self.pointer_through(e, None)
    }

    /// [`Builder::pointer`] where the variable of a `?.` has a pointer of its own.
    fn pointer_through(&self, e: &'h Expr, present: Option<(LocalId, &str)>) -> Option<String> {
        if let ExprKind::Local(local) = e.kind {
            return match present {
                Some((bound, pointer)) if bound == local => Some(pointer.to_owned()),
                Some(_) | None => self.frame()?.pointers.get(local.index())?.clone(),
            };
        }
        if let ExprKind::Narrow(value) | ExprKind::Convert { value, .. } = &e.kind {
            return self.pointer_through(value, present);
        }
        if let ExprKind::WithPresent { base, local, body } = &e.kind {
            let base = self.pointer_through(base, present)?;
            return self.pointer_through(body, Some((*local, &base)));
        }
        let (base, step) = if let ExprKind::Field { base, field } = &e.kind {
            (base, self.field_name(base, field.index())?.to_owned())
        } else if let ExprKind::Part { base, index } = &e.kind {
            (base, index.to_string())
        } else if let ExprKind::JsonField { base, name } = &e.kind {
            (base, name.clone())
        } else if let ExprKind::Index { base, index } = &e.kind {
            (base, constant_step(index))
        } else {
            return None;
        };
        Some(below(&self.pointer_through(base, present)?, &step))
    }

    /// Remembers where in the input what a pattern binds comes from.
    pub(crate) fn point(&mut self, pattern: &'h Pattern, value: Option<String>) {
        let Some(value) = value.filter(|_| self.observed) else { return };
        match &pattern.kind {
            PatternKind::Ignore => {}
            PatternKind::Bind(local) => {
                if let Some(slot) = self.frame_mut().and_then(|f| f.pointers.get_mut(local.index())) {
                    *slot = Some(value);
                }
            }
            PatternKind::Tuple(parts) => {
                // Of a map's entry the value stands below the key; a key has no place of its own.
                if let Some(part) = parts.get(1).filter(|_| value.ends_with("/*") && parts.len() == 2) {
                    self.point(part, Some(value));
                }
            }
            PatternKind::Record(record, fields) => {
                let hir = self.cx.hir;
                for (field, part) in fields {
                    let name = hir.types.record(*record).and_then(|r| r.fields.get(field.index()));
                    self.point(part, name.map(|f| below(&value, &f.name)));
                }
            }
        }
    }

    fn field_name(&self, base: &Expr, rank: usize) -> Option<&'h str> {
        let types = &self.cx.hir.types;
        let TyKind::Record(record) = types.kind(self.cx.present(base.ty)) else { return None };
        Some(types.record(*record)?.fields.get(rank)?.name.as_str())
    }
}

/// The step of an index, where it is known.
fn constant_step(index: &Expr) -> String {
    if let ExprKind::Const(Const::String(key)) = &index.kind {
        key.clone()
    } else if let ExprKind::Const(Const::Int(at)) = index.kind
        && at >= 0
    {
        at.to_string()
    } else {
        "*".to_owned()
    }
}

/// A pointer one step down.
pub(crate) fn below(base: &str, step: &str) -> String {
    format!("{base}/{}", step.replace('~', "~0").replace('/', "~1"))
}
