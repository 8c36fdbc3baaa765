//! Reading documents of many shapes.

use std::hint::black_box;
use std::time::{Duration, Instant};

use policy_vm::Request;
use serde_json::json;

use super::Unit;
use crate::clock::{median, nanoseconds};
use crate::ours::Ours;

/// A name, the type of a document's field `x`, and what it holds `n` times.
type Shape = (&'static str, &'static str, fn(usize) -> String);

const SHAPES: &[Shape] = &[
    ("one long text", "String", |n| format!("\"{}\"", "a".repeat(n * 10))),
    ("text of escapes", "String", |n| format!("\"{}\"", "\\u00e9\\n".repeat(n))),
    ("text that is not ASCII", "String", |n| format!("\"{}\"", "é€😀".repeat(n))),
    ("short texts", "List<String>", |n| list(n, |at| format!("\"t{at}\""))),
    ("integers", "List<Int>", |n| list(n, |at| at.to_string())),
    ("decimals", "List<Decimal>", |n| list(n, |at| format!("{at}.12345678901234567890"))),
    ("timestamps", "List<Timestamp>", |n| list(n, |at| format!("\"2026-11-01T00:{:02}:00+02:00\"", at % 60))),
    ("booleans", "List<Bool>", |n| list(n, |_| "true".to_owned())),
    ("small records", "List<{ a: Int, b?: String }>", |n| list(n, |at| format!("{{\"a\":{at}}}"))),
    ("wide records", "List<{ a: Int, b: Int, c: Int, d: Int, e: Int, f: Int, g: Int, h: Int }>", |n| {
        list(n, |at| format!(r#"{{"h":{at},"g":1,"f":2,"e":3,"d":4,"c":5,"b":6,"a":7}}"#))
    }),
    ("records with fields that nobody reads", "List<{ a: Int }>", |n| {
        list(n, |at| format!(r#"{{"z":[1,{{"y":"x"}}],"y":"\"","a":{at}}}"#))
    }),
    ("sets in the wrong order", "Set<String>", |n| {
        list(n, |at| format!("\"{:06}\"", (n - at) * 7_919 % 99_991))
    }),
    ("sets of integers", "Set<Int>", |n| list(n, |at| ((n - at) * 7_919 % 99_991).to_string())),
    ("maps in the wrong order", "Map<String, Int>", |n| {
        let entries: Vec<String> =
            (0..n).map(|at| format!("\"k{:06}\":{at}", (n - at) * 7_919 % 99_991)).collect();
        format!("{{{}}}", entries.join(","))
    }),
    ("addresses", "List<Ip>", |n| list(n, |at| format!("\"2001:db8::{:x}\"", at % 65_535))),
    ("globs", "List<Glob>", |n| list(n / 50, |at| format!("\"**/a{at}*/*.rs\""))),
    ("regexes", "List<Regex>", |n| list(n / 50, |at| format!("\"[a-z]+{at}(x|y)*\""))),
    ("URLs", "List<Url>", |n| list(n, |at| format!("\"https://example.com/a/{at}?q=1\""))),
    ("versions", "List<SemVer>", |n| list(n, |at| format!("\"1.{at}.0-rc.1\""))),
    ("any JSON", "Json", |n| list(n, |at| format!(r#"{{"a":[{at},"x"],"b":null}}"#))),
    ("nothing but space", "List<Int>", |n| format!("[{}]", " \n\t".repeat(n))),
];

fn list(n: usize, element: impl Fn(usize) -> String) -> String {
    let elements: Vec<String> = (0..n).map(element).collect();
    format!("[{}]", elements.join(","))
}

/// Each shape: nanoseconds a unit, and nanoseconds a byte.
///
/// # Errors
/// A shape does not fit its type.
pub fn documents() -> Result<Vec<(Unit, f64)>, String> {
    SHAPES.iter().map(|(name, ty, make)| run(name, ty, &make(2_000))).collect()
}

fn run(name: &str, ty: &str, content: &str) -> Result<(Unit, f64), String> {
    let source = format!(
        "module fuel\npolicy p on {{ x: {ty} }} {{\n  default allow\n  deny r when \"{{x}}\" == \"?\"\n}}\n"
    );
    let ours = match Ours::new(&source, "fuel.p", &json!({}), None) {
        Ok(ours) => ours,
        Err(error) => return Err(format!("{name}: {error}")),
    };
    let document = format!("{{\"x\":{content}}}");
    let mut evaluator = ours.evaluator();
    let request = Request::default();
    let ty = ours.input();
    let (mut samples, mut fuel) = (Vec::new(), 0);
    for _ in 0..5 {
        let (begun, mut used) = (Instant::now(), 0);
        while begun.elapsed() < Duration::from_millis(2) {
            evaluator.reset(&request);
            let read = evaluator.read_json(ty, black_box(&document), &request);
            if let Err(misfits) = read {
                return Err(format!("{name}: {misfits:?}"));
            }
            fuel = (request.limits.fuel - evaluator.fuel_left()).max(1);
            used += fuel;
        }
        samples.push(nanoseconds(begun.elapsed()) / used as f64);
    }
    let unit = Unit { what: name.to_owned(), nanoseconds: median(samples), fuel };
    let a_byte = unit.nanoseconds * unit.fuel as f64 / document.len() as f64;
    Ok((unit, a_byte))
}
