//! `std.semver`: functions of `SemVer` and `SemVerRange`.

use policy_vm::Run;

use crate::function::Function;
use crate::run;

const fn f(signature: &'static str, doc: &'static str, run: Run) -> Function {
    Function::new("std.semver", signature, doc, run)
}

/// The functions, in the order in which the library's pages show them.
pub(crate) const ROWS: &[Function] = &[
    f("fn parse_semver(text: String) -> SemVer?", "The version that `text` spells by Semantic Versioning 2.0; absent where it spells none.", run::semver::parse_semver)
        .examples(&[(r#"parse_semver("1.4.0")"#, r#"semver"1.4.0""#), (r#"parse_semver("1.4") is absent"#, "true")]),
    f("fn parse_loose_semver(text: String) -> SemVer?", "The version that `text` spells with a `v` before it or with parts left out, which count as 0; absent where it spells none.", run::semver::parse_loose_semver)
    .examples(&[(r#"parse_loose_semver("v1.4")"#, r#"semver"1.4.0""#)]),
    f("fn parse_range(text: String) -> SemVerRange?", "The range that `text` spells as Cargo reads it; absent where it spells none.", run::semver::parse_range)
        .examples(&[(r#"parse_range("^") is absent"#, "true")]),
    f("fn satisfies(version: SemVer, wanted: SemVerRange) -> Bool", "Whether `version` is in the range.", run::semver::satisfies)
        .core()
        .examples(&[
            (r#"semver"1.9.3".satisfies(range"^1.4")"#, "true"),
            (r#"semver"2.0.0-rc.1".satisfies(range">=1.4")"#, "false"),
        ]),
    f("fn major(version: SemVer) -> Int", "The first number.", run::semver::major).examples(&[(r#"semver"1.4.2".major()"#, "1")]),
    f("fn minor(version: SemVer) -> Int", "The second number.", run::semver::minor).examples(&[(r#"semver"1.4.2".minor()"#, "4")]),
    f("fn patch(version: SemVer) -> Int", "The third number.", run::semver::patch).examples(&[(r#"semver"1.4.2".patch()"#, "2")]),
    f("fn pre_release(version: SemVer) -> String?", "What stands behind `-`; absent for a release.", run::semver::pre_release)
        .examples(&[(r#"semver"1.4.2-rc.1".pre_release()"#, r#""rc.1""#)]),
    f("fn build(version: SemVer) -> String?", "What stands behind `+`; absent where nothing does.", run::semver::build)
        .examples(&[(r#"semver"1.4.2+b7".build()"#, r#""b7""#)]),
];
