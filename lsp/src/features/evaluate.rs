//! A decision about a document, shown beside the policy: what was decided, and why.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use gen_lsp_types::{Range, Uri};
use policy_bytecode::scalar::Timestamp;
use policy_compiler::Options;
use policy_project::formats::{self, Format};
use policy_project::{confine, load};
use policy_testing::explain::{self, Ending, RuleStory};
use policy_testing::{Asked as Named, Workspace};
use policy_vm::decision::{Decision, Outcome};
use policy_vm::{Evaluator, Request, Snapshot};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::analysis::Analysis;
use crate::clock;
use crate::failure::Failure;
use crate::lines::Encoding;
use crate::server::{Server, View};
use crate::uri;

/// Decides about a document.
pub(crate) const EVALUATE: &str = "policy.evaluate";

/// What is asked.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Asked {
    /// A document of the project.
    uri: String,
    /// The policy: an entry of `policy.toml`, or its name.
    #[serde(default)]
    policy: Option<String>,
    /// A file to decide about.
    #[serde(default)]
    input: Option<String>,
    /// Or the document itself.
    #[serde(default)]
    document: Option<Value>,
    /// The time of the decision, such as `2026-11-21T00:00:00Z`.
    #[serde(default)]
    now: Option<String>,
}

/// A value that was looked at on the way.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Seen {
    uri: String,
    range: Range,
    source: String,
    value: String,
}

/// What a rule came to.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Story {
    rule: String,
    effect: &'static str,
    uri: String,
    range: Range,
    ending: Option<&'static str>,
    values: Vec<Seen>,
}

/// The answer.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Evaluated {
    policy: String,
    outcome: &'static str,
    decision: Value,
    rules: Vec<Story>,
    /// To be shown as it is.
    markdown: String,
    #[serde(skip)]
    decided_by: Vec<String>,
    #[serde(skip)]
    misfits: bool,
}

pub(crate) fn evaluate(server: &mut Server, asked: Asked) -> Result<Evaluated, Failure> {
    let view = server.view(&Uri(asked.uri.clone()))?;
    let json = input(server, &asked)?;
    let now = match &asked.now {
        None => clock::now(),
        Some(text) => Some(
            clock::time(text).ok_or_else(|| Failure::params(format!("`{text}` is no time with a zone")))?,
        ),
    };
    decided(&view, asked.policy.as_deref(), &json, now, server.encoding())
}

/// Decides about a document.
fn decided(
    view: &View,
    policy: Option<&str>,
    json: &[u8],
    now: Option<Timestamp>,
    encoding: Encoding,
) -> Result<Evaluated, Failure> {
    let workspace = &*view.analysis.whole();
    let named = workspace.entry(policy).map_err(Failure::params)?;
    let refused = |found: Vec<policy_syntax::Diagnostic>| {
        let first = found.first().map(|d| d.message.clone()).unwrap_or_default();
        Failure::refused(format!("no decision can be made: {first}"))
    };
    let linked = workspace.link(Options { instrument: true, tests: false }).map_err(refused)?;
    let problems = workspace.content_problems(&linked.program);
    if !problems.is_empty() {
        return Err(refused(problems));
    }
    let snapshot = snapshot(workspace, &linked, &named)?;
    let request = Request {
        now,
        limits: workspace.limits(),
        not_applicable_proceeds: named.not_applicable_proceeds,
        ..Request::default()
    };
    let policies = &workspace.checked.hir.policies;
    let name = policies.get(named.policy).map(|policy| policy.name.clone()).unwrap_or_default();
    let number = u32::try_from(named.policy).unwrap_or(u32::MAX);
    let mut evaluator = Evaluator::new(&linked.program, &snapshot);
    let program = evaluator.program().clone();
    let mut observer = explain::Observed::new(&program, number, policies);
    let decision = evaluator.judge_observed(number, json, &request, &mut observer).decision();
    let stories = observer.stories();
    let rules: Vec<Story> =
        stories.iter().filter_map(|story| of_story(&view.analysis, story, encoding)).collect();
    let decided_by = decision.reasons.iter().map(|finding| finding.rule.clone()).collect();
    Ok(Evaluated {
        outcome: outcome(&decision),
        decision: serde_json::from_str(&decision.to_json()).unwrap_or(Value::Null),
        markdown: markdown(&name, &decision, &rules),
        policy: name,
        rules,
        decided_by,
        misfits: !decision.errors.is_empty(),
    })
}

/// What is decided about the document in a file, as a test expects it.
pub(super) fn verdict(server: &Server, view: &View, policy: &str, path: &Path) -> Result<String, Failure> {
    let json = of_file(server, path)?;
    let decided = decided(view, Some(policy), &json, clock::now(), server.encoding())?;
    if decided.misfits {
        return Err(Failure::refused("the document does not fit"));
    }
    let mut by: Vec<&str> = decided.decided_by.iter().map(String::as_str).collect();
    by.dedup();
    let verb = match decided.outcome {
        "allow" => "allows",
        "deny" => "denies",
        "escalate" => "escalates",
        _ => return Ok("is not_applicable".to_owned()),
    };
    let plain = |rule: &&str| rule.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
    Ok(match by.as_slice() {
        [] => verb.to_owned(),
        [first, ..] if verb != "allows" && plain(first) => format!("{verb} by {first}"),
        _ => verb.to_owned(),
    })
}

