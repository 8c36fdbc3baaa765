//! A `let` put where it is used.

#![allow(clippy::wildcard_enum_match_arm, reason = "asks about a few of many kinds of syntax")]

use gen_lsp_types::{CodeAction, CodeActionKind};
use policy_syntax::Span;
use policy_syntax::ast::{Expr, ExprKind, FnBody, ItemKind, LetDecl, StmtKind, TestStmtKind};

use super::Asked;

pub(super) fn actions(asked: &Asked<'_>) -> Vec<CodeAction> {
    let index = asked.view.analysis.index();
    let Some((_, to)) = asked.view.name(asked.span.lo) else { return Vec::new() };
    if to.file != asked.view.file {
        return Vec::new();
    }
    let Some(decl) = lets(asked).into_iter().find(|decl| decl.name.span == to.span) else {
        return Vec::new();
    };
    let uses = index.uses_of(to);
    if uses.clone().next().is_none() || uses.clone().any(|at| at.file != asked.view.file) {
        return Vec::new();
    }
    let value = &asked.ast.exprs[decl.value];
    let text = asked.text(value.span);
    let text = if is_tight(value) { text.to_owned() } else { format!("({text})") };
    let mut edits: Vec<(Span, String)> = uses.map(|at| (at.span, text.clone())).collect();
    edits.push((line_of(asked, decl.span), String::new()));
    asked.edit(format!("Inline `{}`", decl.name), CodeActionKind::RefactorInline, edits)
}

/// Whether an expression can stand anywhere without parentheses.
fn is_tight(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::Name(_)
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Decimal(_)
            | ExprKind::String(_)
            | ExprKind::Checked(_)
            | ExprKind::List(_)
            | ExprKind::Postfix { .. }
            | ExprKind::Entity { .. }
    )
}

fn lets<'a>(asked: &'a Asked<'_>) -> Vec<&'a LetDecl> {
    let mut out = Vec::new();
    for item in asked.ast.items.iter().filter(|item| item.span.encloses(asked.span)) {
        match &item.kind {
            ItemKind::Policy(policy) => {
                for stmt in &policy.body {
                    if let StmtKind::Let(decl) = &stmt.kind {
                        out.push(decl);
                    }
                }
            }
            ItemKind::Test(test) => {
                for stmt in &test.body {
                    if let TestStmtKind::Let(decl) = &stmt.kind {
                        out.push(decl);
                    }
                }
            }
            ItemKind::Fn(decl) => {
                if let FnBody::Block { lets, .. } = &decl.body {
                    out.extend(lets);
                }
            }
            _ => {}
        }
    }
    out
}

/// A statement with its line, where nothing else stands on it.
fn line_of(asked: &Asked<'_>, span: Span) -> Span {
    let text = &asked.view.text;
    let before = text.get(..span.lo as usize).unwrap_or("");
    let after = text.get(span.hi as usize..).unwrap_or("");
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let end = after.find('\n').map_or(after.len(), |at| at + 1);
    let alone = before.get(start..).unwrap_or("").trim().is_empty()
        && after.get(..end).unwrap_or("").trim().is_empty();
    if !alone {
        return span;
    }
    Span::new(u32::try_from(start).unwrap_or(span.lo), span.hi + u32::try_from(end).unwrap_or(0))
}
