//! Random edits: the server lives through them, knows in the end what one that begins there knows, and holds no more
//! memory than after the first of them. A program of its own, so that its memory is the server's.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
#![allow(dead_code, reason = "the client is shared")]

mod client;
mod examples;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use client::Client;
use examples::copied;

/// How many edits are made in all, and between two comparisons with a server that begins there.
const EDITS: usize = 10_000;
const STRETCH: usize = 1000;

/// How many edits an editor sends before it asks for something.
const PAUSE: usize = 100;

/// How much more the process may hold at the end than after the first third of the edits. Runs differ by 11 MB, by what the
/// allocator keeps for each thread; what is lost with each edit, three kilobytes of it, is more than that.
const GROWTH: usize = 24 << 20;

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n.max(1)
    }
}

const PIECES: [&str; 20] = [
    "",
    " ",
    "\n",
    "{",
    "}",
    "(",
    ")",
    "\"",
    ".",
    "any x in xs: ",
    "when ",
    "\n  deny z when true\n",
    "policy q on r: Int {",
    "\u{e9}\u{1F600}",
    "match ",
    "because \"{",
    "@",
    "use std.text\n",
    "x",
    "1",
];

const ASKS: [&str; 6] = [
    "textDocument/completion",
    "textDocument/hover",
    "textDocument/definition",
    "textDocument/signatureHelp",
    "textDocument/documentHighlight",
    "textDocument/prepareRename",
];

/// An editor that types at random in an example.
struct Typist {
    example: &'static str,
    client: Client,
    sources: Vec<PathBuf>,
    texts: Vec<String>,
    numbers: Numbers,
    asked: usize,
}

impl Typist {
    /// In an example, with a server that keeps as much of it as it may.
    fn new(example: &'static str, seed: u64, keep: u32) -> Self {
        let (folder, sources) = copied(example);
        let mut client = Client::start(folder, json!({ "options": { "keep": keep } }));
        let texts: Vec<String> = sources.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
        for (path, text) in sources.iter().zip(&texts) {
            client.open(&uri(path), text);
        }
        Self { example, client, sources, texts, numbers: Numbers(seed), asked: 0 }
    }

    /// Makes edits, asking along the way, and compares; then everything is as it was.
    fn stretch(&mut self) {
        let (mut edits, mut pause) = (0, PAUSE);
        while edits < STRETCH {
            let (which, here, count) = self.edit();
            edits += count;
            if edits >= pause {
                pause += PAUSE;
                let params =
                    json!({ "textDocument": { "uri": uri(&self.sources[which]) }, "position": here });
                self.asked += 1;
                // A refusal is an answer; a bug is not.
                if let Err(error) = self.client.try_ask(ASKS[self.asked % ASKS.len()], params) {
                    assert!(!error.contains("bug"), "{error}");
                }
            }
        }
        self.compare();
        for (path, text) in self.sources.iter().zip(&mut self.texts) {
            let before = std::fs::read_to_string(path).unwrap();
            self.client.set(&uri(path), &before);
            *text = before;
        }
        // Notifications are kept by the client for those who look at them; nobody does.
        self.client.told.clear();
    }

    /// Makes a few edits of one file at once, as an editor does with several cursors; tells where the last one was, and how
    /// many they were.
    fn edit(&mut self) -> (usize, Value, usize) {
        let numbers = &mut self.numbers;
        let which = numbers.below(self.texts.len());
        let count = 1 + numbers.below(6);
        let text = &mut self.texts[which];
        let mut changes = Vec::new();
        let mut here = Value::Null;
        for _ in 0..count {
            let at = text.floor_char_boundary(numbers.below(text.len() + 1));
            let end = (at + numbers.below(4) * numbers.below(3)).min(text.len());
            let end = text.floor_char_boundary(end).max(at);
            let piece = PIECES[numbers.below(PIECES.len())];
            let position = |offset: usize| {
                let before = &text[..offset];
                let start = before.rfind('\n').map_or(0, |n| n + 1);
                let character = before[start..].encode_utf16().count();
                json!({ "line": before.matches('\n').count(), "character": character })
            };
            here = position(at);
            changes.push(json!({ "range": { "start": here, "end": position(end) }, "text": piece }));
            text.replace_range(at..end, piece);
        }
        self.client.change(&uri(&self.sources[which]), json!(changes));
        (which, here, count)
    }

    /// What this server knows of the texts and what one knows that begins with them.
    fn compare(&mut self) {
        let (folder, fresh_sources) = copied(self.example);
        for (path, text) in fresh_sources.iter().zip(&self.texts) {
            std::fs::write(path, text).unwrap();
        }
        let mut fresh = Client::start(folder, json!({}));
        // What only the whole tells counts too.
        self.client.ask("workspace/diagnostic", json!({ "previousResultIds": [] }));
        for (path, other) in self.sources.iter().zip(&fresh_sources) {
            let here = plain(&self.client.pull(&uri(path)));
            let there = plain(&fresh.pull(&uri(other)));
            let differs = here.iter().zip(&there).find(|(a, b)| a != b);
            assert!(here == there, "{}: {differs:?}, {} and {}", path.display(), here.len(), there.len());
        }
    }
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// Without what names the folder.
fn plain(found: &[Value]) -> Vec<(String, String)> {
    found.iter().map(|d| (d["range"].to_string(), d["message"].as_str().unwrap().to_owned())).collect()
}

/// What the process holds, in bytes; none where the system does not tell.
fn held() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS"))?;
    line.split_whitespace().nth(1)?.parse::<usize>().ok().map(|kilobytes| kilobytes << 10)
}

#[test]
fn random_edits_lead_where_a_fresh_server_begins() {
    let mut typists = [
        Typist::new("pull-requests", 1, u32::MAX),
        Typist::new("composition", 2, 0),
        Typist::new("agents", 3, 40_000),
    ];
    let mut third = None;
    let stretches = EDITS / STRETCH;
    for n in 0..stretches {
        let count = typists.len();
        typists[n % count].stretch();
        if n + 1 == stretches * 3 / 10 {
            third = held();
        }
    }
    if let (Some(before), Some(after)) = (third, held()) {
        assert!(after < before + GROWTH, "{} MB, and {} MB in the end", before >> 20, after >> 20);
    }
}
