//! `policyc test`.

mod floors;
mod output;
mod save;
mod shipped;
mod together;
mod watch;

use std::path::PathBuf;
use std::time::Duration;

use policy_bytecode::scalar::Timestamp;
use policy_project::manifest::ModeLevel;
use policy_project::{Files, Overlay};
use policy_testing::modes::Modes;
use policy_testing::{Results, TestOptions, Workspace, run_told};

use self::output::{CoverageReport, Form, Report};
use crate::clock;
use crate::exit::Exit;
use crate::report;
use crate::shown;
use crate::terminal::Terminal;

pub(crate) use self::output::file as write_file;

/// Arguments of `test`.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help("test"))]
pub(crate) struct Arguments {
    /// Projects, or sources that stand alone.
    #[arg(default_value = ".", value_name = "PATH")]
    projects: Vec<PathBuf>,

    /// Run only tests whose module and name, `module: name`, contain this, whatever the case.
    #[arg(short, long, value_name = "TEXT")]
    filter: Option<String>,

    /// Give a policy or a rule a mode: POLICY=MODE or POLICY.RULE=MODE; may be repeated. Those of policy.toml are the deployment's, and do not hold in tests.
    #[arg(short, long, value_name = "NAME=MODE", value_parser = policy_testing::modes::given)]
    mode: Vec<(String, ModeLevel)>,

    /// Hold the tests to a bundle: it must be what the project builds, and the tests run on a program that was written as a
    /// bundle is, and read as a stranger's.
    #[arg(short, long, value_name = "FILE", conflicts_with_all = ["watch", "coverage", "coverage_report", "suggest"])]
    bundle: Option<PathBuf>,

    /// How many tests run at once.
    #[arg(short, long, visible_alias = "threads", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,

    /// Run nothing more once a test has failed.
    #[arg(long)]
    fail_fast: bool,

    /// Let a skipped test fail the run.
    #[arg(long)]
    deny_skips: bool,

    /// What the cases of properties are drawn from; the same seed draws the same cases.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,

    /// How many cases each property is tried on, whatever it says itself.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    cases: Option<u64>,

    /// Write the smallest case that breaks a property as a test, next to the property.
    #[arg(long)]
    save_failures: bool,

    /// Measure what the tests reach.
    #[arg(long)]
    coverage: bool,

    /// Write what the tests reach to a file, or for html to a folder: FORMAT=PATH, of lcov, cobertura, json and html; may be repeated.
    #[arg(long, value_name = "FORMAT=PATH")]
    coverage_report: Vec<CoverageReport>,

    /// Look for inputs that cover what the tests do not, and print them as tests.
    #[arg(long)]
    suggest: bool,

    /// The time at which exceptions have lapsed or not, such as 2026-11-21T00:00:00Z; the clock's where it is not given.
    /// A test has a time of its own.
    #[arg(long, value_name = "TIME", value_parser = clock::time)]
    now: Option<Timestamp>,

    /// Run again what a change can affect, whenever a file of the project changes.
    #[arg(short, long)]
    watch: bool,

    /// List tests that passed too, with the time that each took.
    #[arg(short, long)]
    verbose: bool,

    /// The form of the output.
    #[arg(long, value_name = "FORM", default_value = "human")]
    format: Form,

    /// Write the results to a file beside the output: FORM=PATH; may be repeated.
    #[arg(long, value_name = "FORM=PATH")]
    report: Vec<Report>,
}

