//! Printing instants, days and times of day.

use std::fmt::Write as _;

use policy_bytecode::scalar::{Date, TimeOfDay, Timestamp};

use super::read::civil;

fn fraction(nanos: u64, out: &mut String) {
    if nanos > 0 {
        let digits = format!("{nanos:09}");
        let _ = write!(out, ".{}", digits.trim_end_matches('0'));
    }
}

/// Writes an instant as RFC 3339 in UTC, no more digits of a second than it has.
///
/// ```
/// use policy_vm::time::{read_timestamp, timestamp_text};
///
/// let mut text = String::new();
/// timestamp_text(read_timestamp("2026-11-21T10:30:00.50+01:00").expect("a time"), &mut text);
/// assert_eq!(text, "2026-11-21T09:30:00.5Z");
/// ```
pub fn timestamp_text(value: Timestamp, out: &mut String) {
    let day = value.seconds.div_euclid(86_400);
    let seconds = value.seconds.rem_euclid(86_400);
    date_text(Date(i32::try_from(day).unwrap_or(0)), out);
    let _ = write!(out, "T{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    fraction(u64::from(value.nanos), out);
    out.push('Z');
}

/// Writes a day as `2026-12-31`.
///
/// ```
/// let mut text = String::new();
/// policy_vm::time::date_text(policy_bytecode::scalar::Date(20_453), &mut text);
/// assert_eq!(text, "2025-12-31");
/// ```
pub fn date_text(value: Date, out: &mut String) {
    let (year, month, day) = civil(value.0);
    let _ = write!(out, "{year:04}-{month:02}-{day:02}");
}

/// Writes a time of day as `18:00:00`, no more digits of a second than it has.
///
/// ```
/// use policy_vm::time::{read_time, time_text};
///
/// let mut text = String::new();
/// time_text(read_time("18:00").expect("a time"), &mut text);
/// assert_eq!(text, "18:00:00");
/// ```
pub fn time_text(value: TimeOfDay, out: &mut String) {
    let seconds = value.0 / 1_000_000_000;
    let _ = write!(out, "{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    fraction(value.0 % 1_000_000_000, out);
}
