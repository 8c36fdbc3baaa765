//! `policyc test --watch`, as one who edits sees it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::support::Folder;

/// What is waited for comes within this, or never.
const PATIENCE: Duration = Duration::from_secs(60);

/// A run that watches, and the lines that it prints.
struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn of(folder: &Folder, arguments: &[&str]) -> Self {
        // Both streams go where one reads, in their order.
        let (reader, writer) = std::io::pipe().unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_policyc"))
            .args([&["test", "--watch", "-v"], arguments].concat())
            .current_dir(folder.at(""))
            .env_clear()
            .stdin(Stdio::null())
            .stdout(writer.try_clone().unwrap())
            .stderr(writer)
            .spawn()
            .unwrap();
        let (send, lines) = channel();
        std::thread::spawn(move || {
            BufReader::new(reader).lines().map_while(Result::ok).all(|line| send.send(line).is_ok())
        });
        Self { child, lines }
    }

    /// All that is printed until the next change is waited for.
    #[track_caller]
    fn run(&self) -> String {
        let mut text = String::new();
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            if line == "waiting for a change" {
                return text;
            }
            text.push_str(&line);
            text.push('\n');
        }
        panic!("nothing came after\n{text}");
    }

    /// The tests that ran, and the whole text.
    #[track_caller]
    fn ran(&self) -> (Vec<String>, String) {
        let text = self.run();
        let of_test = |line: &str| {
            let (word, rest) = line.split_once("  ")?;
            matches!(word, "pass" | "FAIL").then(|| rest.split("  ").next().unwrap_or("").to_owned())
        };
        (text.lines().filter_map(of_test).collect(), text)
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const TYPES: &str = "module types\n\npub type T = { n: Int = 5 }\n";
const LEFT: &str =
    "module left\n\nuse types.T\n\npolicy left on t: T {\n  default allow\n  deny big when t.n > 10\n}\n";
const RIGHT: &str = "module right\n\ndata limit: Int\n\npolicy right on n: Int {\n  default allow\n  deny big when n > limit\n}\n";
const LEFT_TEST: &str = "module left_test\n\nuse left.left\n\ntest \"left\" { expect left({}) allows }\nproperty \"left too\" for any n: Int 0..10 { expect left({ n: n }) allows }\n";
const RIGHT_TEST: &str =
    "module right_test\n\nuse right.right\n\ntest \"right\" { expect right(7) allows }\n";

#[test]
fn what_a_change_can_affect_runs_again() {
    let folder = Folder::with(&[
        ("policy.toml", "name = \"m\"\n"),
        ("policies/types.policy", TYPES),
        ("policies/left.policy", LEFT),
        ("policies/right.policy", RIGHT),
        ("policies/left_test.policy", LEFT_TEST),
        ("policies/right_test.policy", RIGHT_TEST),
        ("data/right.limit.json", "8"),
    ]);
    let watching = Watching::of(&folder, &["--report", "junit=out/junit.xml"]);
    let everything = ["left", "right", "property left too"];
    assert_eq!(watching.ran().0, everything);

    // A policy: what asks it.
    folder.write("policies/right.policy", RIGHT.replace("n > limit", "n >= limit"));
    let (ran, text) = watching.ran();
    assert_eq!(ran, ["right"], "{text}");
    assert!(text.contains("changed: policies/right.policy"), "{text}");
    assert!(text.contains("1 of 3 tests and properties can be affected"), "{text}");
    // A type: what has values of it.
    folder.write("policies/types.policy", TYPES.replace("= 5", "= 6"));
    assert_eq!(watching.ran().0, ["left", "property left too"]);
    // A test: it alone; and what fails runs again with every change until it passes.
    folder.write("policies/right_test.policy", RIGHT_TEST.replace("right(7)", "right(9)"));
    let (ran, text) = watching.ran();
    assert!(ran == ["right"] && text.contains("FAIL"), "{text}");
    folder.write("policies/left.policy", LEFT.replace("t.n > 10", "t.n > 11"));
    assert_eq!(watching.ran().0, everything);
    // Data: any test may depend on it.
    folder.write("data/right.limit.json", "90");
    let (ran, text) = watching.ran();
    assert!(ran == everything && text.contains("ok: "), "{text}");

    // A file that is new.
    folder.write("policies/new_test.policy", "module new_test\n\ntest \"new\" { expect 1 + 1 == 2 }\n");
    assert_eq!(watching.ran().0, ["new"]);
    // One that is gone: who depended on it is not known.
    std::fs::remove_file(folder.at("policies/new_test.policy")).unwrap();
    assert_eq!(watching.ran().0, everything);

    // While there are errors nothing runs; what changed meanwhile is not forgotten.
    folder.write("policies/left.policy", "module left\n\npolicy left on");
    let (ran, text) = watching.ran();
    assert!(ran.is_empty() && text.contains("the project has errors"), "{text}");
    folder.write("policies/right.policy", RIGHT);
    assert!(watching.run().contains("the project has errors"));
    folder.write("policies/left.policy", LEFT);
    assert_eq!(watching.ran().0, everything);
    // An exception is noticed where it comes and where it goes.
    folder.write(
        "policies/spared.policy",
        "module spared\n\nuse right.right\n\nexception spared to right.right.big on n: Int when n == 99\n",
    );
    assert_eq!(watching.ran().0, ["right"]);
    folder.write("policies/spared.policy", "module spared\n");
    assert_eq!(watching.ran().0, everything);
    // A project that cannot be read for a moment is read again.
    folder.write("policy.toml", "name = ");
    assert!(watching.ran().0.is_empty());
    folder.write("policy.toml", "name = \"m\"\n");
    assert_eq!(watching.ran().0, everything);
}
