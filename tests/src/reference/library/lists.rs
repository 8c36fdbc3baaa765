//! `std.list`.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::{Given, Miss, number, within};
use crate::reference::value::Value;

/// The most elements that a function makes.
const MOST: usize = 1_000_000;

fn list(values: &[Value]) -> Value {
    Value::list(values.to_vec())
}

pub(super) fn call(name: &str, args: &[Value]) -> Given {
    match args {
        [Value::List(xs)] => one(name, xs),
        [Value::List(xs), Value::List(ys)] if name.ends_with("_keys") || name.ends_with("_flags") => {
            keyed(name, xs, ys)
        }
        [Value::List(from), Value::Map(edges)] if name == "reachable" => {
            let all = edges.iter().flat_map(|(node, targets)| match targets {
                Value::List(targets) => targets.iter().map(|to| (node.clone(), to.clone())).collect(),
                _ => Vec::new(),
            });
            Ok(reached(from, &all.collect::<Vec<_>>()))
        }
        [Value::List(from), Value::List(pairs)] if name == "reachable_by_pairs" => {
            let pair = |pair: &Value| match pair {
                Value::List(parts) => Some((parts.first()?.clone(), parts.get(1)?.clone())),
                _ => None,
            };
            Ok(reached(from, &pairs.iter().filter_map(pair).collect::<Vec<_>>()))
        }
        [Value::List(xs), Value::List(ys)] => Ok(match name {
            "concat" => Value::list(xs.iter().chain(ys.iter()).cloned().collect()),
            "contains_all" => Value::Bool(ys.iter().all(|y| xs.contains(y))),
            "contains_any" => Value::Bool(ys.iter().any(|y| xs.contains(y))),
            "without" => Value::list(xs.iter().filter(|x| !ys.contains(x)).cloned().collect()),
            "zip" => Value::list(
                xs.iter().zip(ys.iter()).map(|(x, y)| Value::list(vec![x.clone(), y.clone()])).collect(),
            ),
            "index_of" | "count_of" => return element(name, xs, &Value::List(ys.clone())),
            _ => return Err(Miss::Unknown),
        }),
        [Value::List(xs), Value::Int(from), Value::Int(to)] if name == "slice" => {
            let (from, to) = (within(*from, xs.len()), within(*to, xs.len()));
            Ok(list(xs.get(from..to).unwrap_or_default()))
        }
        [Value::List(xs), Value::Int(n)] if !matches!(name, "index_of" | "count_of") => {
            let n_front = within(*n, xs.len());
            let n_back = xs.len() - n_front;
            Ok(match name {
                "take" => list(xs.get(..n_front).unwrap_or_default()),
                "drop" => list(xs.get(n_front..).unwrap_or_default()),
                "take_last" => list(xs.get(n_back..).unwrap_or_default()),
                "drop_last" => list(xs.get(..n_back).unwrap_or_default()),
                "chunks" => {
                    let size = usize::try_from((*n).max(1)).unwrap_or(usize::MAX);
                    Value::list(xs.chunks(size).map(list).collect())
                }
                _ => return Err(Miss::Unknown),
            })
        }
        [Value::List(xs), x] => element(name, xs, x),
        [Value::Int(from), Value::Int(to)] if name == "range" => {
            if i128::from(*to) - i128::from(*from) > MOST as i128 {
                return Err(Miss::Code("overflow"));
            }
            Ok(Value::list((*from..*to).map(Value::Int).collect()))
        }
        _ => Err(Miss::Unknown),
    }
}

fn element(name: &str, xs: &[Value], x: &Value) -> Given {
    Ok(match name {
        "index_of" => Value::option(xs.iter().position(|other| other == x).map(number)),
        "count_of" => number(xs.iter().filter(|other| *other == x).count()),
        _ => return Err(Miss::Unknown),
    })
}

