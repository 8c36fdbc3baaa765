//! Instants, days, times of day and lengths of time: reading, writing, arithmetic.

use policy_bytecode::scalar::{Date, Duration, TimeOfDay, Timestamp};

const BILLION: i128 = 1_000_000_000;
const DAY: i64 = 86_400;

/// Days since 1970-01-01 of a day of the proleptic Gregorian calendar.
#[must_use]
pub fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March here, so that the leap day is a year's last.
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let of_era = y.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of a number of days since 1970-01-01.
#[must_use]
pub fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The number of days of a month.
#[must_use]
pub fn month_length(year: i64, month: i64) -> i64 {
    let (next_year, next_month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    days_from_civil(next_year, next_month, 1) - days_from_civil(year, month, 1)
}

fn digits(text: &str, count: usize) -> Option<(i64, &str)> {
    let (head, rest) = text.split_at_checked(count)?;
    if !head.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some((head.parse().ok()?, rest))
}

fn date_prefix(text: &str) -> Option<(Date, &str)> {
    let (year, rest) = digits(text, 4)?;
    let (month, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let (day, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let fits = year >= 1 && (1..=12).contains(&month) && day >= 1 && day <= month_length(year, month);
    let days = i32::try_from(days_from_civil(year, month, day)).ok()?;
    fits.then_some((Date(days), rest))
}

fn fraction(text: &str) -> Option<(u32, &str)> {
    let Some(rest) = text.strip_prefix('.') else { return Some((0, text)) };
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    if length == 0 || length > 9 {
        return None;
    }
    let (value, rest) = digits(rest, length)?;
    let scaled = value * 10i64.pow(u32::try_from(9 - length).ok()?);
    Some((u32::try_from(scaled).ok()?, rest))
}

/// `2026-12-31`.
#[must_use]
pub fn read_date(text: &str) -> Option<Date> {
    date_prefix(text).filter(|(_, rest)| rest.is_empty()).map(|(date, _)| date)
}

/// `18:00`, `18:00:30`, `18:00:30.5`.
#[must_use]
pub fn read_time_of_day(text: &str) -> Option<TimeOfDay> {
    let (hour, rest) = digits(text, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(':')?, 2)?;
    let (second, nanos, rest) = match rest.strip_prefix(':') {
        None => (0, 0, rest),
        Some(rest) => {
            let (second, rest) = digits(rest, 2)?;
            let (nanos, rest) = fraction(rest)?;
            (second, nanos, rest)
        }
    };
    if !rest.is_empty() || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = u64::try_from(hour * 3600 + minute * 60 + second).ok()?;
    Some(TimeOfDay(seconds * 1_000_000_000 + u64::from(nanos)))
}

/// RFC 3339: `2026-12-31T00:00:00Z`, with an offset and up to nine digits of a second.
#[must_use]
pub fn read_timestamp(text: &str) -> Option<Timestamp> {
    let (date, rest) = date_prefix(text)?;
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (hour, rest) = digits(rest, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(':')?, 2)?;
    let (second, rest) = digits(rest.strip_prefix(':')?, 2)?;
    let (nanos, rest) = fraction(rest)?;
    let offset = match rest {
        "Z" | "z" => 0,
        _ => {
            let sign = if rest.starts_with('-') { -1 } else { 1 };
            let (hours, rest) = digits(rest.strip_prefix(['+', '-'])?, 2)?;
            let (minutes, rest) = digits(rest.strip_prefix(':')?, 2)?;
            if !rest.is_empty() || hours > 23 || minutes > 59 {
                return None;
            }
            sign * (hours * 3600 + minutes * 60)
        }
    };
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = i64::from(date.0) * DAY + hour * 3600 + minute * 60 + second - offset;
    in_years(Timestamp { seconds, nanos })
}

/// The instant where it lies in the years 1 to 9999.
#[must_use]
pub fn in_years(instant: Timestamp) -> Option<Timestamp> {
    let first = days_from_civil(1, 1, 1) * DAY;
    let end = days_from_civil(10_000, 1, 1) * DAY;
    (first..end).contains(&instant.seconds).then_some(instant)
}

/// The day where it lies in the years 1 to 9999.
#[must_use]
pub fn date_in_years(days: i64) -> Option<Date> {
    let fits = (days_from_civil(1, 1, 1)..days_from_civil(10_000, 1, 1)).contains(&days);
    i32::try_from(days).ok().filter(|_| fits).map(Date)
}

/// `250ms 30s 15m 48h 30d 2w 1.5s`, one or several of them from greater to smaller; and ISO 8601, `P1DT2H`.
#[must_use]
pub fn read_duration(text: &str) -> Option<Duration> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let total = match rest.strip_prefix('P') {
        None => read_units(rest, &PLAIN_UNITS)?,
        Some(iso) => {
            let (days, time) = match iso.split_once('T') {
                Some((days, time)) => (days, Some(time)),
                None => (iso, None),
            };
            if days.is_empty() && time.is_none() {
                return None;
            }
            let days = if days.is_empty() { 0 } else { read_units(days, &DAY_UNITS)? };
            days.checked_add(time.map_or(Some(0), |time| read_units(time, &TIME_UNITS))?)?
        }
    };
    duration_from_nanos(if negative { -total } else { total })
}

const PLAIN_UNITS: [(&str, i128); 7] = [
    ("w", 604_800 * BILLION),
    ("d", 86_400 * BILLION),
    ("h", 3_600 * BILLION),
    ("m", 60 * BILLION),
    ("s", BILLION),
    ("ms", 1_000_000),
    ("ns", 1),
];
const DAY_UNITS: [(&str, i128); 2] = [("W", 604_800 * BILLION), ("D", 86_400 * BILLION)];
const TIME_UNITS: [(&str, i128); 3] = [("H", 3_600 * BILLION), ("M", 60 * BILLION), ("S", BILLION)];

/// Numbers with units, from greater to smaller; whole nanoseconds in all.
fn read_units(text: &str, units: &[(&str, i128)]) -> Option<i128> {
    let (mut rest, mut left, mut total) = (text, units, 0i128);
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let number_end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, tail) = rest.split_at_checked(number_end)?;
        let name_end = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
        let (name, tail) = tail.split_at_checked(name_end)?;
        let index = left.iter().position(|(unit, _)| *unit == name)?;
        let unit = left.get(index)?.1;
        left = left.get(index + 1..)?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        if whole.is_empty() || whole.len() > 18 || fraction.is_empty() || fraction.len() > 9 {
            return None;
        }
        let places = 10i128.pow(u32::try_from(fraction.len()).ok()?);
        let parts = whole.parse::<i128>().ok()? * places + fraction.parse::<i128>().ok()?;
        let nanos = parts.checked_mul(unit)?;
        if nanos % places != 0 {
            return None;
        }
        total = total.checked_add(nanos / places)?;
        rest = tail;
    }
    Some(total)
}

