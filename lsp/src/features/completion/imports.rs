//! Modules and their names.

use std::collections::BTreeSet;

use gen_lsp_types::CompletionItemKind;
use policy_syntax::FileId;

use super::item::Offer;
use crate::index::Kind;
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

/// What a module lets others use.
pub(super) fn names(state: &State, module: &str) -> Vec<Offer> {
    let index = state.analysis.index();
    let Some(file) = index.module(module) else { return Vec::new() };
    let public = index.in_file(file).iter().filter(|s| s.public && s.kind.is_item());
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
