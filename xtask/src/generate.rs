//! Documents that are made from tables in the code.

mod api;
mod diagnostics;

use policy_bytecode::Op;
use policy_bytecode::op::{Kind, Place};

use crate::tree::Tree;

/// A generated document.
pub(crate) struct Document {
    /// Its path in the repository.
    pub(crate) path: &'static str,
    /// Its text.
    pub(crate) text: String,
}

/// All of them.
pub(crate) fn all(tree: &Tree) -> Vec<Document> {
    vec![
        Document { path: "docs/instructions.md", text: instructions() },
        Document { path: "docs/cli.md", text: policyc::reference() },
        Document { path: "docs/diagnostics/README.md", text: diagnostics::index(tree) },
        Document { path: "docs/api.md", text: api::page(tree) },
        Document { path: "docs/library.md", text: policy_stdlib::docs::library() },
    ]
}

/// Writes those that are not fresh; gives a line for each that could not be written.
pub(crate) fn write(tree: &Tree) -> Vec<String> {
    all(tree)
        .into_iter()
        .filter(|document| tree.read(document.path).as_deref() != Some(document.text.as_str()))
        .filter_map(|document| {
            std::fs::write(tree.path(document.path), &document.text)
                .err()
                .map(|error| format!("{}: {error}", document.path))
        })
        .collect()
}

/// The instruction set, from its table.
fn instructions() -> String {
    let mut text = String::from(
        "# Instructions\n\nGenerated from the table in `vm/bytecode/src/op.rs` by `cargo xtask generate`.\n\n\
         An instruction is eight bytes: the opcode, a byte `x`, and three 16-bit operands `a`, `b`, `c`; `bc` is \
         `b` and `c` read as 32 bits, little endian.\n\
         A *source* below 32,768 is a register, otherwise the constant of the pool at that distance.\n\n\
         | byte | name | operands | fails | fuel | what it does |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for (byte, op) in Op::ALL.iter().enumerate() {
        let info = op.info();
        let operands: Vec<String> = info
            .operands
            .iter()
            .map(|operand| format!("`{}` {} in `{}`", operand.name, kind(operand.kind), place(operand.place)))
            .collect();
        let doc = info.doc.split_whitespace().collect::<Vec<_>>().join(" ");
        text.push_str(&format!(
            "| {byte} | `{}` | {} | {} | {} | {doc} |\n",
            info.name,
            operands.join(", "),
            if info.fails { "yes" } else { "no" },
            info.fuel,
        ));
    }
    text
}

fn place(place: Place) -> &'static str {
    match place {
        Place::X => "x",
        Place::A => "a",
        Place::Ax => "ax",
        Place::B => "b",
        Place::C => "c",
        Place::Bc => "bc",
    }
}

fn kind(kind: Kind) -> String {
    let name = format!("{kind:?}");
    let mut words = String::new();
    for character in name.chars() {
        if character.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(character.to_lowercase());
    }
    words
}
