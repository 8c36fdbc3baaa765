//! Entity stores: what is refused, where; and membership in small and large ones.

use policy_tests::both::{Package, build, build_with};
use policy_vm::{Snapshot, SnapshotError};

const MODULE: &str = r#"
module store

entity User in Team { level: Int, boss?: User, tags: Set<String> = {} }
entity Team in Team, Org
entity Org

policy p on { user: User, org: Org, team: Team } {
  default deny
  allow member when user in org
  warn team when user in team
}
"#;

fn package(stores: &[String]) -> Package {
    build_with(&[("store.policy".to_owned(), MODULE.to_owned())], false, "null", stores).unwrap()
}

/// What is wrong with stores: the name of the document, and the pointers with what was expected.
fn refused(stores: &[(&str, &str)]) -> (String, Vec<(String, String, String)>) {
    let package = build(&[("store.policy".to_owned(), MODULE.to_owned())], false, "null").unwrap();
    let builder =
        stores.iter().fold(Snapshot::builder(&package.program), |b, (name, json)| b.entities(name, json));
    match builder.build() {
        Err(SnapshotError::Entities { name, misfits }) => {
            let misfits = misfits.iter().map(|m| (m.pointer.clone(), m.expected.clone(), m.found.clone()));
            (name, misfits.collect())
        }
        other => panic!("{other:?}"),
    }
}

fn pointers(store: &str) -> Vec<String> {
    refused(&[("a", store)]).1.into_iter().map(|(pointer, _, _)| pointer).collect()
}

