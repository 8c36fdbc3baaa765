//! The runner on projects on disk.

use policy_project::Overlay;

use super::*;
use crate::result::Status;

fn workspace(source: &str) -> (tempfile::TempDir, Workspace) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.policy");
    std::fs::write(&path, source).unwrap();
    let workspace = Workspace::open(&path, &Overlay::new()).unwrap();
    (folder, workspace)
}

fn project(files: &[(&str, &str)]) -> (tempfile::TempDir, Workspace) {
    let folder = tempfile::tempdir().unwrap();
    let manifest = ("policy.toml", "name = \"p\"\nsources = [\"src\"]\n");
    for (path, text) in files.iter().chain([&manifest]) {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let workspace = Workspace::open(folder.path(), &Overlay::new()).unwrap();
    (folder, workspace)
}

fn run_project(files: &[(&str, &str)]) -> Results {
    let (_keep, workspace) = project(files);
    run(&workspace, &TestOptions::default())
        .unwrap_or_else(|found| panic!("{:?}", found.iter().map(|d| &d.message).collect::<Vec<_>>()))
}

fn statuses(results: &Results) -> Vec<(String, bool)> {
    results.tests.iter().map(|test| (test.name.clone(), matches!(test.status, Status::Passed))).collect()
}

fn run_with(source: &str, threads: usize) -> Results {
    let (_keep, workspace) = workspace(source);
    let options = TestOptions { threads: Some(threads), ..TestOptions::default() };
    run(&workspace, &options)
        .unwrap_or_else(|found| panic!("{:?}", found.iter().map(|d| &d.message).collect::<Vec<_>>()))
}

#[test]
fn what_a_row_gives_to_data_ends_with_the_row() {
    let source = r#"module m

data names: Set<String> = {"start"}

test "row {n}" for n in [1, 2, 3] {
  expect names == {"start"}
  given data names = {"other"}
  expect names == {"other"} and n > 0
}

test "after" { expect names == {"start"} }
"#;
    for threads in [1, 3] {
        let found = statuses(&run_with(source, threads));
        let all = ["row 1", "row 2", "row 3", "after"].map(|name| (name.to_owned(), true));
        assert_eq!(found, all);
    }
}

#[test]
fn rows_come_from_lists_sets_and_maps_in_their_order() {
    let source = r#"module m

test "list {n}" for n in [2, 1] { expect n > 1 }

test "set {n}" for n in {3, 1} { expect n > 1 }

test "map {k}" for (k, v) in {"b": 1, "a": 2} { expect v == 1 or k == "a" }
"#;
    let found = statuses(&run_with(source, 2));
    let wanted = [
        ("list 2", true),
        ("list 1", false),
        ("set 1", false),
        ("set 3", true),
        ("map a", true),
        ("map b", true),
    ];
    assert_eq!(found, wanted.map(|(name, passed)| (name.to_owned(), passed)));
}

#[test]
fn many_rows_outlive_what_the_machine_keeps() {
    let rows: Vec<String> = (0..200).map(|n| n.to_string()).collect();
    let source =
        format!("module m\n\ntest \"row {{n}}\" for n in [{}] {{ expect n < 150 }}\n", rows.join(", "));
    let found = statuses(&run_with(&source, 2));
    assert_eq!(found.len(), 200);
    for (at, (name, passed)) in found.iter().enumerate() {
        assert_eq!((name.as_str(), *passed), (format!("row {at}").as_str(), at < 150));
    }
}

#[test]
fn a_failure_has_the_values_of_its_parts() {
    let results = run_with(
        "module m\n\nfn double(n: Int) -> Int = n * 2\n\ntest \"t\" for n in [4] { expect double(n) + 1 == 10 }\n",
        1,
    );
    let Status::Failed(failures) = &results.tests[0].status else { panic!("{results:?}") };
    let values: Vec<&str> = failures[0].parts.iter().map(|part| part.value.as_str()).collect();
    assert_eq!(values, ["9", "8", "4"]);
}

#[test]
fn several_generators_are_the_rows_of_all_combinations() {
    let source = r#"module m

test "{a}{b}{c}" for a in [1, 2], (b, c) in [("x", a), ("y", a + 1)] { expect c < 3 }

test "{a}" for _ in [1, 2], a in ["k"] { expect a == "k" }
"#;
    let wanted = [("1x1", true), ("1y2", true), ("2x2", true), ("2y3", false), ("k", true), ("k", true)];
    assert_eq!(statuses(&run_with(source, 2)), wanted.map(|(name, passed)| (name.to_owned(), passed)));
}

#[test]
fn helpers_and_lets_of_tests_read_files() {
    let source = r#"module m

type Pod = { name: String, replicas: Int 0..10 }

policy small on p: Pod {
  default allow
  deny big when p.replicas > 3
}

fn load(name: String) -> Pod = fixture("pods/{name}.json") as Pod

fn outcome(name: String) -> Outcome = small(load(name)).outcome

let first = load("a")

let second = first with { replicas: 9 }

test "function {name}" for (name, wanted) in [("a", Outcome.allow), ("b", Outcome.deny)] {
  expect outcome(name) == wanted
}

test "let" {
  expect small(first) allows
  expect small(second) denies by big
}

test "pointer" { expect fixture("all.json", "/pods/1/replicas") is 4 }

test "misfit" { expect small(load("bad")) allows }

test "gone" { expect small(load("gone")) allows }
"#;
    let results = run_project(&[
        ("src/m.policy", source),
        ("src/pods/a.json", r#"{"name": "a", "replicas": 1}"#),
        ("src/pods/b.json", r#"{"name": "b", "replicas": 4}"#),
        ("src/pods/bad.json", r#"{"name": "b", "replicas": 40}"#),
        ("src/all.json", r#"{"pods": [{}, {"replicas": 4}]}"#),
    ]);
    let wanted = [
        ("function a", true),
        ("function b", true),
        ("let", true),
        ("pointer", true),
        ("misfit", false),
        ("gone", false),
    ];
    assert_eq!(statuses(&results), wanted.map(|(name, passed)| (name.to_owned(), passed)));
    let message = |at: usize| match &results.tests[at].status {
        Status::Failed(failures) => failures[0].message.clone(),
        other @ (Status::Passed | Status::Skipped(_)) => panic!("{other:?}"),
    };
    assert_eq!(
        message(4),
        "the value is not of the type asked for: /replicas: expected Int 0..10, found the number 40"
    );
    assert_eq!(message(5), "the fixture \"pods/gone.json\" cannot be read: there is no such file or folder");
}

#[test]
fn rows_come_from_documents_files_and_tables() {
    let source = r#"module m

enum Kind { human, bot = "BOT" }

type Row = { name: String, count: Int, ok: Bool, note?: String, rate: Decimal, kind: Kind, tags: List<String> = [] }

type Named = { name: String }

type Counted = { n: Int }

test "tsv {r.name}" for r in table("rows.tsv") as Row {
  expect r.ok == (r.count < 4) and r.kind == bot
  expect r.note is present implies r.tags == ["a", "b"]
}

test "csv {r.rate}" for r in table("rows.csv") as (List<Row>) { expect r.rate == 1.50 }

test "untyped" for r in table("rows.csv") { expect r.name is 7 and r.count is "3" }

test "yaml {d}" for d in documents("many.yaml") as Int { expect d > 0 }

test "lines {name}" for {name} in documents("many.jsonl") as Named { expect name != "" }

test "files {d.n}" for d in fixtures("in/*.json") as Counted { expect d.n < 3 }

test "bad table" for r in table("bad.csv") as Row { expect r.ok }
"#;
    let results = run_project(&[
        ("src/m.policy", source),
        (
            "src/rows.tsv",
            "name\tcount\tok\tnote\trate\tkind\ttags\n007\t3\tTRUE\t\t1\tBOT\t\n42\t4\tfalse\thm\t2.5\tBOT\t[\"a\", \"b\"]\n",
        ),
        ("src/rows.csv", "name,count,ok,note,rate,kind\n7,\"3\",true,,1.50,human\n"),
        ("src/bad.csv", "name,count,ok,note,rate,kind\n7,x,true,,1.50,human\n"),
        ("src/many.yaml", "1\n---\n2\n"),
        ("src/many.jsonl", "{\"name\": \"x\"}\n{\"name\": \"\"}\n"),
        ("src/in/a.json", "{\"n\": 1}"),
        ("src/in/b.json", "{\"n\": 2}"),
    ]);
    let wanted = [
        ("tsv 007", true),
        ("tsv 42", true),
        ("csv 1.5", true),
        ("untyped", true),
        ("yaml 1", true),
        ("yaml 2", true),
        ("lines x", true),
        ("lines ", false),
        ("files 1", true),
        ("files 2", true),
        ("bad table", false),
    ];
    assert_eq!(statuses(&results), wanted.map(|(name, passed)| (name.to_owned(), passed)));
}

#[test]
fn data_of_tables_is_read_by_its_type() {
    let source = r#"module m

type Stop = { code: String, zone: Int, night: Bool, note?: String }

data stops: List<Stop>

test "rows" {
  expect stops[0]?.code is "007" and stops[0]?.zone is 3 and stops[0]?.note is absent
  expect stops[1]?.code is "" and stops[1]?.night is true and stops[1]?.note is "4"
}
"#;
    let table = "code,zone,night,note\n007,3,false,\n,\"4\",TRUE,4\n";
    let results = run_project(&[("src/m.policy", source), ("data/stops.csv", table)]);
    assert_eq!(statuses(&results), [("rows".to_owned(), true)]);
}
