//! Walks over the typed representation.

use crate::hir::{Expr, ExprKind, Gen, Hir, IsTest, Let, Local, Presence, Rule, Text, TextPart, WithStep};

/// Calls `f` for each direct part of an expression, in order of evaluation.
pub fn children<'e>(expr: &'e Expr, f: &mut dyn FnMut(&'e Expr)) {
    match &expr.kind {
        ExprKind::Error
        | ExprKind::Const(_)
        | ExprKind::Local(_)
        | ExprKind::Global(_)
        | ExprKind::Data(_)
        | ExprKind::Now => {}
        ExprKind::Let { lets, body } => {
            lets.iter().for_each(|binding| f(&binding.value));
            f(body);
        }
        ExprKind::If { branches, otherwise } => {
            for (condition, value) in branches {
                f(condition);
                f(value);
            }
            f(otherwise);
        }
        ExprKind::Match { scrutinee, arms } => {
            f(scrutinee);
            arms.iter().for_each(|arm| f(&arm.body));
        }
        ExprKind::Record { fields, .. } => fields.iter().for_each(|(_, value)| f(value)),
        ExprKind::Tuple(parts) | ExprKind::List(parts) | ExprKind::Set(parts) => parts.iter().for_each(f),
        ExprKind::Map(entries) => {
            for (key, value) in entries {
                f(key);
                f(value);
            }
        }
        ExprKind::Interpolation(text) => text_parts(text, f),
        ExprKind::Field { base, .. } | ExprKind::Part { base, .. } | ExprKind::JsonField { base, .. } => {
            f(base)
        }
        ExprKind::Index { base, index } => {
            f(base);
            f(index);
        }
        ExprKind::WithPresent { base, body, .. } => {
            f(base);
            f(body);
        }
        ExprKind::Narrow(inner) | ExprKind::Not(inner) | ExprKind::Negate(inner) => f(inner),
        ExprKind::With { base, updates } => {
            f(base);
            for (path, value) in updates {
                for step in path {
                    if let WithStep::Key(key) = step {
                        f(key);
                    }
                }
                f(value);
            }
        }
        ExprKind::Logic { operands, .. } => operands.iter().for_each(f),
        ExprKind::Coalesce(left, right) => {
            f(left);
            f(right);
        }
        ExprKind::Compare { left, right, .. } | ExprKind::Arithmetic { left, right, .. } => {
            f(left);
            f(right);
        }
        ExprKind::In { elem, container, .. } => {
            f(elem);
            f(container);
        }
        ExprKind::Matches { text, pattern: what } | ExprKind::Contains { text, what } => {
            f(text);
            f(what);
        }
        ExprKind::Is { value, test } => {
            f(value);
            if let IsTest::Equal(other) = test {
                f(other);
            }
        }
        ExprKind::Cast { value, .. } | ExprKind::Convert { value, .. } => f(value),
        ExprKind::Quantified { generators, body, .. } => {
            generators.iter().for_each(|generator| f(&generator.source));
            f(body);
        }
        ExprKind::Comprehension { generators, filter, elem, value, .. } => {
            generators.iter().for_each(|generator| f(&generator.source));
            filter.iter().for_each(|filter| f(filter));
            f(elem);
            value.iter().for_each(|value| f(value));
        }
        ExprKind::Call { args, .. } | ExprKind::Intrinsic { args, .. } => args.iter().for_each(f),
        ExprKind::Decide { input, params, .. } => {
            f(input);
            params.iter().for_each(|(_, value)| f(value));
        }
        ExprKind::Fixture { path, pointer, .. } => {
            f(path);
            pointer.iter().for_each(|pointer| f(pointer));
        }
    }
}

/// Calls `f` for the values that a text interpolates.
pub fn text_parts<'e>(text: &'e Text, f: &mut dyn FnMut(&'e Expr)) {
    for part in &text.parts {
        if let TextPart::Value { value, .. } = part {
            f(value);
        }
    }
}

/// Calls `f` for an expression and everything in it, parts before wholes.
pub fn each<'e>(expr: &'e Expr, f: &mut dyn FnMut(&'e Expr)) {
    children(expr, &mut |part| each(part, f));
    f(expr);
}

/// Something that is evaluated with variables of its own, outside of tests.
pub struct Body<'h> {
    /// Its variables.
    pub locals: &'h [Local],
    /// The `let`s that all of it sees.
    pub lets: &'h [Let],
    /// Its expressions, in source order; those of rules with the generators before them.
    pub roots: Vec<&'h Expr>,
}

/// Everything that a decision can evaluate: globals and types' defaults first, then functions, then policies.
pub fn bodies(hir: &Hir) -> Vec<Body<'_>> {
    let plain = |locals, root| Body { locals, lets: &[], roots: vec![root] };
    let mut all: Vec<Body<'_>> = Vec::new();
    all.extend(hir.globals.iter().map(|global| plain(&global.locals, &global.value)));
    all.extend(hir.data.iter().filter_map(|data| data.default.as_ref()).map(|default| plain(&[], default)));
    for record in &hir.types.records {
        for field in &record.fields {
            if let Presence::Default(default) = &field.presence {
                all.push(plain(&[], default));
            }
        }
    }
    all.extend(hir.functions.iter().map(|function| plain(&function.locals, &function.body)));
    for policy in &hir.policies {
        let mut roots: Vec<&Expr> = policy.params.iter().filter_map(|param| param.default.as_ref()).collect();
        roots.extend(policy.lets.iter().map(|binding| &binding.value));
        roots.extend(&policy.applies);
        policy.rules.iter().for_each(|rule| rule_roots(rule, &mut roots));
        all.push(Body { locals: &policy.locals, lets: &policy.lets, roots });
    }
    all
}

fn rule_roots<'h>(rule: &'h Rule, roots: &mut Vec<&'h Expr>) {
    roots.extend(rule.generators.iter().map(|Gen { source, .. }| source));
    roots.extend(&rule.when);
    roots.extend(&rule.that);
    for text in [&rule.because, &rule.fix].into_iter().flatten() {
        text_parts(text, &mut |value| roots.push(value));
    }
    roots.extend(&rule.details);
}
