//! Telling a format from the text, where no file name tells it.

use super::Format;

/// The format of a text that has no name: JSON where it begins as JSON does, YAML where it begins as a YAML
/// mapping, list or directive does. Nothing else is guessed.
#[must_use]
pub fn sniff(bytes: &[u8]) -> Option<Format> {
    let text = crate::text::to_utf8_bytes(bytes).ok()?;
    let head = text.get(..text.len().min(4096)).unwrap_or(&text);
    let head = String::from_utf8_lossy(head);
    let first = head.lines().map(str::trim_end).find(|line| {
        let line = line.trim_start();
        !line.is_empty() && !line.starts_with('#')
    })?;
    let trimmed = first.trim_start();
    if trimmed.starts_with(['{', '[']) {
        return Some(Format::Json);
    }
    if first == "---" || first.starts_with("--- ") || first.starts_with("%YAML") || first.starts_with("- ") {
        return Some(Format::Yaml);
    }
    let key = trimmed.split_once(':').filter(|(_, rest)| rest.is_empty() || rest.starts_with(' '));
    if let Some((key, _)) = key
        && !key.is_empty()
        && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '"' | '\''))
    {
        return Some(Format::Yaml);
    }
    let scalar = matches!(trimmed, "true" | "false" | "null") || super::number::is_json(trimmed);
    (scalar || trimmed.starts_with('"')).then_some(Format::Json)
}
