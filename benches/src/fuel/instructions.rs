//! Loops that mostly run one kind of instruction.

use std::hint::black_box;
use std::time::{Duration, Instant};

use policy_vm::{Quiet, Request};
use serde_json::{Value, json};

use super::Unit;
use crate::clock::{median, nanoseconds};
use crate::ours::Ours;

/// Conditions over `i` of a loop and the input's other fields.
const CONDITIONS: &[&str] = &[
    "i == 7",
    "i + 1 < 0",
    "i * i - i div 3 % 5 < 0",
    "d + 0.1 > 99999999.0",
    "d * 1.0000000001 > 99999999.0",
    "i / 7 > 99999.0",
    "text == other",
    "text contains \"needle\"",
    "text contains re\"n[e]+dle[0-9]\"",
    "text matches re\"(a|b|[c-z ])*!\"",
    "text matches glob\"**/x*y/*.rs\"",
    "text.starts_with(\"needle\")",
    "word in words",
    "i in ints",
    "ints is {1, 2, 3}",
    "table[word] is \"x\"",
    "\"{text}{i}\" == \"x\"",
    "(any x in list: x == -1)",
    "(any x in list: x + i == -1)",
    "(all w in words: w != \"x\" and i >= 0) and i < 0",
    "count(x for x in list if x > i) < 0",
    "sum(x for x in list) < 0",
    "fold(x in list, s = 0: s + x) < 0",
    "[x + i for x in list] == []",
    "{x + i for x in list} == {}",
    "{[x]: i for x in list} == {}",
    "list.sort() == []",
    "(any a then b in list: a > b + 1_000_000)",
    "(record with { a: i }) == record",
    "record == { a: 1, b: \"x\", c: [1] }",
    "at + 1s * i < @2020-01-01T00:00:00Z",
    "(if i > 5 then text else other) == \"x\"",
    "(match kind { one => i, two => i + 1, three => i + 2 }) < 0",
    "json.a is present",
    "(json as? (Map<String, Json>)) is absent",
];

/// Each condition in a loop of a rule.
///
/// # Errors
/// A condition does not compile.
pub fn instructions() -> Result<Vec<Unit>, String> {
    CONDITIONS.iter().map(|condition| run(condition)).collect()
}

fn input() -> Value {
    let words: Vec<String> = (0..100).map(|at| format!("word-{at:03}")).collect();
    json!({
        "many": (0..200).collect::<Vec<_>>(),
        "list": (0..200).map(|at| at * 7_919 % 1_009).collect::<Vec<_>>(),
        "ints": (0..200).collect::<Vec<_>>(),
        "d": 12345.678,
        "text": "some text that goes on for a while, as texts do ".repeat(20),
        "other": "some text that goes on for a while, as texts do ".repeat(20),
        "word": "word-077",
        "words": words,
        "table": words.iter().map(|word| (word.clone(), json!("y"))).collect::<serde_json::Map<_, _>>(),
        "record": { "a": 1, "b": "x", "c": [1, 2, 3] },
        "at": "2026-11-01T00:00:00Z",
        "kind": "two",
        "json": { "b": { "c": [1, 2, 3] }, "d": "e" },
    })
}

fn run(condition: &str) -> Result<Unit, String> {
    let source = format!(
        "module fuel\nenum Kind {{ one, two, three }}\n\
         type Record = {{ a: Int, b: String, c: List<Int> }}\n\
         type In = {{ many: List<Int 0..1_000_000>, list: List<Int 0..1_000_000>, ints: Set<Int>, d: Decimal, text: String, \
         other: String, word: String, words: Set<String>, table: Map<String, String>, record: Record, at: Timestamp, \
         kind: Kind, json: Json }}\n\
         policy p on In {{\n  default allow\n  deny r for i in many when {condition}\n}}\n"
    );
    let ours =
        Ours::new(&source, "fuel.p", &json!({}), None).map_err(|error| format!("{condition}: {error}"))?;
    let mut evaluator = ours.evaluator();
    let request = Request::default();
    evaluator.reset(&request);
    let value = evaluator
        .read_json(ours.input(), &input().to_string(), &request)
        .map_err(|misfits| format!("{condition}: {misfits:?}"))?;
    let mark = evaluator.mark();
    let (mut samples, mut fuel) = (Vec::new(), 0);
    for _ in 0..5 {
        let (begun, mut used) = (Instant::now(), 0);
        while begun.elapsed() < Duration::from_millis(2) {
            evaluator.rewind(mark);
            let verdict = evaluator.judge_value(ours.policy, black_box(value), None, &request, &mut Quiet);
            fuel = verdict.fuel().max(1);
            used += fuel;
        }
        samples.push(nanoseconds(begun.elapsed()) / used as f64);
    }
    Ok(Unit { what: condition.to_owned(), nanoseconds: median(samples), fuel })
}
