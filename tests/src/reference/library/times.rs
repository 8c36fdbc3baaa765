//! `std.time`, but for what needs the table of time zones.

use policy_bytecode::scalar::{Date, Timestamp};

use super::{Given, Miss};
use crate::reference::time;
use crate::reference::value::Value;

fn int(value: i64) -> Value {
    Value::Int(value)
}

pub(super) fn call(name: &str, args: &[Value]) -> Given {
    match args {
        [Value::String(text)] => Ok(Value::option(match name {
            "parse_timestamp" => time::read_timestamp(text).map(Value::Timestamp),
            "parse_date" => time::read_date(text).map(Value::Date),
            "parse_time_of_day" => time::read_time_of_day(text).map(Value::TimeOfDay),
            _ => return Err(Miss::Unknown),
        })),
        [Value::Date(date)] => of_date(name, *date),
        [Value::Date(date), Value::Int(number)] => shifted(name, *date, *number),
        [Value::TimeOfDay(at)] => {
            let seconds = i64::try_from(at.0 / 1_000_000_000).unwrap_or(0);
            Ok(int(match name {
                "hour" => seconds / 3600,
                "minute" => seconds / 60 % 60,
                "second" => seconds % 60,
                _ => return Err(Miss::Unknown),
            }))
        }
        [Value::Duration(length)] => {
            let unit: i128 = match name {
                "whole_seconds" => 1,
                "whole_minutes" => 60,
                "whole_hours" => 3600,
                "whole_days" => 86_400,
                _ => return Err(Miss::Unknown),
            };
            let whole = time::nanos(*length) / (unit * 1_000_000_000);
            i64::try_from(whole).map(int).map_err(|_| Miss::Code("overflow"))
        }
        [Value::Int(number)] if name == "from_unix" => {
            let instant = time::in_years(Timestamp { seconds: *number, nanos: 0 });
            instant.map(Value::Timestamp).ok_or(Miss::Code("overflow"))
        }
        [Value::Timestamp(at)] if name == "to_unix" => Ok(int(at.seconds)),
        _ => Err(Miss::Unknown),
    }
}

fn of_date(name: &str, date: Date) -> Given {
    let days = i64::from(date.0);
    let (year, month, day) = time::civil_from_days(days);
    // 1970-01-01 was a Thursday.
    let weekday = (days + 3).rem_euclid(7) + 1;
    let made = |days| time::date_in_years(days).map(Value::Date).ok_or(Miss::Code("overflow"));
    Ok(match name {
        "year" => int(year),
        "month" => int(month),
        "day" => int(day),
        "day_of_year" => int(days - time::days_from_civil(year, 1, 1) + 1),
        "day_of_week" => int(weekday),
        "is_weekend" => Value::Bool(weekday > 5),
        "days_in_month" => int(time::month_length(year, month)),
        "start_of_week" => return made(days - (weekday - 1)),
        "start_of_month" => return made(days - (day - 1)),
        "end_of_month" => return made(days - day + time::month_length(year, month)),
        _ => return Err(Miss::Unknown),
    })
}

fn shifted(name: &str, date: Date, by: i64) -> Given {
    let (year, month, day) = time::civil_from_days(date.0.into());
    let overflow = || Miss::Code("overflow");
    let days = match name {
        "plus_days" => i64::from(date.0).checked_add(by).ok_or_else(overflow)?,
        "plus_months" | "plus_years" => {
            let months = if name == "plus_years" { by.checked_mul(12).ok_or_else(overflow)? } else { by };
            let total = (year * 12 + month - 1).checked_add(months).ok_or_else(overflow)?;
            let (year, month) = (total.div_euclid(12), total.rem_euclid(12) + 1);
            if !(1..=9999).contains(&year) {
                return Err(overflow());
            }
            time::days_from_civil(year, month, day.min(time::month_length(year, month)))
        }
        _ => return Err(Miss::Unknown),
    };
    time::date_in_years(days).map(Value::Date).ok_or_else(overflow)
}
