//! Reading times that text spells, and instants counted from 1970.

use jiff::civil;
use policy_bytecode::scalar::{Duration, Timestamp};
use policy_vm::{Context, Value};

use super::{Result, calendar, overflow, pay, take};

/// Seconds from 1970 to the first instant that a `Timestamp` can be, and to the end of the last.
const FIRST: i64 = -62_135_596_800;
const END: i64 = 253_402_300_800;

/// An instant within the years 1 to 9999.
pub(crate) fn timestamp(instant: jiff::Timestamp) -> Option<Timestamp> {
    let nanos = instant.as_nanosecond();
    let seconds = i64::try_from(nanos.div_euclid(1_000_000_000)).ok()?;
    let nanos = u32::try_from(nanos.rem_euclid(1_000_000_000)).ok()?;
    (FIRST..END).contains(&seconds).then_some(Timestamp { seconds, nanos })
}

pub(crate) fn parse_timestamp(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    Ok(rfc_3339(context.text(text)?).map_or(Value::Absent, Value::timestamp))
}

/// Only the form of RFC 3339: `2026-11-01T10:00:00.5+02:00`, with `Z` for UTC.
fn rfc_3339(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    let shape = b"dddd-dd-ddTdd:dd:dd";
    let fits = |(byte, want): (&u8, &u8)| match want {
        b'd' => byte.is_ascii_digit(),
        b'T' => matches!(byte, b'T' | b't'),
        other => byte == other,
    };
    if bytes.len() <= shape.len() || !bytes.iter().zip(shape).all(fits) {
        return None;
    }
    let rest = text.get(shape.len()..)?;
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => {
            let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
            fraction.get(digits..).filter(|_| (1..=9).contains(&digits))?
        }
        None => rest,
    };
    let offset = zone.as_bytes();
    let numeric =
        offset.len() == 6 && offset.iter().zip(b"+dd:dd").skip(1).all(fits) && zone.starts_with(['+', '-']);
    if !(numeric || zone.eq_ignore_ascii_case("z")) {
        return None;
    }
    timestamp(text.parse().ok()?)
}

pub(crate) fn parse_date(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    Ok(day(context.text(text)?).map_or(Value::Absent, Value::date))
}

fn day(text: &str) -> Option<policy_bytecode::scalar::Date> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 || month.len() != 2 || day.len() != 2 {
        return None;
    }
    calendar::date(civil::Date::new(number(year)?, number(month)?, number(day)?).ok()?)
}

/// A number of nothing but digits.
fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

pub(crate) fn parse_time_of_day(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    Ok(clock(context.text(text)?).map_or(Value::Absent, Value::time_of_day))
}

fn clock(text: &str) -> Option<policy_bytecode::scalar::TimeOfDay> {
    let (text, nanos) = match text.split_once('.') {
        Some((text, fraction)) if text.len() == 8 => (text, nanos(fraction)?),
        Some(_) => return None,
        None => (text, 0),
    };
    let mut parts = text.split(':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next().unwrap_or("00"));
    if parts.next().is_some() || [hour, minute, second].iter().any(|part| part.len() != 2) {
        return None;
    }
    let time = civil::Time::new(number(hour)?, number(minute)?, number(second)?, nanos).ok()?;
    Some(calendar::time_of_day(time))
}

/// A fraction of a second of one to nine digits, in nanoseconds.
fn nanos(fraction: &str) -> Option<i32> {
    if !(1..=9).contains(&fraction.len()) {
        return None;
    }
    number::<i32>(fraction)?.checked_mul(10_i32.pow(9 - u32::try_from(fraction.len()).ok()?))
}

pub(crate) fn parse_duration(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    Ok(length(context.text(text)?).map_or(Value::Absent, Value::duration))
}

/// Units with their nanoseconds, as Go and Kubernetes write lengths, longer names first.
const UNITS: &[(&str, i128)] = &[
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
];

fn length(text: &str) -> Option<Duration> {
    let (negative, body) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let nanos = match body.strip_prefix('P') {
        Some(rest) => iso_8601(rest)?,
        None => parts(body, |unit| UNITS.iter().find(|(name, _)| unit.starts_with(name)).copied())?,
    };
    let nanos = if negative { -nanos } else { nanos };
    let seconds = i64::try_from(nanos.div_euclid(1_000_000_000)).ok()?;
    Some(Duration { seconds, nanos: u32::try_from(nanos.rem_euclid(1_000_000_000)).ok()? })
}

/// What stands behind the `P`, without years and months, whose length depends on where they begin.
fn iso_8601(text: &str) -> Option<i128> {
    let unit = |names: &'static [(&'static str, i128)]| {
        move |unit: &str| names.iter().find(|(name, _)| unit.starts_with(name)).copied()
    };
    let (days, time) = match text.split_once('T') {
        Some((days, time)) if !time.is_empty() => (days, Some(time)),
        Some(_) => return None,
        None => (text, None),
    };
    let mut nanos = match (days, time) {
        ("", Some(_)) => 0,
        _ => parts(days, unit(&[("W", 604_800_000_000_000), ("D", 86_400_000_000_000)]))?,
    };
    if let Some(time) = time {
        nanos += parts(time, unit(&[("H", 3_600_000_000_000), ("M", 60_000_000_000), ("S", 1_000_000_000)]))?;
    }
    Some(nanos)
}

/// The sum of numbers with units, at least one; each unit is shorter than the one before.
fn parts(mut text: &str, unit: impl Fn(&str) -> Option<(&'static str, i128)>) -> Option<i128> {
    let (mut total, mut before) = (0_i128, i128::MAX);
    loop {
        let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (amount, rest) = text.split_at_checked(digits)?;
        let (name, nanos) = unit(rest)?;
        let (whole, fraction) = match amount.split_once('.') {
            Some((whole, fraction)) if (1..=9).contains(&fraction.len()) => (whole, fraction),
            Some(_) => return None,
            None => (amount, ""),
        };
        if whole.is_empty() || nanos >= before {
            return None;
        }
        let scale = 10_i128.pow(u32::try_from(fraction.len()).ok()?);
        let of_fraction =
            number::<i128>(if fraction.is_empty() { "0" } else { fraction })?.checked_mul(nanos)?;
        if of_fraction % scale != 0 {
            return None;
        }
        total = total
            .checked_add(i128::from(number::<u64>(whole)?).checked_mul(nanos)?)?
            .checked_add(of_fraction / scale)?;
        before = nanos;
        text = rest.get(name.len()..)?;
        if text.is_empty() {
            return Some(total);
        }
    }
}

pub(crate) fn from_unix(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [n] = take(args)?;
    let seconds = context.int(n)?;
    if (FIRST..END).contains(&seconds) {
        Ok(Value::timestamp(Timestamp { seconds, nanos: 0 }))
    } else {
        Err(overflow(n))
    }
}

pub(crate) fn from_unix_millis(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [n] = take(args)?;
    let millis = context.int(n)?;
    let seconds = millis.div_euclid(1_000);
    let nanos = u32::try_from(millis.rem_euclid(1_000) * 1_000_000).unwrap_or(0);
    if (FIRST..END).contains(&seconds) {
        Ok(Value::timestamp(Timestamp { seconds, nanos }))
    } else {
        Err(overflow(n))
    }
}

pub(crate) fn to_unix(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [t] = take(args)?;
    Ok(Value::Int(context.timestamp(t)?.seconds))
}
