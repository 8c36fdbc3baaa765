//! Functions of lists that compare elements, or keys at the same places.

use std::cmp::Ordering;

use policy_vm::{Context, Value};

use super::order::{Sorted, compare_at, groups, sorted_positions};
use super::{Result, count, pay, take};

fn elements(context: &mut Context<'_>, xs: Value) -> Result<Vec<Value>> {
    pay(context, &[xs])?;
    Ok(context.elements(xs)?.to_vec())
}

/// A list of the elements at some positions.
fn at_positions(
    context: &mut Context<'_>,
    xs: &[Value],
    positions: impl IntoIterator<Item = usize>,
) -> Result {
    let mark = context.begin();
    for x in positions.into_iter().filter_map(|at| xs.get(at).copied()) {
        context.push(x)?;
    }
    context.finish_list(mark)
}

/// The elements and their keys; what has no partner on the other side is left out.
fn keyed(context: &mut Context<'_>, args: &[Value]) -> Result<(Vec<Value>, Vec<Value>)> {
    let [xs, keys] = take(args)?;
    let (mut xs, mut keys) = (elements(context, xs)?, elements(context, keys)?);
    let length = xs.len().min(keys.len());
    xs.truncate(length);
    keys.truncate(length);
    Ok((xs, keys))
}

pub(crate) fn sort(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [xs] = take(args)?;
    let xs = elements(context, xs)?;
    let order = sorted_positions(context, &xs)?;
    at_positions(context, &xs, order)
}

pub(crate) fn sort_by_keys(context: &mut Context<'_>, args: &[Value]) -> Result {
    let (xs, keys) = keyed(context, args)?;
    let order = sorted_positions(context, &keys)?;
    at_positions(context, &xs, order)
}

/// The first position of each group that `keep` keeps, in the order of positions.
fn firsts(context: &mut Context<'_>, keys: &[Value], keep: fn(&[usize]) -> bool) -> Result<Vec<usize>> {
    let groups = groups(context, keys)?;
    let mut firsts: Vec<usize> =
        groups.iter().filter(|group| keep(group)).filter_map(|group| group.first().copied()).collect();
    firsts.sort_unstable();
    Ok(firsts)
}

pub(crate) fn distinct(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [xs] = take(args)?;
    let xs = elements(context, xs)?;
    let firsts = firsts(context, &xs, |_| true)?;
    at_positions(context, &xs, firsts)
}

pub(crate) fn distinct_by_keys(context: &mut Context<'_>, args: &[Value]) -> Result {
    let (xs, keys) = keyed(context, args)?;
    let firsts = firsts(context, &keys, |_| true)?;
    at_positions(context, &xs, firsts)
}

pub(crate) fn duplicates(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [xs] = take(args)?;
    let xs = elements(context, xs)?;
    let firsts = firsts(context, &xs, |group| group.len() > 1)?;
    at_positions(context, &xs, firsts)
}

pub(crate) fn group_by_keys(context: &mut Context<'_>, args: &[Value]) -> Result {
    let (xs, keys) = keyed(context, args)?;
    let groups = groups(context, &keys)?;
    let mark = context.begin();
    for group in groups {
        let Some(&key) = group.first().and_then(|&first| keys.get(first)) else { continue };
        let members = at_positions(context, &xs, group)?;
        context.push(key)?;
        context.push(members)?;
    }
    context.finish_map(mark)
}

/// The first element whose key is before (`Less`) or behind (`Greater`) all others.
fn extreme(context: &mut Context<'_>, args: &[Value], wanted: Ordering) -> Result {
    let (xs, keys) = keyed(context, args)?;
    let mut best = 0;
    for at in 1..keys.len() {
        if compare_at(context, &keys, at, best)? == wanted {
            best = at;
        }
    }
    Ok(xs.get(best).copied().unwrap_or(Value::Absent))
}

pub(crate) fn min_by_keys(context: &mut Context<'_>, args: &[Value]) -> Result {
    extreme(context, args, Ordering::Less)
}

pub(crate) fn max_by_keys(context: &mut Context<'_>, args: &[Value]) -> Result {
    extreme(context, args, Ordering::Greater)
}

pub(crate) fn index_of(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [xs, x] = take(args)?;
    for (at, found) in elements(context, xs)?.into_iter().enumerate() {
        if context.equal(found, x)? {
            return Ok(count(at));
        }
    }
    Ok(Value::Absent)
}

pub(crate) fn count_of(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [xs, x] = take(args)?;
    let mut times = 0;
    for found in elements(context, xs)? {
        times += usize::from(context.equal(found, x)?);
    }
    Ok(count(times))
}

pub(crate) fn contains_all(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [xs, wanted] = take(args)?;
    let (xs, wanted) = (elements(context, xs)?, elements(context, wanted)?);
    let sorted = Sorted::new(context, &xs)?;
    for value in wanted {
        if !sorted.has(context, value)? {
            return Ok(Value::Bool(false));
        }
    }
    Ok(Value::Bool(true))
}

pub(crate) fn contains_any(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [xs, wanted] = take(args)?;
    let (xs, wanted) = (elements(context, xs)?, elements(context, wanted)?);
    let sorted = Sorted::new(context, &wanted)?;
    for value in xs {
        if sorted.has(context, value)? {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}

pub(crate) fn without(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [xs, unwanted] = take(args)?;
    let (xs, unwanted) = (elements(context, xs)?, elements(context, unwanted)?);
    let sorted = Sorted::new(context, &unwanted)?;
    let mark = context.begin();
    for value in xs {
        if !sorted.has(context, value)? {
            context.push(value)?;
        }
    }
    context.finish_list(mark)
}

pub(crate) fn to_set(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [xs] = take(args)?;
    let xs = elements(context, xs)?;
    context.make_set(&xs)
}
