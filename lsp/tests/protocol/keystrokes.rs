//! Typing the examples from empty files: how often the name that comes next is offered, and how long it takes.
//!
//! The places are those where a declared name, field, variant or function stands, as semantic tokens tell. At each the text
//! ends behind the first letter of the name, or before it. `POLICY_KEYSTROKES=all` looks at all places of all examples, and
//! prints what it finds by what the names are; it asks after each key of each file, too, for how long answers take.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::Client;
use crate::examples::{copied, examples};

/// How many answers count.
const FIRST: usize = 10;

#[derive(Default)]
struct Found {
    places: usize,
    offered: usize,
    times: Vec<Duration>,
    missed: Vec<String>,
    /// Places, and those of them where the name is offered, by what it is.
    kinds: BTreeMap<String, (usize, usize)>,
}

/// The names of a text that mean something, with their offsets.
fn names(client: &Client, data: &Value, text: &str) -> Vec<(usize, String, String)> {
    let legend = &client.capabilities["semanticTokensProvider"]["legend"]["tokenTypes"];
    let starts: Vec<usize> =
        std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let numbers: Vec<usize> = data.as_array().unwrap().iter().map(|n| n.as_u64().unwrap() as usize).collect();
    let (mut line, mut column) = (0, 0);
    let mut out = Vec::new();
    for token in numbers.chunks(5) {
        line += token[0];
        column = if token[0] == 0 { column + token[1] } else { token[1] };
        let kind = legend[token[3]].as_str().unwrap();
        let declared = token[4] & 1 == 1;
        let wanted = [
            "variable",
            "function",
            "property",
            "enumMember",
            "parameter",
            "method",
            "type",
            "enum",
            "class",
        ];
        let at = starts[line] + column;
        let name = &text[at..at + token[2]];
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && name.len() > 1;
        if wanted.contains(&kind) && !declared && plain {
            out.push((at, name.to_owned(), kind.to_owned()));
        }
    }
    out
}

/// Types a file up to each place, with so many letters of the name.
fn typed(client: &mut Client, path: &Path, letters: usize, step: usize, found: &mut Found) {
    let uri = format!("file://{}", path.display());
    let text = std::fs::read_to_string(path).unwrap();
    // Columns are counted in bytes.
    client.open(&uri, &text);
    let tokens = client.ask("textDocument/semanticTokens/full", json!({ "textDocument": { "uri": uri } }));
    let all = names(client, &tokens["data"], &text);
    for (at, name, kind) in all.into_iter().step_by(step) {
        let end = at + letters;
        client.set(&uri, &text[..end]);
        let line = text[..end].matches('\n').count();
        let start = text[..end].rfind('\n').map_or(0, |n| n + 1);
        let position = json!({ "line": line, "character": end - start });
        let begun = Instant::now();
        let answer = client
            .ask("textDocument/completion", json!({ "textDocument": { "uri": uri }, "position": position }));
        found.times.push(begun.elapsed());
        found.places += 1;
        let items = answer["items"].as_array().cloned().unwrap_or_default();
        let offered = items.iter().take(FIRST).any(|item| item["label"] == name.as_str());
        let known = found.kinds.entry(kind.clone()).or_default();
        known.0 += 1;
        known.1 += usize::from(offered);
        if offered {
            found.offered += 1;
        } else {
            let shown: Vec<&str> = items.iter().take(4).filter_map(|i| i["label"].as_str()).collect();
            let before = &text[start.max(end.saturating_sub(50))..end];
            let file = path.file_name().unwrap().to_string_lossy();
            found.missed.push(format!("{file}:{}: {before:?} wants {kind} {name}, has {shown:?}", line + 1));
        }
    }
    client.set(&uri, &text);
}

/// Types a file key by key from an empty one, and asks after each key.
fn every(example: &str, times: &mut Vec<Duration>) {
    let (folder, sources) = copied(example);
    let mut client = Client::start(folder, json!({ "general": { "positionEncodings": ["utf-8"] } }));
    for path in sources {
        let uri = format!("file://{}", path.display());
        let text = std::fs::read_to_string(&path).unwrap();
        client.open(&uri, "");
        let (mut line, mut column) = (0, 0);
        for key in text.chars() {
            let here = json!({ "line": line, "character": column });
            client
                .change(&uri, json!([{ "range": { "start": here, "end": here }, "text": key.to_string() }]));
            (line, column) = if key == '\n' { (line + 1, 0) } else { (line, column + key.len_utf8()) };
            let position = json!({ "line": line, "character": column });
            let begun = Instant::now();
            client.ask(
                "textDocument/completion",
                json!({ "textDocument": { "uri": uri }, "position": position }),
            );
            times.push(begun.elapsed());
        }
        client.told.clear();
    }
}

fn measured(example: &str, letters: usize, step: usize, found: &mut Found) {
    let (folder, sources) = copied(example);
    let mut client = Client::start(folder, json!({ "general": { "positionEncodings": ["utf-8"] } }));
    for path in sources {
        typed(&mut client, &path, letters, step, found);
    }
}

fn p95(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() * 95 / 100]
}

#[test]
fn the_name_that_comes_next_is_offered() {
    let all = std::env::var("POLICY_KEYSTROKES").is_ok_and(|value| value == "all");
    if !all {
        let mut found = Found::default();
        measured("pull-requests", 1, 7, &mut found);
        let enough = found.offered * 100 >= found.places * 80;
        assert!(enough && found.places > 20, "{} of {}: {:#?}", found.offered, found.places, found.missed);
        return;
    }
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(examples()).unwrap().map(|e| e.unwrap().path()).collect();
    folders.sort();
    for letters in [1, 0] {
        let mut sum = Found::default();
        for example in folders.iter().filter(|path| path.is_dir()) {
            let name = example.file_name().unwrap().to_string_lossy().into_owned();
            let mut found = Found::default();
            measured(&name, letters, 1, &mut found);
            let rate = found.offered * 100 / found.places.max(1);
            println!(
                "{name}, {letters} typed: {} of {} ({rate} %), p95 {:?}",
                found.offered,
                found.places,
                p95(&mut found.times)
            );
            if letters == 1 {
                found.missed.iter().for_each(|line| println!("  {line}"));
            }
            sum.places += found.places;
            sum.offered += found.offered;
            for (kind, (places, offered)) in found.kinds {
                let known = sum.kinds.entry(kind).or_default();
                known.0 += places;
                known.1 += offered;
            }
            sum.times.append(&mut found.times);
        }
        let rate = sum.offered * 100 / sum.places.max(1);
        println!(
            "{letters} typed: {} of {} ({rate} %), p95 {:?}",
            sum.offered,
            sum.places,
            p95(&mut sum.times)
        );
        for (kind, (places, offered)) in sum.kinds {
            println!("  {kind:<12} {offered:>5} of {places:>5}, {:>3} missed", places - offered);
        }
    }
    let mut times = Vec::new();
    for example in folders.iter().filter(|path| path.is_dir()) {
        every(&example.file_name().unwrap().to_string_lossy(), &mut times);
    }
    println!("every key: {} answers, p95 {:?}, most {:?}", times.len(), p95(&mut times), times.last());
}
