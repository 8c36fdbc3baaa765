//! Texts, positions, and what the server lives through.

use serde_json::{Value, json};

use crate::client::Client;

#[test]
fn columns_count_what_was_agreed() {
    let text = "module m\n\nlet a = \"\u{1F600}\" + 1\n$0";
    let column = |encodings: Value| {
        let (mut client, cursor) =
            Client::with(text, json!({ "general": { "positionEncodings": encodings } }));
        let found = client.pull(&cursor.uri);
        let error = found.iter().find(|d| d["severity"] == 1).unwrap().clone();
        (
            client.capabilities["positionEncoding"].clone(),
            error["range"]["end"]["character"].as_u64().unwrap(),
        )
    };
    assert_eq!(column(json!(["utf-16"])), (json!("utf-16"), 16));
    assert_eq!(column(json!(["utf-16", "utf-8"])), (json!("utf-8"), 18));
    assert_eq!(column(json!(["utf-32"])), (json!("utf-32"), 15));
}

#[test]
fn changes_of_parts_add_up() {
    let (mut client, cursor) = Client::new("module m\n\nlet a = 1\n$0");
    let edit = |line: u32, from: u32, to: u32, text: &str| {
        json!({ "range": {
            "start": { "line": line, "character": from }, "end": { "line": line, "character": to },
        }, "text": text })
    };
    client.change(
        &cursor.uri,
        json!([edit(2, 8, 9, "true"), edit(2, 4, 5, "abc"), edit(3, 0, 0, "let d: Int = abc\n")]),
    );
    let found = client.pull(&cursor.uri);
    let error = found.iter().find(|d| d["severity"] == 1).unwrap();
    assert_eq!(error["range"]["start"], json!({ "line": 3, "character": 13 }));
}

#[test]
fn requests_that_are_wrong_are_answered_and_the_next_one_works() {
    let (mut client, cursor) = Client::new("module m\n\nlet a = 1$0\n");
    assert!(client.try_ask("textDocument/hover", json!({})).is_err());
    assert!(client.try_ask("no/such", json!({})).unwrap_err().contains("-32601"));
    let nowhere = json!({ "textDocument": { "uri": "file:///no/such.policy" }, "position": { "line": 0, "character": 0 } });
    assert!(client.try_ask("textDocument/hover", nowhere).is_err());
    let far =
        json!({ "textDocument": { "uri": cursor.uri }, "position": { "line": 9999, "character": 9999 } });
    for method in [
        "textDocument/hover",
        "textDocument/completion",
        "textDocument/definition",
        "textDocument/signatureHelp",
    ] {
        client.ask(method, far.clone());
    }
    client.notify("textDocument/didChange", json!({ "nonsense": true }));
    assert!(client.pull(&cursor.uri).iter().all(|d| d["severity"] != 1));
}

#[test]
fn a_request_can_be_taken_back() {
    let (mut client, cursor) = Client::new("module m\n\nlet a = 1$0\n");
    // The answers to the others keep the server busy long enough, or not; each is an answer all the same.
    let busy = client.send("workspace/symbol", json!({ "query": "" }));
    let hover = client.send("textDocument/hover", cursor.params());
    client.notify("$/cancelRequest", json!({ "id": 3 }));
    client.answer(&busy).unwrap();
    match client.answer(&hover) {
        Ok(_) => {}
        Err(error) => assert!(error.contains("-32800"), "{error}"),
    }
}

#[test]
fn a_file_without_a_project_stands_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().canonicalize().unwrap().join("lone.policy");
    let mut client = Client::start(folder, json!({}));
    let uri = format!("file://{}", path.display());
    client.open(&uri, "module anything\n\nfn f() -> Int = true\n");
    assert_eq!(client.pull(&uri).iter().filter(|d| d["severity"] == 1).count(), 1);
    client.open("untitled:Untitled-1", "module x\n\nfn f() -> Int = true\n");
    assert_eq!(client.pull("untitled:Untitled-1").iter().filter(|d| d["severity"] == 1).count(), 1);
}

#[test]
fn several_folders_are_several_projects() {
    let (mut client, _) = Client::new("module m\n\nfn f() -> Int = 1$0\n");
    let other = tempfile::tempdir().unwrap();
    let root = other.path().canonicalize().unwrap();
    std::fs::write(root.join("policy.toml"), "name = \"o\"\nedition = \"2027\"\n").unwrap();
    std::fs::create_dir(root.join("policies")).unwrap();
    std::fs::write(root.join("policies/n.policy"), "module n\n\nfn unusual() -> Int = 1\n").unwrap();
    let folder = json!({ "uri": format!("file://{}", root.display()), "name": "o" });
    client.notify(
        "workspace/didChangeWorkspaceFolders",
        json!({ "event": { "added": [folder], "removed": [] } }),
    );
    let projects = client.ask("policy/projects", json!(null));
    assert_eq!(projects.as_array().unwrap().len(), 2);
    let found = client.ask("workspace/symbol", json!({ "query": "unusual" }));
    assert_eq!(found[0]["name"], "unusual");
}

#[test]
fn files_that_change_on_disk_are_read_again() {
    let (mut client, cursor) = Client::new("module m\n\nuse n.f\n\nfn g() -> Int = f()$0\n");
    std::fs::write(client.path("policies/n.policy"), "module n\n\npub fn f() -> Int = 1\n").unwrap();
    let uri = client.uri("policies/n.policy");
    client.notify("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": uri, "type": 1 }] }));
    assert!(client.pull(&cursor.uri).iter().all(|d| d["severity"] != 1));
}

#[test]
fn a_project_of_a_thousand_files_opens() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    std::fs::write(root.join("policy.toml"), "name = \"wide\"\nedition = \"2027\"\n").unwrap();
    std::fs::create_dir(root.join("policies")).unwrap();
    for n in 0..1000 {
        let before = if n == 0 { String::new() } else { format!("use m{0}.f{0}\n\n", n - 1) };
        let value = if n == 0 { "1".to_owned() } else { format!("f{}()", n - 1) };
        let text = format!("module m{n}\n\n{before}/// The number {n}.\npub fn f{n}() -> Int = {value}\n");
        std::fs::write(root.join(format!("policies/m{n}.policy")), text).unwrap();
    }
    let mut client = Client::start(folder, json!({}));
    let uri = client.uri("policies/m999.policy");
    let text = std::fs::read_to_string(client.path("policies/m999.policy")).unwrap();
    client.open(&uri, &text);
    assert!(client.pull(&uri).iter().all(|d| d["severity"] != 1));
    let first = client.uri("policies/m0.policy");
    client.open(&first, "module m0\n\npub fn f0() -> Bool = true\n");
    let other = client.pull(&client.uri("policies/m1.policy"));
    assert!(other.iter().any(|d| d["severity"] == 1), "{other:?}");
    client.set(&uri, &text.replace("Int", "Bool"));
    assert!(client.pull(&uri).iter().any(|d| d["severity"] == 1));
}

#[test]
fn reading_a_project_is_shown_as_progress() {
    let (mut client, cursor) =
        Client::with("module m\n$0", json!({ "window": { "workDoneProgress": true } }));
    client.pushed(&cursor.uri);
    let told = client.told.iter().filter(|n| n.method == "$/progress");
    let kinds: Vec<&str> = told.map(|n| n.params["value"]["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["begin", "end"]);
}
