//! Whether a decision is what an `expect` asks for, and what to say where it is not.

use policy_compiler::hir::{ExpectBy, Policy, RuleRef, Verb};
use policy_vm::decision::{Decision, Finding, Outcome, Problem};

/// How many reasons, warnings or errors are told.
const MAX_TOLD: usize = 12;
/// The longest value that is told, in characters.
const MAX_VALUE: usize = 120;

/// What is said about a decision that is not as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Complaint {
    /// What was expected and what came instead.
    pub(super) message: String,
    /// What the decision holds.
    pub(super) notes: Vec<String>,
}

/// Nothing where the decision is as expected.
pub(super) fn judge(decision: &Decision, policy: &Policy, verb: &Verb, by: &ExpectBy) -> Option<Complaint> {
    let clean = decision.errors.is_empty();
    let is = |outcome: Outcome| clean && decision.outcome == outcome;
    let failures = || decision.errors.iter().filter(|error| error.code != MISFIT);
    let held = match verb {
        Verb::Allows => is(Outcome::Allow),
        Verb::Denies => is(Outcome::Deny),
        Verb::Escalates => is(Outcome::Escalate),
        Verb::Warns => clean && !decision.warnings.is_empty(),
        Verb::Obliges(rules) => all_in(rules, &obliging(decision)),
        Verb::Excepts(rules) => all_in(rules, &excepted(decision)),
        Verb::NotApplicable => decision.outcome == Outcome::NotApplicable,
        Verb::Fails => failures().next().is_some(),
        Verb::Misfits(pointers) => misfits(decision, pointers),
    };
    let found: Vec<&str> = match verb {
        Verb::Allows => rules(&decision.reasons, "allow"),
        Verb::Denies => rules(&decision.reasons, "deny"),
        Verb::Escalates => rules(&decision.reasons, "escalate"),
        Verb::Warns => decision.warnings.iter().map(|finding| finding.rule.as_str()).collect(),
        Verb::Fails => failures().filter_map(|error| error.rule.as_deref()).collect(),
        Verb::Obliges(_) | Verb::Excepts(_) | Verb::NotApplicable | Verb::Misfits(_) => Vec::new(),
    };
    if held && fits(&found, by) {
        return None;
    }
    Some(Complaint { message: message(decision, policy, verb, by, held, &found), notes: notes(decision) })
}

/// The rules whose obligations bind, in order.
fn obliging(decision: &Decision) -> Vec<&str> {
    decision.obligations.iter().map(|obligation| obligation.rule.as_str()).collect()
}

/// The rules of which an exception took findings away, in order.
fn excepted(decision: &Decision) -> Vec<&str> {
    decision.exceptions.iter().map(|finding| finding.rule.as_str()).collect()
}

fn all_in(wanted: &[RuleRef], found: &[&str]) -> bool {
    !found.is_empty() && wanted.iter().all(|rule| found.contains(&rule.0.as_str()))
}

/// The code of errors that are misfits of the input.
const MISFIT: &str = "misfit";

fn rules<'a>(findings: &'a [Finding], effect: &str) -> Vec<&'a str> {
    findings.iter().filter(|finding| finding.effect == effect).map(|finding| finding.rule.as_str()).collect()
}

fn misfits(decision: &Decision, wanted: &[String]) -> bool {
    let mut found: Vec<&str> = decision
        .errors
        .iter()
        .filter(|error| error.code == MISFIT)
        .filter_map(|error| error.pointer.as_deref())
        .collect();
    let mut wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    found.sort_unstable();
    wanted.sort_unstable();
    !found.is_empty() && (wanted.is_empty() || found == wanted)
}

fn fits(found: &[&str], by: &ExpectBy) -> bool {
    match by {
        ExpectBy::Any => true,
        ExpectBy::Rules(ids) => ids.iter().all(|id| found.contains(&id.0.as_str())),
        ExpectBy::Exactly(ids) => {
            let wanted: Vec<&str> = ids.iter().map(|id| id.0.as_str()).collect();
            wanted.iter().all(|name| found.contains(name)) && found.iter().all(|name| wanted.contains(name))
        }
        ExpectBy::Counted { exactly, rules } => {
            let counted = rules.iter().all(|(id, times)| {
                let count = found.iter().filter(|found| **found == id.0).count();
                match times {
                    Some(times) => u64::try_from(count).is_ok_and(|count| count == *times),
                    None => count > 0,
                }
            });
            counted && (!exactly || found.iter().all(|name| rules.iter().any(|(id, _)| id.0 == *name)))
        }
        ExpectBy::Default => found.is_empty(),
    }
}

