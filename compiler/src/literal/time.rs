//! `Timestamp` and `TimeOfDay` literals.

use policy_bytecode::scalar::{TimeOfDay, Timestamp};
use policy_syntax::Applicability;

use super::date::{Digits, Subject, days};
use super::scan::Scan;
use super::{LiteralError, codes};
use crate::hir::Const;

const HOUR: Digits = Digits { name: "hour", width: 2, lo: 0, hi: 23 };
const MINUTE: Digits = Digits { name: "minute", width: 2, lo: 0, hi: 59 };
const SECOND: Digits = Digits { name: "second", width: 2, lo: 0, hi: 59 };
const OFFSET_HOUR: Digits = Digits { name: "hour of the offset", width: 2, lo: 0, hi: 23 };
const OFFSET_MINUTE: Digits = Digits { name: "minute of the offset", width: 2, lo: 0, hi: 59 };

const DAY_SECONDS: i64 = 86_400;
const NANOS: u64 = 1_000_000_000;
/// The first second of the year 1 and the last of the year 9999.
const YEARS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

/// A clock time: seconds since midnight and nanoseconds after them.
fn clock(
    subject: Subject<'_>,
    scan: &mut Scan<'_>,
    seconds_needed: bool,
) -> Result<(u32, u32), LiteralError> {
    let at = scan.at();
    let hour = subject.digits(scan, &HOUR)?;
    subject.expect(scan, ':')?;
    let minute = subject.digits(scan, &MINUTE)?;
    let minutes = hour * 3_600 + minute * 60;
    if !seconds_needed && scan.peek() != Some(':') {
        return Ok((minutes, 0));
    }
    if scan.peek() != Some(':') {
        let mut whole = subject.text.to_owned();
        whole.insert_str(scan.at(), ":00");
        let error =
            subject.refuse(at..scan.at(), "has no seconds", "hours, minutes and seconds are expected");
        return Err(error.replace(whole, Applicability::Safe));
    }
    subject.expect(scan, ':')?;
    let leap = scan.rest().starts_with("60").then(|| scan.at()..scan.at() + 2);
    if let Some(place) = leap {
        return Err(subject.refuse(
            place,
            "has a leap second",
            "leap seconds are not counted: write the second before or after",
        ));
    }
    let second = subject.digits(scan, &SECOND)?;
    let nanos = fraction(subject, scan)?;
    Ok((minutes + second, nanos))
}

/// `.123456789`, in nanoseconds.
fn fraction(subject: Subject<'_>, scan: &mut Scan<'_>) -> Result<u32, LiteralError> {
    if !scan.eat('.') {
        return Ok(0);
    }
    let (digits, place) = scan.digits();
    if digits.is_empty() {
        return Err(subject.refuse(scan.here(), "has a point and no fraction", "digits are expected"));
    }
    if digits.len() > 9 {
        return Err(subject.refuse(
            place.start + 9..place.end,
            "is finer than a nanosecond",
            "at most nine digits stand after the point",
        ));
    }
    Ok(format!("{digits:0<9}").parse().unwrap_or(0))
}

/// Reads RFC 3339: `2026-12-31T00:00:00Z`, or with an offset for `Z`.
pub(super) fn timestamp(text: &str) -> Result<Const, LiteralError> {
    let subject =
        Subject { code: codes::TIMESTAMP, what: "timestamp", text, example: "@2026-12-31T00:00:00Z" };
    let mut scan = Scan::new(text);
    let days = days(subject, &mut scan)?;
    if let Some(c @ ('t' | ' ')) = scan.peek() {
        let error = subject.refuse(scan.here(), &format!("has `{c}` before the time"), "`T` is expected");
        let mut whole = text.to_owned();
        whole.replace_range(scan.here(), "T");
        return Err(error.replace(whole, Applicability::Safe));
    }
    subject.expect(&mut scan, 'T')?;
    let (clock, nanos) = clock(subject, &mut scan, true)?;
    let offset = offset(subject, &mut scan)?;
    subject.end(&scan)?;
    let seconds = i64::from(days) * DAY_SECONDS + i64::from(clock) - offset;
    if !YEARS.contains(&seconds) {
        return Err(subject.refuse(0..text.len(), "lies outside the years 1 to 9999 in UTC", "out of range"));
    }
    Ok(Const::Timestamp(Timestamp { seconds, nanos }))
}

/// `Z`, `+02:00`, `-05:30`: seconds that the clock is ahead of UTC.
fn offset(subject: Subject<'_>, scan: &mut Scan<'_>) -> Result<i64, LiteralError> {
    if scan.eat('Z') {
        return Ok(0);
    }
    let sign = match scan.peek() {
        Some('+') => 1,
        Some('-') => -1,
        Some('z') => {
            let mut whole = subject.text.to_owned();
            whole.replace_range(scan.here(), "Z");
            let error = subject.refuse(scan.here(), "ends in `z`", "`Z` is expected");
            return Err(error.replace(whole, Applicability::Safe));
        }
        None => {
            let error =
                subject.refuse(scan.here(), "has no zone", "`Z` or an offset like `+02:00` is expected");
            return Err(error.replace(format!("{}Z", subject.text), Applicability::MaybeWrong));
        }
        Some(_) => {
            return Err(subject.refuse(
                scan.here(),
                "has no zone",
                "`Z` or an offset like `+02:00` is expected",
            ));
        }
    };
    if !scan.eat('+') {
        scan.eat('-');
    }
    let hours = subject.digits(scan, &OFFSET_HOUR)?;
    subject.expect(scan, ':')?;
    let minutes = subject.digits(scan, &OFFSET_MINUTE)?;
    Ok(sign * i64::from(hours * 3_600 + minutes * 60))
}

/// Reads `18:00`, `18:00:30`, `18:00:30.5`.
pub(super) fn time_of_day(text: &str) -> Result<Const, LiteralError> {
    let subject = Subject { code: codes::TIME_OF_DAY, what: "time of day", text, example: "@18:00" };
    let mut scan = Scan::new(text);
    if text.starts_with("24:") {
        return Err(subject
            .refuse(0..2, "has no possible hour", "a day's last hour is 23")
            .help("the end of a day is the beginning of the next, `@00:00`"));
    }
    let (seconds, nanos) = clock(subject, &mut scan, false)?;
    subject.end(&scan)?;
    Ok(Const::TimeOfDay(TimeOfDay(u64::from(seconds) * NANOS + u64::from(nanos))))
}
