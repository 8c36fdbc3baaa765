//! `std.text`: functions of `String`.

use crate::function::Failure::Overflow;
use policy_vm::{Growth, Run};

use crate::function::Function;
use crate::run;

const fn f(signature: &'static str, doc: &'static str, run: Run) -> Function {
    Function::new("std.text", signature, doc, run)
}

const TOO_LONG: (crate::Failure, &str) = (Overflow, "if the result is longer than 1 MiB");

/// The functions, in the order in which the library's pages show them.
pub(crate) const ROWS: &[Function] = &[
    f("fn length(text: String) -> Int 0..4_294_967_295", "How many characters (Unicode scalar values) `text` has.", run::text::length)
    .examples(&[(r#""naïve".length()"#, "5"), (r#""".length()"#, "0")]),
    f("fn byte_length(text: String) -> Int 0..4_294_967_295", "How many bytes `text` has in UTF-8.", run::text::byte_length).constant()
        .examples(&[(r#""naïve".byte_length()"#, "6")]),
    f("fn starts_with(text: String, prefix: String) -> Bool", "Whether `text` begins with `prefix`.", run::text::starts_with)
        .core()
        .examples(&[(r#""release/2.4".starts_with("release/")"#, "true")]),
    f("fn ends_with(text: String, suffix: String) -> Bool", "Whether `text` ends with `suffix`.", run::text::ends_with)
        .core()
        .examples(&[(r#""deploy.yaml".ends_with(".yml")"#, "false")]),
    f("fn strip_prefix(text: String, prefix: String) -> String?", "What follows `prefix` in `text`; absent where `text` does not begin with it.", run::text::strip_prefix)
    .core()
    .examples(&[
        (r#""refs/heads/main".strip_prefix("refs/heads/")"#, r#""main""#),
        (r#""main".strip_prefix("refs/heads/") ?? "none""#, r#""none""#),
    ]),
    f("fn strip_suffix(text: String, suffix: String) -> String?", "What precedes `suffix` in `text`; absent where `text` does not end with it.", run::text::strip_suffix)
    .core()
    .examples(&[(r#""main.tf".strip_suffix(".tf")"#, r#""main""#)]),
    f("fn before(text: String, mark: String) -> String?", "What precedes the first `mark` in `text`; absent where there is none.", run::text::before)
    .examples(&[(r#""feat(api): add".before(":")"#, r#""feat(api)""#)]),
    f("fn after(text: String, mark: String) -> String?", "What follows the first `mark` in `text`; absent where there is none.", run::text::after)
    .examples(&[(r#""a=b=c".after("=")"#, r#""b=c""#)]),
    f("fn before_last(text: String, mark: String) -> String?", "What precedes the last `mark` in `text`; absent where there is none.", run::text::before_last)
    .examples(&[(r#""a/b/c".before_last("/")"#, r#""a/b""#)]),
    f("fn after_last(text: String, mark: String) -> String?", "What follows the last `mark` in `text`; absent where there is none.", run::text::after_last)
    .examples(&[(r#""a/b/c".after_last("/")"#, r#""c""#)]),
    f("fn trim(text: String) -> String", "`text` without white space at either end.", run::text_split::trim)
        .core()
        .examples(&[(r#""  ok\n".trim()"#, r#""ok""#)]),
    f("fn trim_start(text: String) -> String", "`text` without white space at its start.", run::text_split::trim_start)
        .examples(&[(r#""  ok ".trim_start()"#, r#""ok ""#)]),
    f("fn trim_end(text: String) -> String", "`text` without white space at its end.", run::text_split::trim_end)
        .examples(&[(r#""  ok ".trim_end()"#, r#""  ok""#)]),
    f("fn lower_ascii(text: String) -> String", "`text` with `A` to `Z` in lower case and everything else as it is: right for identifiers.", run::text_build::lower_ascii)
    .examples(&[(r#""ÄPI-Key".lower_ascii()"#, r#""Äpi-key""#)]),
    f("fn upper_ascii(text: String) -> String", "`text` with `a` to `z` in upper case and everything else as it is.", run::text_build::upper_ascii)
    .examples(&[(r#""äpi-key".upper_ascii()"#, r#""äPI-KEY""#)]),
    f("fn lower(text: String) -> String", "`text` in lower case by the Unicode rules that depend on no language: right for prose.", run::text_build::lower)
    .fails(&[TOO_LONG])
    .examples(&[(r#""ÄPI".lower()"#, r#""äpi""#)]),
    f("fn upper(text: String) -> String", "`text` in upper case by the Unicode rules that depend on no language.", run::text_build::upper)
    .fails(&[TOO_LONG])
    .examples(&[(r#""straße".upper()"#, r#""STRASSE""#)]),
    f("fn equals_ignoring_case(a: String, b: String) -> Bool", "Whether `a` and `b` are equal when `A` to `Z` count as `a` to `z`.", run::text::equals_ignoring_case)
    .examples(&[(r#""Bearer".equals_ignoring_case("BEARER")"#, "true")]),
    f("fn split(text: String, separator: String) -> List<String>", "The parts of `text` between the separators, empty ones included; with an empty separator `text` as it is.", run::text_split::split)
    .core()
    .examples(&[
        (r#""a,b,,c".split(",")"#, r#"["a", "b", "", "c"]"#),
        (r#""".split(",")"#, r#"[""]"#),
    ]),
    f("fn lines(text: String) -> List<String>", "The lines of `text` without their ends, which are `\\n` or `\\r\\n`; an end after the last line adds none.", run::text_split::lines)
    .core()
    .examples(&[(r#""a\u{D}\nb\n".lines()"#, r#"["a", "b"]"#)]),
    f("fn words(text: String) -> List<String>", "The parts of `text` between runs of white space, none of them empty.", run::text_split::words)
        .core()
        .examples(&[(r#""  two  words ".words()"#, r#"["two", "words"]"#)]),
    f("fn characters(text: String) -> List<String>", "The characters of `text`, each as a text of its own.", run::text_split::characters)
        .examples(&[(r#""añb".characters()"#, r#"["a", "ñ", "b"]"#)]),
    f("fn join(parts: List<String>, separator: String) -> String", "All `parts` in one text, `separator` between them.", run::text_build::join)
    .core()
    .fails(&[TOO_LONG])
    .examples(&[(r#"["a", "b"].join("/")"#, r#""a/b""#), (r#"join([], "/")"#, r#""""#)]),
    f("fn replace(text: String, old: String, new: String) -> String", "`text` with each `old` replaced by `new`, from left to right; an empty `old` replaces nothing.", run::text_build::replace)
    .core()
    .fails(&[TOO_LONG])
    .examples(&[(r#""a.b.c".replace(".", "/")"#, r#""a/b/c""#)]),
    f("fn slice(text: String, from: Int, to: Int) -> String", "The characters of `text` at `from` and up to, not including, `to`, counted from 0; what lies outside is left out.", run::text_split::slice)
    .examples(&[
        (r#""abcdef".slice(1, 3)"#, r#""bc""#),
        (r#""abc".slice(-5, 99)"#, r#""abc""#),
        (r#""abc".slice(2, 1)"#, r#""""#),
    ]),
    f("fn index_of(text: String, what: String) -> Int?", "Where the first `what` in `text` begins, in characters from 0; absent where there is none.", run::text::index_of)
    .examples(&[(r#""añb".index_of("b")"#, "2")]),
    f("fn last_index_of(text: String, what: String) -> Int?", "Where the last `what` in `text` begins, in characters from 0; absent where there is none.", run::text::last_index_of)
    .examples(&[(r#""a.b.c".last_index_of(".")"#, "3")]),
    f("fn count_of(text: String, what: String) -> Int 0..4_294_967_295", "How often `what` stands in `text` without overlap; an empty `what` never does.", run::text::count_of)
    .examples(&[(r#""a,b,c".count_of(",")"#, "2")]),
    f("fn pad_start(text: String, width: Int, with: String) -> String", "`text` with repeats of `with` before it until it has `width` characters.", run::text_build::pad_start)
    .fails(&[TOO_LONG])
    .examples(&[(r#""7".pad_start(3, "0")"#, r#""007""#)]),
    f("fn pad_end(text: String, width: Int, with: String) -> String", "`text` with repeats of `with` after it until it has `width` characters.", run::text_build::pad_end)
    .fails(&[TOO_LONG])
    .examples(&[(r#""ab".pad_end(5, ".-")"#, r#""ab.-.""#)]),
    f("fn repeat(text: String, times: Int) -> String", "`text`, `times` times over; nothing where `times` is below 1.", run::text_build::repeat)
        .fails(&[TOO_LONG])
        .examples(&[(r#""ab".repeat(3)"#, r#""ababab""#)]),
    f("fn is_blank(text: String) -> Bool", "Whether `text` has nothing but white space.", run::text::is_blank)
        .core()
        .examples(&[(r#"" \n".is_blank()"#, "true")]),
    f("fn is_ascii(text: String) -> Bool", "Whether every character of `text` is ASCII.", run::text::is_ascii)
        .examples(&[(r#""naïve".is_ascii()"#, "false")]),
    f("fn has_hidden_characters(text: String) -> Bool", "Whether `text` has control characters other than tab and line ends, or characters that reorder text or take no room.", run::text::has_hidden_characters)
    .examples(&[
        (r#""admin\u{202E}".has_hidden_characters()"#, "true"),
        (r#""a\tb\n".has_hidden_characters()"#, "false"),
    ]),
    f("fn parse_int(text: String) -> Int?", "The whole number that `text` spells in decimal digits, with an optional sign; absent where it spells none that fits.", run::parse::parse_int)
    .core()
    .examples(&[(r#""-42".parse_int()"#, "-42"), (r#""4.2".parse_int() is absent"#, "true")]),
    f("fn parse_int_base(text: String, base: Int) -> Int?", "The whole number that `text` spells in digits of `base`, which is 2 to 36; absent where it spells none that fits.", run::parse::parse_int_base)
    .examples(&[(r#""0644".parse_int_base(8)"#, "420"), (r#""ff".parse_int_base(16)"#, "255")]),
    f("fn parse_decimal(text: String) -> Decimal?", "The number that `text` spells as JSON does, with an optional sign; absent where it spells none that is exact in 28 digits.", run::parse::parse_decimal)
    .core()
    .examples(&[(r#""0.10".parse_decimal()"#, "0.1"), (r#""1e3".parse_decimal()"#, "1000.0")]),
    f("fn parse_bool(text: String) -> Bool?", "What `true` and `false` say; absent for any other text.", run::parse::parse_bool)
        .examples(&[(r#""true".parse_bool()"#, "true"), (r#""yes".parse_bool() is absent"#, "true")]),
    f("fn compare_text(a: String, b: String) -> Int -1..1", "-1 where `a` stands before `b` in the order of code points, 1 where it stands behind it, 0 where they are equal.", run::text::compare_text)
    .core()
    .examples(&[(r#"compare_text("a", "b")"#, "-1"), (r#"compare_text("b", "B")"#, "1")]),
    f("fn edit_distance(a: String, b: String) -> Int 0..4_294_967_295", "The least number of characters to insert, remove or replace that makes `b` of `a`: small for misspelt names.", run::distance::edit_distance).grows(Growth::Product)
    .fails(&[(Overflow, "if either text is longer than 1,000 characters")])
    .examples(&[(r#""reqeusts".edit_distance("requests")"#, "2")]),
];
