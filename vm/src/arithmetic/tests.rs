//! Decimals against 256-bit laws: what is exact stays exact, and rounding is half-even at 28 digits.

use rust_decimal::Decimal;

use super::{Sum, add, div, mul, sub};
use crate::{Code, Value};

fn value(text: &str) -> Value {
    Value::decimal(text.parse().expect("a decimal"))
}

fn shown(result: Result<Value, crate::Failure>) -> Result<String, Code> {
    result.map(|value| value.as_decimal().expect("a Decimal").to_string()).map_err(|failure| failure.code)
}

#[test]
fn division_rounds_half_even_at_28_digits() {
    // The 29th digit decides: 5 with nothing after it goes to the even neighbour.
    let cases = [
        ("1", "8", "0.125"),
        ("1", "7", "0.1428571428571428571428571429"),
        ("20000000000000000000000000001", "2", "10000000000000000000000000000"),
        ("20000000000000000000000000003", "2", "10000000000000000000000000002"),
        ("-1", "3", "-0.3333333333333333333333333333"),
        ("0", "3", "0"),
        ("0.0000000000000000000000000001", "2", "0"),
        ("0.0000000000000000000000000003", "2", "0.0000000000000000000000000002"),
        ("79228162514264337593543950335", "0.5", ""),
    ];
    for (a, b, expected) in cases {
        let result = shown(div(value(a), value(b)));
        if expected.is_empty() {
            assert_eq!(result, Err(Code::Overflow), "{a} / {b}");
        } else {
            assert_eq!(result.as_deref(), Ok(expected), "{a} / {b}");
        }
    }
}

#[test]
fn sums_and_differences_undo_each_other() {
    let mut seed = 7_u64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mantissa = i128::from(seed.cast_signed()) * i128::from(seed >> 40);
        Decimal::from_i128_with_scale(mantissa >> 8, (seed >> 59) as u32 % 20)
    };
    for _ in 0..5_000 {
        let (a, b) = (Value::decimal(next()), Value::decimal(next()));
        if let Ok(sum) = add(a, b) {
            let back = sub(sum, b).expect("what was added can be taken away");
            assert_eq!(back.as_decimal(), a.as_decimal());
        }
        if let Ok(product) = mul(a, b)
            && !b.as_decimal().expect("a Decimal").is_zero()
            && let Ok(back) = div(product, b)
        {
            let difference = back.as_decimal().expect("a Decimal") - a.as_decimal().expect("a Decimal");
            assert!(difference.abs() <= Decimal::new(1, 3), "{difference}");
        }
    }
}

#[test]
fn means_round_once() {
    let mut sum = Sum::ZERO;
    for text in ["1", "1", "2"] {
        sum.add(text.parse().expect("a decimal"));
    }
    assert_eq!(sum.mean(3).expect("it fits").to_string(), "1.3333333333333333333333333333"[..29].to_owned());
    let mut large = Sum::ZERO;
    for _ in 0..3 {
        large.add(Decimal::MAX);
    }
    assert!(large.total().is_err());
    // 29 digits do not fit 28: the mean is rounded as any quotient is.
    assert_eq!(large.mean(3).expect("it fits").to_string(), Decimal::MAX.to_string());
}
