//! `policyc eval`.

mod engine;
mod lines;
mod progress;

use std::path::PathBuf;

use policy_project::manifest::ModeLevel;
use policy_project::{Document, Format, FormatError};
use policy_testing::explain::RuleStory;

use crate::clock;
use crate::decision::{self, Decided};
use crate::exit::Exit;
use crate::inputs::{self, Input};
use crate::report::{Form, count};
use crate::terminal::{Paint, Terminal};
use engine::Engine;
use progress::Progress;

/// Arguments of `eval`.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help("eval"))]
pub(crate) struct Arguments {
    /// Inputs: files, folders, patterns such as 'pods/*.yaml', or `-` for standard input.
    #[arg(value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// An input, as the arguments are; may be repeated.
    #[arg(short, long = "input", value_name = "INPUT")]
    input: Vec<PathBuf>,

    /// The project, or a source that stands alone.
    #[arg(short, long, value_name = "PATH", default_value = ".")]
    project: PathBuf,

    /// Decide by a bundle instead of a project.
    #[arg(short, long, value_name = "FILE", conflicts_with_all = ["project", "explain", "data", "entities", "param"])]
    bundle: Option<PathBuf>,

    /// A file that lies beside the bundle; may be repeated. Those of its own name that end in .pdata and .pdebug are found
    /// without.
    #[arg(long, value_name = "FILE", requires = "bundle")]
    beside: Vec<PathBuf>,

    /// The trust store whose keys must have signed the bundle.
    #[arg(long, value_name = "FILE", requires = "bundle")]
    trust: Option<PathBuf>,

    /// The policy to ask: an entry of policy.toml, a qualified name, or a name that only one policy has.
    #[arg(short, long, value_name = "NAME")]
    entry: Option<String>,

    /// The format of the inputs, where their names do not tell it.
    #[arg(long, value_name = "FORMAT", value_parser = input_format)]
    input_format: Option<Format>,

    /// Take a data item from a file: NAME=FILE; may be repeated.
    #[arg(short, long, value_name = "NAME=FILE", value_parser = pair)]
    data: Vec<(String, String)>,

    /// Take the entity store from a file instead of the project's; may be repeated, for one store of all.
    #[arg(long, value_name = "FILE")]
    entities: Vec<PathBuf>,

    /// Entities that come with each input, beside those of the store.
    #[arg(long, value_name = "FILE")]
    with_entities: Option<PathBuf>,

    /// Give a parameter of the policy: NAME=JSON; a text may leave its quotes out; may be repeated.
    #[arg(long, value_name = "NAME=JSON", value_parser = pair)]
    param: Vec<(String, String)>,

    /// Give a policy or a rule a mode, whatever it and policy.toml say: POLICY=MODE or POLICY.RULE=MODE; may be repeated.
    #[arg(short, long, value_name = "NAME=MODE", value_parser = policy_testing::modes::given)]
    mode: Vec<(String, ModeLevel)>,

    /// The time of the decision, such as 2026-11-21T00:00:00Z; the clock's where it is not given.
    #[arg(long, value_name = "TIME", value_parser = clock::time)]
    now: Option<policy_bytecode::scalar::Timestamp>,

    /// Show for each rule, those of included policies among them, why it found something, or what stopped it.
    #[arg(long)]
    explain: bool,

    /// Leave values from the input out of the output.
    #[arg(long)]
    redact: bool,

    /// Show only decisions that stop, and the summary.
    #[arg(short, long)]
    quiet: bool,

    /// Ask for all of an input to fit its type, not only for what the policy can read.
    #[arg(long)]
    strict_input: bool,

    /// The form of the output; json gives a line for each decision.
    #[arg(long, value_name = "FORM", default_value = "human")]
    format: Form,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        Some(_) | None => Err("write NAME=VALUE".to_owned()),
    }
}

fn input_format(text: &str) -> Result<Format, String> {
    Format::ALL.into_iter().find(|format| format.name() == text).ok_or_else(|| {
        let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
        format!("the formats are {}", names.join(", "))
    })
}

/// How many inputs had which outcome.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    allow: usize,
    deny: usize,
    escalate: usize,
    not_applicable: usize,
    unread: usize,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    let names: Vec<PathBuf> = arguments.inputs.iter().chain(&arguments.input).cloned().collect();
    if names.is_empty() {
        terminal.complain("no input: name files, folders or patterns, or `-` for standard input");
        return Exit::NoAnswer;
    }
    if names.iter().filter(|name| name.as_os_str() == "-").count() > 1 {
        terminal.complain("`-` may be named once: standard input can be read once");
        return Exit::NoAnswer;
    }
    let now = arguments.now.or_else(clock::now);
    let mut engine = match Engine::new(arguments, now, terminal) {
        Ok(engine) => engine,
        Err(message) => {
            if !message.is_empty() {
                terminal.complain(&message);
            }
            return Exit::NoAnswer;
        }
    };
    let (found, problems) = inputs::find(&names);
    let mut run = Run { arguments, exit: Exit::Good, tally: Tally::default(), kept: Vec::new() };
    for problem in problems {
        run.unread(&problem, terminal);
    }
    let mut progress = Progress::new(found.len());
    for input in &found {
        progress.step(&input.shown());
        run.input(input, &mut engine, &mut progress, terminal);
        if terminal.closed() {
            break;
        }
    }
    progress.finish();
    run.finish(&engine, terminal);
    run.exit
}

