//! The example projects: clean, in the one style, tested; and every rule finds something in some input, and nothing in another.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use policy_bytecode::scalar::Timestamp;
use policy_compiler::Options;
use policy_compiler::hir::{Effect, Policy};
use policy_project::{Format, Overlay, formats};
use policy_testing::mutate::{Fate, MutateOptions, mutate};
use policy_testing::{Status, TestOptions, Workspace, run};
use policy_vm::decision::Decision;
use policy_vm::{Evaluator, Request};

/// The folders of `examples`, each with the projects in it: itself, or those below it.
fn examples() -> Vec<(PathBuf, Vec<PathBuf>)> {
    let below = |folder: &Path| -> Vec<PathBuf> {
        let mut found: Vec<PathBuf> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        found.retain(|path| path.is_dir());
        found.sort();
        found
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("examples");
    let mut out = Vec::new();
    for example in below(&folder) {
        let mut projects = below(&example);
        projects.push(example.clone());
        projects.retain(|path| path.join("policy.toml").exists());
        out.push((example, projects));
    }
    out
}

fn projects() -> Vec<PathBuf> {
    examples().into_iter().flat_map(|(_, projects)| projects).collect()
}

fn open(path: &Path) -> Workspace {
    Workspace::open(path, &Overlay::default()).unwrap()
}

/// A Friday in November, and a Sunday near the year's end, when changes are frozen.
const TIMES: [Timestamp; 2] =
    [Timestamp { seconds: 1_795_168_800, nanos: 0 }, Timestamp { seconds: 1_797_768_000, nanos: 0 }];

/// The documents in a project's `inputs`, as JSON; none of a project that others build on.
fn inputs(project: &Path) -> Vec<Vec<u8>> {
    if !project.join("inputs").exists() {
        return Vec::new();
    }
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

/// What a decision found, by the qualified names of the rules: those of included policies by their own.
fn found(decision: &Decision) -> BTreeSet<String> {
    let named = |rule: &str, via: &[String]| {
        let policy = via.last().unwrap_or(&decision.policy);
        format!("{policy}.{}", rule.rsplit('.').next().unwrap_or(rule))
    };
    let findings = [&decision.reasons, &decision.warnings, &decision.observed, &decision.exceptions];
    let findings = findings.into_iter().flatten().map(|finding| named(&finding.rule, &finding.via));
    let duties = decision.obligations.iter().map(|duty| named(&duty.rule, &duty.via));
    let changes = decision.transforms.iter().flat_map(|change| &change.rules).map(|rule| named(rule, &[]));
    findings.chain(duties).chain(changes).collect()
}

/// Whether a policy can be asked as it is: all its parameters have values.
fn asked(policy: &Policy) -> bool {
    policy.params.iter().all(|param| param.default.is_some())
}

/// Decides all inputs of a project with all its policies; gives what was found each time.
fn decisions(path: &Path) -> Vec<BTreeSet<String>> {
    let workspace = open(path);
    let linked = workspace.link(Options::default()).unwrap();
    let snapshot = workspace.data(&linked.program, &[]).build().unwrap();
    let mut evaluator = Evaluator::new(&linked.program, &snapshot);
    let mut out = Vec::new();
    for input in inputs(path) {
        for (at, policy) in workspace.checked.hir.policies.iter().enumerate() {
            assert!(linked.program.policy(&policy.name).is_some());
            for now in TIMES.into_iter().filter(|_| asked(policy)) {
                let decision = evaluator.decide_json(u32::try_from(at).unwrap(), &input, &Request::at(now));
                if decision.errors.is_empty() {
                    out.push(found(&decision));
                }
            }
        }
    }
    out
}

/// The rules of a project's own policies, with whether they have a condition; what an include brings are rules of the policy
/// that it names.
fn rules(path: &Path) -> BTreeMap<String, bool> {
    let workspace = open(path);
    let own = |policy: &&Policy| workspace.is_own(policy.location.file);
    let rules = workspace.checked.hir.policies.iter().filter(own).flat_map(|policy| {
        let decides = policy.rules.iter().filter(|rule| !matches!(rule.effect, Effect::Include(_)));
        decides.map(|rule| {
            let conditional = rule.when.is_some() || rule.that.is_some() || !rule.generators.is_empty();
            (format!("{}.{}", policy.name, rule.id), conditional)
        })
    });
    rules.collect()
}

#[test]
fn every_rule_finds_something_in_one_input_and_nothing_in_another() {
    let mut sizes = BTreeMap::new();
    for (example, projects) in examples() {
        let rules: BTreeMap<String, bool> = projects.iter().flat_map(|path| rules(path)).collect();
        let all: Vec<BTreeSet<String>> = projects.iter().flat_map(|path| decisions(path)).collect();
        let never: Vec<_> = rules.keys().filter(|rule| !all.iter().any(|one| one.contains(*rule))).collect();
        let conditional = rules.iter().filter(|(_, conditional)| **conditional).map(|(rule, _)| rule);
        let always: Vec<_> = conditional.filter(|rule| all.iter().all(|one| one.contains(*rule))).collect();
        assert!(never.is_empty() && always.is_empty(), "never: {never:?}; always: {always:?}");
        let count: usize = projects.iter().map(|path| inputs(path).len()).sum();
        sizes.insert(example, (rules.len(), count));
    }
    assert!(sizes.len() >= 4, "{sizes:?}");
    assert!(sizes.values().all(|&(rules, inputs)| rules >= 15 && inputs >= 30), "{sizes:?}");
}

/// Every kind of change that is made to policies.
const CHANGES: [&str; 12] = [
    "and_or",
    "boundary",
    "constant",
    "default",
    "effect",
    "equality",
    "negation",
    "optional_default",
    "quantifier",
    "removed_condition",
    "removed_exception",
    "removed_rule",
];

/// A sample: `policyc mutate` makes all changes.
#[test]
fn a_planted_defect_of_any_kind_fails_a_test() {
    let mut kinds = BTreeSet::new();
    for path in projects() {
        let workspace = open(&path);
        let options = MutateOptions { sample: Some(1), seed: 11, ..MutateOptions::default() };
        let mutants = mutate(&workspace, options, &|_, _| {}).unwrap();
        for mutant in &mutants.mutants {
            let unseen = matches!(mutant.fate, Fate::Survived(_)) && mutant.explained.is_none();
            assert!(!unseen, "{}: {mutant:#?}", path.display());
            kinds.insert(mutant.change.name());
        }
    }
    assert_eq!(kinds, BTreeSet::from(CHANGES));
}

/// A decision without what a program that shows its values takes more of.
fn told(decision: &Decision) -> serde_json::Value {
    let mut json = serde_json::to_value(decision).unwrap();
    let fields = json.as_object_mut().unwrap();
    for own in ["fuel", "bundle"] {
        fields.remove(own);
    }
    json
}

#[test]
fn programs_that_show_their_values_decide_as_the_others_do() {
    for path in projects() {
        let workspace = open(&path);
        let plain = workspace.link(Options::default()).unwrap();
        let shown = workspace.link(Options { instrument: true, tests: false }).unwrap();
        let of = |program: &policy_vm::Program| workspace.data(program, &[]).build().unwrap();
        let mut one = Evaluator::new(&plain.program, &of(&plain.program));
        let mut other = Evaluator::new(&shown.program, &of(&shown.program));
        for input in inputs(&path) {
            for (at, _) in (0..).zip(&workspace.checked.hir.policies).filter(|(_, policy)| asked(policy)) {
                for now in TIMES {
                    let request = Request::at(now);
                    let (a, b) =
                        (one.decide_json(at, &input, &request), other.decide_json(at, &input, &request));
                    assert_eq!(told(&a), told(&b), "{}", path.display());
                }
            }
        }
    }
}

#[test]
fn tests_of_examples_reach_what_is_asked_of_them() {
    for path in projects() {
        let workspace = open(&path);
        let options = TestOptions { coverage: true, without_properties: true, ..TestOptions::default() };
        let results = run(&workspace, &options).unwrap();
        assert!(results.tests.iter().all(|test| matches!(test.status, Status::Passed)), "{}", path.display());
        let reached = results.coverage.unwrap();
        let floors = &workspace.project.manifest.test.coverage;
        for (kind, least) in [("rules", 100), ("conditions", 100), ("mcdc", 95)] {
            assert!(floors.get(kind).is_some_and(|floor| floor.value >= least), "{}", path.display());
        }
        for (name, floor) in floors {
            assert!(reached.share(name) >= floor.value, "{}: {name}", path.display());
        }
    }
}
