//! Reading instants, days and times of day.

use policy_bytecode::scalar::{Date, TimeOfDay, Timestamp};

/// Days since 1970-01-01 of a day of the Gregorian calendar.
///
/// ```
/// use policy_vm::time::{civil, days};
///
/// assert_eq!(days(1970, 1, 2), 1);
/// assert_eq!(civil(days(2028, 2, 29)), (2028, 2, 29));
/// ```
#[must_use]
pub const fn days(year: i32, month: u32, day: u32) -> i32 {
    // Years begin in March here, so that the leap day is the last of a year.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let month = (month as i32 + 9) % 12;
    let of_year = (153 * month + 2) / 5 + day as i32 - 1;
    let days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    era * 146_097 + days - 719_468
}

/// Year, month and day of days since 1970-01-01.
///
/// ```
/// assert_eq!(policy_vm::time::civil(-1), (1969, 12, 31));
/// ```
#[must_use]
pub const fn civil(days: i32) -> (i32, u32, u32) {
    let days = days as i64 + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + (month <= 2) as i64;
    (year as i32, month as u32, day as u32)
}

const fn days_in(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Reads from the beginning of a text.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn digits(&mut self, count: usize) -> Option<u32> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        let mut value = 0;
        for digit in digits {
            value = value * 10 + char::from(*digit).to_digit(10)?;
        }
        self.0 = rest;
        Some(value)
    }

    fn take(&mut self, wanted: &[u8]) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        if !wanted.contains(&first) {
            return None;
        }
        self.0 = rest;
        Some(first)
    }

    fn date(&mut self) -> Option<i32> {
        let year = i32::try_from(self.digits(4)?).ok()?;
        self.take(b"-")?;
        let month = self.digits(2)?;
        self.take(b"-")?;
        let day = self.digits(2)?;
        let valid = year >= 1 && (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
        valid.then(|| days(year, month, day))
    }

    /// Seconds and nanoseconds since midnight.
    fn time(&mut self, seconds_needed: bool) -> Option<(u32, u32)> {
        let hour = self.digits(2)?;
        self.take(b":")?;
        let minute = self.digits(2)?;
        let mut second = 0;
        let mut nanos = 0;
        if self.take(b":").is_some() {
            second = self.digits(2)?;
            if self.take(b".").is_some() {
                let count = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
                if !(1..=9).contains(&count) {
                    return None;
                }
                nanos = self.digits(count)? * 10_u32.pow(9 - u32::try_from(count).ok()?);
            }
        } else if seconds_needed {
            return None;
        }
        (hour < 24 && minute < 60 && second < 60).then_some((hour * 3_600 + minute * 60 + second, nanos))
    }
}

/// Reads an instant of RFC 3339, at most nine digits of a second, years 1 to 9999. Leap seconds are none.
///
/// ```
/// use policy_vm::time::read_timestamp;
///
/// let time = read_timestamp("1970-01-01T01:00:00+01:00").expect("a time");
/// assert_eq!((time.seconds, time.nanos), (0, 0));
/// assert!(read_timestamp("2026-11-21").is_none());
/// ```
#[must_use]
pub fn read_timestamp(text: &str) -> Option<Timestamp> {
    let mut cursor = Cursor(text.as_bytes());
    let day = cursor.date()?;
    cursor.take(b"Tt ")?;
    let (seconds, nanos) = cursor.time(true)?;
    let offset = match cursor.take(b"Zz+-")? {
        b'Z' | b'z' => 0,
        sign => {
            let hours = cursor.digits(2)?;
            cursor.take(b":")?;
            let minutes = cursor.digits(2)?;
            if hours > 23 || minutes > 59 {
                return None;
            }
            let offset = i64::from(hours * 3_600 + minutes * 60);
            if sign == b'-' { -offset } else { offset }
        }
    };
    let seconds = i64::from(day) * 86_400 + i64::from(seconds) - offset;
    let fits = cursor.0.is_empty() && (super::FIRST_SECOND..=super::LAST_SECOND).contains(&seconds);
    fits.then_some(Timestamp { seconds, nanos })
}

/// Reads `2026-12-31`.
///
/// ```
/// use policy_vm::time::read_date;
/// assert!(read_date("2028-02-29").is_some() && read_date("2027-02-29").is_none());
/// ```
#[must_use]
pub fn read_date(text: &str) -> Option<Date> {
    let mut cursor = Cursor(text.as_bytes());
    let day = cursor.date()?;
    cursor.0.is_empty().then_some(Date(day))
}

/// Reads `18:00`, `18:00:30` or `18:00:30.5`.
///
/// ```
/// use policy_vm::time::read_time;
/// assert!(read_time("18:00:30.5").is_some() && read_time("24:00").is_none());
/// ```
#[must_use]
pub fn read_time(text: &str) -> Option<TimeOfDay> {
    let mut cursor = Cursor(text.as_bytes());
    let (seconds, nanos) = cursor.time(false)?;
    cursor.0.is_empty().then(|| TimeOfDay(u64::from(seconds) * 1_000_000_000 + u64::from(nanos)))
}
