//! `std.json`: functions of `Json`.

use crate::function::Failure::Overflow;
use policy_vm::Run;

use crate::function::Function;
use crate::run;

const fn f(signature: &'static str, doc: &'static str, run: Run) -> Function {
    Function::new("std.json", signature, doc, run)
}

/// The functions, in the order in which the library's pages show them.
pub(crate) const ROWS: &[Function] = &[
    f("fn parse_json(text: String) -> Json?", "The JSON that `text` spells, for documents that hold JSON inside text; absent where it spells none, or repeats a key of an object.", run::json::parse_json)
    .core()
    .examples(&[
        (r#"parse_json(r"[1, 2]") as (List<Int>)"#, "[1, 2]"),
        (r#"parse_json("[1,") is absent"#, "true"),
    ]),
    f("fn to_json_text(value: Json) -> String", "The value as canonical JSON: without spaces, keys sorted.", run::json::to_json_text)
        .fails(&[(Overflow, "if the text would be longer than 1 MiB")])
        .examples(&[(r#"parse_json(r"[1,  2.50]")?.to_json_text()"#, r#""[1,2.5]""#)]),
    f("fn pointer(value: Json, path: String) -> Json?", "The part of `value` at a JSON Pointer (RFC 6901), as `/spec/containers/0`; absent where there is none, or it is null.", run::json::pointer)
    .core()
    .examples(&[(r#"parse_json(r"[[4, 5]]")?.pointer("/0/1") is 5"#, "true")]),
    f("fn json_kind(value: Json) -> String", "`null`, `boolean`, `number`, `string`, `array` or `object`.", run::json::json_kind)
    .examples(&[(r#"parse_json("[]")?.json_kind()"#, r#""array""#)]),
    f("fn members(value: Json) -> Map<String, Json>", "The members of an object, those that are null included; nothing for any other value.", run::json::members)
    .examples(&[(r#"parse_json("[]")?.members()"#, "{}")]),
    f("fn elements(value: Json) -> List<Json>", "The elements of an array; nothing for any other value.", run::json::elements)
        .examples(&[(r#"count(parse_json("[1, null]")?.elements() ?? [])"#, "2")]),
    f("fn strings_within(value: Json) -> List<String>", "Every text in `value` at any depth, names of members apart, in the order of arrays and sorted members.", run::json::strings_within)
    .examples(&[(r#"parse_json("[\"a\", [\"b\", 1]]")?.strings_within()"#, r#"["a", "b"]"#)]),
    f("fn values_at(value: Json, name: String) -> List<Json>", "The value of every member `name` in `value` at any depth, outer ones first.", run::json::values_at)
    .examples(&[(r#"parse_json("[]")?.values_at("image")"#, "[]")]),
];
