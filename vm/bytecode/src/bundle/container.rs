//! The outside of a bundle: header, table of sections, seal, sections, signatures.
//!
//! Nothing here knows what a section means. Reading checks, in this order: the size of the whole, that everything
//! lies where it should, the seal over header and table, and the digest of each section. Nothing is unpacked.

use std::borrow::Cow;

use sha2::{Digest as _, Sha256};

use super::error::DecodeError;
use super::pack::{Packing, unpack};
use super::signature::{self, Signature};

/// The first bytes.
pub const MAGIC: [u8; 8] = *b"policyc\0";

/// The version of the format that is written.
pub const FORMAT: u16 = 3;

/// The oldest version of the format that is read, and the least that a reader of what is written must know.
pub const OLDEST: u16 = 3;

/// The most sections.
pub const MAX_SECTIONS: usize = 64;

const HEADER: usize = 16;
const ENTRY: usize = 80;
const NAME: usize = 24;
/// Where an entry says whether its section lies inside or beside.
const PLACE: usize = 26;
const SEAL: usize = 32;

/// How much of a stranger's bytes is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// The most bytes of the file.
    pub bytes: u64,
    /// The most bytes of all sections together, unpacked.
    pub unpacked: u64,
}

impl Default for Caps {
    fn default() -> Self {
        Self { bytes: 256 << 20, unpacked: 512 << 20 }
    }
}

/// What the table says of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its name: lower-case letters, digits, `.` and `-`.
    pub name: String,
    /// Whether a reader that does not know it must refuse the bundle.
    pub required: bool,
    /// How it is stored.
    pub packing: Packing,
    /// Whether it lies in a file beside this one.
    pub beside: bool,
    /// Its bytes as stored.
    pub stored: u64,
    /// Its bytes, unpacked.
    pub length: u64,
    /// The digest of its bytes as stored.
    pub digest: [u8; 32],
}

/// A bundle whose outside is sound. What is inside is not looked at yet.
#[derive(Clone, Debug)]
pub struct Container<'a> {
    /// The version of the format.
    pub format: u16,
    /// The sections, in the order of the table.
    pub sections: Vec<Section>,
    /// Signatures; nothing here says that they are right.
    pub signatures: Vec<Signature>,
    id: [u8; 32],
    contents: Vec<Option<&'a [u8]>>,
    outside: &'a [u8],
}

impl<'a> Container<'a> {
    /// Looks at the outside of a bundle: size, bounds, digests.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn open(bytes: &'a [u8], caps: Caps) -> Result<Self, DecodeError> {
        let size = bytes.len() as u64;
        if size > caps.bytes {
            return Err(DecodeError::TooLarge { bytes: size, limit: caps.bytes });
        }
        let header =
            bytes.get(..HEADER).filter(|header| header.starts_with(&MAGIC)).ok_or(DecodeError::Magic)?;
        let format = u16_at(header, 8).ok_or(DecodeError::Magic)?;
        let reader = u16_at(header, 10).ok_or(DecodeError::Magic)?;
        let count = usize::from(u16_at(header, 12).ok_or(DecodeError::Magic)?);
        if format < OLDEST {
            return Err(DecodeError::Format(format));
        }
        if reader > FORMAT {
            return Err(DecodeError::Reader(reader));
        }
        if reader < OLDEST || reader > format || u16_at(header, 14) != Some(0) {
            return Err(DecodeError::Table("the header says what cannot be"));
        }
        if count > MAX_SECTIONS {
            return Err(DecodeError::Table("too many sections"));
        }
        let table_end = HEADER + count * ENTRY;
        let outside = bytes.get(..table_end).ok_or(DecodeError::Table("it ends too early"))?;
        let seal = bytes.get(table_end..table_end + SEAL).ok_or(DecodeError::Table("it ends too early"))?;
        if Sha256::digest(outside).as_slice() != seal {
            return Err(DecodeError::Table("it has another digest"));
        }
        let mut sections = Vec::with_capacity(count);
        let mut unpacked = 0_u64;
        for at in 0..count {
            let start = HEADER + at * ENTRY;
            let entry = outside.get(start..start + ENTRY).ok_or(DecodeError::Table("it ends too early"))?;
            let section = section(entry)?;
            if sections.iter().any(|other: &Section| other.name == section.name) {
                return Err(DecodeError::Table("a section stands in it twice"));
            }
            unpacked = unpacked.saturating_add(section.length);
            if unpacked > caps.unpacked {
                return Err(DecodeError::TooLarge { bytes: unpacked, limit: caps.unpacked });
            }
            sections.push(section);
        }
        let mut at = table_end + SEAL;
        let mut contents = Vec::with_capacity(count);
        for section in &sections {
            if section.beside {
                contents.push(None);
                continue;
            }
            let end = usize::try_from(section.stored).ok().and_then(|len| at.checked_add(len));
            let content = end.and_then(|end| bytes.get(at..end));
            let content = content.ok_or(DecodeError::Table("a section ends behind the end"))?;
            at += content.len();
            contents.push(Some(content));
        }
        for (section, content) in sections.iter().zip(&contents) {
            if content.is_some_and(|content| Sha256::digest(content).as_slice() != section.digest) {
                return Err(DecodeError::Digest(section.name.clone()));
            }
        }
        let signatures = signature::read(bytes.get(at..).unwrap_or(&[]))?;
        Ok(Self { format, sections, signatures, id: id_of(outside), contents, outside })
    }

    /// What signatures sign: the digest of header and table, wherever sections lie.
    #[must_use]
    pub const fn id(&self) -> [u8; 32] {
        self.id
    }

    /// What the table says of a section.
    #[must_use]
    pub fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.name == name)
    }

    /// Whether a section lies in this file.
    #[must_use]
    pub fn holds(&self, name: &str) -> bool {
        self.section(name).is_some_and(|section| !section.beside)
    }

    /// The bytes of a section that lies in this file, unpacked; none where the table does not name it.
    ///
    /// # Errors
    /// It lies beside, or does not unpack.
    pub fn content(&self, name: &str) -> Result<Option<Cow<'a, [u8]>>, DecodeError> {
        let Some(at) = self.sections.iter().position(|section| section.name == name) else { return Ok(None) };
        let (Some(section), Some(content)) = (self.sections.get(at), self.contents.get(at)) else {
            return Ok(None);
        };
        let content = content.ok_or_else(|| DecodeError::Beside(name.to_owned()))?;
        let length = usize::try_from(section.length).unwrap_or(usize::MAX);
        let bytes = unpack(section.packing, content, length);
        bytes.map(Some).ok_or_else(|| DecodeError::Packed(name.to_owned()))
    }

    /// The same bundle with sections moved out: the file that keeps those of which `stays` is true. Its id, and with it
    /// its signatures, stay the same.
    #[must_use]
    pub fn keeping(&self, stays: impl Fn(&str) -> bool) -> Vec<u8> {
        let mut outside = self.outside.to_vec();
        let mut kept = Vec::new();
        for (at, (section, content)) in self.sections.iter().zip(&self.contents).enumerate() {
            let content = content.filter(|_| stays(&section.name));
            if let Some(place) = outside.get_mut(HEADER + at * ENTRY + PLACE) {
                *place = u8::from(content.is_none());
            }
            kept.extend(content);
        }
        assemble(outside, &kept, &self.signatures)
    }

    /// The same bundle with other signatures.
    #[must_use]
    pub fn with_signatures(&self, signatures: &[Signature]) -> Vec<u8> {
        let kept: Vec<&[u8]> = self.contents.iter().flatten().copied().collect();
        assemble(self.outside.to_vec(), &kept, signatures)
    }
}

