//! Operands: names, postfix chains, arguments, comprehensions, lambdas, quantifiers, `if`.

use super::Builder;
use crate::ast::*;
use crate::problem::Problem;
use crate::span::Span;

/// A step as the grammar reads it.
pub(crate) enum NewStep {
    Field {
        name: Name,
        optional: bool,
    },
    Index {
        index: ExprId,
        optional: bool,
    },
    Call(Vec<Arg>),
    With(Vec<Update>),
    /// `::"id"`: what stands before it is an entity type.
    Entity(Text),
}

/// An operand that is being read.
pub(crate) struct Postfix {
    lo: u32,
    base: ExprId,
    steps: Vec<(NewStep, Span)>,
}

impl Postfix {
    pub(crate) fn new(lo: u32, base: ExprId) -> Self {
        Self { lo, base, steps: Vec::new() }
    }

    pub(crate) fn push(&mut self, step: NewStep, span: Span) {
        self.steps.push((step, span));
    }
}

impl Builder<'_> {
    pub(crate) fn name_expr(&mut self, name: Name) -> ExprId {
        self.expr(name.span.lo, name.span.hi, ExprKind::Name(name))
    }

    /// Puts parentheses around an expression: they are a mark on it, no node.
    pub(crate) fn parens(&mut self, lo: u32, hi: u32, id: ExprId) -> ExprId {
        if let Some(expr) = self.ast.exprs.get_mut(id) {
            expr.parens = true;
        }
        let at = self.at(id.0);
        if let Some(meta) = self.exprs.get_mut(at) {
            meta.outer = Span::new(lo, hi);
        }
        id
    }

    /// `(a, b)`; `(a,)` is reported and read as `a`.
    pub(crate) fn tuple(&mut self, lo: u32, hi: u32, first: ExprId, mut rest: Vec<ExprId>) -> ExprId {
        if rest.is_empty() {
            self.problems.push(Problem::TupleOfOne(Span::new(lo, hi)));
            return self.parens(lo, hi, first);
        }
        rest.insert(0, first);
        self.expr(lo, hi, ExprKind::Tuple(rest))
    }

    /// Ends an operand: joins a field and the call after it to a method call.
    pub(crate) fn postfix(&mut self, read: Postfix) -> ExprId {
        let Postfix { lo, mut base, steps: read } = read;
        if read.is_empty() {
            return base;
        }
        let mut steps: Vec<Step> = Vec::new();
        for (step, span) in read {
            match step {
                NewStep::Call(args) => match steps.last_mut() {
                    Some(Step { kind: kind @ StepKind::Field { .. }, span: whole }) => {
                        if let StepKind::Field { name, optional } = kind {
                            *kind = StepKind::Method { name: name.clone(), optional: *optional, args };
                        }
                        *whole = whole.to(span);
                    }
                    _ => steps.push(Step { kind: StepKind::Call { args }, span }),
                },
                NewStep::Field { name, optional } => {
                    steps.push(Step { kind: StepKind::Field { name, optional }, span });
                }
                NewStep::Index { index, optional } => {
                    steps.push(Step { kind: StepKind::Index { index, optional }, span });
                }
                NewStep::With(updates) => steps.push(Step { kind: StepKind::With(updates), span }),
                NewStep::Entity(id) => {
                    let kind = match self.entity_type(base, &steps) {
                        Some(ty) => ExprKind::Entity { ty: Box::new(ty), id: Box::new(id) },
                        None => {
                            self.problems.push(Problem::BadEntityType(Span::new(lo, span.lo)));
                            ExprKind::Error
                        }
                    };
                    steps.clear();
                    base = self.expr(lo, span.hi, kind);
                }
            }
        }
        let Some(last) = steps.last() else { return base };
        let hi = last.span.hi;
        self.expr(lo, hi, ExprKind::Postfix { base, steps })
    }

    /// `m.User` read as an expression, as a dotted name.
    fn entity_type(&mut self, base: ExprId, steps: &[Step]) -> Option<Path> {
        let base = &self.ast.exprs[base];
        let ExprKind::Name(first) = &base.kind else { return None };
        if base.parens {
            return None;
        }
        let first = first.clone();
        let mut path = self.path(first);
        for step in steps {
            let StepKind::Field { name, optional: false } = &step.kind else { return None };
            path = self.path_step(path, name.clone());
        }
        Some(path)
    }

    /// Arguments: named ones stand last.
    pub(crate) fn args(&mut self, args: Vec<Arg>) -> Vec<Arg> {
        let mut named: Option<Span> = None;
        for arg in &args {
            match (&arg.name, named) {
                (Some(name), _) => named = Some(name.span),
                (None, Some(before)) => {
                    self.problems
                        .push(Problem::PositionalAfterNamed { at: self.outer(arg.value), named: before });
                    break;
                }
                (None, None) => {}
            }
        }
        args
    }

    /// `(e for x in xs if c)`: the only argument of a call.
    pub(crate) fn stream(
        &mut self,
        lo: u32,
        hi: u32,
        element: ExprId,
        from: (Vec<Generator>, Option<ExprId>),
    ) -> Vec<Arg> {
        let value = self.comprehension(lo + 1, hi.saturating_sub(1), Yield::Stream(element), from);
        vec![Arg { name: None, value }]
    }

    pub(crate) fn comprehension(
        &mut self,
        lo: u32,
        hi: u32,
        yields: Yield,
        (generators, condition): (Vec<Generator>, Option<ExprId>),
    ) -> ExprId {
        let comprehension = Comprehension { yields, generators, condition };
        self.expr(lo, hi, ExprKind::Comprehension(Box::new(comprehension)))
    }

    /// `x => e`: what stands on the left was read as an expression.
    pub(crate) fn lambda(&mut self, lo: u32, hi: u32, left: ExprId, body: ExprId) -> ExprId {
        let parts =
            if let ExprKind::Tuple(parts) = &self.ast.exprs[left].kind { parts.clone() } else { vec![left] };
        let params = parts.into_iter().map(|part| self.expr_to_pattern(part)).collect();
        self.expr(lo, hi, ExprKind::Lambda { params, body })
    }

    pub(crate) fn quantified(
        &mut self,
        lo: u32,
        hi: u32,
        quantifier: Quantifier,
        generators: Vec<Generator>,
        body: ExprId,
    ) -> ExprId {
        let mut without = self.withouts.remove(&body);
        if generators.iter().all(|g| g.then.is_empty())
            && let Some(stray) = without.take()
        {
            self.problems.push(Problem::StrayWithout(stray.span));
        }
        let quantified = Quantified { quantifier, generators, body, without };
        self.expr(lo, hi, ExprKind::Quantifier(Box::new(quantified)))
    }

    /// `if c then a else b`; where b is an `if` itself its branches are taken over, so that long chains stay low. They are kept
    /// from the last to the first until the file ends.
    pub(crate) fn conditional(
        &mut self,
        lo: u32,
        hi: u32,
        condition: ExprId,
        then: ExprId,
        otherwise: ExprId,
    ) -> ExprId {
        let height = |b: &Self, id| b.height(crate::visit::Child::Expr(id));
        let own = height(self, condition).max(height(self, then)) + 1;
        let below = height(self, otherwise);
        if let Some(Expr { kind: ExprKind::If { branches, otherwise: last }, parens: false, .. }) =
            self.ast.exprs.get_mut(otherwise)
        {
            let mut branches = std::mem::take(branches);
            let otherwise = *last;
            branches.push((condition, then));
            return self.expr_of_height(
                Span::new(lo, hi),
                ExprKind::If { branches, otherwise },
                own.max(below),
            );
        }
        let kind = ExprKind::If { branches: vec![(condition, then)], otherwise };
        self.expr_of_height(Span::new(lo, hi), kind, own.max(below + 1))
    }
}
