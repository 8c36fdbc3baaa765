//! How long the language server takes between an edit and what it says about it, how long before it says anything, and
//! how much memory it holds.
//!
//! ```console
//! $ cargo run --release -p policy-lsp --example latency
//! $ cargo run --release -p policy-lsp --example latency -- 1000
//! ```
//!
//! A server runs in a process of its own (this program again), and is spoken to over its standard input and output.
//! Edits are made in files of so many rules, in ways that authors make them; each is answered before the next one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "it measures and prints"
)]

use std::fmt::Write as _;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use lsp_server::{Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};

/// How many edits are made of each kind.
const EDITS: usize = 60;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "serve") {
        policy_lsp::serve_stdio().unwrap();
        return;
    }
    let sizes: Vec<usize> = arguments.iter().filter_map(|n| n.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![100, 1000, 5000] } else { sizes };
    println!("{:>6}  {:<42} {:>8} {:>8} {:>8}", "rules", "edit -> diagnostics, ms", "p50", "p95", "most");
    for size in sizes {
        edits(size);
    }
    cold();
}

/// A server, and the text that it has of one file.
struct Session {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    next: i32,
    version: i32,
    uri: String,
}

impl Session {
    fn start(root: &Path) -> Self {
        let own = std::env::current_exe().unwrap();
        let mut child = Command::new(own)
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let to = child.stdin.take().unwrap();
        let from = BufReader::new(child.stdout.take().unwrap());
        let mut session = Self { child, to, from, next: 0, version: 0, uri: String::new() };
        let folders = json!([{ "uri": format!("file://{}", root.display()), "name": "t" }]);
        let general = json!({ "positionEncodings": ["utf-8"] });
        let capabilities = json!({ "general": general });
        session.ask("initialize", json!({ "capabilities": capabilities, "workspaceFolders": folders }));
        session.notify("initialized", json!({}));
        session
    }

    fn write(&mut self, message: Message) {
        message.write(&mut self.to).unwrap();
    }

    fn notify(&mut self, method: &str, params: Value) {
        self.write(Message::Notification(Notification::new(method.to_owned(), params)));
    }

    fn read(&mut self) -> Message {
        Message::read(&mut self.from).unwrap().expect("the server is there")
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let id = RequestId::from(self.next);
        self.write(Message::Request(Request::new(id.clone(), method.to_owned(), params)));
        loop {
            match self.read() {
                Message::Response(response) if response.id == id => {
                    return serde_json::to_value(response).unwrap()["result"].take();
                }
                Message::Request(request) => {
                    self.write(Message::Response(Response::new_ok(request.id, Value::Null)));
                }
                Message::Response(_) | Message::Notification(_) => {}
            }
        }
    }

