//! Functions of `Date`, `TimeOfDay` and `Duration`, which know no zone.

use jiff::civil;
use policy_bytecode::scalar::{Date, Duration, TimeOfDay};
use policy_vm::{Context, Failure, Value};

use super::order::search;
use super::{Result, overflow, take};

/// Days from 1970-01-01 to the first and the last day that a `Date` can be.
const FIRST_DAY: i32 = -719_162;
const LAST_DAY: i32 = 2_932_896;

/// The most working days that are counted one by one.
const MAX_WORKING_DAYS: i64 = 10_000;

/// The day as a calendar sees it.
pub(crate) fn civil(date: Date) -> Option<civil::Date> {
    let days = jiff::Span::new().try_days(date.0).ok()?;
    civil::Date::new(1970, 1, 1).ok()?.checked_add(days).ok()
}

/// The day of a calendar, within the years 1 to 9999.
pub(crate) fn date(day: civil::Date) -> Option<Date> {
    let since = day.since((jiff::Unit::Day, civil::Date::new(1970, 1, 1).ok()?)).ok()?;
    Some(Date(since.get_days())).filter(|date| (FIRST_DAY..=LAST_DAY).contains(&date.0))
}

/// The time of day of a calendar.
pub(crate) fn time_of_day(time: civil::Time) -> TimeOfDay {
    let part = |n: i8| u64::try_from(n).unwrap_or(0);
    let seconds = (part(time.hour()) * 60 + part(time.minute())) * 60 + part(time.second());
    TimeOfDay(seconds * 1_000_000_000 + u64::try_from(time.subsec_nanosecond()).unwrap_or(0))
}

/// The time of day as a calendar sees it.
#[cfg(feature = "zones")]
pub(crate) fn civil_time(time: TimeOfDay) -> Option<civil::Time> {
    let nanos = i32::try_from(time.0 % 1_000_000_000).ok()?;
    let seconds = time.0 / 1_000_000_000;
    let part = |n: u64| i8::try_from(n).ok();
    civil::Time::new(part(seconds / 3_600)?, part(seconds / 60 % 60)?, part(seconds % 60)?, nanos).ok()
}

fn day_of(context: &Context<'_>, value: Value) -> Result<civil::Date> {
    civil(context.date(value)?).ok_or(Failure::kind(value))
}

/// A day made of a day; `overflow` where there is none within the years that dates have.
fn moved(
    context: &mut Context<'_>,
    args: &[Value],
    make: impl Fn(civil::Date, i64) -> Option<civil::Date>,
) -> Result {
    let [from, by] = take(args)?;
    let day = make(day_of(context, from)?, context.int(by)?);
    day.and_then(date).map(Value::date).ok_or(overflow(by))
}

pub(crate) fn plus_days(context: &mut Context<'_>, args: &[Value]) -> Result {
    moved(context, args, |day, by| day.checked_add(jiff::Span::new().try_days(by).ok()?).ok())
}

pub(crate) fn plus_months(context: &mut Context<'_>, args: &[Value]) -> Result {
    moved(context, args, |day, by| day.checked_add(jiff::Span::new().try_months(by).ok()?).ok())
}

pub(crate) fn plus_years(context: &mut Context<'_>, args: &[Value]) -> Result {
    moved(context, args, |day, by| day.checked_add(jiff::Span::new().try_years(by).ok()?).ok())
}

pub(crate) fn plus_working_days(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [from, by, holidays] = take(args)?;
    let mut left = context.int(by)?;
    if left > MAX_WORKING_DAYS {
        return Err(overflow(by));
    }
    let holidays = context.elements(holidays)?.to_vec();
    let mut day = context.date(from)?;
    while left > 0 {
        context.charge(1)?;
        day = Date(day.0.saturating_add(1));
        if day.0 > LAST_DAY {
            return Err(overflow(by));
        }
        let free = weekday(day) > 5 || search(context, &holidays, Value::date(day))?.is_some();
        left -= i64::from(!free);
    }
    Ok(Value::date(day))
}

/// 1 for Monday to 7 for Sunday; 1970-01-01 was a Thursday.
fn weekday(day: Date) -> i64 {
    (i64::from(day.0) + 3).rem_euclid(7) + 1
}

pub(crate) fn year(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [day] = take(args)?;
    Ok(Value::Int(day_of(context, day)?.year().into()))
}

pub(crate) fn month(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [day] = take(args)?;
    Ok(Value::Int(day_of(context, day)?.month().into()))
}

pub(crate) fn day(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [day] = take(args)?;
    Ok(Value::Int(day_of(context, day)?.day().into()))
}

pub(crate) fn day_of_year(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [day] = take(args)?;
    Ok(Value::Int(day_of(context, day)?.day_of_year().into()))
}

pub(crate) fn day_of_week(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [day] = take(args)?;
    Ok(Value::Int(weekday(context.date(day)?)))
}

pub(crate) fn is_weekend(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [day] = take(args)?;
    Ok(Value::Bool(weekday(context.date(day)?) > 5))
}

pub(crate) fn days_in_month(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [day] = take(args)?;
    Ok(Value::Int(day_of(context, day)?.days_in_month().into()))
}

pub(crate) fn start_of_week(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [day] = take(args)?;
    let from = context.date(day)?;
    let back = i32::try_from(weekday(from) - 1).unwrap_or(0);
    // 0001-01-01 is a Monday, so a week never begins before the first day.
    let monday = Date(from.0.saturating_sub(back));
    if monday.0 < FIRST_DAY { Err(overflow(day)) } else { Ok(Value::date(monday)) }
}

pub(crate) fn start_of_month(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [day] = take(args)?;
    date(day_of(context, day)?.first_of_month()).map(Value::date).ok_or(Failure::kind(day))
}

pub(crate) fn end_of_month(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [day] = take(args)?;
    date(day_of(context, day)?.last_of_month()).map(Value::date).ok_or(Failure::kind(day))
}

fn clock(context: &Context<'_>, args: &[Value], unit: u64, modulus: u64) -> Result {
    let [time] = take(args)?;
    let seconds = context.time_of_day(time)?.0 / 1_000_000_000;
    Ok(Value::Int(i64::try_from(seconds / unit % modulus).unwrap_or(0)))
}

pub(crate) fn hour(context: &mut Context<'_>, args: &[Value]) -> Result {
    clock(context, args, 3_600, 24)
}

pub(crate) fn minute(context: &mut Context<'_>, args: &[Value]) -> Result {
    clock(context, args, 60, 60)
}

pub(crate) fn second(context: &mut Context<'_>, args: &[Value]) -> Result {
    clock(context, args, 1, 60)
}

/// Seconds of a length, towards 0.
fn towards_zero(length: Duration) -> i64 {
    if length.seconds < 0 && length.nanos > 0 { length.seconds + 1 } else { length.seconds }
}

fn whole(context: &Context<'_>, args: &[Value], unit: i64) -> Result {
    let [length] = take(args)?;
    Ok(Value::Int(towards_zero(context.duration(length)?) / unit))
}

pub(crate) fn whole_seconds(context: &mut Context<'_>, args: &[Value]) -> Result {
    whole(context, args, 1)
}

pub(crate) fn whole_minutes(context: &mut Context<'_>, args: &[Value]) -> Result {
    whole(context, args, 60)
}

pub(crate) fn whole_hours(context: &mut Context<'_>, args: &[Value]) -> Result {
    whole(context, args, 3_600)
}

pub(crate) fn whole_days(context: &mut Context<'_>, args: &[Value]) -> Result {
    whole(context, args, 86_400)
}
