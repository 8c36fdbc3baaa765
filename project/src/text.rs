//! Bytes to text: byte order marks, UTF-16, and what is no text at all.

use std::borrow::Cow;
use std::fmt;

/// Why bytes are no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextError {
    /// Not UTF-8, from this byte on.
    NotUtf8 {
        /// Where the first wrong byte stands.
        at: usize,
    },
    /// The bytes begin as UTF-16 does, and do not hold it.
    NotUtf16 {
        /// Where the first wrong unit stands, in bytes.
        at: usize,
    },
    /// The bytes are UTF-32.
    Utf32,
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 { at } => write!(f, "the text is not UTF-8: byte {at} fits no character"),
            Self::NotUtf16 { at } => {
                write!(f, "the text begins as UTF-16 and is not: the unit at byte {at} fits no character")
            }
            Self::Utf32 => f.write_str("the text is UTF-32; write it as UTF-8"),
        }
    }
}

impl std::error::Error for TextError {}

/// Takes a UTF-8 byte order mark away and turns UTF-16 (told by its mark, or by the zero bytes that ASCII has
/// in it) into UTF-8. Other bytes stay as they are; whether they are UTF-8 is for the reader to say.
///
/// # Errors
/// Where the bytes are UTF-32, or begin as UTF-16 and are not.
pub fn to_utf8_bytes(bytes: &[u8]) -> Result<Cow<'_, [u8]>, TextError> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => Ok(Cow::Borrowed(rest)),
        [0xFF, 0xFE, 0, 0, ..]
        | [0, 0, 0xFE, 0xFF, ..]
        | [0, 0, 0, 1..=0x7F, ..]
        | [1..=0x7F, 0, 0, 0, ..] => Err(TextError::Utf32),
        [0xFF, 0xFE, rest @ ..] => from_utf16(rest, 2, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => from_utf16(rest, 2, u16::from_be_bytes),
        [1..=0x7F, 0, ..] => from_utf16(bytes, 0, u16::from_le_bytes),
        [0, 1..=0x7F, ..] => from_utf16(bytes, 0, u16::from_be_bytes),
        _ => Ok(Cow::Borrowed(bytes)),
    }
}

/// The text that `bytes` hold, without its byte order mark.
///
/// # Errors
/// Where the bytes are neither UTF-8 nor UTF-16.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, TextError> {
    let skipped = if bytes.starts_with(&[0xEF, 0xBB, 0xBF]) { 3 } else { 0 };
    match to_utf8_bytes(bytes)? {
        Cow::Borrowed(plain) => std::str::from_utf8(plain)
            .map(Cow::Borrowed)
            .map_err(|e| TextError::NotUtf8 { at: e.valid_up_to() + skipped }),
        Cow::Owned(converted) => {
            String::from_utf8(converted).map(Cow::Owned).map_err(|_| TextError::NotUtf16 { at: 0 })
        }
    }
}

fn from_utf16(bytes: &[u8], skipped: usize, unit: fn([u8; 2]) -> u16) -> Result<Cow<'_, [u8]>, TextError> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    let mut at = skipped;
    for read in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match read {
            Ok(c) => {
                text.push(c);
                at += c.len_utf16() * 2;
            }
            Err(_) => return Err(TextError::NotUtf16 { at }),
        }
    }
    if odd.is_empty() { Ok(Cow::Owned(text.into_bytes())) } else { Err(TextError::NotUtf16 { at }) }
}

#[cfg(test)]
mod tests;
