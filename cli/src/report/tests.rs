//! Results of tests for people.

use policy_project::Files;
use policy_testing::diff::Line;
use policy_testing::{Failure, Results, Status, TestResult};

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
    for test in &results.tests {
        match &test.status {
            Status::Passed if look.all => {
                out.push_str(&format!(
                    "{}  {}\n",
                    painted(look.colour, Paint::Good, "pass"),
                    title(test, files, look)
                ));
            }
            Status::Passed => {}
            Status::Skipped(reason) => {
                let word = painted(look.colour, Paint::Care, "skip");
                out.push_str(&format!("{word}  {}\n      {}\n", title(test, files, look), tame(reason)));
            }
            Status::Failed(failures) => {
                failed += 1;
                out.push_str(&format!(
                    "{}  {}\n",
                    painted(look.colour, Paint::Bad, "FAIL"),
                    title(test, files, look)
                ));
                if failed <= MAX_FAILED {
                    for one in failures {
                        failure(one, files, look, &mut out);
                    }
                    out.push('\n');
                }
            }
        }
    }
    if !results.properties.is_empty() {
        for one in &results.properties {
            let word = painted(look.colour, Paint::Care, "not run");
            let place = painted(look.colour, Paint::Faint, &files.show(one.location));
            out.push_str(&format!("{word}  property {}  {place}\n", tame(&one.name)));
        }
        let line = "      properties are checked and not run yet";
        out.push_str(&format!("{}\n", painted(look.colour, Paint::Faint, line)));
    }
    out.push_str(&summary(results, look));
    out
}

fn title(test: &TestResult, files: &Files, look: Look) -> String {
    let row = test.row.map_or_else(String::new, |row| format!(" (row {row})"));
    let place = painted(look.colour, Paint::Faint, &files.show(test.location));
    format!("{}{row}  {place}", tame(&test.name).replace('\n', " "))
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
    let mut parts = vec![format!("{} passed", count(passed, "test", "tests"))];
    if failed > 0 {
        parts.insert(0, format!("{failed} failed"));
    }
    if skipped > 0 {
        parts.push(format!("{skipped} skipped"));
    }
    if !results.properties.is_empty() {
        parts.push(format!("{} not run", count(results.properties.len(), "property", "properties")));
    }
    if results.left_out > 0 {
        parts.push(format!("{} left out by the filter", results.left_out));
    }
    format!("{head}: {}\n", parts.join(", "))
}
