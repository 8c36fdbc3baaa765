//! Where results go: one form to standard output, and any number of them to files.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::ValueEnum;
use policy_project::Files;
use policy_testing::{Results, coverage, report as machine};

use super::Arguments;
use crate::exit::Exit;
use crate::report;
use crate::terminal::Terminal;

/// A form for results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// For people.
    Human,
    /// JSON.
    Json,
    /// JUnit XML, for build servers.
    Junit,
    /// The Test Anything Protocol.
    Tap,
    /// Annotations of GitHub Actions.
    Github,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

impl Form {
    /// Whether the form is about how long tests take, among other things.
    pub(super) const fn tells_times(self) -> bool {
        matches!(self, Self::Junit)
    }
}

/// `FORM=PATH`.
#[derive(Clone, Debug)]
pub(super) struct Report {
    form: Form,
    path: PathBuf,
}

impl FromStr for Report {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (form, path) = parts(text)?;
        let form = Form::from_str(form, true)
            .map_err(|_| "the form is one of human, json, junit, tap, github, sarif".to_owned())?;
        Ok(Self { form, path })
    }
}

/// A form for what tests reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum CoverageForm {
    Lcov,
    Cobertura,
    Json,
    Html,
}

/// `FORM=PATH` of coverage.
#[derive(Clone, Debug)]
pub(super) struct CoverageReport {
    form: CoverageForm,
    path: PathBuf,
}

impl FromStr for CoverageReport {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (form, path) = parts(text)?;
        let form = CoverageForm::from_str(form, true)
            .map_err(|_| "the form is one of lcov, cobertura, json, html".to_owned())?;
        Ok(Self { form, path })
    }
}

fn parts(text: &str) -> Result<(&str, PathBuf), String> {
    match text.split_once('=') {
        Some((form, path)) if !path.is_empty() => Ok((form, PathBuf::from(path))),
        Some(_) | None => Err("write FORM=PATH, such as junit=out.xml".to_owned()),
    }
}

/// Writes results to standard output and to files.
pub(super) fn write(
    arguments: &Arguments,
    results: &Results,
    files: &Files,
    terminal: &mut Terminal,
) -> Exit {
    let look = report::tests::Look {
        colour: terminal.out_colour(),
        width: terminal.width(),
        all: arguments.verbose,
    };
    let text = in_form(arguments.format, results, files, look);
    terminal.out(&text);
    let mut exit = Exit::Good;
    for wanted in &arguments.report {
        let look = report::tests::Look { colour: false, ..look };
        exit = exit.worse(file(&wanted.path, &in_form(wanted.form, results, files, look), terminal));
    }
    let Some(reached) = &results.coverage else { return exit };
    for wanted in &arguments.coverage_report {
        exit = exit.worse(match wanted.form {
            CoverageForm::Lcov => file(&wanted.path, &coverage::lcov(reached, files), terminal),
            CoverageForm::Cobertura => file(&wanted.path, &coverage::cobertura(reached, files), terminal),
            CoverageForm::Json => file(&wanted.path, &coverage::json(reached, files), terminal),
            CoverageForm::Html => {
                let mut worst = Exit::Good;
                for (name, text) in coverage::html(reached, files) {
                    worst = worst.worse(file(&wanted.path.join(name), &text, terminal));
                }
                worst
            }
        });
    }
    exit
}

fn in_form(form: Form, results: &Results, files: &Files, look: report::tests::Look) -> String {
    match form {
        Form::Human => report::tests::results(results, files, look),
        Form::Json => machine::json(results, files),
        Form::Junit => machine::junit(results, files),
        Form::Tap => machine::tap(results, files),
        Form::Github => report::tests::github(results, files),
        Form::Sarif => report::tests::sarif(results, files),
    }
}

/// Writes a file, and the folder that it stands in.
pub(crate) fn file(path: &Path, text: &str, terminal: &mut Terminal) -> Exit {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let made = folder.map_or(Ok(()), std::fs::create_dir_all);
    match made.and_then(|()| std::fs::write(path, text)) {
        Ok(()) => Exit::Good,
        Err(error) => {
            terminal.complain(&format!("{} cannot be written: {error}", path.display()));
            Exit::NoAnswer
        }
    }
}
