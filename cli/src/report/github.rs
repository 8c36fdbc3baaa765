//! Annotations of GitHub Actions: `::error file=…,line=…::message`.

use policy_project::Files;
use policy_syntax::{Diagnostic, Severity};

/// A finding a line.
pub(crate) fn findings(found: &[Diagnostic], files: &Files) -> String {
    let mut out = String::new();
    for one in found {
        let place = files.get(one.primary.file).map(|file| {
            let (line, column) = file.position(one.primary.span.lo);
            let (end_line, end_column) = file.position(one.primary.span.hi.max(one.primary.span.lo));
            (file.path.as_str(), line, column, end_line, end_column)
        });
        let mut message = one.message.clone();
        for (head, texts) in [("note", &one.notes), ("help", &one.help)] {
            for text in texts {
                message.push_str(&format!("\n{head}: {text}"));
            }
        }
        let mut properties = Vec::new();
        if let Some((path, line, column, end_line, end_column)) = place {
            properties.push(("file", path.to_owned()));
            properties.push(("line", line.to_string()));
            properties.push(("col", column.to_string()));
            if end_line == line {
                properties.push(("endColumn", end_column.to_string()));
            } else {
                properties.push(("endLine", end_line.to_string()));
            }
        }
        properties.push(("title", one.code.to_string()));
        let level = match one.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        out.push_str(&annotation(level, &properties, &message));
    }
    out
}

/// One annotation, with what could be read as a command of its own escaped.
pub(crate) fn annotation(level: &str, properties: &[(&str, String)], message: &str) -> String {
    let properties: Vec<String> = properties
        .iter()
        .map(|(name, value)| format!("{name}={}", data(value).replace(':', "%3A").replace(',', "%2C")))
        .collect();
    format!("::{level} {}::{}\n", properties.join(","), data(message))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}
