use policy_syntax::{Diagnostic, FileId, parse};

use super::{Input, LINTS, Levels, Source, check, table};
use crate::hir::Hir;

/// What the lints that look at syntax alone find: code, and the text of the place.
fn found_with<'t>(text: &'t str, levels: &Levels) -> (Vec<(String, &'t str)>, Vec<Diagnostic>) {
    let parsed = parse(FileId(0), text);
    let hir = Hir::default();
    let modules = [Source { file: FileId(0), text, ast: &parsed.ast }];
    let input = Input { modules: &modules, hir: &hir, found: &parsed.diagnostics, levels };
    let diagnostics = check(&input);
    let name = |diagnostic: &Diagnostic| {
        LINTS
            .iter()
            .find(|lint| lint.code == diagnostic.code)
            .map_or(diagnostic.code.to_string(), |lint| lint.name.to_owned())
    };
    let short = diagnostics.iter().map(|d| (name(d), d.primary.span.text(text))).collect();
    (short, diagnostics)
}

#[track_caller]
fn expect(text: &str, wanted: &[(&str, &str)]) {
    let (found, diagnostics) = found_with(text, &Levels::default());
    let wanted: Vec<(String, &str)> = wanted.iter().map(|(name, at)| ((*name).to_owned(), *at)).collect();
    assert_eq!(found, wanted, "{diagnostics:#?}");
}

/// The text after all fixes of one lint.
fn fixed(text: &str) -> String {
    let (_, diagnostics) = found_with(text, &Levels::default());
    let mut edits: Vec<_> =
        diagnostics.iter().flat_map(|d| &d.fixes).flat_map(|fix| fix.edits.clone()).collect();
    edits.sort_by_key(|(at, _)| std::cmp::Reverse(at.span));
    let mut out = text.to_owned();
    for (at, new) in edits {
        out.replace_range(at.span.lo as usize..at.span.hi as usize, &new);
    }
    out
}

#[test]
fn what_is_never_used() {
    let text = "module m\nuse a.b.{x, Y as Z}\nuse c.d\n\ntype T = { a: Int }\nenum E { p, q }\ndata d: Set<String>\nlet n = 1\n\
                fn f(a: Int, b: Int) -> Int { let c = a let e = 2 return c }\n";
    expect(
        text,
        &[
            ("unused_import", "x"),
            ("unused_import", "Z"),
            ("unused_import", "d"),
            ("unused_type", "T"),
            ("unused_type", "E"),
            ("unused_data", "d"),
            ("unused_let", "n"),
            ("unused_function", "f"),
            ("unused_parameter", "b"),
            ("unused_let", "e"),
        ],
    );
}

#[test]
fn every_way_of_using_counts() {
    expect(
        "module m\nuse a.b.{x, Y, g}\nuse c.d\nuse c.h as k\nuse e.p\n\
         type T = { a: Y, b: d.U } \nenum E { p, q }\ndata names: Set<String>\nlet n: E = p\nlet text = \"{names} {n}\"\n\
         fn f(a: T) -> Int = a.g(x) + k.z\n\
         policy q on t: T { default allow\n let s = f(t) require r that s > 1 because text deny by_p for y in [E.p] when y == E.p\n include p(t) as i }\n",
        &[],
    );
}

#[test]
fn variables_that_are_not_used_become_underscores() {
    let text = "module m\npub fn f(m: Map<String, Int>) -> Int = count(k for (k, v) in m)\n";
    expect(text, &[("unused_variable", "v")]);
    assert_eq!(fixed(text), text.replace("(k, v)", "(k, _)"));
    expect("module m\npub fn f(m: Map<String, Int>) -> Int = count(k for (k, _v) in m)\n", &[]);
}

#[test]
fn public_things_may_be_unused() {
    expect(
        "module m\npub let a = 1\npub data d: Int\npub fn f() -> Int = 1\npub type T = Int\npub enum E { x }\n",
        &[],
    );
}

#[test]
fn unused_imports_are_taken_out() {
    let text = "module m\nuse a.b.{x, y, z}\nuse c.d\n\npub let n = y\n";
    let once = fixed(text);
    assert_eq!(once, "module m\nuse a.b.{y}\n\npub let n = y\n");
}

#[test]
fn damaged_parts_use_what_they_name() {
    expect("module m\nlet a = 1\nlet b = 2\npub fn f(x: Int) -> Int = x + a +\n", &[("unused_let", "b")]);
}

#[test]
fn a_hidden_name_is_not_used_by_what_hides_it() {
    expect("module m\nlet a = 1\npub fn f(a: Int) -> Int = a\n", &[("unused_let", "a")]);
}

#[test]
fn names_have_styles() {
    expect(
        "module m\npub let maxAge = 1\npub type pull_request = Int\npub fn readURL(aB: Int) -> Int = aB\n\
         policy P on x: Int { default allow deny tooOld when x > 1 }\n",
        &[
            ("naming", "maxAge"),
            ("naming", "pull_request"),
            ("naming", "readURL"),
            ("naming", "aB"),
            ("naming", "P"),
            ("naming", "tooOld"),
        ],
    );
    expect("module m\npub let max_age_2 = 1\npub type PullRequest = { securityContext: Int }\n", &[]);
}

#[test]
fn operands_in_quantifiers_mention_the_variable() {
    let text = "module m\npub fn f(xs: List<Int>, t: Bool) -> Bool = any x in xs: x > 1 and t\n";
    expect(text, &[("quantifier_operand", "t")]);
    expect(&text.replace("x > 1 and t", "(x > 1 and t)"), &[]);
    expect(&text.replace("any x in xs: x > 1 and t", "(any x in xs: x > 1) and t"), &[]);
    expect(&text.replace("x > 1 and t", "t implies x > 1"), &[("quantifier_operand", "t")]);
}

#[test]
fn defaults_beside_arithmetic_want_parentheses() {
    let text = "module m\npub fn f(a: Int?, b: Int) -> Int = a ?? 0 + b\n";
    expect(text, &[("coalesce_arithmetic", "a ?? 0")]);
    assert_eq!(fixed(text), text.replace("a ?? 0", "(a ?? 0)"));
    expect(&text.replace("a ?? 0", "(a ?? 0)"), &[]);
}

#[test]
fn what_is_allowed_is_not_reported() {
    expect("module m\n@allow(unused_let, \"kept for the audit\")\nlet a = 1\n", &[]);
    expect(
        "module m\npolicy p on x: Int { default allow @allow(naming, \"as the standard has it\") deny ruleA when x > 1 }\n",
        &[],
    );
}

#[test]
fn an_allow_is_looked_at_itself() {
    expect("module m\n@allow(unused_let)\nlet a = 1\n", &[("P0602", "@allow(unused_let)")]);
    expect("module m\n@allow(unused_lte, \"r\")\npub let a = 1\n", &[("P0601", "unused_lte")]);
    let text = "module m\n@allow(unused_let, \"r\")\npub let a = 1\n";
    expect(text, &[("unused_allow", "@allow(unused_let, \"r\")")]);
    assert_eq!(fixed(text), "module m\npub let a = 1\n");
}

#[test]
fn projects_set_levels() {
    let text = "module m\nlet a = 1\n";
    let read = |level| Levels::read([("unused_let", level)]).unwrap();
    let severity = |levels: &Levels| found_with(text, levels).1.first().map(|d| d.severity);
    assert_eq!(severity(&read("allow")), None);
    assert_eq!(severity(&read("deny")), Some(policy_syntax::Severity::Error));
    assert_eq!(severity(&Levels::default()), Some(policy_syntax::Severity::Warning));
}

#[test]
fn the_table_is_in_order_and_has_no_name_twice() {
    let codes: Vec<_> = table::codes().iter().map(|info| info.code).collect();
    assert!(codes.windows(2).all(|pair| pair[0] < pair[1]), "{codes:?}");
    let mut names: Vec<_> = LINTS.iter().map(|lint| lint.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), LINTS.len());
}
