//! Reading against `serde_json` on generated documents, and what must be refused.

use policy_bytecode::program::{Constant, Read};
use policy_bytecode::types::{EnumType, FieldType, Presence, RecordType, Type, UnionType, VariantType};
use serde_json::{Value as Json, json};

use crate::testkit::{Kit, far, inst};
use crate::{Evaluator, Misfits, Request, Value};
use policy_bytecode::Op;

fn read(make: impl FnOnce(&mut Kit) -> Type, json: &str) -> Result<String, Misfits> {
    let mut kit = Kit::new();
    let ty = make(&mut kit);
    let ty = kit.ty(ty);
    let mut evaluator = kit.evaluator();
    let value = evaluator.read_json(ty, json, &Request::default())?;
    Ok(evaluator.print_json(ty, value).expect("what was read prints"))
}

fn pointers(result: Result<String, Misfits>) -> Vec<String> {
    match result {
        Ok(value) => panic!("{value} fits"),
        Err(misfits) => misfits.iter().map(|misfit| misfit.pointer.clone()).collect(),
    }
}

/// Documents from a number: every kind of value, escapes, depth.
fn document(seed: &mut u64, depth: u32) -> Json {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let draw = *seed >> 33;
    match draw % if depth == 0 { 6 } else { 8 } {
        0 => Json::Null,
        1 => Json::Bool(draw & 16 == 0),
        2 => json!(draw as i64 - 1_000_000_000),
        3 => json!(i64::MIN + draw as i64),
        4 => Json::String(format!("a\u{7f}\"\\\n{}\u{1F600}é", draw % 100)),
        5 => json!((draw % 1_000) as f64 / 8.0),
        6 => (0..draw % 5).map(|_| document(seed, depth - 1)).collect(),
        _ => {
            let entries = (0..draw % 5).map(|at| (format!("k\t{}", at * 7 % 5), document(seed, depth - 1)));
            Json::Object(entries.collect())
        }
    }
}

/// Without needless digits, as the machine prints numbers.
fn normal(json: &Json) -> String {
    json.to_string().replace(".0,", ",").replace(".0]", "]").replace(".0}", "}")
}

#[test]
fn any_json_reads_as_serde_json_does() {
    let mut seed = 1;
    for _ in 0..2_000 {
        let document = json!([document(&mut seed, 4)]);
        let expected = normal(&document);
        for text in [document.to_string(), serde_json::to_string_pretty(&document).expect("it prints")] {
            assert_eq!(read(|_| Type::Json, &text).expect("it is JSON"), expected);
        }
    }
}

#[test]
fn what_serde_json_refuses_is_refused() {
    let good = r#"{"a": [1, 2.5e3, true, null, "x\u00e9\n"], "b": {}}"#;
    assert!(read(|_| Type::Json, good).is_ok());
    for end in (0..good.len()).filter(|end| good.is_char_boundary(*end)) {
        assert!(read(|_| Type::Json, &good[..end]).is_err(), "{}", &good[..end]);
    }
    let mut seed = 99_u64;
    for _ in 0..20_000 {
        let mut bytes = good.as_bytes().to_vec();
        for _ in 0..2 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let at = (seed >> 40) as usize % bytes.len();
            let choices = b"{}[],:\"\\0 1e.-tfn\x01a";
            bytes[at] = choices[(seed >> 33) as usize % choices.len()];
        }
        let text = String::from_utf8(bytes).expect("ASCII");
        let serde = serde_json::from_str::<Json>(&text).is_ok();
        let ours = read(|_| Type::Json, &text);
        // Only a key that stands twice, half a surrogate, or an inexact number is refused beyond that.
        match (serde, &ours) {
            (false, Ok(value)) => panic!("{text} reads as {value}"),
            (true, Err(misfits)) => {
                let known = ["every key once", "surrogate", "exactly"];
                let shown = misfits.to_string();
                assert!(known.iter().any(|word| shown.contains(word)), "{text}: {shown}");
            }
            _ => {}
        }
    }
}

