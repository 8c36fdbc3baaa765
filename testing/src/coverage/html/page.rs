//! The page of one source: each condition marked by the truths that it was seen with, and the tests that reach each line.

use std::collections::BTreeMap;

use policy_project::SourceFile;

use super::{document, level, title};
use crate::coverage::{Coverage, FileCoverage, Item, Kind, percent, totals};
use crate::report::escape;

pub(super) fn page(coverage: &Coverage, of: &FileCoverage, file: &SourceFile) -> String {
    let mut body = format!(
        "<p><a href=\"index.html\">all sources</a></p>\n<h1>{}</h1>\n<p class=\"shares\">",
        escape(&file.path)
    );
    for (kind, share) in totals(of.items.iter()) {
        body.push_str(&format!(
            "<span class=\"{}\">{} {} %</span> ",
            level(share),
            title(kind),
            percent(share)
        ));
    }
    body.push_str("</p>\n<p class=\"legend\"><mark class=\"both\">true and false</mark> <mark class=\"true\">only true</mark> <mark class=\"false\">only false</mark> <mark class=\"never\">never asked</mark> <mark class=\"undecided\">never decides on its own</mark></p>\n<table class=\"source\">\n");
    let marked = marked(of, file);
    let tests = tests_by_line(coverage, of, file);
    for (number, line) in (1..).zip(marked.lines()) {
        let reached = tests.get(&number);
        let count = reached.map_or_else(String::new, |names| {
            let names: Vec<String> = names.iter().map(|name| format!("<li>{}</li>", escape(name))).collect();
            format!("<details><summary>{}</summary><ul>{}</ul></details>", names.len(), names.concat())
        });
        body.push_str(&format!(
            "<tr id=\"L{number}\"><td class=\"number\">{number}</td><td class=\"tests\">{count}</td><td><pre>{line}</pre></td></tr>\n"
        ));
    }
    body.push_str("</table>\n");
    document(&file.path, &body)
}

/// A mark that begins or ends.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mark {
    lo: usize,
    hi: usize,
    class: &'static str,
    title: String,
}

/// The source as HTML; no mark crosses the end of a line.
fn marked(of: &FileCoverage, file: &SourceFile) -> String {
    let mut marks: Vec<Mark> = Vec::new();
    for item in &of.items {
        let Some(class) = class(item) else { continue };
        let title = describe(item);
        let (lo, hi) = (item.location.span.lo as usize, item.location.span.hi as usize);
        let known = marks.iter_mut().find(|mark| (mark.lo, mark.hi) == (lo, hi));
        match known {
            // One place has one mark; what is missing counts more.
            Some(known) => {
                known.title = format!("{}; {title}", known.title);
                if !item.missing.is_empty() && known.class == "both" {
                    known.class = class;
                }
            }
            None => marks.push(Mark { lo, hi, class, title }),
        }
    }
    marks.sort_by_key(|mark| (mark.lo, std::cmp::Reverse(mark.hi)));
    let mut out = String::new();
    let mut open: Vec<&Mark> = Vec::new();
    let mut next = marks.iter().peekable();
    for (at, c) in file.text.char_indices() {
        while open.last().is_some_and(|mark| mark.hi <= at) {
            open.pop();
            out.push_str("</mark>");
        }
        while let Some(mark) = next.next_if(|mark| mark.lo <= at) {
            if mark.hi > at && open.last().is_none_or(|outer| mark.hi <= outer.hi) {
                out.push_str(&begin(mark));
                open.push(mark);
            }
        }
        if c == '\n' {
            open.iter().for_each(|_| out.push_str("</mark>"));
            out.push('\n');
            open.iter().for_each(|mark| out.push_str(&begin(mark)));
        } else {
            out.push_str(&escape(c.encode_utf8(&mut [0; 4])));
        }
    }
    open.iter().for_each(|_| out.push_str("</mark>"));
    out
}

fn begin(mark: &Mark) -> String {
    format!("<mark class=\"{}\" title=\"{}\">", mark.class, escape(&mark.title))
}

fn class(item: &Item) -> Option<&'static str> {
    match item.kind {
        Kind::Condition => Some(match item.hits.map(|hits| hits > 0) {
            [true, true] => "both",
            [false, true] => "true",
            [true, false] => "false",
            [false, false] => "never",
        }),
        Kind::Mcdc => (!item.missing.is_empty()).then_some("undecided"),
        Kind::Rule | Kind::Arm | Kind::Exception => Some(if item.hits[1] > 0 { "both" } else { "never" }),
        Kind::Policy | Kind::Default => (!item.missing.is_empty()).then_some("never"),
    }
}

fn describe(item: &Item) -> String {
    match item.kind {
        Kind::Condition => format!("true {} times, false {} times", item.hits[1], item.hits[0]),
        Kind::Mcdc => item.missing.join(", "),
        Kind::Rule => format!("found something {} times", item.hits[1]),
        Kind::Arm => format!("taken {} times", item.hits[1]),
        Kind::Exception => format!("held {} times", item.hits[1]),
        Kind::Policy | Kind::Default => item.missing.join(", "),
    }
}

/// The tests that reach each line.
fn tests_by_line<'c>(
    coverage: &'c Coverage,
    of: &FileCoverage,
    file: &SourceFile,
) -> BTreeMap<u32, Vec<&'c str>> {
    let mut lines: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for item in &of.items {
        let line = file.position(item.location.span.lo).0;
        lines.entry(line).or_default().extend(&item.tests);
    }
    lines
        .into_iter()
        .map(|(line, mut tests)| {
            tests.sort_unstable();
            tests.dedup();
            let names = tests.iter().filter_map(|at| coverage.tests.get(*at as usize).map(String::as_str));
            (line, names.collect::<Vec<_>>())
        })
        .filter(|(_, names)| !names.is_empty())
        .collect()
}
