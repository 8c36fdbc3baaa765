//! Where things are declared and used, and what they are.

use serde_json::{Value, json};

use crate::client::{Client, place, range};

#[track_caller]
fn definition(project: &str, wanted: &str) {
    let (mut client, cursor) = Client::new(project);
    let found = client.ask("textDocument/definition", cursor.params());
    let shown = if found.is_null() { "nothing".to_owned() } else { place(&found) };
    assert_eq!(shown, wanted);
}

#[track_caller]
fn hover(project: &str, wanted: &[&str]) {
    let (mut client, cursor) = Client::new(project);
    let found = client.ask("textDocument/hover", cursor.params());
    let text = found["contents"]["value"].as_str().unwrap_or("nothing").to_owned();
    for part in wanted {
        assert!(text.contains(part), "{part:?} is not in:\n{text}");
    }
}

#[track_caller]
fn references(project: &str, wanted: &[&str]) {
    let (mut client, cursor) = Client::new(project);
    let params = cursor.with(json!({ "context": { "includeDeclaration": true } }));
    let found = client.ask("textDocument/references", params);
    let mut found: Vec<String> = found.as_array().unwrap().iter().map(place).collect();
    found.sort();
    assert_eq!(found, wanted);
}

const TWO: &str = "\
//- policies/a.policy
module a

/// What is asked about.
pub type Request = {
  /// How much of it.
  amount: Int,
  kind: Kind,
}

pub enum Kind { small, large }

/// Whether it is a lot.
pub fn much(r: Request) -> Bool = r.amount > 10
";

fn two(b: &str) -> String {
    format!("{TWO}//- policies/b.policy\n{b}")
}

#[test]
fn a_name_leads_to_its_declaration_in_another_module() {
    let b = "module b\n\nuse a.{Request, much}\n\npolicy p on r: Request {\n  default allow\n  deny lots when mu$0ch(r)\n}\n";
    definition(&two(b), "a.policy 12:7-11");
}

#[test]
fn a_field_leads_to_its_declaration() {
    let b = "module b\n\nuse a.Request\n\npolicy p on r: Request {\n  default allow\n  deny lots when r.am$0ount > 3\n}\n";
    definition(&two(b), "a.policy 5:2-8");
}

#[test]
fn variants_types_and_imports_lead_to_their_declarations() {
    let b = "module b\n\nuse a.Request\n\npolicy p on r: Request {\n  default allow\n  deny lots when r.kind == lar$0ge\n}\n";
    definition(&two(b), "a.policy 9:23-28");
    let b = "module b\n\nuse a.Request\n\npolicy p on r: Req$0uest {\n  default allow\n}\n";
    definition(&two(b), "a.policy 3:9-16");
    let b = "module b\n\nuse a.{Request, mu$0ch}\n\npolicy p on r: Request {\n  default allow\n  deny x when much(r)\n}\n";
    definition(&two(b), "a.policy 12:7-11");
    definition(&two("module b\n\nuse a$0\n\nfn f(r: a.Request) -> Bool = a.much(r)\n"), "a.policy 0:7-8");
}

#[test]
fn a_rule_of_a_test_leads_to_the_rule() {
    let b = "module b\n\nuse a.Request\n\npolicy p on r: Request {\n  default allow\n  deny lots when r.amount > 3\n}\n\ntest \"t\" {\n  expect p({ amount: 9, kind: small }) denies by lo$0ts\n}\n";
    definition(&two(b), "b.policy 6:7-11");
}

#[test]
fn a_variable_leads_to_where_it_is_bound() {
    definition("module m\n\nfn f(xs: List<Int>) -> Bool = any x in xs: $0x > 3\n", "m.policy 2:34-35");
    definition("module m\n\nlet a = 3\n\nfn f(b: Int) -> Int = b + $0a\n", "m.policy 2:4-5");
}

