//! Lints that look at what policies mean together: inclusion, exceptions, transforms, modes.

use policy_bytecode::scalar::Timestamp;
use policy_compiler::lint::{self, LINTS, Levels};

use crate::support::check;

/// The names of the lints that find something, with the text of the places.
fn found(text: &str) -> Vec<String> {
    let checked = check(text);
    assert!(checked.diagnostics.is_empty(), "{}", crate::support::rendered(&checked));
    let mut all = lint::run(&checked, &Levels::default());
    all.extend(lint::lapsed(&checked, &Levels::default(), Timestamp { seconds: 1_893_456_000, nanos: 0 }));
    let name = |d: &policy_syntax::Diagnostic| LINTS.iter().find(|l| l.code == d.code).map_or("", |l| l.name);
    all.iter().map(|d| format!("{} {}", name(d), d.primary.span.text(text))).collect()
}

#[test]
fn requirements_without_an_allow_are_seen_through_includes() {
    let with = |body: &str| {
        found(&format!(
            "module m\npolicy allows on n: Int {{ default deny allow some when n > 1 }}\n\
             policy denies on n: Int {{ default allow deny some when n > 1 }}\n\
             policy through on n: Int {{ default deny include allows(n) as inner }}\n\
             policy p on n: Int {{ default deny {body} }}"
        ))
    };
    assert_eq!(with("require a that n > 1"), ["never_allows a"]);
    assert_eq!(with("require a that n > 1 include denies(n) as b"), ["never_allows a"]);
    assert_eq!(with("require a: allows(n)"), ["never_allows a"]);
    assert_eq!(with("require a that n > 1 include allows(n) as b"), [""; 0]);
    assert_eq!(with("require a that n > 1 include through(n) as b"), [""; 0]);
}

#[test]
fn defaults_that_switch_an_instance_off_are_compared_too() {
    let text = "module m\ntype In = { level?: Int }\npolicy strict on x: In { default allow deny a when x.level is absent }\n\
                policy p on x: In { default allow include strict(x) as s when (x.level ?? 0) > 3 }";
    assert_eq!(found(text), ["default_compared x.level ?? 0"]);
}

#[test]
fn transforms_of_what_is_read() {
    let with = |body: &str| {
        found(&format!(
            "module m\ntype Item = {{ name: String, tags: Map<String, String> = {{}} }}\n\
             type In = {{ items: List<Item>, note: String }}\n\
             fn named(i: Item) -> Bool = i.name == \"a\"\n\
             policy inner on items: List<Item> {{ default allow deny b when any i in items: named(i) }}\n\
             policy p on x: In {{ default allow {body} }}"
        ))
    };
    let name = "transform t for i in x.items: i.name = \"b\"";
    assert_eq!(
        with(&format!("deny a when any i in x.items: named(i) {name}")),
        ["transform_of_what_is_read t"]
    );
    assert_eq!(with(&format!("include inner(x.items) as rules {name}")), ["transform_of_what_is_read t"]);
    assert_eq!(with(&format!("require a that x.items is not empty {name}")), [""; 0]);
    assert_eq!(with(&format!("warn a when any i in x.items: named(i) {name}")), [""; 0]);
    assert_eq!(with(&format!("deny a when x.note == \"\" {name}")), [""; 0]);
    let tag = "transform t for i in x.items: i.tags[\"a\"] = \"b\"";
    assert_eq!(with(&format!("deny a for i in x.items when i.tags[\"b\"] is \"c\" {tag}")), [""; 0]);
    assert_eq!(
        with(&format!("deny a for i in x.items when i.tags[\"a\"] is \"c\" {tag}")),
        ["transform_of_what_is_read t"]
    );
    assert_eq!(
        with(&format!(
            "deny a for i in x.items when i.tags is empty @allow(transform_of_what_is_read, \"fine\") {tag}"
        )),
        [""; 0]
    );
}

#[test]
fn exceptions_that_say_too_little() {
    let with = |exception: &str| {
        found(&format!(
            "module m\npolicy p on n: Int {{ default allow deny a when n > 1 }}\n{exception} exception e to p.a on n: Int when n == 2"
        ))
    };
    assert_eq!(with(""), ["unexplained_exception e", "endless_exception e"]);
    let until = |date: &str| {
        found(&format!(
            "module m\npolicy p on n: Int {{ default allow deny a when n > 1 }}\n\
             exception e to p.a on n: Int when n == 2 until {date} because \"b\""
        ))
    };
    assert_eq!(until("@2030-01-01"), [""; 0]);
    assert_eq!(until("@2029-12-31"), ["lapsed_exception e"]);
    assert_eq!(until("@2030-01-01T00:00:00Z"), ["lapsed_exception e"]);
    assert_eq!(
        with("@allow(unexplained_exception, \"known\") @allow(endless_exception, \"for ever\")"),
        [""; 0]
    );
}

#[test]
fn what_an_exception_or_a_mode_takes_away_settles_nothing() {
    let with = |head: &str, more: &str| {
        found(&format!(
            "module m\npolicy p on n: Int resolve first {{ default allow {head} deny a when n > 5 allow b when n > 5 }}\n{more}"
        ))
    };
    assert_eq!(with("", ""), ["unreachable_rule b"]);
    assert_eq!(with("@mode(advise)", ""), [""; 0]);
    let exception = "exception e to p.a on n: Int when n == 7 until @2099-01-01 because \"c\"";
    assert_eq!(with("", exception), [""; 0]);
}
