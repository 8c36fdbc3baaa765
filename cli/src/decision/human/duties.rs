//! What a decision asks of the host, and what exceptions and modes took away.

use policy_vm::decision::{Decision, Excepted, Finding};

use super::{Look, MAX_FINDINGS, faint, line, rest, text};
use crate::shown;
use crate::terminal::{Paint, painted};

/// Obligations and transforms.
pub(super) fn duties(decision: &Decision, look: Look<'_>, out: &mut String) {
    for duty in decision.obligations.iter().take(MAX_FINDINGS) {
        let head = painted(look.colour, Paint::Care, "oblige");
        let rule = painted(look.colour, Paint::Strong, &text(&duty.rule));
        out.push_str(&format!("  {head} {rule}: {} {}\n", text(&duty.obligation), text(duty.payload.get())));
        if let Some(message) = &duty.message {
            line("", message, look, out);
        }
        place(&duty.location, look, out);
    }
    rest(decision.obligations.len(), MAX_FINDINGS, "more obligations", look, out);
    for change in decision.transforms.iter().take(MAX_FINDINGS) {
        let head = painted(look.colour, Paint::Care, "transform");
        let rules = painted(look.colour, Paint::Strong, &text(&change.rules.join(", ")));
        let path = if change.path.is_empty() { "the document" } else { &change.path };
        out.push_str(&format!("  {head} {rules}: {} = {}\n", text(path), text(change.value.get())));
        place(&change.location, look, out);
    }
    rest(decision.transforms.len(), MAX_FINDINGS, "more transforms", look, out);
}

/// Findings that exceptions took away.
pub(super) fn excepted(decision: &Decision, look: Look<'_>, out: &mut String) {
    for finding in decision.exceptions.iter().take(MAX_FINDINGS) {
        let rule = painted(look.colour, Paint::Strong, &text(&finding.rule));
        let effect = faint(look, finding.effect);
        out.push_str(&format!("  excepted {rule}  {effect}\n"));
        told(finding, look, out);
        for exception in &finding.excepted {
            out.push_str(&format!("      by {}\n", self::exception(exception)));
            if let Some(because) = &exception.because {
                line("", because, look, out);
            }
        }
    }
    rest(decision.exceptions.len(), MAX_FINDINGS, "more that are excepted", look, out);
}

/// An exception, with who approved it and how long it holds.
pub(super) fn exception(exception: &Excepted) -> String {
    let approved = exception.approved_by.as_ref().map(|who| format!("approved by {who}"));
    let until = exception.until.as_ref().map(|until| format!("until {until}"));
    let about: Vec<String> = [approved, until].into_iter().flatten().collect();
    match about.is_empty() {
        true => text(&exception.exception),
        false => text(&format!("{} ({})", exception.exception, about.join(", "))),
    }
}

/// What rules in `observe` found.
pub(super) fn observed(decision: &Decision, look: Look<'_>, out: &mut String) {
    for finding in decision.observed.iter().take(MAX_FINDINGS) {
        let rule = text(&finding.rule);
        out.push_str(&faint(look, &format!("  observed {rule}: it would {}\n", finding.effect)));
        told(finding, look, out);
    }
    rest(decision.observed.len(), MAX_FINDINGS, "more that are observed", look, out);
}

/// What a finding says of itself, if it says more than its name.
fn told(finding: &Finding, look: Look<'_>, out: &mut String) {
    if let Some(error) = &finding.error {
        line("", &format!("failed: {}", error.message), look, out);
    } else if finding.message != finding.rule {
        line("", &finding.message, look, out);
    }
}

fn place(location: &str, look: Look<'_>, out: &mut String) {
    out.push_str(&faint(look, &format!("      {}\n", text(&shown::join(look.prefix, location)))));
}
