//! Whatever values a damaged program hands over, a function gives a value or a failure.

use std::net::{IpAddr, Ipv4Addr};

use policy_bytecode::program::PatternKind;
use policy_bytecode::scalar::{Date, Duration, TimeOfDay, Timestamp};
use policy_vm::{Code, Context, Heap, Value};
use rust_decimal::Decimal;

use crate::{Function, functions};

/// How many parameters a signature has: the commas outside brackets.
fn arity(signature: &str) -> usize {
    let params = signature.split_once('(').map_or("", |(_, rest)| rest);
    let (mut depth, mut commas) = (0, 0);
    for c in params.chars() {
        match c {
            '(' | '<' => depth += 1,
            ')' if depth == 0 => break,
            ')' | '>' => depth -= 1,
            ',' if depth == 0 => commas += 1,
            _ => {}
        }
    }
    commas + 1
}

/// Values of every kind, extremes among them.
fn pool(context: &mut Context<'_>) -> Vec<Value> {
    let texts = [
        "",
        "a",
        "é\u{202E}/..",
        "10.0.0.0/8",
        "1.2.3",
        "UTC",
        "%",
        "%d",
        "P",
        "0x",
        "-",
        "a=b&c=%zz",
        "http://a/",
    ];
    let mut pool: Vec<Value> = texts.iter().map(|text| context.make_text(text).expect("room")).collect();
    for n in [0, 1, -1, 28, 1_000_000, i64::MIN, i64::MAX] {
        pool.push(Value::Int(n));
    }
    pool.extend([
        Value::Absent,
        Value::Null,
        Value::Bool(true),
        Value::decimal(Decimal::MAX),
        Value::decimal(Decimal::MIN),
    ]);
    for seconds in [0, i64::MIN, i64::MAX, -62_135_596_800, 253_402_300_799] {
        pool.push(Value::timestamp(Timestamp { seconds, nanos: 999_999_999 }));
        pool.push(Value::duration(Duration { seconds, nanos: u32::MAX }));
    }
    for days in [0, i32::MIN, i32::MAX, -719_162, 2_932_896] {
        pool.push(Value::date(Date(days)));
    }
    pool.extend([
        Value::time_of_day(TimeOfDay(0)),
        Value::time_of_day(TimeOfDay(u64::MAX)),
        Value::Variant(7),
    ]);
    pool.push(context.make_ip(IpAddr::V4(Ipv4Addr::BROADCAST)).expect("room"));
    pool.push(context.make_cidr("::/0".parse().expect("a network")).expect("room"));
    pool.push(context.make_semver(&semver::Version::new(u64::MAX, 0, 0)).expect("room"));
    pool.push(context.make_pattern(PatternKind::Regex, "(?P<x>a*)|b").expect("room").expect("a regex"));
    pool.push(context.make_pattern(PatternKind::Glob, "**/a").expect("room").expect("a glob"));
    pool.push(context.make_range("^1").expect("room").expect("a range"));
    pool.push(context.make_bytes(&[0, 255]).expect("room"));
    let (text, number) = (pool[1], Value::Int(3));
    pool.push(context.make_list(&[]).expect("room"));
    pool.push(context.make_list(&[number, text, Value::Null, Value::Absent]).expect("room"));
    pool.push(context.make_list(&[text, text]).expect("room"));
    pool.push(context.make_list(&[Value::Bool(true), Value::Bool(false)]).expect("room"));
    pool.push(context.make_set(&[text]).expect("room"));
    let nested = *pool.last().expect("one");
    pool.push(context.make_list(&[nested]).expect("room"));
    let mark = context.begin();
    context.push(text).expect("room");
    context.push(nested).expect("room");
    pool.push(context.finish_map(mark).expect("room"));
    pool
}

fn calls(function: &Function, choose: &mut impl FnMut(usize) -> usize) {
    let mut heap = Heap::new(u64::MAX, 1 << 28);
    let mut context = Context::alone(&mut heap, "");
    let pool = pool(&mut context);
    for _ in 0..200 {
        let args: Vec<Value> = (0..arity(function.signature)).map(|_| pool[choose(pool.len())]).collect();
        if let Err(failure) = (function.run)(&mut context, &args) {
            let declared = function.fails.iter().any(|(code, _)| code.code() == failure.code.name());
            let allowed = declared || failure.code.is_limit();
            assert!(allowed, "{} fails with {:?}", function.signature, failure.code);
        }
    }
}

#[test]
fn no_arguments_make_a_function_panic_or_fail_in_a_way_it_does_not_declare() {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut choose = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap_or(0)
    };
    for function in functions() {
        calls(function, &mut choose);
    }
}

#[test]
fn too_few_arguments_are_a_failure() {
    for function in functions() {
        let mut heap = Heap::new(1_000, 1_000);
        let mut context = Context::alone(&mut heap, "");
        let result = (function.run)(&mut context, &[]);
        // What joins all its arguments makes an empty list of none.
        assert!(
            result.is_err_and(|failure| failure.code == Code::Internal)
                || matches!(function.name(), "concat" | "to_list")
        );
    }
}
