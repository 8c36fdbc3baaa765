//! Tests: which there are, and what comes of running them.

use std::collections::BTreeMap;

use gen_lsp_types::{MessageType, Range, Uri};
use policy_testing::diff::Line;
use policy_testing::result::Case;
use policy_testing::{Failure as Wrong, Results as Outcome, Status, TestOptions};
use serde::{Deserialize, Serialize};

use super::coverage;
use crate::analysis::Analysis;
use crate::convert::{self, Places};
use crate::failure::Failure;
use crate::index::Kind;
use crate::lines::Encoding;
use crate::server::{Server, View};

/// Runs one test.
pub(crate) const RUN: &str = "policy.runTest";
/// Runs all tests of a module.
pub(crate) const RUN_ALL: &str = "policy.runTests";
/// Runs all tests of a module, and shows what they reach.
pub(crate) const COVERAGE: &str = "policy.runTestsWithCoverage";

/// Which tests are meant.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Asked {
    /// A document of the project.
    pub(super) uri: String,
    /// Only those of this module.
    #[serde(default)]
    module: Option<String>,
    /// Only the one of this name, as it is written.
    #[serde(default)]
    name: Option<String>,
}

/// A test.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Test {
    id: String,
    uri: String,
    module: String,
    name: String,
    kind: &'static str,
    range: Range,
}

/// The answer to `policy/tests`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Tests {
    tests: Vec<Test>,
}

/// The name of a test in all requests: its module and what is written between its quotes.
fn id(module: &str, name: &str) -> String {
    format!("{module}: {name}")
}

pub(crate) fn tests(server: &mut Server, asked: Asked) -> Result<Tests, Failure> {
    let view = server.view(&Uri(asked.uri.clone()))?;
    Ok(Tests { tests: listed(&view, &asked, server.encoding()) })
}

fn listed(view: &View, asked: &Asked, encoding: Encoding) -> Vec<Test> {
    let analysis = &view.analysis;
    let mut out = Vec::new();
    for module in analysis.workspace.checked.modules.iter().filter(|m| !m.std) {
        let wanted = asked.module.as_ref().is_none_or(|name| *name == module.name);
        if !wanted || !analysis.workspace.is_own(module.file) {
            continue;
        }
        let Some(uri) = analysis.uri(module.file) else { continue };
        for symbol in analysis.index().in_file(module.file) {
            if !matches!(symbol.kind, Kind::Test | Kind::Property) {
                continue;
            }
            let kind = symbol.kind.words();
            if asked.name.as_ref().is_none_or(|name| *name == symbol.name) {
                out.push(Test {
                    id: id(&module.name, &symbol.name),
                    uri: uri.0.clone(),
                    module: module.name.clone(),
                    name: symbol.name.clone(),
                    kind,
                    range: analysis.range(symbol.extent, encoding),
                });
            }
        }
    }
    out
}

/// A part of an expression that did not hold.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Part {
    source: String,
    value: String,
    range: Range,
}

/// Something that was not as expected.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Told {
    uri: String,
    range: Range,
    message: String,
    parts: Vec<Part>,
    diff: Vec<String>,
    notes: Vec<String>,
}

/// What came of a test.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Ran {
    id: String,
    module: String,
    name: String,
    row: Option<usize>,
    uri: String,
    range: Range,
    status: &'static str,
    failures: Vec<Told>,
    reason: Option<String>,
}

/// The answer to `policy/runTests`.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Results {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
    tests: Vec<Ran>,
    /// What stands in the way of running anything.
    pub(super) errors: Vec<gen_lsp_types::Diagnostic>,
}

pub(crate) fn run(server: &mut Server, asked: Asked) -> Result<Results, Failure> {
    let view = server.view(&Uri(asked.uri.clone()))?;
    // What rules find in tests is told by hover.
    let stop = Some(server.taken_back.flag());
    let options = TestOptions { coverage: true, stop, ..TestOptions::default() };
    let (results, outcome) = ran(&view, &asked, &options, server.encoding());
    if server.taken_back.now() {
        return Err(Failure::cancelled());
    }
    if let Some(measured) = outcome.and_then(|outcome| outcome.coverage) {
        coverage::remember(server, &view, &measured);
    }
    Ok(results)
}

