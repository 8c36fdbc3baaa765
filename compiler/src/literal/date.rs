//! `Date` literals, and the calendar part of timestamps.

use std::ops::Range;

use policy_bytecode::scalar::Date;
use policy_syntax::Code;

use super::scan::Scan;
use super::{LiteralError, codes, shown};
use crate::hir::Const;

/// A field of fixed width in a date or time.
pub(super) struct Digits {
    /// What it is called in messages.
    pub(super) name: &'static str,
    /// How many digits it has.
    pub(super) width: usize,
    /// The least value.
    pub(super) lo: u32,
    /// The greatest value.
    pub(super) hi: u32,
}

/// What is read, for messages.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) code: Code,
    /// `date`, `timestamp`, `time of day`.
    pub(super) what: &'a str,
    pub(super) text: &'a str,
    /// What a good one looks like.
    pub(super) example: &'a str,
}

impl Subject<'_> {
    pub(super) fn refuse(&self, at: Range<usize>, why: &str, label: impl Into<String>) -> LiteralError {
        LiteralError::new(self.code, at, format!("the {} {} {why}", self.what, shown(self.text)), label)
            .note(format!("a {} is written like `{}`", self.what, self.example))
    }

    /// Reads a field of fixed width.
    pub(super) fn digits(&self, scan: &mut Scan<'_>, field: &Digits) -> Result<u32, LiteralError> {
        let at = scan.at();
        let (digits, place) = scan.digits();
        if digits.len() != field.width {
            let here = if digits.is_empty() { scan.here() } else { place };
            let count = match field.width {
                2 => "two",
                _ => "four",
            };
            return Err(self.refuse(
                here,
                &format!("has no {} of {count} digits", field.name),
                format!("{count} digits are expected: the {}", field.name),
            ));
        }
        let value: u32 = digits.parse().unwrap_or(u32::MAX);
        if value < field.lo || value > field.hi {
            return Err(self.refuse(
                at..scan.at(),
                &format!("has no possible {}", field.name),
                format!("a {} is {:0w$} to {:0w$}", field.name, field.lo, field.hi, w = field.width),
            ));
        }
        Ok(value)
    }

    /// Reads a separator.
    pub(super) fn expect(&self, scan: &mut Scan<'_>, c: char) -> Result<(), LiteralError> {
        if scan.eat(c) {
            return Ok(());
        }
        let why = if scan.rest().is_empty() { "is cut short".to_owned() } else { format!("lacks a `{c}`") };
        Err(self.refuse(scan.here(), &why, format!("`{c}` is expected")))
    }

    /// Nothing may follow.
    pub(super) fn end(&self, scan: &Scan<'_>) -> Result<(), LiteralError> {
        if scan.rest().is_empty() {
            return Ok(());
        }
        let place = scan.at()..self.text.len();
        Err(self.refuse(place, "has something after its end", "nothing is expected here"))
    }
}

const YEAR: Digits = Digits { name: "year", width: 4, lo: 1, hi: 9999 };
const MONTH: Digits = Digits { name: "month", width: 2, lo: 1, hi: 12 };
const DAY: Digits = Digits { name: "day", width: 2, lo: 1, hi: 31 };

/// Reads `2026-12-31`, as days since 1970-01-01.
pub(super) fn days(subject: Subject<'_>, scan: &mut Scan<'_>) -> Result<i32, LiteralError> {
    let year = subject.digits(scan, &YEAR)?;
    subject.expect(scan, '-')?;
    let month = subject.digits(scan, &MONTH)?;
    subject.expect(scan, '-')?;
    let day_at = scan.at();
    let day = subject.digits(scan, &DAY)?;
    let civil = (|| {
        let first = jiff::civil::Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, 1).ok()?;
        let last = u32::try_from(first.days_in_month()).ok()?;
        Some((first, last))
    })();
    let Some((first, last)) = civil else {
        return Err(subject.refuse(0..day_at, "is no day of the calendar", "no such month"));
    };
    if day > last {
        return Err(subject.refuse(
            day_at..scan.at(),
            "is no day of the calendar",
            format!("this month has {last} days"),
        ));
    }
    let since = (first - jiff::civil::date(1970, 1, 1)).get_days();
    let day = i32::try_from(day).unwrap_or(1);
    Ok(since + day - 1)
}

/// Reads `2026-12-31`.
pub(super) fn date(text: &str) -> Result<Const, LiteralError> {
    let subject = Subject { code: codes::DATE, what: "date", text, example: "@2026-12-31" };
    let mut scan = Scan::new(text);
    let days = days(subject, &mut scan)?;
    subject.end(&scan)?;
    Ok(Const::Date(Date(days)))
}
