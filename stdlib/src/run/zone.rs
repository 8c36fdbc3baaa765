//! What clocks and calendars show in a zone.

use std::sync::LazyLock;

use jiff::Zoned;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use policy_bytecode::scalar::Timestamp;
use policy_vm::{Context, Failure, Value};

use super::{Result, calendar, mismatch, overflow, pay, take, time};

/// The table that is part of the program: never the one of the machine it runs on.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

fn zone(context: &mut Context<'_>, name: Value) -> Result<TimeZone> {
    context.charge(8)?;
    ZONES.get(context.text(name)?).map_err(|_| mismatch(name))
}

fn instant(t: Timestamp) -> Option<jiff::Timestamp> {
    jiff::Timestamp::new(t.seconds, i32::try_from(t.nanos).ok()?).ok()
}

fn zoned(context: &mut Context<'_>, t: Value, name: Value) -> Result<Zoned> {
    let zone = zone(context, name)?;
    let instant = instant(context.timestamp(t)?).ok_or(Failure::kind(t))?;
    Ok(instant.to_zoned(zone))
}

pub(crate) fn zone_exists(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [name] = take(args)?;
    Ok(Value::Bool(zone(context, name).is_ok()))
}

pub(crate) fn zone_offset(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [t, name] = take(args)?;
    let seconds = zoned(context, t, name)?.offset().seconds();
    Ok(Value::duration(policy_bytecode::scalar::Duration { seconds: seconds.into(), nanos: 0 }))
}

pub(crate) fn date_in(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [t, name] = take(args)?;
    calendar::date(zoned(context, t, name)?.date()).map(Value::date).ok_or(overflow(t))
}

pub(crate) fn time_in(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [t, name] = take(args)?;
    Ok(Value::time_of_day(calendar::time_of_day(zoned(context, t, name)?.time())))
}

pub(crate) fn at_time(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [date, at, name] = take(args)?;
    let zone = zone(context, name)?;
    let day = calendar::civil(context.date(date)?).ok_or(Failure::kind(date))?;
    let clock = calendar::civil_time(context.time_of_day(at)?).ok_or(Failure::kind(at))?;
    let zoned = day.to_datetime(clock).to_zoned(zone).map_err(|_| overflow(date))?;
    time::timestamp(zoned.timestamp()).map(Value::timestamp).ok_or(overflow(date))
}

pub(crate) fn start_of_day(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [date, name] = take(args)?;
    let zone = zone(context, name)?;
    let day = calendar::civil(context.date(date)?).ok_or(Failure::kind(date))?;
    // A day may begin later than at midnight, where clocks are put forward then.
    let start =
        day.to_zoned(zone).and_then(|midnight| midnight.start_of_day()).map_err(|_| overflow(date))?;
    time::timestamp(start.timestamp()).map(Value::timestamp).ok_or(overflow(date))
}

pub(crate) fn format_timestamp(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [t, pattern, name] = take(args)?;
    pay(context, &[pattern])?;
    let zoned = zoned(context, t, name)?;
    let text = jiff::fmt::strtime::format(context.text(pattern)?, &zoned).map_err(|_| mismatch(pattern))?;
    context.charge(text.len() as u64 / 16)?;
    context.make_text(&text)
}