fn one(name: &str, xs: &[Value]) -> Given {
    Ok(match name {
        "length" => number(xs.len()),
        "first" => Value::option(xs.first().cloned()),
        "last" => Value::option(xs.last().cloned()),
        "flatten" => {
            let mut all = Vec::new();
            for inner in xs {
                let Value::List(inner) = inner else { return Err(Miss::Unknown) };
                all.extend(inner.iter().cloned());
            }
            Value::list(all)
        }
        "compact" => Value::list(xs.iter().filter(|x| !x.is_absent()).cloned().collect()),
        "reverse" => Value::list(xs.iter().rev().cloned().collect()),
        "sort" => {
            let mut sorted = xs.to_vec();
            sorted.sort();
            Value::list(sorted)
        }
        "distinct" => {
            let mut seen = BTreeSet::new();
            Value::list(xs.iter().filter(|x| seen.insert((*x).clone())).cloned().collect())
        }
        "duplicates" => {
            let often = |x: &&Value| xs.iter().filter(|other| other == x).count() > 1;
            let mut seen = BTreeSet::new();
            Value::list(xs.iter().filter(often).filter(|x| seen.insert((*x).clone())).cloned().collect())
        }
        "to_set" => Value::Set(Rc::new(first_of_each(xs))),
        "numbered" => {
            let pair = |(index, x): (usize, &Value)| Value::list(vec![number(index), x.clone()]);
            Value::list(xs.iter().enumerate().map(pair).collect())
        }
        "neighbours" => Value::list(xs.windows(2).map(list).collect()),
        "pairs" => {
            if xs.len() * xs.len().saturating_sub(1) / 2 > MOST {
                return Err(Miss::Code("overflow"));
            }
            let mut pairs = Vec::new();
            for (index, a) in xs.iter().enumerate() {
                for b in xs.iter().skip(index + 1) {
                    pairs.push(Value::list(vec![a.clone(), b.clone()]));
                }
            }
            Value::list(pairs)
        }
        _ => return Err(Miss::Unknown),
    })
}

/// What can be reached along edges: edges are followed until nothing new is found.
fn reached(from: &[Value], edges: &[(Value, Value)]) -> Value {
    let mut found = first_of_each(from);
    loop {
        let before = found.len();
        for (node, target) in edges {
            if found.contains(node) {
                found.insert(target.clone());
            }
        }
        if found.len() == before {
            return Value::Set(Rc::new(found));
        }
    }
}

fn first_of_each(xs: &[Value]) -> BTreeSet<Value> {
    let mut set = BTreeSet::new();
    for x in xs {
        set.insert(x.clone());
    }
    set
}

fn keyed(name: &str, xs: &[Value], keys: &[Value]) -> Given {
    let pairs = || xs.iter().zip(keys);
    let ranked = |best: fn(&Value, &Value) -> bool| {
        let mut found: Option<(&Value, &Value)> = None;
        for (x, key) in pairs() {
            if found.is_none_or(|(_, there)| best(key, there)) {
                found = Some((x, key));
            }
        }
        Value::option(found.map(|(x, _)| x.clone()))
    };
    let flags = || keys.iter().take_while(|flag| **flag == Value::Bool(true)).count();
    Ok(match name {
        "sort_by_keys" => {
            let mut sorted: Vec<_> = pairs().collect();
            sorted.sort_by_key(|(_, key)| *key);
            Value::list(sorted.into_iter().map(|(x, _)| x.clone()).collect())
        }
        "group_by_keys" => {
            let mut groups: BTreeMap<Value, Vec<Value>> = BTreeMap::new();
            for (x, key) in pairs() {
                groups.entry(key.clone()).or_default().push(x.clone());
            }
            Value::Map(Rc::new(groups.into_iter().map(|(key, xs)| (key, Value::list(xs))).collect()))
        }
        "min_by_keys" => ranked(|key, there| key < there),
        "max_by_keys" => ranked(|key, there| key > there),
        "distinct_by_keys" => {
            let mut seen = BTreeSet::new();
            Value::list(
                pairs().filter(|(_, key)| seen.insert((*key).clone())).map(|(x, _)| x.clone()).collect(),
            )
        }
        "take_while_flags" => list(xs.get(..flags()).unwrap_or(xs)),
        "drop_while_flags" => list(xs.get(flags()..).unwrap_or_default()),
        _ => return Err(Miss::Unknown),
    })
}
