//! `std.set` and `std.map`: functions of `Set<T>` and `Map<K, V>`.

use policy_vm::{Growth, Run};

use crate::function::Function;
use crate::run;

const fn s(signature: &'static str, doc: &'static str, run: Run) -> Function {
    Function::new("std.set", signature, doc, run)
}

const fn m(signature: &'static str, doc: &'static str, run: Run) -> Function {
    Function::new("std.map", signature, doc, run)
}

/// The functions of sets, in the order in which the library's pages show them.
pub(crate) const SET: &[Function] = &[
    s(
        "fn length<T: ordered>(xs: Set<T>) -> Int 0..4_294_967_295",
        "How many elements `xs` has; the same as `count(xs)`.",
        run::list::length,
    )
    .examples(&[("{4, 5}.length()", "2")]),
    s("fn to_list<T: ordered>(xs: Set<T>) -> List<T>", "The elements in order.", run::set::to_list)
        .core()
        .examples(&[("{5, 4}.to_list()", "[4, 5]")]),
    s("fn union<T: ordered>(a: Set<T>, b: Set<T>) -> Set<T>", "The elements of either set.", run::set::union)
        .core()
        .examples(&[("{4, 5}.union({5, 6})", "{4, 5, 6}")]),
    s(
        "fn intersection<T: ordered>(a: Set<T>, b: Set<T>) -> Set<T>",
        "The elements of both sets.",
        run::set::intersection,
    )
    .core()
    .examples(&[("{4, 5}.intersection({5, 6})", "{5}")]),
    s(
        "fn difference<T: ordered>(a: Set<T>, b: Set<T>) -> Set<T>",
        "The elements of `a` that are not in `b`.",
        run::set::difference,
    )
    .core()
    .examples(&[("{4, 5}.difference({5, 6})", "{4}")]),
    s(
        "fn symmetric_difference<T: ordered>(a: Set<T>, b: Set<T>) -> Set<T>",
        "The elements of one set that are not in the other.",
        run::set::symmetric_difference,
    )
    .examples(&[("{4, 5}.symmetric_difference({5, 6})", "{4, 6}")]),
    s(
        "fn is_subset<T: ordered>(a: Set<T>, b: Set<T>) -> Bool",
        "Whether every element of `a` is in `b`.",
        run::set::is_subset,
    )
    .core()
    .examples(&[("{5}.is_subset({4, 5})", "true")]),
    s(
        "fn is_superset<T: ordered>(a: Set<T>, b: Set<T>) -> Bool",
        "Whether every element of `b` is in `a`.",
        run::set::is_superset,
    )
    .core()
    .examples(&[("{4, 5}.is_superset({5})", "true")]),
    s(
        "fn is_disjoint<T: ordered>(a: Set<T>, b: Set<T>) -> Bool",
        "Whether no element is in both sets.",
        run::set::is_disjoint,
    )
    .core()
    .examples(&[("{4}.is_disjoint({5})", "true")]),
    s(
        "fn union_all<T: ordered>(sets: List<Set<T>>) -> Set<T>",
        "The elements of all the sets.",
        run::set::union_all,
    )
    .grows(Growth::Sort)
    .core()
    .examples(&[("[{4}, {5}, {4, 6}].union_all()", "{4, 5, 6}")]),
];

/// The functions of maps, in the order in which the library's pages show them.
pub(crate) const MAP: &[Function] = &[
    m(
        "fn length<K: ordered, V>(m: Map<K, V>) -> Int 0..4_294_967_295",
        "How many entries `m` has.",
        run::list::length,
    )
    .examples(&[(r#"{"a": 1}.length()"#, "1")]),
    m("fn keys<K: ordered, V>(m: Map<K, V>) -> Set<K>", "The keys.", run::map::keys)
        .core()
        .examples(&[(r#"{"b": 1, "a": 2}.keys()"#, r#"{"a", "b"}"#)]),
    m(
        "fn values<K: ordered, V>(m: Map<K, V>) -> List<V>",
        "The values, in the order of their keys.",
        run::map::values,
    )
    .core()
    .examples(&[(r#"{"b": 1, "a": 2}.values()"#, "[2, 1]")]),
    m(
        "fn entries<K: ordered, V>(m: Map<K, V>) -> List<(K, V)>",
        "The pairs of key and value, in the order of keys.",
        run::map::entries,
    )
    .core()
    .examples(&[(r#"{"b": 1, "a": 2}.entries()"#, r#"[("a", 2), ("b", 1)]"#)]),
    m(
        "fn get_or<K: ordered, V>(m: Map<K, V>, key: K, fallback: V) -> V",
        "The value at `key`, or `fallback` where there is none.",
        run::map::get_or,
    )
    .core()
    .examples(&[(r#"{"a": 1}.get_or("b", 0)"#, "0")]),
    m(
        "fn merge<K: ordered, V>(a: Map<K, V>, b: Map<K, V>) -> Map<K, V>",
        "The entries of both maps; where both have a key, the value of `b`.",
        run::map::merge,
    )
    .examples(&[(r#"{"a": 1, "b": 1}.merge({"b": 2})"#, r#"{"a": 1, "b": 2}"#)]),
    m(
        "fn only<K: ordered, V>(m: Map<K, V>, keys: Set<K>) -> Map<K, V>",
        "The entries of `m` whose key is in `keys`.",
        run::map::only,
    )
    .examples(&[(r#"{"a": 1, "b": 2}.only({"b", "c"})"#, r#"{"b": 2}"#)]),
    m(
        "fn without<K: ordered, V>(m: Map<K, V>, keys: Set<K>) -> Map<K, V>",
        "The entries of `m` whose key is not in `keys`.",
        run::map::without,
    )
    .examples(&[(r#"{"a": 1, "b": 2}.without({"b"})"#, r#"{"a": 1}"#)]),
];
