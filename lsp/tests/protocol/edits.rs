//! Renaming, formatting, and files that move.

use serde_json::{Value, json};

use crate::client::{Client, apply};

#[track_caller]
fn rename(project: &str, new: &str, wanted: &[(&str, &str)]) {
    let (mut client, cursor) = Client::new(project);
    client.ask("textDocument/prepareRename", cursor.params());
    let edit = client.ask("textDocument/rename", cursor.with(json!({ "newName": new })));
    for (path, text) in wanted {
        assert_eq!(client.edited(&edit, path), *text, "{path}");
    }
}

#[track_caller]
fn refused(project: &str, new: &str, why: &str) {
    let (mut client, cursor) = Client::new(project);
    let error = client.try_ask("textDocument/rename", cursor.with(json!({ "newName": new }))).unwrap_err();
    assert!(error.contains(why), "{error}");
}

#[test]
fn a_rule_is_renamed_in_tests_and_exceptions() {
    let text = "module m\n\npolicy p on r: Int {\n  default allow\n  deny b$0ig when r > 3 because \"b\"\n}\n\nexception e to p.big\n  until @2030-01-01\n  because \"x\"\n\ntest \"t\" {\n  expect p(9) excepts big\n}\n";
    let wanted = text
        .replace("$0", "")
        .replace("deny big", "deny huge")
        .replace("p.big", "p.huge")
        .replace("excepts big", "excepts huge");
    rename(text, "huge", &[("policies/m.policy", &wanted)]);
}

#[test]
fn a_policy_is_renamed_in_the_manifest() {
    let toml = "name = \"t\"\nedition = \"2027\"\n[entry.e]\npolicy = \"m.p\"\n";
    let policy =
        "module m\n\npolicy $0p on r: Int {\n  default allow\n}\n\ntest \"t\" {\n  expect p(9) allows\n}\n";
    let project = format!("//- policy.toml\n{toml}//- policies/m.policy\n{policy}");
    let wanted = policy.replace("$0p", "gate").replace("expect p", "expect gate");
    rename(
        &project,
        "gate",
        &[("policies/m.policy", &wanted), ("policy.toml", &toml.replace("m.p", "m.gate"))],
    );
}

#[test]
fn a_type_is_renamed_across_modules_but_not_its_alias() {
    let a = "module a\n\npub type $0Old = { n: Int }\n";
    let b = "module b\n\nuse a.{Old as Mine}\n\nfn f(x: Mine) -> Int = x.n\n";
    let c = "module c\n\nuse a\n\nfn f(x: a.Old) -> Int = x.n\n";
    let project = format!("//- policies/a.policy\n{a}//- policies/b.policy\n{b}//- policies/c.policy\n{c}");
    rename(
        &project,
        "New",
        &[
            ("policies/a.policy", "module a\n\npub type New = { n: Int }\n"),
            ("policies/b.policy", &b.replace("Old", "New")),
            ("policies/c.policy", &c.replace("Old", "New")),
        ],
    );
}

#[test]
fn a_field_in_a_short_pattern_keeps_its_variable() {
    let text = "module m\n\ntype R = { $0name: Int }\n\nfn f(rs: List<R>) -> List<Int> = [name for { name } in rs]\n";
    let wanted = "module m\n\ntype R = { title: Int }\n\nfn f(rs: List<R>) -> List<Int> = [name for { title: name } in rs]\n";
    rename(text, "title", &[("policies/m.policy", wanted)]);
}

#[test]
fn variants_are_renamed_wherever_they_stand() {
    let text = "module m\n\nenum K { $0one, two }\n\nfn f(k: K) -> Int = match k {\n  one => 1,\n  K.two => 2,\n}\n\nfn g(k: K) -> Bool = k == K.one or k is one\n";
    let wanted = text.replace("$0", "").replace("one", "single");
    rename(text, "single", &[("policies/m.policy", &wanted)]);
}

#[test]
fn locals_are_renamed_in_their_scope() {
    let text = "module m\n\nfn f(xs: List<Int>) -> Bool = (any $0x in xs: x > 1) and (any x in xs: x < 0)\n";
    let wanted = "module m\n\nfn f(xs: List<Int>) -> Bool = (any y in xs: y > 1) and (any x in xs: x < 0)\n";
    rename(text, "y", &[("policies/m.policy", wanted)]);
}

#[test]
fn reserved_words_get_their_quotes_and_other_names_are_refused() {
    let text = "module m\n\nlet $0a = 1\n\nfn f() -> Int = a\n";
    rename(text, "when", &[("policies/m.policy", "module m\n\nlet `when` = 1\n\nfn f() -> Int = `when`\n")]);
    refused(text, "1x", "is no name");
    refused(text, "f", "already");
    refused("module m\n\nfn f(s: String) -> List<String> = s.char$0acters()\n", "x", "standard library");
}

