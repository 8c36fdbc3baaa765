//! Between offsets in a text and the positions of the protocol.

use gen_lsp_types::{Position, Range};
use policy_syntax::Span;

/// What a column counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16, as the protocol has it where nothing is agreed.
    #[default]
    Utf16,
    /// Characters.
    Utf32,
}

/// Where the lines of a text begin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lines {
    starts: Vec<u32>,
}

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A line ends with `\n`, `\r\n` or a lone `\r`.
fn ends_line(byte: u8, next: Option<&u8>) -> bool {
    byte == b'\n' || (byte == b'\r' && next != Some(&b'\n'))
}

impl Lines {
    pub(crate) fn new(text: &str) -> Self {
        let mut starts = vec![0];
        let bytes = text.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            if ends_line(*byte, bytes.get(at + 1)) {
                starts.push(small(at + 1));
            }
        }
        Self { starts }
    }

    /// Follows a change of the text: what was at `old` is `length` bytes now, in `text`.
    pub(crate) fn replace(&mut self, old: Span, length: u32, text: &str) {
        // A carriage return before the change may have become a line's end, or no longer be one.
        let first = self.starts.partition_point(|start| *start < old.lo.max(1));
        let behind = self.starts.partition_point(|start| *start <= old.hi).max(first);
        let bytes = text.as_bytes();
        let (from, to) = (old.lo.saturating_sub(1) as usize, old.lo.saturating_add(length) as usize);
        let piece = bytes.get(from..to.min(bytes.len())).unwrap_or_default();
        let ends = piece.iter().enumerate().filter(|(n, byte)| ends_line(**byte, bytes.get(from + n + 1)));
        let new: Vec<u32> = ends.map(|(n, _)| small(from + n + 1)).collect();
        let removed = old.hi - old.lo;
        for start in self.starts.iter_mut().skip(behind) {
            *start = start.saturating_sub(removed).saturating_add(length);
        }
        self.starts.splice(first..behind, new);
    }

    /// The line of an offset, from 0.
    pub(crate) fn line(&self, offset: u32) -> u32 {
        small(self.starts.partition_point(|start| *start <= offset).saturating_sub(1))
    }

    /// Where a line begins; the end of the text where there is no such line.
    pub(crate) fn start(&self, text: &str, line: u32) -> u32 {
        self.starts.get(line as usize).copied().unwrap_or_else(|| small(text.len()))
    }

    /// How many lines there are.
    #[cfg(test)]
    pub(crate) fn count(&self) -> u32 {
        small(self.starts.len())
    }

    /// The text of a line, without its end.
    pub(crate) fn text<'t>(&self, text: &'t str, line: u32) -> &'t str {
        let (lo, hi) = (self.start(text, line), self.start(text, line + 1));
        text.get(lo as usize..hi as usize).unwrap_or("").trim_end_matches(['\n', '\r'])
    }

    /// The position of an offset; one behind the end is the end, one within a character its beginning.
    pub(crate) fn position(&self, text: &str, offset: u32, encoding: Encoding) -> Position {
        let offset = text.floor_char_boundary(offset as usize);
        let line = self.line(small(offset));
        let start = self.start(text, line) as usize;
        let before = text.get(start..offset).unwrap_or("");
        let character = match encoding {
            Encoding::Utf8 => before.len(),
            Encoding::Utf16 if before.is_ascii() => before.len(),
            Encoding::Utf16 => before.chars().map(char::len_utf16).sum(),
            Encoding::Utf32 => before.chars().count(),
        };
        Position { line, character: small(character) }
    }

    /// The offset of a position; one behind the end of its line is that end.
    pub(crate) fn offset(&self, text: &str, position: Position, encoding: Encoding) -> u32 {
        let start = self.start(text, position.line);
        let line = self.text(text, position.line);
        let mut left = position.character as usize;
        let mut at = 0;
        for c in line.chars() {
            let width = match encoding {
                Encoding::Utf8 => c.len_utf8(),
                Encoding::Utf16 => c.len_utf16(),
                Encoding::Utf32 => 1,
            };
            if left < width {
                break;
            }
            left -= width;
            at += c.len_utf8();
        }
        start + small(at)
    }

    pub(crate) fn range(&self, text: &str, span: Span, encoding: Encoding) -> Range {
        Range { start: self.position(text, span.lo, encoding), end: self.position(text, span.hi, encoding) }
    }

    pub(crate) fn span(&self, text: &str, range: Range, encoding: Encoding) -> Span {
        let lo = self.offset(text, range.start, encoding);
        let hi = self.offset(text, range.end, encoding);
        Span::new(lo.min(hi), lo.max(hi))
    }
}

#[cfg(test)]
mod tests;