fn message(
    decision: &Decision,
    policy: &Policy,
    verb: &Verb,
    by: &ExpectBy,
    held: bool,
    found: &[&str],
) -> String {
    let name_of = policy.name.rsplit('.').next().unwrap_or(&policy.name);
    let names = |ids: &[RuleRef]| ids.iter().map(|id| id.0.as_str()).collect::<Vec<_>>().join(", ");
    let wanted = match verb {
        Verb::Allows => "allow".to_owned(),
        Verb::Denies => "deny".to_owned(),
        Verb::Escalates => "escalate".to_owned(),
        Verb::Warns => "warn".to_owned(),
        Verb::Obliges(rules) => format!("oblige {}", names(rules)),
        Verb::Excepts(rules) => format!("except {}", names(rules)),
        Verb::NotApplicable => "not be applicable".to_owned(),
        Verb::Fails => "fail".to_owned(),
        Verb::Misfits(pointers) if pointers.is_empty() => "find misfits".to_owned(),
        Verb::Misfits(pointers) => format!("find misfits at {}", pointers.join(", ")),
    };
    let by = match by {
        ExpectBy::Any => String::new(),
        ExpectBy::Rules(ids) => format!(" by {}", names(ids)),
        ExpectBy::Exactly(ids) => format!(" exactly by {}", names(ids)),
        ExpectBy::Counted { exactly, rules } => {
            let named = |(id, times): &(RuleRef, Option<u64>)| match times {
                Some(times) => format!("{} {times} times", id.0),
                None => id.0.clone(),
            };
            let rules: Vec<String> = rules.iter().map(named).collect();
            format!(" {}by {}", if *exactly { "exactly " } else { "" }, rules.join(", "))
        }
        ExpectBy::Default => " by default".to_owned(),
    };
    let outcome = match decision.outcome {
        Outcome::Allow => "it allows",
        Outcome::Deny => "it denies",
        Outcome::Escalate => "it escalates",
        Outcome::NotApplicable => "it is not applicable",
    };
    let misfits = decision.errors.iter().any(|error| error.code == MISFIT);
    let failed = decision.errors.iter().any(|error| error.code != MISFIT);
    let came = if held {
        match verb {
            Verb::Obliges(_) | Verb::Excepts(_) | Verb::Misfits(_) | Verb::NotApplicable => {
                outcome.to_owned()
            }
            Verb::Allows | Verb::Denies | Verb::Escalates | Verb::Warns | Verb::Fails => told(verb, found),
        }
    } else if misfits {
        "the input does not fit its type".to_owned()
    } else if failed {
        format!("a rule fails, so {outcome}")
    } else if *verb == Verb::Warns {
        "nothing warns".to_owned()
    } else if let Verb::Obliges(_) = verb {
        listed(outcome, "asks for", &obliging(decision))
    } else if let Verb::Excepts(_) = verb {
        listed(outcome, "excepts", &excepted(decision))
    } else {
        outcome.to_owned()
    };
    format!("expected {name_of} to {wanted}{by}, but {came}")
}

/// What a decision asks for or excepts: `it allows, and asks for a, b`.
fn listed(outcome: &str, does: &str, rules: &[&str]) -> String {
    let mut rules = rules.to_vec();
    rules.dedup();
    let rules = if rules.is_empty() { "nothing".to_owned() } else { rules.join(", ") };
    format!("{outcome}, and {does} {rules}")
}

/// Which rules did what the verb says: `it denies by a, b`.
fn told(verb: &Verb, found: &[&str]) -> String {
    let did = match verb {
        Verb::Allows => "it allows",
        Verb::Denies => "it denies",
        Verb::Escalates => "it escalates",
        Verb::Warns => "it warns",
        Verb::Fails => "it fails",
        Verb::Obliges(_) | Verb::Excepts(_) | Verb::NotApplicable | Verb::Misfits(_) => "it does",
    };
    let mut counted: Vec<(&str, usize)> = Vec::new();
    for rule in found {
        match counted.iter_mut().find(|(known, _)| known == rule) {
            Some((_, times)) => *times += 1,
            None => counted.push((rule, 1)),
        }
    }
    let rules: Vec<String> = counted
        .into_iter()
        .map(|(rule, times)| if times == 1 { rule.to_owned() } else { format!("{rule} ({times} times)") })
        .collect();
    if rules.is_empty() { format!("{did} by default") } else { format!("{did} by {}", rules.join(", ")) }
}

/// What the decision holds, a line each.
fn notes(decision: &Decision) -> Vec<String> {
    let mut out = Vec::new();
    for finding in decision.reasons.iter().chain(&decision.warnings) {
        out.push(reason(finding));
    }
    for finding in &decision.exceptions {
        let by: Vec<&str> = finding.excepted.iter().map(|one| one.exception.as_str()).collect();
        out.push(format!("excepted by {}: {}", by.join(", "), reason(finding)));
    }
    for obligation in &decision.obligations {
        let payload = cut(obligation.payload.get());
        out.push(format!("oblige {}: {} {payload}", obligation.rule, obligation.obligation));
    }
    for transform in &decision.transforms {
        let value = cut(transform.value.get());
        out.push(format!("transform {}: {} = {value}", transform.rules.join(", "), transform.path));
    }
    for problem in &decision.errors {
        out.push(error(problem));
    }
    if out.len() > MAX_TOLD {
        let more = out.len() - MAX_TOLD;
        out.truncate(MAX_TOLD);
        out.push(format!("… and {more} more"));
    }
    out
}

/// A value as it fits a line.
fn cut(text: &str) -> String {
    match text.char_indices().nth(MAX_VALUE) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or("")),
        None => text.to_owned(),
    }
}

fn reason(finding: &Finding) -> String {
    if finding.message == finding.rule {
        format!("{} {}", finding.effect, finding.rule)
    } else {
        format!("{} {}: {}", finding.effect, finding.rule, finding.message)
    }
}

/// An error in one line.
pub(super) fn error(problem: &Problem) -> String {
    let (place, lead) = match (&problem.pointer, &problem.rule) {
        (Some(pointer), _) if pointer.is_empty() => {
            ("misfit of the document".to_owned(), "the document: ".to_owned())
        }
        (Some(pointer), _) => (format!("misfit at {pointer}"), format!("{pointer}: ")),
        (None, Some(rule)) => (format!("error in {rule}"), String::new()),
        (None, None) => ("error".to_owned(), String::new()),
    };
    let message = problem.message.strip_prefix(&*lead).unwrap_or(&problem.message);
    let at = problem.location.as_ref().map_or_else(String::new, |location| format!(" ({location})"));
    format!("{place}: {message}{at}")
}
