//! Programs as bytes.
//!
//! `magic | format | sections | table of sections | sections`, all numbers little endian. The table has a
//! kind, an offset, a length and a SHA-256 digest for each section. The same program gives the same
//! bytes. Reading checks sizes, bounds and digests before it decodes anything, and decodes within limits;
//! what was read must still be verified ([`crate::verify`]).

mod codec;

#[cfg(test)]
mod tests;

use sha2::{Digest, Sha256};

use crate::inst::Inst;
use crate::program::Program;

/// The first bytes.
pub const MAGIC: [u8; 8] = *b"policyc\0";

/// The version of the format.
pub const FORMAT: u16 = 2;

/// The most bytes that are read.
pub const MAX_BYTES: usize = 256 << 20;

const HEADER: usize = 12;
const ENTRY: usize = 2 + 8 + 8 + 32;

/// Kinds of sections, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
enum Section {
    /// Edition and library.
    Meta = 1,
    /// Texts, types, constants and other tables.
    Tables = 2,
    /// Instructions, eight bytes each.
    Code = 3,
    /// Functions, data, globals, obligations, exceptions and policies.
    Items = 4,
    /// Places in sources.
    Debug = 5,
}

const SECTIONS: [Section; 5] =
    [Section::Meta, Section::Tables, Section::Code, Section::Items, Section::Debug];

/// Why bytes are no program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// They begin otherwise.
    Magic,
    /// A version of the format that is not known.
    Format(u16),
    /// More bytes than are read.
    TooLarge,
    /// A section that is missing, repeated, unknown, or lies elsewhere than it should.
    Layout,
    /// A section whose digest is another.
    Digest(u16),
    /// A section that does not decode.
    Section(u16),
}

impl std::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Magic => f.write_str("it does not begin as one"),
            Self::Format(format) => write!(f, "format {format} is not known here"),
            Self::TooLarge => f.write_str("it is too large"),
            Self::Layout => f.write_str("its sections do not lie where they should"),
            Self::Digest(section) => write!(f, "section {section} is damaged"),
            Self::Section(section) => write!(f, "section {section} cannot be decoded"),
        }
    }
}

impl std::error::Error for DecodeError {}

/// The canonical bytes of a program.
#[must_use]
pub fn encode(program: &Program) -> Vec<u8> {
    let code: Vec<u8> = program.code.iter().flat_map(|inst| inst.encode()).collect();
    let sections = SECTIONS.map(|section| match section {
        Section::Meta => codec::meta(program),
        Section::Tables => codec::tables(program),
        Section::Code => code.clone(),
        Section::Items => codec::items(program),
        Section::Debug => codec::debug(program),
    });
    let mut out = Vec::new();
    out.extend(MAGIC);
    out.extend(FORMAT.to_le_bytes());
    out.extend(5_u16.to_le_bytes());
    let mut offset = (HEADER + ENTRY * SECTIONS.len()) as u64;
    for (section, bytes) in SECTIONS.iter().zip(&sections) {
        out.extend((*section as u16).to_le_bytes());
        out.extend(offset.to_le_bytes());
        out.extend((bytes.len() as u64).to_le_bytes());
        out.extend(Sha256::digest(bytes));
        offset += bytes.len() as u64;
    }
    for bytes in sections {
        out.extend(bytes);
    }
    out
}

/// The digest of the canonical bytes.
#[must_use]
pub fn digest(program: &Program) -> [u8; 32] {
    Sha256::digest(encode(program)).into()
}

/// The program of canonical bytes. It is not verified yet.
///
/// # Errors
/// Why the bytes are none.
pub fn decode(bytes: &[u8]) -> Result<Program, DecodeError> {
    if bytes.len() > MAX_BYTES {
        return Err(DecodeError::TooLarge);
    }
    let header = bytes.get(..HEADER).ok_or(DecodeError::Magic)?;
    if !header.starts_with(&MAGIC) {
        return Err(DecodeError::Magic);
    }
    let format = u16_at(header, 8).ok_or(DecodeError::Magic)?;
    if format != FORMAT {
        return Err(DecodeError::Format(format));
    }
    if u16_at(header, 10).map(usize::from) != Some(SECTIONS.len()) {
        return Err(DecodeError::Layout);
    }
    let mut program = Program::default();
    let mut expected = (HEADER + ENTRY * SECTIONS.len()) as u64;
    for (at, section) in SECTIONS.into_iter().enumerate() {
        let entry = bytes.get(HEADER + at * ENTRY..HEADER + (at + 1) * ENTRY).ok_or(DecodeError::Layout)?;
        let kind = u16_at(entry, 0).ok_or(DecodeError::Layout)?;
        let offset = u64_at(entry, 2).ok_or(DecodeError::Layout)?;
        let len = u64_at(entry, 10).ok_or(DecodeError::Layout)?;
        if kind != section as u16 || offset != expected {
            return Err(DecodeError::Layout);
        }
        expected = offset.checked_add(len).ok_or(DecodeError::Layout)?;
        let (Ok(from), Ok(to)) = (usize::try_from(offset), usize::try_from(expected)) else {
            return Err(DecodeError::Layout);
        };
        let content = bytes.get(from..to).ok_or(DecodeError::Layout)?;
        if entry.get(18..) != Some(Sha256::digest(content).as_slice()) {
            return Err(DecodeError::Digest(kind));
        }
        let read = match section {
            Section::Meta => codec::read_meta(content, &mut program),
            Section::Tables => codec::read_tables(content, &mut program),
            Section::Code => read_code(content, &mut program),
            Section::Items => codec::read_items(content, &mut program),
            Section::Debug => codec::read_debug(content, &mut program),
        };
        read.ok_or(DecodeError::Section(kind))?;
    }
    if expected == bytes.len() as u64 { Ok(program) } else { Err(DecodeError::Layout) }
}

fn read_code(bytes: &[u8], program: &mut Program) -> Option<()> {
    let (insts, rest) = bytes.as_chunks::<8>();
    if !rest.is_empty() {
        return None;
    }
    program.code = insts.iter().map(|inst| Inst::decode(*inst)).collect::<Option<Vec<Inst>>>()?;
    Some(())
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2).and_then(|bytes| bytes.try_into().ok()).map(u16::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes)
}
