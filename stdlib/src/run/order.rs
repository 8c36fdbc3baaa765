//! Sorting and searching by the order of values.
//!
//! A comparison takes fuel and can reach a limit, so the library's own sort is used: the standard one wants
//! comparisons that cannot fail, and may panic where they contradict each other.

use std::cmp::Ordering;

use policy_vm::{Context, Value};

use super::Result;

/// The positions of `keys` in the order of the keys; equal ones in the order of positions.
pub(crate) fn sorted_positions(context: &mut Context<'_>, keys: &[Value]) -> Result<Vec<usize>> {
    let mut order: Vec<usize> = (0..keys.len()).collect();
    let mut merged = Vec::with_capacity(keys.len());
    let mut run = 1;
    while run < order.len() {
        merged.clear();
        for pair in order.chunks(run.saturating_mul(2)) {
            let (left, right) = pair.split_at(run.min(pair.len()));
            merge(context, keys, (left, right), &mut merged)?;
        }
        std::mem::swap(&mut order, &mut merged);
        run = run.saturating_mul(2);
    }
    Ok(order)
}

fn merge(
    context: &mut Context<'_>,
    keys: &[Value],
    (mut left, mut right): (&[usize], &[usize]),
    out: &mut Vec<usize>,
) -> Result<()> {
    while let (Some((&a, rest_left)), Some((&b, rest_right))) = (left.split_first(), right.split_first()) {
        if compare_at(context, keys, a, b)? == Ordering::Greater {
            out.push(b);
            right = rest_right;
        } else {
            out.push(a);
            left = rest_left;
        }
    }
    out.extend_from_slice(left);
    out.extend_from_slice(right);
    Ok(())
}

/// How two keys compare, by their positions.
pub(crate) fn compare_at(context: &mut Context<'_>, keys: &[Value], a: usize, b: usize) -> Result<Ordering> {
    match (keys.get(a), keys.get(b)) {
        (Some(&a), Some(&b)) => context.compare(a, b),
        _ => Ok(a.cmp(&b)),
    }
}

/// A sequence in order, for many questions about membership.
pub(crate) struct Sorted(Vec<Value>);

impl Sorted {
    /// Sorts values.
    pub(crate) fn new(context: &mut Context<'_>, values: &[Value]) -> Result<Self> {
        let order = sorted_positions(context, values)?;
        Ok(Self(order.into_iter().filter_map(|at| values.get(at).copied()).collect()))
    }

    /// Whether a value is among them.
    pub(crate) fn has(&self, context: &mut Context<'_>, value: Value) -> Result<bool> {
        Ok(search(context, &self.0, value)?.is_some())
    }
}

/// Where a value lies among values in order.
pub(crate) fn search(context: &mut Context<'_>, sorted: &[Value], value: Value) -> Result<Option<usize>> {
    let (mut low, mut high) = (0, sorted.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let Some(&found) = sorted.get(middle) else { break };
        match context.compare(found, value)? {
            Ordering::Less => low = middle + 1,
            Ordering::Equal => return Ok(Some(middle)),
            Ordering::Greater => high = middle,
        }
    }
    Ok(None)
}

/// The positions of equal keys together, groups in the order of keys, positions in their own.
pub(crate) fn groups(context: &mut Context<'_>, keys: &[Value]) -> Result<Vec<Vec<usize>>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for at in sorted_positions(context, keys)? {
        let same = match groups.last().and_then(|group| group.first()) {
            Some(&first) => compare_at(context, keys, first, at)? == Ordering::Equal,
            None => false,
        };
        match groups.last_mut() {
            Some(group) if same => group.push(at),
            _ => groups.push(vec![at]),
        }
    }
    Ok(groups)
}
