//! Modules and their names.

use std::collections::BTreeSet;

use gen_lsp_types::CompletionItemKind;
use policy_syntax::ast::ItemKind;
use policy_syntax::{FileId, Span};

use super::item::Offer;
use crate::index::{Kind, Symbol};
use crate::state::State;

/// The name that the path of a file asks for.
pub(super) fn own_name(state: &State, file: FileId) -> Vec<Offer> {
    let modules = &state.analysis.project().modules;
    let name = modules.iter().find(|module| module.file == file).and_then(|module| module.name.clone());
    name.map(|name| Offer::named(&name, CompletionItemKind::Module, None)).into_iter().collect()
}

/// Modules, from a path on; and the names of the module that the path is.
pub(super) fn modules(state: &State, file: FileId, before: &str) -> Vec<Offer> {
    let analysis = &state.analysis;
    let mut next: BTreeSet<String> = BTreeSet::new();
    for module in &analysis.workspace.checked.modules {
        let own = module.file == file;
        if let Some(rest) = module.name.strip_prefix(before).filter(|rest| !rest.is_empty() && !own) {
            next.insert(rest.split('.').next().unwrap_or(rest).to_owned());
            if before.is_empty() {
                next.insert(module.name.clone());
            }
        }
    }
    let mut out: Vec<Offer> =
        next.iter().map(|name| Offer::named(name, CompletionItemKind::Module, None)).collect();
    if let Some(module) = before.strip_suffix('.') {
        out.extend(names(state, module));
    }
    out
}

/// What a module lets others use: what is public, and the types that headers name.
pub(super) fn names(state: &State, module: &str) -> Vec<Offer> {
    let index = state.analysis.index();
    let Some(file) = index.module(module) else { return Vec::new() };
    let named = named_by_headers(state, file);
    let shared = |s: &&Symbol| {
        s.public
            || matches!(s.kind, Kind::Type | Kind::Enum | Kind::Entity) && named.contains(s.name.as_str())
    };
    let public = index.in_file(file).iter().filter(|s| s.kind.is_item()).filter(shared);
    public
        .map(|symbol| {
            let kind = if symbol.kind == Kind::Fn {
                CompletionItemKind::Function
            } else if matches!(symbol.kind, Kind::Type | Kind::Entity) {
                CompletionItemKind::Struct
            } else if symbol.kind == Kind::Enum {
                CompletionItemKind::Enum
            } else {
                CompletionItemKind::Constant
            };
            Offer::named(&symbol.name, kind, Some(symbol.at))
        })
        .collect()
}

/// The names in the headers of policies, and in entities and obligations.
fn named_by_headers(state: &State, file: FileId) -> BTreeSet<&str> {
    let analysis = &state.analysis;
    let (Some(ast), Some(text)) = (analysis.ast(file), analysis.text(file)) else { return BTreeSet::new() };
    let headers = ast.items.iter().filter_map(|item| match &item.kind {
        ItemKind::Policy(policy) => Some(Span::new(item.span.lo, policy.body_span.lo.max(item.span.lo))),
        ItemKind::Entity(_) | ItemKind::Obligation(_) => Some(item.span),
        ItemKind::Error(_)
        | ItemKind::Use(_)
        | ItemKind::Type(_)
        | ItemKind::Enum(_)
        | ItemKind::Let(_)
        | ItemKind::Data(_)
        | ItemKind::Fn(_)
        | ItemKind::Exception(_)
        | ItemKind::Test(_)
        | ItemKind::Property(_) => None,
    });
    let words = headers.flat_map(|span| span.text(text).split(|c: char| !c.is_alphanumeric() && c != '_'));
    words.filter(|word| !word.is_empty()).collect()
}
