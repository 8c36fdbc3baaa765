//! Instants, days and lengths of time: arithmetic, reading and printing.

mod duration;
mod print;
mod read;

#[cfg(test)]
mod tests;

use policy_bytecode::scalar::{Duration, Timestamp};

use crate::failure::{Code, Failure};
use crate::value::Value;

pub use duration::{duration_text, read_duration};
pub use print::{date_text, time_text, timestamp_text};
pub use read::{civil, days, read_date, read_time, read_timestamp};

/// 0001-01-01T00:00:00Z.
pub(crate) const FIRST_SECOND: i64 = -62_135_596_800;

/// 9999-12-31T23:59:59Z.
pub(crate) const LAST_SECOND: i64 = 253_402_300_799;

const NANOS: i128 = 1_000_000_000;

/// A length in nanoseconds.
pub(crate) const fn nanos(value: Duration) -> i128 {
    value.seconds as i128 * NANOS + value.nanos as i128
}

const fn instant(value: Timestamp) -> i128 {
    value.seconds as i128 * NANOS + value.nanos as i128
}

fn split(nanos: i128) -> Option<(i64, u32)> {
    let seconds = i64::try_from(nanos.div_euclid(NANOS)).ok()?;
    let rest = u32::try_from(nanos.rem_euclid(NANOS)).ok()?;
    Some((seconds, rest))
}

fn length(nanos: i128) -> Option<Value> {
    split(nanos).map(|(seconds, nanos)| Value::Duration { nanos, seconds })
}

fn moment(nanos: i128) -> Option<Value> {
    let (seconds, nanos) = split(nanos)?;
    (FIRST_SECOND..=LAST_SECOND).contains(&seconds).then_some(Value::Timestamp { nanos, seconds })
}

/// The `Duration` of a sum of nanoseconds.
pub(crate) fn duration_of(nanos: i128) -> Result<Value, Failure> {
    length(nanos).ok_or(Failure::new(Code::Overflow))
}

/// The time from one instant to another.
pub(crate) fn between(later: Timestamp, earlier: Timestamp) -> Option<Duration> {
    split(instant(later) - instant(earlier)).map(|(seconds, nanos)| Duration { seconds, nanos })
}

/// `Timestamp + Duration`, `Duration + Duration`.
#[inline(never)]
pub(crate) fn add(left: Value, right: Value) -> Result<Value, Failure> {
    let overflow = Failure::of_two(Code::Overflow, left, right);
    if let (Some(a), Some(b)) = (left.as_duration(), right.as_duration()) {
        length(nanos(a) + nanos(b)).ok_or(overflow)
    } else if let (Some(a), Some(b)) = (left.as_timestamp(), right.as_duration()) {
        moment(instant(a) + nanos(b)).ok_or(overflow)
    } else if let (Some(a), Some(b)) = (left.as_duration(), right.as_timestamp()) {
        moment(nanos(a) + instant(b)).ok_or(overflow)
    } else {
        Err(Failure::kind(left))
    }
}

/// `Timestamp - Duration`, `Timestamp - Timestamp`, `Duration - Duration`, `Date - Date`.
#[inline(never)]
pub(crate) fn sub(left: Value, right: Value) -> Result<Value, Failure> {
    let overflow = Failure::of_two(Code::Overflow, left, right);
    if let (Some(a), Some(b)) = (left.as_duration(), right.as_duration()) {
        length(nanos(a) - nanos(b)).ok_or(overflow)
    } else if let (Some(a), Some(b)) = (left.as_timestamp(), right.as_duration()) {
        moment(instant(a) - nanos(b)).ok_or(overflow)
    } else if let (Some(a), Some(b)) = (left.as_timestamp(), right.as_timestamp()) {
        length(instant(a) - instant(b)).ok_or(overflow)
    } else if let (Value::Date(a), Value::Date(b)) = (left, right) {
        Ok(Value::Int(i64::from(a) - i64::from(b)))
    } else {
        Err(Failure::kind(left))
    }
}

/// `Duration * Int`, `Int * Duration`.
#[inline(never)]
pub(crate) fn mul(left: Value, right: Value) -> Result<Value, Failure> {
    let (length_of, by) = match (left.as_duration(), right.as_int()) {
        (Some(length), Some(by)) => (length, by),
        _ => match (left.as_int(), right.as_duration()) {
            (Some(by), Some(length)) => (length, by),
            _ => return Err(Failure::kind(left)),
        },
    };
    // At most 2^94 by 2^63 does not fit 127 bits.
    nanos(length_of).checked_mul(i128::from(by)).and_then(length).ok_or(Failure::of_two(
        Code::Overflow,
        left,
        right,
    ))
}

/// `- Duration`.
#[inline(never)]
pub(crate) fn neg(value: Value) -> Result<Value, Failure> {
    let length_of = value.as_duration().ok_or(Failure::kind(value))?;
    length(-nanos(length_of)).ok_or(Failure::of(Code::Overflow, value))
}