/// A section to write.
pub(super) struct Part {
    pub(super) name: &'static str,
    pub(super) required: bool,
    pub(super) packing: Packing,
    pub(super) bytes: Vec<u8>,
    pub(super) length: usize,
}

/// A bundle of sections, without signatures.
pub(super) fn write(parts: &[Part]) -> Vec<u8> {
    let mut outside = Vec::with_capacity(HEADER + parts.len() * ENTRY);
    outside.extend(MAGIC);
    outside.extend(FORMAT.to_le_bytes());
    outside.extend(OLDEST.to_le_bytes());
    outside.extend(u16::try_from(parts.len()).unwrap_or(u16::MAX).to_le_bytes());
    outside.extend([0; 2]);
    for part in parts {
        let mut name = [0; NAME];
        for (slot, byte) in name.iter_mut().zip(part.name.bytes()) {
            *slot = byte;
        }
        outside.extend(name);
        outside.extend([u8::from(part.required), part.packing.byte(), 0, 0, 0, 0, 0, 0]);
        outside.extend((part.bytes.len() as u64).to_le_bytes());
        outside.extend((part.length as u64).to_le_bytes());
        outside.extend(Sha256::digest(&part.bytes));
    }
    let contents: Vec<&[u8]> = parts.iter().map(|part| part.bytes.as_slice()).collect();
    assemble(outside, &contents, &[])
}

fn assemble(outside: Vec<u8>, contents: &[&[u8]], signatures: &[Signature]) -> Vec<u8> {
    let seal = Sha256::digest(&outside);
    let mut out = outside;
    out.extend(seal);
    for content in contents {
        out.extend(*content);
    }
    out.extend(signature::write(signatures));
    out
}

fn id_of(outside: &[u8]) -> [u8; 32] {
    let mut whole = outside.to_vec();
    for entry in whole.get_mut(HEADER..).unwrap_or(&mut []).chunks_exact_mut(ENTRY) {
        if let Some(place) = entry.get_mut(PLACE) {
            *place = 0;
        }
    }
    Sha256::digest(&whole).into()
}

fn section(entry: &[u8]) -> Result<Section, DecodeError> {
    let short = DecodeError::Table("it ends too early");
    let field = entry.get(..NAME).ok_or(short.clone())?;
    let used = field.iter().position(|byte| *byte == 0).unwrap_or(NAME);
    let (name, rest) = field.split_at_checked(used).ok_or(short.clone())?;
    let is_name =
        |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
    if name.is_empty() || !name.iter().all(is_name) || rest.iter().any(|byte| *byte != 0) {
        return Err(DecodeError::Table("a section has no name"));
    }
    let &[flags, packing, place, 0, 0, 0, 0, 0] = entry.get(NAME..32).unwrap_or(&[]) else {
        return Err(DecodeError::Table("a section says what is not known here"));
    };
    let (0 | 1, Some(packing), 0 | 1) = (flags, Packing::of_byte(packing), place) else {
        return Err(DecodeError::Table("a section says what is not known here"));
    };
    Ok(Section {
        name: String::from_utf8_lossy(name).into_owned(),
        required: flags == 1,
        packing,
        beside: place == 1,
        stored: u64_at(entry, 32).ok_or(short.clone())?,
        length: u64_at(entry, 40).ok_or(short.clone())?,
        digest: entry.get(48..ENTRY).and_then(|bytes| bytes.try_into().ok()).ok_or(short)?,
    })
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2).and_then(|bytes| bytes.try_into().ok()).map(u16::from_le_bytes)
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes)
}
