//! Days, instants and lengths of time: reading what was printed gives the same.

use policy_bytecode::scalar::{Date, Duration, TimeOfDay, Timestamp};

use super::*;

#[test]
fn days_and_dates_are_one_to_one() {
    let (first, last) = (days(1, 1, 1), days(9999, 12, 31));
    let mut before = None;
    for day in first..=last {
        let (year, month, of_month) = civil(day);
        assert_eq!(days(year, month, of_month), day);
        assert!(before < Some((year, month, of_month)));
        before = Some((year, month, of_month));
    }
    assert_eq!((i64::from(first) * 86_400, i64::from(last) * 86_400 + 86_399), (FIRST_SECOND, LAST_SECOND));
    assert_eq!(days(1970, 1, 1), 0);
    assert_eq!(days(2000, 2, 29), 11_016);
}

#[test]
fn what_prints_reads_back() {
    let mut text = String::new();
    for (seconds, nanos) in [(0, 0), (-1, 999_999_999), (FIRST_SECOND, 1), (LAST_SECOND, 500_000_000)] {
        let instant = Timestamp { seconds, nanos };
        text.clear();
        timestamp_text(instant, &mut text);
        assert_eq!(read_timestamp(&text), Some(instant), "{text}");
    }
    for nanos in [0, 1, 86_399_999_999_999, 43_200_000_000_000] {
        text.clear();
        time_text(TimeOfDay(nanos), &mut text);
        assert_eq!(read_time(&text), Some(TimeOfDay(nanos)), "{text}");
    }
    for seconds in [0, 1, -1, 59, 3_600, 86_400, 90_061, i64::MAX, i64::MIN] {
        for nanos in [0, 1, 250_000_000, 999_999_999] {
            let length = Duration { seconds, nanos };
            text.clear();
            duration_text(length, &mut text);
            if seconds != i64::MIN && seconds != i64::MAX {
                assert_eq!(read_duration(&text), Some(length), "{text}");
            }
        }
    }
    text.clear();
    date_text(Date(0), &mut text);
    assert_eq!(text, "1970-01-01");
}

#[test]
fn instants_keep_to_the_years_that_there_are() {
    for text in [
        "0000-12-31T23:59:59Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-00:01",
        "2026-01-01T00:00:00",
        "2026-01-01T00:00:60Z",
        "2026-01-01T00:00:00.1234567890Z",
        "2026-01-01T00:00:00.Z",
        "2026-1-1T00:00:00Z",
        "+2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00Zx",
    ] {
        assert_eq!(read_timestamp(text), None, "{text}");
    }
    assert!(read_timestamp("2026-01-01t00:00:00z").is_some());
}

#[test]
fn lengths_are_spelled_from_great_to_small() {
    for text in ["", "1", "d", "1d1d", "1s1m", "1.5", "-", "--1s", "1.0000000001s", "P", "PT", "1 s"] {
        assert_eq!(read_duration(text), None, "{text:?}");
    }
    assert_eq!(read_duration("1d12h"), Some(Duration { seconds: 129_600, nanos: 0 }));
    assert_eq!(read_duration("-250ms"), Some(Duration { seconds: -1, nanos: 750_000_000 }));
}
