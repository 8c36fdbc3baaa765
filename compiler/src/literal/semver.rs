//! `SemVer` and `SemVerRange` literals.

use std::ops::Range;

use policy_syntax::{Applicability, Code};
use semver::{Version, VersionReq};

use super::scan::Scan;
use super::{LiteralError, codes, shown};
use crate::hir::Const;

/// Reads `1.4.0-rc.1+build`.
pub(super) fn version(text: &str) -> Result<Const, LiteralError> {
    if let Ok(version) = Version::parse(text) {
        return Ok(Const::SemVer(Box::new(version)));
    }
    Err(version_error(text))
}

fn version_error(text: &str) -> LiteralError {
    let subject = Subject { code: codes::SEMVER, what: "version", text };
    if let Some(rest) = text.strip_prefix(['v', 'V']) {
        let error = subject.refuse(0..1, "begins with `v`", "not part of a version");
        return match Version::parse(rest) {
            Ok(_) => error.replace(rest, Applicability::Safe),
            Err(_) => error,
        };
    }
    let mut scan = Scan::new(text);
    for (i, name) in PARTS.iter().enumerate() {
        if i > 0 && !scan.eat('.') {
            let found = scan.rest().is_empty();
            let why = format!("has no {name} number");
            let error = subject.refuse(scan.here(), &why, "a version has three numbers: `1.4.0`");
            let zeros = ".0".repeat(PARTS.len() - i);
            return if found {
                error.replace(format!("{text}{zeros}"), Applicability::MaybeWrong)
            } else {
                error
            };
        }
        if let Err(error) = subject.number(&mut scan, name) {
            return error;
        }
    }
    subject.tail(&mut scan, text.len()).unwrap_or_else(|| {
        subject.refuse(0..text.len(), "cannot be read", "three numbers, then perhaps `-pre` and `+build`")
    })
}

const PARTS: [&str; 3] = ["major", "minor", "patch"];

#[derive(Clone, Copy)]
struct Subject<'a> {
    code: Code,
    what: &'a str,
    text: &'a str,
}

impl Subject<'_> {
    fn refuse(&self, at: Range<usize>, why: &str, label: impl Into<String>) -> LiteralError {
        LiteralError::new(self.code, at, format!("the {} {} {why}", self.what, shown(self.text)), label)
    }

    fn number(&self, scan: &mut Scan<'_>, name: &str) -> Result<(), LiteralError> {
        let (digits, place) = scan.digits();
        if digits.is_empty() {
            return Err(self.refuse(scan.here(), &format!("has no {name} number"), "a number is expected"));
        }
        if digits.len() > 1 && digits.starts_with('0') {
            return Err(self.refuse(place, "has a leading zero", "written without leading zeros"));
        }
        if digits.parse::<u64>().is_err() {
            return Err(self.refuse(place, "has a number too large", "at most 18_446_744_073_709_551_615"));
        }
        Ok(())
    }

    /// What is wrong in `-pre.1+build`, up to `end`.
    fn tail(&self, scan: &mut Scan<'_>, end: usize) -> Option<LiteralError> {
        if scan.eat('-')
            && let Err(error) = self.identifiers(scan, "pre-release", true)
        {
            return Some(error);
        }
        if scan.eat('+')
            && let Err(error) = self.identifiers(scan, "build", false)
        {
            return Some(error);
        }
        (scan.at() < end)
            .then(|| self.refuse(scan.at()..end, "has something after its end", "nothing is expected here"))
    }

    fn identifiers(&self, scan: &mut Scan<'_>, name: &str, numbers: bool) -> Result<(), LiteralError> {
        loop {
            let (part, place) = scan.while_(|c| c.is_ascii_alphanumeric() || c == '-');
            if part.is_empty() {
                return Err(self.refuse(
                    scan.here(),
                    &format!("has an empty {name} part"),
                    "letters, digits or `-` are expected",
                ));
            }
            let number = part.bytes().all(|b| b.is_ascii_digit());
            if numbers && number && part.len() > 1 && part.starts_with('0') {
                return Err(self.refuse(place, "has a leading zero", "written without leading zeros"));
            }
            if !scan.eat('.') {
                return Ok(());
            }
        }
    }
}

/// Reads a requirement as Cargo does: `^1.4`, `~1.2`, `1.*`, `>=1.2, <2`.
pub(super) fn range(text: &str) -> Result<Const, LiteralError> {
    if !text.trim().is_empty() && VersionReq::parse(text).is_ok() {
        return Ok(Const::SemVerRange(text.to_owned()));
    }
    Err(range_error(text))
}

fn range_error(text: &str) -> LiteralError {
    let subject = Subject { code: codes::RANGE, what: "version range", text };
    if text.trim().is_empty() {
        return subject
            .refuse(0..text.len(), "is empty", "a requirement is expected")
            .help("`*` takes every version");
    }
    if let Some(at) = text.find("||") {
        return subject
            .refuse(at..at + 2, "has `||`", "alternatives cannot be written in one range")
            .help("join two conditions with `or`");
    }
    let mut at = 0;
    for part in text.split(',') {
        let place = at..at + part.len();
        at = place.end + 1;
        if VersionReq::parse(part).is_ok() && !part.trim().is_empty() {
            continue;
        }
        return comparator_error(subject, part, place);
    }
    subject.refuse(0..text.len(), "cannot be read", "`*` stands alone, and at most 32 requirements together")
}

fn comparator_error(subject: Subject<'_>, part: &str, place: Range<usize>) -> LiteralError {
    let lead = part.len() - part.trim_start().len();
    let body = part.trim();
    let start = place.start + lead;
    let located = start..start + body.len();
    if body.is_empty() {
        return subject.refuse(place, "has an empty requirement", "a requirement is expected");
    }
    // Read up to here, so that the places are those of the whole text.
    let Some(before) = subject.text.get(..located.end) else {
        return subject.refuse(located, "cannot be read", "not a requirement");
    };
    let mut scan = Scan::from(before, start);
    let (operator, operator_at) = scan.while_(|c| "<>=^~!|&".contains(c));
    if !matches!(operator, "" | "=" | ">" | ">=" | "<" | "<=" | "~" | "^") {
        return subject.refuse(
            operator_at,
            &format!("has an unknown operator `{operator}`"),
            "the operators are `=`, `>`, `>=`, `<`, `<=`, `~` and `^`",
        );
    }
    scan.while_(|c| c == ' ');
    if scan.peek() == Some('v') {
        return subject.refuse(scan.here(), "has a `v`", "not part of a version");
    }
    for (i, name) in PARTS.iter().enumerate() {
        if i > 0 && !scan.eat('.') {
            break;
        }
        if matches!(scan.peek(), Some('*' | 'x' | 'X')) {
            let star = scan.here();
            scan.while_(|c| matches!(c, '*' | 'x' | 'X' | '.'));
            if i == 0 && !operator.is_empty() {
                return subject.refuse(
                    star,
                    "has an operator before `*`",
                    "`*` takes every version by itself",
                );
            }
            break;
        }
        if let Err(error) = subject.number(&mut scan, name) {
            return error;
        }
    }
    if scan.rest().starts_with(' ') {
        scan.while_(|c| c == ' ');
        return subject.refuse(
            scan.at()..located.end,
            "has two requirements without a comma",
            "a `,` is expected before this",
        );
    }
    subject
        .tail(&mut scan, located.end)
        .unwrap_or_else(|| subject.refuse(located, "cannot be read", "not a requirement"))
}
