//! Cobertura's XML, which build servers read.

use std::collections::BTreeMap;

use policy_project::Files;

use super::{Coverage, FileCoverage, Kind, join::lines_of};
use crate::report::escape;

/// The coverage as a Cobertura document; paths are those of `files`.
#[must_use]
pub fn cobertura(coverage: &Coverage, files: &Files) -> String {
    let mut classes = String::new();
    let mut whole = Rates::default();
    for of in &coverage.files {
        let Some(file) = files.get(of.file) else { continue };
        let lines = lines_of(of, file);
        let mut branches: BTreeMap<u32, (u64, u64)> = BTreeMap::new();
        for item in of.items.iter().filter(|item| item.kind == Kind::Condition) {
            let entry = branches.entry(file.position(item.location.span.lo).0).or_default();
            entry.0 += item.parts.0;
            entry.1 += item.parts.1;
        }
        let mut rates = Rates::default();
        let mut body = String::new();
        for (line, hits) in &lines {
            rates.lines.0 += 1;
            rates.lines.1 += u64::from(*hits > 0);
            body.push_str(&format!("            <line number=\"{line}\" hits=\"{hits}\""));
            match branches.get(line) {
                Some((all, taken)) => {
                    rates.branches.0 += all;
                    rates.branches.1 += taken;
                    let share = (taken * 100).checked_div(*all).unwrap_or(100);
                    body.push_str(&format!(
                        " branch=\"true\" condition-coverage=\"{share}% ({taken}/{all})\"/>\n"
                    ));
                }
                None => body.push_str(" branch=\"false\"/>\n"),
            }
        }
        whole.add(&rates);
        classes.push_str(&format!(
            "        <class name=\"{name}\" filename=\"{path}\" {rates} complexity=\"0\">\n          <methods>\n{methods}          </methods>\n          <lines>\n{body}          </lines>\n        </class>\n",
            name = escape(file.path.rsplit('/').next().unwrap_or(&file.path).trim_end_matches(".policy")),
            path = escape(&file.path),
            rates = rates.shown(),
            methods = methods(of, file),
        ));
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE coverage SYSTEM \"http://cobertura.sourceforge.net/xml/coverage-04.dtd\">\n<coverage {rates} lines-covered=\"{}\" lines-valid=\"{}\" branches-covered=\"{}\" branches-valid=\"{}\" complexity=\"0\" version=\"policyc\" timestamp=\"0\">\n  <sources>\n    <source>.</source>\n  </sources>\n  <packages>\n    <package name=\"policies\" {rates} complexity=\"0\">\n      <classes>\n{classes}      </classes>\n    </package>\n  </packages>\n</coverage>\n",
        whole.lines.1,
        whole.lines.0,
        whole.branches.1,
        whole.branches.0,
        rates = whole.shown(),
    )
}

/// Rules, each a method.
fn methods(of: &FileCoverage, file: &policy_project::SourceFile) -> String {
    let rules = of.items.iter().filter(|item| item.kind == Kind::Rule);
    rules
        .map(|rule| {
            let line = file.position(rule.location.span.lo).0;
            let rate = if rule.hits[1] > 0 { "1" } else { "0" };
            format!(
                "            <method name=\"{}\" signature=\"\" line-rate=\"{rate}\" branch-rate=\"{rate}\" complexity=\"0\">\n              <lines>\n                <line number=\"{line}\" hits=\"{}\" branch=\"false\"/>\n              </lines>\n            </method>\n",
                escape(&rule.name),
                rule.hits[1]
            )
        })
        .collect()
}

#[derive(Default)]
struct Rates {
    lines: (u64, u64),
    branches: (u64, u64),
}

impl Rates {
    fn add(&mut self, other: &Self) {
        self.lines = (self.lines.0 + other.lines.0, self.lines.1 + other.lines.1);
        self.branches = (self.branches.0 + other.branches.0, self.branches.1 + other.branches.1);
    }

    fn shown(&self) -> String {
        format!("line-rate=\"{}\" branch-rate=\"{}\"", rate(self.lines), rate(self.branches))
    }
}

/// A share with four digits, in whole numbers so that it is the same everywhere.
fn rate((all, reached): (u64, u64)) -> String {
    let share = (reached * 10_000).checked_div(all).unwrap_or(10_000);
    format!("{}.{:04}", share / 10_000, share % 10_000)
}