/// Runs tests: what is told of them, and what came of the run.
pub(super) fn ran(
    view: &View,
    asked: &Asked,
    options: &TestOptions,
    encoding: Encoding,
) -> (Results, Option<Outcome>) {
    let analysis = &view.analysis;
    let filter = match (&asked.module, &asked.name) {
        (Some(module), Some(name)) if !name.contains('{') => Some(id(module, name)),
        (Some(module), _) => Some(format!("{module}: ")),
        (None, _) => None,
    };
    let options = TestOptions { filter, ..options.clone() };
    let mut out = Results::default();
    let outcome = match policy_testing::run(&analysis.whole(), &options) {
        Ok(outcome) => outcome,
        Err(found) => {
            let none = BTreeMap::new();
            let places = Places { analysis, texts: &none, encoding, lines: None };
            let errors = found.iter().filter(|d| d.severity == policy_syntax::Severity::Error);
            let made = errors.map(|d| convert::diagnostic(d, analysis.range(d.primary, encoding), &places));
            out.errors = made.collect();
            return (out, None);
        }
    };
    let kinds = [Kind::Test, Kind::Property];
    for case in outcome.cases() {
        let symbol = analysis.index().around(case.location.file, case.location.span.lo, &kinds);
        let written = symbol.map_or(case.name, |symbol| symbol.name.as_str());
        let meant = asked.name.as_ref().is_none_or(|name| name == written)
            && asked.module.as_ref().is_none_or(|module| module == case.module);
        if !meant {
            continue;
        }
        match case.status {
            Status::Passed => out.passed += 1,
            Status::Failed(_) => out.failed += 1,
            Status::Skipped(_) => out.skipped += 1,
        }
        out.tests.extend(one(analysis, &case, written, encoding));
    }
    (out, Some(outcome))
}

fn one(analysis: &Analysis, case: &Case<'_>, written: &str, encoding: Encoding) -> Option<Ran> {
    let (status, failures, reason) = match case.status {
        Status::Passed => ("passed", Vec::new(), None),
        Status::Failed(list) => {
            ("failed", list.iter().filter_map(|one| told(analysis, one, encoding)).collect(), None)
        }
        Status::Skipped(reason) => ("skipped", Vec::new(), Some(reason.clone())),
    };
    Some(Ran {
        id: id(case.module, written),
        module: case.module.to_owned(),
        name: case.name.to_owned(),
        row: case.row,
        uri: analysis.uri(case.location.file)?.0,
        range: analysis.range(case.location, encoding),
        status,
        failures,
        reason,
    })
}

fn told(analysis: &Analysis, failure: &Wrong, encoding: Encoding) -> Option<Told> {
    let part = |part: &policy_testing::Part| Part {
        source: analysis.source(part.location).to_owned(),
        value: part.value.clone(),
        range: analysis.range(part.location, encoding),
    };
    let line = |line: &Line| match line {
        Line::Same(text) => format!("  {text}"),
        Line::Left(text) => format!("- {text}"),
        Line::Right(text) => format!("+ {text}"),
        Line::Skipped(count) => format!("  … {count} more"),
    };
    Some(Told {
        uri: analysis.uri(failure.location.file)?.0,
        range: analysis.range(failure.location, encoding),
        message: failure.message.clone(),
        parts: failure.parts.iter().map(part).collect(),
        diff: failure.diff.iter().map(line).collect(),
        notes: failure.notes.clone(),
    })
}

/// Tells what came of a run to an editor that sent a command and shows no answers.
pub(crate) fn tell(server: &Server, results: &Results) {
    let mut text =
        format!("{} passed, {} failed, {} skipped", results.passed, results.failed, results.skipped);
    for test in &results.tests {
        for failure in &test.failures {
            text.push_str(&format!("\n{}: {}", test.id, failure.message));
        }
    }
    if let Some(error) = results.errors.first() {
        let message = match &error.message {
            gen_lsp_types::Message::String(text) => text.clone(),
            gen_lsp_types::Message::MarkupContent(text) => text.value.clone(),
        };
        text = format!("tests cannot run: {message}");
    }
    let bad = results.failed > 0 || !results.errors.is_empty();
    let kind = if bad { MessageType::Error } else { MessageType::Info };
    server.notify("window/showMessage", serde_json::json!({ "type": kind, "message": text }));
}
