//! One section of a suite: its modules are checked, its tests run, its inputs decided, on both sides.

use policy_project::files::{Files, SourceFile};
use policy_project::{DataFile, Format, Project};
use policy_syntax::Diagnostic;
use policy_testing::result::Status;
use policy_testing::runner::{self, TestOptions};
use policy_testing::workspace::Workspace;

use super::annotations;
use super::markdown::{Block, Section};
use crate::both::{Package, build_with};
use crate::reference::eval::World;
use crate::reference::json::{self, Doc};
use crate::reference::testing::{self, Verdict};
use crate::reference::time::read_timestamp;

/// What is wrong with a section; nothing where it holds.
#[must_use]
pub fn problems(section: &Section) -> Vec<String> {
    let mut problems = Vec::new();
    let mut package: Option<Package> = None;
    let mut input: Option<&Block> = None;
    // An entity store holds for the modules below it.
    let mut entities: Vec<String> = Vec::new();
    let modules = module_groups(section);
    for block in &section.blocks {
        let at = |what: String| format!("{}, line {}: {what}", section.title, block.line);
        match block.language.as_str() {
            "policy" => {
                // Modules that stand in a row belong together; the last of them stands for all.
                let Some((_, group)) = modules.iter().find(|(line, _)| *line == block.line) else { continue };
                match module(group, &entities) {
                    Ok(built) => {
                        problems.extend(run_tests(&built, group).into_iter().map(at));
                        package = Some(built);
                    }
                    Err(found) => problems.extend(found.into_iter().map(at)),
                }
            }
            "json" if block.attributes == "entities" => entities = vec![block.text.clone()],
            "json" => input = Some(block),
            "decision" => match (&package, input) {
                (Some(package), Some(input)) => {
                    problems.extend(decision(package, input, &block.text).into_iter().map(at));
                }
                (None, _) | (_, None) => problems.push(at("no module or no input before it".to_owned())),
            },
            _ => {}
        }
    }
    problems
}

/// Groups of modules that follow each other, by the line of the last.
fn module_groups(section: &Section) -> Vec<(usize, Vec<&Block>)> {
    let mut groups: Vec<(usize, Vec<&Block>)> = Vec::new();
    let mut open = false;
    for block in &section.blocks {
        let is_module = block.language == "policy";
        match groups.last_mut() {
            Some((line, group)) if is_module && open && block.attributes == "more" => {
                *line = block.line;
                group.push(block);
            }
            Some(_) | None if is_module => groups.push((block.line, vec![block])),
            Some(_) | None => {}
        }
        open = is_module;
    }
    groups
}

/// Checks modules against what their comments ask for. A package is given where they have no errors.
fn module(blocks: &[&Block], entities: &[String]) -> Result<Package, Vec<String>> {
    let files: Vec<(String, String)> =
        blocks.iter().enumerate().map(|(i, b)| (format!("{i}.policy"), b.text.clone())).collect();
    let (built, diagnostics) = match build_with(&files, true, "null", entities) {
        Ok(package) => {
            let diagnostics = package.checked.diagnostics.clone();
            (Some(package), diagnostics)
        }
        Err(diagnostics) => (None, diagnostics),
    };
    let mut wrong = Vec::new();
    let mut wanted_errors = false;
    for (index, (path, text)) in files.iter().enumerate() {
        let here: Vec<&Diagnostic> =
            diagnostics.iter().filter(|d| usize::try_from(d.primary.file.0) == Ok(index)).collect();
        wrong.extend(annotations::differences(text, &here).into_iter().map(|what| format!("{path}: {what}")));
        wanted_errors |= annotations::expected(text).iter().any(|wanted| wanted.severity == "error");
    }
    match built {
        Some(package) if wrong.is_empty() => Ok(package),
        Some(_) => Err(wrong),
        // What should fail to check has failed to.
        None if wanted_errors => Err(wrong),
        None => {
            wrong.extend(diagnostics.iter().map(|d| format!("{}: {}", d.code, d.message)));
            Err(wrong)
        }
    }
}

