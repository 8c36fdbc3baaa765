//! Patterns that are a beginning, an end, and anything between: most globs and wildcards.

use crate::word;

/// A beginning and an end that do not overlap.
#[derive(Debug)]
pub(crate) struct Affixes {
    prefix: String,
    suffix: String,
    /// The first eight bytes of the beginning, and which of them count.
    first: (u64, u64),
    /// What must not stand between.
    without: Option<u8>,
    /// Whether the beginning without its last byte is a whole match too.
    or_self: bool,
}

/// The first eight bytes of a text, and which of them there are.
fn first(text: &str) -> (u64, u64) {
    let mask = match u32::try_from(text.len()) {
        Ok(len @ 0..8) => (1_u64 << (8 * len)) - 1,
        Ok(_) | Err(_) => u64::MAX,
    };
    (word::first(text.as_bytes()), mask)
}

impl Affixes {
    /// A pattern with a byte that must not stand between the two.
    pub(super) fn new(prefix: &str, suffix: &str, without: Option<u8>) -> Self {
        let first = first(prefix);
        Self { prefix: prefix.to_owned(), suffix: suffix.to_owned(), first, without, or_self: false }
    }

    /// What stands below a folder, and the folder itself.
    pub(super) fn below(folder: &str, separator: char) -> Self {
        let prefix = format!("{folder}{separator}");
        Self { first: first(folder), or_self: true, ..Self::new(&prefix, "", None) }
    }

    /// Whether a whole text matches.
    #[inline(always)]
    pub(crate) fn matches(&self, text: &[u8]) -> bool {
        // Most texts differ in their first bytes.
        word::first(text) & self.first.1 == self.first.0 && self.rest_matches(text)
    }

    fn rest_matches(&self, text: &[u8]) -> bool {
        let middle = text
            .strip_prefix(self.prefix.as_bytes())
            .and_then(|rest| rest.strip_suffix(self.suffix.as_bytes()));
        middle.is_some_and(|middle| self.without.is_none_or(|byte| memchr::memchr(byte, middle).is_none()))
            || self.or_self && self.prefix.as_bytes().split_last().is_some_and(|(_, folder)| folder == text)
    }
}
