//! `std.set` and `std.map`.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::{Given, Miss, number};
use crate::reference::value::Value;

fn made(values: impl Iterator<Item = Value>) -> Value {
    let mut set = BTreeSet::new();
    for value in values {
        set.insert(value);
    }
    Value::Set(Rc::new(set))
}

pub(super) fn set(name: &str, args: &[Value]) -> Given {
    Ok(match args {
        [Value::Set(xs)] => match name {
            "length" => number(xs.len()),
            "to_list" => Value::list(xs.iter().cloned().collect()),
            _ => return Err(Miss::Unknown),
        },
        [Value::Set(a), Value::Set(b)] => match name {
            "union" => made(a.union(b).cloned()),
            "intersection" => made(a.intersection(b).cloned()),
            "difference" => made(a.difference(b).cloned()),
            "symmetric_difference" => made(a.symmetric_difference(b).cloned()),
            "is_subset" => Value::Bool(a.is_subset(b)),
            "is_superset" => Value::Bool(a.is_superset(b)),
            "is_disjoint" => Value::Bool(a.is_disjoint(b)),
            _ => return Err(Miss::Unknown),
        },
        [Value::List(sets)] if name == "union_all" => {
            let mut all = Vec::new();
            for set in sets.iter() {
                let Value::Set(set) = set else { return Err(Miss::Unknown) };
                all.extend(set.iter().cloned());
            }
            made(all.into_iter())
        }
        _ => return Err(Miss::Unknown),
    })
}

pub(super) fn map(name: &str, args: &[Value]) -> Given {
    Ok(match args {
        [Value::Map(m)] => match name {
            "length" => number(m.len()),
            "keys" => made(m.keys().cloned()),
            "values" => Value::list(m.values().cloned().collect()),
            "entries" => Value::list(
                m.iter().map(|(key, value)| Value::list(vec![key.clone(), value.clone()])).collect(),
            ),
            _ => return Err(Miss::Unknown),
        },
        [Value::Map(m), key, fallback] if name == "get_or" => m.get(key).unwrap_or(fallback).clone(),
        [Value::Map(a), Value::Map(b)] if name == "merge" => {
            let mut merged = (**a).clone();
            merged.extend(b.iter().map(|(key, value)| (key.clone(), value.clone())));
            Value::Map(Rc::new(merged))
        }
        [Value::Map(m), Value::Set(keys)] => {
            let wanted = match name {
                "only" => true,
                "without" => false,
                _ => return Err(Miss::Unknown),
            };
            let kept = m.iter().filter(|(key, _)| keys.contains(key) == wanted);
            Value::Map(Rc::new(kept.map(|(key, value)| (key.clone(), value.clone())).collect()))
        }
        _ => return Err(Miss::Unknown),
    })
}
