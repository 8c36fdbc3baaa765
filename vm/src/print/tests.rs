//! Canonical JSON, and what messages show.

use super::{json_string, shown};

fn message(text: &str) -> String {
    let mut out = String::new();
    shown(text, false, &mut out);
    out
}

#[test]
fn plain_values_stand_as_they_are() {
    for text in ["ann", "PR 7", "src/a-b_c.rs", "10.0.0.1:80", "a+b@c", "Zürich", "日本"] {
        assert_eq!(message(text), text);
    }
}

#[test]
fn anything_else_is_quoted_and_escaped() {
    assert_eq!(message(""), "\"\"");
    assert_eq!(message("a\"b\\"), r#""a\"b\\""#);
    assert_eq!(message("a\nb\u{0}"), r#""a\nb\u{0}""#);
    assert_eq!(message("\u{202e}gpj.exe"), r#""\u{202e}gpj.exe""#);
    assert_eq!(message("a\u{200b}b"), r#""a\u{200b}b""#);
    assert_eq!(message("{}"), "\"{}\"");
}

#[test]
fn long_values_are_cut() {
    assert_eq!(message(&"a".repeat(200)), "a".repeat(200));
    assert_eq!(message(&"a".repeat(201)), format!("{}…", "a".repeat(200)));
    assert_eq!(message(&"\"".repeat(201)), format!("\"{}\"…", "\\\"".repeat(200)));
}

#[test]
fn json_strings_read_back() {
    let text: String = (0..0x300).filter_map(char::from_u32).chain("\u{2028}😀\\\"".chars()).collect();
    let mut out = String::new();
    json_string(&text, &mut out);
    assert_eq!(serde_json::from_str::<String>(&out).expect("it is JSON"), text);
}
