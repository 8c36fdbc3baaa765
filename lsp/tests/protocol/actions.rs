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
