//! Coverage as a folder of pages that need nothing else.

mod page;
#[cfg(test)]
mod tests;

use policy_project::Files;

use super::{Coverage, FileCoverage, Kind, percent, totals};
use crate::report::escape;

const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/sort.js");

/// The files of the report: names and contents. The first is the one to open.
#[must_use]
pub fn html(coverage: &Coverage, files: &Files) -> Vec<(String, String)> {
    let mut out = vec![("index.html".to_owned(), index(coverage, files))];
    for (at, of) in coverage.files.iter().enumerate() {
        if let Some(file) = files.get(of.file) {
            out.push((page_name(at), page::page(coverage, of, file)));
        }
    }
    out.push(("style.css".to_owned(), STYLE.to_owned()));
    out.push(("sort.js".to_owned(), SCRIPT.to_owned()));
    out
}

fn page_name(at: usize) -> String {
    format!("source-{}.html", at + 1)
}

/// A whole document.
fn document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<link rel=\"stylesheet\" href=\"style.css\">\n</head>\n<body>\n{body}\n<script src=\"sort.js\"></script>\n</body>\n</html>\n",
        title = escape(title)
    )
}

fn index(coverage: &Coverage, files: &Files) -> String {
    let all = coverage.totals();
    let mut body = String::from("<h1>What the tests reach</h1>\n<div class=\"cards\">\n");
    for kind in Kind::ALL {
        let Some(share) = all.get(&kind) else { continue };
        let (level, share_shown) = (level(*share), percent(*share));
        body.push_str(&format!(
            "<div class=\"card {level}\"><b>{share_shown} %</b><span>{}</span><small>{} of {}</small></div>\n",
            title(kind),
            share.1,
            share.0
        ));
    }
    body.push_str("</div>\n<table class=\"sortable\">\n<thead><tr><th data-sort=\"text\">source</th>");
    for kind in Kind::ALL {
        body.push_str(&format!("<th data-sort=\"number\">{}</th>", title(kind)));
    }
    body.push_str("<th data-sort=\"number\">missing</th></tr></thead>\n<tbody>\n");
    for (at, of) in by_least_covered(coverage) {
        let Some(file) = files.get(of.file) else { continue };
        let own = totals(of.items.iter());
        body.push_str(&format!("<tr><td><a href=\"{}\">{}</a></td>", page_name(at), escape(&file.path)));
        for kind in Kind::ALL {
            match own.get(&kind) {
                Some(share) => body.push_str(&format!(
                    "<td class=\"{}\" data-value=\"{}\">{} %</td>",
                    level(*share),
                    percent(*share),
                    percent(*share)
                )),
                None => body.push_str("<td data-value=\"101\">–</td>"),
            }
        }
        body.push_str(&format!("<td data-value=\"{0}\">{0}</td></tr>\n", missing(of)));
    }
    body.push_str("</tbody>\n</table>\n");
    body.push_str(&missing_list(coverage, files));
    document("What the tests reach", &body)
}

/// Sources with their numbers, those of which most is missing first.
fn by_least_covered(coverage: &Coverage) -> Vec<(usize, &FileCoverage)> {
    let mut all: Vec<(usize, &FileCoverage)> = coverage.files.iter().enumerate().collect();
    all.sort_by_key(|(at, of)| (std::cmp::Reverse(missing(of)), *at));
    all
}

fn missing(of: &FileCoverage) -> usize {
    of.items.iter().filter(|item| !item.missing.is_empty()).count()
}

fn missing_list(coverage: &Coverage, files: &Files) -> String {
    let mut out = String::from("<h2>What is missing</h2>\n");
    let mut rows = String::new();
    for (at, of) in by_least_covered(coverage) {
        let Some(file) = files.get(of.file) else { continue };
        for item in of.items.iter().filter(|item| !item.missing.is_empty()) {
            let line = file.position(item.location.span.lo).0;
            rows.push_str(&format!(
                "<tr><td><a href=\"{}#L{line}\">{}:{line}</a></td><td>{}</td><td><code>{}</code></td><td>{}</td></tr>\n",
                page_name(at),
                escape(&file.path),
                one(item.kind),
                escape(&item.name),
                escape(&item.missing.join(", "))
            ));
        }
    }
    if rows.is_empty() {
        out.push_str("<p>Nothing.</p>\n");
    } else {
        out.push_str(&format!(
            "<table class=\"sortable\">\n<thead><tr><th data-sort=\"text\">place</th><th data-sort=\"text\">what</th><th data-sort=\"text\">source</th><th data-sort=\"text\">missing</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
        ));
    }
    out
}

fn level(share: (u64, u64)) -> &'static str {
    match percent(share) {
        100 => "full",
        80..100 => "most",
        _ => "low",
    }
}

const fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Mcdc => "MC/DC",
        Kind::Policy | Kind::Rule | Kind::Condition | Kind::Arm | Kind::Exception | Kind::Default => {
            kind.name()
        }
    }
}

/// One of a kind.
const fn one(kind: Kind) -> &'static str {
    match kind {
        Kind::Policy => "policy",
        Kind::Rule => "rule",
        Kind::Condition => "condition",
        Kind::Mcdc => "MC/DC",
        Kind::Arm => "arm",
        Kind::Exception => "exception",
        Kind::Default => "default",
    }
}
