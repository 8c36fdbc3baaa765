//! Packing of sections: DEFLATE, as RFC 1951 has it, without a wrapper.

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_slice_iter_to_slice;

/// How a section is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// As it is.
    Verbatim,
    /// Packed with DEFLATE.
    Deflate,
}

impl Packing {
    /// The byte in the table.
    pub(super) const fn byte(self) -> u8 {
        match self {
            Self::Verbatim => 0,
            Self::Deflate => 1,
        }
    }

    pub(super) const fn of_byte(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Self::Verbatim),
            1 => Some(Self::Deflate),
            2.. => None,
        }
    }

    /// The name, for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Verbatim => "verbatim",
            Self::Deflate => "deflate",
        }
    }
}

/// The hardest that the packer tries; unpacking costs the same at every level.
const LEVEL: u8 = 9;

/// The most bytes that a packed byte can stand for: a match of 258 bytes takes at least two bits. What claims to be denser is
/// refused before there is room for it.
const DENSEST: usize = 258 * 8 / 2;

/// Packs what becomes at least an eighth smaller.
pub(super) fn pack(bytes: Vec<u8>, wanted: bool) -> (Packing, Vec<u8>) {
    if !wanted {
        return (Packing::Verbatim, bytes);
    }
    let packed = compress_to_vec(&bytes, LEVEL);
    if packed.len() <= bytes.len() - bytes.len() / 8 && packed.len() < bytes.len() {
        (Packing::Deflate, packed)
    } else {
        (Packing::Verbatim, bytes)
    }
}

/// The bytes of a section; none where they are not as many as the table says.
pub(super) fn unpack(packing: Packing, stored: &[u8], length: usize) -> Option<std::borrow::Cow<'_, [u8]>> {
    match packing {
        Packing::Verbatim => (stored.len() == length).then_some(stored.into()),
        Packing::Deflate => {
            if length > stored.len().saturating_mul(DENSEST) {
                return None;
            }
            let mut bytes = vec![0; length];
            let used = decompress_slice_iter_to_slice(&mut bytes, std::iter::once(stored), false, false);
            (used == Ok(length)).then_some(bytes.into())
        }
    }
}
