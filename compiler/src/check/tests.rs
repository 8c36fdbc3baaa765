//! What comes out of two threads is what comes out of one.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::run_on;
use crate::checked::Checked;
use crate::names::load;
use crate::world::Sources;

fn told(checked: &Checked) -> String {
    let hir = &checked.hir;
    let mut out = format!("{:?}\n{:?}\n", checked.diagnostics, hir.types.kinds_from(0));
    let _ = writeln!(out, "{:?}\n{:?}", checked.resolutions.uses, checked.resolutions.types);
    let _ = writeln!(out, "{:?}\n{:?}\n{:?}", hir.policies, hir.functions, hir.globals);
    let _ = writeln!(out, "{:?}\n{:?}\n{:?}", hir.exceptions, hir.tests, hir.expr_count);
    let _ = writeln!(out, "{:?}\n{:?}", hir.types.records, hir.types.unions);
    out
}

/// Checks sources in both ways; whether they have policies.
fn same(what: &str, files: &[(String, String)]) -> bool {
    let mut sources = Sources::default();
    for (path, text) in files {
        sources.add(path.clone(), text.as_str());
    }
    let mut inputs = load(&sources);
    inputs.places = true;
    let (one, two) =
        crate::deep::run("test", || (run_on(&inputs, false), run_on(&inputs, true)), Default::default);
    let (a, b) = (told(&one), told(&two));
    let differs = a.lines().zip(b.lines()).find(|(a, b)| a != b);
    assert!(differs.is_none(), "{what}: {differs:?}");
    assert_eq!(a, b, "{what}");
    !one.hir.policies.is_empty()
}

fn files(below: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    let mut all: Vec<PathBuf> =
        std::fs::read_dir(below).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    for path in all {
        if path.is_dir() {
            files(&path, ending, found);
        } else if path.extension().is_some_and(|of| of == ending) {
            found.push(path);
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn the_examples_are_the_same() {
    let mut policies = 0;
    for entry in std::fs::read_dir(root().join("examples")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let mut found = Vec::new();
            files(&path, "policy", &mut found);
            let read = |path: &PathBuf| (path.display().to_string(), std::fs::read_to_string(path).unwrap());
            let sources: Vec<(String, String)> = found.iter().map(read).collect();
            policies += usize::from(same(&path.display().to_string(), &sources));
        }
    }
    assert!(policies >= 5, "{policies}");
}

#[test]
fn the_pages_are_the_same() {
    let (mut pages, mut policies) = (Vec::new(), 0);
    files(&root().join("tests/spec"), "md", &mut pages);
    files(&root().join("docs/diagnostics"), "md", &mut pages);
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        for block in text.split("```").skip(1).step_by(2) {
            let Some((_, body)) = block.split_once('\n').filter(|(_, body)| body.contains("policy")) else {
                continue;
            };
            let head = if body.contains("module ") { "" } else { "module page\n" };
            let sources = [("page.policy".to_owned(), format!("{head}{body}"))];
            policies += usize::from(same(&page.display().to_string(), &sources));
        }
    }
    assert!(policies > 200, "{policies}");
}

/// Rules of many kinds, of which those farther on need types and functions that those before do not, and the other way round.
fn rules(wrong: bool) -> String {
    let mut source = String::from(
        "module many\nuse std.list.{distinct}\n\
         type Item = { name: String, size: Int 0..900, tags: List<String>, more?: Json }\n\
         enum Kind { a, b, c }\n\
         fn twice<T>(xs: List<T>) -> List<T> = [y for x in xs, y in [x, x]]\n\
         fn big(n: Int) -> Bool = n > 400\n",
    );
    for policy in 0..7 {
        let _ = writeln!(
            source,
            "policy p{policy}(least: Int = {policy}) on x: {{ items: List<Item>, kind: Kind, n: Int }} {{\n  default allow\n  \
             let large = [i for i in x.items if i.size > {}]",
            policy * 3
        );
        for rule in 0..9 {
            let n = policy * 9 + rule;
            let condition = match rule % 6 {
                0 => format!("x.n == {n} and x.kind == b"),
                1 => format!("any i in large: i.size > {n} and \"t{n}\" in i.tags"),
                2 => format!("count(twice([i.size for i in x.items])) > {n}"),
                3 => format!("x.n in [0, {n}] and x.n > least"),
                4 => format!("big(x.n + {n}) and count(twice([i.name for i in large])) > 2"),
                _ => format!("fold(i in x.items, s = {n}: s + i.size) > {n}"),
            };
            let _ = writeln!(
                source,
                "  deny r{n} for it in x.items when {condition} because \"{{it.name}} is {{x.n}} of {n}\""
            );
            if wrong && rule == 4 {
                let _ = writeln!(source, "  deny w{n} when x.itms is empty or y.n > {n} or x.n == \"{n}\"");
            }
        }
        source.push_str("}\n");
    }
    source
}

#[test]
fn many_rules_are_the_same() {
    assert!(same("right", &[("many.policy".to_owned(), rules(false))]));
    assert!(same("wrong", &[("many.policy".to_owned(), rules(true))]));
}

/// The second thread's work is of use for what is written most.
#[test]
fn what_the_second_thread_made_is_taken() {
    let mut sources = Sources::default();
    sources.add("many.policy", rules(false));
    let inputs = load(&sources);
    let checked = crate::deep::run("test", || run_on(&inputs, true), Default::default);
    let messages: Vec<&str> = checked.diagnostics.iter().map(|found| found.message.as_str()).collect();
    assert!(!checked.has_errors(), "{messages:?}");
    assert!(super::ahead::joins(&inputs));
}
