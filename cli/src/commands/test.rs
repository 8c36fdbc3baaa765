//! `policyc test`.

use std::path::PathBuf;

use clap::ValueEnum;
use policy_bytecode::scalar::Timestamp;
use policy_project::Overlay;
use policy_project::manifest::ModeLevel;
use policy_testing::modes::Modes;
use policy_testing::{TestOptions, Workspace, report as machine};

use crate::clock;
use crate::exit::Exit;
use crate::report;
use crate::shown;
use crate::terminal::Terminal;

/// Arguments of `test`.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help("test"))]
pub(crate) struct Arguments {
    /// The project, or a source that stands alone.
    #[arg(default_value = ".", value_name = "PATH")]
    project: PathBuf,

    /// Run only tests whose module and name, `module: name`, contain this, whatever the case.
    #[arg(short, long, value_name = "TEXT")]
    filter: Option<String>,

    /// Give a policy or a rule a mode: POLICY=MODE or POLICY.RULE=MODE; may be repeated. Those of policy.toml are the deployment's, and do not hold in tests.
    #[arg(short, long, value_name = "NAME=MODE", value_parser = policy_testing::modes::given)]
    mode: Vec<(String, ModeLevel)>,

    /// How many tests run at once.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,

    /// The time at which exceptions have lapsed or not, such as 2026-11-21T00:00:00Z; the clock's where it is not given.
    /// A test has a time of its own.
    #[arg(long, value_name = "TIME", value_parser = clock::time)]
    now: Option<Timestamp>,

    /// List tests that passed too.
    #[arg(short, long)]
    verbose: bool,

    /// The form of the output.
    #[arg(long, value_name = "FORM", default_value = "human")]
    format: Form,
}

/// A form for results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people.
    Human,
    /// JSON.
    Json,
    /// JUnit XML, for build servers.
    Junit,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    let workspace = match Workspace::open(&arguments.project, &Overlay::new()) {
        Ok(workspace) => workspace,
        Err(error) => {
            terminal.complain(&error.to_string());
            return Exit::NoAnswer;
        }
    };
    let modes = match workspace.with_modes(Modes::new(), &arguments.mode) {
        // What keeps tests from running is told first.
        Err(problem) if !workspace.has_errors() => {
            terminal.complain(&problem);
            return Exit::NoAnswer;
        }
        modes => modes.unwrap_or_default(),
    };
    let options =
        TestOptions { filter: arguments.filter.clone(), threads: arguments.threads.map(usize::from), modes };
    let files = shown::files(&workspace.project);
    let results = match policy_testing::run(&workspace, &options) {
        Ok(results) => results,
        Err(found) => {
            let text = report::human::findings(
                &found,
                &files,
                terminal.err_colour(),
                terminal.width(),
                report::MAX_SHOWN,
            );
            terminal.err(&text);
            terminal.complain("no test can run: the project has errors");
            return Exit::NoAnswer;
        }
    };
    // A lapsed exception fails no test: what it was for is decided as if it did not stand there.
    let lapsed = arguments.now.or_else(clock::now).map(|now| workspace.lapsed(now)).unwrap_or_default();
    if !lapsed.is_empty() {
        let (colour, width) = (terminal.err_colour(), terminal.width());
        terminal.err(&report::human::findings(&lapsed, &files, colour, width, report::MAX_SHOWN));
    }
    match arguments.format {
        Form::Human => {
            let look = report::tests::Look {
                colour: terminal.out_colour(),
                width: terminal.width(),
                all: arguments.verbose,
            };
            terminal.out(&report::tests::results(&results, &files, look));
        }
        Form::Json => terminal.out(&machine::json(&results, &files)),
        Form::Junit => terminal.out(&machine::junit(&results, &files)),
    }
    let floors = &workspace.project.manifest.test.coverage;
    if !floors.is_empty() {
        let names: Vec<&str> = floors.keys().copied().collect();
        let names = names.join(", ");
        terminal.complain(&format!(
            "policy.toml asks for coverage of {names}; this version does not measure coverage, so that the floor is not held"
        ));
    }
    let (_, failed, _) = results.counts();
    if results.tests.is_empty() && results.properties.is_empty() {
        terminal.complain(match &arguments.filter {
            Some(_) => "no test matches the filter",
            None => "the project has no test",
        });
        return Exit::NoAnswer;
    }
    if failed > 0 { Exit::Found } else { Exit::Good }
}