/// All of a length of time in nanoseconds.
#[must_use]
pub fn nanos(length: Duration) -> i128 {
    i128::from(length.seconds) * BILLION + i128::from(length.nanos)
}

/// A length of time, where its seconds fit.
#[must_use]
pub fn duration_from_nanos(nanos: i128) -> Option<Duration> {
    Some(Duration {
        seconds: i64::try_from(nanos.div_euclid(BILLION)).ok()?,
        nanos: u32::try_from(nanos.rem_euclid(BILLION)).ok()?,
    })
}

/// `instant + length`, where it is an instant.
#[must_use]
pub fn shift(instant: Timestamp, by: i128) -> Option<Timestamp> {
    let total = i128::from(instant.seconds) * BILLION + i128::from(instant.nanos) + by;
    in_years(Timestamp {
        seconds: i64::try_from(total.div_euclid(BILLION)).ok()?,
        nanos: u32::try_from(total.rem_euclid(BILLION)).ok()?,
    })
}

/// `a - b`.
#[must_use]
pub fn between(a: Timestamp, b: Timestamp) -> Option<Duration> {
    let total = |t: Timestamp| i128::from(t.seconds) * BILLION + i128::from(t.nanos);
    duration_from_nanos(total(a) - total(b))
}

fn print_fraction(nanos: u32) -> String {
    if nanos == 0 {
        return String::new();
    }
    format!(".{}", format!("{nanos:09}").trim_end_matches('0'))
}

/// As in JSON.
#[must_use]
pub fn print_date(date: Date) -> String {
    let (year, month, day) = civil_from_days(date.0.into());
    format!("{year:04}-{month:02}-{day:02}")
}

/// As in JSON.
#[must_use]
pub fn print_time_of_day(time: TimeOfDay) -> String {
    let (seconds, nanos) = (time.0 / 1_000_000_000, time.0 % 1_000_000_000);
    let fraction = print_fraction(u32::try_from(nanos).unwrap_or_default());
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{hour:02}:{minute:02}:{second:02}{fraction}")
}

/// As in JSON.
#[must_use]
pub fn print_timestamp(instant: Timestamp) -> String {
    let (year, month, day) = civil_from_days(instant.seconds.div_euclid(DAY));
    let of_day = instant.seconds.rem_euclid(DAY);
    let fraction = print_fraction(instant.nanos);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
}

/// In days, hours, minutes and seconds; less than a second in milliseconds where they are whole.
#[must_use]
pub fn print_duration(length: Duration) -> String {
    let total = nanos(length);
    if total == 0 {
        return "0s".to_owned();
    }
    let mut text = if total < 0 { "-".to_owned() } else { String::new() };
    let mut rest = total.unsigned_abs();
    for (name, seconds) in [("d", 86_400u128), ("h", 3_600), ("m", 60)] {
        let unit = seconds * 1_000_000_000;
        if rest >= unit {
            text.push_str(&format!("{}{name}", rest / unit));
            rest %= unit;
        }
    }
    let (seconds, below) = (rest / 1_000_000_000, rest % 1_000_000_000);
    let fraction = print_fraction(u32::try_from(below).unwrap_or_default());
    match (seconds, below) {
        (0, 0) => {}
        (0, below) if below % 1_000_000 == 0 => text.push_str(&format!("{}ms", below / 1_000_000)),
        _ => text.push_str(&format!("{seconds}{fraction}s")),
    }
    text
}
