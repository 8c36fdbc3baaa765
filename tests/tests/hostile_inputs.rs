//! Hostile inputs: an answer or a clear error, never a panic, and never an allow that was not earned.

#![expect(clippy::panic, clippy::unwrap_used, reason = "helpers of tests")]

use policy_tests::both::{Package, View, build};
use policy_tests::generate::Rng;

const POLICY: &str = r#"
module gate

type Item = { name: String, size: Int 0..10, price: Decimal, at?: Timestamp, tags: Set<String> = {}, ip?: Ip }

policy p on x: { items: List<Item>, extra: Map<String, Json>, count: Int } {
  default allow
  deny sum when x.count + 9_223_372_036_854_775_000 > 0 and x.count > 100
  deny price for i in x.items
    when i.price == 0.3 and i.name != "cheap" and i.tags is empty and i.size == 10 and i.at is absent and i.ip is absent
  deny extra when x.extra["k"] is 9_007_199_254_740_993
}
"#;

fn package() -> Package {
    build(&[("gate.policy".to_owned(), POLICY.to_owned())], false, "null")
        .unwrap_or_else(|e| panic!("{e:#?}"))
}

/// The decision on a document, on which both sides agree.
fn decide(package: &Package, document: &[u8]) -> View {
    let (json, machine) = package.by_machine(&mut package.evaluator(), 0, document, None).unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok());
    let reference = package.by_reference(0, document, None).unwrap();
    let shown = String::from_utf8_lossy(document.get(..200.min(document.len())).unwrap()).into_owned();
    assert_eq!(machine, reference, "{shown}");
    machine
}

const GOOD: &str = r#"{"items":[{"name":"a","size":1,"price":0.25,"at":"2026-01-01T00:00:00Z","tags":["x"],"ip":"10.0.0.1"}],"extra":{"k":1},"count":1}"#;

#[test]
fn what_is_in_order_is_allowed() {
    let view = decide(&package(), GOOD.as_bytes());
    assert!(view.proceed, "{view:#?}");
}

#[test]
fn what_is_not_json_is_denied() {
    let package = package();
    let utf16: Vec<u8> = GOOD.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut bom_utf16 = vec![0xFF, 0xFE];
    bom_utf16.extend(&utf16);
    let mut invalid = GOOD.as_bytes().to_vec();
    invalid.splice(20..20, [0xC3, 0x28]);
    let mut overlong = GOOD.as_bytes().to_vec();
    overlong.splice(20..20, [0xC0, 0x80]);
    let mut surrogate = GOOD.as_bytes().to_vec();
    surrogate.splice(20..20, [0xED, 0xA0, 0x80]);
    let documents: Vec<Vec<u8>> = vec![
        Vec::new(),
        b" ".to_vec(),
        b"null".to_vec(),
        b"[]".to_vec(),
        b"\"\"".to_vec(),
        b"NaN".to_vec(),
        b"{".to_vec(),
        b"{}}".to_vec(),
        b"\0".to_vec(),
        format!("{GOOD}x").into_bytes(),
        format!("{GOOD}{GOOD}").into_bytes(),
        GOOD.replace("\"count\":1", "\"count\":01").into_bytes(),
        GOOD.replace("\"count\":1", "\"count\":+1").into_bytes(),
        GOOD.replace("\"count\":1", "\"count\":1.").into_bytes(),
        GOOD.replace("\"count\":1", "\"count\":0x1").into_bytes(),
        GOOD.replace("\"count\":1", "count:1").into_bytes(),
        GOOD.replace("\"count\":1", "\"count\":1,").into_bytes(),
        GOOD.replace("\"count\":1", "\"count\":1 // one").into_bytes(),
        GOOD.replace("\"name\":\"a\"", "\"name\":\"a\nb\"").into_bytes(),
        GOOD.replace("\"name\":\"a\"", "\"name\":\"\\x41\"").into_bytes(),
        GOOD.replace("\"name\":\"a\"", "\"name\":'a'").into_bytes(),
        utf16,
        bom_utf16,
        invalid,
        overlong,
        surrogate,
    ];
    for document in documents {
        let view = decide(&package, &document);
        assert!(!view.proceed && !view.misfits.is_empty(), "{view:#?}");
    }
}

