//! Random edits: the server lives through them, and knows in the end what one that begins there knows.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::client::Client;

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n.max(1)
    }
}

const PIECES: [&str; 18] = [
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
];

pub(crate) fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples")
}

pub(crate) fn copied(example: &str) -> (tempfile::TempDir, Vec<PathBuf>) {
    fn copy(from: &Path, to: &Path, sources: &mut Vec<PathBuf>) {
        std::fs::create_dir_all(to).unwrap();
        let mut entries: Vec<PathBuf> = std::fs::read_dir(from).unwrap().map(|e| e.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            let there = to.join(path.file_name().unwrap());
            if path.is_dir() {
                copy(&path, &there, sources);
            } else {
                std::fs::copy(&path, &there).unwrap();
                if path.extension().is_some_and(|e| e == "policy") {
                    sources.push(there.canonicalize().unwrap());
                }
            }
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let mut sources = Vec::new();
    copy(&examples().join(example), folder.path(), &mut sources);
    (folder, sources)
}

/// How many edits are made; `POLICY_SOAK` asks for more.
fn edits() -> usize {
    std::env::var("POLICY_SOAK").ok().and_then(|n| n.parse().ok()).unwrap_or(60)
}

/// Makes random edits in an example, asks along the way, and compares with a server that begins at the end.
fn soak(example: &str, seed: u64) {
    let (folder, sources) = copied(example);
    let mut client = Client::start(folder, json!({}));
    let mut numbers = Numbers(seed);
    let mut texts: Vec<String> = sources.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let uri = |path: &Path| format!("file://{}", path.display());
    for (path, text) in sources.iter().zip(&texts) {
        client.open(&uri(path), text);
    }
    let asks = [
        "textDocument/completion",
        "textDocument/hover",
        "textDocument/definition",
        "textDocument/signatureHelp",
        "textDocument/documentHighlight",
        "textDocument/prepareRename",
    ];
    for n in 0..edits() {
        let which = numbers.below(texts.len());
        let text = &mut texts[which];
        let at = text.floor_char_boundary(numbers.below(text.len() + 1));
        let end =
            text.floor_char_boundary((at + numbers.below(4) * numbers.below(3)).min(text.len())).max(at);
        let piece = PIECES[numbers.below(PIECES.len())];
        let position = |offset: usize| {
            let before = &text[..offset];
            let start = before.rfind('\n').map_or(0, |n| n + 1);
            json!({ "line": before.matches('\n').count(), "character": before[start..].encode_utf16().count() })
        };
        let change = json!([{ "range": { "start": position(at), "end": position(end) }, "text": piece }]);
        let here = position(at);
        text.replace_range(at..end, piece);
        client.change(&uri(&sources[which]), change);
        if n % 3 == 0 {
            let params = json!({ "textDocument": { "uri": uri(&sources[which]) }, "position": here });
            // A refusal is an answer; a bug is not.
            if let Err(error) = client.try_ask(asks[n / 3 % asks.len()], params) {
                assert!(!error.contains("bug"), "{error}");
            }
        }
    }
    let (fresh_folder, fresh_sources) = copied(example);
    for (path, text) in fresh_sources.iter().zip(&texts) {
        std::fs::write(path, text).unwrap();
    }
    let mut fresh = Client::start(fresh_folder, json!({}));
    for (path, other) in sources.iter().zip(&fresh_sources) {
        let here = client.pull(&uri(path));
        let there = fresh.pull(&uri(other));
        let (here, there) = (plain(&here), plain(&there));
        let other = here.iter().zip(&there).find(|(a, b)| a != b);
        assert!(here == there, "{}: {other:?}, {} and {}", path.display(), here.len(), there.len());
    }
}

/// Without what names the folder.
fn plain(found: &[Value]) -> Vec<(String, String)> {
    found.iter().map(|d| (d["range"].to_string(), d["message"].as_str().unwrap().to_owned())).collect()
}

#[test]
fn random_edits_lead_where_a_fresh_server_begins() {
    soak("pull-requests", 1);
    soak("composition", 2);
}
