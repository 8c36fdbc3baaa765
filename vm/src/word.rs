//! The first bytes of texts as one number, by which most that differ are told apart at once.

/// The first eight bytes, with zeros behind a shorter text.
#[inline(always)]
pub(crate) fn first(text: &[u8]) -> u64 {
    match text.first_chunk::<8>() {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => text.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    }
}

/// What is compared of a text before the text itself: its length, and its first eight bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The length.
    pub(crate) len: usize,
    word: u64,
}

impl Mark {
    /// The mark of a whole text.
    #[inline(always)]
    pub(crate) fn of(text: &[u8]) -> Self {
        Self::at(text, 0, text.len())
    }

    /// The mark of a text within another: what stands behind it is read with it and then left out.
    #[inline(always)]
    pub(crate) fn at(text: &[u8], start: usize, len: usize) -> Self {
        let rest = text.get(start..).unwrap_or(&[]);
        let behind = 64 - 8 * len.min(8);
        // A shift by 64 for the empty text is none that the processor has.
        Self { len, word: first(rest).checked_shl(u32::try_from(behind).unwrap_or(0)).unwrap_or(0) }
    }

    /// A number as a mark.
    #[inline(always)]
    pub(crate) const fn number(number: u64) -> Self {
        Self { len: 8, word: number }
    }

    /// Whether the mark is all there is to the text.
    #[inline(always)]
    pub(crate) const fn is_whole(self) -> bool {
        self.len <= 8
    }

    /// The bytes as a number.
    #[inline(always)]
    pub(crate) const fn word(self) -> u64 {
        self.word
    }
}

/// A hash of a text that is the same everywhere.
#[inline(always)]
pub(crate) fn hash(mark: Mark, text: &[u8]) -> u32 {
    const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut bits = (mark.word() ^ (mark.len as u64)).wrapping_mul(SPREAD);
    if !mark.is_whole() {
        for part in text.chunks(8).skip(1) {
            bits = (bits.rotate_left(23) ^ first(part)).wrapping_mul(SPREAD);
        }
    }
    let mixed = (bits ^ (bits >> 29)).wrapping_mul(SPREAD);
    (mixed >> 32) as u32
}
