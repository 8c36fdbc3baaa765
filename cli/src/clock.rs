//! The time: the one place that looks at a clock, or reads a time from the command line.

use policy_bytecode::scalar::Timestamp;

/// The time of the clock; none outside the years that the language knows.
pub(crate) fn now() -> Option<Timestamp> {
    stamp(jiff::Timestamp::now())
}

/// A time as an argument.
pub(crate) fn time(text: &str) -> Result<Timestamp, String> {
    let wanted = "write a time with its zone, such as 2026-11-21T00:00:00Z";
    let time: jiff::Timestamp = text.parse().map_err(|_| wanted.to_owned())?;
    stamp(time).ok_or_else(|| wanted.to_owned())
}

fn stamp(time: jiff::Timestamp) -> Option<Timestamp> {
    let nanos = time.as_nanosecond();
    let seconds = i64::try_from(nanos.div_euclid(1_000_000_000)).ok()?;
    let nanos = u32::try_from(nanos.rem_euclid(1_000_000_000)).ok()?;
    Some(Timestamp { seconds, nanos })
}
