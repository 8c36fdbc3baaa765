//! Walks over the typed representation.

use crate::hir::walk::{effect_parts, parts, text_parts};
use crate::hir::{Expr, Gen, Hir, Let, Local, Presence, Rule};

/// Calls `f` for an expression and everything in it, parts before wholes.
pub fn each<'e>(expr: &'e Expr, f: &mut dyn FnMut(&'e Expr)) {
    parts(&expr.kind, &mut |part| each(part, f));
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

/// Everything that a decision can evaluate: globals and types' defaults first, then functions, policies and exceptions.
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
        roots.extend(&policy.mode);
        policy.rules.iter().for_each(|rule| rule_roots(rule, &mut roots));
        all.push(Body { locals: &policy.locals, lets: &policy.lets, roots });
    }
    for exception in &hir.exceptions {
        let mut roots: Vec<&Expr> = exception.when.iter().collect();
        exception.because.iter().for_each(|text| text_parts(text, &mut |value| roots.push(value)));
        all.push(Body { locals: &exception.locals, lets: &[], roots });
    }
    all
}

fn rule_roots<'h>(rule: &'h Rule, roots: &mut Vec<&'h Expr>) {
    roots.extend(rule.generators.iter().map(|Gen { source, .. }| source));
    roots.extend(&rule.when);
    roots.extend(&rule.that);
    effect_parts(&rule.effect, &mut |value| roots.push(value));
    roots.extend(&rule.mode);
    for text in [&rule.because, &rule.fix].into_iter().flatten() {
        text_parts(text, &mut |value| roots.push(value));
    }
    roots.extend(&rule.details);
}
