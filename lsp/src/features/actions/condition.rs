//! `deny … when not C` and `require … that C`, each as the other.

#![allow(clippy::wildcard_enum_match_arm, reason = "asks about a few of many kinds of syntax")]

use gen_lsp_types::{CodeAction, CodeActionKind};
use policy_syntax::Span;
use policy_syntax::ast::{Effect, ExprKind, ItemKind, LogicOp, Rule, StmtKind};

use super::Asked;

pub(super) fn actions(asked: &Asked<'_>) -> Vec<CodeAction> {
    let rules = asked.ast.items.iter().flat_map(|item| match &item.kind {
        ItemKind::Policy(policy) => policy.body.as_slice(),
        _ => &[],
    });
    let mut around = rules.filter(|stmt| stmt.span.encloses(asked.span));
    let Some(StmtKind::Rule(rule)) = around.next().map(|stmt| &stmt.kind) else { return Vec::new() };
    match rule.effect {
        Effect::Deny => as_require(asked, rule),
        Effect::Require => as_deny(asked, rule),
        Effect::Escalate | Effect::Allow | Effect::Warn => Vec::new(),
    }
}

fn as_require(asked: &Asked<'_>, rule: &Rule) -> Vec<CodeAction> {
    let Some(when) = &rule.when else { return Vec::new() };
    let expr = &asked.ast.exprs[when.expr];
    let (before, negated) = match &expr.kind {
        ExprKind::Not(inner) if !expr.parens => (None, *inner),
        // `when P and not C`
        ExprKind::Logic { op: LogicOp::And, operands } if !expr.parens => match operands.as_slice() {
            [first, .., last] => {
                let ExprKind::Not(inner) = &asked.ast.exprs[*last].kind else { return Vec::new() };
                let until = operands.get(operands.len() - 2).map(|id| outer(asked, *id).hi);
                let first = outer(asked, *first);
                (until.map(|hi| Span::new(first.lo, hi)), *inner)
            }
            _ => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    let condition = bare(asked, negated);
    let clause = match before {
        Some(span) => {
            format!("when {}\n{}  that {condition}", asked.text(span), asked.indentation(rule.effect_span.lo))
        }
        None => format!("that {condition}"),
    };
    let edits = vec![(rule.effect_span, "require".to_owned()), (when.span, clause)];
    asked.edit("Write as `require`", CodeActionKind::RefactorRewrite, edits)
}

fn as_deny(asked: &Asked<'_>, rule: &Rule) -> Vec<CodeAction> {
    let Some(that) = &rule.that else { return Vec::new() };
    let negated = format!("not ({})", bare(asked, that.expr));
    let mut edits = vec![(rule.effect_span, "deny".to_owned())];
    match &rule.when {
        Some(when) => {
            let open = asked.ast.exprs[when.expr].parens
                || !matches!(
                    asked.ast.exprs[when.expr].kind,
                    ExprKind::Logic { op: LogicOp::Or, .. }
                        | ExprKind::Implies(_)
                        | ExprKind::Quantifier(_)
                        | ExprKind::If { .. }
                );
            let condition = bare(asked, when.expr);
            let condition = if open { condition } else { format!("({condition})") };
            edits.push((when.span, format!("when {condition} and {negated}")));
            let from = when.span.hi.min(that.span.lo);
            edits.push((Span::new(from, that.span.hi), String::new()));
        }
        None => edits.push((that.span, format!("when {negated}"))),
    }
    asked.edit("Write as `deny`", CodeActionKind::RefactorRewrite, edits)
}

/// An expression with the parentheses around it.
fn outer(asked: &Asked<'_>, id: policy_syntax::ast::ExprId) -> Span {
    let expr = &asked.ast.exprs[id];
    let (mut lo, mut hi) = (expr.span.lo, expr.span.hi);
    if expr.parens {
        let before = asked.view.text.get(..lo as usize).unwrap_or("");
        let after = asked.view.text.get(hi as usize..).unwrap_or("");
        lo = u32::try_from(before.rfind('(').unwrap_or(before.len())).unwrap_or(lo);
        hi += u32::try_from(after.find(')').map_or(0, |at| at + 1)).unwrap_or(0);
    }
    Span::new(lo, hi)
}

/// An expression without the parentheses around it.
fn bare(asked: &Asked<'_>, id: policy_syntax::ast::ExprId) -> String {
    asked.text(asked.ast.exprs[id].span).to_owned()
}
