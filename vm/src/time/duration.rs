//! Reading and printing lengths of time.
//!
//! Written as in policies, units from the greatest to the least: `30d`, `1h30m`, `1.5s`, `-250ms`. ISO 8601
//! (`P30D`, `PT1H30M`) is read as well.

use std::fmt::Write as _;

use policy_bytecode::scalar::Duration;

const SECOND: i128 = 1_000_000_000;
const UNITS: [(&str, i128); 7] = [
    ("w", 604_800 * SECOND),
    ("d", 86_400 * SECOND),
    ("h", 3_600 * SECOND),
    ("ms", 1_000_000),
    ("m", 60 * SECOND),
    ("s", SECOND),
    ("ns", 1),
];

/// Reads a length of time.
///
/// ```
/// use policy_vm::time::{duration_text, read_duration};
///
/// let mut text = String::new();
/// duration_text(read_duration("PT1H30M").expect("a length"), &mut text);
/// assert_eq!(text, "1h30m");
/// assert_eq!(read_duration("90m"), read_duration("1h30m"));
/// assert_eq!(read_duration("90"), None);
/// ```
#[must_use]
pub fn read_duration(text: &str) -> Option<Duration> {
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let total = match text.strip_prefix('P') {
        Some(iso) => read_iso(iso)?,
        None => read_units(text, &mut |unit| {
            UNITS.iter().find(|(name, _)| *name == unit).map(|(_, nanos)| *nanos)
        })?,
    };
    let (seconds, nanos) = super::split(if negative { -total } else { total })?;
    Some(Duration { seconds, nanos })
}

fn read_iso(text: &str) -> Option<i128> {
    let (date, time) = text.split_once('T').map_or((text, None), |(date, time)| (date, Some(time)));
    let mut total = 0_i128;
    if !date.is_empty() {
        total += read_units(date, &mut |unit| match unit {
            "W" => Some(604_800 * SECOND),
            "D" => Some(86_400 * SECOND),
            _ => None,
        })?;
    } else if time.is_none() {
        return None;
    }
    if let Some(time) = time {
        total += read_units(time, &mut |unit| match unit {
            "H" => Some(3_600 * SECOND),
            "M" => Some(60 * SECOND),
            "S" => Some(SECOND),
            _ => None,
        })?;
    }
    Some(total)
}

/// Numbers with units, each unit smaller than the one before.
fn read_units(mut text: &str, unit: &mut dyn FnMut(&str) -> Option<i128>) -> Option<i128> {
    let mut total = 0_i128;
    let mut last = i128::MAX;
    if text.is_empty() {
        return None;
    }
    while !text.is_empty() {
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, rest) = text.split_at_checked(end)?;
        let end = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let (name, rest) = rest.split_at_checked(end)?;
        let each = unit(name)?;
        if each >= last {
            return None;
        }
        last = each;
        let (whole, part) =
            number.split_once('.').map_or((number, None), |(whole, part)| (whole, Some(part)));
        if whole.is_empty() || whole.len() > 18 {
            return None;
        }
        let mut nanos = whole.parse::<i128>().ok()?.checked_mul(each)?;
        if let Some(part) = part {
            if part.is_empty() || part.len() > 9 {
                return None;
            }
            let power = 10_i128.pow(u32::try_from(part.len()).ok()?);
            let scaled = part.parse::<i128>().ok()?.checked_mul(each)?;
            if scaled % power != 0 {
                return None;
            }
            nanos += scaled / power;
        }
        total = total.checked_add(nanos)?;
        text = rest;
    }
    Some(total)
}

/// Writes a length of time in days, hours, minutes and seconds: `1d12h`, `1.5s`, `250ms`, `0s`.
pub fn duration_text(value: Duration, out: &mut String) {
    let mut rest = super::nanos(value);
    if rest == 0 {
        out.push_str("0s");
        return;
    }
    if rest < 0 {
        out.push('-');
        rest = -rest;
    }
    for (unit, nanos) in [("d", 86_400 * SECOND), ("h", 3_600 * SECOND), ("m", 60 * SECOND)] {
        if rest >= nanos {
            let _ = write!(out, "{}{unit}", rest / nanos);
            rest %= nanos;
        }
    }
    if rest == 0 {
        return;
    }
    if rest < SECOND && rest % 1_000_000 == 0 {
        let _ = write!(out, "{}ms", rest / 1_000_000);
        return;
    }
    let _ = write!(out, "{}", rest / SECOND);
    let nanos = rest % SECOND;
    if nanos > 0 {
        let digits = format!("{nanos:09}");
        let _ = write!(out, ".{}", digits.trim_end_matches('0'));
    }
    out.push('s');
}
