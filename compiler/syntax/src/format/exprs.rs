//! Expressions.

use super::lists::Style;
use super::printer::Printer;
use crate::ast::*;
use crate::lexer::TokenKind as T;

impl Printer<'_> {
    pub(super) fn expr(&mut self, id: ExprId) {
        let ast = self.ast;
        let expr = &ast.exprs[id];
        if expr.parens {
            self.parens(expr.span.lo, |p| p.expr_kind(expr));
        } else {
            self.expr_kind(expr);
        }
    }

    /// What follows `=`: on the same line if it opens a bracket, else on the next if it does not fit.
    pub(super) fn value(&mut self, id: ExprId) {
        if self.hugs(id) {
            self.space();
            self.expr(id);
        } else {
            self.group(false, |p| {
                p.indented(|p| {
                    p.line();
                    p.on_its_line(id);
                });
            });
        }
    }

    /// An expression that stands at the beginning of an indented line: the operands of a chain stand below each other there.
    fn on_its_line(&mut self, id: ExprId) {
        let expr = &self.ast.exprs[id];
        if expr.parens {
            self.expr(id);
        } else if let ExprKind::Coalesce(list)
        | ExprKind::Implies(list)
        | ExprKind::Logic { operands: list, .. } = &expr.kind
        {
            self.group(false, |p| p.operands(list));
        } else if let ExprKind::Arithmetic { first, rest } = &expr.kind {
            let operands: Vec<ExprId> =
                std::iter::once(*first).chain(rest.iter().map(|step| step.operand)).collect();
            self.group(false, |p| p.operands(&operands));
        } else {
            self.expr(id);
        }
    }

    /// Whether an expression breaks inside of its own brackets.
    fn hugs(&self, id: ExprId) -> bool {
        let expr = &self.ast.exprs[id];
        if expr.parens {
            return true;
        }
        match &expr.kind {
            ExprKind::Tuple(_)
            | ExprKind::List(_)
            | ExprKind::Set(_)
            | ExprKind::Map(_)
            | ExprKind::Record(_)
            | ExprKind::EmptyBraces
            | ExprKind::Match { .. }
            | ExprKind::Score(_)
            | ExprKind::String(_) => true,
            ExprKind::Postfix { steps, .. } => match steps.last().map(|s| &s.kind) {
                Some(StepKind::With(_) | StepKind::Call { .. } | StepKind::Method { .. }) => true,
                Some(StepKind::Field { .. } | StepKind::Index { .. }) | None => false,
            },
            ExprKind::Error
            | ExprKind::Absent
            | ExprKind::Name(_)
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Decimal(_)
            | ExprKind::Checked(_)
            | ExprKind::Entity { .. }
            | ExprKind::Comprehension(_)
            | ExprKind::Cast { .. }
            | ExprKind::Neg(_)
            | ExprKind::Coalesce(_)
            | ExprKind::Arithmetic { .. }
            | ExprKind::Compare { .. }
            | ExprKind::Is { .. }
            | ExprKind::Not(_)
            | ExprKind::Logic { .. }
            | ExprKind::Implies(_)
            | ExprKind::Quantifier(_)
            | ExprKind::If { .. }
            | ExprKind::Fold { .. }
            | ExprKind::Lambda { .. } => false,
        }
    }

    fn expr_kind(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Error | ExprKind::Entity { .. } => self.tight(expr.span.hi),
            ExprKind::Name(_)
            | ExprKind::Absent
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Decimal(_)
            | ExprKind::Checked(_) => self.tok(),
            ExprKind::String(_) => self.string(),
            ExprKind::Tuple(list) => self.list(Style::ARGS, list, |p, e| p.expr(*e)),
            ExprKind::List(list) | ExprKind::Set(list) => self.list(Style::LIST, list, |p, e| p.expr(*e)),
            ExprKind::Map(entries) => self.list(Style::BRACES, entries, Self::map_entry),
            ExprKind::Record(fields) => self.list(Style::BRACES, fields, |p, field| {
                p.tok();
                p.expect(T::Colon);
                p.space();
                p.expr(field.value);
            }),
            ExprKind::EmptyBraces => self.list(Style::LIST, &[] as &[ExprId], |_, _| ()),
            ExprKind::Comprehension(c) => self.comprehension(c),
            ExprKind::Postfix { base, steps } => self.postfix(*base, steps),
            ExprKind::Cast { value, ty, .. } => {
                self.expr(*value);
                self.space();
                self.expect(T::As);
                if self.peek() == Some(T::Question) {
                    self.tok();
                }
                self.space();
                self.ty(*ty);
            }
            ExprKind::Neg(operand) => {
                self.expect(T::Minus);
                self.expr(*operand);
            }
            ExprKind::Not(operand) => {
                self.expect(T::Not);
                self.space();
                self.expr(*operand);
            }
            ExprKind::Coalesce(list) | ExprKind::Implies(list) | ExprKind::Logic { operands: list, .. } => {
                self.chain(list);
            }
            ExprKind::Arithmetic { first, rest } => {
                let operands: Vec<ExprId> =
                    std::iter::once(*first).chain(rest.iter().map(|step| step.operand)).collect();
                self.chain(&operands);
            }
            ExprKind::Compare { op, left, right, .. } => self.compare(*op, *left, *right),
            ExprKind::Is { value, negated, test, .. } => {
                self.expr(*value);
                self.space();
                self.expect(T::Is);
                if *negated {
                    self.space();
                    self.expect(T::Not);
                }
                self.space();
                match test {
                    IsTest::Present | IsTest::Absent | IsTest::Empty => self.tok(),
                    IsTest::Value(id) => self.expr(*id),
                }
            }
            ExprKind::Quantifier(q) => self.quantifier(q),
            ExprKind::If { branches, otherwise } => self.conditional(branches, *otherwise),
            ExprKind::Match { value, arms } => {
                self.expect(T::Match);
                self.space();
                self.expr(*value);
                self.space();
                self.list(Style::BRACES, arms, |p, arm| {
                    p.pattern(arm.pattern);
                    p.space();
                    p.expect(T::FatArrow);
                    p.value(arm.body);
                });
            }
            ExprKind::Fold { generators, init, body, .. } => self.fold(generators, *init, *body),
            ExprKind::Score(entries) => {
                self.expect(T::Score);
                self.space();
                self.list(Style::BRACES, entries, |p, entry| {
                    p.expr(entry.weight);
                    p.space();
                    p.expect(T::When);
                    p.space();
                    p.expr(entry.condition);
                });
            }
            ExprKind::Lambda { params, body } => {
                match params.as_slice() {
                    [one] => self.pattern(*one),
                    many => {
                        // `((a, b)) => …`: one pair of parentheses is enough.
                        let mut extra = 0usize;
                        while self.peek_at(1) == Some(T::LParen) && self.doubled(many) {
                            self.skip();
                            extra += 1;
                        }
                        self.list(Style::ARGS, many, |p, param| p.pattern(*param));
                        for _ in 0..extra {
                            self.skip();
                        }
                    }
                }
                self.space();
                self.expect(T::FatArrow);
                self.value(*body);
            }
        }
    }

    /// Whether the parenthesis after the next one stands before the first parameter and is not its own.
    fn doubled(&self, params: &[PatternId]) -> bool {
        let first = params.first().map_or(0, |id| self.ast.patterns[*id].span.lo);
        self.position_at(1) < first
    }

    fn map_entry(&mut self, entry: &MapEntry) {
        if entry.computed {
            self.expect(T::LBracket);
            self.expr(entry.key);
            if self.peek() == Some(T::Comma) {
                self.skip();
            }
            self.expect(T::RBracket);
        } else {
            self.expr(entry.key);
        }
        self.expect(T::Colon);
        self.space();
        self.expr(entry.value);
    }

    fn comprehension(&mut self, c: &Comprehension) {
        // The brackets of `f(x for x in xs)` are the call's.
        let brackets = !matches!(c.yields, Yield::Stream(_));
        self.group(false, |p| {
            if brackets {
                p.tok();
            }
            p.indented(|p| {
                if brackets {
                    p.soft();
                }
                match &c.yields {
                    Yield::List(id) | Yield::Set(id) | Yield::Stream(id) => p.expr(*id),
                    Yield::Map(entry) => p.map_entry(entry),
                }
                p.line();
                p.expect(T::For);
                p.space();
                p.generators(&c.generators);
                if let Some(condition) = c.condition {
                    p.line();
                    p.expect(T::If);
                    p.space();
                    p.expr(condition);
                }
                p.closing_comments();
            });
            if brackets {
                p.soft();
                p.tok();
            }
        });
    }

    /// `x in xs, y in ys`.
    pub(super) fn generators(&mut self, list: &[Generator]) {
        self.group(false, |p| {
            p.indented(|p| {
                for (i, generator) in list.iter().enumerate() {
                    if i > 0 {
                        p.separator();
                        p.line();
                    }
                    p.pattern(generator.pattern);
                    for then in &generator.then {
                        p.space();
                        p.expect(T::Then);
                        p.space();
                        p.pattern(*then);
                    }
                    p.space();
                    p.expect(T::In);
                    p.space();
                    p.expr(generator.source);
                }
            });
        });
    }

    fn postfix(&mut self, base: ExprId, steps: &[Step]) {
        let calls = steps.iter().filter(|s| matches!(s.kind, StepKind::Method { .. })).count();
        self.group(false, |p| {
            p.expr(base);
            for step in steps {
                match &step.kind {
                    StepKind::Field { .. } => {
                        p.tok();
                        p.tok();
                    }
                    StepKind::Method { args, .. } => {
                        let call = |p: &mut Self| {
                            p.tok();
                            p.tok();
                            p.args(args);
                        };
                        if calls > 1 {
                            p.indented(|p| {
                                p.soft();
                                call(p);
                            });
                        } else {
                            call(p);
                        }
                    }
                    StepKind::Index { index, .. } => {
                        p.tok();
                        p.expr(*index);
                        p.expect(T::RBracket);
                    }
                    StepKind::Call { args } => p.args(args),
                    StepKind::With(updates) => {
                        p.space();
                        p.expect(T::With);
                        p.space();
                        p.list(Style::BRACES, updates, |p, update| {
                            p.tight(update.path.span.hi);
                            p.expect(T::Colon);
                            p.space();
                            p.expr(update.value);
                        });
                    }
                }
            }
        });
    }

    /// Arguments with their parentheses.
    pub(super) fn args(&mut self, args: &[Arg]) {
        let stream = match args {
            [arg] => matches!(
                &self.ast.exprs[arg.value].kind,
                ExprKind::Comprehension(c) if matches!(c.yields, Yield::Stream(_))
            ),
            _ => false,
        };
        let style = if stream { Style::STRICT } else { Style::ARGS };
        self.list(style, args, |p, arg| {
            if arg.name.is_some() {
                p.tok();
                p.expect(T::Colon);
                p.space();
            }
            p.expr(arg.value);
        });
    }

    /// Operands with one operator between each two.
    fn chain(&mut self, operands: &[ExprId]) {
        self.group(false, |p| p.indented(|p| p.operands(operands)));
    }

    fn operands(&mut self, operands: &[ExprId]) {
        for (i, operand) in operands.iter().enumerate() {
            if i > 0 {
                self.line();
                self.tok();
                self.space();
            }
            self.expr(*operand);
        }
    }

    fn compare(&mut self, op: CompareOp, left: ExprId, right: ExprId) {
        self.group(false, |p| {
            p.expr(left);
            p.indented(|p| {
                if p.hugs(right) {
                    p.space();
                } else {
                    p.line();
                }
                p.tok();
                if op == CompareOp::NotIn {
                    p.space();
                    p.tok();
                }
                p.space();
                if !p.hugs(right) {
                    p.expr(right);
                }
            });
            if p.hugs(right) {
                p.expr(right);
            }
        });
    }

    fn quantifier(&mut self, q: &Quantified) {
        self.group(false, |p| {
            p.tok();
            if q.quantifier == Quantifier::ExactlyOne {
                p.space();
                p.tok();
            }
            p.space();
            p.generators(&q.generators);
            p.expect(T::Colon);
            p.indented(|p| {
                p.line();
                p.expr(q.body);
                if let Some(without) = &q.without {
                    p.line();
                    p.expect(T::Without);
                    p.space();
                    p.pattern(without.pattern);
                    p.expect(T::Colon);
                    p.space();
                    p.expr(without.body);
                }
            });
        });
    }

    fn conditional(&mut self, branches: &[(ExprId, ExprId)], otherwise: ExprId) {
        self.group(false, |p| {
            p.expect(T::If);
            p.space();
            p.indented(|p| {
                for (i, (condition, then)) in branches.iter().enumerate() {
                    if i > 0 {
                        p.line();
                        p.expect(T::Else);
                        p.space();
                        p.expect(T::If);
                        p.space();
                    }
                    p.expr(*condition);
                    p.line();
                    p.expect(T::Then);
                    p.space();
                    p.expr(*then);
                }
                p.line();
                p.expect(T::Else);
                p.space();
                p.expr(otherwise);
            });
        });
    }

    fn fold(&mut self, generators: &[Generator], init: ExprId, body: ExprId) {
        self.group(false, |p| {
            p.expect(T::Fold);
            p.expect(T::LParen);
            p.generators(generators);
            p.separator();
            p.space();
            p.tok();
            p.space();
            p.expect(T::Assign);
            p.space();
            p.expr(init);
            p.expect(T::Colon);
            p.indented(|p| {
                p.line();
                p.expr(body);
                p.closing_comments();
            });
            p.soft();
            p.expect(T::RParen);
        });
    }
}
