use rust_decimal::Decimal;

use crate::hir::Const;
use crate::literal::{codes, decimal, int};

#[test]
fn integers_fill_64_bits() {
    assert_eq!(int("1_000", false), Ok(Const::Int(1_000)));
    assert_eq!(int("9223372036854775807", false), Ok(Const::Int(i64::MAX)));
    assert_eq!(int("9223372036854775808", true), Ok(Const::Int(i64::MIN)));
    for (text, negative) in [("9223372036854775808", false), ("9223372036854775809", true)] {
        let error = int(text, negative).unwrap_err();
        assert_eq!((error.code, error.at), (codes::INT, 0..19));
    }
}

#[test]
fn decimals_are_exact() {
    assert_eq!(decimal("0.75"), Ok(Const::Decimal(Decimal::new(75, 2))));
    assert_eq!(decimal("1_000.50"), Ok(Const::Decimal(Decimal::new(10_005, 1))));
    let digits = "1234567890.123456789012345678";
    assert_eq!(decimal(digits).map(|c| format!("{c:?}")), Ok(format!("Decimal({digits})")));
    let padded = format!("000000000{digits}00000000");
    assert_eq!(decimal(&padded), decimal(digits));
}

#[test]
fn decimals_with_too_many_digits_are_refused() {
    for text in [
        "12345678901234567890123456789.5",
        "0.00000000000000000000000000001",
        "1.2345678901234567890123456789",
    ] {
        let error = decimal(text).unwrap_err();
        assert_eq!((error.code, error.at), (codes::DECIMAL, 0..text.len()), "{text}");
    }
}
