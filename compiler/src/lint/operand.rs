//! `any x in xs: x.a and b`: does `and b` belong to the quantifier?

use std::collections::BTreeSet;

use policy_syntax::ast::{Ast, ExprId, ExprKind, Generator, PatternId, PatternKind, Quantified};
use policy_syntax::{Applicability, Code, Location};

use super::report::Reporter;
use super::scope::names_in;
use super::{Input, Level, Lint, Source};
use crate::constant::Known;

pub(super) const OPERAND: Lint = Lint {
    name: "quantifier_operand",
    code: Code(618),
    level: Level::Warn,
    title: "operand in a quantifier that never mentions its variable",
};

pub(super) fn check<'h>(input: &Input<'h>, _known: &Known<'h>, out: &mut Reporter) {
    for source in input.modules {
        for (_, expr) in source.ast.exprs.iter() {
            if let ExprKind::Quantifier(quantified) = &expr.kind {
                one(source, quantified, out);
            }
        }
    }
}

fn one(source: &Source<'_>, quantified: &Quantified, out: &mut Reporter) {
    let ast = source.ast;
    let body = &ast.exprs[quantified.body];
    let Some(operands) = operands(&body.kind) else { return };
    let bound = bound(ast, &quantified.generators);
    if body.parens || bound.is_empty() {
        return;
    }
    let mentions: Vec<bool> = operands
        .iter()
        .map(|&operand| names_in(ast, operand).iter().any(|name| bound.contains(name.as_str())))
        .collect();
    if !mentions.contains(&true) {
        return;
    }
    let names: Vec<String> = bound.iter().map(|name| format!("`{name}`")).collect();
    let names = names.join(" or ");
    let whole = source.at(body.span);
    let edits = [(body.span.lo, "("), (body.span.hi, ")")];
    let edits: Vec<(Location, String)> = edits
        .into_iter()
        .map(|(at, text)| (source.at(policy_syntax::Span::at(at)), text.to_owned()))
        .collect();
    for (&operand, mentions) in operands.iter().zip(mentions) {
        if mentions {
            continue;
        }
        let at = source.at(ast.exprs[operand].span);
        let word = quantified.quantifier.text();
        out.report(
            &OPERAND,
            at,
            format!("this is asked for each element, but never mentions {names}"),
            |diagnostic| {
                diagnostic
                    .with_label(format!("part of the body of `{word}`"))
                    .with_secondary(whole, format!("the body of `{word}` runs as far as it can"))
                    .with_help(format!("put `{word} …` in parentheses if this should stand beside it"))
                    .with_edits(
                        "put the body in parentheses, if it is meant",
                        edits.clone(),
                        Applicability::MaybeWrong,
                    )
            },
        );
    }
}

fn operands(kind: &ExprKind) -> Option<&[ExprId]> {
    if let ExprKind::Logic { operands, .. } = kind {
        return Some(operands);
    }
    if let ExprKind::Implies(operands) = kind {
        return Some(operands);
    }
    None
}

fn bound<'a>(ast: &'a Ast, generators: &'a [Generator]) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::new();
    for generator in generators {
        for pattern in std::iter::once(&generator.pattern).chain(&generator.then) {
            pattern_names(ast, *pattern, &mut names);
        }
    }
    names
}

fn pattern_names<'a>(ast: &'a Ast, pattern: PatternId, names: &mut BTreeSet<&'a str>) {
    match &ast.patterns[pattern].kind {
        PatternKind::Name(name) => {
            names.insert(&name.text);
        }
        PatternKind::Tuple(parts) | PatternKind::Or(parts) => {
            parts.iter().for_each(|&part| pattern_names(ast, part, names));
        }
        PatternKind::Record(fields) => {
            for field in fields {
                match field.pattern {
                    Some(inner) => pattern_names(ast, inner, names),
                    None => {
                        names.insert(&field.name.text);
                    }
                }
            }
        }
        PatternKind::Variant { payload, .. } => {
            payload.iter().for_each(|&payload| pattern_names(ast, payload, names));
        }
        PatternKind::Error
        | PatternKind::Ignore
        | PatternKind::Literal(_)
        | PatternKind::Absent
        | PatternKind::Else => {}
    }
}
