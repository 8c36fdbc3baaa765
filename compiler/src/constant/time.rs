//! Constants of time as policies write them.

use jiff::civil;
use policy_bytecode::scalar::{Date, Duration, TimeOfDay, Timestamp};

const NANOS: u64 = 1_000_000_000;

fn day(days: i64) -> Option<civil::Date> {
    let span = jiff::Span::new().try_days(days).ok()?;
    civil::date(1970, 1, 1).checked_add(span).ok()
}

pub(super) fn date(date: Date) -> String {
    day(i64::from(date.0)).map_or_else(|| "@?".to_owned(), |day| format!("@{day}"))
}

fn clock(seconds: i64, nanos: u32) -> String {
    let clock = format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if nanos == 0 {
        return clock;
    }
    let fraction = format!("{nanos:09}");
    format!("{clock}.{}", fraction.trim_end_matches('0'))
}

pub(super) fn timestamp(at: Timestamp) -> String {
    let days = at.seconds.div_euclid(86_400);
    let clock = clock(at.seconds.rem_euclid(86_400), at.nanos);
    day(days).map_or_else(|| "@?".to_owned(), |day| format!("@{day}T{clock}Z"))
}

pub(super) fn time_of_day(time: TimeOfDay) -> String {
    let seconds = i64::try_from(time.0 / NANOS).unwrap_or(0);
    let nanos = u32::try_from(time.0 % NANOS).unwrap_or(0);
    format!("@{}", clock(seconds, nanos))
}

pub(super) fn duration(length: Duration) -> String {
    let nanos = i128::from(length.seconds) * 1_000_000_000 + i128::from(length.nanos);
    let units =
        [("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000)];
    for (unit, size) in units {
        if nanos % size == 0 {
            return format!("{}{unit}", nanos / size);
        }
    }
    format!("{}ms", nanos / 1_000_000)
}
