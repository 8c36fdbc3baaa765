//! Results for machines.

mod json;
mod junit;
mod tap;

use policy_project::Files;

pub use json::json;
pub use junit::junit;
pub use tap::tap;

use crate::result::{Case, Failure};

/// Text for XML; characters that XML cannot hold are replaced.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push(c),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// What is said of a failure, as plain lines.
pub fn body(case: &Case<'_>, failure: &Failure, files: &Files) -> String {
    let mut out = format!("{}\n{}\n", files.show(failure.location), files.text(failure.location));
    for part in &failure.parts {
        out.push_str(&format!("{} = {}\n", files.text(part.location), part.value));
    }
    for line in &failure.diff {
        out.push_str(&crate::diff::plain_line(line));
        out.push('\n');
    }
    for note in &failure.notes {
        out.push_str(note);
        out.push('\n');
    }
    if let Some(example) = case.property.and_then(|property| property.counter_example.as_deref()) {
        out.push_str(example);
    }
    out
}

#[cfg(test)]
mod tests;
