//! `docs/library.md`, made from the table and the sources.

use std::fmt::Write;

use crate::{Function, functions, sources};

/// The pages of the library in Markdown: every module with its types and functions.
#[must_use]
pub fn library() -> String {
    let mut out = String::from(INTRODUCTION);
    let modules = modules();
    for module in &modules {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "- [`{module}`](#{})", module.replace('.', ""));
    }
    for module in modules {
        write_module(&mut out, module);
    }
    out
}

const INTRODUCTION: &str = "\
# The standard library

Generated from the table of functions by `cargo xtask generate`.

`x.f(y)` is `f(x, y)`. A method of a value of a built-in type is found in the module of that type without `use`. Functions marked
**core** need no `use` in either form; all others do when they are called by their bare name: `use std.text.lower_ascii`. Where a
function can fail, the table says when; a failure in a rule counts as the reference says, and never makes an outcome more
permissive.

Bounds: `T: ordered` takes every type whose values have an order for sorting, which is all but patterns, version ranges and what
contains them.

";

/// Names of modules in order, each once.
fn modules() -> Vec<&'static str> {
    let mut names: Vec<&'static str> =
        functions().map(|row| row.module).chain(sources().iter().map(|source| source.module)).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn write_module(out: &mut String, module: &str) {
    let _ = writeln!(out, "\n## `{module}`");
    for source in sources().iter().filter(|source| source.module == module) {
        for item in public_items(source.text) {
            let _ = writeln!(out, "\n{item}");
        }
    }
    for function in functions().filter(|function| function.module == module) {
        write_function(out, function);
    }
}

fn write_function(out: &mut String, function: &Function) {
    let core = if function.core { " **core**" } else { "" };
    let _ =
        writeln!(out, "\n### `{}`{core}\n\n`{}`\n\n{}", function.name(), function.signature, function.doc);
    for (failure, when) in function.fails {
        let _ = writeln!(out, "Fails with `{}` {when}.", failure.code());
    }
    let _ = writeln!(out);
    for (code, value) in function.examples {
        let _ = writeln!(out, "- `{code}` is `{value}`");
    }
}

/// The public items of a source: a heading, the declaration's first lines, and the documentation.
fn public_items(text: &str) -> Vec<String> {
    let mut items = Vec::new();
    let mut doc = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(rest) = line.strip_prefix("/// ") {
            doc.push(rest);
        } else if let Some(item) = line.strip_prefix("pub ") {
            let mut declaration = item.to_owned();
            if item.starts_with("type ") && item.ends_with('{') {
                for inner in lines.by_ref() {
                    declaration.push('\n');
                    declaration.push_str(inner);
                    if inner == "}" {
                        break;
                    }
                }
            } else if let Some(signature) = item.strip_suffix(" {").or_else(|| item.strip_suffix(" =")) {
                declaration = signature.trim_end_matches(" =").to_owned();
            } else if item.starts_with("fn ") {
                declaration = item.split(" = ").next().unwrap_or(item).to_owned();
            }
            let name = item
                .split(['(', '<', ' ', ':'])
                .find(|word| !matches!(*word, "fn" | "type" | "enum" | "ordered" | "let" | "open"))
                .unwrap_or(item);
            items.push(format!("### `{name}`\n\n```\n{declaration}\n```\n\n{}", doc.join(" ")));
            doc.clear();
        } else {
            doc.clear();
        }
    }
    items
}
