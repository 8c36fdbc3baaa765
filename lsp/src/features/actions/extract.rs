//! An expression that gets a name of its own.

#![allow(clippy::wildcard_enum_match_arm, reason = "asks about a few of many kinds of syntax")]

use gen_lsp_types::{CodeAction, CodeActionKind};
use policy_syntax::Span;
use policy_syntax::ast::{ExprKind, FnBody, ItemKind};

use super::Asked;
use crate::index::Kind;

pub(super) fn actions(asked: &Asked<'_>) -> Vec<CodeAction> {
    let text = asked.text(asked.span);
    let chosen = text.trim();
    if chosen.is_empty() {
        return Vec::new();
    }
    let blanks = u32::try_from(text.len() - text.trim_start().len()).unwrap_or(0);
    let lo = asked.span.lo + blanks;
    let span = Span::new(lo, lo + u32::try_from(chosen.len()).unwrap_or(0));
    let whole = |expr: &policy_syntax::ast::Expr| expr.span == span;
    let Some((_, expr)) = asked.expression(&whole) else { return Vec::new() };
    if matches!(expr.kind, ExprKind::Error | ExprKind::Lambda { .. }) {
        return Vec::new();
    }
    let Some(item) = asked.ast.items.iter().find(|item| item.span.encloses(span)) else { return Vec::new() };
    let name = name(asked, item.span);
    let replaced = (span, name.clone());
    let (statement, edits) = match &item.kind {
        ItemKind::Policy(policy) => {
            let Some(stmt) = policy.body.iter().find(|stmt| stmt.span.encloses(span)) else {
                return Vec::new();
            };
            (stmt.span, vec![before(asked, stmt.span.lo, &name, chosen), replaced])
        }
        ItemKind::Test(test) => {
            let Some(stmt) = test.body.iter().find(|stmt| stmt.span.encloses(span)) else {
                return Vec::new();
            };
            (stmt.span, vec![before(asked, stmt.span.lo, &name, chosen), replaced])
        }
        ItemKind::Fn(decl) => match &decl.body {
            FnBody::Expr(id) => {
                let body = asked.ast.exprs[*id].span;
                let head = format!("{{\n  let {name} = {chosen}\n  return ");
                (body, vec![(Span::at(body.lo), head), replaced, (Span::at(body.hi), "\n}".to_owned())])
            }
            FnBody::Block { lets, result } => {
                let inside = lets.iter().map(|l| l.span).chain([asked.ast.exprs[*result].span]);
                let Some(part) = inside.into_iter().find(|part| part.encloses(span)) else {
                    return Vec::new();
                };
                let start = asked.view.text.get(..part.lo as usize).unwrap_or("").rfind("return");
                let own = lets.iter().any(|l| l.span == part);
                let at = if own {
                    part.lo
                } else {
                    start.and_then(|at| u32::try_from(at).ok()).unwrap_or(part.lo)
                };
                (part, vec![before(asked, at, &name, chosen), replaced])
            }
            FnBody::None => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    if depends(asked, span, statement) {
        return Vec::new();
    }
    asked.edit(format!("Extract into `let {name}`"), CodeActionKind::RefactorExtract, edits)
}

fn before(asked: &Asked<'_>, at: u32, name: &str, value: &str) -> (Span, String) {
    (Span::at(at), format!("let {name} = {value}\n{}", asked.indentation(at)))
}

/// Whether an expression mentions something that only its statement binds.
fn depends(asked: &Asked<'_>, span: Span, statement: Span) -> bool {
    let index = asked.view.analysis.index();
    index.uses_in(asked.view.file, span).iter().any(|(_, to)| {
        to.file == asked.view.file
            && statement.encloses(to.span)
            && !span.encloses(to.span)
            && index.declared(*to).is_some_and(|symbol| symbol.kind == Kind::Local)
    })
}

/// A name that nothing in an item has.
fn name(asked: &Asked<'_>, item: Span) -> String {
    let index = asked.view.analysis.index();
    let taken = |name: &str| {
        let own = index.in_file(asked.view.file).iter();
        own.filter(|s| item.encloses(s.at.span) || s.kind.is_item()).any(|s| s.name == name)
            || index.uses_in(asked.view.file, item).iter().any(|(at, _)| asked.text(at.span) == name)
    };
    let numbered = (2..1000).map(|n| format!("value{n}"));
    std::iter::once("value".to_owned()).chain(numbered).find(|name| !taken(name)).unwrap_or_default()
}
