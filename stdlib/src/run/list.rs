//! Functions of lists that do not compare elements.

use policy_vm::{Context, Value};

use super::{MAX_ELEMENTS, Result, count, overflow, pay, place, take};

pub(crate) fn length(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [xs] = take(args)?;
    Ok(count(context.len(xs)?))
}

pub(crate) fn first(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [xs] = take(args)?;
    Ok(context.elements(xs)?.first().copied().unwrap_or(Value::Absent))
}

pub(crate) fn last(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [xs] = take(args)?;
    Ok(context.elements(xs)?.last().copied().unwrap_or(Value::Absent))
}

/// The elements of a list at some positions, in the order of the positions.
fn part(context: &mut Context<'_>, xs: Value, positions: impl Iterator<Item = usize>) -> Result {
    let mark = context.begin();
    for at in positions {
        let Some(x) = context.element(xs, at)? else { break };
        context.charge(1)?;
        context.push(x)?;
    }
    context.finish_list(mark)
}

pub(crate) fn take_first(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [xs, n] = take(args)?;
    let end = place(context.int(n)?, context.len(xs)?);
    part(context, xs, 0..end)
}

pub(crate) fn drop_first(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [xs, n] = take(args)?;
    let length = context.len(xs)?;
    let start = place(context.int(n)?, length);
    part(context, xs, start..length)
}

pub(crate) fn take_last(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [xs, n] = take(args)?;
    let length = context.len(xs)?;
    let n = place(context.int(n)?, length);
    part(context, xs, length - n..length)
}

pub(crate) fn drop_last(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [xs, n] = take(args)?;
    let length = context.len(xs)?;
    let n = place(context.int(n)?, length);
    part(context, xs, 0..length - n)
}

pub(crate) fn slice(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [xs, from, to] = take(args)?;
    let length = context.len(xs)?;
    let (from, to) = (place(context.int(from)?, length), place(context.int(to)?, length));
    part(context, xs, from..to)
}

pub(crate) fn reverse(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [xs] = take(args)?;
    let length = context.len(xs)?;
    part(context, xs, (0..length).rev())
}

fn push_all(context: &mut Context<'_>, xs: Value) -> Result<()> {
    for at in 0..context.len(xs)? {
        let Some(x) = context.element(xs, at)? else { break };
        context.charge(1)?;
        context.push(x)?;
    }
    Ok(())
}

pub(crate) fn concat(context: &mut Context<'_>, args: &[Value]) -> Result {
    let mark = context.begin();
    for &xs in args {
        push_all(context, xs)?;
    }
    context.finish_list(mark)
}

pub(crate) fn flatten(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [lists] = take(args)?;
    pay(context, &[lists])?;
    let mark = context.begin();
    for at in 0..context.len(lists)? {
        let Some(xs) = context.element(lists, at)? else { break };
        push_all(context, xs)?;
    }
    context.finish_list(mark)
}

pub(crate) fn compact(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [xs] = take(args)?;
    pay(context, &[xs])?;
    let mark = context.begin();
    for at in 0..context.len(xs)? {
        if let Some(x) = context.element(xs, at)?.filter(|x| !matches!(x, Value::Absent | Value::Null)) {
            context.push(x)?;
        }
    }
    context.finish_list(mark)
}

/// Pushes a tuple of two.
fn push_pair(context: &mut Context<'_>, a: Value, b: Value) -> Result<()> {
    let mark = context.begin();
    context.push(a)?;
    context.push(b)?;
    let pair = context.finish_tuple(mark)?;
    context.charge(1)?;
    context.push(pair)
}

pub(crate) fn zip(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [a, b] = take(args)?;
    let mark = context.begin();
    let mut at = 0;
    while let (Some(x), Some(y)) = (context.element(a, at)?, context.element(b, at)?) {
        push_pair(context, x, y)?;
        at += 1;
    }
    context.finish_list(mark)
}

pub(crate) fn numbered(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [xs] = take(args)?;
    let mark = context.begin();
    let mut at = 0;
    while let Some(x) = context.element(xs, at)? {
        push_pair(context, count(at), x)?;
        at += 1;
    }
    context.finish_list(mark)
}

pub(crate) fn neighbours(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [xs] = take(args)?;
    let mark = context.begin();
    let mut at = 0;
    while let (Some(x), Some(y)) = (context.element(xs, at)?, context.element(xs, at + 1)?) {
        push_pair(context, x, y)?;
        at += 1;
    }
    context.finish_list(mark)
}

pub(crate) fn pairs(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [xs] = take(args)?;
    let length = context.len(xs)?;
    let most = usize::try_from(MAX_ELEMENTS).unwrap_or(usize::MAX);
    if length.saturating_mul(length.saturating_sub(1)) / 2 > most {
        return Err(overflow(count(length)));
    }
    let mark = context.begin();
    for first in 0..length {
        for second in first + 1..length {
            if let (Some(x), Some(y)) = (context.element(xs, first)?, context.element(xs, second)?) {
                push_pair(context, x, y)?;
            }
        }
    }
    context.finish_list(mark)
}

pub(crate) fn chunks(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [xs, size] = take(args)?;
    let length = context.len(xs)?;
    let size = place(context.int(size)?, length.max(1)).max(1);
    let mark = context.begin();
    for start in (0..length).step_by(size) {
        let chunk = part(context, xs, start..length.min(start + size))?;
        context.push(chunk)?;
    }
    context.finish_list(mark)
}

pub(crate) fn range(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [from, to] = take(args)?;
    let (first, end) = (context.int(from)?, context.int(to)?);
    if end > first && end.checked_sub(first).is_none_or(|length| length > MAX_ELEMENTS) {
        return Err(overflow(to));
    }
    let mark = context.begin();
    for n in first..end {
        context.charge(1)?;
        context.push(Value::Int(n))?;
    }
    context.finish_list(mark)
}

/// How many flags are true before the first that is not.
fn true_run(context: &Context<'_>, flags: Value) -> Result<usize> {
    Ok(context.elements(flags)?.iter().take_while(|flag| flag.as_bool() == Some(true)).count())
}

pub(crate) fn take_while_flags(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [xs, flags] = take(args)?;
    pay(context, &[flags])?;
    let end = true_run(context, flags)?.min(context.len(xs)?);
    part(context, xs, 0..end)
}

pub(crate) fn drop_while_flags(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [xs, flags] = take(args)?;
    pay(context, &[flags])?;
    let length = context.len(xs)?;
    let start = true_run(context, flags)?;
    part(context, xs, start..length)
}