#[test]
fn what_does_not_fit_is_located() {
    assert_eq!(pointers("{}"), [""]);
    assert_eq!(pointers("[1, {}]"), ["/0", "/1/uid"]);
    assert_eq!(pointers(r#"[{ "uid": { "type": "Robot", "id": "a" } }]"#), ["/0/uid/type"]);
    assert_eq!(pointers(r#"[{ "uid": { "type": "Org" }, "attrs": {} }]"#), ["/0/uid/id"]);
    assert_eq!(pointers(r#"[{ "uid": { "type": "User", "id": "a" } }]"#), ["/0/attrs/level"]);
    let wrong = r#"[{ "attrs": { "level": "high", "boss": { "type": "Org", "id": "x" }, "more": 1 }, "uid": { "type": "User", "id": "a" }, "parent": [] }]"#;
    assert_eq!(pointers(wrong), ["/0/attrs/boss/type", "/0/attrs/level", "/0/attrs/more", "/0/parent"]);
    let twice = r#"[{ "uid": { "type": "Org", "id": "a" } }, { "uid": { "type": "Org", "id": "a" }, "attrs": {}, "attrs": {} }]"#;
    assert_eq!(pointers(twice), ["/1/attrs"]);
    assert_eq!(pointers(&twice.replace(r#", "attrs": {}, "attrs": {}"#, "")), ["/1/uid"]);
}

#[test]
fn parents_are_there_of_the_declared_types_and_in_no_circle() {
    let missing =
        r#"[{ "uid": { "type": "Team", "id": "a" }, "parents": [{ "type": "Org", "id": "nobody" }] }]"#;
    let (_, found) = refused(&[("a", missing)]);
    assert_eq!(found[0].0, "/0/parents/0");
    assert_eq!(found[0].2, "Org::\"nobody\", which is not in it");
    let other = r#"[{ "uid": { "type": "Org", "id": "b" } }, { "uid": { "type": "User", "id": "a" }, "attrs": { "level": 1 }, "parents": [{ "type": "Org", "id": "b" }] }]"#;
    let (_, found) = refused(&[("a", other)]);
    assert_eq!(found[0].0, "/1/parents/0");
    assert!(found[0].1.contains("Team"), "{found:?}");
    let circle = r#"[
        { "uid": { "type": "Team", "id": "c" }, "parents": [{ "type": "Team", "id": "a" }] },
        { "uid": { "type": "Team", "id": "a" }, "parents": [{ "type": "Team", "id": "b" }] },
        { "uid": { "type": "Team", "id": "b" }, "parents": [{ "type": "Team", "id": "a" }] }
    ]"#;
    let (_, found) = refused(&[("a", circle)]);
    assert_eq!(found[0].0, "/1/parents");
    assert_eq!(found[0].2, "Team::\"a\" in Team::\"b\" in Team::\"a\"");
}

#[test]
fn files_make_one_store_and_are_told_apart() {
    let orgs = r#"[{ "uid": { "type": "Org", "id": "o" } }]"#;
    let teams = r#"[{ "uid": { "type": "Team", "id": "t" }, "parents": [{ "type": "Org", "id": "o" }] }]"#;
    assert_eq!(package(&[teams.to_owned(), orgs.to_owned()]).snapshot.entities(), Some(2));
    assert_eq!(refused(&[("orgs.json", orgs), ("again.json", orgs)]).0, "again.json");
    assert_eq!(refused(&[("orgs.json", "[]"), ("teams.json", teams)]).0, "teams.json");
}

#[test]
fn a_program_that_asks_does_not_load_without_a_store() {
    let package = build(&[("store.policy".to_owned(), MODULE.to_owned())], false, "null").unwrap();
    assert!(matches!(Snapshot::of_defaults(&package.program), Err(SnapshotError::NoEntities)));
    assert!(Snapshot::builder(&package.program).entities("none", "[]").build().is_ok());
}

/// A chain of teams, each in the next, and a user in every one of them.
fn chain(length: usize) -> String {
    let mut all = vec![r#"{ "uid": { "type": "Org", "id": "o" } }"#.to_owned()];
    for at in 0..length {
        let parent = if at + 1 == length {
            r#"{ "type": "Org", "id": "o" }"#.to_owned()
        } else {
            format!(r#"{{ "type": "Team", "id": "t{}" }}"#, at + 1)
        };
        all.push(format!(r#"{{ "uid": {{ "type": "Team", "id": "t{at}" }}, "parents": [{parent}] }}"#));
        all.push(format!(
            r#"{{ "uid": {{ "type": "User", "id": "u{at}" }}, "attrs": {{ "level": {at} }}, "parents": [{{ "type": "Team", "id": "t{at}" }}] }}"#
        ));
    }
    format!("[{}]", all.join(","))
}

#[test]
fn membership_is_the_same_in_small_and_large_stores() {
    for length in [5, 1_100] {
        let package = package(&[chain(length)]);
        let mut evaluator = package.evaluator();
        for (user, team, warned) in
            [(0, length - 1, true), (length - 1, 0, false), (2, 2, true), (3, 2, false)]
        {
            let document = format!(r#"{{ "user": "u{user}", "org": "o", "team": "t{team}" }}"#);
            let (_, view) = package.by_machine(&mut evaluator, 0, document.as_bytes(), None).unwrap();
            assert_eq!(view.outcome, "allow", "{document}");
            assert_eq!(!view.warnings.is_empty(), warned, "{document}");
        }
    }
}

/// The decision on a user and an organisation, with entities that come beside the store.
fn with(package: &Package, input: &str, entities: &str) -> policy_vm::Decision {
    let request = policy_vm::Request::default();
    package.evaluator().decide_json_with(0, input.as_bytes(), entities.as_bytes(), &request)
}

fn user(id: &str, team: &str) -> String {
    format!(
        r#"{{ "uid": {{ "type": "User", "id": "{id}" }}, "attrs": {{ "level": 1 }}, "parents": [{{ "type": "Team", "id": "{team}" }}] }}"#
    )
}

#[test]
fn what_a_request_brings_stands_beside_stores_of_any_size() {
    let inner =
        r#"{ "uid": { "type": "Team", "id": "guests" }, "parents": [{ "type": "Team", "id": "t3" }] }"#;
    for length in [5, 1_100] {
        let package = package(&[chain(length)]);
        for (entities, input, outcome) in [
            // In the store's organisation through a team of its own, and through one that came too.
            (format!("[{}]", user("eve", "t4")), r#"{ "user": "eve", "org": "o", "team": "t4" }"#, "allow"),
            (
                format!("[{}, {inner}]", user("eve", "guests")),
                r#"{ "user": "eve", "org": "o", "team": "guests" }"#,
                "allow",
            ),
            // Who came changes nothing for who was there.
            (format!("[{inner}]"), r#"{ "user": "u0", "org": "o", "team": "guests" }"#, "allow"),
            (
                r#"[{ "uid": { "type": "Org", "id": "new" } }]"#.to_owned(),
                r#"{ "user": "u0", "org": "new", "team": "t0" }"#,
                "deny",
            ),
            // Who did not come is nobody: asking fails.
            ("[]".to_owned(), r#"{ "user": "eve", "org": "o", "team": "t4" }"#, "deny"),
        ] {
            let decision = with(&package, input, &entities);
            assert_eq!(
                decision.outcome == policy_vm::Outcome::Allow,
                outcome == "allow",
                "{input} {entities}: {decision:?}"
            );
            // A failing `warn` warns too.
            let warned = input.contains("eve") || input.contains("t0");
            assert_eq!(!decision.warnings.is_empty(), warned, "{input}");
        }
    }
}

#[test]
fn what_a_request_brings_is_for_one_decision() {
    let package = package(&[chain(5)]);
    let mut evaluator = package.evaluator();
    let (request, input) = (policy_vm::Request::default(), br#"{ "user": "eve", "org": "o", "team": "t4" }"#);
    let eve = format!("[{}]", user("eve", "t4"));
    for _ in 0..3 {
        let decision = evaluator.decide_json_with(0, input, eve.as_bytes(), &request);
        assert!(decision.proceed && decision.entities_digest.is_some());
        let decision = evaluator.decide_json(0, input, &request);
        assert!(!decision.proceed && decision.entities_digest.is_none());
        assert_eq!(decision.errors[0].code, "no_entity");
    }
}

#[test]
fn what_a_request_brings_is_held_against_the_store_and_the_declarations() {
    let package = package(&[chain(5)]);
    let input = r#"{ "user": "u0", "org": "o", "team": "t0" }"#;
    let team = |id: &str, parent: &str| {
        format!(
            r#"{{ "uid": {{ "type": "Team", "id": "{id}" }}, "parents": [{{ "type": "Team", "id": "{parent}" }}] }}"#
        )
    };
    for (entities, pointer, found) in [
        ("no list".to_owned(), "entities#", ""),
        (format!("[{}]", user("u0", "t4")), "entities#/0/uid", "User::\"u0\" who is in the store"),
        (format!("[{0}, {0}]", user("eve", "t4")), "entities#/1/uid", "User::\"eve\" again"),
        (
            format!("[{}]", user("eve", "nobody")),
            "entities#/0/parents/0",
            "Team::\"nobody\", which is not in it",
        ),
        (
            format!("[{}, {}]", team("a", "b"), team("b", "a")),
            "entities#/0/parents",
            "Team::\"a\" in Team::\"b\" in Team::\"a\"",
        ),
        (r#"[{ "uid": { "type": "User", "id": "eve" } }]"#.to_owned(), "entities#/0/attrs/level", "nothing"),
    ] {
        let decision = with(&package, input, &entities);
        assert!(!decision.proceed, "{entities}");
        let problem = &decision.errors[0];
        assert_eq!(problem.pointer.as_deref(), Some(pointer), "{entities}");
        assert!(problem.found.as_deref().unwrap_or("").contains(found), "{problem:?}");
    }
    let bytes =
        package.evaluator().decide_json_with(0, input.as_bytes(), b"\xff", &policy_vm::Request::default());
    assert_eq!(bytes.errors[0].pointer.as_deref(), Some("entities#"));
}
