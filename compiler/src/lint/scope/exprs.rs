//! The names that expressions use.

use policy_syntax::ast::{
    Arg, Arm, Comprehension, ExprId, ExprKind, IsTest, MapEntry, Quantified, Step, StepKind, StringPart,
    Yield,
};

use super::{Kind, Walk};

impl Walk<'_> {
    pub(super) fn expr(&mut self, id: ExprId) {
        let ast = self.ast;
        match &ast.exprs[id].kind {
            ExprKind::Error
            | ExprKind::Absent
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Decimal(_)
            | ExprKind::Checked(_)
            | ExprKind::EmptyBraces => {}
            ExprKind::Name(name) => self.name(&name.text),
            ExprKind::String(text) => {
                for part in &text.parts {
                    if let StringPart::Expr(inner) = part {
                        self.expr(*inner);
                    }
                }
            }
            ExprKind::Entity { ty, .. } => self.path(ty),
            ExprKind::Tuple(parts)
            | ExprKind::List(parts)
            | ExprKind::Set(parts)
            | ExprKind::Coalesce(parts)
            | ExprKind::Implies(parts)
            | ExprKind::Logic { operands: parts, .. } => self.exprs(parts),
            ExprKind::Map(entries) => entries.iter().for_each(|entry| self.entry(entry)),
            ExprKind::Record(fields) => fields.iter().for_each(|field| self.expr(field.value)),
            ExprKind::Comprehension(comprehension) => self.comprehension(comprehension),
            ExprKind::Postfix { base, steps } => {
                self.expr(*base);
                steps.iter().for_each(|step| self.step(step));
            }
            ExprKind::Cast { value, ty, .. } => {
                self.expr(*value);
                self.ty(*ty);
            }
            ExprKind::Neg(inner) | ExprKind::Not(inner) => self.expr(*inner),
            ExprKind::Arithmetic { first, rest } => {
                self.expr(*first);
                rest.iter().for_each(|step| self.expr(step.operand));
            }
            ExprKind::Compare { left, right, .. } => {
                self.expr(*left);
                self.expr(*right);
            }
            ExprKind::Is { value, test, .. } => {
                self.expr(*value);
                if let IsTest::Value(value) = test {
                    self.expr(*value);
                }
            }
            ExprKind::Quantifier(quantified) => self.quantified(quantified),
            ExprKind::If { branches, otherwise } => {
                for (condition, value) in branches {
                    self.expr(*condition);
                    self.expr(*value);
                }
                self.expr(*otherwise);
            }
            ExprKind::Match { value, arms } => {
                self.expr(*value);
                arms.iter().for_each(|arm| self.arm(arm));
            }
            ExprKind::Fold { generators, state, init, body } => {
                self.expr(*init);
                self.scoped(|walk| {
                    walk.generators(generators);
                    walk.local(state, Kind::Bound, state.span);
                    walk.expr(*body);
                });
            }
            ExprKind::Score(entries) => {
                for entry in entries {
                    self.expr(entry.weight);
                    self.expr(entry.condition);
                }
            }
            ExprKind::Lambda { params, body } => self.scoped(|walk| {
                params.iter().for_each(|&param| walk.bind(param, false));
                walk.expr(*body);
            }),
        }
    }

    fn exprs(&mut self, ids: &[ExprId]) {
        ids.iter().for_each(|&id| self.expr(id));
    }

    fn entry(&mut self, entry: &MapEntry) {
        self.expr(entry.key);
        self.expr(entry.value);
    }

    pub(super) fn args(&mut self, args: &[Arg]) {
        args.iter().for_each(|arg| self.expr(arg.value));
    }

    fn step(&mut self, step: &Step) {
        match &step.kind {
            StepKind::Field { .. } => {}
            StepKind::Method { name, args, .. } => {
                self.module_name(&name.text);
                self.args(args);
            }
            StepKind::Index { index, .. } => self.expr(*index),
            StepKind::Call { args } => self.args(args),
            StepKind::With(updates) => updates.iter().for_each(|update| self.expr(update.value)),
        }
    }

    fn comprehension(&mut self, comprehension: &Comprehension) {
        self.scoped(|walk| {
            walk.generators(&comprehension.generators);
            if let Some(condition) = comprehension.condition {
                walk.expr(condition);
            }
            match &comprehension.yields {
                Yield::List(value) | Yield::Set(value) | Yield::Stream(value) => walk.expr(*value),
                Yield::Map(entry) => walk.entry(entry),
            }
        });
    }

    fn quantified(&mut self, quantified: &Quantified) {
        self.scoped(|walk| {
            walk.generators(&quantified.generators);
            walk.expr(quantified.body);
            if let Some(without) = &quantified.without {
                walk.bind(without.pattern, false);
                walk.expr(without.body);
            }
        });
    }

    fn arm(&mut self, arm: &Arm) {
        self.scoped(|walk| {
            walk.bind(arm.pattern, true);
            walk.expr(arm.body);
        });
    }
}
