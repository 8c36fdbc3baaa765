//! Diagnostics as pictures: the one place that knows ariadne.
//!
//! ariadne is given an excerpt of the source instead of the whole: the lines between the first and the last label, long
//! lines cut around the labels, and characters that steer a terminal replaced. Spans are moved into the excerpt and end at
//! its ends, so that no source and no span can make it fail or flood the screen.

mod excerpt;

use std::collections::BTreeMap;

use ariadne::{Config, IndexType, Label, Report, ReportKind, Source};
use policy_project::Files;
use policy_syntax::{Diagnostic, FileId, Location, Severity};

use crate::terminal::{Paint, painted, tame};
use excerpt::Excerpt;

/// The longest message that is printed, in characters.
const MAX_MESSAGE: usize = 600;

type Place = (u32, std::ops::Range<usize>);

/// The excerpts that a drawing shows, for ariadne to fetch.
struct Sources(BTreeMap<u32, Source<String>>);

impl ariadne::Cache<u32> for Sources {
    type Storage = String;

    fn fetch(&mut self, id: &u32) -> Result<&Source<String>, impl std::fmt::Debug> {
        self.0.get(id).ok_or("no such file")
    }

    fn display<'a>(&self, id: &'a u32) -> Option<impl std::fmt::Display + 'a> {
        Some(format!("{MARK}{id}"))
    }
}

/// Stands before a file's number where ariadne prints a place; the place is put there afterwards.
const MARK: char = '\u{e000}';

/// Draws a diagnostic, with its source where there is one.
pub(crate) fn diagnostic(found: &Diagnostic, files: &Files, colour: bool, width: usize) -> String {
    let (word, paint) = match found.severity {
        Severity::Error => ("error", Paint::Bad),
        Severity::Warning => ("warning", Paint::Care),
        Severity::Note => ("note", Paint::Strong),
    };
    let message = cut(&tame(&found.message).replace('\n', " "));
    let head = painted(colour, paint, &format!("{word}[{}]", found.code));
    let mut out = format!("{head}: {}\n", painted(colour, Paint::Strong, &message));
    match picture(found, files, colour, width) {
        Some(picture) => out.push_str(&picture),
        None => {
            for (head, texts) in [("note", &found.notes), ("help", &found.help)] {
                for text in texts {
                    out.push_str(&format!("  {head}: {}\n", wrap(&cut(&tame(text)), width, "        ")));
                }
            }
        }
    }
    out
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MAX_MESSAGE) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or("")),
        None => text.to_owned(),
    }
}

fn picture(found: &Diagnostic, files: &Files, colour: bool, width: usize) -> Option<String> {
    files.get(found.primary.file)?;
    let mut labels: Vec<(Location, Option<&str>, bool)> = vec![(found.primary, found.label.as_deref(), true)];
    labels.extend(found.secondary.iter().map(|(at, words)| (*at, Some(words.as_str()), false)));
    labels.retain(|(at, _, _)| files.get(at.file).is_some());

    let mut by_file: BTreeMap<FileId, Vec<Location>> = BTreeMap::new();
    for (at, _, _) in &labels {
        by_file.entry(at.file).or_default().push(*at);
    }
    let excerpts: BTreeMap<FileId, Excerpt> = by_file
        .iter()
        .filter_map(|(file, places)| Some((*file, Excerpt::of(files.get(*file)?, places, width))))
        .collect();

    let span_of =
        |at: Location| -> Option<Place> { Some((at.file.0, excerpts.get(&at.file)?.span(at.span))) };
    let kind = match found.severity {
        Severity::Error => ReportKind::Error,
        Severity::Warning => ReportKind::Warning,
        Severity::Note => ReportKind::Advice,
    };
    let (main, aside) = match found.severity {
        Severity::Error => (ariadne::Color::Red, ariadne::Color::Cyan),
        Severity::Warning => (ariadne::Color::Yellow, ariadne::Color::Cyan),
        Severity::Note => (ariadne::Color::Blue, ariadne::Color::Cyan),
    };
    let config = Config::default()
        .with_color(colour)
        .with_index_type(IndexType::Byte)
        .with_tab_width(2)
        .with_cross_gap(false);
    let mut report = Report::build(kind, span_of(found.primary)?).with_config(config);
    for (at, words, primary) in &labels {
        let Some(span) = span_of(*at) else { continue };
        let mut label = Label::new(span).with_color(if *primary { main } else { aside });
        if *primary {
            label = label.with_order(-1).with_priority(1);
        }
        let shown = words.map(|words| cut(&tame(words).replace('\n', " ")));
        // A label without words would not be underlined.
        label = label.with_message(shown.unwrap_or_else(|| "here".to_owned()));
        report.add_label(label);
    }
    for text in &found.notes {
        report.add_note(wrap(&cut(&tame(text)), width.saturating_sub(12), ""));
    }
    for text in &found.help {
        report.add_help(wrap(&cut(&tame(text)), width.saturating_sub(12), ""));
    }

    let sources = excerpts.iter().map(|(file, excerpt)| (file.0, excerpt.source())).collect();
    let mut bytes = Vec::new();
    report.finish().write(Sources(sources), &mut bytes).ok()?;
    let drawn = String::from_utf8(bytes).ok()?;
    // The first line is ours.
    let (_, drawn) = drawn.split_once('\n')?;
    let mut out = String::with_capacity(drawn.len());
    for line in drawn.lines() {
        let line = place(line, files, &labels);
        out.push_str(line.trim_end());
        out.push('\n');
    }
    Some(out)
}

/// Puts the place of a file's first label where ariadne printed one of the excerpt.
fn place(line: &str, files: &Files, labels: &[(Location, Option<&str>, bool)]) -> String {
    let Some((before, after)) = line.split_once(MARK) else { return line.to_owned() };
    let rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':' || c == '?');
    let number: String = after.chars().take_while(char::is_ascii_digit).collect();
    let at = labels.iter().map(|(at, _, _)| *at).find(|at| at.file.0.to_string() == number);
    format!("{before}{}{rest}", at.map_or_else(String::new, |at| tame(&files.show(at))))
}

/// Breaks a text into lines of at most `width` characters where it has spaces; lines after the first begin with `indent`.
pub(crate) fn wrap(text: &str, width: usize, indent: &str) -> String {
    let width = width.saturating_sub(indent.len()).max(20);
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            let needed = line.chars().count() + 1 + word.chars().count();
            if !line.is_empty() && needed > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines.join(&format!("\n{indent}"))
}

#[cfg(test)]
mod tests;
