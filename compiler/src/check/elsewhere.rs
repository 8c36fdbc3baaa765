//! What other languages call things, and what is written here instead.

use crate::hir::TyKind;

/// Constants of other languages.
const VALUES: &[(&[&str], &str)] = &[
    (
        &["null", "nil", "None", "none", "undefined", "NULL", "Null"],
        "what is not there is absent: ask with `x is absent` or `x is present`; JSON `null` reads as absent",
    ),
    (&["True", "TRUE"], "write `true`"),
    (&["False", "FALSE"], "write `false`"),
    (&["self", "this", "input"], "the input has the name that `on` gives it: `policy p on x: T`"),
];

/// Functions of other languages, by what they are called on.
const ON_COLLECTIONS: &[(&[&str], &str)] = &[
    (
        &["len", "length", "size", "len_of", "count_of"],
        "write `count(xs)`; `xs is empty` asks whether there are none",
    ),
    (&["contains", "includes", "include", "has", "member"], "write `x in xs`"),
    (&["map"], "write `[f(x) for x in xs]`"),
    (&["filter", "where", "select"], "write `[x for x in xs if …]`"),
    (&["some", "exists", "any"], "write `any x in xs: …`"),
    (&["every", "forall", "all"], "write `all x in xs: …`"),
    (&["is_empty", "isEmpty", "empty"], "write `xs is empty`"),
    (&["keys"], "write `[k for (k, _) in m]`"),
    (&["values"], "write `[v for (_, v) in m]`"),
    (&["get"], "write `m[key]`, which is absent where there is none"),
];

const ON_TEXT: &[(&[&str], &str)] = &[
    (&["len", "size", "count"], "write `s.length()`"),
    (&["contains", "includes", "has"], "write `s contains other`"),
    (&["match", "test", "regex"], "write `s matches re\"…\"`"),
    (&["is_empty", "isEmpty", "empty"], "write `s == \"\"`"),
];

fn find(table: &[(&[&str], &'static str)], name: &str) -> Option<&'static str> {
    table.iter().find(|(names, _)| names.contains(&name)).map(|(_, instead)| *instead)
}

/// What stands for a value that other languages have.
pub(super) fn value(name: &str) -> Option<&'static str> {
    find(VALUES, name)
}

/// What stands for a function that other languages have, called on a value of a kind.
pub(super) fn function(name: &str, receiver: &TyKind) -> Option<&'static str> {
    if let TyKind::List { .. } | TyKind::Set { .. } | TyKind::Map { .. } = receiver {
        find(ON_COLLECTIONS, name)
    } else if matches!(receiver, TyKind::String) {
        find(ON_TEXT, name)
    } else {
        None
    }
}
