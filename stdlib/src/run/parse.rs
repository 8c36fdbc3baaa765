//! Numbers and truth values that text spells.

use policy_vm::{Context, Value};
use rust_decimal::Decimal;

use super::{Result, pay, take};

pub(crate) fn parse_int(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    Ok(context.text(text)?.parse::<i64>().map_or(Value::Absent, Value::Int))
}

pub(crate) fn parse_int_base(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [text, base] = take(args)?;
    pay(context, &[text])?;
    let base = u32::try_from(context.int(base)?).ok().filter(|base| (2..=36).contains(base));
    let number = base.and_then(|base| i64::from_str_radix(context.text(text).unwrap_or(""), base).ok());
    Ok(number.map_or(Value::Absent, Value::Int))
}

pub(crate) fn parse_bool(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    Ok(context.text(text)?.parse().map_or(Value::Absent, Value::Bool))
}

pub(crate) fn parse_decimal(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    Ok(decimal(context.text(text)?).map_or(Value::Absent, Value::decimal))
}

/// The decimal of a JSON number with an optional sign before it; none where it is not exact.
pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (digits, exponent) = match rest.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent_of(exponent)?),
        None => (rest, 0),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
        Some(_) => return None,
        None => (digits, ""),
    };
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty()
        || !all_digits(whole)
        || !all_digits(fraction)
        || (whole.len() > 1 && whole.starts_with('0'))
    {
        return None;
    }
    // Zeros at either end carry nothing; without them the digits of every exact number are few.
    let padded = format!("{whole}{fraction}");
    let significant = padded.trim_start_matches('0').trim_end_matches('0');
    if significant.is_empty() {
        return Some(Decimal::ZERO);
    }
    let trailing = padded.len() - padded.trim_end_matches('0').len();
    let power = exponent
        .checked_sub(i64::try_from(fraction.len()).ok()?)?
        .checked_add(i64::try_from(trailing).ok()?)?;
    let mut mantissa = significant.parse::<i128>().ok()?;
    let mut scale = 0;
    if power < 0 {
        scale = u32::try_from(-power).ok().filter(|scale| *scale <= Decimal::MAX_SCALE)?;
    } else {
        let shift = 10_i128.checked_pow(u32::try_from(power).ok()?)?;
        mantissa = mantissa.checked_mul(shift)?;
    }
    let mut value = Decimal::try_from_i128_with_scale(mantissa, scale).ok()?;
    value.set_sign_negative(negative);
    Some(value)
}

fn exponent_of(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}
