//! What is wrong: told, asked for, and mended.

use serde_json::{Value, json};

use crate::client::Client;

fn messages(found: &[Value]) -> Vec<&str> {
    found.iter().map(|d| d["message"].as_str().unwrap()).collect()
}

const WRONG: &str = "module m\n\ntype R = { amount: Int }\n\nfn f(r: R) -> Bool = r.amout > 3$0\n";

#[test]
fn mistakes_are_told_with_codes_and_related_places() {
    let (mut client, cursor) = Client::new(WRONG);
    let found = client.pushed(&cursor.uri);
    let error = found.iter().find(|d| d["severity"] == 1).unwrap();
    assert!(error["message"].as_str().unwrap().contains("amout"), "{error}");
    assert!(error["code"].as_str().unwrap().starts_with('P'), "{error}");
    assert_eq!(error["source"], "policyc");
    let related = error["relatedInformation"][0]["location"]["range"]["start"]["line"].as_u64();
    assert_eq!(related, Some(2));
}

#[test]
fn what_is_asked_for_is_told_no_more() {
    let (mut client, cursor) = Client::new(WRONG);
    assert!(!client.pushed(&cursor.uri).is_empty());
    assert!(!client.pull(&cursor.uri).is_empty());
    client.told.clear();
    client.set(&cursor.uri, "module m\n\nfn f() -> Int = true\n");
    assert!(client.pushed(&cursor.uri).is_empty());
    assert!(messages(&client.pull(&cursor.uri)).iter().any(|m| m.contains("Int")));
}

#[test]
fn an_unchanged_answer_is_short() {
    let (mut client, cursor) = Client::new(WRONG);
    let first = client.ask("textDocument/diagnostic", json!({ "textDocument": { "uri": cursor.uri } }));
    let params = json!({ "textDocument": { "uri": cursor.uri }, "previousResultId": first["resultId"] });
    let again = client.ask("textDocument/diagnostic", params);
    assert_eq!((&again["kind"], &again["resultId"]), (&json!("unchanged"), &first["resultId"]));
}

#[test]
fn buffers_win_over_disk() {
    let (mut client, cursor) = Client::new("module m\n\nfn f() -> Int = 1\n");
    client.set(&cursor.uri, "module m\n\nfn f() -> Int = true\n");
    assert_eq!(client.pushed(&cursor.uri).iter().filter(|d| d["severity"] == 1).count(), 1);
    client.notify("textDocument/didClose", json!({ "textDocument": { "uri": cursor.uri } }));
    assert!(client.pull(&cursor.uri).iter().all(|d| d["severity"] != 1));
}

#[test]
fn a_change_in_one_module_is_told_in_those_that_use_it() {
    let project = "//- policies/a.policy\nmodule a\n\npub fn f(x: Int) -> Int = x\n//- policies/b.policy\nmodule b\n\nuse a.f\n\nfn g() -> Int = f(1)$0\n";
    let (mut client, cursor) = Client::new(project);
    let errors = |found: Vec<Value>| found.iter().filter(|d| d["severity"] == 1).count();
    assert_eq!(errors(client.pushed(&cursor.uri)), 0);
    let a = client.uri("policies/a.policy");
    client.set(&a, "module a\n\npub fn f(x: String) -> Int = 1\n");
    assert_eq!(errors(client.pushed(&cursor.uri)), 1);
    client.set(&a, "module a\n\npub fn f(x: Int) -> Int = x\n");
    assert_eq!(errors(client.pushed(&cursor.uri)), 0);
}

#[test]
fn a_file_that_is_not_saved_yet_belongs_to_its_project() {
    let (mut client, cursor) = Client::new("module m\n\nuse n.f\n\nfn g() -> Int = f()$0\n");
    assert!(client.pushed(&cursor.uri).iter().any(|d| d["severity"] == 1));
    let n = client.uri("policies/n.policy");
    client.open(&n, "module n\n\npub fn f() -> Int = 1\n");
    assert!(client.pushed(&cursor.uri).iter().all(|d| d["severity"] != 1));
}