/// The time of a test that is generated.
pub(super) fn today() -> String {
    clock::today()
}

/// The document, as JSON.
fn input(server: &Server, asked: &Asked) -> Result<Vec<u8>, Failure> {
    if let Some(document) = &asked.document {
        return Ok(document.to_string().into_bytes());
    }
    let Some(name) = &asked.input else {
        return Err(Failure::params("no input: give a file as `input`, or the document as `document`"));
    };
    let path = uri::path(&Uri(name.clone())).unwrap_or_else(|| PathBuf::from(name));
    of_file(server, &path)
}

/// The document in a file, as the editor holds it.
fn of_file(server: &Server, path: &Path) -> Result<Vec<u8>, Failure> {
    let held = server.documents.get(&uri::real_path(path)).map(|document| document.text.as_bytes().to_vec());
    let bytes = match held {
        Some(bytes) => bytes,
        None => confine::read(path, load::MAX_DATA)
            .map_err(|error| Failure::params(format!("{} cannot be read: {error}", path.display())))?,
    };
    read(path, &bytes)
}

fn read(path: &Path, bytes: &[u8]) -> Result<Vec<u8>, Failure> {
    let format = Format::of_path(path).or_else(|| formats::sniff(bytes)).unwrap_or(Format::Json);
    if format == Format::Json {
        // What is no JSON is a misfit that the machine tells.
        return Ok(bytes.to_vec());
    }
    formats::one_document_as(format, bytes, &formats::Columns::default())
        .map_err(|error| Failure::params(format!("{} is {error}", path.display())))
}

fn snapshot(
    workspace: &Workspace,
    linked: &policy_testing::Linked,
    named: &Named,
) -> Result<Snapshot, Failure> {
    let mut builder = workspace.data(&linked.program, &[]);
    let policy = workspace.checked.hir.policies.get(named.policy).map_or("", |p| p.name.as_str());
    let bound = named.entry.as_ref().map(|entry| workspace.parameters(&linked.program, entry));
    for parameter in bound.into_iter().flatten() {
        builder = builder.parameter(policy, &parameter.name, &parameter.json);
    }
    builder.build().map_err(|error| Failure::refused(error.to_string()))
}

fn outcome(decision: &Decision) -> &'static str {
    match decision.outcome {
        Outcome::Allow => "allow",
        Outcome::Deny => "deny",
        Outcome::Escalate => "escalate",
        Outcome::NotApplicable => "not_applicable",
    }
}

fn of_story(analysis: &Analysis, story: &RuleStory, encoding: Encoding) -> Option<Story> {
    let place = analysis.place(story.location, encoding)?;
    let mut values = Vec::new();
    for condition in story.shown.iter().flat_map(|shown| &shown.conditions) {
        let own = condition.value.iter().map(|value| (condition.location, value));
        for (at, value) in condition.parts.iter().map(|part| (part.location, &part.value)).chain(own) {
            let Some(place) = analysis.place(at, encoding) else { continue };
            values.push(Seen {
                uri: place.uri.0,
                range: place.range,
                source: analysis.source(at).to_owned(),
                value: value.clone(),
            });
        }
    }
    let ending = story.shown.as_ref().map(|shown| match shown.ending {
        Ending::Found => "found",
        Ending::Stopped => "stopped",
        Ending::Failed => "failed",
    });
    Some(Story {
        rule: story.rule.clone(),
        effect: story.effect,
        uri: place.uri.0,
        range: place.range,
        ending,
        values,
    })
}

fn markdown(policy: &str, decision: &Decision, rules: &[Story]) -> String {
    let mut out = format!("# {}: {}\n", policy, outcome(decision));
    let lists = [("Reasons", decision.reasons.as_slice()), ("Warnings", decision.warnings.as_slice())];
    for (title, findings) in lists {
        if !findings.is_empty() {
            let _ = write!(out, "\n## {title}\n\n");
        }
        for finding in findings {
            let message = &finding.message;
            let _ = writeln!(out, "- **{}** {message}", finding.rule);
            if let Some(fix) = &finding.fix {
                let _ = writeln!(out, "  - to mend it: {fix}");
            }
        }
    }
    if !decision.errors.is_empty() {
        out.push_str("\n## Errors\n\n");
        for problem in &decision.errors {
            let _ = writeln!(out, "- {}", problem.message);
        }
    }
    out.push_str("\n## Rules\n\n");
    for rule in rules {
        let ending = rule.ending.unwrap_or("not run");
        let _ = writeln!(out, "- `{} {}`: {ending}", rule.effect, rule.rule);
        for value in &rule.values {
            let source = value.source.split_whitespace().collect::<Vec<_>>().join(" ");
            let _ = writeln!(out, "  - `{source}` is `{}`", value.value);
        }
    }
    out
}
