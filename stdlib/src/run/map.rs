//! Functions of maps.

use std::cmp::Ordering;

use policy_vm::{Context, Value};

use super::{Result, pay, take};

/// The entry at a position, key and value.
fn entry(context: &Context<'_>, m: Value, at: usize) -> Result<Option<(Value, Value)>> {
    let entries = context.entries(m)?;
    Ok(match entries.get(at * 2..at * 2 + 2) {
        Some(&[key, value]) => Some((key, value)),
        _ => None,
    })
}

/// Pushes what `pick` gives of each entry.
fn push_each(
    context: &mut Context<'_>,
    m: Value,
    pick: impl Fn(&mut Context<'_>, Value, Value) -> Result,
) -> Result<()> {
    pay(context, &[m])?;
    let mut at = 0;
    while let Some((key, value)) = entry(context, m, at)? {
        let picked = pick(context, key, value)?;
        context.push(picked)?;
        at += 1;
    }
    Ok(())
}

pub(crate) fn keys(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [m] = take(args)?;
    let mark = context.begin();
    push_each(context, m, |_, key, _| Ok(key))?;
    context.finish_set(mark)
}

pub(crate) fn values(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [m] = take(args)?;
    let mark = context.begin();
    push_each(context, m, |_, _, value| Ok(value))?;
    context.finish_list(mark)
}

pub(crate) fn entries(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [m] = take(args)?;
    let mark = context.begin();
    push_each(context, m, |context, key, value| {
        let pair = context.begin();
        context.push(key)?;
        context.push(value)?;
        context.finish_tuple(pair)
    })?;
    context.finish_list(mark)
}

pub(crate) fn get_or(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [m, key, fallback] = take(args)?;
    let (mut low, mut high) = (0, context.len(m)?);
    while low < high {
        let middle = low + (high - low) / 2;
        let Some((found, value)) = entry(context, m, middle)? else { break };
        match context.compare(found, key)? {
            Ordering::Less => low = middle + 1,
            Ordering::Equal => return Ok(value),
            Ordering::Greater => high = middle,
        }
    }
    Ok(fallback)
}

/// Walks the entries of a map beside the sorted keys of something else, and pushes the entries whose key is
/// there (`wanted`) or is not.
fn filtered(context: &mut Context<'_>, args: &[Value], wanted: bool) -> Result {
    let [m, keys] = take(args)?;
    pay(context, &[m, keys])?;
    let mark = context.begin();
    let (mut at, mut next) = (0, 0);
    while let Some((key, value)) = entry(context, m, at)? {
        let order = match context.element(keys, next)? {
            Some(listed) => context.compare(listed, key)?,
            None => Ordering::Greater,
        };
        if order == Ordering::Less {
            next += 1;
            continue;
        }
        if (order == Ordering::Equal) == wanted {
            context.push(key)?;
            context.push(value)?;
        }
        at += 1;
    }
    context.finish_map(mark)
}

pub(crate) fn only(context: &mut Context<'_>, args: &[Value]) -> Result {
    filtered(context, args, true)
}

pub(crate) fn without(context: &mut Context<'_>, args: &[Value]) -> Result {
    filtered(context, args, false)
}

pub(crate) fn merge(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [a, b] = take(args)?;
    pay(context, &[a, b])?;
    let mark = context.begin();
    let (mut i, mut j) = (0, 0);
    loop {
        let (key, value) = match (entry(context, a, i)?, entry(context, b, j)?) {
            (Some((left, value)), Some((right, other))) => match context.compare(left, right)? {
                Ordering::Less => {
                    i += 1;
                    (left, value)
                }
                Ordering::Equal => {
                    i += 1;
                    j += 1;
                    (right, other)
                }
                Ordering::Greater => {
                    j += 1;
                    (right, other)
                }
            },
            (Some(entry), None) => {
                i += 1;
                entry
            }
            (None, Some(entry)) => {
                j += 1;
                entry
            }
            (None, None) => return context.finish_map(mark),
        };
        context.push(key)?;
        context.push(value)?;
    }
}
