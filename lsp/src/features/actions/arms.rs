//! The arms that a `match` lacks.

#![allow(clippy::wildcard_enum_match_arm, reason = "asks about a few of many kinds of syntax")]

use gen_lsp_types::{CodeAction, CodeActionKind};
use policy_compiler::hir::TyKind;
use policy_syntax::Span;
use policy_syntax::ast::{Ast, ExprKind, PatternId, PatternKind};

use super::Asked;

pub(super) fn actions(asked: &Asked<'_>) -> Vec<CodeAction> {
    let is_match = |expr: &policy_syntax::ast::Expr| matches!(expr.kind, ExprKind::Match { .. });
    let Some((_, expr)) = asked.expression(&is_match) else { return Vec::new() };
    let ExprKind::Match { value, arms } = &expr.kind else { return Vec::new() };
    let mut taken: Vec<&str> = Vec::new();
    let mut rest = false;
    for arm in arms {
        rest |= names(asked.ast, arm.pattern, &mut taken);
    }
    if rest {
        return Vec::new();
    }
    let missing: Vec<String> = all(asked, asked.ast.exprs[*value].span)
        .into_iter()
        .filter(|v| !taken.contains(&v.as_str()))
        .collect();
    if missing.is_empty() {
        return Vec::new();
    }
    let title = match missing.as_slice() {
        [one] => format!("Add the arm `{one}`"),
        several => format!("Add the {} arms that are missing", several.len()),
    };
    let close = Span::at(expr.span.hi.saturating_sub(1));
    let body = asked.text(expr.span);
    let Some(open) = body.find('{') else { return Vec::new() };
    let inner = body.get(open + 1..body.len().saturating_sub(1)).unwrap_or("");
    let several_lines = inner.contains('\n');
    let comma = if arms.is_empty() || inner.trim_end().ends_with(',') { "" } else { "," };
    let outer = asked.indentation(expr.span.lo);
    let mut text = String::new();
    for name in &missing {
        if several_lines {
            text.push_str(&format!("{outer}  {name} => absent,\n"));
        } else {
            text.push_str(&format!(" {name} => absent,"));
        }
    }
    // Behind the last arm, in front of what closes.
    let blanks = inner.len() - inner.trim_end().len();
    let end = close.lo.saturating_sub(u32::try_from(blanks).unwrap_or(0));
    let new = if several_lines {
        format!("{comma}\n{text}{outer}")
    } else {
        format!("{comma}{} ", text.trim_end_matches(','))
    };
    asked.edit(title, CodeActionKind::QuickFix, vec![(Span::new(end, close.lo), new)])
}

/// The variants that a pattern takes; true where it takes everything.
fn names<'a>(ast: &'a Ast, id: PatternId, out: &mut Vec<&'a str>) -> bool {
    match &ast.patterns[id].kind {
        PatternKind::Name(name) => out.push(&name.text),
        PatternKind::Variant { path, .. } => out.extend(path.last().map(|name| &*name.text)),
        PatternKind::Absent => out.push("absent"),
        PatternKind::Or(parts) => {
            let all: Vec<bool> = parts.iter().map(|part| names(ast, *part, out)).collect();
            return all.contains(&true);
        }
        PatternKind::Else | PatternKind::Ignore | PatternKind::Record(_) | PatternKind::Tuple(_) => {
            return true;
        }
        PatternKind::Error | PatternKind::Literal(_) => {}
    }
    false
}

/// All that a value can be, as patterns name it.
fn all(asked: &Asked<'_>, value: Span) -> Vec<String> {
    let checked = &asked.view.analysis.workspace.checked;
    let at = asked.at(value);
    let types = &checked.resolutions.types;
    let n = types.partition_point(|(place, _)| *place < at);
    let Some(ty) = types.get(n).filter(|(place, _)| *place == at).map(|(_, ty)| *ty) else {
        return Vec::new();
    };
    let hir = &checked.hir.types;
    let (ty, optional) = match hir.kind(ty) {
        TyKind::Option(inner) => (*inner, true),
        _ => (ty, false),
    };
    let mut out: Vec<String> = match hir.kind(ty) {
        TyKind::Enum(id) => hir
            .enumeration(*id)
            .into_iter()
            .flat_map(|def| {
                def.variants.iter().map(|v| v.name.clone()).chain(def.open.then(|| "else".to_owned()))
            })
            .collect(),
        TyKind::Union(id) => hir
            .union(*id)
            .into_iter()
            .flat_map(|def| {
                def.variants.iter().map(|v| v.name.clone()).chain(def.open.then(|| "else".to_owned()))
            })
            .collect(),
        _ => return Vec::new(),
    };
    if optional {
        out.push("absent".to_owned());
    }
    out
}
