//! Text literals where a host or a path is wanted: their normal forms.

use crate::hir::{Const, TyKind};

/// The constant that a text is as a value of `kind`; none where it is none, or where there is no such literal.
pub(crate) fn text(kind: &TyKind, text: &str) -> Option<Const> {
    match kind {
        TyKind::Host => host(text).map(Const::String),
        TyKind::Path => path(text).then(|| Const::String(text.to_owned())),
        _ => None,
    }
}

/// A host name in lower-case ASCII.
fn host(text: &str) -> Option<String> {
    let name = text.to_ascii_lowercase();
    let label = |l: &str| {
        !l.is_empty()
            && l.len() <= 63
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    (name.len() <= 253 && name.split('.').all(label)).then_some(name)
}

/// A relative path without empty segments, `.` or `..`.
fn path(text: &str) -> bool {
    !text.contains(['\\', '\0']) && text.split('/').all(|s| !matches!(s, "" | "." | ".."))
}
