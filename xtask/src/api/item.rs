//! One public item.

use super::Examples;

/// What an item is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A module, or a name for an item that stands elsewhere.
    Path,
    Type,
    Constant,
    /// A function that is called by its name, or by that of its type.
    Function,
    /// A function that is called on a value.
    Method,
    /// A field or a variant.
    Part,
}

/// A public item.
pub(crate) struct Item {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    /// The type that it belongs to.
    pub(crate) of: Option<String>,
    /// As it is declared, on one line.
    pub(crate) shown: String,
    pub(crate) examples: Examples,
}

impl Item {
    /// The item of a head, within a block or not; of the block of an `impl`, if it is in one; below the last type.
    pub(super) fn new(
        head: String,
        inside: bool,
        block: Option<&str>,
        last: Option<String>,
        examples: Examples,
    ) -> Self {
        let (kind, name) = named(&head);
        let of = match block {
            Some(block) => Some(word(generics(block)).to_owned()),
            None => last.filter(|_| inside),
        };
        let shown = match block {
            Some(block) => format!("{block}: {head}"),
            None if inside => format!("    {head}"),
            None => head,
        };
        Self { kind, name, of, shown, examples }
    }
}

/// The kind and the name of an item, by its head.
fn named(head: &str) -> (Kind, String) {
    let head = head.strip_prefix("pub ").unwrap_or(head);
    for start in ["use ", "mod "] {
        if let Some(rest) = head.strip_prefix(start) {
            return (Kind::Path, rest.to_owned());
        }
    }
    for start in ["struct ", "enum ", "trait ", "type "] {
        if let Some(rest) = head.strip_prefix(start) {
            return (Kind::Type, word(rest).to_owned());
        }
    }
    if let Some(rest) = head.strip_prefix("const fn ").or_else(|| head.strip_prefix("fn ")) {
        let mut arguments = rest.split_once('(').map_or("", |(_, arguments)| arguments);
        arguments = arguments.trim_start_matches(['&', '\'']).trim_start_matches("mut ");
        let receiver = arguments.split([',', ')', ':']).next().unwrap_or("");
        let method = receiver.split(' ').any(|part| part == "self");
        return (if method { Kind::Method } else { Kind::Function }, word(rest).to_owned());
    }
    match head.strip_prefix("const ") {
        Some(rest) => (Kind::Constant, word(rest).to_owned()),
        None => (Kind::Part, word(head).to_owned()),
    }
}

/// What stands behind the generics that a text begins with.
fn generics(text: &str) -> &str {
    let mut depth = 0_u32;
    for (at, c) in text.char_indices() {
        match c {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            _ if depth == 0 => return text.get(at..).unwrap_or("").trim_start(),
            _ => {}
        }
    }
    text
}

/// The name that a text begins with.
fn word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("")
}
