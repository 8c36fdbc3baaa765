//! `Duration` literals: a whole number and one unit.

use policy_bytecode::scalar::Duration;
use policy_syntax::Applicability;

use super::scan::Scan;
use super::{LiteralError, codes, shown};
use crate::hir::Const;

/// A unit and how many nanoseconds it has.
const UNITS: &[(&str, i128)] = &[
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
    ("d", 86_400_000_000_000),
];

const SECOND: i128 = 1_000_000_000;

/// Reads `250ms`, `30s`, `15m`, `48h`, `30d`.
pub(super) fn duration(text: &str) -> Result<Const, LiteralError> {
    let mut scan = Scan::new(text);
    let (digits, _) = scan.while_(|c| c.is_ascii_digit() || c == '_');
    if digits.is_empty() {
        return Err(refuse(text, scan.here(), "does not begin with a number", "a number is expected"));
    }
    let fraction_at = scan.at();
    if scan.eat('.') {
        let (fraction, _) = scan.digits();
        let error = refuse(
            text,
            fraction_at..scan.at(),
            "has a fraction",
            "a duration is a whole number of one unit",
        );
        let whole = nanos(digits, scan.rest()).zip(fraction_nanos(fraction, scan.rest()));
        return Err(suggest(error, whole.and_then(|(a, b)| a.checked_add(b)), Applicability::Safe));
    }
    let (unit, place) = scan.while_(char::is_alphabetic);
    if !scan.rest().is_empty() {
        let error = refuse(text, scan.at()..text.len(), "has more than one unit", "nothing is expected here");
        return Err(suggest(error, compound(text), Applicability::Safe));
    }
    let Some(nanos) = nanos(digits, unit) else {
        return Err(unit_error(text, digits, unit, place));
    };
    let seconds = i64::try_from(nanos.div_euclid(SECOND));
    let rest = u32::try_from(nanos.rem_euclid(SECOND));
    match (seconds, rest) {
        (Ok(seconds), Ok(nanos)) => Ok(Const::Duration(Duration { seconds, nanos })),
        _ => Err(refuse(text, 0..text.len(), "is too long", "longer than a `Duration` can be")),
    }
}

fn refuse(text: &str, at: std::ops::Range<usize>, why: &str, label: &str) -> LiteralError {
    LiteralError::new(codes::DURATION, at, format!("the duration {} {why}", shown(text)), label)
        .note("a duration is a whole number and one of the units `ms`, `s`, `m`, `h`, `d`: `15m`, `30d`")
}

fn unit_error(text: &str, digits: &str, unit: &str, place: std::ops::Range<usize>) -> LiteralError {
    if unit.is_empty() {
        return refuse(text, place, "has no unit", "a unit is expected: `ms`, `s`, `m`, `h` or `d`");
    }
    if UNITS.iter().any(|(name, _)| *name == unit) {
        return refuse(text, 0..text.len(), "is too long", "longer than a `Duration` can be");
    }
    let error = refuse(text, place, &format!("has an unknown unit `{unit}`"), "no unit of a duration");
    match unit {
        "w" | "week" | "weeks" => {
            suggest(error, nanos(digits, "d").and_then(|n| n.checked_mul(7)), Applicability::Safe)
        }
        "D" | "day" | "days" => error.replace(format!("{digits}d"), Applicability::Safe),
        "H" | "hr" | "hrs" | "hour" | "hours" => error.replace(format!("{digits}h"), Applicability::Safe),
        "min" | "mins" | "minute" | "minutes" => error.replace(format!("{digits}m"), Applicability::Safe),
        "S" | "sec" | "secs" | "second" | "seconds" => {
            error.replace(format!("{digits}s"), Applicability::Safe)
        }
        "M" | "mo" | "month" | "months" | "y" | "year" | "years" => {
            error.help("months and years have no fixed length: say days, or use `plus_months` on a date")
        }
        _ => error,
    }
}

fn suggest(error: LiteralError, nanos: Option<i128>, applicability: Applicability) -> LiteralError {
    let exact = nanos.and_then(|nanos| {
        UNITS
            .iter()
            .rev()
            .find(|(_, size)| nanos % size == 0)
            .map(|(unit, size)| format!("{}{unit}", nanos / size))
    });
    match exact {
        Some(text) => error.replace(text, applicability),
        None => error,
    }
}

fn number(digits: &str) -> Option<i128> {
    let plain: String = digits.chars().filter(|&c| c != '_').collect();
    plain.parse().ok()
}

fn nanos(digits: &str, unit: &str) -> Option<i128> {
    let (_, size) = UNITS.iter().find(|(name, _)| *name == unit)?;
    number(digits)?.checked_mul(*size)
}

/// The nanoseconds of `.digits unit`, where they are whole.
fn fraction_nanos(digits: &str, unit: &str) -> Option<i128> {
    let (_, size) = UNITS.iter().find(|(name, _)| *name == unit)?;
    let scale = 10_i128.checked_pow(u32::try_from(digits.len()).ok()?)?;
    let scaled = number(digits)?.checked_mul(*size)?;
    (scaled % scale == 0).then(|| scaled / scale)
}

/// The nanoseconds of `1h30m`.
fn compound(text: &str) -> Option<i128> {
    let mut scan = Scan::new(text);
    let mut sum = 0_i128;
    while !scan.rest().is_empty() {
        let (digits, _) = scan.digits();
        let (unit, _) = scan.while_(char::is_alphabetic);
        sum = sum.checked_add(nanos(digits, unit)?)?;
    }
    Some(sum)
}
