//! Functions of decimals.

use policy_vm::{Context, Value};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use super::{Result, overflow, take};

pub(crate) fn abs(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [d] = take(args)?;
    Ok(Value::decimal(context.decimal(d)?.abs()))
}

pub(crate) fn sign(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [d] = take(args)?;
    Ok(Value::Int(context.decimal(d)?.cmp(&Decimal::ZERO) as i64))
}

pub(crate) fn clamp(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [d, least, most] = take(args)?;
    Ok(Value::decimal(context.decimal(d)?.max(context.decimal(least)?).min(context.decimal(most)?)))
}

fn rounded(context: &mut Context<'_>, args: &[Value], strategy: RoundingStrategy) -> Result {
    let [d, places] = take(args)?;
    let places = u32::try_from(context.int(places)?.clamp(0, i64::from(Decimal::MAX_SCALE))).unwrap_or(0);
    Ok(Value::decimal(context.decimal(d)?.round_dp_with_strategy(places, strategy)))
}

pub(crate) fn round(context: &mut Context<'_>, args: &[Value]) -> Result {
    rounded(context, args, RoundingStrategy::MidpointNearestEven)
}

pub(crate) fn round_half_up(context: &mut Context<'_>, args: &[Value]) -> Result {
    rounded(context, args, RoundingStrategy::MidpointAwayFromZero)
}

fn whole(context: &mut Context<'_>, args: &[Value], make: fn(&Decimal) -> Decimal) -> Result {
    let [d] = take(args)?;
    make(&context.decimal(d)?).to_i64().map(Value::Int).ok_or(overflow(d))
}

pub(crate) fn floor(context: &mut Context<'_>, args: &[Value]) -> Result {
    whole(context, args, Decimal::floor)
}

pub(crate) fn ceiling(context: &mut Context<'_>, args: &[Value]) -> Result {
    whole(context, args, Decimal::ceil)
}

pub(crate) fn truncate(context: &mut Context<'_>, args: &[Value]) -> Result {
    whole(context, args, Decimal::trunc)
}

pub(crate) fn to_int(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [d] = take(args)?;
    let d = context.decimal(d)?;
    let whole = if d.fract().is_zero() { d.to_i64() } else { None };
    Ok(whole.map_or(Value::Absent, Value::Int))
}

pub(crate) fn to_text(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [d] = take(args)?;
    let text = context.decimal(d)?.normalize().to_string();
    context.make_text(&text)
}