#[test]
fn misfits_are_denied_wherever_they_are_read() {
    let package = package();
    let cases = [
        (r#""size":1"#, r#""size":11"#, "/items/0/size"),
        (r#""size":1"#, r#""size":1.5"#, "/items/0/size"),
        (r#""size":1"#, r#""size":"1""#, "/items/0/size"),
        (r#""size":1,"#, "", "/items/0/size"),
        (r#""price":0.25"#, r#""price":1e400"#, "/items/0/price"),
        (r#""price":0.25"#, r#""price":0.12345678901234567890123456789"#, "/items/0/price"),
        (r#""name":"a""#, r#""name":null"#, "/items/0/name"),
        (r#""name":"a""#, r#""name":"\ud800""#, "/items/0/name"),
        (r#""name":"a""#, r#""name":"a","name":"b""#, "/items/0/name"),
        (r#""at":"2026-01-01T00:00:00Z""#, r#""at":"2026-02-30T00:00:00Z""#, "/items/0/at"),
        (r#""tags":["x"]"#, r#""tags":["x",1]"#, "/items/0/tags/1"),
        (r#""ip":"10.0.0.1""#, r#""ip":"10.0.0.01""#, "/items/0/ip"),
        (r#""k":1"#, r#""k":1,"k":1"#, "/extra/k"),
        (r#""k":1"#, r#""j":{"a":1,"a":2},"k":1"#, "/extra/j/a"),
        (r#""count":1"#, r#""count":9223372036854775808"#, "/count"),
        (r#""count":1"#, r#""count":1,"count":1"#, "/count"),
    ];
    for (good, bad, pointer) in cases {
        let view = decide(&package, GOOD.replacen(good, bad, 1).as_bytes());
        assert!(!view.proceed, "{bad}");
        assert_eq!(view.misfits, [pointer], "{bad}");
    }
}

#[test]
fn numbers_are_exact() {
    let package = package();
    let changed = |from: &str, to: &str| decide(&package, GOOD.replacen(from, to, 1).as_bytes());
    assert!(changed("\"k\":1", "\"k\":9007199254740992").proceed);
    assert!(!changed("\"k\":1", "\"k\":9007199254740993").proceed);
    assert!(!changed("\"k\":1", "\"k\":9007199254740993.0").proceed);
    assert!(changed("\"count\":1", "\"count\":1e2").proceed);
    let overflow = changed("\"count\":1", "\"count\":9223372036854775807");
    assert!(!overflow.proceed);
    assert!(overflow.errors.iter().any(|e| e.contains("overflow")), "{overflow:#?}");
}

#[test]
fn deep_nesting_is_denied_or_ignored_alike() {
    let package = package();
    for depth in [10, 100, 127, 128, 129, 200, 1_000, 100_000] {
        let nested = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let inside = GOOD.replacen("\"k\":1", &format!("\"k\":{nested}"), 1);
        let beside = GOOD.replacen("\"count\":1", &format!("\"count\":1,\"unread\":{nested}"), 1);
        let objects =
            GOOD.replacen("\"k\":1", &format!("\"k\":{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth)), 1);
        for document in [inside, beside, objects, nested, "[".repeat(depth), "{\"a\":".repeat(depth)] {
            let (_, view) =
                package.by_machine(&mut package.evaluator(), 0, document.as_bytes(), None).unwrap();
            assert!(!view.proceed || depth < 1_000, "{depth}");
        }
    }
}

#[test]
fn very_large_documents() {
    let package = package();
    // The ordinary run is a debug build; `POLICY_TESTS_SCALE=10` makes it a hundred megabytes.
    let scale =
        std::env::var("POLICY_TESTS_SCALE").ok().and_then(|text| text.parse::<usize>().ok()).unwrap_or(1);
    let size = 10_000_000 * scale;
    let item = r#"{"name":"a","size":1,"price":0.25,"tags":["x"]},"#;
    let items = item.repeat(size / item.len());
    let many = GOOD.replacen("\"items\":[", &format!("\"items\":[{items}"), 1);
    let text = GOOD.replacen("\"name\":\"a\"", &format!("\"name\":\"{}\"", "a".repeat(size)), 1);
    let unread = GOOD.replacen(
        "\"count\":1",
        &format!("\"count\":1,\"unread\":\"{}\"", "\\u00e9".repeat(size / 6)),
        1,
    );
    let digits = GOOD.replacen("\"count\":1", &format!("\"count\":{}", "9".repeat(size)), 1);
    for (index, document) in [many, text, unread, digits].iter().enumerate() {
        let (_, view) = package.by_machine(&mut package.evaluator(), 0, document.as_bytes(), None).unwrap();
        // What is only large may be decided; a number that fits no Int is a misfit.
        assert!(index != 3 || !view.proceed, "{view:#?}");
        assert!(view.proceed || !view.misfits.is_empty() || !view.errors.is_empty(), "{view:#?}");
    }
}

#[test]
fn mutated_documents_are_decided_alike() {
    let package = package();
    let mut rng = Rng::new(11);
    let pieces: [&[u8]; 16] = [
        b"\"",
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"null",
        b"-",
        b"e9",
        b"\\u12",
        b"\\",
        b"\xff",
        b"0",
        b"1e-9",
        b"\"k\":2,",
    ];
    let mut denied = 0;
    for _ in 0..3_000 {
        let mut bytes = GOOD.as_bytes().to_vec();
        for _ in 0..=rng.below(2) {
            let at = rng.below(bytes.len());
            match rng.below(3) {
                0 => {
                    let end = (at + 1 + rng.below(6)).min(bytes.len());
                    bytes.drain(at..end);
                }
                1 => {
                    let piece = rng.pick(&pieces.map(Some)).unwrap();
                    bytes.splice(at..at, piece.iter().copied());
                }
                _ => {
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte = u8::try_from(rng.below(256)).unwrap();
                    }
                }
            }
        }
        if !decide(&package, &bytes).proceed {
            denied += 1;
        }
    }
    assert!(denied > 1_000, "only {denied} of 3,000 were denied");
}
