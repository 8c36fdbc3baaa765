//! The rows of a test.

use super::Checker;
use crate::hir::walk::pattern_bindings;
use crate::hir::{Aggregate, Expr, ExprKind, Gen, LocalId, Pattern, PatternKind, TyKind};

impl Checker<'_> {
    /// What a test goes through: several generators are one list of tuples of what they bind.
    pub(super) fn test_rows(&mut self, mut generators: Vec<Gen>) -> Option<Gen> {
        if generators.len() < 2 {
            return generators.pop();
        }
        let at = generators.first()?.pattern.location;
        let mut bound: Vec<LocalId> = Vec::new();
        for generator in &generators {
            pattern_bindings(&generator.pattern, &mut |local| bound.push(local));
        }
        let mut values: Vec<Expr> = Vec::new();
        for &local in &bound {
            let ty = self.local_ty(local);
            values.push(self.node(ExprKind::Local(local), ty, at));
        }
        let mut parts: Vec<Pattern> =
            bound.iter().map(|&local| Pattern { kind: PatternKind::Bind(local), location: at }).collect();
        let one = values.len() == 1;
        let (elem, kind) = match (values.pop(), parts.pop()) {
            (Some(value), Some(part)) if one => (value, part.kind),
            (Some(value), Some(part)) => {
                values.push(value);
                parts.push(part);
                let ty = self.ty(TyKind::Tuple(values.iter().map(|value| value.ty).collect()));
                (self.node(ExprKind::Tuple(values), ty, at), PatternKind::Tuple(parts))
            }
            (_, _) => {
                let ty = self.ty(TyKind::Tuple(Vec::new()));
                (self.node(ExprKind::Tuple(Vec::new()), ty, at), PatternKind::Ignore)
            }
        };
        let ty = self.ty(TyKind::List { elem: elem.ty, max: None, or_one: false });
        let kind_of = ExprKind::Comprehension {
            aggregate: Aggregate::List,
            generators,
            filter: None,
            elem: Box::new(elem),
            value: None,
        };
        let source = self.node(kind_of, ty, at);
        Some(Gen { pattern: Pattern { kind, location: at }, source })
    }
}
