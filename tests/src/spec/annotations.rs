//! Expected diagnostics: `// error: P0301 "part of the message"` at the end of the line that it is about.

use policy_syntax::{Diagnostic, Severity};

/// A diagnostic that is expected, or one that was given.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expected {
    /// The line, from 1.
    pub line: usize,
    /// `error` or `warning`.
    pub severity: &'static str,
    /// The code, such as `P0301`; empty where any will do.
    pub code: String,
    /// A part of the message; empty where any will do.
    pub text: String,
}

/// The diagnostics that the comments of a source ask for.
#[must_use]
pub fn expected(source: &str) -> Vec<Expected> {
    let mut all = Vec::new();
    for (index, line) in source.lines().enumerate() {
        for (marker, severity) in [("// error:", "error"), ("// warning:", "warning")] {
            let Some((_, rest)) = line.split_once(marker) else { continue };
            let rest = rest.trim();
            let (code, text) = rest.split_once('"').unwrap_or((rest, ""));
            all.push(Expected {
                line: index + 1,
                severity,
                code: code.trim().to_owned(),
                text: text.strip_suffix('"').unwrap_or(text).to_owned(),
            });
        }
    }
    all
}

/// The line of a byte, from 1.
#[must_use]
pub fn line(source: &str, byte: u32) -> usize {
    let byte = usize::try_from(byte).unwrap_or(usize::MAX);
    1 + source.bytes().take(byte).filter(|b| *b == b'\n').count()
}

/// What is wrong with the diagnostics that were given: errors that were not expected, and expectations that
/// were not met. Warnings that are not expected are let pass.
#[must_use]
pub fn differences(source: &str, given: &[&Diagnostic]) -> Vec<String> {
    let mut left = expected(source);
    let mut problems = Vec::new();
    for diagnostic in given {
        let severity = if diagnostic.severity == Severity::Error { "error" } else { "warning" };
        let at = line(source, diagnostic.primary.span.lo);
        let code = diagnostic.code.to_string();
        let met = left.iter().position(|wanted| {
            wanted.line == at
                && wanted.severity == severity
                && (wanted.code.is_empty() || wanted.code == code)
                && diagnostic.message.contains(&wanted.text)
        });
        match met {
            Some(index) => {
                left.remove(index);
            }
            None if severity == "error" => {
                problems.push(format!("line {at}: error {code}: {}", diagnostic.message));
            }
            None => {}
        }
    }
    problems
        .extend(left.iter().map(|w| format!("line {}: no {} {} {:?}", w.line, w.severity, w.code, w.text)));
    problems
}
