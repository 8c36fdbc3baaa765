//! An editor for tests, with projects written as one text.
//!
//! `//- path` begins a file; `$0` is the cursor. Without a first `//-` the text is `policies/m.policy`.

use std::path::PathBuf;
use std::thread::JoinHandle;
use std::time::Duration;

use lsp_server::{Connection, Message, Notification, Request, RequestId};
use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) struct Client {
    connection: Option<Connection>,
    thread: Option<JoinHandle<()>>,
    folder: TempDir,
    next: i32,
    version: i32,
    /// Notifications that came while something else was waited for.
    pub(crate) told: Vec<Notification>,
    pub(crate) capabilities: Value,
}

/// Where the cursor of a project stands.
#[derive(Clone, Debug)]
pub(crate) struct Cursor {
    pub(crate) uri: String,
    pub(crate) line: u32,
    pub(crate) character: u32,
}

impl Cursor {
    pub(crate) fn params(&self) -> Value {
        json!({ "textDocument": { "uri": self.uri }, "position": { "line": self.line, "character": self.character } })
    }

    pub(crate) fn with(&self, more: Value) -> Value {
        let mut params = self.params();
        for (name, value) in more.as_object().unwrap() {
            params[name] = value.clone();
        }
        params
    }
}

const MANIFEST: &str = "name = \"t\"\nedition = \"2027\"\n";

/// All that a modern editor can do.
fn all() -> Value {
    json!({
        "workspace": { "workspaceEdit": { "documentChanges": true, "resourceOperations": ["rename"] } },
        "textDocument": {
            "completion": { "completionItem": { "snippetSupport": true, "documentationFormat": ["markdown"] } },
            "signatureHelp": { "signatureInformation": { "documentationFormat": ["markdown"] } },
            "documentLink": { "tooltipSupport": true },
            "documentSymbol": { "hierarchicalDocumentSymbolSupport": true },
        },
    })
}

impl Client {
    /// A server with a project, and the cursor in it.
    pub(crate) fn new(project: &str) -> (Self, Cursor) {
        Self::with(project, all())
    }

    pub(crate) fn with(project: &str, capabilities: Value) -> (Self, Cursor) {
        let folder = tempfile::tempdir().unwrap();
        let mut files = files(project);
        if !files.iter().any(|(path, _)| path == "policy.toml") {
            files.push(("policy.toml".to_owned(), MANIFEST.to_owned()));
        }
        let mut cursor = None;
        let mut open = Vec::new();
        for (path, text) in files {
            let at = text.find("$0");
            let text = text.replacen("$0", "", 1);
            let real = folder.path().canonicalize().unwrap().join(&path);
            std::fs::create_dir_all(real.parent().unwrap()).unwrap();
            std::fs::write(&real, &text).unwrap();
            let uri = format!("file://{}", real.display());
            if let Some(at) = at {
                let before = &text[..at];
                let line = before.matches('\n').count();
                let start = before.rfind('\n').map_or(0, |n| n + 1);
                let character = before[start..].encode_utf16().count();
                cursor = Some(Cursor { uri: uri.clone(), line: line as u32, character: character as u32 });
            }
            if path.ends_with(".policy") {
                open.push((uri, text));
            }
        }
        let mut client = Self::start(folder, capabilities);
        let first = Cursor { uri: open[0].0.clone(), line: 0, character: 0 };
        for (uri, text) in open {
            client.open(&uri, &text);
        }
        (client, cursor.unwrap_or(first))
    }

    /// A server whose only folder this is. `capabilities.options` are told as what the editor's user has set.
    pub(crate) fn start(folder: TempDir, capabilities: Value) -> Self {
        let (server, connection) = Connection::memory();
        let thread = std::thread::spawn(move || policy_lsp::serve(&server).unwrap());
        let root = format!("file://{}", folder.path().canonicalize().unwrap().display());
        let mut client = Self {
            connection: Some(connection),
            thread: Some(thread),
            folder,
            next: 0,
            version: 0,
            told: Vec::new(),
            capabilities: Value::Null,
        };
        let params = json!({
            "initializationOptions": capabilities["options"], "capabilities": capabilities,
            "workspaceFolders": [{ "uri": root, "name": "t" }],
        });
        client.capabilities = client.ask("initialize", params)["capabilities"].clone();
        client.notify("initialized", json!({}));
        client
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(below)
    }

    pub(crate) fn uri(&self, below: &str) -> String {
        format!("file://{}", self.path(below).display())
    }

    fn connection(&self) -> &Connection {
        self.connection.as_ref().unwrap()
    }

    pub(crate) fn notify(&self, method: &str, params: Value) {
        let message = Message::Notification(Notification::new(method.to_owned(), params));
        self.connection().sender.send(message).unwrap();
    }

    /// Sends a request without waiting for the answer.
    pub(crate) fn send(&mut self, method: &str, params: Value) -> RequestId {
        self.next += 1;
        let id = RequestId::from(self.next);
        let message = Message::Request(Request::new(id.clone(), method.to_owned(), params));
        self.connection().sender.send(message).unwrap();
        id
    }

    pub(crate) fn try_ask(&mut self, method: &str, params: Value) -> Result<Value, String> {
        let id = self.send(method, params);
        self.answer(&id)
    }