#[test]
fn numbers_are_exact() {
    let int = |_: &mut Kit| Type::Int { lo: i64::MIN, hi: i64::MAX };
    let decimal = |_: &mut Kit| Type::Decimal;
    assert_eq!(read(int, "9007199254740993").expect("fits"), "9007199254740993");
    assert_eq!(read(int, "1e3").expect("fits"), "1000");
    assert_eq!(read(int, "10.0").expect("fits"), "10");
    assert_eq!(read(int, "-0").expect("fits"), "0");
    assert_eq!(read(int, "9223372036854775807").expect("fits"), "9223372036854775807");
    assert_eq!(read(int, "-9223372036854775808").expect("fits"), "-9223372036854775808");
    for misfit in ["9223372036854775808", "1.5", "1e19", "1e999999999999", "\"1\"", "null", "true"] {
        assert!(read(int, misfit).is_err(), "{misfit}");
    }
    assert_eq!(read(decimal, "0.1").expect("fits"), "0.1");
    assert_eq!(read(decimal, "1.50e-2").expect("fits"), "0.015");
    assert_eq!(
        read(decimal, "79228162514264337593543950335").expect("fits"),
        "79228162514264337593543950335"
    );
    for misfit in ["79228162514264337593543950336", "1e-29", "0.12345678901234567890123456789"] {
        assert!(read(decimal, misfit).is_err(), "{misfit}");
    }
}

fn person(kit: &mut Kit) -> Type {
    let (int, text) = (kit.ty(Type::Int { lo: 0, hi: 150 }), kit.ty(Type::Text));
    let maybe = kit.ty(Type::Option(text));
    let five = kit.const_id(Constant::Int(5));
    let fields = [
        ("age", int, Presence::Required),
        ("name", text, Presence::Required),
        ("nick", maybe, Presence::Optional),
        ("rank", int, Presence::Default(five)),
    ];
    let fields: Vec<FieldType> = fields
        .into_iter()
        .map(|(name, ty, presence)| FieldType { name: kit.text(name), ty, presence })
        .collect();
    Type::Record(RecordType { name: None, fields, open: None, rest: None })
}