#[test]
fn the_library_opens_as_a_file() {
    let (mut client, cursor) =
        Client::new("module m\n\nuse std.text.lower_ascii\n\nfn f(s: String) -> String = lower_a$0scii(s)\n");
    let found = client.ask("textDocument/definition", cursor.params());
    let uri = found["uri"].as_str().unwrap();
    assert!(uri.ends_with("/std/text.policy"), "{uri}");
    let text = std::fs::read_to_string(uri.strip_prefix("file://").unwrap()).unwrap();
    let line = found["range"]["start"]["line"].as_u64().unwrap() as usize;
    assert!(text.lines().nth(line).unwrap().contains("fn lower_ascii"), "{found}");
    // What was opened can be asked about like any other file.
    client.open(uri, &text);
    let at = json!({ "textDocument": { "uri": uri }, "position": found["range"]["start"] });
    let hover = client.ask("textDocument/hover", at);
    assert!(hover["contents"]["value"].as_str().unwrap().contains("lower_ascii"), "{hover}");
}

#[test]
fn references_cross_modules() {
    let b = "module b\n\nuse a.{Request, much}\n\npolicy p on r: Request {\n  default allow\n  deny lots when mu$0ch(r) or a2(r)\n}\n\nfn a2(r: Request) -> Bool = much(r)\n";
    references(&two(b), &["a.policy 12:7-11", "b.policy 2:16-20", "b.policy 6:17-21", "b.policy 9:28-32"]);
}

#[test]
fn references_of_a_field_have_literals_patterns_and_with() {
    let text = "module m\n\ntype R = { $0n: Int, s: String = \"\" }\n\nfn f(r: R) -> R = r with { n: r.n + 1 }\n\nfn g(rs: List<R>) -> List<Int> = [k for { n: k } in rs]\n\nlet one: R = { n: 1 }\n";
    references(
        text,
        &["m.policy 2:11-12", "m.policy 4:27-28", "m.policy 4:32-33", "m.policy 6:42-43", "m.policy 8:15-16"],
    );
}

#[test]
fn highlights_tell_the_declaration_from_its_uses() {
    let (mut client, cursor) = Client::new("module m\n\nfn f($0x: Int) -> Int = x + x\n");
    let found = client.ask("textDocument/documentHighlight", cursor.params());
    let shown: Vec<String> =
        found.as_array().unwrap().iter().map(|h| format!("{} {}", range(&h["range"]), h["kind"])).collect();
    assert_eq!(shown, ["2:5-6 3", "2:22-23 2", "2:26-27 2"]);
}

#[test]
fn hover_shows_types_docs_annotations_and_cost() {
    let b = "module b\n\nuse a.{Request, much}\n\n@owner(\"team\")\npolicy p on r: Request {\n  default allow\n  /// Says no.\n  @severity(high)\n  deny lo$0ts when much(r)\n}\n";
    hover(
        &two(b),
        &["deny lots", "rule of policy `p`", "Says no.", "owner: team", "severity: high", "costs at most"],
    );
    let b = "module b\n\nuse a.{Request, much}\n\npolicy p on r: Request {\n  default allow\n  deny lots when mu$0ch(r)\n}\n";
    hover(&two(b), &["fn much(r: Request) -> Bool", "Whether it is a lot."]);
    let b = "module b\n\nuse a.Request\n\nlet lim$0it = 3\n\nfn f(r: Request) -> Bool = r.amount > limit\n";
    hover(&two(b), &["let limit: Int"]);
    let b = "module b\n\nuse a.Request\n\nfn f(rs: List<Request>) -> Bool = any r in rs: $0r.amount > 3\n";
    hover(&two(b), &["r: Request"]);
    let b = "module b\n\nuse a.Request\n\nfn f(r: Request) -> Bool = r.amo$0unt > 3\n";
    hover(&two(b), &["amount: Int", "How much of it.", "field of type `Request`"]);
    hover("module m\n\nfn f(a: Int) -> Bool = a > 3 imp$0lies a > 2\n", &["`implies`"]);
    hover("module m\n\nfn f(a: String) -> List<String> = a.char$0acters()\n", &["characters", "//"]);
}

