//! Words, literals and texts, one expression at a time.

use crate::{FileId, dump_expr, parse_expression};

/// The tree of an expression, or its diagnostics.
fn tree(source: &str) -> String {
    let parsed = parse_expression(FileId(0), source);
    if parsed.diagnostics.is_empty() {
        return dump_expr(&parsed.ast, parsed.expr);
    }
    parsed
        .diagnostics
        .iter()
        .map(|d| format!("{}@{}", d.code, d.primary.span.lo))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Each source with the tree that it must have.
fn all(cases: &[(&str, &str)]) {
    for (source, expected) in cases {
        assert_eq!(tree(source), *expected, "{source}");
    }
}

#[test]
fn words_are_names_where_they_mean_nothing() {
    all(&[
        ("r.type.in", "(postfix r (. type) (. in))"),
        ("r?.not", "(postfix r (?. not))"),
        ("{ default: 1, in: 2, true: 3 }", "(record default: 1 in: 2 true: 3)"),
        ("`in` + `a b`", "(arithmetic `in` + `a b`)"),
        ("fold", "fold"),
        ("score + fold", "(arithmetic score + fold)"),
        ("fold(x in xs, s = true: s)", "(fold (in x xs) s true s)"),
        ("match score { a => 1 }", "(match score (arm a 1))"),
        ("count(max) + min", "(arithmetic (postfix count (call max)) + min)"),
        ("xs.fold(1)", "(postfix xs (.call fold 1))"),
    ]);
}

#[test]
fn texts() {
    all(&[
        (r#""a\n\t\"\\\u{41}""#, r#""a\n\t\"\\A""#),
        (r#""{{x}} {y}""#, r#"(text-Plain "{x} " y)"#),
        (r#""{a}{b}""#, "(text-Plain a b)"),
        (r#""{f("{x}")}""#, "(text-Plain (postfix f (call (text-Plain x))))"),
        (r#""{ {a: 1}.a }""#, "(text-Plain (postfix (record a: 1) (. a)))"),
        ("r\"\\d{x}\"", r#"(text-Raw "\\d{x}")"#),
        ("\"\"\"\n    a\n      {x}\n\n    b\n    \"\"\"", r#"(text-Multi "a\n  " x "\n\nb")"#),
        ("\"\"\"one \"quoted\" line\"\"\"", r#"(text-Multi "one \"quoted\" line")"#),
        ("\"\"\"\r\n  a\r\n  b\r\n  \"\"\"", r#"(text-Multi "a\nb")"#),
        ("\"\"", "\"\""),
        ("\"a", "P0002@0"),
        ("\"a {x", "P0003@3"),
        ("\"a {x\"", "P0003@3"),
        ("\"a } b\"", "P0005@3"),
        ("\"\\q \\u{} \\u{110000}\"", "P0004@1 P0004@4 P0004@9"),
        ("\"a {} b\"", "P0013@3"),
        ("'a'", "P0009@0"),
        ("foo\"a\"", "P0012@0"),
    ]);
}

#[test]
fn numbers_and_times() {
    all(&[
        ("1_000", "1000"),
        ("0.750", "0.750"),
        ("[250ms, 30d]", r#"(list (Duration "250ms") (Duration "30d"))"#),
        ("@2026-12-31", r#"(Date "2026-12-31")"#),
        ("@18:00", r#"(TimeOfDay "18:00")"#),
        ("@2026-12-31T00:00:00+01:00", r#"(Timestamp "2026-12-31T00:00:00+01:00")"#),
        ("re\"v\\d+\"", r#"(Regex "v\\d+")"#),
        ("5weeks", "P0006@0"),
        ("1e5", "P0006@0"),
        ("1h30m", "P0006@0"),
        ("@2026", "P0007@0"),
    ]);
}

#[test]
fn operators_bind_as_the_language_says() {
    all(&[
        ("a ?? 0 + b ?? 0", "(arithmetic (?? a 0) + (?? b 0))"),
        ("x ?? -1", "(?? x (- 1))"),
        ("-a as Int", "(- (as a Int))"),
        ("not a in b", "(not (in a b))"),
        ("a and not b in c implies d", "(implies (and a (not (in b c))) d)"),
        ("a + b * c - d", "(arithmetic a + (arithmetic b * c) - d)"),
        ("a is not b and c", "(and (is-not a (value b)) c)"),
        ("a is present", "(is a present)"),
        ("a implies any x in xs: b and c", "(implies a (any (in x xs) (and b c)))"),
        ("not if a then b else c", "(not (if a b c))"),
        ("if a then b else if c then d else e", "(if a b c d e)"),
        ("if a then b else (if c then d else e)", "(if a b (parens (if c d e)))"),
        ("x.f(1).g", "(postfix x (.call f 1) (. g))"),
        ("(x.f)(1)", "(postfix (parens (postfix x (. f))) (call 1))"),
        ("a == b == c", "P0030@7"),
        ("a or b and c", "P0031@5"),
        ("not a != b", "P0032@0"),
        ("1 + any x in xs: y", "P0033@4"),
        ("a == not b", "P0033@5"),
        ("present", "P0034@0"),
        ("a == absent", "P0034@5"),
        ("any x in xs: y without z: w", "P0039@15"),
        ("f(a: 1, 2)", "P0038@8"),
        ("{1, a: 2}", "P0036@1"),
        ("{a.b: 1}", "P0037@1"),
        ("(a,)", "P0040@0"),
        ("f(g(x) => 1)", "P0035@2"),
        ("if a then b", "P0042@0"),
    ]);
}

#[test]
fn other_languages_are_understood() {
    all(&[
        ("a && b", "P0008@2"),
        ("a || !b", "P0008@2 P0008@5"),
        ("a === b", "P0008@2"),
        ("a <> b", "P0008@2"),
        ("a # b", "P0010@2"),
        ("a /* b */", "P0010@2"),
        ("a \u{201c}b\u{201d}", "P0001@2 P0001@6"),
        ("\u{e4}", "P0001@0"),
    ]);
}
