//! `policyc diff`.

mod versions;

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::ValueEnum;
use policy_bytecode::scalar::Timestamp;
use policy_testing::compare::{Class, Difference, RuleChanges, class, drawn, rule_changes};
use policy_testing::probe::says;
use serde_json::json;

use self::versions::Both;
use crate::clock;
use crate::exit::Exit;
use crate::inputs;
use crate::report;
use crate::terminal::{Paint, Terminal, tame};

/// Arguments of `diff`.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help("diff"))]
pub(crate) struct Arguments {
    /// The old version: a folder, a source that stands alone, a revision of git, or a bundle.
    #[arg(value_name = "OLD")]
    old: String,

    /// The new version, likewise.
    #[arg(value_name = "NEW", default_value = ".")]
    new: String,

    /// The project within a revision, where it is not the folder that the command runs in.
    #[arg(short, long, default_value = ".", value_name = "PATH")]
    project: PathBuf,

    /// Only this policy, by its name.
    #[arg(short, long, value_name = "NAME")]
    entry: Option<String>,

    /// Documents to decide about with both: a file, a folder, or a pattern; may be repeated.
    #[arg(short, long, value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// How many inputs to draw for each policy; 0 for none.
    #[arg(long, value_name = "N", default_value_t = 3000)]
    cases: u64,

    /// What inputs are drawn from.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,

    /// The time of decisions about documents.
    #[arg(long, value_name = "TIME", value_parser = clock::time)]
    now: Option<Timestamp>,

    /// Fail where decisions differ so; may be repeated.
    #[arg(long, value_name = "CLASS")]
    fail_on: Vec<Wanted>,

    /// The form of the output.
    #[arg(long, value_name = "FORM", default_value = "human")]
    format: Form,
}

/// A class of differences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Wanted {
    /// More goes through.
    Looser,
    /// Less goes through.
    Stricter,
    /// Another outcome that lets as much through.
    Reclassified,
    /// The same outcome, by other rules or with other duties.
    OtherReasons,
    /// Any of them.
    Any,
}

impl Wanted {
    fn holds(self, class: Class) -> bool {
        match self {
            Self::Looser => class == Class::Looser,
            Self::Stricter => class == Class::Stricter,
            Self::Reclassified => class == Class::Reclassified,
            Self::OtherReasons => class == Class::OtherReasons,
            Self::Any => true,
        }
    }
}

/// A form for differences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people.
    Human,
    /// JSON.
    Json,
}

/// What is told where a version is a bundle without its sources.
const WITHOUT_SOURCES: &str = "note: a bundle here was built without --sources: of its rules the names, effects, messages, annotations and what they read are known, \
of functions, `let`s and conditions nothing but what they decide";

/// A document about which the versions differ.
struct OnDocument {
    document: String,
    policy: String,
    class: Class,
    old: String,
    new: String,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    let Some(both) = versions::open(&arguments.old, &arguments.new, &arguments.project, terminal) else {
        return Exit::NoAnswer;
    };
    let changes = rule_changes(&both.old, &both.new);
    let sources = both.old.has_sources() && both.new.has_sources();
    let Some(policies) = policies(arguments, &both, terminal) else { return Exit::NoAnswer };
    let mut decided = 0;
    let documents = match on_documents(arguments, &both, &policies, &mut decided) {
        Ok(documents) => documents,
        Err(problems) => {
            problems.iter().for_each(|problem| terminal.complain(problem));
            return Exit::NoAnswer;
        }
    };
    let mut found = Vec::new();
    for policy in policies.iter().filter(|_| arguments.cases > 0) {
        found.extend(drawn(&both.old, &both.new, policy, arguments.cases, arguments.seed));
    }
    match arguments.format {
        Form::Human => {
            human(&changes, sources, &documents, decided, &found, terminal);
            if !sources {
                terminal.line(WITHOUT_SOURCES);
            }
        }
        Form::Json => terminal.line(&machine(&changes, sources, &documents, decided, &found)),
    }
    let classes = documents.iter().map(|one| one.class).chain(found.iter().map(|one| one.class));
    let fails = classes.into_iter().any(|class| arguments.fail_on.iter().any(|wanted| wanted.holds(class)));
    if fails { Exit::Found } else { Exit::Good }
}

/// The policies that both versions have: those that are asked for.
fn policies(arguments: &Arguments, both: &Both, terminal: &mut Terminal) -> Option<Vec<String>> {
    let named = |name: &str| {
        let last = name.rsplit('.').next().unwrap_or(name);
        arguments.entry.as_deref().is_none_or(|entry| entry == name || entry == last)
    };
    let own = both.new.policies().iter();
    let all: Vec<String> =
        own.filter(|name| named(name) && both.old.policy(name).is_some()).cloned().collect();
    if all.is_empty() && arguments.entry.is_some() {
        terminal.complain("no policy of this name is in both versions");
        return None;
    }
    Some(all)
}

