//! What each module declares.

use std::sync::Arc;

use policy_syntax::ast::{Item, ItemKind, Name};
use policy_syntax::{Diagnostic, Location, Span};

use super::{Def, DefId, DefKind, Defs, Inputs, ModuleId, ModuleNames, Source, std_lib};
use crate::diagnostics::Finding;
use crate::diagnostics::names::Names;
use crate::hash::HashMap;
use crate::ty::builtin;

pub(super) fn collect(inputs: &Inputs, diagnostics: &mut Vec<Diagnostic>) -> Defs {
    let mut defs = Defs::default();
    for (n, source) in inputs.sources.iter().enumerate() {
        let id = ModuleId(u32::try_from(n).unwrap_or(u32::MAX));
        module_name(inputs, source, id, &mut defs, diagnostics);
        let mut names = ModuleNames::default();
        for (at, item) in source.ast.items.iter().enumerate() {
            for (name, kind) in declared(item) {
                declare(source, id, at, item, name, kind, &mut names, &mut defs, diagnostics);
            }
        }
        defs.modules.push(names);
    }
    super::headers::publish(inputs, &mut defs);
    core(inputs, &mut defs);
    defs
}

/// Checks a module's name against its path and the other modules.
fn module_name(
    inputs: &Inputs,
    source: &Source,
    id: ModuleId,
    defs: &mut Defs,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let written = source.ast.module.as_ref();
    let at = written.map_or(Span::at(0), |m| m.path.span);
    let place = Location::new(source.file, at);
    if let Some(expected) = &source.expected
        && **expected != *source.name
    {
        let written = written.map(|m| m.path.to_string());
        diagnostics.push(Names::ModuleName { written, expected: expected.clone() }.render(place));
    }
    match defs.by_name.get(&source.name) {
        Some(first) => {
            let other = inputs.sources.get(first.index()).map(|s| s.path.clone()).unwrap_or_default();
            diagnostics.push(Names::DuplicateModule { name: source.name.to_string(), other }.render(place));
        }
        None => {
            defs.by_name.insert(Arc::clone(&source.name), id);
        }
    }
}

/// The names that an item declares.
fn declared(item: &Item) -> Vec<(&Name, DefKind)> {
    match &item.kind {
        ItemKind::Error(names) => names.iter().map(|n| (n, DefKind::Damaged)).collect(),
        ItemKind::Use(_) | ItemKind::Test(_) | ItemKind::Property(_) => Vec::new(),
        ItemKind::Type(d) => vec![(&d.name, DefKind::Type)],
        ItemKind::Enum(d) => vec![(&d.name, DefKind::Enum)],
        ItemKind::Entity(d) => vec![(&d.name, DefKind::Entity)],
        ItemKind::Let(d) => vec![(&d.name, DefKind::Let)],
        ItemKind::Data(d) => vec![(&d.name, DefKind::Data)],
        ItemKind::Fn(d) => vec![(&d.name, DefKind::Fn)],
        ItemKind::Policy(d) => vec![(&d.name, DefKind::Policy)],
        ItemKind::Exception(d) => vec![(&d.name, DefKind::Exception)],
        ItemKind::Obligation(d) => vec![(&d.name, DefKind::Obligation)],
    }
}

#[allow(clippy::too_many_arguments)]
fn declare(
    source: &Source,
    module: ModuleId,
    at: usize,
    item: &Item,
    name: &Name,
    kind: DefKind,
    names: &mut ModuleNames,
    defs: &mut Defs,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if name.text.is_empty() {
        return;
    }
    let location = Location::new(source.file, name.span);
    if !source.std && builtin::is_reserved(&name.text) {
        diagnostics.push(Names::Builtin { name: name.text.to_string() }.render(location));
    }
    let public = item.public.is_some()
        || matches!(kind, DefKind::Policy | DefKind::Entity | DefKind::Obligation | DefKind::Damaged);
    let intrinsic = if source.std && kind == DefKind::Fn { std_lib::intrinsic(source, item) } else { None };
    let overload = source.std && kind == DefKind::Fn;
    let existing = names.own.get(&name.text).and_then(|ids| ids.first()).map(|&id| defs.get(id).clone());
    if let Some(first) = existing
        && !overload
    {
        if kind != DefKind::Damaged && first.kind != DefKind::Damaged {
            let name = name.text.to_string();
            diagnostics.push(Names::Duplicate { name, first: first.location }.render(location));
        }
        return;
    }
    let id = DefId(u32::try_from(defs.defs.len()).unwrap_or(u32::MAX));
    defs.defs.push(Def { kind, module, item: at, name: Arc::clone(&name.text), public, location, intrinsic });
    names.own.entry(Arc::clone(&name.text)).or_default().push(id);
}

/// The public names of the core modules of `std`.
fn core(inputs: &Inputs, defs: &mut Defs) {
    let mut core: HashMap<Arc<str>, Vec<DefId>> = HashMap::default();
    for (n, def) in defs.defs.iter().enumerate() {
        let Some(source) = inputs.sources.get(def.module.index()).filter(|s| s.std && def.public) else {
            continue;
        };
        let item = source.ast.items.get(def.item);
        if item.is_some_and(|item| std_lib::is_core(source, item)) {
            let id = DefId(u32::try_from(n).unwrap_or(u32::MAX));
            core.entry(Arc::clone(&def.name)).or_default().push(id);
        }
    }
    defs.core = core;
}
