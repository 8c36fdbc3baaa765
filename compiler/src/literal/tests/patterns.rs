use policy_syntax::ast::CheckedKind as Kind;

use super::{bad, good};
use crate::hir::Const;
use crate::literal::codes;

#[test]
fn regular_expressions() {
    for text in [r"v\d+", "(?i)abc", "(?iu)é", r"\p{Greek}+", r"a.b\b", "", "(a|b){2,5}?"] {
        assert_eq!(good(Kind::Regex, text), Const::Regex(text.to_owned()));
    }
    bad(Kind::Regex, "a(b", codes::REGEX, "(");
    bad(Kind::Regex, "a)b", codes::REGEX, ")");
    bad(Kind::Regex, "a[b", codes::REGEX, "[");
    bad(Kind::Regex, "*a", codes::REGEX, "*");
    bad(Kind::Regex, "é{3,2}", codes::REGEX, "{3,2}");
    bad(Kind::Regex, "[z-a]", codes::REGEX, "z-a");
    bad(Kind::Regex, r"a\y", codes::REGEX, r"\y");
    bad(Kind::Regex, r"\p{Greekk}", codes::REGEX, r"\p{Greekk}");
    bad(Kind::Regex, "a(?=b)", codes::REGEX_UNSUPPORTED, "(?=");
    bad(Kind::Regex, r"(a)\1", codes::REGEX_UNSUPPORTED, r"\1");
    bad(
        Kind::Regex,
        &format!("{}a{}", "(".repeat(200), ")".repeat(200)),
        codes::REGEX,
        &format!("{}a{}", "(".repeat(100), ")".repeat(100)),
    );
}

#[test]
fn globs() {
    for text in
        ["src/**/*.rs", "**", "a/**", "registry.example.com/**", "[!a-c]?", r"\*\{", "[]]", "[a-]", ""]
    {
        assert_eq!(good(Kind::Glob, text), Const::Glob(text.to_owned()));
    }
    bad(Kind::Glob, "a**/b", codes::GLOB, "**");
    bad(Kind::Glob, "a/**b", codes::GLOB, "**");
    bad(Kind::Glob, "a/***", codes::GLOB, "***");
    bad(Kind::Glob, "a/[bc", codes::GLOB, "[");
    bad(Kind::Glob, r"a\", codes::GLOB, r"\");
    bad(Kind::Glob, "*.{rs,md", codes::GLOB, "{");
}

#[test]
fn wildcards() {
    let text = "arn:aws:s3:::prod-*";
    assert_eq!(good(Kind::Wildcard, text), Const::Wildcard(text.to_owned()));
}

#[test]
fn sizes_are_limited() {
    let long = "a".repeat(20_000);
    for kind in [Kind::Regex, Kind::Glob, Kind::Wildcard] {
        bad(kind, &long, codes::PATTERN_SIZE, &long);
    }
    let wide = r"\p{L}{1000}";
    bad(Kind::Regex, wide, codes::PATTERN_SIZE, wide);
}
