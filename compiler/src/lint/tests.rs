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

/// What all lints find in sources that check, with what is known of their types.
#[track_caller]
fn expect_checked(text: &str, wanted: &[(&str, &str)]) -> Vec<Diagnostic> {
    let mut sources = crate::Sources::default();
    sources.add("m.policy", text);
    let checked = crate::check(&sources);
    assert!(checked.diagnostics.is_empty(), "{:#?}", checked.diagnostics);
    let diagnostics = super::run(&checked, &Levels::default());
    let name = |d: &Diagnostic| LINTS.iter().find(|lint| lint.code == d.code).map_or("?", |lint| lint.name);
    let found: Vec<(&str, &str)> = diagnostics.iter().map(|d| (name(d), d.primary.span.text(text))).collect();
    assert_eq!(found, wanted, "{diagnostics:#?}");
    diagnostics
}

/// A policy over a change, with these statements.
fn policy(statements: &str) -> String {
    format!(
        "module m\n\
         enum Kind {{ human, bot, service }}\n\
         ordered enum Level {{ low, high }}\n\
         type Part = {{ name: String, kind: Kind }}\n\
         type Change = {{ size: Int 0..1_000, kind: Kind, level: Level, draft: Bool, title: String, file: String, price: Decimal,\n\
           at: Timestamp, parts: List<Part>, risk?: Int, label?: String, owner?: Part }}\n\
         policy p on c: Change {{ default allow\n{statements}\n}}\n\
         pub fn uses(a: Kind, b: Level) -> Bool = a == bot or b == low\n"
    )
}

#[track_caller]
fn rule(statements: &str, wanted: &[(&str, &str)]) -> Vec<Diagnostic> {
    expect_checked(&policy(statements), wanted)
}

const CONSTANT: &str = "constant_condition";

#[test]
fn conditions_by_types() {
    rule("deny a when c.size > 5_000 or c.draft", &[(CONSTANT, "c.size > 5_000")]);
    rule("deny a when c.size >= 0 and c.draft", &[(CONSTANT, "c.size >= 0")]);
    rule("deny a when c.size == 5_000", &[("never_equal", "c.size == 5_000")]);
    rule("deny a when c.size != 5_000 and c.draft", &[("never_equal", "c.size != 5_000")]);
    rule(
        "deny a when c.kind in [human, bot, service] and c.draft",
        &[(CONSTANT, "c.kind in [human, bot, service]")],
    );
    rule("deny a when c.kind != human and c.kind in [human]", &[("unreachable_rule", "a")]);
    rule("deny a when c.kind in [human, bot] and c.kind in [bot, service]", &[]);
    rule("deny a when c.size + 1 > 0 and c.draft", &[(CONSTANT, "c.size + 1 > 0")]);
    rule("deny a when c.size * 1.0 > 5.0 or c.price > 0.5", &[]);
    rule("deny a when c.level < low or c.draft", &[(CONSTANT, "c.level < low")]);
    rule("deny a when 1 > 2 or c.draft", &[(CONSTANT, "1 > 2")]);
    rule("deny a when c.size == c.size and c.draft", &[(CONSTANT, "c.size == c.size")]);
}

#[test]
fn conditions_by_what_stands_before() {
    rule("deny a when c.size > 10 and c.size > 5", &[(CONSTANT, "c.size > 5")]);
    rule("deny a when c.size > 10 and c.size == 10", &[("unreachable_rule", "a")]);
    rule("deny a when c.size > 10 and c.size > 20", &[]);
    rule("deny a when c.size < 10 or c.size >= 10", &[(CONSTANT, "c.size >= 10")]);
    rule("deny a when c.price > 1.5 and c.price < 1.5", &[("unreachable_rule", "a")]);
    rule("deny a when c.price >= 1.5 and c.price <= 1.5", &[]);
    rule("deny a when c.kind == human and c.kind == bot", &[("unreachable_rule", "a")]);
    rule("deny a when c.kind != human and c.kind != bot and c.kind != service", &[("unreachable_rule", "a")]);
    rule("deny a when c.kind != human and c.kind != bot", &[]);
    rule(
        "deny a when c.kind == human or c.kind == bot or c.kind == service",
        &[(CONSTANT, "c.kind == service")],
    );
    rule("deny a when c.draft and not c.draft", &[("unreachable_rule", "a")]);
    rule("deny a when c.title == \"x\" and c.title != \"y\"", &[(CONSTANT, "c.title != \"y\"")]);
    rule(
        "deny a when c.title matches re\"x+\" and c.title matches re\"x+\"",
        &[(CONSTANT, "c.title matches re\"x+\"")],
    );
    rule("deny a when c.draft implies c.draft", &[(CONSTANT, "c.draft")]);
    rule(
        "deny a when c.at > @2026-01-01T00:00:00Z and c.at < @2025-01-01T00:00:00Z",
        &[("unreachable_rule", "a")],
    );
    rule("deny a when c.label is \"x\" and c.label is \"y\"", &[("unreachable_rule", "a")]);
    rule("deny a when c.label is not \"x\" and c.label is not \"y\"", &[]);
    rule("deny a when c.risk is present and c.risk > 3 and c.risk > 2", &[(CONSTANT, "c.risk > 2")]);
}

