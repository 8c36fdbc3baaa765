//! Results of tests for people.

use policy_project::Files;
use policy_syntax::Location;
use policy_testing::coverage::{Coverage, percent};
use policy_testing::diff::Line;
use policy_testing::report::body;
use policy_testing::{Case, Failure, PropertyResult, Results, Status};

use super::count;
use crate::draw::wrap;
use crate::terminal::{Paint, painted, tame};

/// How many failing tests are shown before the rest is only named.
const MAX_FAILED: usize = 30;
/// How many lines of a statement, of a difference, or of values are shown.
const MAX_LINES: usize = 40;
/// The longest value that is shown, in characters.
const MAX_VALUE: usize = 400;

/// How results are drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) colour: bool,
    pub(crate) width: usize,
    /// Whether tests that passed are listed too.
    pub(crate) all: bool,
}

/// The tests that did not pass with what went wrong, and the numbers.
pub(crate) fn results(results: &Results, files: &Files, look: Look) -> String {
    let mut out = String::new();
    let mut failed = 0;
    for case in results.cases() {
        let mark = |paint, word: &str| painted(look.colour, paint, word);
        match case.status {
            Status::Passed if look.all || case.property.is_some() => {
                out.push_str(&format!("{}  {}\n", mark(Paint::Good, "pass"), title(&case, files, look)));
            }
            Status::Passed => {}
            Status::Skipped(reason) => {
                out.push_str(&format!(
                    "{}  {}\n      {}\n",
                    mark(Paint::Care, "skip"),
                    title(&case, files, look),
                    tame(reason)
                ));
            }
            Status::Failed(failures) => {
                failed += 1;
                out.push_str(&format!("{}  {}\n", mark(Paint::Bad, "FAIL"), title(&case, files, look)));
                if failed <= MAX_FAILED {
                    for one in failures {
                        failure(one, files, look, &mut out);
                    }
                }
            }
        }
        if let Some(property) = case.property {
            property_line(property, look, &mut out);
            if let Some(example) = property.counter_example.as_deref().filter(|_| failed <= MAX_FAILED) {
                out.push_str("\n      the smallest case found, as a test:\n\n");
                out.extend(example.lines().map(|line| format!("      {}\n", tame(line))));
            }
        }
        if matches!(case.status, Status::Failed(_)) && failed <= MAX_FAILED {
            out.push('\n');
        }
    }
    if let Some(coverage) = &results.coverage {
        out.push_str(&reached(coverage, look));
    }
    out.push_str(&summary(results, look));
    out
}

/// What a property was tried on.
fn property_line(property: &PropertyResult, look: Look, out: &mut String) {
    let mut parts = vec![count(usize::try_from(property.cases).unwrap_or(usize::MAX), "case", "cases")];
    if property.rejected > 0 {
        let all = property.cases + property.rejected;
        let share = (property.rejected * 100).checked_div(all).unwrap_or(0);
        parts.push(format!("{} more rejected ({share} %)", property.rejected));
    }
    for (outcome, times) in &property.outcomes {
        parts.push(format!("{} {times}", outcome.replace('_', " ")));
    }
    let (asked, held) = property.implied;
    if asked > 0 {
        parts.push(format!("`implies` had something to show in {held} of {asked}"));
    }
    parts.push(format!("seed {}", property.seed));
    out.push_str(&format!("      {}\n", painted(look.colour, Paint::Faint, &parts.join(", "))));
}

/// The shares of what tests reach.
fn reached(coverage: &Coverage, look: Look) -> String {
    let mut out = String::from("\n");
    for (kind, share) in coverage.totals() {
        let percent = percent(share);
        let paint = match percent {
            100 => Paint::Good,
            80..100 => Paint::Care,
            _ => Paint::Bad,
        };
        let shown = painted(look.colour, paint, &format!("{percent:>3} %"));
        out.push_str(&format!("{shown}  {}: {} of {}\n", kind.name(), share.1, share.0));
    }
    out.push('\n');
    out
}

/// The results as annotations of GitHub Actions.
pub(crate) fn github(results: &Results, files: &Files) -> String {
    let mut out = String::new();
    for case in results.cases() {
        let annotate = |level: &str, at: Location, message: &str| {
            let mut properties = Vec::new();
            if let Some(file) = files.get(at.file) {
                let (line, column) = file.position(at.span.lo);
                properties.push(("file", file.path.clone()));
                properties.push(("line", line.to_string()));
                properties.push(("col", column.to_string()));
            }
            properties.push(("title", case.title()));
            super::github::annotation(level, &properties, message)
        };
        match case.status {
            Status::Passed => {}
            Status::Skipped(reason) => {
                out.push_str(&annotate("notice", case.location, &format!("skipped: {reason}")));
            }
            Status::Failed(failures) => {
                for one in failures {
                    let text = format!("{}\n{}", one.message, body(&case, one, files));
                    out.push_str(&annotate("error", one.location, &text));
                }
            }
        }
    }
    out
}

