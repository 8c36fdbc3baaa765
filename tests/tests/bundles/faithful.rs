//! A bundle decides exactly as the sources it came from.

use std::path::{Path, PathBuf};

use policy_bytecode::bundle;
use policy_bytecode::scalar::Timestamp;
use policy_compiler::Options;
use policy_project::{Format, Overlay, formats};
use policy_testing::{TestOptions, Workspace, modes};
use policy_vm::{Entry, Evaluator, Program, Request};

use crate::{build, open, project, repository};

const NOW: Timestamp = Timestamp { seconds: 1_795_168_800, nanos: 0 };

/// Every project of the examples.
fn projects() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = walkdir::WalkDir::new(repository("examples"))
        .sort_by_file_name()
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.join("policy.toml").is_file())
        .collect();
    found.sort();
    assert!(found.len() > 5);
    found
}

fn inputs(project: &Path) -> Vec<Vec<u8>> {
    let Ok(entries) = std::fs::read_dir(project.join("inputs")) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let documents = paths
        .iter()
        .flat_map(|path| formats::documents(Format::of_path(path).unwrap(), &std::fs::read(path).unwrap()));
    documents.map(|document| document.unwrap().json).chain([b"no JSON".to_vec(), b"{}".to_vec()]).collect()
}

/// The decision as a service that was given a bundle makes it.
fn by_bundle(program: &Program, entry: &str, input: &[u8]) -> String {
    let policy = program.manifest().unwrap().entries.iter().find(|other| other.name == entry).unwrap();
    let can = program.duties(program.policy(&policy.policy).unwrap());
    let mut entry = Entry::open_for(program, &policy.name, &can).unwrap();
    let decision = entry.decide_json_at(NOW, input);
    assert_eq!(
        decision.proceed && decision.obligations.is_empty() && !asks(&can),
        entry.allowed(input) && decision.proceed
    );
    decision.to_json()
}

fn asks(can: &policy_vm::Duties) -> bool {
    *can != policy_vm::Duties::default()
}

#[test]
fn examples_decide_as_their_sources() {
    let mut decided = 0;
    for path in projects() {
        let workspace = Workspace::open(&path, &Overlay::new()).unwrap();
        let linked = workspace.link(Options::default()).unwrap();
        let bundles = [true, false].map(|packed| workspace.bundle(packed).unwrap().bytes);
        let programs = bundles.map(|bytes| Program::load(&bytes, policy_stdlib::table()).unwrap());
        for name in workspace.project.manifest.entries.keys() {
            let asked = workspace.entry(Some(name)).unwrap();
            let mut data = workspace.data(&linked.program, &[]);
            let policy = workspace.checked.hir.policies[asked.policy].name.clone();
            for parameter in workspace.parameters(&linked.program, name) {
                data = data.parameter(&policy, &parameter.name, &parameter.json);
            }
            let mut evaluator = Evaluator::new(&linked.program, &data.build().unwrap());
            modes::apply(&mut evaluator, &workspace.own_modes());
            let request = Request {
                now: Some(NOW),
                limits: workspace.limits(),
                strict_input: false,
                not_applicable_proceeds: asked.not_applicable_proceeds,
            };
            for input in inputs(&path) {
                let by_source = evaluator.decide_json(asked.policy as u32, &input, &request).to_json();
                for program in &programs {
                    assert_eq!(by_bundle(program, name, &input), by_source, "{} {name}", path.display());
                }
                decided += 1;
            }
        }
    }
    assert!(decided > 200, "{decided}");
}

/// Tests run on a program that was written as a bundle and read again, and say the same.
#[test]
fn tests_of_examples_pass_on_what_a_bundle_holds() {
    let workspace = Workspace::open(&repository("examples/composition/web"), &Overlay::new()).unwrap();
    let [own, shipped] = [false, true].map(|shipped| {
        let options = TestOptions { shipped, ..TestOptions::default() };
        policy_testing::run_told(&workspace, &options, &|_, _| {}).unwrap().counts()
    });
    assert_eq!(own, shipped);
    assert!(shipped.0 > 10 && shipped.1 == 0, "{shipped:?}");
}

/// A copy of a folder.
fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.unwrap();
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(target).unwrap();
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn clones_at_other_paths_give_the_same_bytes() {
    for example in ["pull-requests", "composition"] {
        let from = repository("examples").join(example);
        let clones =
            [tempfile::tempdir().unwrap(), tempfile::Builder::new().prefix("other").tempdir().unwrap()];
        let deeper = clones[1].path().join("a folder/with another name");
        copy(&from, &clones[0].path().join("x"));
        copy(&from, &deeper);
        let project = if example == "composition" { "web" } else { "" };
        let first = build(&clones[0].path().join("x").join(project), true);
        assert!(first == build(&deeper.join(project), true), "{example}");
        assert!(first == build(&from.join(project), true), "{example}");
    }
}

const SOURCE: &str = "module m\n\npolicy p on n: Int {\n  default allow\n\n  deny large when n > 10 because \"{n} is large\"\n}\n";

#[test]
fn a_comment_changes_no_code() {
    let before = build(project(SOURCE).path(), true);
    let after = build(project(&SOURCE.replace("  deny", "  // Ten is enough.\n\n  deny")).path(), true);
    assert_ne!(before, after);
    let (before, after) = (open(&before), open(&after));
    for section in [bundle::CODE, bundle::TABLES, bundle::ITEMS, bundle::IMPORTS, bundle::MANIFEST] {
        assert_eq!(before.section(section), after.section(section), "{section}");
    }
    assert_ne!(before.section(bundle::DEBUG), after.section(bundle::DEBUG));
    let programs =
        [before, after].map(|one| Program::of_container(&one, &[], policy_stdlib::table()).unwrap());
    assert_eq!(programs[0].digest(), programs[1].digest());
}

#[test]
fn stripped_bundles_decide_alike_but_for_places() {
    let bytes = build(project(SOURCE).path(), true);
    let whole = open(&bytes);
    let stripped = whole.keeping(|name| name != bundle::DEBUG);
    let side = whole.keeping(|name| name == bundle::DEBUG);
    assert!(stripped.len() < bytes.len());
    let decide = |program: Program| {
        let decision = Entry::open(&program, "m.p").unwrap().decide_json(b"12");
        serde_json::to_value(decision).unwrap()
    };
    let library = policy_stdlib::table();
    let full = decide(Program::load(&bytes, library).unwrap());
    let mut less = decide(Program::load(&stripped, library).unwrap());
    let again =
        Program::load_with(&stripped, &[&side], bundle::Caps::default(), library).map(decide).unwrap();
    assert_eq!(full, again);
    assert_ne!(full, less);
    less["reasons"][0]["location"] = full["reasons"][0]["location"].clone();
    assert_eq!(full, less);
}

/// What a rule adds to a bundle, with its message and where it stands.
#[test]
fn a_simple_rule_takes_forty_bytes_at_most() {
    let size = |rules: usize| {
        let mut source =
            "module m\n\npolicy p on { team: String, lines: Int } {\n  default allow\n".to_owned();
        for at in 0..rules {
            let team = at * 7919 % 10_007;
            source +=
                &format!("\n  deny rule_{at} when team == \"team-{team}\" because \"team-{team} may not\"\n");
        }
        build(project(&(source + "}\n")).path(), true).len()
    };
    let (fewer, more) = (size(100), size(300));
    assert!(more - fewer <= 200 * 40, "{} bytes a rule", (more - fewer) / 200);
}