#[test]
fn formatting_makes_the_least_edits() {
    let text = "module m\n\nfn  f( a:Int )->Int=a\n\nfn g(b: Int) -> Int = b\n$0";
    let (mut client, cursor) = Client::new(text);
    let options = json!({ "tabSize": 2, "insertSpaces": true });
    let params = json!({ "textDocument": { "uri": cursor.uri }, "options": options });
    let edits = client.ask("textDocument/formatting", params);
    let edits = edits.as_array().unwrap();
    assert_eq!(edits.len(), 1);
    let text = text.replace("$0", "");
    assert_eq!(apply(&text, edits), "module m\n\nfn f(a: Int) -> Int = a\n\nfn g(b: Int) -> Int = b\n");
}

#[test]
fn a_part_is_formatted_alone() {
    let text = "module m\n\nfn  f( a:Int )->Int=a\n\nfn  g( b:Int )->Int=b\n$0";
    let (mut client, cursor) = Client::new(text);
    let options = json!({ "tabSize": 2, "insertSpaces": true });
    let range = json!({ "start": { "line": 4, "character": 0 }, "end": { "line": 4, "character": 5 } });
    let params = json!({ "textDocument": { "uri": cursor.uri }, "options": options, "range": range });
    let edits = client.ask("textDocument/rangeFormatting", params);
    let made = apply(&text.replace("$0", ""), edits.as_array().unwrap());
    assert_eq!(made, "module m\n\nfn  f( a:Int )->Int=a\n\nfn g(b: Int) -> Int = b\n");
}

#[test]
fn a_new_line_is_indented_and_a_brace_formats_its_item() {
    let on_type = |text: &str, ch: &str| {
        let (mut client, cursor) = Client::new(text);
        let options = json!({ "tabSize": 2, "insertSpaces": true });
        let edits =
            client.ask("textDocument/onTypeFormatting", cursor.with(json!({ "ch": ch, "options": options })));
        apply(&text.replace("$0", ""), edits.as_array().map_or(&[], Vec::as_slice))
    };
    assert_eq!(on_type("module m\n\npolicy p on r: Int {\n$0", "\n"), "module m\n\npolicy p on r: Int {\n  ");
    let text = "module m\n\npolicy p on r: Int {\ndefault  allow\n}$0\n";
    assert_eq!(on_type(text, "}"), "module m\n\npolicy p on r: Int {\n  default allow\n}\n");
}

#[test]
fn a_file_with_another_name_is_a_module_with_another_name() {
    let project = "//- policies/a.policy\nmodule a\n\npub fn f() -> Int = 1\n//- policies/b.policy\nmodule b\n\nuse a.f\n\nfn g() -> Int = f()\n";
    let (mut client, _) = Client::new(project);
    let files = json!([{ "oldUri": client.uri("policies/a.policy"), "newUri": client.uri("policies/deep/c.policy") }]);
    let edit = client.ask("workspace/willRenameFiles", json!({ "files": files }));
    assert_eq!(client.edited(&edit, "policies/a.policy"), "module deep.c\n\npub fn f() -> Int = 1\n");
    assert_eq!(
        client.edited(&edit, "policies/b.policy"),
        "module b\n\nuse deep.c.f\n\nfn g() -> Int = f()\n"
    );
}

#[test]
fn editors_without_versions_get_plain_changes() {
    let (mut client, cursor) = Client::with("module m\n\nlet $0a = 1\n", json!({}));
    let edit = client.ask("textDocument/rename", cursor.with(json!({ "newName": "b" })));
    assert!(edit["changes"][&cursor.uri].as_array().is_some_and(|list| list.len() == 1), "{edit}");
    assert_eq!(edit["documentChanges"], Value::Null);
}

#[test]
fn a_rule_and_its_policy_are_renamed_in_the_modes_of_the_manifest() {
    let toml =
        "name = \"t\"\nedition = \"2027\"\n[modes]\n\"m.gate.big\" = \"observe\"\n\"m.gate\" = \"advise\"\n";
    let text =
        "module m\n\npolicy gate on r: Int {\n  default allow\n  deny big when r > 3 because \"b\"\n}\n";
    let project = |name: &str| {
        let marked = text.replacen(name, &format!("$0{name}"), 1);
        format!("//- policy.toml\n{toml}//- policies/m.policy\n{marked}")
    };
    rename(&project("big"), "huge", &[("policy.toml", &toml.replace("gate.big", "gate.huge"))]);
    rename(&project("gate"), "door", &[("policy.toml", &toml.replace("gate", "door"))]);
}

#[test]
fn a_data_file_goes_by_the_name_of_its_data() {
    let text = "module m\n\ndata $0limits: Map<String, Int>\n\nfn f() -> Int? = limits[\"a\"]\n";
    let project = format!("//- policies/m.policy\n{text}//- data/limits.json\n{{ \"a\": 1 }}\n");
    let (mut client, cursor) = Client::new(&project);
    let edit = client.ask("textDocument/rename", cursor.with(json!({ "newName": "bounds" })));
    let changes = edit["documentChanges"].as_array().unwrap();
    let file = changes.iter().find(|change| change["kind"] == "rename").unwrap();
    assert!(file["oldUri"].as_str().unwrap().ends_with("data/limits.json"), "{file}");
    assert!(file["newUri"].as_str().unwrap().ends_with("data/bounds.json"), "{file}");
}