#[test]
fn a_value_leads_to_its_type() {
    let b = "module b\n\nuse a.Request\n\npolicy p on r: Request {\n  default allow\n  deny lots when $0r.amount > 3\n}\n";
    let (mut client, cursor) = Client::new(&two(b));
    let found = client.ask("textDocument/typeDefinition", cursor.params());
    assert_eq!(place(&found), "a.policy 3:9-16");
}

#[test]
fn outlines_are_trees() {
    let (mut client, cursor) = Client::new(&two("module b\n"));
    let uri = cursor.uri;
    let found = client.ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": uri } }));
    let names = |list: &Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|s| s["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&found), ["Request", "Kind", "much"]);
    assert_eq!(names(&found[0]["children"]), ["amount", "kind"]);
    assert_eq!(names(&found[1]["children"]), ["small", "large"]);
}

#[test]
fn names_are_found_in_all_modules_by_their_letters() {
    let (mut client, _) = Client::new(&two("module b\n\nfn other() -> Bool = true\n"));
    let found = client.ask("workspace/symbol", json!({ "query": "mch" }));
    let names: Vec<&str> = found.as_array().unwrap().iter().map(|s| s["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["much"]);
}

#[test]
fn calls_are_followed_both_ways() {
    let b = "module b\n\nuse a.{Request, much}\n\npolicy p on r: Request {\n  default allow\n  deny lots when mu$0ch(r) and much(r)\n}\n";
    let (mut client, cursor) = Client::new(&two(b));
    let items = client.ask("textDocument/prepareCallHierarchy", cursor.params());
    assert_eq!(items[0]["name"], "much");
    let calls = client.ask("callHierarchy/incomingCalls", json!({ "item": items[0] }));
    let from: Vec<String> = calls
        .as_array()
        .unwrap()
        .iter()
        .map(|c| format!("{} {}", c["from"]["name"], c["fromRanges"].as_array().unwrap().len()))
        .collect();
    assert_eq!(from, ["\"lots\" 2"]);
    let calls = client.ask("callHierarchy/outgoingCalls", json!({ "item": calls[0]["from"] }));
    assert_eq!(calls[0]["to"]["name"], "much");
}

#[test]
fn imports_and_links_lead_somewhere() {
    let b = "module b\n\nuse a.Request\n\n@link(\"https://example.org/x\")\npolicy p on r: Request {\n  default allow\n}$0\n";
    let (mut client, cursor) = Client::new(&two(b));
    let found = client.ask("textDocument/documentLink", json!({ "textDocument": { "uri": cursor.uri } }));
    let targets: Vec<&str> =
        found.as_array().unwrap().iter().map(|l| l["target"].as_str().unwrap()).collect();
    assert!(targets[0].ends_with("policies/a.policy"), "{targets:?}");
    assert_eq!(targets[1], "https://example.org/x");
}

#[test]
fn signatures_follow_the_argument() {
    let text =
        "module m\n\n/// Adds.\nfn add(a: Int, b: Int, c: Int = 0) -> Int = a + b + c\n\nlet x = add(1, $0";
    let (mut client, cursor) = Client::new(text);
    let help = client.ask("textDocument/signatureHelp", cursor.params());
    assert_eq!(help["signatures"][0]["label"], "add(a: Int, b: Int, c: Int = 0) -> Int");
    assert_eq!(help["activeParameter"], 1);
    let (mut client, cursor) = Client::new(&text.replace("add(1, ", "1.add(2, "));
    let help = client.ask("textDocument/signatureHelp", cursor.params());
    assert_eq!(help["activeParameter"], 2);
    let (mut client, cursor) = Client::new(&text.replace("add(1, ", "add(c: "));
    let help = client.ask("textDocument/signatureHelp", cursor.params());
    assert_eq!(help["activeParameter"], 2);
}