#[test]
fn records_take_defaults_and_leave_what_they_do_not_name() {
    let text = r#" { "name" : "Ann", "other": {"deep": [1, 2]}, "age": 30 } "#;
    assert_eq!(read(person, text).expect("fits"), r#"{"age":30,"name":"Ann","rank":5}"#);
    let text = r#"{"n\u0061me":"A","age":1,"nick":null,"rank":null}"#;
    assert_eq!(read(person, text).expect("fits"), r#"{"age":1,"name":"A","rank":5}"#);
    assert_eq!(pointers(read(person, "{}")), ["/age", "/name"]);
    assert_eq!(pointers(read(person, r#"{"age":151,"name":null,"nick":7}"#)), ["/age", "/name", "/nick"]);
    assert_eq!(pointers(read(person, r#"{"age":1,"name":"x","age":1}"#)), ["/age"]);
    assert_eq!(pointers(read(person, r#"{"age":1,"name":"x","z":1,"y":2,"z":1}"#)), ["/z"]);
    assert_eq!(pointers(read(person, "[]")), [""]);
    assert_eq!(pointers(read(person, r#"{"age":1,"name":"\ud800"}"#)), ["/name"]);
    assert_eq!(pointers(read(person, r#"{"age":1,"name":"x","u":"\udc00 "}"#)), ["/u"]);
}

#[test]
fn pointers_are_escaped_and_ordered() {
    let map = |kit: &mut Kit| {
        let (key, value) = (kit.ty(Type::Text), kit.ty(Type::Bool));
        let value = kit.ty(Type::List { elem: value, max: None, or_one: false });
        Type::Map { key, value, max: None }
    };
    let found = pointers(read(map, r#"{"b/c":[1],"a~":[true,2],"a":3}"#));
    assert_eq!(found, ["/a", "/a~0/1", "/b~1c/0"]);
    assert_eq!(pointers(read(map, r#"{"a":[],"\u0061":[]}"#)), ["/a"]);
}

#[test]
fn misfits_are_capped_with_a_count() {
    let list = |kit: &mut Kit| Type::List { elem: kit.ty(Type::Bool), max: None, or_one: false };
    let text = format!("[{}1]", "1,".repeat(499));
    let misfits = read(list, &text).expect_err("none fits");
    assert_eq!((misfits.iter().count(), misfits.omitted()), (100, 400));
}

#[test]
fn unions_are_told_apart() {
    let by_tag = |kit: &mut Kit| {
        let int = kit.ty(Type::Int { lo: 0, hi: 9 });
        let text = kit.ty(Type::Text);
        let a = kit.record(&[("n", int, Presence::Required)]);
        let b = kit.record(&[("s", text, Presence::Required)]);
        let variant = |kit: &mut Kit, name: &str, content| VariantType {
            name: kit.text(name),
            tags: vec![kit.text(name)],
            content,
        };
        let variants = vec![variant(kit, "a", a), variant(kit, "b", b)];
        Type::Union(UnionType { name: None, tag: Some(kit.text("kind")), variants, open: false })
    };
    assert_eq!(read(by_tag, r#"{"n":1,"kind":"a"}"#).expect("fits"), r#"{"kind":"a","n":1}"#);
    assert_eq!(read(by_tag, r#"{"kind":"b","s":"x"}"#).expect("fits"), r#"{"kind":"b","s":"x"}"#);
    assert_eq!(pointers(read(by_tag, r#"{"kind":"b","n":1}"#)), ["/s"]);
    assert_eq!(pointers(read(by_tag, r#"{"kind":"c"}"#)), ["/kind"]);
    assert_eq!(pointers(read(by_tag, "{}")), ["/kind"]);
}

#[test]
fn scalars_are_read_into_one_form() {
    let table: [(Type, &str, &str); 12] = [
        (Type::Timestamp, "2026-11-21T14:00:00+02:00", "2026-11-21T12:00:00Z"),
        (Type::Timestamp, "2026-11-21T14:00:00.500Z", "2026-11-21T14:00:00.5Z"),
        (Type::Date, "2024-02-29", "2024-02-29"),
        (Type::TimeOfDay, "18:00", "18:00:00"),
        (Type::Duration, "90m", "1h30m"),
        (Type::Duration, "PT1.5S", "1.5s"),
        (Type::Ip, "::ffff:10.0.0.1", "10.0.0.1"),
        (Type::Ip, "2001:DB8::1", "2001:db8::1"),
        (Type::Cidr, "10.0.0.0/8", "10.0.0.0/8"),
        (Type::SemVer, "1.2.3-rc.1+x", "1.2.3-rc.1+x"),
        (Type::Bytes, "aGk=", "aGk="),
        (Type::Glob, "src/**", "src/**"),
    ];
    for (ty, text, printed) in table {
        assert_eq!(read(|_| ty.clone(), &format!("{text:?}")).expect(text), format!("{printed:?}"));
    }
    let refused: [(Type, &str); 12] = [
        (Type::Timestamp, "2026-11-21T24:00:00Z"),
        (Type::Timestamp, "2026-11-21"),
        (Type::Date, "2026-02-29"),
        (Type::Date, "0000-01-01"),
        (Type::TimeOfDay, "24:00"),
        (Type::Duration, "1m2h"),
        (Type::Ip, "010.0.0.1"),
        (Type::Ip, "fe80::1%eth0"),
        (Type::Cidr, "10.0.0.1/8"),
        (Type::SemVer, "1.2"),
        (Type::Bytes, "aGk"),
        (Type::Regex, "("),
    ];
    for (ty, text) in refused {
        assert!(read(|_| ty.clone(), &format!("{text:?}")).is_err(), "{text}");
    }
}

#[test]
fn sets_and_enums_are_ordered_by_their_type() {
    let set = |kit: &mut Kit| {
        let spellings = vec![kit.text("low"), kit.text("high")];
        let of = EnumType {
            name: kit.text("Level"),
            names: spellings.clone(),
            also: Vec::new(),
            spellings,
            open: true,
        };
        Type::Set { elem: kit.ty(Type::Enum(of)), max: None }
    };
    let text = r#"["zzz","high","low","high","aaa"]"#;
    assert_eq!(read(set, text).expect("fits"), r#"["low","high","aaa","zzz"]"#);
}

/// A policy that reads only `/a` and denies: what it does not read need only be JSON.
fn projected() -> Evaluator {
    let mut kit = Kit::new();
    let int = kit.ty(Type::Int { lo: 0, hi: 9 });
    let input = kit.record(&[("a", int, Presence::Required), ("b", int, Presence::Required)]);
    let whole = kit.plan(int, Read::Whole);
    let none = kit.plan(int, Read::Skip);
    let plan = kit.plan(input, Read::Parts(vec![whole, none]));
    let body = kit.function(1, 1, 0, &[far(Op::Charge, 0, 1), inst(Op::Finish, 0, 0, 0)]);
    kit.policy(input, plan, body, Vec::new());
    kit.evaluator()
}

#[test]
fn unread_parts_need_only_be_json() {
    let mut evaluator = projected();
    let mut proceeds = |text: &str, strict: bool| {
        let request = Request { strict_input: strict, ..Request::default() };
        evaluator.decide_json(0, text.as_bytes(), &request).proceed
    };
    assert!(proceeds(r#"{"a":1,"b":"no number"}"#, false));
    assert!(!proceeds(r#"{"a":1,"b":"no number"}"#, true));
    assert!(proceeds(r#"{"a":1}"#, false));
    assert!(!proceeds(r#"{"a":1}"#, true));
    assert!(!proceeds(r#"{"a":1,"b":[1,}"#, false));
    assert!(!proceeds(r#"{"a":1,"b":"\ud800"}"#, false));
    assert!(!proceeds(r#"{"a":10,"b":1}"#, false));
}

#[test]
fn bytes_that_are_no_json_are_one_misfit_at_the_root() {
    let mut evaluator = projected();
    let utf16: Vec<u8> = "{\"a\":1}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [&b"\xff\xfe"[..], b"", b"{", b"nul", b"{\"a\":1}}", &utf16] {
        let decision = evaluator.decide_json(0, bytes, &Request::default());
        assert!(!decision.proceed);
        let pointers: Vec<_> = decision.errors.iter().map(|error| error.pointer.as_deref()).collect();
        assert_eq!(pointers, [Some("")]);
    }
}

#[test]
fn nesting_is_limited_and_fits_a_small_stack() {
    let run = || {
        for text in [
            format!("{}1{}", "[".repeat(250), "]".repeat(250)),
            format!("{}1{}", "{\"a\":".repeat(250), "}".repeat(250)),
        ] {
            assert!(read(|_| Type::Json, &text).is_ok());
        }
        for text in ["[".repeat(1_000_000), "{\"a\":".repeat(200_000)] {
            assert!(read(|_| Type::Json, &text).is_err());
            let unread = format!("{{\"a\":1,\"b\":{text}");
            assert!(!projected().decide_json(0, unread.as_bytes(), &Request::default()).proceed);
        }
        // A type that refers to itself without going down does not even load.
        let mut kit = Kit::new();
        let own = kit.ty(Type::Bool);
        kit.0.types[own.index()] = Type::List { elem: own, max: None, or_one: true };
        assert!(crate::Program::new(kit.0, crate::testkit::library()).is_err());
    };
    std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(run)
        .expect("a thread")
        .join()
        .expect("no overflow");
}

#[test]
fn a_value_reads_as_its_text() {
    let mut evaluator = projected();
    for document in [json!({"a": 1}), json!({"a": 10}), json!({"b": 1}), json!({"a": 1.0})] {
        let bytes = document.to_string();
        let from_bytes = evaluator.decide_json(0, bytes.as_bytes(), &Request::default()).to_json();
        assert_eq!(evaluator.decide(0, &document, &Request::default()).to_json(), from_bytes);
    }
}

#[test]
fn values_are_sixteen_bytes() {
    assert_eq!(size_of::<Value>(), 16);
}
