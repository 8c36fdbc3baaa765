//! The inside of text literals: where a piece ends, and what it stands for.

use std::borrow::Cow;

use super::LexError;
use crate::span::Span;

/// Why a piece of text ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PieceEnd {
    /// The closing quotes.
    Quotes,
    /// `{` of an interpolation.
    Interpolation,
    /// The end of the line (one-line texts) or of the file.
    Unclosed,
}

/// Reads text from byte `from` on. Gives where it ends (after the quotes or the brace, before the line's end) and why.
pub(super) fn scan_piece(
    source: &str,
    from: usize,
    multi: bool,
    errors: &mut Vec<LexError>,
) -> (usize, PieceEnd) {
    let bytes = source.as_bytes();
    let at = |i: usize| bytes.get(i).copied();
    let mut i = from;
    while let Some(byte) = at(i) {
        match byte {
            b'"' if !multi => return (i + 1, PieceEnd::Quotes),
            b'"' if at(i + 1) == Some(b'"') && at(i + 2) == Some(b'"') => return (i + 3, PieceEnd::Quotes),
            b'\n' if !multi => {
                let end = if i > from && at(i - 1) == Some(b'\r') { i - 1 } else { i };
                return (end, PieceEnd::Unclosed);
            }
            b'{' if at(i + 1) == Some(b'{') => i += 2,
            b'{' => return (i + 1, PieceEnd::Interpolation),
            b'}' if at(i + 1) == Some(b'}') => i += 2,
            b'}' => {
                errors.push(LexError::LoneBrace(span(i, i + 1)));
                i += 1;
            }
            b'\\' => i = scan_escape(source, i, errors),
            _ => i += 1,
        }
    }
    (bytes.len(), PieceEnd::Unclosed)
}

/// Reads the escape whose backslash stands at `at`; gives where it ends.
fn scan_escape(source: &str, at: usize, errors: &mut Vec<LexError>) -> usize {
    let rest = source.get(at + 1..).unwrap_or("");
    match rest.chars().next() {
        Some('n' | 't' | '"' | '\\') => at + 2,
        Some('u') => match unicode_escape(rest) {
            Some((_, len)) => at + 1 + len,
            None => {
                let len =
                    rest.find(|c: char| !(c.is_ascii_hexdigit() || "u{}".contains(c))).unwrap_or(rest.len());
                errors.push(LexError::BadEscape(span(at, at + 1 + len)));
                at + 1 + len
            }
        },
        Some(c) if c != '\n' && c != '\r' => {
            errors.push(LexError::BadEscape(span(at, at + 1 + c.len_utf8())));
            at + 1 + c.len_utf8()
        }
        _ => {
            errors.push(LexError::BadEscape(span(at, at + 1)));
            at + 1
        }
    }
}

/// Reads `u{1F600}` at the beginning of `text`; gives the character and the number of bytes.
fn unicode_escape(text: &str) -> Option<(char, usize)> {
    let digits = text.strip_prefix("u{")?;
    let len = digits.find('}')?;
    let digits = digits.get(..len)?;
    if digits.is_empty() || digits.len() > 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let c = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)?;
    Some((c, len + 3))
}

/// What text with escapes stands for. Damaged escapes (already reported) stand for themselves; CRLF is one line feed.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    let special = |byte: &u8| matches!(byte, b'{' | b'}' | b'\\' | b'\r');
    let Some(first) = text.bytes().position(|byte| special(&byte)) else { return Cow::Borrowed(text) };
    let (plain, mut rest) = text.split_at(first);
    let mut out = String::with_capacity(text.len());
    out.push_str(plain);
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or("");
        rest = match (c, after.chars().next()) {
            ('{', Some('{')) | ('}', Some('}')) => {
                out.push(c);
                after.get(1..).unwrap_or("")
            }
            ('\r', Some('\n')) => after,
            ('\\', Some(e @ ('n' | 't' | '"' | '\\'))) => {
                out.push(match e {
                    'n' => '\n',
                    't' => '\t',
                    other => other,
                });
                after.get(1..).unwrap_or("")
            }
            ('\\', Some('u')) => match unicode_escape(after) {
                Some((decoded, len)) => {
                    out.push(decoded);
                    after.get(len..).unwrap_or("")
                }
                None => {
                    out.push('\\');
                    after
                }
            },
            _ => {
                out.push(c);
                after
            }
        };
    }
    Cow::Owned(out)
}

/// A span from byte positions.
pub(super) fn span(lo: usize, hi: usize) -> Span {
    let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Span::new(clamp(lo), clamp(hi))
}
