//! The rules as a policy, and calls as documents.

use std::fmt::Write as _;

use super::{Call, History, Kind, Rule, label};

/// The rules as a policy, `histories.calls`.
#[must_use]
pub fn policy(rules: &[Rule]) -> String {
    let mut source = String::from(
        "module histories\n\
         type Event = { at: Timestamp, tool: String, label: String, target: String }\n\
         type Call = { tool: String, target: String }\n\
         policy calls on { call: Call, history: List<Event, max 20_000> } {\n  default allow\n",
    );
    for (at, rule) in rules.iter().enumerate() {
        let Rule { call, kind, first, second, hours } = rule;
        let label = label(at);
        let _ = write!(source, "  deny r{at} when call.tool == \"t{call}\" and ");
        let _ = match kind {
            Kind::Count { most } => writeln!(
                source,
                "count(e for e in history if e.label == \"{label}\" and e.tool == \"t{first}\" and e.at >= now - {hours}h) > {most}"
            ),
            Kind::Sequence => writeln!(
                source,
                "(any a then b in history: a.label == \"{label}\" and a.tool == \"t{first}\" \
                 and b.label == \"{label}\" and b.tool == \"t{second}\" and b.at >= now - {hours}h)"
            ),
            Kind::Taint => {
                writeln!(source, "(any e in history: e.label == \"{label}\" and e.at >= now - {hours}h)")
            }
        };
    }
    source.push_str("}\n");
    source
}

/// A call as a document, with the history before it or with none.
#[must_use]
pub fn input(call: &Call, history: Option<&History>) -> String {
    let mut text = format!(r#"{{"call":{{"tool":"t{}","target":"h{}"}},"history":["#, call.tool, call.target);
    for (at, event) in history.iter().flat_map(|history| &history.events).enumerate() {
        let comma = if at == 0 { "" } else { "," };
        let (hour, minute, second) = (event.at / 3_600, event.at / 60 % 60, event.at % 60);
        let _ = write!(
            text,
            r#"{comma}{{"at":"2026-11-01T{hour:02}:{minute:02}:{second:02}Z","tool":"t{}","label":"{}","target":"h{}"}}"#,
            event.tool, event.label, event.target
        );
    }
    text.push_str("]}");
    text
}
