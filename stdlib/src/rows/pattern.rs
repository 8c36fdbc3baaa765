//! `std.regex` and `std.glob`: functions of patterns.

use crate::function::Failure::Overflow;
use policy_vm::Run;

use crate::function::Function;
use crate::run;

const fn r(signature: &'static str, doc: &'static str, run: Run) -> Function {
    Function::new("std.regex", signature, doc, run)
}

const fn g(signature: &'static str, doc: &'static str, run: Run) -> Function {
    Function::new("std.glob", signature, doc, run)
}

/// The functions of regular expressions, in the order in which the library's pages show them.
pub(crate) const REGEX: &[Function] = &[
    r("fn find(text: String, pattern: Regex) -> String?", "The first match of `pattern` in `text`; absent where there is none.", run::pattern::find)
        .examples(&[(r##"find("fixes #42 and #43", re"#\d+")"##, r##""#42""##)]),
    r("fn find_all(text: String, pattern: Regex) -> List<String>", "The matches of `pattern` in `text`, from left to right without overlap.", run::pattern::find_all)
        .examples(&[(r##"find_all("fixes #42 and #43", re"#\d+")"##, r##"["#42", "#43"]"##)]),
    r("fn capture(text: String, pattern: Regex, group: Int) -> String?", "What group `group` of the first match of `pattern` in `text` took, 0 for the match itself; absent where there is no match, no such group, or it took nothing.", run::pattern::capture)
    .examples(&[(r#"capture("v1.42", re"v(\d+)\.(\d+)", 2)"#, r#""42""#)]),
    r("fn captures(text: String, pattern: Regex) -> List<String?>", "What the groups of the first match of `pattern` in `text` took, the match itself first; empty where there is no match.", run::pattern::captures)
    .examples(&[(r#"captures("v1.42", re"v(\d+)\.(\d+)").compact()"#, r#"["v1.42", "1", "42"]"#)]),
    r("fn named_captures(text: String, pattern: Regex) -> Map<String, String>", "What the named groups of the first match of `pattern` in `text` took, by name.", run::pattern::named_captures)
    .examples(&[(
        r#"named_captures("feat(api)!", re"(?P<kind>\w+)\((?P<scope>\w+)\)")"#,
        r#"{"kind": "feat", "scope": "api"}"#,
    )]),
    r("fn split_by(text: String, pattern: Regex) -> List<String>", "The parts of `text` between the matches of `pattern`, empty ones included.", run::pattern::split_by)
    .examples(&[(r#"split_by("a, b;c", re"[,;]\s*")"#, r#"["a", "b", "c"]"#)]),
    r("fn replace_all(text: String, pattern: Regex, new: String) -> String", "`text` with each match of `pattern` replaced by `new`, which stands as it is.", run::pattern::replace_all)
    .fails(&[(Overflow, "if the result is longer than 1 MiB")])
    .examples(&[(r##"replace_all("a1b22", re"\d+", "#")"##, r##""a#b#""##)]),
    r("fn matches_any(text: String, patterns: List<Regex>) -> Bool", "Whether one of `patterns` matches the whole of `text`.", run::pattern::matches_any)
        .examples(&[(r#"matches_any("v12", [re"x", re"v\d+"])"#, "true")]),
];

/// The functions of globs, in the order in which the library's pages show them.
pub(crate) const GLOB: &[Function] = &[
    g(
        "fn matches_any_glob(text: String, globs: List<Glob>) -> Bool",
        "Whether one of `globs` matches the whole of `text`.",
        run::pattern::matches_any,
    )
    .examples(&[(r#"matches_any_glob("src/a/b.rs", [glob"docs/**", glob"src/**/*.rs"])"#, "true")]),
    g(
        "fn matches_any_wildcard(text: String, wildcards: List<Wildcard>) -> Bool",
        "Whether one of `wildcards` matches the whole of `text`.",
        run::pattern::matches_any,
    )
    .examples(&[(r#"matches_any_wildcard("arn:aws:s3:::logs", [wild"arn:aws:s3:::*"])"#, "true")]),
];
