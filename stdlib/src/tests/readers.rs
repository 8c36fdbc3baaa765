//! Readers of text, at their edges.

use policy_vm::{Context, Heap, Value};

use crate::functions;

/// What a function of one text gives, as the machine's debugging form of it.
fn read(name: &str, text: &str) -> Option<Value> {
    let mut heap = Heap::new(1_000_000, 1 << 20);
    let mut context = Context::alone(&mut heap, "");
    let text = context.make_text(text).expect("room");
    let function = functions().find(|function| function.name() == name).expect("a function");
    Some((function.run)(&mut context, &[text]).expect("a value")).filter(|value| value.is_present())
}

#[test]
fn decimals_are_exact_or_absent() {
    let decimal = |text: &str| {
        read("parse_decimal", text).and_then(Value::as_decimal).map(|d| d.normalize().to_string())
    };
    assert_eq!(decimal("0.1").as_deref(), Some("0.1"));
    assert_eq!(decimal("-1.50e2").as_deref(), Some("-150"));
    assert_eq!(decimal("+7").as_deref(), Some("7"));
    assert_eq!(decimal("0.0000000000000000000000000001").as_deref(), Some("0.0000000000000000000000000001"));
    assert_eq!(decimal("1000000000000000000000000000000000000e-30").as_deref(), Some("1000000"));
    assert_eq!(decimal("0e999999999").as_deref(), Some("0"));
    for bad in [
        "",
        "-",
        ".5",
        "5.",
        "01",
        "1e",
        "1e+",
        "0x1",
        "1_000",
        " 1",
        "1e29",
        "1e-29",
        "79228162514264337593543950336",
        "NaN",
        "--1",
        "1.2.3",
    ] {
        assert_eq!(decimal(bad), None, "{bad}");
    }
}

#[test]
fn timestamps_are_rfc_3339_within_the_years_that_exist() {
    let seconds = |text: &str| read("parse_timestamp", text).and_then(Value::as_timestamp).map(|t| t.seconds);
    assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
    assert_eq!(seconds("1970-01-01T02:00:00.123456789+02:00"), Some(0));
    assert_eq!(seconds("1969-12-31t23:59:59.5z"), Some(-1));
    assert_eq!(seconds("0001-01-01T00:00:00Z"), Some(-62_135_596_800));
    for bad in [
        "",
        "1970-01-01",
        "1970-01-01 00:00:00Z",
        "1970-01-01T00:00:00",
        "1970-13-01T00:00:00Z",
        "1970-01-01T24:00:00Z",
        "1970-01-01T00:00:00.Z",
        "1970-01-01T00:00:00.1234567891Z",
        "1970-01-01T00:00Z",
        "0001-01-01T00:00:00+01:00",
        "1970-01-01T00:00:00Z[Europe/Berlin]",
        "1970-01-01T00:00:00+0200",
        "9999-12-31T23:59:59-01:00",
    ] {
        assert_eq!(seconds(bad), None, "{bad}");
    }
}

#[test]
fn durations_are_read_in_both_notations() {
    let nanos = |text: &str| {
        read("parse_duration", text)
            .and_then(Value::as_duration)
            .map(|d| i128::from(d.seconds) * 1_000_000_000 + i128::from(d.nanos))
    };
    assert_eq!(nanos("1h30m"), Some(5_400_000_000_000));
    assert_eq!(nanos("-1.5s"), Some(-1_500_000_000));
    assert_eq!(nanos("P1W"), Some(604_800_000_000_000));
    assert_eq!(nanos("PT0.000000001S"), Some(1));
    for bad in [
        "",
        "-",
        "P",
        "PT",
        "P1Y",
        "P1M",
        "1",
        "1x",
        "1m1h",
        "1h1h",
        "1.5.5s",
        ".5s",
        "P1DT",
        "1h ",
        "99999999999999999999d",
    ] {
        assert_eq!(nanos(bad), None, "{bad}");
    }
}

#[test]
fn dates_and_times_of_day_have_one_spelling() {
    assert_eq!(read("parse_date", "1970-01-02").and_then(Value::as_date).map(|d| d.0), Some(1));
    for bad in ["1970-1-2", "1970-02-30", "0000-01-01", "+970-01-01", "1970-01-02-", "19700102"] {
        assert!(read("parse_date", bad).is_none(), "{bad}");
    }
    assert_eq!(
        read("parse_time_of_day", "00:00:01.5").and_then(Value::as_time_of_day).map(|t| t.0),
        Some(1_500_000_000)
    );
    for bad in ["24:00", "1:00", "10:60", "10", "10:00.5", "10:00:00.", "10:00:00:00"] {
        assert!(read("parse_time_of_day", bad).is_none(), "{bad}");
    }
}

#[test]
fn networks_have_no_bits_behind_the_prefix() {
    for good in ["10.0.0.0/8", "0.0.0.0/0", "::/0", "::ffff:10.0.0.0/104"] {
        assert!(read("parse_cidr", good).is_some(), "{good}");
    }
    for bad in [
        "10.0.0.1/8",
        "10.0.0.0/33",
        "10.0.0.0/08",
        "10.0.0.0/+8",
        "10.0.0.0",
        "::ffff:10.0.0.0/8",
        "10.0.0.0/",
        "/8",
    ] {
        assert!(read("parse_cidr", bad).is_none(), "{bad}");
    }
}
