//! Escapes: of JSON, and of what could mislead a reader.

use std::fmt::Write as _;

/// The most characters that a value shows in a message.
pub(crate) const SHOWN: usize = 200;

/// Writes a JSON string.
pub(crate) fn json_string(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| matches!(c, '"' | '\\' | '\0'..='\u{1f}')) {
        out.push_str(rest.get(..at).unwrap_or(""));
        match rest.as_bytes().get(at) {
            Some(b'"') => out.push_str("\\\""),
            Some(b'\\') => out.push_str("\\\\"),
            Some(b'\n') => out.push_str("\\n"),
            Some(b'\r') => out.push_str("\\r"),
            Some(b'\t') => out.push_str("\\t"),
            Some(8) => out.push_str("\\b"),
            Some(12) => out.push_str("\\f"),
            Some(control) => {
                let _ = write!(out, "\\u{control:04x}");
            }
            None => {}
        }
        rest = rest.get(at + 1..).unwrap_or("");
    }
    out.push_str(rest);
    out.push('"');
}

/// Whether a character hides, turns or breaks the text around it.
const fn misleads(character: char) -> bool {
    matches!(
        character,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Writes a character, escaped where it could mislead.
pub(crate) fn push_visible(character: char, out: &mut String) {
    match character {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        other if misleads(other) => {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(other));
        }
        other => out.push(other),
    }
}

/// Writes a value's text as messages show it: as it is where it is made of letters, digits, spaces and
/// `-_./:@+`, else quoted and escaped; cut past [`SHOWN`] characters. Structures, which are JSON, are not
/// quoted again.
pub(crate) fn shown(text: &str, structure: bool, out: &mut String) {
    let end = text.char_indices().nth(SHOWN).map(|(end, _)| end);
    let cut = text.get(..end.unwrap_or(text.len())).unwrap_or(text);
    let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '/' | ':' | '@' | '+');
    if structure {
        cut.chars().for_each(|character| push_visible(character, out));
    } else if !cut.is_empty() && cut.chars().all(plain) {
        out.push_str(cut);
    } else {
        out.push('"');
        for character in cut.chars() {
            if matches!(character, '"' | '\\') {
                out.push('\\');
            }
            push_visible(character, out);
        }
        out.push('"');
    }
    if end.is_some() {
        out.push('…');
    }
}