/// The results as a SARIF document: a result for each failure.
pub(crate) fn sarif(results: &Results, files: &Files) -> String {
    let mut rules = std::collections::BTreeMap::new();
    let mut found = Vec::new();
    for case in results.cases() {
        let Status::Failed(failures) = case.status else { continue };
        let id = format!("{}: {}", case.module, case.name);
        let title = format!("a test failed: {}", case.name);
        rules.insert(id.clone(), super::sarif::Rule { title, help: String::new() });
        for one in failures {
            let text = format!("{}\n{}", one.message, body(&case, one, files));
            let place = super::sarif::physical(one.location, files, None);
            found.push(serde_json::json!({
                "ruleId": id,
                "level": "error",
                "message": { "text": text },
                "locations": place.map(|at| vec![at]).unwrap_or_default(),
            }));
        }
    }
    super::sarif::document(&rules, &found)
}

fn title(case: &Case<'_>, files: &Files, look: Look) -> String {
    let row = case.row.map_or_else(String::new, |row| format!(" (row {row})"));
    let kind = if case.property.is_some() { "property " } else { "" };
    let place = painted(look.colour, Paint::Faint, &files.show(case.location));
    let time = case
        .time
        .filter(|_| look.all)
        .map_or_else(String::new, |time| format!("  {:.1} ms", time.as_secs_f64() * 1000.0));
    format!(
        "{kind}{}{row}  {place}{}",
        tame(case.name).replace('\n', " "),
        painted(look.colour, Paint::Faint, &time)
    )
}

fn failure(failure: &Failure, files: &Files, look: Look, out: &mut String) {
    let faint = |text: &str| painted(look.colour, Paint::Faint, text);
    let message = wrap(&tame(&failure.message), look.width, "      ");
    out.push_str(&format!("\n      {}\n", painted(look.colour, Paint::Strong, &message)));
    if let Some(file) = files.get(failure.location.file) {
        let first = file.position(failure.location.span.lo).0;
        let last = file.position(failure.location.span.hi).0.max(first);
        for line in first..=last.min(first + 7) {
            let text = short(&tame(file.line(line)), look.width * 2);
            out.push_str(&format!("      {} {text}\n", faint(&format!("{line:>4} │"))));
        }
        if last > first + 7 {
            out.push_str(&format!("      {}\n", faint("     ┆")));
        }
    }
    if !failure.parts.is_empty() {
        let shown: Vec<(String, String)> = failure
            .parts
            .iter()
            .take(MAX_LINES)
            .map(|part| {
                let source: Vec<&str> = files.text(part.location).split_whitespace().collect();
                (short(&tame(&source.join(" ")), 48), short(&tame(&part.value).replace('\n', " "), MAX_VALUE))
            })
            .collect();
        let width = shown.iter().map(|(source, _)| source.chars().count()).max().unwrap_or(0);
        out.push('\n');
        for (source, value) in &shown {
            let pad = " ".repeat(width.saturating_sub(source.chars().count()));
            out.push_str(&format!("      {source}{pad} {} {value}\n", faint("=")));
        }
        if failure.parts.len() > MAX_LINES {
            out.push_str(&format!(
                "      {}\n",
                faint(&format!("… and {} more", failure.parts.len() - MAX_LINES))
            ));
        }
    }
    if !failure.diff.is_empty() {
        out.push_str(&format!(
            "\n      {} {}\n",
            painted(look.colour, Paint::Bad, "- left"),
            painted(look.colour, Paint::Good, "+ right")
        ));
        for line in failure.diff.iter().take(MAX_LINES) {
            let line = match line {
                Line::Same(text) => format!("  {}", tame(text)),
                Line::Left(text) => painted(look.colour, Paint::Bad, &format!("- {}", tame(text))),
                Line::Right(text) => painted(look.colour, Paint::Good, &format!("+ {}", tame(text))),
                Line::Skipped(number) => {
                    faint(&format!("  … {}", count(*number, "equal line", "equal lines")))
                }
            };
            out.push_str(&format!("      {line}\n"));
        }
    }
    if !failure.notes.is_empty() {
        out.push('\n');
    }
    for note in failure.notes.iter().take(MAX_LINES) {
        let note = wrap(&short(&tame(note), 1000), look.width, "        ");
        out.push_str(&format!("      {note}\n"));
    }
}

fn short(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or("")),
        None => text.to_owned(),
    }
}

fn summary(results: &Results, look: Look) -> String {
    let (passed, failed, skipped) = results.counts();
    let head = if failed > 0 {
        painted(look.colour, Paint::Bad, "failed")
    } else {
        painted(look.colour, Paint::Good, "ok")
    };
    let properties = results.properties.iter().filter(|one| matches!(one.status, Status::Passed)).count();
    let mut parts = match passed - properties {
        0 if properties > 0 => Vec::new(),
        0 if failed > 0 => vec!["none passed".to_owned()],
        tests => vec![format!("{} passed", count(tests, "test", "tests"))],
    };
    if properties > 0 {
        parts.push(format!("{} held", count(properties, "property", "properties")));
    }
    if failed > 0 {
        parts.insert(0, format!("{failed} failed"));
    }
    if skipped > 0 {
        parts.push(format!("{skipped} skipped"));
    }
    if results.not_run > 0 {
        parts.push(format!("{} not run after the first failure", results.not_run));
    }
    if results.left_out > 0 {
        parts.push(format!("{} left out by the filter", results.left_out));
    }
    format!("{head}: {}\n", parts.join(", "))
}
