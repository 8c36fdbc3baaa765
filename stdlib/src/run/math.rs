//! Functions of whole numbers, and of two values of any type with an order.

use std::cmp::Ordering;

use policy_vm::{Context, Value};

use super::{Result, overflow, take};

pub(crate) fn abs(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [n] = take(args)?;
    context.int(n)?.checked_abs().map(Value::Int).ok_or(overflow(n))
}

pub(crate) fn sign(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [n] = take(args)?;
    Ok(Value::Int(context.int(n)?.signum()))
}

pub(crate) fn clamp(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [n, least, most] = take(args)?;
    Ok(Value::Int(context.int(n)?.max(context.int(least)?).min(context.int(most)?)))
}

pub(crate) fn least(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [a, b] = take(args)?;
    Ok(if context.compare(b, a)? == Ordering::Less { b } else { a })
}

pub(crate) fn greatest(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [a, b] = take(args)?;
    Ok(if context.compare(b, a)? == Ordering::Greater { b } else { a })
}

pub(crate) fn power(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [base, exponent] = take(args)?;
    let (n, times) = (context.int(base)?, context.int(exponent)?);
    let result = match (n, times) {
        (_, i64::MIN..=-1) => None,
        // These stay small, however great the exponent.
        (0, 1..) => Some(0),
        (1, _) => Some(1),
        (-1, _) => Some(if times % 2 == 0 { 1 } else { -1 }),
        _ => u32::try_from(times).ok().and_then(|times| n.checked_pow(times)),
    };
    result.map(Value::Int).ok_or(overflow(exponent))
}

pub(crate) fn bit_and(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [a, b] = take(args)?;
    Ok(Value::Int(context.int(a)? & context.int(b)?))
}

pub(crate) fn bit_or(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [a, b] = take(args)?;
    Ok(Value::Int(context.int(a)? | context.int(b)?))
}

pub(crate) fn bit_xor(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [a, b] = take(args)?;
    Ok(Value::Int(context.int(a)? ^ context.int(b)?))
}

pub(crate) fn to_decimal(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [n] = take(args)?;
    Ok(Value::decimal(context.int(n)?.into()))
}

pub(crate) fn to_text(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [n] = take(args)?;
    let text = context.int(n)?.to_string();
    context.make_text(&text)
}

pub(crate) fn to_text_base(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [n, base] = take(args)?;
    let n = context.int(n)?;
    let base = context.int(base)?.clamp(2, 36).unsigned_abs();
    let mut rest = n.unsigned_abs();
    let mut digits = Vec::new();
    loop {
        let digit = u32::try_from(rest % base).unwrap_or(0);
        digits.push(char::from_digit(digit, 36).unwrap_or('0'));
        rest /= base;
        if rest == 0 {
            break;
        }
    }
    if n < 0 {
        digits.push('-');
    }
    let text: String = digits.into_iter().rev().collect();
    context.make_text(&text)
}
