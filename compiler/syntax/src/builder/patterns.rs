//! Patterns, and expressions that turn out to be patterns.

use super::Builder;
use crate::ast::*;
use crate::problem::Problem;

impl Builder<'_> {
    /// A bare name; `_` binds nothing.
    pub(crate) fn name_pattern(&mut self, name: Name) -> PatternId {
        let span = name.span;
        let ignore = &*name.text == "_" && name.style == NameStyle::Plain;
        self.pattern(span.lo, span.hi, if ignore { PatternKind::Ignore } else { PatternKind::Name(name) })
    }

    /// A dotted name in an arm of a `match`.
    pub(crate) fn path_pattern(&mut self, lo: u32, hi: u32, path: Path) -> PatternId {
        match path.single() {
            Some(name) => {
                let name = name.clone();
                self.name_pattern(name)
            }
            None => self.pattern(lo, hi, PatternKind::Variant { path, payload: None }),
        }
    }

    pub(crate) fn tuple_pattern(
        &mut self,
        lo: u32,
        hi: u32,
        first: PatternId,
        mut rest: Vec<PatternId>,
    ) -> PatternId {
        rest.insert(0, first);
        if rest.len() == 1 {
            self.problems.push(Problem::TupleOfOne(crate::span::Span::new(lo, hi)));
            return first;
        }
        self.pattern(lo, hi, PatternKind::Tuple(rest))
    }

    /// `a | b`, or the only one.
    pub(crate) fn or_pattern(&mut self, lo: u32, hi: u32, patterns: Vec<PatternId>) -> PatternId {
        match patterns.as_slice() {
            [one] => *one,
            _ => self.pattern(lo, hi, PatternKind::Or(patterns)),
        }
    }

    /// What stands before `=>` in an argument, read as an expression.
    pub(crate) fn expr_to_pattern(&mut self, id: ExprId) -> PatternId {
        let expr = self.ast.exprs[id].clone();
        let (lo, hi) = (expr.span.lo, expr.span.hi);
        if let ExprKind::Name(name) = expr.kind {
            return self.name_pattern(name);
        }
        let kind = if let ExprKind::Tuple(parts) = expr.kind {
            Some(PatternKind::Tuple(parts.into_iter().map(|part| self.expr_to_pattern(part)).collect()))
        } else if let ExprKind::Set(parts) = expr.kind {
            self.field_names(&parts).map(PatternKind::Record)
        } else if let ExprKind::Record(fields) = expr.kind {
            let field = |f: FieldInit| FieldPattern {
                name: f.name,
                pattern: Some(self.expr_to_pattern(f.value)),
                span: f.span,
            };
            Some(PatternKind::Record(fields.into_iter().map(field).collect()))
        } else if matches!(expr.kind, ExprKind::EmptyBraces) {
            Some(PatternKind::Record(Vec::new()))
        } else if matches!(expr.kind, ExprKind::Error) {
            Some(PatternKind::Error)
        } else {
            None
        };
        match kind {
            Some(kind) => self.pattern(lo, hi, kind),
            None => self.bad_param(id),
        }
    }

    /// `{name, size}` read as a set.
    fn field_names(&self, parts: &[ExprId]) -> Option<Vec<FieldPattern>> {
        parts
            .iter()
            .map(|part| match &self.ast.exprs[*part] {
                Expr { kind: ExprKind::Name(name), parens: false, .. } => {
                    Some(FieldPattern { name: name.clone(), pattern: None, span: name.span })
                }
                _ => None,
            })
            .collect()
    }

    fn bad_param(&mut self, id: ExprId) -> PatternId {
        let span = self.outer(id);
        self.problems.push(Problem::BadParam(span));
        self.pattern(span.lo, span.hi, PatternKind::Error)
    }
}
