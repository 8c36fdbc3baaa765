//! Decisions, written for people and for machines.

mod explain;
mod github;
mod human;
mod json;
mod redact;
mod sarif;

use policy_vm::decision::{Decision, Outcome};

pub(crate) use explain::{human as explain_human, json as explain_json};
pub(crate) use human::{Look, one as human};
pub(crate) use json::one as json;
pub(crate) use redact::{Templates, redact};

use crate::exit::Exit;

/// A decision and the input that it is about.
#[derive(Clone, Debug)]
pub(crate) struct Decided {
    /// The input's name: a path, with `#n` for the n-th document of a file that may hold several.
    pub(crate) source: String,
    /// The file; none for standard input.
    pub(crate) path: Option<String>,
    /// The line on which the document begins.
    pub(crate) line: usize,
    /// The decision.
    pub(crate) decision: Decision,
}

impl Decided {
    /// The exit code that the decision asks for.
    pub(crate) fn exit(&self) -> Exit {
        if self.decision.proceed {
            return Exit::Good;
        }
        match self.decision.outcome {
            Outcome::Allow => Exit::Good,
            Outcome::Deny => Exit::Found,
            Outcome::Escalate => Exit::Escalate,
            Outcome::NotApplicable => Exit::NotApplicable,
        }
    }
}

/// All decisions as one SARIF document.
pub(crate) fn sarif(decided: &[Decided], prefix: &str) -> String {
    sarif::all(decided, prefix)
}

/// A decision as annotations of GitHub Actions.
pub(crate) fn github(decided: &Decided, prefix: &str) -> String {
    github::one(decided, prefix)
}

/// A level of findings, as people and code scanning rank them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Error,
    Warning,
}

/// What a reader of annotations sees of a decision: level, rule, message, help, and the rule's place.
struct Remark<'a> {
    level: Level,
    rule: String,
    message: String,
    fix: Option<&'a str>,
    location: Option<&'a str>,
    controls: &'a [String],
}

/// The reasons that stop, the warnings and the errors of a decision.
fn remarks(decision: &Decision) -> Vec<Remark<'_>> {
    let mut out = Vec::new();
    let rule = |name: &str| format!("{}.{name}", decision.policy);
    for finding in &decision.reasons {
        if finding.effect != "allow" {
            out.push(Remark {
                level: if decision.proceed { Level::Warning } else { Level::Error },
                rule: rule(&finding.rule),
                message: finding.message.clone(),
                fix: finding.fix.as_deref(),
                location: Some(&finding.location),
                controls: &finding.controls,
            });
        }
    }
    for finding in &decision.warnings {
        out.push(Remark {
            level: Level::Warning,
            rule: rule(&finding.rule),
            message: finding.message.clone(),
            fix: finding.fix.as_deref(),
            location: Some(&finding.location),
            controls: &finding.controls,
        });
    }
    for problem in &decision.errors {
        let place = problem.pointer.as_ref().map_or_else(String::new, |pointer| match pointer.as_str() {
            "" => "the document: ".to_owned(),
            pointer => format!("{pointer}: "),
        });
        out.push(Remark {
            level: if decision.proceed { Level::Warning } else { Level::Error },
            rule: problem.rule.as_deref().map_or_else(|| decision.policy.clone(), rule),
            message: format!("{place}{}", problem.message.strip_prefix(&*place).unwrap_or(&problem.message)),
            fix: None,
            location: problem.location.as_deref(),
            controls: &[],
        });
    }
    // A deny or escalation by default has no reason of its own.
    if out.iter().all(|remark| remark.level == Level::Warning) && !decision.proceed {
        out.push(Remark {
            level: Level::Error,
            rule: decision.policy.clone(),
            message: format!("{}: no rule decided", decision.outcome.name()),
            fix: None,
            location: None,
            controls: &[],
        });
    }
    out
}

#[cfg(test)]
mod tests;
