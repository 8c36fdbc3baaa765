//! Comprehensions and what is made of their elements.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use policy_compiler::hir::{Aggregate, Expr, Gen, TyKind};

use super::decimal::{Dec, Total};
use super::eval::{Frame, World};
use super::fault::{Result, Stop};
use super::operators::code;
use super::print::operand;
use super::time;
use super::value::Value;

/// A map of entries, all of which are evaluated before they meet.
///
/// # Errors
/// `duplicate_key`.
pub fn map_of(entries: Vec<(Value, Value)>, at: &Expr) -> Result<Value> {
    let mut map = BTreeMap::new();
    for (key, value) in entries {
        put(&mut map, key, value, at)?;
    }
    Ok(Value::Map(Rc::new(map)))
}

/// Adds an entry; two different values for one key fail.
fn put(map: &mut BTreeMap<Value, Value>, key: Value, value: Value, at: &Expr) -> Result<()> {
    match map.get(&key) {
        Some(there) if *there != value => Err(Stop::fault("duplicate_key", at.location, vec![operand(&key)])),
        Some(_) => Ok(()),
        None => {
            map.insert(key, value);
            Ok(())
        }
    }
}

/// The value of a comprehension.
///
/// # Errors
/// As its parts fail; a sum that does not fit; two values for one key.
#[allow(clippy::too_many_arguments, reason = "the parts of one node")]
pub fn comprehension<'a>(
    world: &World<'a>,
    frame: &mut Frame<'a>,
    expr: &'a Expr,
    aggregate: Aggregate,
    generators: &'a [Gen],
    filter: Option<&'a Expr>,
    elem: &'a Expr,
    value: Option<&'a Expr>,
) -> Result<Value> {
    let mut list = Vec::new();
    let mut entries = Vec::new();
    let mut count: i64 = 0;
    world.each(frame, generators, &mut |frame| {
        if let Some(filter) = filter
            && !world.truth(frame, filter)?
        {
            return Ok(true);
        }
        let element = world.eval(frame, elem)?;
        match aggregate {
            Aggregate::Count => count += 1,
            Aggregate::Map => {
                let value = value.ok_or_else(|| Stop::bug("a map without values"))?;
                let value = world.eval(frame, value)?;
                entries.push((element, value));
            }
            Aggregate::List
            | Aggregate::Set
            | Aggregate::Sum
            | Aggregate::Min
            | Aggregate::Max
            | Aggregate::Avg => list.push(element),
        }
        Ok(true)
    })?;
    match aggregate {
        Aggregate::List => Ok(Value::list(list)),
        Aggregate::Set => {
            let mut set = BTreeSet::new();
            for element in list {
                set.insert(element);
            }
            Ok(Value::Set(Rc::new(set)))
        }
        Aggregate::Map => map_of(entries, expr),
        Aggregate::Count => Ok(Value::Int(count)),
        Aggregate::Sum => sum(&list, world.hir.types.kind(expr.ty), expr),
        Aggregate::Min => Ok(Value::option(list.into_iter().min())),
        Aggregate::Max => Ok(Value::option(list.into_iter().max())),
        Aggregate::Avg => avg(&list, expr),
    }
}

/// The exact sum, failing only where the result does not fit.
///
/// # Errors
/// `overflow`, `inexact`.
pub fn sum(values: &[Value], ty: &TyKind, at: &Expr) -> Result<Value> {
    let fail = |code| Stop::fault(code, at.location, Vec::new());
    match ty {
        TyKind::Decimal => total(values)?.value().map(Value::Decimal).map_err(|error| fail(code(error))),
        TyKind::Duration => {
            let mut all: i128 = 0;
            for value in values {
                let Value::Duration(length) = value else { return Err(Stop::bug("a sum of durations")) };
                all += time::nanos(*length);
            }
            time::duration_from_nanos(all).map(Value::Duration).ok_or_else(|| fail("overflow"))
        }
        _ => {
            let mut all: i128 = 0;
            for value in values {
                let Value::Int(value) = value else { return Err(Stop::bug("a sum of integers")) };
                all += i128::from(*value);
            }
            i64::try_from(all).map(Value::Int).map_err(|_| fail("overflow"))
        }
    }
}

/// The mean, half-even at 28 digits; absent of nothing.
///
/// # Errors
/// `overflow`.
pub fn avg(values: &[Value], at: &Expr) -> Result<Value> {
    let count = i64::try_from(values.len()).unwrap_or(i64::MAX);
    if count == 0 {
        return Ok(Value::Absent);
    }
    let mean = total(values)?.over(Dec::from_int(count));
    mean.map(Value::Decimal).map_err(|error| Stop::fault(code(error), at.location, Vec::new()))
}

fn total(values: &[Value]) -> Result<Total> {
    let mut total = Total::default();
    for value in values {
        match value {
            Value::Decimal(value) => total.add(*value),
            Value::Int(value) => total.add(Dec::from_int(*value)),
            other => return Err(Stop::bug(format!("a sum with {other:?}"))),
        }
    }
    Ok(total)
}
