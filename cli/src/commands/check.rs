//! `policyc check`.

mod fix;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use policy_bytecode::scalar::Timestamp;
use policy_project::{Files, Overlay};
use policy_syntax::{Diagnostic, FileId, Severity};
use policy_testing::Workspace;

use crate::clock;
use crate::exit::Exit;
use crate::report::{self, Form};
use crate::shown;
use crate::terminal::{Paint, Terminal};

/// Arguments of `check`.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help("check"))]
pub(crate) struct Arguments {
    /// Projects or sources. A source is checked with the project around it, and only its own findings are shown.
    #[arg(default_value = ".", value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Apply the edits that are known to give what was meant, then check again.
    #[arg(long)]
    fix: bool,

    /// Count warnings as errors.
    #[arg(short = 'D', long)]
    deny_warnings: bool,

    /// The time at which exceptions have lapsed or not, such as 2026-11-21T00:00:00Z; the clock's where it is not given.
    #[arg(long, value_name = "TIME", value_parser = clock::time)]
    now: Option<Timestamp>,

    /// The form of the output.
    #[arg(long, value_name = "FORM", default_value = "human")]
    format: Form,

    /// How many findings are shown to people before the rest is only counted.
    #[arg(long, value_name = "N", default_value_t = report::MAX_SHOWN)]
    max_shown: usize,
}

/// What was found, over all projects, with files numbered anew.
#[derive(Default)]
struct Found {
    files: Files,
    diagnostics: Vec<Diagnostic>,
    sources: usize,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    let mut exit = Exit::Good;
    let now = arguments.now.or_else(clock::now);
    let mut found = Found::default();
    let mut seen: BTreeSet<PathBuf> = BTreeSet::new();
    for (path, only) in group(&arguments.paths) {
        let workspace = match Workspace::open(&path, &Overlay::new()) {
            Ok(workspace) => workspace,
            Err(error) => {
                terminal.complain(&error.to_string());
                exit = exit.worse(Exit::NoAnswer);
                continue;
            }
        };
        let key = match workspace.project.manifest_file {
            Some(_) => workspace.project.root.clone(),
            None => path.clone(),
        };
        if !seen.insert(key) {
            continue;
        }
        let workspace = if arguments.fix {
            match fix::apply(workspace, &path, terminal) {
                Ok(workspace) => workspace,
                Err(message) => {
                    terminal.complain(&message);
                    exit = exit.worse(Exit::NoAnswer);
                    continue;
                }
            }
        } else {
            workspace
        };
        let workspace = workspace.checked_through(now);
        gather(&workspace, &only, &mut found);
    }
    if found.diagnostics.iter().any(|one| counts(one.severity, arguments.deny_warnings)) {
        exit = exit.worse(Exit::Found);
    }
    match report::machine(arguments.format, &found.diagnostics, &found.files) {
        Some(text) => terminal.out(&text),
        None => human(arguments, &found, terminal),
    }
    exit
}

fn counts(severity: Severity, deny_warnings: bool) -> bool {
    match severity {
        Severity::Error => true,
        Severity::Warning => deny_warnings,
        Severity::Note => false,
    }
}

/// One path a project, with the sources in it that were named; none named means all.
fn group(paths: &[PathBuf]) -> Vec<(PathBuf, Vec<PathBuf>)> {
    let mut out: Vec<(PathBuf, Option<PathBuf>, Vec<PathBuf>)> = Vec::new();
    for path in paths {
        let real = path.canonicalize().ok();
        let source =
            real.as_deref().filter(|real| real.is_file() && real.extension().is_some_and(|e| e == "policy"));
        let root = source.and_then(|real| policy_project::load::find_root(real.parent().unwrap_or(real)));
        let known =
            root.as_ref().and_then(|root| out.iter_mut().find(|(_, other, _)| other.as_ref() == Some(root)));
        match (known, source) {
            (Some((_, _, only)), Some(source)) if !only.is_empty() => only.push(source.to_path_buf()),
            (_, source) => {
                out.push((path.clone(), root, source.map(Path::to_path_buf).into_iter().collect()))
            }
        }
    }
    out.into_iter().map(|(path, _, only)| (path, only)).collect()
}

/// Takes over the findings of a workspace that are in the sources that were named.
fn gather(workspace: &Workspace, only: &[PathBuf], found: &mut Found) {
    let wanted: Vec<FileId> = only.iter().filter_map(|real| workspace.project.file_at(real)).collect();
    let shown = shown::files(&workspace.project);
    let base = u32::try_from(found.files.iter().count()).unwrap_or(u32::MAX);
    for (_, file) in shown.iter() {
        found.files.add(file.clone());
    }
    let own = workspace.project.modules.iter().filter(|module| module.package == 0).count();
    found.sources += if wanted.is_empty() { own } else { wanted.len() };
    for one in &workspace.diagnostics {
        if wanted.is_empty() || wanted.contains(&one.primary.file) {
            found.diagnostics.push(moved(one.clone(), base));
        }
    }
}

/// The finding with its files numbered from `base`; files of the standard library keep their numbers.
fn moved(mut one: Diagnostic, base: u32) -> Diagnostic {
    let shift = |file: &mut FileId| {
        if file.0 < policy_compiler::FIRST_STD_FILE {
            file.0 = file.0.saturating_add(base);
        }
    };
    shift(&mut one.primary.file);
    for (at, _) in &mut one.secondary {
        shift(&mut at.file);
    }
    for (at, _) in one.fixes.iter_mut().flat_map(|fix| &mut fix.edits) {
        shift(&mut at.file);
    }
    one
}

fn human(arguments: &Arguments, found: &Found, terminal: &mut Terminal) {
    let text = report::human::findings(
        &found.diagnostics,
        &found.files,
        terminal.out_colour(),
        terminal.width(),
        arguments.max_shown,
    );
    terminal.out(&text);
    if found.sources == 0 && found.diagnostics.is_empty() {
        return;
    }
    let sources = report::count(found.sources, "source", "sources");
    let summary = report::human::summary(&found.diagnostics);
    let errors = found.diagnostics.iter().any(|one| counts(one.severity, arguments.deny_warnings));
    let line = if found.diagnostics.is_empty() {
        format!("{}: {sources} without a finding", terminal.paint(Paint::Good, "ok"))
    } else {
        let head =
            if errors { terminal.paint(Paint::Bad, "failed") } else { terminal.paint(Paint::Good, "ok") };
        format!("{head}: {summary} in {sources}")
    };
    terminal.line(&line);
    let safe = policy_compiler::fix::offers(&found.diagnostics).count();
    if safe > 0 && !arguments.fix {
        let edits = report::count(safe, "edit", "edits");
        let line = terminal.paint(Paint::Faint, &format!("`policyc check --fix` would apply {edits}"));
        terminal.line(&line);
    }
}
