//! `policyc lsp`, as an editor starts it.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

/// A message with its header.
fn framed(body: &str) -> String {
    format!("Content-Length: {}\r\n\r\n{body}", body.len())
}

/// The next message.
fn next(from: &mut impl BufRead) -> String {
    let mut length = 0;
    loop {
        let mut line = String::new();
        assert!(from.read_line(&mut line).unwrap() > 0, "the server is gone");
        if line.trim().is_empty() {
            break;
        }
        if let Some(n) = line.strip_prefix("Content-Length: ") {
            length = n.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).unwrap();
    String::from_utf8(body).unwrap()
}

#[test]
fn an_editor_is_served_through_pipes() {
    let mut server = Command::new(env!("CARGO_BIN_EXE_policyc"))
        .args(["lsp", "--stdio"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut to = server.stdin.take().unwrap();
    let mut from = BufReader::new(server.stdout.take().unwrap());
    let messages = [
        r#"{"jsonrpc":"2.0","id":1,"method":"policy/projects"}"#,
        // What was taken back before it was asked is asked all the same.
        r#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"three"}}"#,
        r#"{"jsonrpc":"2.0","id":2,"method":"initialize","params":{"capabilities":{}}}"#,
        r#"{"jsonrpc":"2.0","method":"initialized","params":{}}"#,
        r#"{ this is no message"#,
        r#"{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"untitled:a","languageId":"policy","version":1,"text":"module a\n\npub fn f() -> Int = true\n"}}}"#,
        r#"{"jsonrpc":"2.0","id":"three","method":"policy/projects"}"#,
        r#"{"jsonrpc":"2.0","id":4,"method":"shutdown"}"#,
        r#"{"jsonrpc":"2.0","method":"exit"}"#,
    ];
    let all: String = messages.iter().map(|body| framed(body)).collect();
    to.write_all(all.as_bytes()).unwrap();
    // Before it is told what the editor can do, it does nothing.
    assert!(next(&mut from).contains("-32002"));
    assert!(next(&mut from).contains("\"capabilities\""));
    let told = next(&mut from);
    assert!(told.contains("publishDiagnostics") && told.contains("P0201"), "{told}");
    let answer = next(&mut from);
    assert!(answer.contains("\"id\":\"three\",\"result\":[{"), "{answer}");
    assert!(next(&mut from).contains("\"id\":4,\"result\":null"));
    assert!(server.wait().unwrap().success());
}
