//! Decisions for people.

mod duties;

use policy_vm::decision::{Decision, Finding, Outcome, Problem};

use super::Decided;
use crate::draw::wrap;
use crate::report::count;
use crate::shown;
use crate::terminal::{Paint, painted, tame};

/// How many misfits and errors are shown before the rest is only counted.
const MAX_ERRORS: usize = 20;
/// How many reasons or warnings are shown before the rest is only counted.
const MAX_FINDINGS: usize = 50;
/// The longest line of text, in characters.
const MAX_TEXT: usize = 1000;

/// How decisions are drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look<'a> {
    /// Whether there are colours.
    pub(crate) colour: bool,
    /// The width of the terminal.
    pub(crate) width: usize,
    /// What stands before paths of the project.
    pub(crate) prefix: &'a str,
}

/// The decision: the outcome, then what led to it, then what stands beside it.
pub(crate) fn one(decided: &Decided, look: Look<'_>) -> String {
    let decision = &decided.decision;
    let mut out = head(decided, look);
    if let Some(inner) = &decision.enforced {
        let mode = decision.mode;
        out.push_str(&format!(
            "  the policy is in {mode} mode; enforced, it would say {}\n",
            inner.outcome.name()
        ));
    }
    let by_default = decision.reasons.is_empty() && decision.errors.is_empty() && decision.enforced.is_none();
    match decision.outcome {
        Outcome::NotApplicable if decision.enforced.is_none() => {
            out.push_str("  the policy does not speak of this input\n");
        }
        Outcome::Deny | Outcome::Escalate if by_default => {
            out.push_str(&format!("  no rule decided; the default is {}\n", decision.outcome.name()));
        }
        Outcome::Allow | Outcome::Deny | Outcome::Escalate | Outcome::NotApplicable => {}
    }
    findings(&decision.reasons, false, look, &mut out);
    if decision.outcome == Outcome::Escalate && !decision.escalate_to.is_empty() {
        let who: Vec<String> = decision.escalate_to.iter().map(|who| text(who)).collect();
        out.push_str(&format!("  ask {}\n", who.join(", ")));
    }
    problems(decision, look, &mut out);
    findings(&decision.warnings, true, look, &mut out);
    duties::duties(decision, look, &mut out);
    duties::excepted(decision, look, &mut out);
    duties::observed(decision, look, &mut out);
    if decision.omitted > 0 {
        let more = usize::try_from(decision.omitted).unwrap_or(usize::MAX);
        out.push_str(&faint(
            look,
            &format!("  … and {} that the decision does not list\n", count(more, "finding", "findings")),
        ));
    }
    out
}

/// The outcome and the input's name.
fn head(decided: &Decided, look: Look<'_>) -> String {
    let decision = &decided.decision;
    let paint = match decision.outcome {
        Outcome::Allow => Paint::Good,
        Outcome::Deny => Paint::Bad,
        Outcome::Escalate => Paint::Care,
        Outcome::NotApplicable => Paint::Strong,
    };
    let name = decision.outcome.name().replace('_', " ");
    let outcome = painted(look.colour, paint, &name);
    let policy = faint(look, &decision.policy);
    let mode = if decision.mode == "enforce" { String::new() } else { format!(" ({})", decision.mode) };
    let proceed = match (decision.proceed, decision.outcome) {
        (true, Outcome::Deny | Outcome::Escalate | Outcome::NotApplicable) => " · the host may proceed",
        (true, Outcome::Allow) | (false, _) => "",
    };
    format!("{outcome}{mode}  {}  {policy}{proceed}\n", tame(&decided.source))
}

fn findings(found: &[Finding], weak: bool, look: Look<'_>, out: &mut String) {
    for finding in found.iter().take(MAX_FINDINGS) {
        // Among warnings stands what a rule in advise found, with what it would do.
        let advised = weak && finding.effect != "warn";
        self::finding(finding, advised, look, out);
    }
    rest(found.len(), MAX_FINDINGS, "more", look, out);
}

