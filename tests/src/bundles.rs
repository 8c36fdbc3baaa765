//! Bundles taken apart and put together by what `docs/bundle-format.md` says, without the code under test.

use std::borrow::Cow;
use std::sync::Arc;

use policy_bundle::SecretKey;
use sha2::{Digest as _, Sha256};

/// A section, and what the table says of it.
#[derive(Clone, Debug)]
pub struct Raw {
    /// The field of the name, 24 bytes.
    pub name: Vec<u8>,
    /// The byte of flags.
    pub flags: u8,
    /// The byte of the packing.
    pub packing: u8,
    /// The byte of the place.
    pub place: u8,
    /// The length that the table gives, unpacked; none for the right one.
    pub length: Option<u64>,
    /// The length that the table gives, stored; none for the right one.
    pub stored: Option<u64>,
    /// The bytes, unpacked.
    pub bytes: Vec<u8>,
    /// The bytes that it had first, with their digest: what was not touched is not hashed again.
    first: Arc<(Vec<u8>, [u8; 32])>,
}

impl Raw {
    /// The name.
    #[must_use]
    pub fn name(&self) -> String {
        String::from_utf8_lossy(&self.name).trim_end_matches('\0').to_owned()
    }
}

/// A bundle in parts.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The version of the format.
    pub format: u16,
    /// The oldest reader.
    pub reader: u16,
    /// The number of sections that the header gives; none for the right one.
    pub count: Option<u16>,
    /// The sections.
    pub sections: Vec<Raw>,
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

impl Parts {
    /// The parts of a bundle whose sections all lie inside.
    ///
    /// # Panics
    /// Where it is none.
    #[must_use]
    pub fn of(bundle: &[u8]) -> Self {
        let count = number(&bundle[12..14]) as usize;
        let mut at = 16 + 80 * count + 32;
        let mut sections = Vec::new();
        for entry in bundle[16..16 + 80 * count].chunks(80) {
            let stored = &bundle[at..at + number(&entry[32..40]) as usize];
            at += stored.len();
            let bytes = match entry[25] {
                0 => stored.to_vec(),
                _ => miniz_oxide::inflate::decompress_to_vec(stored).unwrap(),
            };
            sections.push(Raw {
                name: entry[..24].to_vec(),
                flags: entry[24],
                packing: 0,
                place: 0,
                length: None,
                stored: None,
                first: Arc::new((bytes.clone(), Sha256::digest(&bytes).into())),
                bytes,
            });
        }
        assert_eq!(bundle[at..at + 4], *b"sigs");
        Self {
            format: number(&bundle[8..10]) as u16,
            reader: number(&bundle[10..12]) as u16,
            count: None,
            sections,
        }
    }

    /// The section of a name.
    ///
    /// # Panics
    /// Where there is none.
    pub fn section(&mut self, name: &str) -> &mut Raw {
        self.sections.iter_mut().find(|section| section.name() == name).unwrap()
    }

    /// The bundle, with all digests made anew, and signed where there is a key.
    #[must_use]
    pub fn seal(&self, key: Option<&SecretKey>) -> Vec<u8> {
        let mut table = b"policyc\0".to_vec();
        table.extend(self.format.to_le_bytes());
        table.extend(self.reader.to_le_bytes());
        table.extend(self.count.unwrap_or(self.sections.len() as u16).to_le_bytes());
        table.extend([0, 0]);
        let mut contents = Vec::new();
        for section in &self.sections {
            let stored: Cow<'_, [u8]> = match section.packing {
                0 => Cow::Borrowed(&section.bytes),
                _ => Cow::Owned(miniz_oxide::deflate::compress_to_vec(&section.bytes, 1)),
            };
            let digest =
                if *stored == *section.first.0 { section.first.1 } else { Sha256::digest(&stored).into() };
            table.extend(&section.name);
            table.extend([section.flags, section.packing, section.place, 0, 0, 0, 0, 0]);
            table.extend(section.stored.unwrap_or(stored.len() as u64).to_le_bytes());
            table.extend(section.length.unwrap_or(section.bytes.len() as u64).to_le_bytes());
            table.extend(digest);
            if section.place == 0 {
                contents.extend_from_slice(&stored);
            }
        }
        let mut out = table.clone();
        out.extend(Sha256::digest(&table));
        out.extend(contents);
        let mut signatures = b"sigs".to_vec();
        signatures.extend(u16::from(key.is_some()).to_le_bytes());
        signatures.extend([0, 0]);
        if let Some(key) = key {
            let mut whole = table.clone();
            for entry in whole[16..].chunks_mut(80) {
                entry[26] = 0;
            }
            let id: [u8; 32] = Sha256::digest(&whole).into();
            let key_id = key.public().id().0;
            let mut message = b"policyc bundle signature 1\0".to_vec();
            message.extend(id);
            message.extend(key_id);
            message.extend(u64::MAX.to_le_bytes());
            signatures.extend(key_id);
            signatures.extend(u64::MAX.to_le_bytes());
            signatures.extend([0; 8]);
            signatures.extend(key.sign(&message));
        }
        out.extend(&signatures);
        out.extend(Sha256::digest(&signatures));
        out
    }
}
