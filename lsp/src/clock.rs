//! The time, for decisions that are asked for without one.

use policy_bytecode::scalar::Timestamp;

/// The time of the clock; none outside the years that the language knows.
pub(crate) fn now() -> Option<Timestamp> {
    stamp(jiff::Timestamp::now())
}

/// A time as it is written.
pub(crate) fn time(text: &str) -> Option<Timestamp> {
    stamp(text.parse().ok()?)
}

fn stamp(time: jiff::Timestamp) -> Option<Timestamp> {
    let nanos = time.as_nanosecond();
    let seconds = i64::try_from(nanos.div_euclid(1_000_000_000)).ok()?;
    let nanos = u32::try_from(nanos.rem_euclid(1_000_000_000)).ok()?;
    Some(Timestamp { seconds, nanos })
}

/// The beginning of this day, as sources write it.
pub(crate) fn today() -> String {
    let date = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    format!("{date}T00:00:00Z")
}
