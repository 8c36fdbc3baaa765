//! `build`, `inspect`, `verify`, `sign`, `keygen`, `strip`, and decisions by a bundle.

use crate::support::Folder;

const GATE: &str = r#"module gate

type Change = { size: Int, author: String }

data trusted: Set<String>

policy merge(most: Int = 5) on change: Change {
  default allow
  deny large when change.size > most and change.author not in trusted because "{change.size} lines by {change.author}"
}
"#;

fn folder() -> Folder {
    Folder::with(&[
        (
            "policy.toml",
            "name = \"gate\"\nversion = \"2.1.0\"\n\n[entry.merge]\npolicy = \"gate.merge\"\nparameters = { most = \"most.json\" }\n",
        ),
        ("policies/gate.policy", GATE),
        ("data/trusted.json", r#"["ann"]"#),
        ("most.json", "7"),
        ("ann.json", r#"{"size": 12, "author": "ann"}"#),
        ("ben.json", r#"{"size": 12, "author": "ben"}"#),
        ("small.json", r#"{"size": 6, "author": "ben"}"#),
    ])
}

fn ok(folder: &Folder, arguments: &[&str]) -> String {
    let run = folder.run(arguments);
    assert_eq!(run.code, 0, "{arguments:?}: {run:?}");
    run.out
}

#[test]
fn bundles_decide_as_their_project() {
    let folder = folder();
    assert!(ok(&folder, &["build"]).starts_with("gate-2.1.0.pbundle  "));
    for input in ["ann.json", "ben.json", "small.json"] {
        let now = ["--now", "2026-11-21T00:00:00Z", "--format", "json"];
        let by_project = folder.run(&[&["eval", input][..], &now].concat());
        let by_bundle = folder.run(&[&["eval", "--bundle", "gate-2.1.0.pbundle", input][..], &now].concat());
        assert_eq!((by_project.code, by_project.out), (by_bundle.code, by_bundle.out), "{input}");
    }
    assert_eq!(folder.run(&["eval", "--bundle", "gate-2.1.0.pbundle", "ben.json"]).code, 1);
    let none = folder.run(&["eval", "--bundle", "gate-2.1.0.pbundle", "--entry", "marge", "ben.json"]);
    assert!(none.code == 2 && none.err.contains("no entry or policy marge; it has merge"), "{none:?}");
}

#[test]
fn what_is_in_a_bundle_is_shown() {
    let folder = folder();
    ok(&folder, &["build", "--output", "g.pbundle"]);
    let shown = ok(&folder, &["inspect", "g.pbundle"]);
    for part in [
        "gate 2.1.0",
        "merge → gate.merge",
        "document     parameter most of merge",
        "deny       large",
        "sections",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let schema = ok(&folder, &["inspect", "g.pbundle", "--format", "schema", "--entry", "merge"]);
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    assert_eq!(schema["$defs"]["gate.Change"]["required"], serde_json::json!(["author", "size"]));
    let sbom: serde_json::Value =
        serde_json::from_str(&ok(&folder, &["inspect", "g.pbundle", "--format", "sbom"])).unwrap();
    assert_eq!(
        (&sbom["bomFormat"], &sbom["metadata"]["component"]["version"]),
        (&"CycloneDX".into(), &"2.1.0".into())
    );
    let statement: serde_json::Value =
        serde_json::from_str(&ok(&folder, &["inspect", "g.pbundle", "--format", "provenance"])).unwrap();
    assert_eq!(statement["subject"][0]["name"], "g.pbundle");
    let inputs = &statement["predicate"]["buildDefinition"]["resolvedDependencies"];
    assert!(
        inputs.as_array().unwrap().iter().any(|input| input["uri"] == "file:policies/gate.policy"),
        "{inputs}"
    );
}

#[test]
fn signatures_are_made_and_held_against_a_store() {
    let folder = folder();
    ok(&folder, &["build", "--output", "g.pbundle"]);
    let public = ok(&folder, &["keygen", "release"]);
    let public = public.split_whitespace().find(|word| word.starts_with("ed25519:")).unwrap();
    folder.write("trust.toml", format!("[[key]]\nname = \"release\"\npublic = \"{public}\"\n"));
    let verify = ["verify", "g.pbundle", "--trust", "trust.toml", "--now", "2026-11-21T00:00:00Z"];
    let unsigned = folder.run(&verify);
    assert!(unsigned.code == 1 && unsigned.err.contains("nobody signed"), "{unsigned:?}");
    ok(&folder, &["sign", "g.pbundle", "--key", "release.key", "--expires", "2027-01-01T00:00:00Z"]);
    assert!(ok(&folder, &verify).contains("signed by release"));
    let late = folder.run(&["verify", "g.pbundle", "--trust", "trust.toml", "--now", "2027-01-01T00:00:00Z"]);
    assert!(late.code == 1 && late.err.contains("expired"), "{late:?}");
    // Taking sections out does not touch who signed.
    let lines = ok(&folder, &["strip", "g.pbundle", "--data"]);
    assert!(lines.contains("g.pdebug") && lines.contains("g.pdata"), "{lines}");
    assert!(ok(&folder, &verify).contains("signed by release"));
    let trusted = [
        "eval",
        "--bundle",
        "g.pbundle",
        "--trust",
        "trust.toml",
        "--now",
        "2026-11-21T00:00:00Z",
        "small.json",
    ];
    ok(&folder, &trusted);
    let again = folder.run(&["keygen", "release"]);
    assert!(again.code == 2 && again.err.contains("not written over"), "{again:?}");
    // The data is needed to decide.
    std::fs::remove_file(folder.at("g.pdata")).unwrap();
    let without = folder.run(&trusted);
    assert!(without.code == 2 && without.err.contains("beside"), "{without:?}");
}

#[test]
fn what_is_no_bundle_is_refused() {
    let folder = folder();
    folder.write("no.pbundle", "no bundle");
    for command in ["inspect", "strip"] {
        let run = folder.run(&[command, "no.pbundle"]);
        assert!(run.code == 2 && run.err.contains("does not begin as a bundle"), "{run:?}");
    }
    assert_eq!(folder.run(&["verify", "no.pbundle"]).code, 1);
    assert_eq!(folder.run(&["verify", "nowhere.pbundle"]).code, 2);
}

#[test]
fn tests_hold_a_bundle_to_its_project() {
    let folder = folder();
    folder.write(
        "policies/gate_test.policy",
        "module gate_test\nuse gate.merge\n\ntest \"ann may\" {\n  expect merge({ size: 12, author: \"ann\" }) allows\n}\n\ntest \"ben may not\" {\n  expect merge({ size: 12, author: \"ben\" }) denies by large\n}\n",
    );
    ok(&folder, &["build", "-o", "g.pbundle"]);
    let tested = ok(&folder, &["test", "--bundle", "g.pbundle"]);
    assert!(tested.starts_with("ok: 2 tests"), "{tested}");
    ok(&folder, &["strip", "g.pbundle", "--discard"]);
    ok(&folder, &["test", "--bundle", "g.pbundle"]);
    // Another program, other data, another default: each is not what the bundle decides by.
    for (path, before, after, what) in [
        ("policies/gate.policy", "change.size > most", "change.size >= most", "its program"),
        ("data/trusted.json", "ann", "ann\", \"cy", "its data"),
        ("policy.toml", "2.1.0", "2.1.1", "its name or version"),
    ] {
        let text = folder.read(path);
        folder.write(path, text.replace(before, after));
        let run = folder.run(&["test", "--bundle", "g.pbundle"]).code(1);
        run.complains(&["is not what the project builds", what]);
        folder.write(path, text);
    }
    ok(&folder, &["test", "--bundle", "g.pbundle"]);
}

/// JSON Lines are decided one by one, whatever stands on them and however many there are.
#[test]
fn lines_are_decided_as_they_come() {
    let folder = folder();
    ok(&folder, &["build", "-o", "g.pbundle"]);
    let lines = "{\"size\": 6, \"author\": \"ben\"}\n\nno JSON\n{\"size\": 12, \"author\": \"ann\"}\n{\"size\": 12, \"author\": \"ben\"}";
    folder.write("many.jsonl", lines);
    let wide: Vec<u8> = lines.encode_utf16().flat_map(u16::to_le_bytes).collect();
    folder.write("wide.jsonl", wide);
    let ask = ["eval", "--bundle", "g.pbundle", "--format", "json", "--now", "2026-11-21T00:00:00Z"];
    let run = folder.run(&[&ask[..], &["many.jsonl"]].concat()).code(1);
    let sources: Vec<(String, bool)> = run
        .out
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|one| (one["source"].as_str().unwrap().to_owned(), one["proceed"].as_bool().unwrap()))
        .collect();
    let expected = [(1, true), (2, false), (3, true), (4, false)];
    assert_eq!(sources, expected.map(|(at, proceeds)| (format!("many.jsonl#{at}"), proceeds)));
    let piped =
        folder.pipe(&[&ask[..], &["--input-format", "jsonl", "-"]].concat(), lines.as_bytes()).code(1);
    assert_eq!(piped.out.replace("<stdin>", "many.jsonl"), run.out);
    let wide = folder.run(&[&ask[..], &["wide.jsonl"]].concat()).code(1);
    assert_eq!(wide.out.replace("wide.jsonl", "many.jsonl"), run.out);
    let one = folder.pipe(&[&ask[..], &["--input-format", "jsonl", "-"]].concat(), b"\n{}\n").code(1);
    assert!(one.out.starts_with("{\"source\":\"<stdin>\","), "{}", one.out);
    folder
        .pipe(&[&ask[..], &["--input-format", "jsonl", "-"]].concat(), b"\n")
        .code(2)
        .complains(&["no document"]);
}
