//! Text literals where a host, a path, a URL or bytes are wanted: read when the policy is checked, by what reads documents.

use policy_vm::{base64, locator};

use crate::hir::{Const, TyKind};

/// A type of values that a text literal can stand for.
pub(crate) struct Spelled {
    /// What it is, in words.
    pub(crate) what: &'static str,
    /// How a text of it looks.
    pub(crate) looks: &'static str,
    read: fn(&str) -> Option<Const>,
}

const HOST: Spelled = Spelled {
    what: "host",
    looks: "a host is a name such as `api.example.com`, or an address",
    read: |text| locator::host(text).map(Const::String),
};
const PATH: Spelled = Spelled {
    what: "path",
    looks: "a path is relative and goes down only: no `/` before it, no `.`, no `..`, no empty part, no backslash",
    read: |text| locator::path(text).then(|| Const::String(text.to_owned())),
};
const URL: Spelled = Spelled {
    what: "URL",
    looks: "a URL has a scheme and a host, and no user: `https://example.com/a`",
    read: |text| locator::url(text).map(|url| Const::Url(url.as_str().to_owned())),
};
const BYTES: Spelled = Spelled {
    what: "bytes",
    looks: "bytes are written in base64 with padding: `aGk/`",
    read: |text| base64::read(text).map(Const::Bytes),
};

/// How a type is spelled as text; none where a text literal cannot stand for it.
pub(crate) fn spelled(kind: &TyKind) -> Option<&'static Spelled> {
    match kind {
        TyKind::Host => Some(&HOST),
        TyKind::Path => Some(&PATH),
        TyKind::Url => Some(&URL),
        TyKind::Bytes => Some(&BYTES),
        _ => None,
    }
}

/// The constant that a text is as a value of `kind`; none where it is none, or where there is no such literal.
pub(crate) fn text(kind: &TyKind, text: &str) -> Option<Const> {
    (spelled(kind)?.read)(text)
}
