//! The parts of the evaluator that can be held without a program.

use super::decimal::{Dec, Inexact};
use super::json::{self, Broken, Doc};
use super::pattern::{matches, search};
use super::time;
use super::value::PatternKind::{Glob, Regex, Wildcard};

fn dec(text: &str) -> Dec {
    Dec::from_json(text).unwrap()
}

#[test]
fn decimals_are_exact_or_fail() {
    assert_eq!(dec("0.1").add(dec("0.2")), Ok(dec("0.30")));
    assert_eq!(dec("1e3").to_int(), Some(1000));
    assert_eq!(dec("-0").to_string(), "0");
    assert_eq!(dec("12.50").mul(dec("-0.4")), Ok(dec("-5")));
    let tiny = dec("0.0000000000000000000000000001");
    assert_eq!(tiny.mul(dec("0.1")), Err(Inexact::Digits));
    assert_eq!(dec("79228162514264337593543950335").add(dec("1")), Err(Inexact::Overflow));
    assert_eq!(Dec::from_json("1e400"), Err(Inexact::Overflow));
    assert_eq!(Dec::from_json("1e-400"), Err(Inexact::Digits));
    assert_eq!(dec("0e999999999999999999999"), Dec::default());
}

#[test]
fn division_rounds_half_to_even_at_28_digits() {
    assert_eq!(dec("1").div(dec("3")).unwrap().to_string(), "0.3333333333333333333333333333");
    assert_eq!(dec("2").div(dec("3")).unwrap().to_string(), "0.6666666666666666666666666667");
    assert_eq!(dec("10").div(dec("4")).unwrap(), dec("2.5"));
    assert_eq!(dec("1").div(dec("0")), Err(Inexact::Zero));
    assert_eq!(dec("1000").div(dec("7")).unwrap().to_string(), "142.8571428571428571428571429");
}

#[test]
fn decimals_agree_with_the_crate_where_both_are_exact() {
    let samples = ["0", "1", "-1", "0.5", "123456.789", "-99999999999.000001", "7e20", "1e-20"];
    for a in samples {
        for b in samples {
            let (x, y) = (dec(a), dec(b));
            let read = |text| rust_decimal::Decimal::from_scientific(text).or_else(|_| text.parse()).unwrap();
            let (p, q): (rust_decimal::Decimal, rust_decimal::Decimal) = (read(a), read(b));
            assert_eq!(x.cmp(&y), p.cmp(&q), "{a} {b}");
            if let Ok(sum) = x.add(y) {
                assert_eq!(Dec::from_constant(p + q), sum, "{a} + {b}");
            }
        }
    }
}

#[test]
fn instants_are_read_and_written() {
    for text in ["0001-01-01T00:00:00Z", "2026-02-28T23:59:59.000000001Z", "9999-12-31T23:59:59.5Z"] {
        assert_eq!(time::print_timestamp(time::read_timestamp(text).unwrap()), text);
    }
    let there = time::read_timestamp("2026-01-01T01:00:00+02:00").unwrap();
    assert_eq!(time::print_timestamp(there), "2025-12-31T23:00:00Z");
    for text in ["2026-02-29T00:00:00Z", "2026-01-01T00:00:00", "2026-01-01", "2026-01-01T24:00:00Z"] {
        assert_eq!(time::read_timestamp(text), None, "{text}");
    }
    for days in (-719_162..2_932_896).step_by(997) {
        let (year, month, day) = time::civil_from_days(days);
        assert_eq!(time::days_from_civil(year, month, day), days);
    }
}

#[test]
fn patterns_match_the_whole_text() {
    assert!(matches(Regex, r"v\d+", "v12", false));
    assert!(!matches(Regex, r"v\d+", "v12 ", false));
    assert!(!matches(Regex, r"\d", "٣", false), "digits are ASCII");
    assert!(matches(Regex, "a.b", "a\nb", false), "a point takes every character");
    assert!(search(r"\bcat\b", "a cat."));
    assert!(matches(Glob, "src/**/*.rs", "src/a/b/c.rs", false));
    assert!(matches(Glob, "src/**/*.rs", "src/c.rs", false));
    assert!(matches(Glob, "a/**", "a", false));
    assert!(!matches(Glob, "*.rs", "a/b.rs", false));
    assert!(matches(Glob, "*.{rs,toml}", "a.toml", false));
    assert!(!matches(Glob, "[!a]", "/", false));
    assert!(matches(Glob, "*.example.com", "a.example.com", true));
    assert!(!matches(Glob, "*.example.com", "a.b.example.com", true));
    assert!(matches(Wildcard, "arn:*:prod-?", "arn:a/b:prod-1", false));
}

#[test]
fn documents_are_read_as_they_are_written() {
    let doc = json::parse(br#" {"a": [1e3, "\ud83d\ude00"], "a": null} "#).unwrap();
    let Doc::Object(members) = &doc else { panic!("{doc:?}") };
    assert_eq!(members.len(), 2);
    let Doc::Array(elements) = &members.first().unwrap().1 else { panic!("{doc:?}") };
    assert_eq!(*elements, vec![Doc::Number("1e3".to_owned()), Doc::String("😀".to_owned())]);
    assert_eq!(json::parse(br#"["\ud800"]"#), Ok(Doc::Array(vec![Doc::Broken])));
    for broken in ["", "{", "[1,]", "01", "+1", "1.", "nul", "\"\n\"", "{\"a\"}", "1 2", "\"\\x\""] {
        assert_eq!(json::parse(broken.as_bytes()), Err(Broken::Syntax), "{broken}");
    }
    assert_eq!(json::parse(&[b'"', 0xff, b'"']), Err(Broken::Syntax));
    assert_eq!(json::parse("[".repeat(1000).as_bytes()), Err(Broken::Depth));
}