#[test]
fn clauses_and_scopes_settle_conditions() {
    rule("require a when c.size > 10 that c.size > 5", &[(CONSTANT, "c.size > 5")]);
    rule(
        "deny a when c.size > 10 because \"{if c.size > 5 then \"a\" else \"b\"}\"",
        &[(CONSTANT, "c.size > 5")],
    );
    rule("applies when c.size > 10\n deny a when c.size > 5 and c.draft", &[(CONSTANT, "c.size > 5")]);
    rule("let big = c.size > 10\n deny a when big and c.size > 5", &[(CONSTANT, "c.size > 5")]);
    rule("deny a for x in c.parts when x.kind == bot and (any y in c.parts: y.kind == human)", &[]);
    rule("deny a for x in c.parts when x.kind == bot and x.kind == human", &[("unreachable_rule", "a")]);
    rule("deny a when c.size > 10\n deny b when c.size > 5", &[]);
    rule("deny a when any x in c.parts: x.kind == bot and x.kind != human", &[(CONSTANT, "x.kind != human")]);
    rule(
        "deny a when count(x for x in c.parts if x.kind == bot and x.kind == bot) > 2",
        &[(CONSTANT, "x.kind == bot")],
    );
    rule("deny a when c.owner?.name is \"x\" and c.owner?.name is \"y\"", &[("unreachable_rule", "a")]);
}

#[test]
fn switches_are_meant() {
    expect_checked(
        "module m\nlet strict = true\npolicy p on x: Int { default allow\n deny a when strict and x > 1 }\n",
        &[],
    );
    expect_checked(
        "module m\ndata strict: Bool = true\npolicy p on x: Int { default allow\n deny a when strict and x > 1 }\n",
        &[],
    );
}

#[test]
fn functions_are_judged_for_all_that_call_them() {
    let text = "module m\nfn f<T>(xs: List<T>, p: T -> Bool) -> Bool = any x in xs: p(x)\n\
                pub fn g(a: List<Int 0..10>, b: List<Int>) -> Bool = a.f(x => x >= 0) or b.f(x => x < 0)\n";
    expect_checked(text, &[]);
    expect_checked(
        "module m\nfn small(n: Int) -> Bool = n < 10\npub fn g(a: Int 0..5) -> Bool = a.small()\n",
        &[],
    );
}

#[test]
fn explanations_say_what_is_left() {
    let found = rule("deny a when c.size == 5_000", &[("never_equal", "c.size == 5_000")]);
    assert_eq!(found[0].secondary[0].1, "this can only be at least `0` and at most `1000` here");
    let found =
        rule("deny a when c.kind != bot and (c.kind == bot or c.draft)", &[(CONSTANT, "c.kind == bot")]);
    assert_eq!(found[0].secondary[0].1, "this can only be `human` or `service` here");
    assert_eq!(found[0].secondary[1].1, "this condition settles it");
}

#[test]
fn defaults_in_comparisons() {
    rule("deny a when c.risk ?? 0 >= 10", &[("default_compared", "c.risk ?? 0")]);
    rule("deny a when (c.label ?? \"\") == \"x\"", &[("default_compared", "c.label ?? \"\"")]);
    rule("let risk = c.risk ?? 0\n deny a when c.draft and risk >= 10", &[]);
    rule("require a that c.risk ?? 0 < 10", &[("default_compared", "c.risk ?? 0")]);
    rule("warn a when c.risk ?? 0 >= 10", &[]);
    rule("deny a when c.risk is present and c.risk >= 10", &[]);
    rule("@allow(default_compared, \"no risk is none\") deny a when c.risk ?? 0 >= 10", &[]);
}

#[test]
fn what_an_empty_list_makes_true() {
    let none = "none x in c.parts: x.kind == bot";
    rule(&format!("require a that {none}"), &[("vacuous_quantifier", none)]);
    rule(&format!("allow a when {none}"), &[("vacuous_quantifier", none)]);
    rule(&format!("deny a when {none}"), &[]);
    rule(&format!("require a when c.parts is not empty that {none}"), &[]);
    rule(&format!("require a that c.parts is not empty and ({none})"), &[]);
    rule("require a that any x in c.parts: x.kind == bot", &[]);
    rule("require a that all k in [\"x\", \"y\"]: c.title contains k", &[]);
    rule(&format!("let fine = {none}\n require a that fine"), &[("vacuous_quantifier", "fine")]);
}

#[test]
fn requirements_where_nothing_is_allowed() {
    let text = policy("require a that c.draft").replace("default allow", "default deny");
    expect_checked(&text, &[("never_allows", "a")]);
    let text =
        policy("require a that c.draft\n allow b when c.size > 3").replace("default allow", "default deny");
    expect_checked(&text, &[]);
}

#[test]
fn patterns() {
    rule("deny a when c.title matches re\"^x+\"", &[("anchored_pattern", "^")]);
    rule("deny a when c.title matches re\"x+$\"", &[("anchored_pattern", "$")]);
    rule("deny a when c.title matches re\".*x\"", &[("anchored_pattern", ".*")]);
    rule("deny a when c.title matches re\"a|^b\"", &[]);
    rule("deny a when c.title contains re\"^x\"", &[]);
    rule("allow a when c.title contains re\"x+\"", &[("unanchored_pattern", "re\"x+\"")]);
    rule("allow a when c.title contains re\"^x+\"", &[]);
    rule("deny a when c.title contains re\"x+\"", &[]);
    rule("deny a when c.file matches glob\"src/**\"", &[("path_glob_on_text", "glob\"src/**\"")]);
    rule("deny a when c.file matches glob\"*.rs\"", &[]);
    rule("deny a when c.file matches glob\"registry.example.com/**\"", &[]);
    rule("allow a when c.title matches wild\"prod*\"", &[("open_ended_pattern", "wild\"prod*\"")]);
    rule("allow a when c.title matches wild\"prod-*\"", &[]);
    rule("deny a when c.title matches wild\"prod*\"", &[]);
    rule(
        "allow a when any g in [wild\"a*\", wild\"b-*\"]: c.title matches g",
        &[("open_ended_pattern", "wild\"a*\"")],
    );
}
