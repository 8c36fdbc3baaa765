//! Parts of scalars that are read like fields: `url.host`, `version.major`.

use crate::hir::TyKind;

/// The parts of a type, each with the function of the library that reads it.
fn table(kind: &TyKind) -> &'static [(&'static str, &'static str)] {
    if let TyKind::Url = kind {
        &[
            ("scheme", "scheme"),
            ("host", "host"),
            ("port", "port"),
            ("path", "url_path"),
            ("query", "query"),
            ("fragment", "fragment"),
        ]
    } else if let TyKind::SemVer = kind {
        &[
            ("major", "major"),
            ("minor", "minor"),
            ("patch", "patch"),
            ("pre_release", "pre_release"),
            ("build", "build"),
        ]
    } else {
        &[]
    }
}

/// The function that reads a part.
pub(crate) fn function(kind: &TyKind, name: &str) -> Option<&'static str> {
    table(kind).iter().find(|(part, _)| *part == name).map(|(_, function)| *function)
}

/// The names of a type's parts.
pub(crate) fn names(kind: &TyKind) -> Vec<String> {
    table(kind).iter().map(|(part, _)| (*part).to_owned()).collect()
}