fn on_documents(
    arguments: &Arguments,
    both: &Both,
    policies: &[String],
    decided: &mut usize,
) -> Result<Vec<OnDocument>, Vec<String>> {
    let (found, mut problems) = inputs::find(&arguments.inputs);
    let now = arguments.now.or_else(clock::now).unwrap_or_default();
    let mut out = Vec::new();
    for input in found {
        let columns = policy_project::formats::Columns::default();
        let documents = match inputs::read(&input, None, inputs::MAX_INPUT, &columns) {
            Ok(documents) => documents,
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        let many = documents.len() > 1;
        for (number, document) in (1..).zip(documents) {
            let shown = if many { format!("{} ({number})", input.shown()) } else { input.shown() };
            let document = match document {
                Ok(document) => document,
                Err(error) => {
                    problems.push(format!("{shown}: {error}"));
                    continue;
                }
            };
            // A line of decisions that were recorded holds the document that was decided about.
            let json = recorded(&document.json).unwrap_or(document.json);
            *decided += 1;
            for policy in policies {
                let (Some(before), Some(after)) = (both.old.policy(policy), both.new.policy(policy)) else {
                    continue;
                };
                let (old, new) = (both.old.decide(before, &json, now), both.new.decide(after, &json, now));
                if let Some(class) = class(&old, &new) {
                    let (old, new) = (says(&old), says(&new));
                    out.push(OnDocument { document: shown.clone(), policy: policy.clone(), class, old, new });
                }
            }
        }
    }
    if problems.is_empty() { Ok(out) } else { Err(problems) }
}

/// The document of a recorded decision: its `input`, where `decision` or `outcome` stands beside it.
fn recorded(json: &[u8]) -> Option<Vec<u8>> {
    let value: BTreeMap<String, Box<serde_json::value::RawValue>> = serde_json::from_slice(json).ok()?;
    let told = value.contains_key("decision") || value.contains_key("outcome");
    let input = value.get("input").filter(|_| told)?;
    Some(input.get().as_bytes().to_vec())
}

fn human(
    changes: &RuleChanges,
    sources: bool,
    documents: &[OnDocument],
    decided: usize,
    found: &[Difference],
    terminal: &mut Terminal,
) {
    for (name, kind, change) in changes {
        let paint = match change {
            policy_testing::compare::RuleChange::Added => Paint::Good,
            policy_testing::compare::RuleChange::Removed => Paint::Bad,
            policy_testing::compare::RuleChange::Changed => Paint::Care,
        };
        let word = terminal.paint(paint, change.name());
        terminal.line(&format!("{word}  {kind} {name}"));
    }
    if changes.is_empty() {
        terminal.line(if sources {
            "the policies say the same"
        } else {
            "what is told of the policies is the same"
        });
    }
    let head = |class: Class, terminal: &Terminal| {
        let paint = match class {
            Class::Looser => Paint::Bad,
            Class::Stricter => Paint::Good,
            Class::Reclassified | Class::OtherReasons => Paint::Care,
        };
        terminal.paint(paint, class.name())
    };
    for one in documents {
        let word = head(one.class, terminal);
        terminal.line(&format!(
            "{word}  {}  {}: {}, now {}",
            tame(&one.document),
            one.policy,
            one.old,
            one.new
        ));
    }
    for one in found {
        let word = head(one.class, terminal);
        let cases =
            report::count(usize::try_from(one.count).unwrap_or(usize::MAX), "input drawn", "inputs drawn");
        terminal.line(&format!("\n{word}  {}: {}, now {}; {cases} like it\n", one.policy, one.old, one.new));
        one.witness.lines().for_each(|line| terminal.line(&format!("      {}", tame(line))));
    }
    let mut parts = Vec::new();
    if decided > 0 {
        parts.push(format!("{} of {}", documents.len(), report::count(decided, "document", "documents")));
    }
    let classes: Vec<&str> = found.iter().map(|one| one.class.name()).collect();
    parts.push(if classes.is_empty() {
        "no drawn input".to_owned()
    } else {
        format!("drawn inputs ({})", classes.join(", "))
    });
    terminal.line(&format!("\ndecided otherwise: {}", parts.join(", ")));
}

fn machine(
    changes: &RuleChanges,
    sources: bool,
    documents: &[OnDocument],
    decided: usize,
    found: &[Difference],
) -> String {
    let changes: Vec<_> = changes
        .iter()
        .map(|(name, kind, change)| json!({ "name": name, "kind": kind, "change": change.name() }))
        .collect();
    let documents: Vec<_> = documents
        .iter()
        .map(|one| {
            json!({ "document": one.document, "policy": one.policy, "class": one.class.name(), "old": one.old, "new": one.new })
        })
        .collect();
    let found: Vec<_> = found
        .iter()
        .map(|one| {
            json!({
                "policy": one.policy, "class": one.class.name(), "count": one.count, "old": one.old, "new": one.new,
                "witness": one.witness,
            })
        })
        .collect();
    json!({ "schema": 1, "sources": sources, "changes": changes, "decided": decided, "documents": documents, "drawn": found })
        .to_string()
}