#[test]
fn the_manifest_has_mistakes_too() {
    let project = "//- policy.toml\nname = \"t\"\nedition = \"2027\"\n[entry.e]\npolicy = \"m.q\"\n//- policies/m.policy\nmodule m\n\npolicy p on r: Int {\n  default allow\n}$0\n";
    let (mut client, _) = Client::new(project);
    let uri = client.uri("policy.toml");
    let found = client.pull(&uri);
    assert!(messages(&found).iter().any(|m| m.contains("m.q")), "{found:?}");
}

#[test]
fn the_whole_workspace_can_be_asked_for() {
    let (mut client, cursor) = Client::new(WRONG);
    let report = client.ask("workspace/diagnostic", json!({ "previousResultIds": [] }));
    let items = report["items"].as_array().unwrap();
    let own = items.iter().find(|i| i["uri"] == cursor.uri.as_str()).unwrap();
    assert!(!own["items"].as_array().unwrap().is_empty());
}

/// A policy of so many rules that the statement being typed is looked at by itself.
fn large(rules: usize) -> String {
    let mut text =
        String::from("module m\n\ntype R = { n: Int, s: String }\n\npolicy p on r: R {\n  default allow\n");
    for n in 0..rules {
        text.push_str(&format!("  deny r{n} when r.n > {n} and r.s == \"x{n}\" because \"more than {n}\"\n"));
    }
    text.push_str("}\n");
    text
}

#[test]
fn typing_in_a_large_file_tells_what_is_wrong_at_once_and_in_the_end() {
    let text = large(400);
    let (mut client, cursor) = Client::new(&text);
    client.pushed(&cursor.uri);
    let line = text.lines().position(|l| l.contains("r.n > 200 ")).unwrap();
    let at = text.lines().nth(line).unwrap().find("r.n > 200").unwrap() + 2;
    let edit = |from: usize, to: usize, new: &str| {
        json!([{ "range": {
            "start": { "line": line, "character": from }, "end": { "line": line, "character": to },
        }, "text": new }])
    };
    client.told.clear();
    client.change(&cursor.uri, edit(at, at + 1, "nope"));
    client.change(&cursor.uri, edit(at, at + 4, "n"));
    client.change(&cursor.uri, edit(at, at + 1, "nope"));
    let quick = client.pushed(&cursor.uri);
    assert!(messages(&quick).iter().any(|m| m.contains("nope")), "{quick:?}");
    let place = quick.iter().find(|d| d["severity"] == 1).unwrap()["range"]["start"]["line"].clone();
    assert_eq!(place, json!(line));
    let whole = client.pull(&cursor.uri);
    assert_eq!(messages(&quick), messages(&whole));
}

#[test]
fn a_rule_that_swallows_its_neighbours_is_looked_at_with_them() {
    let text = large(300);
    let (mut client, cursor) = Client::new(&text);
    let line = text.lines().position(|l| l.contains("r.n > 100 ")).unwrap();
    let end = text.lines().nth(line).unwrap().len();
    let edit = json!([{ "range": {
        "start": { "line": line, "character": end - 1 }, "end": { "line": line, "character": end },
    }, "text": " {" }]);
    client.change(&cursor.uri, edit);
    let found = client.pull(&cursor.uri);
    client.set(&cursor.uri, &text);
    let clean = client.pull(&cursor.uri);
    assert!(found.len() > clean.len());
}

#[test]
fn a_document_that_is_opened_is_told_of_with_its_version() {
    let (mut client, cursor) = Client::new("module m\n\npub fn f() -> Int = 1\n$0");
    client.pushed(&cursor.uri);
    let told = client.told.iter().filter(|n| n.method == "textDocument/publishDiagnostics");
    let mut own = told.filter(|n| n.params["uri"] == cursor.uri.as_str());
    assert!(own.any(|n| n.params["version"] == 1), "{:?}", client.told);
}
