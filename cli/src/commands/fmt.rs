//! `policyc fmt`.

use std::io::Read;
use std::path::PathBuf;

use policy_project::{Files, Overlay, Project, SourceFile, confine, load};
use policy_syntax::Diagnostic;

use crate::exit::Exit;
use crate::report;
use crate::terminal::{Paint, Terminal};

/// Arguments of `fmt`.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit::help("fmt"))]
pub(crate) struct Arguments {
    /// Sources or projects; `-` reads one source from standard input and writes it to standard output.
    #[arg(default_value = ".", value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Change nothing; list the files that are not in the one style.
    #[arg(long)]
    check: bool,
}

/// A source and where it came from.
struct Subject {
    shown: String,
    real: PathBuf,
    text: String,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    if arguments.paths.iter().any(|path| path.as_os_str() == "-") {
        if arguments.paths.len() > 1 {
            terminal.complain("`-` stands alone: standard input cannot be formatted beside files");
            return Exit::NoAnswer;
        }
        return stream(arguments, terminal);
    }
    let mut subjects: Vec<Subject> = Vec::new();
    let mut exit = Exit::Good;
    for path in &arguments.paths {
        match gather(path) {
            Ok(more) => {
                for subject in more {
                    if subjects.iter().all(|known| known.real != subject.real) {
                        subjects.push(subject);
                    }
                }
            }
            Err(message) => {
                terminal.complain(&message);
                exit = exit.worse(Exit::NoAnswer);
            }
        }
    }
    let (mut changed, mut refused) = (0usize, 0usize);
    for subject in &subjects {
        match policy_syntax::format(&subject.text) {
            Ok(formatted) if formatted == subject.text => {}
            Ok(formatted) => {
                changed += 1;
                if arguments.check {
                    terminal.line(&format!("{} is not in the one style", subject.shown));
                    exit = exit.worse(Exit::Found);
                } else if let Err(error) = write(&subject.real, &formatted) {
                    terminal.complain(&format!("{} cannot be written: {error}", subject.shown));
                    exit = exit.worse(Exit::NoAnswer);
                } else {
                    terminal.line(&format!("formatted {}", subject.shown));
                }
            }
            Err(found) => {
                refused += 1;
                exit = exit.worse(Exit::Found);
                complain(&subject.shown, &subject.text, &found, terminal);
            }
        }
    }
    let files = report::count(subjects.len(), "file", "files");
    let summary = match (arguments.check, changed, refused) {
        (_, 0, 0) => format!("{files} in the one style"),
        (true, _, 0) => format!("{changed} of {files} not in the one style; `policyc fmt` mends that"),
        (false, _, 0) => format!("{changed} of {files} changed"),
        (true, _, _) => format!("{changed} of {files} not in the one style, {refused} with syntax errors"),
        (false, _, _) => format!("{changed} of {files} changed, {refused} with syntax errors left alone"),
    };
    if !subjects.is_empty() {
        let summary = terminal.paint(Paint::Faint, &summary);
        terminal.line(&summary);
    }
    exit
}

/// The sources that a path names: itself, or all of the project around it.
fn gather(path: &std::path::Path) -> Result<Vec<Subject>, String> {
    let shown = path.display().to_string();
    let real = path
        .canonicalize()
        .map_err(|error| format!("{shown} cannot be read: {}", confine::describe(&error)))?;
    if real.extension().is_some_and(|ending| ending == "policy") && real.is_file() {
        let bytes = confine::read(&real, load::MAX_SOURCE)
            .map_err(|error| format!("{shown} cannot be read: {error}"))?;
        let text =
            String::from_utf8(bytes).map_err(|_| format!("{shown} cannot be read: it is not UTF-8"))?;
        return Ok(vec![Subject { shown, real, text }]);
    }
    let project = Project::open(path, &Overlay::new()).map_err(|error| error.to_string())?;
    if let Some(found) = project.diagnostics.first() {
        return Err(format!("{}: {}", project.files.show(found.primary), found.message));
    }
    let prefix = crate::shown::prefix(&project);
    let own = project.modules.iter().filter(|module| module.package == 0);
    let sources = own.filter_map(|module| project.files.get(module.file));
    Ok(sources
        .map(|file| Subject {
            shown: format!("{prefix}{}", file.path),
            real: project.root.join(&file.path),
            text: file.text.to_string(),
        })
        .collect())
}

/// Writes beside the file first, so that a full disk leaves the old text.
pub(super) fn write(path: &std::path::Path, text: &str) -> Result<(), String> {
    let path = path.canonicalize().map_err(|error| confine::describe(&error))?;
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let beside = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let permissions = std::fs::metadata(&path).map_err(|error| confine::describe(&error))?.permissions();
    if permissions.readonly() {
        return Err("it is read-only".to_owned());
    }
    let done = std::fs::write(&beside, text)
        .and_then(|()| std::fs::set_permissions(&beside, permissions))
        .and_then(|()| std::fs::rename(&beside, &path));
    done.map_err(|error| {
        let _ = std::fs::remove_file(&beside);
        confine::describe(&error)
    })
}

fn stream(arguments: &Arguments, terminal: &mut Terminal) -> Exit {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(load::MAX_SOURCE + 1).read_to_end(&mut bytes);
    if let Err(error) = read {
        terminal.complain(&format!("standard input cannot be read: {}", confine::describe(&error)));
        return Exit::NoAnswer;
    }
    if bytes.len() as u64 > load::MAX_SOURCE {
        terminal.complain("standard input is larger than a source may be (32 MiB)");
        return Exit::NoAnswer;
    }
    let Ok(text) = String::from_utf8(bytes) else {
        terminal.complain("standard input is not UTF-8");
        return Exit::NoAnswer;
    };
    match policy_syntax::format(&text) {
        Ok(formatted) if arguments.check => {
            if formatted == text {
                Exit::Good
            } else {
                terminal.line("<stdin> is not in the one style");
                Exit::Found
            }
        }
        Ok(formatted) => {
            terminal.out(&formatted);
            Exit::Good
        }
        Err(found) => {
            complain("<stdin>", &text, &found, terminal);
            Exit::Found
        }
    }
}

/// Shows on standard error why a source was left alone.
fn complain(shown: &str, text: &str, found: &[Diagnostic], terminal: &mut Terminal) {
    let mut files = Files::default();
    files.add(SourceFile::new(shown.to_owned(), text));
    let shown =
        report::human::findings(found, &files, terminal.err_colour(), terminal.width(), report::MAX_SHOWN);
    terminal.err(&shown);
}