fn finding(finding: &Finding, advised: bool, look: Look<'_>, out: &mut String) {
    let paint = match finding.effect {
        "allow" => Paint::Good,
        "deny" => Paint::Bad,
        _ => Paint::Care,
    };
    let effect = painted(look.colour, paint, finding.effect);
    let rule = painted(look.colour, Paint::Strong, &finding.rule);
    let mut head = format!("  {effect} {rule}");
    if advised {
        head =
            format!("  {} {rule}", painted(look.colour, Paint::Care, &format!("would {}", finding.effect)));
    }
    let about: Vec<String> = [
        finding.severity.as_ref().map(|severity| format!("severity {severity}")),
        finding.owner.as_ref().map(|owner| format!("owner {owner}")),
        (!finding.controls.is_empty()).then(|| finding.controls.join(", ")),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !about.is_empty() {
        head.push_str(&faint(look, &format!("  {}", text(&about.join(" · ")))));
    }
    out.push_str(&head);
    out.push('\n');
    if let Some(error) = &finding.error {
        line("", &format!("failed: {}", error.message), look, out);
    } else if finding.message != finding.rule {
        line("", &finding.message, look, out);
    }
    if let Some(fix) = &finding.fix {
        line("fix: ", fix, look, out);
    }
    let mut place = shown::join(look.prefix, &finding.location);
    if !finding.input.is_empty() {
        let read: Vec<&str> = finding
            .input
            .iter()
            .take(6)
            .map(|pointer| if pointer.is_empty() { "(all)" } else { pointer })
            .collect();
        let more = if finding.input.len() > 6 { ", …" } else { "" };
        place.push_str(&format!(" · reads {}{more}", read.join(", ")));
    }
    out.push_str(&faint(look, &format!("      {}\n", text(&place))));
    for exception in &finding.excepted {
        out.push_str(&format!("      excepted by {}\n", duties::exception(exception)));
    }
}

fn problems(decision: &Decision, look: Look<'_>, out: &mut String) {
    for problem in decision.errors.iter().take(MAX_ERRORS) {
        self::problem(problem, look, out);
    }
    rest(decision.errors.len(), MAX_ERRORS, "more errors", look, out);
}

fn problem(problem: &Problem, look: Look<'_>, out: &mut String) {
    let kind = painted(look.colour, Paint::Bad, if problem.code == "misfit" { "misfit" } else { "error" });
    let at = match (&problem.pointer, &problem.rule) {
        (Some(pointer), _) if pointer.is_empty() => "the document".to_owned(),
        (Some(pointer), _) => pointer.clone(),
        (None, Some(rule)) => format!("in {rule}"),
        (None, None) => problem.code.to_owned(),
    };
    // The place stands above the message, which may begin with it.
    let lead = format!("{at}: ");
    let message = problem.message.strip_prefix(&*lead).unwrap_or(&problem.message);
    let at = painted(look.colour, Paint::Strong, &text(&at));
    let counted = match problem.counts_as {
        Some("skip") => faint(look, "  (counts as nothing found: @on_error(skip))"),
        Some("none") => faint(look, "  (counts as nothing found)"),
        Some("warn") => faint(look, "  (counts as a warning)"),
        Some(_) | None => String::new(),
    };
    out.push_str(&format!("  {kind} {at}{counted}\n"));
    line("", message, look, out);
    if let Some(location) = &problem.location {
        out.push_str(&faint(look, &format!("      {}\n", shown::join(look.prefix, location))));
    }
    for step in problem.trace.iter().take(8) {
        out.push_str(&faint(look, &format!("      from {}\n", text(step))));
    }
}

fn rest(all: usize, shown: usize, what: &str, look: Look<'_>, out: &mut String) {
    if all > shown {
        out.push_str(&faint(look, &format!("  … and {} {what}\n", all - shown)));
    }
}

/// A line of text below a finding, wrapped.
fn line(lead: &str, words: &str, look: Look<'_>, out: &mut String) {
    let wrapped = wrap(&text(words), look.width, "      ");
    out.push_str(&format!("      {lead}{wrapped}\n"));
}

fn text(words: &str) -> String {
    let tamed = tame(words);
    match tamed.char_indices().nth(MAX_TEXT) {
        Some((at, _)) => format!("{}…", tamed.get(..at).unwrap_or("")),
        None => tamed,
    }
}

fn faint(look: Look<'_>, words: &str) -> String {
    // The line break stays outside of the colour.
    match words.strip_suffix('\n') {
        Some(words) => format!("{}\n", painted(look.colour, Paint::Faint, words)),
        None => painted(look.colour, Paint::Faint, words),
    }
}
