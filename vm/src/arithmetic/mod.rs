//! Exact arithmetic: a result is exact, or a failure; only division rounds, half-even at 28 digits.

mod wide;

#[cfg(test)]
mod tests;

use std::cmp::Ordering;

use rust_decimal::Decimal;

pub(crate) use self::wide::Sum;
use self::wide::{Remainder, Wide};
use crate::failure::{Code, Failure};
use crate::value::Value;

fn ints(code: Code, left: i64, right: i64) -> Failure {
    Failure::of_two(code, Value::Int(left), Value::Int(right))
}

pub(crate) fn add_int(left: i64, right: i64) -> Result<Value, Failure> {
    left.checked_add(right).map(Value::Int).ok_or_else(|| ints(Code::Overflow, left, right))
}

pub(crate) fn sub_int(left: i64, right: i64) -> Result<Value, Failure> {
    left.checked_sub(right).map(Value::Int).ok_or_else(|| ints(Code::Overflow, left, right))
}

pub(crate) fn mul_int(left: i64, right: i64) -> Result<Value, Failure> {
    left.checked_mul(right).map(Value::Int).ok_or_else(|| ints(Code::Overflow, left, right))
}

pub(crate) fn div_int(left: i64, right: i64) -> Result<Value, Failure> {
    let code = if right == 0 { Code::DivisionByZero } else { Code::Overflow };
    left.checked_div_euclid(right).map(Value::Int).ok_or_else(|| ints(code, left, right))
}

pub(crate) fn rem_int(left: i64, right: i64) -> Result<Value, Failure> {
    if right == 0 {
        return Err(ints(Code::DivisionByZero, left, right));
    }
    // Only the least Int by -1 wraps, and its remainder is 0.
    Ok(Value::Int(left.wrapping_rem_euclid(right)))
}

pub(crate) fn neg_int(value: Value) -> Result<Value, Failure> {
    let number = value.as_int().ok_or(Failure::kind(value))?;
    number.checked_neg().map(Value::Int).ok_or(Failure::of(Code::Overflow, value))
}

/// The `Int` of a sum.
pub(crate) fn int_of(sum: i128) -> Result<Value, Failure> {
    i64::try_from(sum).map(Value::Int).map_err(|_| Failure::new(Code::Overflow))
}

/// Magnitude, digits after the point, and sign.
fn parts(value: Value) -> Result<(u128, u32, bool), Failure> {
    let decimal = value.as_decimal().ok_or(Failure::kind(value))?;
    Ok((decimal.mantissa().unsigned_abs(), decimal.scale(), decimal.is_sign_negative()))
}

fn failed(code: Code, left: Value, right: Value) -> Failure {
    Failure::of_two(code, left, right)
}

#[inline(never)]
pub(crate) fn add(left: Value, right: Value) -> Result<Value, Failure> {
    add_signed(left, right, false)
}

#[inline(never)]
pub(crate) fn sub(left: Value, right: Value) -> Result<Value, Failure> {
    add_signed(left, right, true)
}

fn add_signed(left: Value, right: Value, negate: bool) -> Result<Value, Failure> {
    let ((a, a_scale, a_negative), (b, b_scale, b_sign)) = (parts(left)?, parts(right)?);
    let b_negative = b_sign != negate;
    let scale = a_scale.max(b_scale);
    let wide_a = Wide::new(a).times_ten_to(scale - a_scale);
    let wide_b = Wide::new(b).times_ten_to(scale - b_scale);
    let (sum, negative) = if a_negative == b_negative {
        (wide_a.plus(wide_b), a_negative)
    } else if wide_a.compare(wide_b) == Ordering::Less {
        (wide_b.minus(wide_a), b_negative)
    } else {
        (wide_a.minus(wide_b), a_negative)
    };
    sum.exact(scale, negative).map(Value::decimal).map_err(|code| failed(code, left, right))
}

#[inline(never)]
pub(crate) fn mul(left: Value, right: Value) -> Result<Value, Failure> {
    let ((a, a_scale, a_negative), (b, b_scale, b_negative)) = (parts(left)?, parts(right)?);
    let product = Wide::new(a).times(b);
    product
        .exact(a_scale + b_scale, a_negative != b_negative)
        .map(Value::decimal)
        .map_err(|code| failed(code, left, right))
}

#[inline(never)]
pub(crate) fn div(left: Value, right: Value) -> Result<Value, Failure> {
    let ((a, a_scale, a_negative), (b, b_scale, b_negative)) = (parts(left)?, parts(right)?);
    divide(a, b, i64::from(a_scale) - i64::from(b_scale), a_negative != b_negative)
        .map(Value::decimal)
        .map_err(|code| failed(code, left, right))
}

/// `a / b / 10^scale`, half-even at 28 digits.
fn divide(a: u128, b: u128, mut scale: i64, negative: bool) -> Result<Decimal, Code> {
    if b == 0 {
        return Err(Code::DivisionByZero);
    }
    let (mut quotient, mut rest) = (a / b, a % b);
    // Both stay below 2^100: the quotient is stopped at 29 digits, the rest is below b.
    while scale < 0 || scale < 28 && rest != 0 && quotient < wide::DIGITS_28 {
        if quotient > wide::GREATEST {
            return Err(Code::Overflow);
        }
        quotient = quotient * 10 + rest * 10 / b;
        rest = rest * 10 % b;
        scale += 1;
    }
    let remainder = match (rest, (rest * 2).cmp(&b)) {
        (0, _) => Remainder::None,
        (_, Ordering::Less) => Remainder::Less,
        (_, Ordering::Equal) => Remainder::Half,
        (_, Ordering::Greater) => Remainder::More,
    };
    Wide::new(quotient).rounded(u32::try_from(scale).unwrap_or(0), remainder, negative)
}

#[inline(never)]
pub(crate) fn neg(value: Value) -> Result<Value, Failure> {
    let decimal = value.as_decimal().ok_or(Failure::kind(value))?;
    Ok(Value::decimal(-decimal))
}

#[inline(never)]
pub(crate) fn to_decimal(value: Value) -> Result<Value, Failure> {
    value.as_decimal().map(Value::decimal).ok_or(Failure::kind(value))
}
