//! Tokens, hints, folds and selections.

use serde_json::{Value, json};

use crate::client::{Client, range};

const TEXT: &str = "\
module m

// A comment.
type R = { n: Int, /// doc
}

policy p on r: R {
  default allow
  let twice = r.n * 2
  @severity(low)
  deny big when twice > 10 because \"too big\"
}
$0";

fn document(uri: &str) -> Value {
    json!({ "textDocument": { "uri": uri } })
}

/// The tokens with their texts and types.
fn decoded(client: &Client, data: &Value, text: &str) -> Vec<String> {
    let legend = client.capabilities["semanticTokensProvider"]["legend"]["tokenTypes"].as_array().unwrap();
    let numbers: Vec<usize> = data.as_array().unwrap().iter().map(|n| n.as_u64().unwrap() as usize).collect();
    let (mut line, mut column) = (0, 0);
    let mut out = Vec::new();
    for token in numbers.chunks(5) {
        line += token[0];
        column = if token[0] == 0 { column + token[1] } else { token[1] };
        let text: String = text.lines().nth(line).unwrap().chars().skip(column).take(token[2]).collect();
        out.push(format!("{text}={}", legend[token[3]].as_str().unwrap()));
    }
    out
}

#[test]
fn tokens_have_the_types_of_what_they_mean() {
    let (mut client, cursor) = Client::new(TEXT);
    let full = client.ask("textDocument/semanticTokens/full", document(&cursor.uri));
    let tokens = decoded(&client, &full["data"], TEXT);
    for wanted in [
        "module=keyword",
        "// A comment.=comment",
        "R=type",
        "n=property",
        "p=interface",
        "r=parameter",
        "twice=variable",
        "severity=decorator",
        "big=method",
        "10=number",
        "\"too big\"=string",
    ] {
        assert!(tokens.iter().any(|t| t == wanted), "{wanted} is not in {tokens:?}");
    }
}

#[test]
fn a_difference_leads_to_the_full_tokens() {
    let (mut client, cursor) = Client::new(TEXT);
    let before = client.ask("textDocument/semanticTokens/full", document(&cursor.uri));
    let text = TEXT.replace("$0", "").replace("twice > 10", "twice > r.n + 10");
    client.set(&cursor.uri, &text);
    let params = json!({ "textDocument": { "uri": cursor.uri }, "previousResultId": before["resultId"] });
    let delta = client.ask("textDocument/semanticTokens/full/delta", params);
    let mut data = before["data"].as_array().unwrap().clone();
    for edit in delta["edits"].as_array().unwrap().iter().rev() {
        let start = edit["start"].as_u64().unwrap() as usize;
        let end = start + edit["deleteCount"].as_u64().unwrap() as usize;
        data.splice(start..end, edit["data"].as_array().unwrap().clone());
    }
    let full = client.ask("textDocument/semanticTokens/full", document(&cursor.uri));
    assert_eq!(Value::Array(data), full["data"]);
}

#[test]
fn tokens_of_a_part_are_those_of_its_lines() {
    let (mut client, cursor) = Client::new(TEXT);
    let part = json!({ "start": { "line": 8, "character": 0 }, "end": { "line": 8, "character": 99 } });
    let params = json!({ "textDocument": { "uri": cursor.uri }, "range": part });
    let found = client.ask("textDocument/semanticTokens/range", params);
    let tokens = decoded(&client, &found["data"], TEXT);
    assert_eq!(tokens, ["let=keyword", "twice=variable", "r=parameter", "n=property", "2=number"]);
}

#[test]
fn hints_say_what_is_not_written() {
    let text = "module m\n\nfn f(width: Int, height: Int) -> Int = width * height\n\nlet x = f(3, 4)\n\nfn g(xs: List<Int>) -> Bool = any y in xs: y > 1\n";
    let (mut client, cursor) = Client::new(text);
    let whole = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } });
    let found = client
        .ask("textDocument/inlayHint", json!({ "textDocument": { "uri": cursor.uri }, "range": whole }));
    let labels: Vec<&str> = found.as_array().unwrap().iter().map(|h| h["label"].as_str().unwrap()).collect();
    assert_eq!(labels, [": Int", "width:", "height:", ": Int"]);
}

#[test]
fn constants_are_shown_inline() {
    let (mut client, cursor) = Client::new("module m\n\nlet day = 24 * 60\n\nfn f() -> Int = day\n");
    let whole = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } });
    let params = json!({
        "textDocument": { "uri": cursor.uri }, "range": whole,
        "context": { "frameId": 0, "stoppedLocation": whole },
    });
    let found = client.ask("textDocument/inlineValue", params);
    assert_eq!(found[0]["text"], "day = 1440");
}

#[test]
fn items_rules_and_comments_fold() {
    let text = "//! One.\n//! Two.\nmodule m\n\nuse std.text\nuse std.time\n\npolicy p on r: Int {\n  default allow\n  deny big\n    when r > 3\n    because \"b\"\n}\n";
    let (mut client, cursor) = Client::new(text);
    let found = client.ask("textDocument/foldingRange", document(&cursor.uri));
    let shown: Vec<String> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|f| format!("{}-{} {}", f["startLine"], f["endLine"], f["kind"].as_str().unwrap_or("")))
        .collect();
    assert_eq!(shown, ["0-1 comment", "4-5 imports", "7-11 ", "9-11 "]);
}

#[test]
fn selections_grow_from_name_to_file() {
    let (mut client, cursor) = Client::new("module m\n\nfn f(a: Int) -> Bool = a > 3 and $0a < 9\n");
    let position = json!({ "line": cursor.line, "character": cursor.character });
    let params = json!({ "textDocument": { "uri": cursor.uri }, "positions": [position] });
    let found = client.ask("textDocument/selectionRange", params);
    let mut shown = Vec::new();
    let mut now = &found[0];
    while !now.is_null() {
        shown.push(range(&now["range"]));
        now = &now["parent"];
    }
    assert_eq!(shown, ["2:33-34", "2:33-38", "2:23-38", "2:0-38", "0:0-3:0"]);
}
