//! Functions of sets: walks over two runs in order.

use std::cmp::Ordering;

use policy_vm::{Context, Value};

use super::{Result, pay, take};

/// Which elements of two sets are kept.
#[derive(Clone, Copy)]
struct Keep {
    left: bool,
    both: bool,
    right: bool,
}

/// Walks two sets in order, and gives each element to `visit` with where it stands: `Less` in the left one only,
/// `Greater` in the right one only, `Equal` in both. Ends early where `visit` gives false.
fn walk(
    context: &mut Context<'_>,
    (a, b): (Value, Value),
    mut visit: impl FnMut(&mut Context<'_>, Value, Ordering) -> Result<bool>,
) -> Result<()> {
    pay(context, &[a, b])?;
    let (mut i, mut j) = (0, 0);
    loop {
        let (value, side) = match (context.element(a, i)?, context.element(b, j)?) {
            (Some(x), Some(y)) => match context.compare(x, y)? {
                Ordering::Greater => (y, Ordering::Greater),
                side @ (Ordering::Less | Ordering::Equal) => (x, side),
            },
            (Some(x), None) => (x, Ordering::Less),
            (None, Some(y)) => (y, Ordering::Greater),
            (None, None) => return Ok(()),
        };
        i += usize::from(side != Ordering::Greater);
        j += usize::from(side != Ordering::Less);
        if !visit(context, value, side)? {
            return Ok(());
        }
    }
}

fn combine(context: &mut Context<'_>, args: &[Value], keep: Keep) -> Result {
    let [a, b] = take(args)?;
    let mark = context.begin();
    walk(context, (a, b), |context, value, side| {
        let kept = match side {
            Ordering::Less => keep.left,
            Ordering::Equal => keep.both,
            Ordering::Greater => keep.right,
        };
        if kept {
            context.push(value)?;
        }
        Ok(true)
    })?;
    context.finish_set(mark)
}

pub(crate) fn union(context: &mut Context<'_>, args: &[Value]) -> Result {
    combine(context, args, Keep { left: true, both: true, right: true })
}

pub(crate) fn intersection(context: &mut Context<'_>, args: &[Value]) -> Result {
    combine(context, args, Keep { left: false, both: true, right: false })
}

pub(crate) fn difference(context: &mut Context<'_>, args: &[Value]) -> Result {
    combine(context, args, Keep { left: true, both: false, right: false })
}

pub(crate) fn symmetric_difference(context: &mut Context<'_>, args: &[Value]) -> Result {
    combine(context, args, Keep { left: true, both: false, right: true })
}

/// Whether no element of two sets stands where `forbidden` says.
fn free_of(context: &mut Context<'_>, args: &[Value], forbidden: Ordering) -> Result {
    let [a, b] = take(args)?;
    let mut free = true;
    walk(context, (a, b), |_, _, side| {
        free = side != forbidden;
        Ok(free)
    })?;
    Ok(Value::Bool(free))
}

pub(crate) fn is_subset(context: &mut Context<'_>, args: &[Value]) -> Result {
    free_of(context, args, Ordering::Less)
}

pub(crate) fn is_superset(context: &mut Context<'_>, args: &[Value]) -> Result {
    free_of(context, args, Ordering::Greater)
}

pub(crate) fn is_disjoint(context: &mut Context<'_>, args: &[Value]) -> Result {
    free_of(context, args, Ordering::Equal)
}

pub(crate) fn to_list(context: &mut Context<'_>, args: &[Value]) -> Result {
    super::list::concat(context, args)
}

pub(crate) fn union_all(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [sets] = take(args)?;
    pay(context, &[sets])?;
    let mark = context.begin();
    for at in 0..context.len(sets)? {
        let Some(set) = context.element(sets, at)? else { break };
        pay(context, &[set])?;
        let mut inner = 0;
        while let Some(value) = context.element(set, inner)? {
            context.push(value)?;
            inner += 1;
        }
    }
    context.finish_set(mark)
}
