//! `policyc mutate`.

mod page;
mod since;

use std::path::PathBuf;

use clap::ValueEnum;
use policy_project::manifest::FILE_NAME;
use policy_project::{Files, Overlay};
use policy_syntax::Location;
use policy_testing::Workspace;
use policy_testing::mutate::{Fate, Kept, Mutants, MutateOptions, NoMutants, Wanted, lines, mutate};
use serde_json::{Value, json};

use super::test::write_file;
use crate::exit::Exit;
use crate::report;
use crate::shown;
use crate::terminal::{Paint, Terminal, tame};

/// Arguments of `mutate`.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help("mutate"))]
pub(crate) struct Arguments {
    /// The project, or a source that stands alone.
    #[arg(default_value = ".", value_name = "PATH")]
    project: PathBuf,

    /// Fail where the tests notice less than this share of the mutants, in percent.
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u64).range(0..=100))]
    min_score: Option<u64>,

    /// Change only what differs from a revision of git.
    #[arg(long, value_name = "REV")]
    since: Option<String>,

    /// Change only rules, policies and functions whose name contains this.
    #[arg(short, long, value_name = "TEXT")]
    filter: Option<String>,

    /// Make at most so many changes of each kind, drawn by the seed.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    sample: Option<u16>,

    /// How many mutants run at once.
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,

    /// What is drawn from it: the sample, and inputs that tell survivors from the original.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,

    /// Where to keep what becomes of changes, for runs in which nothing differs that they depend on; target/policyc in the
    /// project where it is not given.
    #[arg(long, value_name = "FOLDER")]
    cache: Option<PathBuf>,

    /// Run all changes, and keep nothing.
    #[arg(long, conflicts_with = "cache")]
    no_cache: bool,

    /// The form of the output.
    #[arg(long, value_name = "FORM", default_value = "human")]
    format: Form,

    /// Write a page that shows all mutants.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,

    /// List mutants that tests notice too.
    #[arg(short, long)]
    verbose: bool,
}

/// A form for mutants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people.
    Human,
    /// JSON.
    Json,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    let workspace = match Workspace::open(&arguments.project, &Overlay::new()) {
        Ok(workspace) => workspace,
        Err(error) => {
            terminal.complain(&error.to_string());
            return Exit::NoAnswer;
        }
    };
    let changed = match &arguments.since {
        None => None,
        Some(revision) => match since::changed(&workspace.project.root, revision) {
            Ok(changed) => Some(changed),
            Err(problem) => {
                terminal.complain(&problem);
                return Exit::NoAnswer;
            }
        },
    };
    let files = shown::files(&workspace.project);
    let wanted = |at: Location| {
        let Some(file) = workspace.project.files.get(at.file) else { return false };
        let lines = file.position(at.span.lo).0..=file.position(at.span.hi).0;
        changed.as_ref().is_none_or(|changed| changed.touches(&file.path, lines))
    };
    let bar = terminal.progress();
    let folder = arguments.cache.clone().unwrap_or_else(|| workspace.project.root.join("target/policyc"));
    // Beside a source that stands alone nothing is written unless somebody asks for it.
    let is_project = workspace.project.root.join(FILE_NAME).exists();
    let keeps = !arguments.no_cache && (is_project || arguments.cache.is_some());
    let kept = keeps.then(|| Kept::read(&folder.join("mutants.json")));
    let options = MutateOptions {
        threads: arguments.jobs.map(usize::from),
        wanted: changed.is_some().then_some(&wanted as Wanted<'_>),
        named: arguments.filter.as_deref(),
        sample: arguments.sample.map(usize::from),
        seed: arguments.seed,
        kept: kept.as_ref(),
    };
    let ran = mutate(&workspace, options, &|done, all| bar.tell(done, all));
    bar.end();
    let mutants = match ran {
        Ok(mutants) => mutants,
        Err(NoMutants::Errors(found)) => {
            let (colour, width) = (terminal.err_colour(), terminal.width());
            terminal.err(&report::human::findings(&found, &files, colour, width, report::MAX_SHOWN));
            terminal.complain("nothing can be changed: the project has errors");
            return Exit::NoAnswer;
        }
        Err(NoMutants::Failing(test)) => {
            terminal.complain(&format!(
                "the test \"{test}\" fails already: mend it first, it would notice every change"
            ));
            return Exit::NoAnswer;
        }
    };
    let whole = arguments.since.is_none() && arguments.filter.is_none() && arguments.sample.is_none();
    // A folder that cannot be written costs time, and nothing else; one that was asked for is missed.
    if let Some(Err(error)) = kept.as_ref().map(|kept| kept.write(whole))
        && arguments.cache.is_some()
    {
        terminal.complain(&format!("{} cannot be written: {error}", folder.display()));
    }
    match arguments.format {
        Form::Human => human(arguments, &mutants, &files, terminal),
        Form::Json => terminal.line(&machine(&mutants, &files).to_string()),
    }
    let mut exit = Exit::Good;
    if let Some(path) = &arguments.html {
        exit = exit.worse(write_file(path, &page::page(&mutants, &files), terminal));
    }
    exit.worse(asked(arguments, &workspace, &mutants, &files, terminal))
}

