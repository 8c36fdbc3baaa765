//! Numbers of JSON, exactly.

use crate::value::Value;
use rust_decimal::Decimal;

/// The greatest mantissa of a decimal.
const GREATEST: u128 = (1 << 96) - 1;

/// The value of a number as JSON spells it: an `Int` where it is an integer in 64 bits, else a `Decimal`
/// where that holds it exactly, else none.
pub(super) fn read(text: &str) -> Option<Value> {
    let bytes = text.as_bytes();
    let (negative, digits) = match bytes.split_first() {
        Some((b'-', rest)) => (true, rest),
        _ => (false, bytes),
    };
    if digits.len() <= 18 && digits.iter().all(u8::is_ascii_digit) {
        let number = digits.iter().fold(0_i64, |number, digit| number * 10 + i64::from(digit - b'0'));
        return Some(Value::Int(if negative { -number } else { number }));
    }
    let (mantissa, exponent) = parts(digits)?;
    let signed = i128::try_from(mantissa).ok()?;
    let signed = if negative { -signed } else { signed };
    if let Ok(power) = u32::try_from(exponent) {
        let whole = 10_i128.checked_pow(power).and_then(|power| signed.checked_mul(power))?;
        return match i64::try_from(whole) {
            Ok(number) => Some(Value::Int(number)),
            Err(_) => Decimal::try_from_i128_with_scale(whole, 0).ok().map(Value::decimal),
        };
    }
    let scale = exponent.unsigned_abs();
    (scale <= 28).then(|| Decimal::try_from_i128_with_scale(signed, scale).ok().map(Value::decimal)).flatten()
}

/// Mantissa and exponent, without zeros at the mantissa's end; none where it has too many digits.
fn parts(text: &[u8]) -> Option<(u128, i32)> {
    let mut mantissa = 0_u128;
    let mut exponent = 0_i64;
    // Zeros that stand at the end so far: they count only if another digit follows.
    let mut zeros = 0_u32;
    let mut after_point = false;
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        match byte {
            b'.' => after_point = true,
            b'e' | b'E' => {
                exponent = exponent.saturating_add(power(rest.as_slice()));
                break;
            }
            digit => {
                exponent -= i64::from(after_point);
                if *digit == b'0' {
                    zeros = zeros.saturating_add(u32::from(mantissa != 0));
                    if mantissa == 0 {
                        continue;
                    }
                } else {
                    let shift = 10_u128.checked_pow(zeros + 1)?;
                    mantissa = mantissa.checked_mul(shift)?.checked_add(u128::from(digit - b'0'))?;
                    zeros = 0;
                    if mantissa > GREATEST {
                        return None;
                    }
                }
            }
        }
    }
    if mantissa == 0 {
        return Some((0, 0));
    }
    Some((mantissa, i32::try_from(exponent + i64::from(zeros)).ok()?))
}

/// The exponent as written, saturated far outside of what fits.
fn power(text: &[u8]) -> i64 {
    let (negative, digits) = match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, text),
    };
    let value = digits
        .iter()
        .fold(0_i64, |value, digit| value.saturating_mul(10).saturating_add(i64::from(digit - b'0')));
    let value = value.min(1 << 40);
    if negative { -value } else { value }
}
