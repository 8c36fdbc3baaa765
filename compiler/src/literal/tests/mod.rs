//! Every kind of literal: what reads, what does not, and where the mistake is said to be.

mod networks;
mod numbers;
mod patterns;
mod times;
mod versions;

use policy_syntax::ast::CheckedKind;
use policy_syntax::{Code, FileId, Location, Span};

use super::{LiteralError, parse};
use crate::hir::Const;

fn good(kind: CheckedKind, text: &str) -> Const {
    parse(kind, text).unwrap_or_else(|error| panic!("{kind:?} {text:?}: {error:?}"))
}

/// Checks that `text` is refused with `code`, and that the place is the text `marked`.
#[track_caller]
fn bad(kind: CheckedKind, text: &str, code: Code, marked: &str) -> LiteralError {
    let error = match parse(kind, text) {
        Ok(value) => panic!("{kind:?} {text:?} reads as {value:?}"),
        Err(error) => error,
    };
    assert_eq!(error.code, code, "{text:?}: {error:?}");
    let place = text.get(error.at.clone()).unwrap_or_else(|| panic!("{text:?}: {error:?}"));
    assert_eq!(place, marked, "{text:?}: {error:?}");
    if let Some((_, whole, _)) = &error.fix {
        assert!(parse(kind, whole).is_ok(), "{text:?}: the fix {whole:?} does not read");
    }
    error
}

#[track_caller]
fn fix(error: &LiteralError) -> &str {
    error.fix.as_ref().map_or("", |(_, text, _)| text)
}

#[test]
fn a_diagnostic_stands_at_the_mistake_in_the_file() {
    let body = Span::new(100, 111);
    let error = bad(CheckedKind::Cidr, "10.0.0.0/33", super::codes::CIDR, "33");
    let diagnostic = error.into_diagnostic(FileId(3), body);
    assert_eq!(diagnostic.primary, Location::new(FileId(3), Span::new(109, 111)));
    assert_eq!(diagnostic.message, "the network `10.0.0.0/33` has no possible prefix length");
}

#[test]
fn every_prefix_of_every_kind_gives_an_answer() {
    let kinds = [
        CheckedKind::Regex,
        CheckedKind::Glob,
        CheckedKind::Wildcard,
        CheckedKind::Cidr,
        CheckedKind::Ip,
        CheckedKind::SemVer,
        CheckedKind::SemVerRange,
        CheckedKind::Duration,
        CheckedKind::Timestamp,
        CheckedKind::Date,
        CheckedKind::TimeOfDay,
    ];
    let texts = [
        "2026-12-31T23:59:60.1234567890+25:61",
        "::ffff:1.2.3.04/129%é",
        ">=1.2, <2 ||é, ~v1.x.*-ä.01+",
        "1_000_é5h30mö",
        "(?P<n>[[:alpha:]\\p{Greekk}]{2,1}(?=a)\\",
        "a/**b/[!z-a/é]{x}\\",
        "18:00:60.é",
        "",
    ];
    for kind in kinds {
        for text in texts {
            for (end, _) in text.char_indices().chain([(text.len(), ' ')]) {
                let prefix = &text[..end];
                if let Err(error) = parse(kind, prefix) {
                    assert!(prefix.get(error.at.clone()).is_some(), "{kind:?} {prefix:?}: {error:?}");
                }
            }
        }
    }
}
