//! Literals of another type than they are written as: the edit that is offered.

use policy_compiler::{Sources, check};

/// The titles of the edits that are offered for a condition on `t`.
fn offered(condition: &str) -> Vec<String> {
    let mut sources = Sources::default();
    let source = format!(
        "module m\nenum E {{ one, two = \"2nd\" }}\ntype T = {{ ip: Ip, net: Cidr, on: Date, at: Timestamp, of: TimeOfDay, long: Duration, n: Int, d: Decimal, \
         yes: Bool, v: SemVer, e: E, text: String }}\npolicy p on t: T {{\n  default deny\n  allow a when {condition}\n}}\n"
    );
    sources.add("m.policy", source);
    let checked = check(&sources);
    assert!(checked.has_errors(), "{condition} is taken");
    checked.diagnostics.iter().flat_map(|d| &d.fixes).map(|fix| fix.title.clone()).collect()
}

#[test]
fn texts_and_numbers_become_literals_of_the_type_beside_them() {
    let cases = [
        ("t.ip == \"10.0.0.1\"", "write `ip\"10.0.0.1\"`"),
        ("\"10.0.0.0/8\" == t.net", "write `cidr\"10.0.0.0/8\"`"),
        ("t.on < \"2026-01-31\"", "write `@2026-01-31`"),
        ("t.on < 2026-01-31", "write `@2026-01-31`"),
        ("t.at >= \"2026-01-31T10:00:00Z\"", "write `@2026-01-31T10:00:00Z`"),
        ("t.of > \"18:30\"", "write `@18:30`"),
        ("t.long < \"3d\"", "write `3d`"),
        ("t.n == \"3\"", "write `3`"),
        ("t.d > \"2.50\"", "write `2.50`"),
        ("t.yes == \"true\"", "write `true`"),
        ("t.v < \"1.2.3\"", "write `semver\"1.2.3\"`"),
        ("t.e == \"2nd\"", "write `two`"),
    ];
    for (condition, title) in cases {
        assert_eq!(offered(condition), [title], "{condition}");
    }
}

#[test]
fn what_spells_no_value_of_the_type_is_left_alone() {
    for condition in [
        "t.on < \"soon\"",
        "t.n == \"many\"",
        "t.long < \"3 days\"",
        "t.n == \"{t.text}\"",
        "t.yes == \"yes\"",
    ] {
        assert!(offered(condition).is_empty(), "{condition}");
    }
}