    pub(crate) fn answer(&mut self, id: &RequestId) -> Result<Value, String> {
        loop {
            match self.receive() {
                Message::Response(response) if response.id == *id => {
                    let response = serde_json::to_value(response).unwrap();
                    return match response.get("error") {
                        Some(error) => Err(format!("{}: {}", error["code"], error["message"])),
                        None => Ok(response["result"].clone()),
                    };
                }
                Message::Response(_) => {}
                Message::Notification(notification) => self.told.push(notification),
                Message::Request(request) => {
                    let response = lsp_server::Response::new_ok(request.id, Value::Null);
                    self.connection().sender.send(Message::Response(response)).unwrap();
                }
            }
        }
    }

    /// Waits for a message.
    pub(crate) fn until(&mut self, wanted: impl Fn(&Message) -> bool) {
        loop {
            let message = self.receive();
            let found = wanted(&message);
            if let Message::Request(request) = message {
                let response = lsp_server::Response::new_ok(request.id, Value::Null);
                self.connection().sender.send(Message::Response(response)).unwrap();
            }
            if found {
                return;
            }
        }
    }

    fn receive(&self) -> Message {
        self.connection().receiver.recv_timeout(Duration::from_secs(60)).expect("the server is silent")
    }

    #[track_caller]
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Value {
        self.try_ask(method, params).unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    pub(crate) fn open(&mut self, uri: &str, text: &str) {
        self.version += 1;
        self.notify(
            "textDocument/didOpen",
            json!({ "textDocument": { "uri": uri, "languageId": "policy", "version": self.version, "text": text } }),
        );
    }

    /// Replaces a whole text.
    pub(crate) fn set(&mut self, uri: &str, text: &str) {
        self.change(uri, json!([{ "text": text }]));
    }

    pub(crate) fn change(&mut self, uri: &str, changes: Value) {
        self.version += 1;
        let document = json!({ "uri": uri, "version": self.version });
        self.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
    }

    /// The diagnostics of a document, as it asks for them.
    pub(crate) fn pull(&mut self, uri: &str) -> Vec<Value> {
        let report = self.ask("textDocument/diagnostic", json!({ "textDocument": { "uri": uri } }));
        report["items"].as_array().unwrap().clone()
    }

    /// The diagnostics that the server tells of a document by itself: the last ones once it is quiet.
    pub(crate) fn pushed(&mut self, uri: &str) -> Vec<Value> {
        // Whatever was to be told has been told when this is answered.
        self.ask("textDocument/foldingRange", json!({ "textDocument": { "uri": uri } }));
        let of = |n: &&Notification| n.method == "textDocument/publishDiagnostics" && n.params["uri"] == uri;
        let last = self.told.iter().rev().find(of);
        last.map(|n| n.params["diagnostics"].as_array().unwrap().clone()).unwrap_or_default()
    }

    /// The text of a file after edits.
    pub(crate) fn edited(&self, edit: &Value, below: &str) -> String {
        let text = std::fs::read_to_string(self.path(below)).unwrap();
        let uri = self.uri(below);
        let changes = edit["documentChanges"].as_array().cloned().unwrap_or_default();
        let own = changes.iter().filter(|change| change["textDocument"]["uri"] == uri.as_str());
        let edits: Vec<Value> = own.flat_map(|change| change["edits"].as_array().unwrap().clone()).collect();
        apply(&text, &edits)
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        self.ask("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        self.connection = None;
        self.thread.take().unwrap().join().unwrap();
    }
}

fn files(project: &str) -> Vec<(String, String)> {
    if !project.trim_start().starts_with("//- ") {
        return vec![("policies/m.policy".to_owned(), project.to_owned())];
    }
    let mut out: Vec<(String, String)> = Vec::new();
    for line in project.split_inclusive('\n') {
        match line.strip_prefix("//- ") {
            Some(path) => out.push((path.trim().to_owned(), String::new())),
            None if out.is_empty() => {}
            None => out.last_mut().unwrap().1.push_str(line),
        }
    }
    out
}

/// A text after edits, given in the protocol's positions.
pub(crate) fn apply(text: &str, edits: &[Value]) -> String {
    let offset = |position: &Value| {
        let line = position["line"].as_u64().unwrap() as usize;
        let character = position["character"].as_u64().unwrap() as usize;
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        let mut units = 0;
        let rest = &text[start..];
        let at = rest.char_indices().find(|(_, c)| {
            let here = units >= character;
            units += c.len_utf16();
            here
        });
        start + at.map_or(rest.len(), |(at, _)| at)
    };
    let mut places: Vec<(usize, usize, &str)> = edits
        .iter()
        .map(|e| (offset(&e["range"]["start"]), offset(&e["range"]["end"]), e["newText"].as_str().unwrap()))
        .collect();
    places.sort_by_key(|(lo, hi, _)| (*lo, *hi));
    let mut out = text.to_owned();
    for (lo, hi, new) in places.into_iter().rev() {
        out.replace_range(lo..hi, new);
    }
    out
}

/// `line:from-to`, from 0.
pub(crate) fn range(range: &Value) -> String {
    let (start, end) = (&range["start"], &range["end"]);
    match start["line"] == end["line"] {
        true => format!("{}:{}-{}", start["line"], start["character"], end["character"]),
        false => format!("{}:{}-{}:{}", start["line"], start["character"], end["line"], end["character"]),
    }
}

/// `file line:from-to` of a location.
pub(crate) fn place(location: &Value) -> String {
    let uri = location["uri"].as_str().unwrap();
    format!("{} {}", uri.rsplit('/').next().unwrap(), range(&location["range"]))
}