/// Runs the tests of modules, by the reference evaluator and by the test runner that authors use.
fn run_tests(package: &Package, blocks: &[&Block]) -> Vec<String> {
    if package.checked.hir.tests.is_empty() {
        return Vec::new();
    }
    let mut problems = by_machine(blocks, &package.entities);
    let mut world = match World::new(&package.checked.hir, None) {
        Ok(world) => world,
        Err(stop) => return vec![format!("{stop:?}")],
    };
    if !package.entities.is_empty()
        && let Err(stop) = world.load_entities(&package.entities)
    {
        return vec![format!("{stop:?}")];
    }
    for (index, test) in package.checked.hir.tests.iter().enumerate() {
        if test.skip.is_some() {
            continue;
        }
        for (row, verdict) in testing::run(&mut world, test).into_iter().enumerate() {
            if verdict != Verdict::Passed {
                let (line, _) = match &verdict {
                    Verdict::Failed(location, _) => package.map.line_and_column(*location),
                    Verdict::Passed | Verdict::Broken(_) => (0, 0),
                };
                problems.push(format!("by the reference, test {index} row {row} line {line}: {verdict:?}"));
            }
        }
    }
    problems
}

/// The tests of modules, run as `policyc test` runs those of a project.
fn by_machine(blocks: &[&Block], entities: &[String]) -> Vec<String> {
    let mut files = Files::default();
    let mut modules = Vec::new();
    for (index, block) in blocks.iter().enumerate() {
        let file = files.add(SourceFile::new(format!("{index}.policy"), block.text.clone()));
        modules.push(file);
    }
    let mut project = Project::of_files(std::path::PathBuf::from("."), files, &modules);
    project.entities = entities.iter().map(|json| store(json)).collect();
    let mut workspace = Workspace::check(project);
    // Its errors are held elsewhere; what lints say of examples that are this small is no matter.
    workspace.diagnostics.clear();
    let options = TestOptions { threads: Some(1), ..TestOptions::default() };
    let results = match runner::run(&workspace, &options) {
        Ok(results) => results,
        Err(diagnostics) => {
            return diagnostics.iter().map(|d| format!("by the machine: {}", d.message)).collect();
        }
    };
    let failed = results.tests.iter().filter_map(|test| match &test.status {
        Status::Passed | Status::Skipped(_) => None,
        Status::Failed(failures) => {
            let said: Vec<&str> = failures.iter().map(|failure| failure.message.as_str()).collect();
            Some(format!("by the machine, test {:?} row {:?}: {}", test.name, test.row, said.join("; ")))
        }
    });
    failed.collect()
}

/// A file of the entity store.
fn store(json: &str) -> DataFile {
    DataFile {
        name: "entities".to_owned(),
        path: "entities.json".to_owned(),
        real: std::path::PathBuf::from("entities.json"),
        format: Format::Json,
        json: json.as_bytes().to_vec(),
        table: None,
        package: 0,
    }
}

/// Decides an input with the first policy and compares.
fn decision(package: &Package, input: &Block, expected: &str) -> Vec<String> {
    let at = input.attributes.strip_prefix("at @").and_then(read_timestamp);
    // What stands in a block ends in a line end, which is no part of the document.
    let document = input.text.trim_end().as_bytes();
    let mut problems = Vec::new();
    match (
        package.by_machine(&mut package.evaluator(), 0, document, at),
        package.by_reference(0, document, at),
    ) {
        (Ok((given, machine)), Ok(reference)) => {
            if machine != reference {
                problems.push(format!("the machine gives\n{machine:#?}\nand the reference\n{reference:#?}"));
            }
            match (json::parse(expected.as_bytes()), json::parse(given.as_bytes())) {
                (Ok(wanted), Ok(given)) => {
                    problems.extend(difference(&wanted, &given, "decision"));
                }
                (Err(_), _) => problems.push("what is expected is no JSON".to_owned()),
                (_, Err(_)) => problems.push("the decision is no JSON".to_owned()),
            }
        }
        (Err(what), _) | (_, Err(what)) => problems.push(what),
    }
    problems
}

/// Where a document lacks what is wanted of it.
fn difference(wanted: &Doc, given: &Doc, path: &str) -> Option<String> {
    match (wanted, given) {
        (Doc::Object(wanted), Doc::Object(given)) => wanted.iter().find_map(|(name, wanted)| {
            let below = format!("{path}.{name}");
            match given.iter().find(|(other, _)| other == name) {
                Some((_, given)) => difference(wanted, given, &below),
                None => Some(format!("{below} is missing")),
            }
        }),
        (Doc::Array(wanted), Doc::Array(given)) => {
            if wanted.len() != given.len() {
                return Some(format!(
                    "{path} has {} elements and not {}: {given:?}",
                    given.len(),
                    wanted.len()
                ));
            }
            wanted
                .iter()
                .zip(given)
                .enumerate()
                .find_map(|(index, (wanted, given))| difference(wanted, given, &format!("{path}[{index}]")))
        }
        (wanted, given) => (wanted != given).then(|| format!("{path} is {given:?} and not {wanted:?}")),
    }
}
