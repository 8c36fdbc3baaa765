//! Explanations: what became of each rule, and what decided it.

use policy_project::Files;
use policy_syntax::Location;
use policy_testing::explain::{Condition, Ending, RuleStory};
use serde_json::{Value, json};

use super::human::Look;
use super::redact::HIDDEN;
use crate::shown;
use crate::terminal::{Paint, painted, tame};

/// The longest source or value on a line, in characters.
const MAX_SHOWN: usize = 120;

/// The stories as a tree, below the decision.
pub(crate) fn human(stories: &[RuleStory], files: &Files, look: Look<'_>, redacted: bool) -> String {
    let faint = |text: &str| painted(look.colour, Paint::Faint, text);
    let mut out = String::from("  why\n");
    for story in stories {
        let (found, stopped, failed) = story.counts;
        let paint = match (found, failed, story.effect) {
            (0, 0, _) => Paint::Faint,
            (_, _, "allow") if failed == 0 => Paint::Good,
            (_, _, "deny" | "require") => Paint::Bad,
            (_, _, _) => Paint::Care,
        };
        let rule = painted(look.colour, paint, &format!("{} {}", story.effect, story.rule));
        let found_word = if story.effect == "include" { "included" } else { "found" };
        let ended =
            ended(story.shown.as_ref().map(|shown| shown.ending), found_word, (found, stopped, failed));
        let place = shown::join(look.prefix, &files.show(story.location));
        out.push_str(&format!("    {rule}: {ended}  {}\n", faint(&place)));
        for condition in story.shown.iter().flat_map(|shown| &shown.conditions) {
            condition_lines(condition, files, look, redacted, &mut out);
        }
    }
    out
}

fn ended(ending: Option<Ending>, word: &str, (found, stopped, failed): (usize, usize, usize)) -> String {
    let times = |number: usize| if number == 1 { String::new() } else { format!(" {number} times") };
    match ending {
        None => "not asked".to_owned(),
        Some(Ending::Found) if stopped + failed == 0 => format!("{word}{}", times(found)),
        Some(Ending::Found) => format!("{word} {found} of {} times", found + stopped + failed),
        Some(Ending::Failed) => format!("failed{}", times(failed)),
        Some(Ending::Stopped) => format!("not {word}{}", times(stopped)),
    }
}

fn condition_lines(condition: &Condition, files: &Files, look: Look<'_>, redacted: bool, out: &mut String) {
    let faint = |text: &str| painted(look.colour, Paint::Faint, text);
    let value = condition.value.as_deref().unwrap_or("no value");
    let lead = if condition.stopped { "stopped by " } else { "" };
    out.push_str(&format!("        {lead}{} {} {value}\n", source(condition.location, files), faint("is")));
    for part in &condition.parts {
        let value = if redacted { HIDDEN.to_owned() } else { short(&part.value) };
        let input =
            part.input.as_ref().map_or_else(String::new, |input| format!("  {}", faint(&short(input))));
        out.push_str(&format!(
            "            {} {} {value}{input}\n",
            source(part.location, files),
            faint("=")
        ));
    }
}

/// The source of a place on one line.
fn source(at: Location, files: &Files) -> String {
    let words: Vec<&str> = files.text(at).split_whitespace().collect();
    short(&words.join(" "))
}

fn short(text: &str) -> String {
    let tamed = tame(text).replace('\n', " ");
    match tamed.char_indices().nth(MAX_SHOWN) {
        Some((at, _)) => format!("{}…", tamed.get(..at).unwrap_or("")),
        None => tamed,
    }
}

/// The stories as JSON, in the form of the decision's schema.
pub(crate) fn json(stories: &[RuleStory], files: &Files, redacted: bool) -> Value {
    let all: Vec<Value> = stories
        .iter()
        .map(|story| {
            let ending = story.shown.as_ref().map(|shown| match shown.ending {
                Ending::Found => "found",
                Ending::Stopped => "stopped",
                Ending::Failed => "failed",
            });
            let conditions: Vec<Value> = story
                .shown
                .iter()
                .flat_map(|shown| &shown.conditions)
                .map(|condition| condition_json(condition, files, redacted))
                .collect();
            json!({
                "rule": story.rule,
                "effect": story.effect,
                "location": files.show(story.location),
                "found": story.counts.0,
                "stopped": story.counts.1,
                "failed": story.counts.2,
                "ending": ending,
                "conditions": conditions,
            })
        })
        .collect();
    Value::Array(all)
}

fn condition_json(condition: &Condition, files: &Files, redacted: bool) -> Value {
    let values: Vec<Value> = condition
        .parts
        .iter()
        .map(|part| {
            let value = if redacted { HIDDEN } else { &part.value };
            json!({
                "source": files.text(part.location),
                "location": files.show(part.location),
                "value": value,
                "input": part.input,
            })
        })
        .collect();
    json!({
        "source": files.text(condition.location),
        "location": files.show(condition.location),
        "value": condition.value,
        "stopped": condition.stopped,
        "values": values,
    })
}