impl Arguments {
    fn measures(&self, workspace: &Workspace) -> bool {
        let floors = !workspace.project.manifest.test.coverage.is_empty();
        // A part of the tests reaches a part of the policies: floors are for all of them.
        (floors && self.filter.is_none()) || self.coverage || self.suggest || !self.coverage_report.is_empty()
    }
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    if arguments.watch {
        return watch::watch(arguments, terminal);
    }
    let mut exit = Exit::Good;
    let mut all = together::Together::default();
    for project in &arguments.projects {
        let Some(workspace) = open(project, terminal) else { return Exit::NoAnswer };
        if let Some(bundle) = &arguments.bundle
            && !workspace.has_errors()
            && let Err(message) = shipped::is_of(bundle, &workspace)
        {
            terminal.complain(&message);
            return Exit::Found;
        }
        match one(arguments, &workspace, None, terminal) {
            Ok(Some(tested)) => {
                exit = exit.worse(tested.exit);
                all.add(tested.results, &tested.files);
            }
            Ok(None) => {}
            Err(failed) => return failed,
        }
    }
    let (results, files) = all.finish();
    if results.cases().next().is_none() {
        terminal.complain(match &arguments.filter {
            Some(_) => "no test matches the filter",
            None => "the project has no test",
        });
        return Exit::NoAnswer;
    }
    exit.worse(output::write(arguments, &results, &files, terminal))
}

fn open(project: &std::path::Path, terminal: &mut Terminal) -> Option<Workspace> {
    match Workspace::open(project, &Overlay::new()) {
        Ok(workspace) => Some(workspace),
        Err(error) => {
            terminal.complain(&error.to_string());
            None
        }
    }
}

/// What came of one project.
struct Tested {
    results: Results,
    files: Files,
    exit: Exit,
}

/// Runs the tests of one project; nothing where it has none.
fn one(
    arguments: &Arguments,
    workspace: &Workspace,
    only: Option<Vec<usize>>,
    terminal: &mut Terminal,
) -> Result<Option<Tested>, Exit> {
    let modes = match workspace.with_modes(Modes::new(), &arguments.mode) {
        // What keeps tests from running is told first.
        Err(problem) if !workspace.has_errors() => {
            terminal.complain(&problem);
            return Err(Exit::NoAnswer);
        }
        modes => modes.unwrap_or_default(),
    };
    let times = arguments.verbose || !arguments.report.is_empty() || arguments.format.tells_times();
    let options = TestOptions {
        filter: arguments.filter.clone(),
        threads: arguments.jobs.map(usize::from),
        modes,
        fail_fast: arguments.fail_fast,
        seed: arguments.seed,
        cases: arguments.cases,
        without_properties: false,
        coverage: arguments.bundle.is_none() && arguments.measures(workspace),
        clock: times.then_some(since as fn() -> Duration),
        only,
        shipped: arguments.bundle.is_some(),
        stop: None,
    };
    let files = shown::files(&workspace.project);
    let bar = terminal.progress();
    let ran = run_told(workspace, &options, &|done, all| bar.tell(done, all));
    bar.end();
    let results = match ran {
        Ok(results) => results,
        Err(found) => {
            let (colour, width) = (terminal.err_colour(), terminal.width());
            terminal.err(&report::human::findings(&found, &files, colour, width, report::MAX_SHOWN));
            terminal.complain("no test can run: the project has errors");
            return Err(Exit::NoAnswer);
        }
    };
    // A lapsed exception fails no test: what it was for is decided as if it did not stand there.
    let lapsed = arguments.now.or_else(clock::now).map(|now| workspace.lapsed(now)).unwrap_or_default();
    if !lapsed.is_empty() {
        let (colour, width) = (terminal.err_colour(), terminal.width());
        terminal.err(&report::human::findings(&lapsed, &files, colour, width, report::MAX_SHOWN));
    }
    if results.cases().next().is_none() {
        return Ok(None);
    }
    let (_, failed, skipped) = results.counts();
    let mut exit = if failed > 0 { Exit::Found } else { Exit::Good };
    if arguments.deny_skips && skipped > 0 {
        terminal.complain(&format!(
            "{} skipped, which --deny-skips forbids",
            report::count(skipped, "test is", "tests are")
        ));
        exit = Exit::Found;
    }
    if arguments.save_failures {
        save::save(workspace, &results, terminal);
    }
    exit = exit.worse(floors::hold(arguments, workspace, &results, &files, terminal));
    Ok(Some(Tested { results, files, exit }))
}

/// The time since the process began.
fn since() -> Duration {
    static BEGAN: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    BEGAN.get_or_init(std::time::Instant::now).elapsed()
}
