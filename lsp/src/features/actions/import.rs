//! A name that another module has: the `use` that brings it here.

#![allow(clippy::wildcard_enum_match_arm, reason = "asks about a few of many kinds of syntax")]

use gen_lsp_types::{CodeAction, CodeActionKind};
use policy_syntax::Span;
use policy_syntax::ast::{ItemKind, UseTarget};

use super::Asked;

/// The most modules that are offered.
const MOST: usize = 6;

pub(super) fn actions(asked: &Asked<'_>) -> Vec<CodeAction> {
    let view = asked.view;
    let index = view.analysis.index();
    let text = &view.text;
    let name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let before = text.get(..asked.span.lo as usize).unwrap_or("");
    let start = before.trim_end_matches(name).len();
    let rest = text.get(start..).unwrap_or("");
    let word = rest.get(..rest.len() - rest.trim_start_matches(name).len()).unwrap_or("");
    let at = u32::try_from(start).unwrap_or(0);
    let wrong = view.analysis.workspace.diagnostics.iter().any(|d| {
        d.severity == policy_syntax::Severity::Error
            && d.primary.file == view.file
            && d.primary.span.lo <= at
            && at < d.primary.span.hi
    });
    if word.is_empty() || !wrong || index.name_at(view.file, at).is_some() {
        return Vec::new();
    }
    let found = index
        .symbols
        .iter()
        .filter(|s| s.name == word && s.public && s.kind.is_item() && s.at.file != view.file);
    let mut modules: Vec<&str> =
        found.filter_map(|s| view.analysis.module(s.at.file)).map(|module| module.name.as_str()).collect();
    modules.sort_unstable();
    modules.dedup();
    let offered = modules.into_iter().take(MOST);
    offered
        .flat_map(|module| {
            let edit = import(asked, module, word);
            asked.edit(format!("Import `{module}.{word}`"), CodeActionKind::QuickFix, vec![edit])
        })
        .collect()
}

/// The edit that brings a name of a module into scope.
fn import(asked: &Asked<'_>, module: &str, name: &str) -> (Span, String) {
    let uses = asked.ast.items.iter().filter_map(|item| match &item.kind {
        ItemKind::Use(decl) => Some((item.span, decl)),
        _ => None,
    });
    let uses: Vec<_> = uses.collect();
    for (_, decl) in &uses {
        if decl.path.to_string() == module
            && let UseTarget::Names(names) = &decl.target
            && let Some(last) = names.last()
        {
            let end = last.alias.as_ref().unwrap_or(&last.name).span.hi;
            return (Span::at(end), format!(", {name}"));
        }
    }
    if let Some((span, _)) = uses.last() {
        return (Span::at(span.hi), format!("\nuse {module}.{name}"));
    }
    match &asked.ast.module {
        Some(decl) => (Span::at(decl.span.hi), format!("\n\nuse {module}.{name}")),
        None => (Span::at(0), format!("use {module}.{name}\n\n")),
    }
}
