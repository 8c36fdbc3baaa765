//! The example projects: clean, in the one style, tested; and every rule finds something in some input, and nothing in another.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use policy_bytecode::scalar::Timestamp;
use policy_compiler::{Options, hir::Policy};
use policy_project::{Format, Overlay, formats};
use policy_testing::{Linked, Status, TestOptions, Workspace, run};
use policy_vm::{Evaluator, Request};

fn projects() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("examples");
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.join("policy.toml").exists());
    found.sort();
    found
}

fn open(path: &Path) -> Workspace {
    Workspace::open(path, &Overlay::default()).unwrap()
}

/// A Friday in November, and a Sunday near the year's end, when changes are frozen.
const TIMES: [Timestamp; 2] =
    [Timestamp { seconds: 1_795_168_800, nanos: 0 }, Timestamp { seconds: 1_797_768_000, nanos: 0 }];

/// The documents in a project's `inputs`, as JSON.
fn inputs(project: &Path) -> Vec<Vec<u8>> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(project.join("inputs")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .iter()
        .flat_map(|path| {
            let bytes = std::fs::read(path).unwrap();
            formats::documents(Format::of_path(path).unwrap(), &bytes)
        })
        .map(|document| document.unwrap().json)
        .collect()
}

#[test]
fn examples_are_clean_and_in_the_one_style() {
    for path in projects() {
        let workspace = open(&path);
        assert!(workspace.project.diagnostics.is_empty(), "{:#?}", workspace.project.diagnostics);
        assert!(workspace.checked.diagnostics.is_empty(), "{:#?}", workspace.checked.diagnostics);
        for (_, file) in workspace.project.files.iter().filter(|(_, file)| file.path.ends_with(".policy")) {
            assert_eq!(policy_syntax::format(&file.text).unwrap(), *file.text, "{}", file.path);
        }
    }
}

#[test]
fn tests_of_examples_pass() {
    for path in projects() {
        let results = run(&open(&path), &TestOptions::default()).unwrap();
        let failed: Vec<_> =
            results.tests.iter().filter(|test| !matches!(test.status, Status::Passed)).collect();
        assert!(failed.is_empty(), "{failed:#?}");
    }
}

/// Rules that found something in an input, and rules that found nothing.
#[derive(Default)]
struct Seen {
    found: BTreeSet<String>,
    silent: BTreeSet<String>,
}

fn look(
    linked: &Linked,
    evaluator: &mut Evaluator,
    at: usize,
    policy: &Policy,
    input: &[u8],
    seen: &mut Seen,
) {
    assert!(linked.program.policy(&policy.name).is_some());
    for now in TIMES {
        let decision = evaluator.decide_json(u32::try_from(at).unwrap(), input, &Request::at(now));
        if !decision.errors.is_empty() {
            continue;
        }
        let findings = decision.reasons.iter().chain(&decision.warnings).chain(&decision.observed);
        let found: BTreeSet<&str> = findings
            .map(|finding| finding.rule.as_str())
            .chain(decision.obligations.iter().map(|obligation| obligation.rule.as_str()))
            .chain(decision.transforms.iter().flat_map(|change| &change.rules).map(String::as_str))
            .collect();
        for rule in &policy.rules {
            let name = format!("{}.{}", policy.name, rule.id);
            if found.contains(rule.id.as_str()) {
                seen.found.insert(name.clone());
            }
            let conditional = rule.when.is_some() || rule.that.is_some() || !rule.generators.is_empty();
            if !found.contains(rule.id.as_str()) || !conditional {
                seen.silent.insert(name);
            }
        }
    }
}

#[test]
fn every_rule_finds_something_in_one_input_and_nothing_in_another() {
    let mut sizes = BTreeMap::new();
    for path in projects() {
        let workspace = open(&path);
        let linked = workspace.link(Options::default()).unwrap();
        let snapshot = workspace.data(&linked.program, &[]).build().unwrap();
        let mut evaluator = Evaluator::new(&linked.program, &snapshot);
        let inputs = inputs(&path);
        let mut seen = Seen::default();
        let mut rules = BTreeSet::new();
        for (at, policy) in workspace.checked.hir.policies.iter().enumerate() {
            rules.extend(policy.rules.iter().map(|rule| format!("{}.{}", policy.name, rule.id)));
            for input in &inputs {
                look(&linked, &mut evaluator, at, policy, input, &mut seen);
            }
        }
        let never: Vec<_> = rules.difference(&seen.found).collect();
        let always: Vec<_> = rules.difference(&seen.silent).collect();
        assert!(never.is_empty() && always.is_empty(), "never: {never:?}; always: {always:?}");
        sizes.insert(path, (rules.len(), inputs.len()));
    }
    assert!(sizes.len() >= 3, "{sizes:?}");
    assert!(sizes.values().all(|&(rules, inputs)| rules >= 15 && inputs >= 30), "{sizes:?}");
}