/// A decision, and what each rule has to tell where that was asked for.
type Answer = (policy_vm::decision::Decision, Option<Vec<RuleStory>>);

/// What a run has come to so far.
struct Run<'a> {
    arguments: &'a Arguments,
    exit: Exit,
    tally: Tally,
    /// Decisions that are written at the end, where the form asks for one document.
    kept: Vec<Decided>,
}

impl Run<'_> {
    fn unread(&mut self, problem: &str, terminal: &mut Terminal) {
        terminal.complain(problem);
        self.tally.unread += 1;
        self.exit = self.exit.worse(Exit::NoAnswer);
    }

    fn input(
        &mut self,
        input: &Input,
        engine: &mut Engine,
        progress: &mut Progress,
        terminal: &mut Terminal,
    ) {
        if lines::are(input, self.arguments.input_format) {
            return self.lines(input, engine, progress, terminal);
        }
        let documents =
            match inputs::read(input, self.arguments.input_format, engine.input_limit(), engine.columns()) {
                Ok(read) => read,
                Err(problem) => return progress.aside(|| self.unread(&problem, terminal)),
            };
        self.documents(input, documents, engine, progress, terminal);
    }

    fn documents(
        &mut self,
        input: &Input,
        documents: Vec<Result<Document, FormatError>>,
        engine: &mut Engine,
        progress: &mut Progress,
        terminal: &mut Terminal,
    ) {
        if documents.is_empty() {
            let problem = format!("{} holds no document", input.shown());
            return progress.aside(|| self.unread(&problem, terminal));
        }
        let path = input.path.as_ref().map(|path| policy_project::load::slashed(path));
        let several = documents.len() > 1;
        for (at, document) in documents.into_iter().enumerate() {
            let name = path.clone().unwrap_or_else(|| input.shown());
            let source = if several { format!("{name}#{}", at + 1) } else { name };
            let (line, answer) = match &document {
                Ok(document) => (document.line, engine.decide(&document.json)),
                Err(error) => (error.line.max(1), engine.unreadable(&error.to_string())),
            };
            progress.aside(|| self.told(source, path.clone(), line, answer, engine, terminal));
            if terminal.closed() {
                return;
            }
        }
    }

    /// Shows a decision on a document, which begins on a line of a file.
    fn told(
        &mut self,
        source: String,
        path: Option<String>,
        line: usize,
        (mut decision, explained): Answer,
        engine: &Engine,
        terminal: &mut Terminal,
    ) {
        if self.arguments.redact {
            decision::redact(&mut decision, engine.templates());
        }
        let decided = Decided { source, path, line, decision };
        self.show(decided, explained.as_deref(), engine, terminal);
    }

    fn show(
        &mut self,
        decided: Decided,
        explained: Option<&[RuleStory]>,
        engine: &Engine,
        terminal: &mut Terminal,
    ) {
        use policy_vm::decision::Outcome;
        match decided.decision.outcome {
            Outcome::Allow => self.tally.allow += 1,
            Outcome::Deny => self.tally.deny += 1,
            Outcome::Escalate => self.tally.escalate += 1,
            Outcome::NotApplicable => self.tally.not_applicable += 1,
        }
        self.exit = self.exit.worse(decided.exit());
        match self.arguments.format {
            Form::Human => {
                if self.arguments.quiet && decided.decision.proceed {
                    return;
                }
                let look = decision::Look {
                    colour: terminal.out_colour(),
                    width: terminal.width(),
                    prefix: engine.prefix(),
                };
                terminal.out(&decision::human(&decided, look));
                if let Some(stories) = explained {
                    let files = engine.files();
                    terminal.out(&decision::explain_human(stories, files, look, self.arguments.redact));
                }
            }
            Form::Json => {
                let files = engine.files();
                let explained =
                    explained.map(|stories| decision::explain_json(stories, files, self.arguments.redact));
                terminal.out(&decision::json(&decided, self.arguments.redact, explained.as_ref()));
            }
            Form::Github => terminal.out(&decision::github(&decided, engine.prefix())),
            Form::Sarif => self.kept.push(decided),
        }
    }

    fn finish(&self, engine: &Engine, terminal: &mut Terminal) {
        match self.arguments.format {
            Form::Sarif => terminal.out(&decision::sarif(&self.kept, engine.prefix())),
            Form::Human => {
                let tally = self.tally;
                let decided = tally.allow + tally.deny + tally.escalate + tally.not_applicable;
                if decided + tally.unread < 2 && !self.arguments.quiet {
                    return;
                }
                let parts: Vec<String> = [
                    (tally.allow, Paint::Good, "allow"),
                    (tally.deny, Paint::Bad, "deny"),
                    (tally.escalate, Paint::Care, "escalate"),
                    (tally.not_applicable, Paint::Strong, "not applicable"),
                    (tally.unread, Paint::Bad, "could not be read"),
                ]
                .into_iter()
                .filter(|(number, _, _)| *number > 0)
                .map(|(number, paint, word)| format!("{number} {}", terminal.paint(paint, word)))
                .collect();
                let inputs = count(decided + tally.unread, "input", "inputs");
                terminal.line(&format!("\n{inputs}: {}", parts.join(", ")));
            }
            Form::Json | Form::Github => {}
        }
    }
}
