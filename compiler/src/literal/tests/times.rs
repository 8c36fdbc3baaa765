use policy_bytecode::scalar::{Date, Duration, TimeOfDay, Timestamp};
use policy_syntax::ast::CheckedKind as Kind;

use super::{bad, fix, good};
use crate::hir::Const;
use crate::literal::codes;

#[test]
fn durations() {
    let seconds = |seconds, nanos| Const::Duration(Duration { seconds, nanos });
    assert_eq!(good(Kind::Duration, "250ms"), seconds(0, 250_000_000));
    assert_eq!(good(Kind::Duration, "1_500ms"), seconds(1, 500_000_000));
    assert_eq!(good(Kind::Duration, "15m"), seconds(900, 0));
    assert_eq!(good(Kind::Duration, "30d"), seconds(2_592_000, 0));
    bad(Kind::Duration, "10", codes::DURATION, "");
    assert_eq!(fix(&bad(Kind::Duration, "2w", codes::DURATION, "w")), "14d");
    assert_eq!(fix(&bad(Kind::Duration, "1h30m", codes::DURATION, "30m")), "90m");
    assert_eq!(fix(&bad(Kind::Duration, "1.5h", codes::DURATION, ".5")), "90m");
    bad(Kind::Duration, "3months", codes::DURATION, "months");
    bad(Kind::Duration, "999999999999999999999d", codes::DURATION, "999999999999999999999d");
}

#[test]
fn dates() {
    assert_eq!(good(Kind::Date, "1970-01-01"), Const::Date(Date(0)));
    assert_eq!(good(Kind::Date, "2024-02-29"), Const::Date(Date(19_782)));
    assert_eq!(good(Kind::Date, "0001-01-01"), Const::Date(Date(-719_162)));
    assert_eq!(good(Kind::Date, "9999-12-31"), Const::Date(Date(2_932_896)));
    bad(Kind::Date, "2023-02-29", codes::DATE, "29");
    bad(Kind::Date, "2023-13-01", codes::DATE, "13");
    bad(Kind::Date, "0000-01-01", codes::DATE, "0000");
    bad(Kind::Date, "2023-1-01", codes::DATE, "1");
    bad(Kind::Date, "2023-01-01x", codes::DATE, "x");
    bad(Kind::Date, "2023-01", codes::DATE, "");
}

#[test]
fn timestamps() {
    let at = |seconds, nanos| Const::Timestamp(Timestamp { seconds, nanos });
    assert_eq!(good(Kind::Timestamp, "1970-01-01T00:00:00Z"), at(0, 0));
    assert_eq!(good(Kind::Timestamp, "1970-01-01T02:00:00+02:00"), at(0, 0));
    assert_eq!(good(Kind::Timestamp, "1969-12-31T23:59:59.999999999Z"), at(-1, 999_999_999));
    assert_eq!(good(Kind::Timestamp, "2026-12-31T00:00:00.5-05:30"), at(1_798_694_900 + 100, 500_000_000));
    assert_eq!(
        fix(&bad(Kind::Timestamp, "2026-12-31T10:00Z", codes::TIMESTAMP, "10:00")),
        "2026-12-31T10:00:00Z"
    );
    assert_eq!(
        fix(&bad(Kind::Timestamp, "2026-12-31t10:00:00Z", codes::TIMESTAMP, "t")),
        "2026-12-31T10:00:00Z"
    );
    assert_eq!(
        fix(&bad(Kind::Timestamp, "2026-12-31T10:00:00", codes::TIMESTAMP, "")),
        "2026-12-31T10:00:00Z"
    );
    bad(Kind::Timestamp, "2026-12-31T10:00:60Z", codes::TIMESTAMP, "60");
    bad(Kind::Timestamp, "2026-12-31T10:00:00.1234567891Z", codes::TIMESTAMP, "1");
    bad(Kind::Timestamp, "2026-12-31T25:00:00Z", codes::TIMESTAMP, "25");
    bad(Kind::Timestamp, "2026-12-31T10:00:00+2:00", codes::TIMESTAMP, "2");
    bad(Kind::Timestamp, "0001-01-01T00:00:00+01:00", codes::TIMESTAMP, "0001-01-01T00:00:00+01:00");
}

#[test]
fn times_of_day() {
    assert_eq!(good(Kind::TimeOfDay, "18:00"), Const::TimeOfDay(TimeOfDay(64_800_000_000_000)));
    assert_eq!(good(Kind::TimeOfDay, "00:00:01.5"), Const::TimeOfDay(TimeOfDay(1_500_000_000)));
    bad(Kind::TimeOfDay, "24:00", codes::TIME_OF_DAY, "24");
    bad(Kind::TimeOfDay, "18:60", codes::TIME_OF_DAY, "60");
    bad(Kind::TimeOfDay, "18", codes::TIME_OF_DAY, "");
    bad(Kind::TimeOfDay, "6:00", codes::TIME_OF_DAY, "6");
}
