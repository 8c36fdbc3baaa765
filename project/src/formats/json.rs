//! JSON and JSON Lines.

use serde::de::IgnoredAny;

use super::{Document, Format, FormatError};

/// One document a line; empty lines are none. Whether a line is JSON is for the reader of values to say.
pub(super) fn lines(bytes: &[u8]) -> Vec<Result<Document, FormatError>> {
    bytes
        .split(|byte| *byte == b'\n')
        .enumerate()
        .map(|(index, line)| (index, line.trim_ascii()))
        .filter(|(_, line)| !line.is_empty())
        .map(|(index, line)| Ok(Document { line: index + 1, json: line.to_vec() }))
        .collect()
}

/// The list of documents, as one JSON text.
///
/// # Errors
/// Where one of them is not one JSON value: joined with others it would be read as something else.
pub(super) fn list(format: Format, documents: &[Document]) -> Result<Vec<u8>, FormatError> {
    let mut out = vec![b'['];
    for (index, document) in documents.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        check(&document.json).map_err(|error| FormatError {
            format,
            line: document.line + error.line.saturating_sub(1),
            ..error
        })?;
        out.extend_from_slice(&document.json);
    }
    out.push(b']');
    Ok(out)
}

/// Checks that `bytes` are one JSON value.
fn check(bytes: &[u8]) -> Result<(), FormatError> {
    serde_json::from_slice::<IgnoredAny>(bytes).map(|_| ()).map_err(|e| {
        let shown = e.to_string();
        let message = shown.split(" at line ").next().unwrap_or(&shown).to_owned();
        FormatError { format: Format::Json, line: e.line(), column: e.column(), message }
    })
}

/// Whether a text is a JSON list or object.
pub(super) fn is_structure(text: &str) -> bool {
    text.trim_start().starts_with(['[', '{']) && check(text.as_bytes()).is_ok()
}
