//! Tests and decisions.

use serde_json::json;

use crate::client::Client;

const PROJECT: &str = "\
//- policies/m.policy
module m

type R = { n: Int }

policy p on r: R {
  default allow
  deny big when r.n > 10 because \"{r.n} is too big\" fix \"make it smaller\"
}

test \"small ones pass\" {
  expect p({ n: 1 }) allows
}

test \"this one is wrong\" {
  expect p({ n: 99 }) allows
}

test \"rows {n}\" for n in [1, 50] {
  expect p({ n: n }) denies by big
}
//- inputs/big.json
{ \"n\": 40 }
";

#[test]
fn tests_are_listed_and_run() {
    let (mut client, cursor) = Client::new(PROJECT);
    let found = client.ask("policy/tests", json!({ "uri": cursor.uri }));
    let names: Vec<&str> =
        found["tests"].as_array().unwrap().iter().map(|t| t["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["small ones pass", "this one is wrong", "rows {n}"]);
    let ran = client.ask("policy/runTests", json!({ "uri": cursor.uri }));
    assert_eq!((&ran["passed"], &ran["failed"]), (&json!(2), &json!(2)), "{ran}");
    let wrong = ran["tests"].as_array().unwrap().iter().find(|t| t["id"] == "m: this one is wrong").unwrap();
    assert_eq!(wrong["failures"][0]["range"]["start"]["line"], 14);
}

#[test]
fn one_test_is_run_alone() {
    let (mut client, cursor) = Client::new(PROJECT);
    let asked = json!({ "uri": cursor.uri, "module": "m", "name": "small ones pass" });
    let ran = client.ask("policy/runTests", asked);
    assert_eq!((&ran["passed"], &ran["failed"]), (&json!(1), &json!(0)));
    let asked = json!({ "uri": cursor.uri, "module": "m", "name": "rows {n}" });
    let ran = client.ask("policy/runTests", asked);
    assert_eq!((&ran["passed"], &ran["failed"]), (&json!(1), &json!(1)));
}

#[test]
fn lenses_offer_to_run_and_to_evaluate() {
    let (mut client, cursor) = Client::new(PROJECT);
    let found = client.ask("textDocument/codeLens", json!({ "textDocument": { "uri": cursor.uri } }));
    let commands: Vec<&str> =
        found.as_array().unwrap().iter().map(|l| l["command"]["command"].as_str().unwrap()).collect();
    assert_eq!(commands.iter().filter(|c| **c == "policy.runTest").count(), 3);
    assert!(commands.contains(&"policy.runTests") && commands.contains(&"policy.evaluate"), "{commands:?}");
    let lens =
        found.as_array().unwrap().iter().find(|l| l["command"]["command"] == "policy.runTest").unwrap();
    let params = json!({ "command": "policy.runTest", "arguments": lens["command"]["arguments"] });
    assert_eq!(client.ask("workspace/executeCommand", params)["passed"], 1);
}

#[test]
fn a_decision_is_shown_with_its_reasons() {
    let (mut client, cursor) = Client::new(PROJECT);
    let asked = json!({ "uri": cursor.uri, "policy": "m.p", "input": client.uri("inputs/big.json") });
    let found = client.ask("policy/evaluate", asked);
    assert_eq!(found["outcome"], "deny");
    let text = found["markdown"].as_str().unwrap();
    assert!(text.contains("40 is too big") && text.contains("make it smaller"), "{text}");
    let values = found["rules"][0]["values"].as_array().unwrap();
    assert!(values.iter().any(|v| v["source"] == "r.n" && v["value"] == "40"), "{values:?}");
    let asked = json!({ "uri": cursor.uri, "document": { "n": 3 } });
    assert_eq!(client.ask("policy/evaluate", asked)["outcome"], "allow");
    assert!(
        client.try_ask("policy/evaluate", json!({ "uri": cursor.uri })).unwrap_err().contains("no input")
    );
}

#[test]
fn what_stands_in_the_way_of_tests_is_told() {
    let (mut client, cursor) = Client::new(PROJECT);
    client.set(&cursor.uri, "module m\n\nfn f() -> Int = true\n\ntest \"t\" {\n  expect true\n}\n");
    let ran = client.ask("policy/runTests", json!({ "uri": cursor.uri }));
    assert_eq!(ran["errors"].as_array().unwrap().len(), 1, "{ran}");
}

#[test]
fn coverage_says_what_tests_reach_and_hover_which_test_did() {
    let (mut client, cursor) = Client::new(PROJECT);
    let found = client.ask("policy/coverage", json!({ "uri": cursor.uri }));
    let items = found["files"][0]["items"].as_array().unwrap();
    let rule = items.iter().find(|i| i["kind"] == "rules").unwrap();
    assert!(rule["hits"][1].as_u64().unwrap() > 0, "{rule}");
    assert!(found["totals"].as_array().unwrap().iter().any(|t| t["kind"] == "conditions"), "{found}");
    let at = json!({ "textDocument": { "uri": cursor.uri }, "position": { "line": 6, "character": 8 } });
    let hover = client.ask("textDocument/hover", at);
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(text.contains("found something in the test"), "{text}");
}
