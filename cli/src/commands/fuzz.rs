//! `policyc fuzz`.

mod expected;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use policy_project::Overlay;
use policy_testing::Workspace;
use policy_testing::fuzz::{Finding, Fuzzed, fuzz};
use serde_json::json;

use crate::exit::Exit;
use crate::report;
use crate::shown;
use crate::terminal::{Paint, Terminal, tame};

/// Arguments of `fuzz`.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help("fuzz"))]
pub(crate) struct Arguments {
    /// The policy: an entry of policy.toml, or a policy's name; not needed where there is one.
    #[arg(value_name = "POLICY")]
    pub(super) policy: Option<String>,

    /// The project, or a source that stands alone.
    #[arg(short, long, default_value = ".", value_name = "PATH")]
    pub(super) project: PathBuf,

    /// How long to look, such as 500ms, 60s or 5m.
    #[arg(long = "for", value_name = "TIME", default_value = "10s", value_parser = length)]
    time: Duration,

    /// How many inputs to try at most; with it and a seed, a run is the same every time that the time suffices.
    #[arg(long, value_name = "N")]
    cases: Option<u64>,

    /// What inputs are drawn from.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub(super) seed: u64,

    /// Look for an input that breaks this too: what follows `expect` in a property of `input`, such as `p(input).outcome != allow or input.amount < 100`.
    #[arg(long, value_name = "EXPECTATION")]
    pub(super) expect: Option<String>,

    /// The form of the output.
    #[arg(long, value_name = "FORM", default_value = "human")]
    format: Form,
}

/// A form for findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people.
    Human,
    /// JSON.
    Json,
}

/// A length of time with its unit.
fn length(text: &str) -> Result<Duration, String> {
    let wanted = "write a length of time such as 500ms, 60s or 5m";
    let length = policy_vm::time::read_duration(text).ok_or(wanted)?;
    let seconds = u64::try_from(length.seconds).map_err(|_| wanted)?;
    Ok(Duration::new(seconds, length.nanos))
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    let workspace = match Workspace::open(&arguments.project, &Overlay::new()) {
        Ok(workspace) => workspace,
        Err(error) => {
            terminal.complain(&error.to_string());
            return Exit::NoAnswer;
        }
    };
    let asked = match workspace.entry(arguments.policy.as_deref()) {
        Ok(asked) => asked,
        Err(problem) if !workspace.has_errors() => {
            terminal.complain(&problem);
            return Exit::NoAnswer;
        }
        Err(_) => policy_testing::Asked { policy: 0, not_applicable_proceeds: false, entry: None },
    };
    let began = Instant::now();
    let most = arguments.cases.unwrap_or(u64::MAX);
    // What is expected has a share of the time.
    let share = if arguments.expect.is_some() { arguments.time / 2 } else { arguments.time };
    let mut more = |cases: u64| cases < most && (!cases.is_multiple_of(64) || began.elapsed() < share);
    let policy = u32::try_from(asked.policy).unwrap_or(u32::MAX);
    let fuzzed = match fuzz(&workspace, policy, arguments.seed, &mut more) {
        Ok(fuzzed) => fuzzed,
        Err(found) => {
            let files = shown::files(&workspace.project);
            let (colour, width) = (terminal.err_colour(), terminal.width());
            terminal.err(&report::human::findings(&found, &files, colour, width, report::MAX_SHOWN));
            return Exit::NoAnswer;
        }
    };
    let broken = match &arguments.expect {
        None => None,
        Some(_) => {
            let until = || began.elapsed() < arguments.time;
            match expected::look(arguments, &workspace, asked.policy, &until, most) {
                Ok(broken) => broken,
                Err(problem) => {
                    terminal.complain(&problem);
                    return Exit::NoAnswer;
                }
            }
        }
    };
    let name = workspace.checked.hir.policies.get(asked.policy).map_or("", |policy| policy.name.as_str());
    match arguments.format {
        Form::Human => human(name, &fuzzed, broken.as_deref(), terminal),
        Form::Json => terminal.line(&machine(name, &fuzzed, broken.as_deref())),
    }
    if fuzzed.found.is_empty() && broken.is_none() { Exit::Good } else { Exit::Found }
}

fn human(name: &str, fuzzed: &Fuzzed, broken: Option<&str>, terminal: &mut Terminal) {
    for one in &fuzzed.found {
        let head = match &one.finding {
            Finding::Fails { rule, code } => {
                let word = terminal.paint(Paint::Bad, "fails");
                format!("{word}  {}: {code}: {}", rule.as_deref().unwrap_or(name), tame(&one.message))
            }
            Finding::Disagree { stricter, looser } => {
                let word = terminal.paint(Paint::Care, "disagree");
                format!("{word}  {stricter} and {looser}")
            }
        };
        terminal.line(&head);
        terminal.line("");
        one.test.lines().for_each(|line| terminal.line(&format!("      {}", tame(line))));
        terminal.line("");
    }
    if let Some(test) = broken {
        let word = terminal.paint(Paint::Bad, "broken");
        terminal.line(&format!("{word}  what was expected\n"));
        test.lines().for_each(|line| terminal.line(&format!("      {}", tame(line))));
        terminal.line("");
    }
    let outcomes: Vec<String> = fuzzed
        .outcomes
        .iter()
        .map(|(outcome, times)| format!("{} {times}", outcome.replace('_', " ")))
        .collect();
    let cases = report::count(usize::try_from(fuzzed.cases).unwrap_or(usize::MAX), "input", "inputs");
    terminal.line(&format!("{name}: {cases}: {}", outcomes.join(", ")));
    if !fuzzed.never.is_empty() {
        terminal.line(&format!("never found anything: {}", fuzzed.never.join(", ")));
    }
}

fn machine(name: &str, fuzzed: &Fuzzed, broken: Option<&str>) -> String {
    let found: Vec<serde_json::Value> = fuzzed
        .found
        .iter()
        .map(|one| match &one.finding {
            Finding::Fails { rule, code } => {
                json!({ "kind": "fails", "rule": rule, "code": code, "message": one.message, "test": one.test })
            }
            Finding::Disagree { stricter, looser } => {
                json!({ "kind": "disagree", "stricter": stricter, "looser": looser, "test": one.test })
            }
        })
        .collect();
    let document = json!({
        "schema": 1,
        "policy": name,
        "cases": fuzzed.cases,
        "outcomes": fuzzed.outcomes,
        "never": fuzzed.never,
        "found": found,
        "broken": broken,
    });
    document.to_string()
}