    fn open(&mut self, path: &Path, text: &str) {
        self.uri = format!("file://{}", path.display());
        self.version += 1;
        let document =
            json!({ "uri": self.uri, "languageId": "policy", "version": self.version, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
        self.told();
    }

    /// Waits for the diagnostics of the text as it is now; gives how many there are.
    fn told(&mut self) -> usize {
        loop {
            if let Message::Notification(told) = self.read()
                && told.method == "textDocument/publishDiagnostics"
                && told.params["uri"] == self.uri.as_str()
                && told.params["version"] == self.version
            {
                return told.params["diagnostics"].as_array().map_or(0, Vec::len);
            }
        }
    }

    fn change(&mut self, edit: &Edit) {
        self.version += 1;
        let place = |at: (usize, usize)| json!({ "line": at.0, "character": at.1 });
        let range = json!({ "start": place(edit.from), "end": place(edit.to) });
        self.notify(
            "textDocument/didChange",
            json!({
                "textDocument": { "uri": self.uri, "version": self.version },
                "contentChanges": [{ "range": range, "text": edit.text }],
            }),
        );
    }

    /// What the process holds, how much of this is not the program itself, and what it held at most, in megabytes.
    fn memory(&self) -> Option<(f64, f64, f64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let of = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name))?;
            line.split_whitespace().nth(1)?.parse::<f64>().ok().map(|n| n / 1024.0)
        };
        Some((of("VmRSS")?, of("RssAnon")?, of("VmHWM")?))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Edit {
    from: (usize, usize),
    to: (usize, usize),
    text: String,
}

/// A module of types and one policy of so many rules.
fn module(rules: usize) -> String {
    let mut text = String::from(
        "module big\n\nenum Level { low, high }\n\n\
         type Service = { name: String, port: Int, level: Level, tags: List<String>, owner: String? }\n\n\
         fn tagged(s: Service, tag: String) -> Bool = tag in s.tags\n\n\
         policy services on s: Service {\n  default allow\n\n",
    );
    for n in 0..rules {
        let _ = writeln!(text, "  @severity(high)\n  deny rule_{n}");
        let _ = writeln!(text, "    when s.port > {n} and s.level == high and not tagged(s, \"t{n}\")");
        let _ = writeln!(text, "    because \"port {{s.port}} of {{s.name}} is above {n}\"\n");
    }
    text.push_str("}\n");
    text
}

/// Where a text stands first, as line and column.
fn find(text: &str, what: &str) -> (usize, usize) {
    let at = text.find(what).expect("the text is there");
    let before = text.get(..at).unwrap();
    (before.matches('\n').count(), at - before.rfind('\n').map_or(0, |n| n + 1))
}

fn edits(rules: usize) {
    let folder = Folder::new(&format!("policyc-latency-{rules}"));
    let path = folder.0.join("policies/big.policy");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(folder.0.join("policy.toml"), "name = \"big\"\nedition = \"2027\"\n").unwrap();
    let text = module(rules);
    std::fs::write(&path, &text).unwrap();
    let mut session = Session::start(&folder.0);
    session.open(&path, &text);
    let middle = rules / 2;
    let rule = find(&text, &format!("when s.port > {middle} "));
    let (line, column) = (rule.0, rule.1 + "when ".len());
    for pull in [false, true] {
        let how = if pull { "pulled" } else { "pushed" };
        // Right and wrong in turns.
        let toggled = (0..EDITS).map(|n| {
            let (old, new) = if n % 2 == 0 { ("s.port", "s.pork") } else { ("s.pork", "s.port") };
            Edit { from: (line, column), to: (line, column + old.len()), text: new.to_owned() }
        });
        run(&mut session, rules, &format!("a field in a rule, {how}"), pull, toggled);
        run(
            &mut session,
            rules,
            &format!("a condition, key by key, {how}"),
            pull,
            typed(line, column, "s.owner is present and "),
        );
        run(
            &mut session,
            rules,
            &format!("a comment, key by key, {how}"),
            pull,
            typed(0, "module big".len(), " // what it is for"),
        );
        let end = text.matches('\n').count() - 1;
        let new = "  deny another when s.port == 80 because \"x\"";
        run(&mut session, rules, &format!("a new rule at the end, {how}"), pull, typed(end, 0, new));
        let (line, column) = find(&text, "owner: String?");
        let field = "more: Bool, ";
        run(&mut session, rules, &format!("a field of the type, {how}"), pull, typed(line, column, field));
    }
    // What is checked in the background is finished.
    std::thread::sleep(Duration::from_millis(1500));
    if let Some((now, data, most)) = session.memory() {
        println!(
            "{rules:>6}  {:<42} {now:>8.1} {data:>8.1} {most:>8.1}",
            "memory, MB: resident, of it data, at most"
        );
    }
    if let Some(load) =
        std::fs::read_to_string("/proc/loadavg").ok().as_deref().and_then(|l| l.split(' ').next())
    {
        println!("{rules:>6}  {:<42} {load:>8}", "load of the machine");
    }
}

/// A text that is typed key by key, and taken out again at once.
fn typed(line: usize, column: usize, text: &str) -> impl Iterator<Item = Edit> + use<> {
    let keys: Vec<char> = text.chars().collect();
    let len = keys.len();
    let keys = keys.into_iter().enumerate().map(move |(n, key)| {
        let at = (line, column + n);
        Edit { from: at, to: at, text: key.to_string() }
    });
    keys.chain([Edit { from: (line, column), to: (line, column + len), text: String::new() }])
}

/// Makes edits one after the other, and tells how long each took to be answered.
fn run(session: &mut Session, rules: usize, what: &str, pull: bool, edits: impl Iterator<Item = Edit>) {
    let mut times = Vec::new();
    for edit in edits {
        let begun = Instant::now();
        session.change(&edit);
        if pull {
            let document = json!({ "textDocument": { "uri": session.uri } });
            session.ask("textDocument/diagnostic", document);
        } else {
            session.told();
        }
        times.push(begun.elapsed());
        // Somebody types.
        std::thread::sleep(Duration::from_millis(20));
    }
    times.sort();
    let at = |percent: usize| ms(times[(times.len() * percent / 100).min(times.len() - 1)]);
    println!("{rules:>6}  {what:<42} {:>8.2} {:>8.2} {:>8.2}", at(50), at(95), at(100));
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// From nothing to the first diagnostics, for the example with the most text.
fn cold() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").canonicalize().unwrap();
    let mut folders: Vec<PathBuf> = entries(&examples).into_iter().filter(|p| p.is_dir()).collect();
    folders.sort_by_key(|folder| std::cmp::Reverse(size(folder)));
    let Some(folder) = folders.first() else { return };
    let mut sources = Vec::new();
    sources_of(folder, &mut sources);
    sources.sort_by_key(|path| std::cmp::Reverse(size(path)));
    let Some(source) = sources.first() else { return };
    let text = std::fs::read_to_string(source).unwrap();
    let root = source.ancestors().find(|at| at.join("policy.toml").is_file()).unwrap_or(folder);
    let mut times: Vec<Duration> = (0..20)
        .map(|_| {
            let begun = Instant::now();
            let mut session = Session::start(root);
            session.open(source, &text);
            begun.elapsed()
        })
        .collect();
    times.sort();
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    println!(
        "cold start to first diagnostics, {name}: p50 {:.1} ms, most {:.1} ms",
        ms(times[10]),
        ms(times[19])
    );
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn sources_of(folder: &Path, sources: &mut Vec<PathBuf>) {
    for path in entries(folder) {
        if path.is_dir() {
            sources_of(&path, sources);
        } else if path.extension().is_some_and(|e| e == "policy") {
            sources.push(path);
        }
    }
}

/// How many bytes of policies there are.
fn size(path: &Path) -> u64 {
    if path.is_dir() {
        return entries(path).iter().map(|path| size(path)).sum();
    }
    let counts = path.extension().is_some_and(|e| e == "policy");
    if counts { std::fs::metadata(path).map_or(0, |m| m.len()) } else { 0 }
}

/// A folder that goes when it is done with.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path.canonicalize().unwrap())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
