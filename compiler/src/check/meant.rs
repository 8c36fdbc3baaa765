//! Texts and numbers that stand where a literal of another type is meant: how that is written.

use policy_syntax::{Fix, Location, ast::CheckedKind};

use super::Checker;
use super::assign::fix;
use crate::hir::{Ty, TyKind};
use crate::literal;

/// A literal that is meant.
pub(crate) struct Meant {
    /// What to tell the author.
    pub(crate) help: String,
    /// What to write instead.
    pub(crate) written: String,
}

impl Meant {
    fn checked(written: String) -> Self {
        Self { help: format!("write it as a checked literal: `{written}`"), written }
    }

    fn bare(written: String) -> Self {
        Self { help: format!("write it without quotes: `{written}`"), written }
    }

    /// The edit that writes it in place of what stands somewhere.
    pub(crate) fn fix(&self, at: Location) -> Fix {
        fix(format!("write `{}`", self.written), at, self.written.clone())
    }
}

/// How a literal is marked, and what reads it.
fn marked(kind: &TyKind) -> Option<(CheckedKind, &'static str)> {
    Some(match kind {
        TyKind::Regex => (CheckedKind::Regex, "re"),
        TyKind::Glob => (CheckedKind::Glob, "glob"),
        TyKind::Wildcard => (CheckedKind::Wildcard, "wild"),
        TyKind::Cidr => (CheckedKind::Cidr, "cidr"),
        TyKind::Ip => (CheckedKind::Ip, "ip"),
        TyKind::SemVer => (CheckedKind::SemVer, "semver"),
        TyKind::SemVerRange => (CheckedKind::SemVerRange, "range"),
        TyKind::Timestamp => (CheckedKind::Timestamp, "@"),
        TyKind::Date => (CheckedKind::Date, "@"),
        TyKind::TimeOfDay => (CheckedKind::TimeOfDay, "@"),
        TyKind::Duration => (CheckedKind::Duration, ""),
        _ => return None,
    })
}

impl Checker<'_> {
    /// The literal that is meant by what is written as `source` where a value of a type is wanted; none where it is none.
    pub(crate) fn meant(&self, source: &str, wanted: Ty) -> Option<Meant> {
        let kind = self.kind(self.present(wanted));
        let quoted = source.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let text = quoted.unwrap_or(source);
        if quoted.is_some() && text.contains('{') {
            return None;
        }
        if let Some((reads, mark)) = marked(kind) {
            let quotes = !matches!(mark, "@" | "");
            // What a pattern or an address is written as is said even where it is malformed: the literal tells what is wrong.
            if quotes {
                return quoted.map(|_| Meant::checked(format!("{mark}{source}")));
            }
            return literal::parse(reads, text).is_ok().then(|| Meant::checked(format!("{mark}{text}")));
        }
        let text = quoted?;
        let number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let decimal = text.split_once('.').is_some_and(|(whole, fraction)| {
            [whole, fraction]
                .iter()
                .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
        });
        let bare = match kind {
            TyKind::Int(_) => number,
            TyKind::Decimal => number || decimal,
            TyKind::Bool => matches!(text, "true" | "false"),
            _ => false,
        };
        bare.then(|| Meant::bare(text.to_owned()))
    }
}
