//! `std.list`: functions of `List<T>`.

use crate::function::Failure::Overflow;
use policy_vm::{Growth, Run};

use crate::function::Function;
use crate::run;

const fn f(signature: &'static str, doc: &'static str, run: Run) -> Function {
    Function::new("std.list", signature, doc, run)
}

/// The functions, in the order in which the library's pages show them.
pub(crate) const ROWS: &[Function] = &[
    f("fn length<T>(xs: List<T>) -> Int 0..4_294_967_295", "How many elements `xs` has; the same as `count(xs)`.", run::list::length).constant()
        .examples(&[("[4, 5].length()", "2")]),
    f("fn first<T>(xs: List<T>) -> T?", "The first element; absent where there is none.", run::list::first).constant()
        .core()
        .examples(&[("[4, 5].first()", "4")]),
    f("fn last<T>(xs: List<T>) -> T?", "The last element; absent where there is none.", run::list::last).constant()
        .core()
        .examples(&[("[4, 5].last()", "5")]),
    f("fn take<T>(xs: List<T>, n: Int) -> List<T>", "The first `n` elements, or all where there are fewer.", run::list::take_first)
        .core()
        .examples(&[("[4, 5, 6].take(2)", "[4, 5]"), ("[4].take(-1) is empty", "true")]),
    f("fn drop<T>(xs: List<T>, n: Int) -> List<T>", "All elements but the first `n`.", run::list::drop_first)
        .core()
        .examples(&[("[4, 5, 6].drop(2)", "[6]")]),
    f("fn take_last<T>(xs: List<T>, n: Int) -> List<T>", "The last `n` elements, or all where there are fewer.", run::list::take_last)
        .examples(&[("[4, 5, 6].take_last(2)", "[5, 6]")]),
    f("fn drop_last<T>(xs: List<T>, n: Int) -> List<T>", "All elements but the last `n`.", run::list::drop_last)
        .examples(&[("[4, 5, 6].drop_last(2)", "[4]")]),
    f("fn slice<T>(xs: List<T>, from: Int, to: Int) -> List<T>", "The elements at `from` and up to, not including, `to`, counted from 0; what lies outside is left out.", run::list::slice)
    .examples(&[("[4, 5, 6, 7].slice(1, 3)", "[5, 6]")]),
    f("fn concat<T>(a: List<T>, b: List<T>) -> List<T>", "The elements of `a`, then those of `b`.", run::list::concat)
        .core()
        .examples(&[("[4].concat([5, 4])", "[4, 5, 4]")]),
    f("fn flatten<T>(xs: List<List<T>>) -> List<T>", "The elements of all lists in `xs`, in order.", run::list::flatten)
        .core()
        .examples(&[("[[4], [5, 6]].flatten()", "[4, 5, 6]")]),
    f("fn compact<T>(xs: List<T?>) -> List<T>", "The elements that are present, in order.", run::list::compact)
        .core()
        .examples(&[(r#"["4".parse_int(), "x".parse_int()].compact()"#, "[4]")]),
    f("fn reverse<T>(xs: List<T>) -> List<T>", "The elements from last to first.", run::list::reverse)
        .core()
        .examples(&[("[4, 5].reverse()", "[5, 4]")]),
    f("fn sort<T: ordered>(xs: List<T>) -> List<T>", "The elements in order; equal ones stay as they stood.", run::keys::sort).grows(Growth::Sort)
        .core()
        .examples(&[("[6, 4, 5].sort()", "[4, 5, 6]"), (r#"["b", "B", "a"].sort()"#, r#"["B", "a", "b"]"#)]),
    f("fn distinct<T: ordered>(xs: List<T>) -> List<T>", "Each element once, where it first stands.", run::keys::distinct).grows(Growth::Sort)
        .core()
        .examples(&[("[5, 4, 5].distinct()", "[5, 4]")]),
    f("fn duplicates<T: ordered>(xs: List<T>) -> List<T>", "Each element that stands in `xs` more than once, once, in the order of first standing.", run::keys::duplicates).grows(Growth::Sort)
    .core()
    .examples(&[("[5, 4, 5, 6, 5].duplicates()", "[5]")]),
    f("fn index_of<T: ordered>(xs: List<T>, x: T) -> Int?", "Where `x` first stands, from 0; absent where it does not.", run::keys::index_of)
        .examples(&[("[4, 5, 4].index_of(5)", "1")]),
    f("fn count_of<T: ordered>(xs: List<T>, x: T) -> Int 0..4_294_967_295", "How often `x` stands in `xs`.", run::keys::count_of)
        .examples(&[("[4, 5, 4].count_of(4)", "2")]),
    f("fn contains_all<T: ordered>(xs: List<T>, wanted: List<T>) -> Bool", "Whether each of `wanted` stands in `xs`; true where none is wanted.", run::keys::contains_all).grows(Growth::Sort)
    .core()
    .examples(&[("[4, 5, 6].contains_all([6, 4])", "true")]),
    f("fn contains_any<T: ordered>(xs: List<T>, wanted: List<T>) -> Bool", "Whether one of `wanted` stands in `xs`; false where none is wanted.", run::keys::contains_any).grows(Growth::Sort)
    .core()
    .examples(&[("[4, 5].contains_any([6, 4])", "true")]),
    f("fn without<T: ordered>(xs: List<T>, unwanted: List<T>) -> List<T>", "The elements of `xs` that do not stand in `unwanted`, in order.", run::keys::without).grows(Growth::Sort)
    .examples(&[("[4, 5, 4, 6].without([4])", "[5, 6]")]),
    f("fn to_set<T: ordered>(xs: List<T>) -> Set<T>", "The set of the elements.", run::keys::to_set).grows(Growth::Sort)
        .core()
        .examples(&[("[5, 4, 5].to_set()", "{4, 5}")]),
    f("fn zip<A, B>(a: List<A>, b: List<B>) -> List<(A, B)>", "The pairs of elements at the same place; what is left of the longer list is left out.", run::list::zip)
    .core()
    .examples(&[(r#"[4, 5, 6].zip(["a", "b"])"#, r#"[(4, "a"), (5, "b")]"#)]),
    f("fn numbered<T>(xs: List<T>) -> List<(Int 0..4_294_967_295, T)>", "Each element with its place, counted from 0.", run::list::numbered)
    .core()
    .examples(&[(r#"["a", "b"].numbered()"#, r#"[(0, "a"), (1, "b")]"#)]),
    f("fn pairs<T>(xs: List<T>) -> List<(T, T)>", "Each two elements, the one that stands first before the other; `n` elements give `n * (n - 1) div 2` pairs.", run::list::pairs).grows(Growth::Product)
    .core()
    .fails(&[(Overflow, "if there would be more than 1,000,000 pairs")])
    .examples(&[("[4, 5, 6].pairs()", "[(4, 5), (4, 6), (5, 6)]")]),
    f("fn neighbours<T>(xs: List<T>) -> List<(T, T)>", "Each element but the last with the one behind it.", run::list::neighbours)
        .core()
        .examples(&[("[4, 5, 6].neighbours()", "[(4, 5), (5, 6)]")]),
    f("fn reachable<K: ordered>(from: List<K>, edges: Map<K, List<K>>) -> Set<K>", "Everything that can be reached from one of `from` along `edges`, which lead from a key to each element of its list; `from` included. Of a single node `x` it is `[x].reachable(edges)`.", run::graph::reachable).grows(Growth::Sort)
    .core()
    .examples(&[(r#"["a"].reachable({ "a": ["b"], "b": ["c", "a"], "x": ["y"] })"#, r#"{"a", "b", "c"}"#)]),
    f("fn reachable_by_pairs<K: ordered>(from: List<K>, edges: List<(K, K)>) -> Set<K>", "The same as `reachable`, where each edge is a pair that leads from its first part to its second.", run::graph::reachable_by_pairs).grows(Growth::Sort)
    .examples(&[("[4].reachable_by_pairs([(4, 5), (5, 6), (7, 4)])", "{4, 5, 6}")]),
    f("fn chunks<T>(xs: List<T>, size: Int) -> List<List<T>>", "The elements in lists of `size`, the last one shorter where they do not suffice; `size` below 1 counts as 1.", run::list::chunks)
    .examples(&[("[4, 5, 6].chunks(2)", "[[4, 5], [6]]")]),
    f("fn range(from: Int, to: Int) -> List<Int>", "The whole numbers from `from` up to, not including, `to`.", run::list::range).grows(Growth::Product)
    .fails(&[(Overflow, "if there would be more than 1,000,000 numbers")])
    .examples(&[("range(2, 5)", "[2, 3, 4]")]),
    f("fn sort_by_keys<T, K: ordered>(xs: List<T>, keys: List<K>) -> List<T>", "The elements of `xs` in the order of the keys at the same places; equal ones stay as they stood. What `sort_by` is made of.", run::keys::sort_by_keys).grows(Growth::Sort)
    .examples(&[(r#"["bb", "a"].sort_by_keys([2, 1])"#, r#"["a", "bb"]"#)]),
    f("fn group_by_keys<T, K: ordered>(xs: List<T>, keys: List<K>) -> Map<K, List<T>>", "For each key the elements of `xs` that have it at the same place, in order. What `group_by` is made of.", run::keys::group_by_keys).grows(Growth::Sort)
    .examples(&[(
        r#"["a", "bb", "c"].group_by_keys([1, 2, 1])"#,
        r#"{[1]: ["a", "c"], [2]: ["bb"]}"#,
    )]),
    f("fn min_by_keys<T, K: ordered>(xs: List<T>, keys: List<K>) -> T?", "The first element with the least key at the same place; absent where there is none. What `min_by` is made of.", run::keys::min_by_keys)
    .examples(&[(r#"["bb", "a", "c"].min_by_keys([2, 1, 1])"#, r#""a""#)]),
    f("fn max_by_keys<T, K: ordered>(xs: List<T>, keys: List<K>) -> T?", "The first element with the greatest key at the same place; absent where there is none. What `max_by` is made of.", run::keys::max_by_keys)
    .examples(&[(r#"["a", "bb", "cc"].max_by_keys([1, 2, 2])"#, r#""bb""#)]),
    f("fn distinct_by_keys<T, K: ordered>(xs: List<T>, keys: List<K>) -> List<T>", "The first element of each key at the same place, in order. What `distinct_by` is made of.", run::keys::distinct_by_keys).grows(Growth::Sort)
    .examples(&[(r#"["a", "b", "cc"].distinct_by_keys([1, 1, 2])"#, r#"["a", "cc"]"#)]),
    f("fn take_while_flags<T>(xs: List<T>, flags: List<Bool>) -> List<T>", "The elements of `xs` before the first false flag at the same place. What `take_while` is made of.", run::list::take_while_flags)
    .examples(&[("[4, 5, 6].take_while_flags([true, false, true])", "[4]")]),
    f("fn drop_while_flags<T>(xs: List<T>, flags: List<Bool>) -> List<T>", "The elements of `xs` from the first false flag at the same place on. What `drop_while` is made of.", run::list::drop_while_flags)
    .examples(&[("[4, 5, 6].drop_while_flags([true, false, true])", "[5, 6]")]),
];
