//! Files that are too large to be looked at as a whole after each key, and projects of which not everything is kept.

use lsp_server::Message;
use serde_json::{Value, json};

use crate::client::Client;

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

/// Puts something in the place of what stands first in a text.
fn replace(client: &mut Client, uri: &str, text: &mut String, what: &str, new: &str) {
    let at = text.find(what).unwrap();
    let line = text[..at].matches('\n').count();
    let start = text[..at].rfind('\n').map_or(0, |n| n + 1);
    let range = json!({
        "start": { "line": line, "character": at - start },
        "end": { "line": line, "character": at - start + what.len() },
    });
    client.change(uri, json!([{ "range": range, "text": new }]));
    text.replace_range(at..at + what.len(), new);
}

fn errors(found: &[Value]) -> usize {
    found.iter().filter(|d| d["severity"] == 1).count()
}

fn refreshing() -> Value {
    json!({ "workspace": { "diagnostics": { "refreshSupport": true } } })
}

#[test]
fn who_can_ask_again_is_told_when_there_is_more() {
    let mut text = large(300);
    let (mut client, cursor) = Client::with(&text, refreshing());
    assert_eq!(errors(&client.pull(&cursor.uri)), 0);
    replace(&mut client, &cursor.uri, &mut text, "n: Int", "m: Int");
    let document = json!({ "textDocument": { "uri": cursor.uri } });
    let asked = client.send("textDocument/diagnostic", document);
    let mut first = client.answer(&asked).unwrap()["items"].as_array().unwrap().clone();
    // What the edit broke elsewhere takes longer; the server says when it is there.
    if errors(&first) < 300 {
        client.until(
            |message| matches!(message, Message::Request(r) if r.method == "workspace/diagnostic/refresh"),
        );
        first = client.pull(&cursor.uri);
    }
    assert_eq!(errors(&first), 300);
}

#[test]
fn who_cannot_ask_again_is_told_all_that_a_change_broke() {
    let mut text = large(300);
    let (mut client, cursor) = Client::new(&text);
    assert_eq!(errors(&client.pull(&cursor.uri)), 0);
    // In a rule, where nothing else can be wrong by it: at once.
    replace(&mut client, &cursor.uri, &mut text, "r.n > 7 ", "r.q > 7 ");
    assert_eq!(errors(&client.pull(&cursor.uri)), 1);
    replace(&mut client, &cursor.uri, &mut text, "r.q > 7 ", "r.n > 7 ");
    assert_eq!(errors(&client.pull(&cursor.uri)), 0);
    // The name of a rule may be asked for elsewhere; a type is.
    replace(&mut client, &cursor.uri, &mut text, "deny r7 ", "deny r8 ");
    assert_eq!(errors(&client.pull(&cursor.uri)), 1);
    replace(&mut client, &cursor.uri, &mut text, "n: Int", "m: Int");
    // 300 rules, and two of one name.
    assert_eq!(errors(&client.pull(&cursor.uri)), 301);
}

#[test]
fn a_comment_or_a_new_rule_breaks_nothing_elsewhere() {
    let mut text = large(300);
    let (mut client, cursor) = Client::new(&text);
    assert_eq!(errors(&client.pull(&cursor.uri)), 0);
    replace(&mut client, &cursor.uri, &mut text, "module m\n", "module m // of which much is said\n");
    assert_eq!(errors(&client.pull(&cursor.uri)), 0);
    replace(
        &mut client,
        &cursor.uri,
        &mut text,
        "  default allow\n",
        "  default allow\n  deny fresh when r.x == 1\n",
    );
    let found = client.pull(&cursor.uri);
    assert_eq!(errors(&found), 1);
    let whole = client.ask("workspace/diagnostic", json!({ "previousResultIds": [] }));
    let own = whole["items"].as_array().unwrap().iter().find(|i| i["uri"] == cursor.uri.as_str()).unwrap();
    assert_eq!(own["items"], json!(found));
}

/// Types a text key by key, and holds the diagnostics that are told at each against those of everything.
fn typed(client: &mut Client, uri: &str, text: &mut String, before: &str, new: &str) {
    for (n, key) in new.char_indices() {
        let so_far = format!("{}{before}", &new[..n]);
        replace(client, uri, text, &so_far, &format!("{}{before}", &new[..n + key.len_utf8()]));
        let found = client.pull(uri);
        let whole = client.ask("workspace/diagnostic", json!({ "previousResultIds": [] }));
        let own = whole["items"].as_array().unwrap().iter().find(|i| i["uri"] == uri).unwrap();
        assert_eq!(own["items"], json!(found), "{text}");
    }
}

#[test]
fn what_is_told_at_each_key_is_what_everything_tells() {
    let mut text = large(40);
    let (mut client, cursor) = Client::new(&text);
    let uri = &cursor.uri;
    client.pull(uri);
    typed(&mut client, uri, &mut text, "\n\ntype R", " // why");
    typed(&mut client, uri, &mut text, "  default allow\n", "  deny w when r.n == 1 because \"x\"\n");
    typed(&mut client, uri, &mut text, "{\n  deny w", "/ ");
    typed(&mut client, uri, &mut text, "s: String }", "m: Bool, ");
    typed(&mut client, uri, &mut text, "policy p", "let k = 1\n");
}

const PROJECT: &str = "\
//- policies/lib.policy
module lib

/// As much as is too much.
pub fn limit() -> Int = 10
//- policies/m.policy
module m

use lib.limit

type R = { n: Int }

let most = 10 + 1

policy p on r: R {
  default allow
  deny b$0ig when r.n > limit() because \"{r.n} is too big\"
}

test \"small ones pass\" {
  expect p({ n: 1 }) allows
}

test \"rows {n}\" for n in [20, 50] {
  expect p({ n: n }) denies by big
}
//- inputs/big.json
{ \"n\": 40 }
";

#[test]
fn what_is_not_kept_is_made_again() {
    let (mut client, cursor) = Client::with(PROJECT, json!({ "options": { "keep": 0 } }));
    let text = std::fs::read_to_string(client.path("policies/m.policy")).unwrap();
    for text in [text.replace("r.n > limit", "r.o > limit"), text] {
        client.set(&cursor.uri, &text);
        let names = client.ask("textDocument/completion", cursor.params());
        assert!(names["items"].is_array(), "{names}");
    }
    let hover = client.ask("textDocument/hover", cursor.params());
    let shown = hover["contents"]["value"].as_str().unwrap();
    assert!(shown.contains("costs at most"), "{shown}");
    let all = json!({ "textDocument": { "uri": cursor.uri }, "range": {
        "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 },
    }, "context": { "frameId": 1, "stoppedLocation": {
        "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 },
    } } });
    let values = client.ask("textDocument/inlineValue", all);
    assert_eq!(values[0]["text"], "most = 11", "{values}");
    let ran = client.ask("policy/coverage", json!({ "uri": cursor.uri }));
    assert_eq!((&ran["results"]["passed"], &ran["results"]["failed"]), (&json!(3), &json!(0)), "{ran}");
    let asked = json!({ "uri": cursor.uri, "input": client.uri("inputs/big.json") });
    let decided = client.ask("policy/evaluate", asked);
    assert_eq!(decided["outcome"], "deny", "{decided}");
    let again = client.ask("textDocument/hover", cursor.params());
    assert!(again["contents"]["value"].as_str().unwrap().contains("rows"), "{again}");
}
