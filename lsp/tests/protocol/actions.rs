//! Mends, and other ways to write something.

use serde_json::{Value, json};

use crate::client::{Client, Cursor};

/// The actions at the cursor.
fn offered(client: &mut Client, cursor: &Cursor) -> Vec<Value> {
    let here = json!({ "line": cursor.line, "character": cursor.character });
    let params = json!({
        "textDocument": { "uri": cursor.uri }, "range": { "start": here, "end": here },
        "context": { "diagnostics": [] },
    });
    client.ask("textDocument/codeAction", params).as_array().cloned().unwrap_or_default()
}

#[track_caller]
pub(crate) fn done(project: &str, title: &str) -> String {
    let (mut client, cursor) = Client::new(project);
    let actions = offered(&mut client, &cursor);
    let titles: Vec<&str> = actions.iter().map(|a| a["title"].as_str().unwrap()).collect();
    let action = actions.iter().find(|a| a["title"].as_str().unwrap().contains(title));
    let action = action.unwrap_or_else(|| panic!("{title:?} is not among {titles:?}"));
    client.edited(&action["edit"], "policies/m.policy")
}

#[test]
fn what_a_diagnostic_knows_to_mend_is_offered() {
    let text = "module m\n\ntype R = { amount: Int }\n\nfn f(r: R) -> Bool = r.amo$0ut > 3\n";
    assert_eq!(done(text, "amount"), text.replace("amo$0ut", "amount"));
}

#[test]
fn deny_and_require_are_each_other() {
    let text =
        "module m\n\npolicy p on r: Int {\n  default allow\n  de$0ny x when not (r > 3) because \"b\"\n}\n";
    let made = text.replace("de$0ny x when not (r > 3)", "require x that r > 3");
    assert_eq!(done(text, "as `require`"), made);
    let text = text.replace("de$0ny x when not (r > 3)", "re$0quire x when r > 1 that r > 3");
    let made = text.replace("re$0quire x when r > 1 that r > 3", "deny x when r > 1 and not (r > 3)");
    assert_eq!(done(&text, "as `deny`"), made);
}

#[test]
fn missing_arms_are_added() {
    let text = "module m\n\nenum K { a, b, c }\n\nfn f(k: K) -> Int? = match k$0 {\n  a => 1,\n}\n";
    let made = text.replace("$0", "").replace("  a => 1,\n", "  a => 1,\n  b => absent,\n  c => absent,\n");
    assert_eq!(done(text, "2 arms"), made);
}

#[test]
fn a_name_of_another_module_is_imported() {
    let project = "//- policies/m.policy\nmodule m\n\nuse n.{other}\n\nfn f() -> Int = other() + sha$0red()\n//- policies/n.policy\nmodule n\n\npub fn shared() -> Int = 1\n\npub fn other() -> Int = 2\n";
    let made = done(project, "Import `n.shared`");
    assert!(made.contains("use n.{other, shared}"), "{made}");
}

#[test]
fn a_let_is_inlined_where_it_is_used() {
    let text = "module m\n\npolicy p on r: Int {\n  default allow\n  let tw$0ice = r + r\n  deny x when twice > 3\n}\n";
    let made = "module m\n\npolicy p on r: Int {\n  default allow\n  deny x when (r + r) > 3\n}\n";
    assert_eq!(done(text, "Inline `twice`"), made);
}

#[test]
fn an_expression_gets_a_name() {
    let text = "module m\n\npolicy p on r: Int {\n  default allow\n  deny x when r + 1 > 3\n}\n";
    let (mut client, cursor) = Client::new(text);
    let range = json!({ "start": { "line": 4, "character": 14 }, "end": { "line": 4, "character": 19 } });
    let params = json!({
        "textDocument": { "uri": cursor.uri }, "range": range,
        "context": { "diagnostics": [], "only": ["refactor.extract"] },
    });
    let found = client.ask("textDocument/codeAction", params);
    let made = client.edited(&found[0]["edit"], "policies/m.policy");
    assert_eq!(made, text.replace("  deny x when r + 1", "  let value = r + 1\n  deny x when value"));
}

#[test]
fn a_test_is_generated_from_an_input() {
    let project = "//- policies/m.policy\nmodule m\n\ntype R = { n: Int }\n\npolicy $0p on r: R {\n  default allow\n  deny big when r.n > 10\n}\n//- inputs/large.json\n{ \"n\": 99 }\n";
    let made = done(project, "from large.json");
    assert!(made.contains("expect p(fixture(\"../inputs/large.json\") as R) denies by big"), "{made}");
}
