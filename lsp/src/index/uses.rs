//! Every use of a name: those that the checker followed, and those that it had no need to note.

use std::collections::BTreeMap;

use policy_compiler::CheckedModule;
use policy_syntax::ast::{ExprKind, Item, ItemKind, Path, UseTarget};
use policy_syntax::visit::{Child, item_roots, walk};
use policy_syntax::{FileId, Location, Span};
use policy_testing::Workspace;

use super::{Index, Kind};

pub(super) fn collect(index: &mut Index, workspace: &Workspace) {
    let known = &workspace.checked.resolutions.uses;
    let mut uses: Vec<(Location, Location)> = Vec::with_capacity(known.len());
    for (from, to) in known {
        let name = index.declared(*to).map(|symbol| symbol.name.as_str());
        uses.push((narrowed(workspace, *from, name), *to));
    }
    for module in &workspace.checked.modules {
        imports(index, module, &mut uses);
    }
    for entry in workspace.project.manifest.entries.values() {
        let policy = workspace.checked.hir.policies.iter().find(|p| p.name == entry.policy.value);
        let Some(policy) = policy else { continue };
        let name = index.declared(policy.location).map(|symbol| symbol.name.as_str());
        uses.push((narrowed(workspace, entry.policy.place, name), policy.location));
    }
    modes(workspace, &mut uses);
    uses.sort_unstable();
    uses.dedup();
    uses.shrink_to_fit();
    index.uses = uses;
}

/// The policies and rules that `[modes]` of `policy.toml` names.
fn modes(workspace: &Workspace, uses: &mut Vec<(Location, Location)>) {
    let files = &workspace.project.files;
    for (name, mode) in &workspace.project.manifest.modes {
        let file = mode.place.file;
        let Some(text) = files.get(file).map(|file| &file.text) else { continue };
        let before = text.get(..mode.place.span.hi as usize).unwrap_or("");
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let Some(at) = text.get(line..).and_then(|rest| rest.lines().next()?.find(name.as_str())) else {
            continue;
        };
        let key = u32::try_from(line + at).unwrap_or(u32::MAX);
        // The last part of what ends there.
        let part = |end: usize| {
            let dot = name.get(..end).and_then(|name| name.rfind('.')).map_or(0, |dot| dot + 1);
            let offset = |n: usize| key.saturating_add(u32::try_from(n).unwrap_or(u32::MAX));
            Location::new(file, Span::new(offset(dot), offset(end)))
        };
        for policy in &workspace.checked.hir.policies {
            let Some(rest) = name.strip_prefix(policy.name.as_str()) else { continue };
            let rule = rest.strip_prefix('.');
            let rule = rule.and_then(|id| policy.rules.iter().find(|rule| rule.id == id));
            if rest.is_empty() || rule.is_some() {
                uses.push((part(policy.name.len()), policy.location));
            }
            uses.extend(rule.map(|rule| (part(name.len()), rule.location)));
        }
    }
}

/// The part of a place that is the name itself: the end of a path, without what quotes it.
fn narrowed(workspace: &Workspace, at: Location, name: Option<&str>) -> Location {
    let Some(name) = name else { return at };
    let text = workspace.checked.text(at.file).map(|text| at.span.text(text));
    let text = text.unwrap_or_else(|| workspace.project.files.text(at));
    for quoted in [format!("`{name}`"), name.to_owned()] {
        let end = text.trim_end_matches('"');
        if end.len() > quoted.len()
            && end.ends_with(&quoted)
            && (end.len() == text.len() || at.file == FileId(0))
        {
            let hi = at.span.lo + u32::try_from(end.len()).unwrap_or(0);
            let lo = hi - u32::try_from(quoted.len()).unwrap_or(0);
            return Location::new(at.file, Span::new(lo, hi));
        }
    }
    at
}

/// What `use` names, and the modules that stand before a dot.
fn imports(index: &Index, module: &CheckedModule, uses: &mut Vec<(Location, Location)>) {
    let at = |span| Location::new(module.file, span);
    let mut names: BTreeMap<&str, FileId> = BTreeMap::new();
    for item in &module.ast.items {
        let ItemKind::Use(decl) = &item.kind else { continue };
        match &decl.target {
            UseTarget::Names(list) => {
                let Some(file) = index.module(&decl.path.to_string()) else { continue };
                uses.extend(to_module(index, file).map(|to| (at(decl.path.span), to)));
                for name in list {
                    if let Some(symbol) = index.top(file, &name.name.text) {
                        uses.push((at(name.name.span), symbol.at));
                    }
                }
            }
            UseTarget::Whole { alias } => {
                let Some(last) = decl.path.last() else { continue };
                if let Some(file) = index.module(&decl.path.to_string()) {
                    uses.extend(to_module(index, file).map(|to| (at(decl.path.span), to)));
                    names.insert(&alias.as_ref().unwrap_or(last).text, file);
                } else if let Some((file, span)) = parent(index, &decl.path) {
                    uses.extend(to_module(index, file).map(|to| (at(span), to)));
                    if let Some(symbol) = index.top(file, &last.text) {
                        uses.push((at(last.span), symbol.at));
                    }
                }
            }
        }
    }
    if !names.is_empty() {
        module.ast.items.iter().for_each(|item| heads(index, module, item, &names, uses));
    }
}

fn to_module(index: &Index, file: FileId) -> Option<Location> {
    index.in_file(file).iter().find(|s| s.kind == Kind::Module).map(|s| s.at)
}

/// The module that all but the last segment of a path name.
fn parent(index: &Index, path: &Path) -> Option<(FileId, Span)> {
    let (_, before) = path.segments.split_last()?;
    let name: Vec<&str> = before.iter().map(|s| s.text.as_ref()).collect();
    let span = before.first()?.span.to(before.last()?.span);
    index.module(&name.join(".")).map(|file| (file, span))
}

/// Names of modules before a dot.
fn heads(
    index: &Index,
    module: &CheckedModule,
    item: &Item,
    names: &BTreeMap<&str, FileId>,
    uses: &mut Vec<(Location, Location)>,
) {
    let ast = &module.ast;
    item_roots(item, &mut |root| {
        walk(ast, root, &mut |child| {
            if let Child::Expr(id) = child
                && let ExprKind::Postfix { base, .. } = &ast.exprs[id].kind
                && let ExprKind::Name(name) = &ast.exprs[*base].kind
                && let Some(file) = names.get(name.text.as_ref())
                && !uses.iter().any(|(from, _)| from.file == module.file && from.span == name.span)
            {
                let to = to_module(index, *file);
                uses.extend(to.map(|to| (Location::new(module.file, name.span), to)));
            }
            true
        });
    });
}
