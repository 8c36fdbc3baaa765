//! The standard library as modules: its sources, and for each function of the machine a declaration without body.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, LazyLock};

use policy_bytecode::IntrinsicId;
use policy_syntax::ast::Item;
use policy_syntax::{Diagnostic, FileId};

use super::Source;
use crate::hash::HashMap;
use crate::world::FIRST_STD_FILE;

/// The text of a module: what is written in the language, then the functions of the machine.
/// A row of the library's table, with its position.
type Row = (usize, &'static policy_stdlib::Function);

/// The rows by module and signature: every check asks for every function of the library.
static ROWS: LazyLock<HashMap<(&str, &str), Row>> = LazyLock::new(|| {
    let rows = policy_stdlib::functions().enumerate();
    rows.map(|(n, function)| ((function.module, function.signature), (n, function))).collect()
});

#[derive(Default)]
struct Text {
    path: String,
    text: String,
}

/// The modules of the standard library, parsed.
pub(super) fn sources(diagnostics: &mut Vec<Diagnostic>) -> Vec<Source> {
    static PARSED: LazyLock<(Vec<Source>, Vec<Diagnostic>)> = LazyLock::new(|| {
        let mut diagnostics = Vec::new();
        (parse(&mut diagnostics), diagnostics)
    });
    diagnostics.extend(PARSED.1.iter().cloned());
    PARSED.0.clone()
}

fn parse(diagnostics: &mut Vec<Diagnostic>) -> Vec<Source> {
    let mut modules: BTreeMap<&str, Text> = BTreeMap::new();
    for source in policy_stdlib::sources() {
        let path = source.path.to_owned();
        modules.insert(source.module, Text { path, text: source.text.to_owned() });
    }
    for function in policy_stdlib::functions() {
        let module = modules.entry(function.module).or_default();
        if module.text.is_empty() {
            module.path = format!("{}.policy", function.module.replace('.', "/"));
            module.text = format!("module {}\n", function.module);
        }
        // Writing to a string cannot fail.
        let _ = write!(module.text, "\n/// {}\npub {}\n", function.doc, function.signature);
    }
    modules
        .into_iter()
        .zip(FIRST_STD_FILE..)
        .map(|((name, module), n)| {
            let file = FileId(n);
            let parsed = policy_syntax::parse(file, &module.text);
            diagnostics.extend(parsed.diagnostics);
            Source {
                name: name.into(),
                expected: None,
                path: module.path,
                file,
                text: Arc::from(module.text),
                ast: Arc::new(parsed.ast),
                std: true,
                package: 0,
            }
        })
        .collect()
}

/// The row of the table that an item of a module was made from.
fn row(source: &Source, item: &Item) -> Option<(usize, &'static policy_stdlib::Function)> {
    let text = item.span.text(&source.text);
    let signature = text.strip_prefix("pub ").unwrap_or(text).trim();
    ROWS.get(&(&*source.name, signature)).copied()
}

/// The machine's function behind a declaration without body.
pub(super) fn intrinsic(source: &Source, item: &Item) -> Option<IntrinsicId> {
    row(source, item).and_then(|(n, _)| u16::try_from(n).ok()).map(IntrinsicId)
}

/// Whether the name of an item needs no `use`.
pub(super) fn is_core(source: &Source, item: &Item) -> bool {
    match row(source, item) {
        Some((_, function)) => function.core,
        None => &*source.name == "std.core",
    }
}