/// Whether the tests notice as much as the command line and `policy.toml` ask for. What the latter says is about all changes.
fn asked(
    arguments: &Arguments,
    workspace: &Workspace,
    mutants: &Mutants,
    files: &Files,
    terminal: &mut Terminal,
) -> Exit {
    let mut exit = Exit::Good;
    let whole = arguments.since.is_none() && arguments.filter.is_none() && arguments.sample.is_none();
    let settings = &workspace.project.manifest.test.mutants;
    let floor = settings.score.as_ref().filter(|_| whole).map(|score| score.value);
    if let Some(least) = arguments.min_score.max(floor).filter(|least| mutants.score() < *least) {
        terminal.complain(&format!(
            "the tests notice {} % of the changes; at least {least} % was asked for",
            mutants.score()
        ));
        exit = Exit::Found;
    }
    let counts = mutants.counts();
    let unexplained = counts.survived - counts.explained;
    if let Some(most) = settings.unexplained.as_ref().filter(|_| whole)
        && unexplained as u64 > most.value
    {
        let shown = report::count(unexplained, "change is", "changes are");
        terminal.complain(&format!(
            "{shown} neither noticed nor explained; policy.toml lets {} be so",
            most.value
        ));
        exit = Exit::Found;
    }
    for place in &mutants.idle {
        terminal.complain(&format!("{}: this explains no change that survives", files.show(*place)));
        exit = Exit::Found;
    }
    exit
}

fn human(arguments: &Arguments, mutants: &Mutants, files: &Files, terminal: &mut Terminal) {
    for mutant in &mutants.mutants {
        let (paint, word) = match &mutant.fate {
            Fate::Survived(_) if mutant.explained.is_some() => (Paint::Care, "explained"),
            Fate::Survived(_) => (Paint::Bad, "survived"),
            Fate::Killed(_) if arguments.verbose => (Paint::Good, "killed"),
            Fate::TimedOut(_) if arguments.verbose => (Paint::Care, "timed out"),
            Fate::Equivalent if arguments.verbose => (Paint::Faint, "equivalent"),
            Fate::Killed(_) | Fate::TimedOut(_) | Fate::Equivalent | Fate::Invalid => continue,
        };
        let word = terminal.paint(paint, word);
        let place = terminal.paint(Paint::Faint, &files.show(mutant.location));
        terminal.line(&format!("{word}  {} in {}  {place}", mutant.change.name(), tame(&mutant.within)));
        match &mutant.fate {
            Fate::Killed(test) | Fate::TimedOut(test) => terminal.line(&format!("      by {}", tame(test))),
            Fate::Equivalent | Fate::Invalid => {}
            Fate::Survived(witness) => {
                let (before, after) = lines(files, mutant.location, &mutant.after);
                for (sign, paint, text) in [("-", Paint::Bad, before), ("+", Paint::Good, after)] {
                    for line in text.lines() {
                        let line = terminal.paint(paint, &format!("{sign} {}", tame(line)));
                        terminal.line(&format!("      {line}"));
                    }
                }
                if let Some(because) = &mutant.explained {
                    terminal.line(&format!("      because {}\n", tame(because)));
                    continue;
                }
                match witness {
                    Some(test) => {
                        terminal.line("      a test that would notice it:\n");
                        test.lines().for_each(|line| terminal.line(&format!("      {}", tame(line))));
                    }
                    None => terminal.line("      no input was found on which it differs from the original"),
                }
                terminal.line("");
            }
        }
    }
    let counts = mutants.counts();
    let mut parts = vec![format!("{} killed", counts.killed), format!("{} survived", counts.survived)];
    for (number, word) in [
        (counts.explained, "of them explained"),
        (counts.equivalent, "equivalent"),
        (counts.timed_out, "timed out"),
    ] {
        if number > 0 {
            parts.push(format!("{number} {word}"));
        }
    }
    let all = report::count(mutants.mutants.len(), "mutant", "mutants");
    let score = terminal.paint(
        if counts.survived == 0 { Paint::Good } else { Paint::Care },
        &format!("{} %", mutants.score()),
    );
    terminal.line(&format!("score {score}: {all}: {}", parts.join(", ")));
}

fn machine(mutants: &Mutants, files: &Files) -> Value {
    let counts = mutants.counts();
    let all: Vec<Value> = mutants
        .mutants
        .iter()
        .map(|mutant| {
            let (fate, test, witness) = match &mutant.fate {
                Fate::Killed(test) => ("killed", Some(test), None),
                Fate::Survived(witness) => ("survived", None, witness.as_ref()),
                Fate::Equivalent => ("equivalent", None, None),
                Fate::TimedOut(test) => ("timed_out", Some(test), None),
                Fate::Invalid => ("invalid", None, None),
            };
            json!({
                "change": mutant.change.name(),
                "within": mutant.within,
                "location": files.show(mutant.location),
                "before": mutant.before,
                "after": mutant.after,
                "fate": fate,
                "test": test,
                "witness": witness,
                "explained": mutant.explained,
            })
        })
        .collect();
    json!({
        "schema": 1,
        "score": mutants.score(),
        "killed": counts.killed,
        "survived": counts.survived,
        "explained": counts.explained,
        "equivalent": counts.equivalent,
        "timed_out": counts.timed_out,
        "mutants": all,
    })
}
