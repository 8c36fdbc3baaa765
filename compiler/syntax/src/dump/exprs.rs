//! Expressions and patterns.

use super::Dumper;
use crate::ast::*;

impl Dumper<'_> {
    pub(super) fn expr(&mut self, id: ExprId) {
        let ast = self.ast;
        let expr = &ast.exprs[id];
        if expr.parens {
            self.node("parens", |d| d.expr_kind(&expr.kind));
        } else {
            self.expr_kind(&expr.kind);
        }
    }

    fn expr_kind(&mut self, kind: &ExprKind) {
        match kind {
            ExprKind::Error => self.word("(error)"),
            ExprKind::Name(name) => self.name(name),
            ExprKind::Absent => self.word("absent"),
            ExprKind::Bool(value) => self.word(if *value { "true" } else { "false" }),
            ExprKind::Int(digits) | ExprKind::Decimal(digits) => self.word(digits),
            ExprKind::String(literal) => self.string(literal),
            ExprKind::Checked(literal) => {
                self.node(&format!("{:?}", literal.kind), |d| d.quoted(&literal.body))
            }
            ExprKind::Entity { ty, id } => self.node("entity", |d| {
                d.path(ty);
                d.quoted(&id.value);
            }),
            ExprKind::Tuple(list) => self.node("tuple", |d| d.exprs(list)),
            ExprKind::List(list) => self.node("list", |d| d.exprs(list)),
            ExprKind::Set(list) => self.node("set", |d| d.exprs(list)),
            ExprKind::Map(entries) => self.node("map", |d| entries.iter().for_each(|e| d.entry(e))),
            ExprKind::Record(fields) => self.node("record", |d| {
                for field in fields {
                    d.name(&field.name);
                    d.out.push(':');
                    d.expr(field.value);
                }
            }),
            ExprKind::EmptyBraces => self.word("{}"),
            ExprKind::Comprehension(c) => self.node("comprehension", |d| d.comprehension(c)),
            ExprKind::Postfix { base, steps } => self.node("postfix", |d| {
                d.expr(*base);
                steps.iter().for_each(|step| d.step(step));
            }),
            ExprKind::Cast { value, probe, ty } => self.node(if *probe { "as?" } else { "as" }, |d| {
                d.expr(*value);
                d.ty(*ty);
            }),
            ExprKind::Neg(id) => self.node("-", |d| d.expr(*id)),
            ExprKind::Not(id) => self.node("not", |d| d.expr(*id)),
            ExprKind::Coalesce(list) => self.node("??", |d| d.exprs(list)),
            ExprKind::Implies(list) => self.node("implies", |d| d.exprs(list)),
            ExprKind::Logic { op, operands } => self.node(op.text(), |d| d.exprs(operands)),
            ExprKind::Arithmetic { first, rest } => self.node("arithmetic", |d| {
                d.expr(*first);
                for step in rest {
                    d.word(step.op.text());
                    d.expr(step.operand);
                }
            }),
            ExprKind::Compare { op, left, right, .. } => self.node(op.text(), |d| {
                d.expr(*left);
                d.expr(*right);
            }),
            ExprKind::Is { value, negated, test, .. } => {
                self.node(if *negated { "is-not" } else { "is" }, |d| {
                    d.expr(*value);
                    match test {
                        IsTest::Present => d.word("present"),
                        IsTest::Absent => d.word("absent"),
                        IsTest::Empty => d.word("empty"),
                        IsTest::Value(id) => d.node("value", |d| d.expr(*id)),
                    }
                })
            }
            ExprKind::Quantifier(q) => self.node(q.quantifier.text(), |d| {
                d.generators(&q.generators);
                d.expr(q.body);
                if let Some(without) = &q.without {
                    d.node("without", |d| {
                        d.pattern(without.pattern);
                        d.expr(without.body);
                    });
                }
            }),
            ExprKind::If { branches, otherwise } => self.node("if", |d| {
                for (condition, then) in branches {
                    d.expr(*condition);
                    d.expr(*then);
                }
                d.expr(*otherwise);
            }),
            ExprKind::Match { value, arms } => self.node("match", |d| {
                d.expr(*value);
                for arm in arms {
                    d.node("arm", |d| {
                        d.pattern(arm.pattern);
                        d.expr(arm.body);
                    });
                }
            }),
            ExprKind::Fold { generators, state, init, body } => self.node("fold", |d| {
                d.generators(generators);
                d.name(state);
                d.expr(*init);
                d.expr(*body);
            }),
            ExprKind::Score(entries) => self.node("score", |d| {
                for entry in entries {
                    d.expr(entry.weight);
                    d.expr(entry.condition);
                }
            }),
            ExprKind::Lambda { params, body } => self.node("lambda", |d| {
                params.iter().for_each(|id| d.pattern(*id));
                d.expr(*body);
            }),
        }
    }

    fn string(&mut self, literal: &StringLit) {
        if literal.quotes == Quotes::Plain
            && let Some(text) = literal.plain()
        {
            self.quoted(text);
            return;
        }
        self.node(&format!("text-{:?}", literal.quotes), |d| {
            for part in &literal.parts {
                match part {
                    StringPart::Text(text) => d.quoted(&text.value),
                    StringPart::Expr(id) => d.expr(*id),
                }
            }
        });
    }

    fn entry(&mut self, entry: &MapEntry) {
        self.node(if entry.computed { "computed" } else { "entry" }, |d| {
            d.expr(entry.key);
            d.expr(entry.value);
        });
    }

    fn comprehension(&mut self, c: &Comprehension) {
        match &c.yields {
            Yield::List(id) => self.node("list", |d| d.expr(*id)),
            Yield::Set(id) => self.node("set", |d| d.expr(*id)),
            Yield::Stream(id) => self.node("stream", |d| d.expr(*id)),
            Yield::Map(entry) => self.entry(entry),
        }
        self.generators(&c.generators);
        self.optional_expr("if", c.condition);
    }

    fn step(&mut self, step: &Step) {
        match &step.kind {
            StepKind::Field { name, optional } => {
                self.node(if *optional { "?." } else { "." }, |d| d.name(name))
            }
            StepKind::Method { name, optional, args } => {
                self.node(if *optional { "?.call" } else { ".call" }, |d| {
                    d.name(name);
                    d.args(args);
                });
            }
            StepKind::Index { index, optional } => {
                self.node(if *optional { "?index" } else { "index" }, |d| d.expr(*index));
            }
            StepKind::Call { args } => self.node("call", |d| d.args(args)),
            StepKind::With(updates) => self.node("with", |d| {
                for update in updates {
                    d.path(&update.path);
                    d.out.push(':');
                    d.expr(update.value);
                }
            }),
        }
    }

    pub(super) fn pattern(&mut self, id: PatternId) {
        let ast = self.ast;
        match &ast.patterns[id].kind {
            PatternKind::Error => self.word("(error)"),
            PatternKind::Name(name) => self.name(name),
            PatternKind::Ignore => self.word("_"),
            PatternKind::Tuple(list) => self.node("tuple", |d| list.iter().for_each(|id| d.pattern(*id))),
            PatternKind::Or(list) => self.node("or", |d| list.iter().for_each(|id| d.pattern(*id))),
            PatternKind::Record(fields) => self.node("record", |d| {
                for field in fields {
                    d.name(&field.name);
                    if let Some(pattern) = field.pattern {
                        d.out.push(':');
                        d.pattern(pattern);
                    }
                }
            }),
            PatternKind::Variant { path, payload } => self.node("variant", |d| {
                d.path(path);
                payload.iter().for_each(|id| d.pattern(*id));
            }),
            PatternKind::Literal(id) => self.expr(*id),
            PatternKind::Absent => self.word("absent"),
            PatternKind::Else => self.word("else"),
        }
    }
}
