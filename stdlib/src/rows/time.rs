//! `std.time`: functions of `Timestamp`, `Date`, `TimeOfDay` and `Duration`.

#[cfg(feature = "zones")]
use crate::function::Failure::Mismatch;
use crate::function::Failure::{self, Overflow};
use policy_vm::Run;

use crate::function::Function;
use crate::run;

const fn f(signature: &'static str, doc: &'static str, run: Run) -> Function {
    Function::new("std.time", signature, doc, run)
}

#[cfg(feature = "zones")]
const NO_ZONE: (Failure, &str) = (Mismatch, "if `zone` is not in the time-zone table");
const NO_DAY: (Failure, &str) = (Overflow, "if the result is outside the years 1 to 9999");

/// The functions, in the order in which the library's pages show them.
pub(crate) const ROWS: &[Function] = &[
    f("fn parse_timestamp(text: String) -> Timestamp?", "The instant that `text` spells by RFC 3339; absent where it spells none.", run::time::parse_timestamp)
        .examples(&[(r#"parse_timestamp("2026-11-01T10:00:00+02:00")"#, "@2026-11-01T08:00:00Z")]),
    f("fn parse_date(text: String) -> Date?", "The day that `text` spells as `2026-11-01`; absent where it spells none.", run::time::parse_date)
        .examples(&[(r#"parse_date("2026-02-29") is absent"#, "true")]),
    f("fn parse_time_of_day(text: String) -> TimeOfDay?", "The time of day that `text` spells as `18:00`, `18:00:30` or `18:00:30.5`; absent where it spells none.", run::time::parse_time_of_day)
    .examples(&[(r#"parse_time_of_day("18:00")"#, "@18:00")]),
    f("fn parse_duration(text: String) -> Duration?", "The length that `text` spells in units of `d`, `h`, `m`, `s`, `ms`, as `1h30m`, or by ISO 8601 without years and months, as `PT1H30M`; absent where it spells none.", run::time::parse_duration)
    .examples(&[(r#"parse_duration("1h30m")"#, "90m"), (r#"parse_duration("P1DT12H")"#, "36h")]),
    #[cfg(feature = "zones")]
    f("fn format_timestamp(t: Timestamp, pattern: String, zone: String) -> String", "`t` in `zone`, laid out by a `strftime` pattern such as `%Y-%m-%d %H:%M`.", run::zone::format_timestamp)
    .fails(&[NO_ZONE, (Mismatch, "if `pattern` has a directive that does not exist")])
    .examples(&[(
        r#"@2026-07-01T22:30:00Z.format_timestamp("%d.%m.%Y %H:%M", "Europe/Berlin")"#,
        r#""02.07.2026 00:30""#,
    )]),
    #[cfg(feature = "zones")]
    f("fn zone_exists(zone: String) -> Bool", "Whether the time-zone table has `zone`, as `Europe/Berlin` or `UTC`.", run::zone::zone_exists)
        .examples(&[(r#"zone_exists("Europe/Berlin")"#, "true"), (r#"zone_exists("Mars/Olympus")"#, "false")]),
    #[cfg(feature = "zones")]
    f("fn zone_offset(t: Timestamp, zone: String) -> Duration", "How far clocks in `zone` are ahead of UTC at `t`.", run::zone::zone_offset)
        .fails(&[NO_ZONE])
        .examples(&[(r#"@2026-07-01T00:00:00Z.zone_offset("Europe/Berlin")"#, "2h")]),
    #[cfg(feature = "zones")]
    f("fn date_in(t: Timestamp, zone: String) -> Date", "The day on calendars in `zone` at `t`.", run::zone::date_in)
        .fails(&[NO_ZONE, NO_DAY])
        .examples(&[(r#"@2026-07-01T22:30:00Z.date_in("Europe/Berlin")"#, "@2026-07-02")]),
    #[cfg(feature = "zones")]
    f("fn time_in(t: Timestamp, zone: String) -> TimeOfDay", "The time on clocks in `zone` at `t`.", run::zone::time_in)
        .fails(&[NO_ZONE, NO_DAY])
        .examples(&[(r#"@2026-07-01T22:30:00Z.time_in("Europe/Berlin")"#, "@00:30")]),
    #[cfg(feature = "zones")]
    f("fn at_time(d: Date, time: TimeOfDay, zone: String) -> Timestamp", "The instant at which clocks in `zone` show `time` on day `d`: the earlier one where they show it twice, and as if they had not been put forward where they never do.", run::zone::at_time)
    .fails(&[NO_ZONE, NO_DAY])
    .examples(&[(r#"@2026-07-02.at_time(@00:30, "Europe/Berlin")"#, "@2026-07-01T22:30:00Z")]),
    #[cfg(feature = "zones")]
    f("fn start_of_day(d: Date, zone: String) -> Timestamp", "The first instant of day `d` in `zone`.", run::zone::start_of_day)
        .fails(&[NO_ZONE, NO_DAY])
        .examples(&[(r#"@2026-07-02.start_of_day("Europe/Berlin")"#, "@2026-07-01T22:00:00Z")]),
    f("fn plus_days(d: Date, days: Int) -> Date", "The day `days` after `d`; before it where `days` is below 0.", run::calendar::plus_days).constant()
        .fails(&[NO_DAY])
        .examples(&[("@2026-02-27.plus_days(2)", "@2026-03-01")]),
    f("fn plus_months(d: Date, months: Int) -> Date", "The same day of the month `months` later; the last of the month where it has no such day.", run::calendar::plus_months).constant()
    .fails(&[NO_DAY])
    .examples(&[("@2026-01-31.plus_months(1)", "@2026-02-28"), ("@2026-03-31.plus_months(-1)", "@2026-02-28")]),
    f("fn plus_years(d: Date, years: Int) -> Date", "The same day `years` later; 28 February for a 29th that does not exist.", run::calendar::plus_years).constant()
        .fails(&[NO_DAY])
        .examples(&[("@2028-02-29.plus_years(1)", "@2029-02-28")]),
    f("fn plus_working_days(d: Date, days: Int, holidays: Set<Date>) -> Date", "The day `days` working days after `d`; Saturdays, Sundays and `holidays` do not count. `days` below 1 gives `d`.", run::calendar::plus_working_days)
    .fails(&[NO_DAY, (Overflow, "if `days` is above 10,000")])
    .examples(&[("@2026-12-23.plus_working_days(3, {@2026-12-25})", "@2026-12-29")]),
    f("fn year(d: Date) -> Int 1..9_999", "The year.", run::calendar::year).constant().examples(&[("@2026-07-02.year()", "2026")]),
    f("fn month(d: Date) -> Int 1..12", "The month, 1 for January.", run::calendar::month).constant().examples(&[("@2026-07-02.month()", "7")]),
    f("fn day(d: Date) -> Int 1..31", "The day of the month.", run::calendar::day).constant().examples(&[("@2026-07-02.day()", "2")]),
    f("fn day_of_year(d: Date) -> Int 1..366", "The day of the year, 1 for 1 January.", run::calendar::day_of_year)
        .examples(&[("@2026-02-01.day_of_year()", "32")]),
    f("fn day_of_week(d: Date) -> Int 1..7", "The day of the week: 1 for Monday, 7 for Sunday.", run::calendar::day_of_week)
        .examples(&[("@2026-07-02.day_of_week()", "4")]),
    f("fn is_weekend(d: Date) -> Bool", "Whether the day is a Saturday or a Sunday.", run::calendar::is_weekend).constant()
        .examples(&[("@2026-07-04.is_weekend()", "true")]),
    f("fn days_in_month(d: Date) -> Int 28..31", "How many days the month of `d` has.", run::calendar::days_in_month)
        .examples(&[("@2028-02-01.days_in_month()", "29")]),
    f("fn start_of_week(d: Date) -> Date", "The Monday on or before `d`.", run::calendar::start_of_week)
        .fails(&[NO_DAY])
        .examples(&[("@2026-07-02.start_of_week()", "@2026-06-29")]),
    f("fn start_of_month(d: Date) -> Date", "The first day of the month of `d`.", run::calendar::start_of_month)
        .examples(&[("@2026-07-02.start_of_month()", "@2026-07-01")]),
    f("fn end_of_month(d: Date) -> Date", "The last day of the month of `d`.", run::calendar::end_of_month)
        .examples(&[("@2026-07-02.end_of_month()", "@2026-07-31")]),
    f("fn hour(t: TimeOfDay) -> Int 0..23", "The hour.", run::calendar::hour).constant().examples(&[("@18:30.hour()", "18")]),
    f("fn minute(t: TimeOfDay) -> Int 0..59", "The minute.", run::calendar::minute).constant().examples(&[("@18:30.minute()", "30")]),
    f("fn second(t: TimeOfDay) -> Int 0..59", "The second, without its fraction.", run::calendar::second).constant().examples(&[("@18:30.second()", "0")]),
    f("fn whole_seconds(d: Duration) -> Int", "How many whole seconds `d` has; towards 0.", run::calendar::whole_seconds)
        .examples(&[("1500ms.whole_seconds()", "1")]),
    f("fn whole_minutes(d: Duration) -> Int", "How many whole minutes `d` has; towards 0.", run::calendar::whole_minutes)
        .examples(&[("90s.whole_minutes()", "1")]),
    f("fn whole_hours(d: Duration) -> Int", "How many whole hours `d` has; towards 0.", run::calendar::whole_hours)
        .examples(&[("(-90m).whole_hours()", "-1")]),
    f("fn whole_days(d: Duration) -> Int", "How many whole days of 24 hours `d` has; towards 0.", run::calendar::whole_days)
        .examples(&[("49h.whole_days()", "2")]),
    f("fn from_unix(seconds: Int) -> Timestamp", "The instant `seconds` after 1970-01-01T00:00:00Z.", run::time::from_unix).constant()
        .fails(&[NO_DAY])
        .examples(&[("from_unix(86_400)", "@1970-01-02T00:00:00Z")]),
    f("fn from_unix_millis(millis: Int) -> Timestamp", "The instant `millis` milliseconds after 1970-01-01T00:00:00Z.", run::time::from_unix_millis).constant()
        .fails(&[NO_DAY])
        .examples(&[("from_unix_millis(1_500)", "@1970-01-01T00:00:01.5Z")]),
    f("fn to_unix(t: Timestamp) -> Int", "How many whole seconds `t` is after 1970-01-01T00:00:00Z, rounded down.", run::time::to_unix).constant()
        .examples(&[("@1970-01-02T00:00:00Z.to_unix()", "86_400")]),
];
