//! Signatures as they lie in a bundle. Whether they are right is for whoever knows keys to say.

use sha2::{Digest as _, Sha256};

use super::container::{u16_at, u64_at};
use super::error::DecodeError;

/// The most signatures of a bundle.
pub const MAX_SIGNATURES: usize = 16;

const MAGIC: &[u8; 4] = b"sigs";
const HEADER: usize = 8;
const ENTRY: usize = 112;

/// A signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The SHA-256 of the public key.
    pub key: [u8; 32],
    /// The first second since 1970 at which it no longer holds; none where it holds for ever.
    pub expires: Option<u64>,
    /// The Ed25519 signature of [`message`].
    pub bytes: [u8; 64],
}

/// What a key signs.
///
/// ```
/// let message = policy_bytecode::bundle::message(&[0; 32], &[0; 32], None);
/// assert!(message.starts_with(b"policyc bundle signature 1\0"));
/// assert_eq!(message.len(), 27 + 32 + 32 + 8);
/// ```
#[must_use]
pub fn message(id: &[u8; 32], key: &[u8; 32], expires: Option<u64>) -> Vec<u8> {
    let mut out = b"policyc bundle signature 1\0".to_vec();
    out.extend(id);
    out.extend(key);
    out.extend(expires.unwrap_or(u64::MAX).to_le_bytes());
    out
}

/// The end of a bundle: it is there without signatures too, so that cutting them off is seen.
pub(super) fn write(signatures: &[Signature]) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    out.extend(u16::try_from(signatures.len()).unwrap_or(u16::MAX).to_le_bytes());
    out.extend([0; 2]);
    for signature in signatures {
        out.extend(signature.key);
        out.extend(signature.expires.unwrap_or(u64::MAX).to_le_bytes());
        out.extend([0; 8]);
        out.extend(signature.bytes);
    }
    let digest = Sha256::digest(&out);
    out.extend(digest);
    out
}

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Signature>, DecodeError> {
    let short = || DecodeError::Signatures("they end too early");
    let header = bytes.get(..HEADER).ok_or_else(short)?;
    let count = usize::from(u16_at(header, 4).ok_or_else(short)?);
    if !header.starts_with(MAGIC) || u16_at(header, 6) != Some(0) {
        return Err(DecodeError::Signatures("they do not begin as signatures"));
    }
    if count > MAX_SIGNATURES {
        return Err(DecodeError::Signatures("there are too many"));
    }
    let end = HEADER + count * ENTRY;
    let signed = bytes.get(..end).ok_or_else(short)?;
    let digest = bytes.get(end..).ok_or_else(short)?;
    if digest != Sha256::digest(signed).as_slice() {
        return Err(DecodeError::Signatures("their digest is another"));
    }
    let entries = signed.get(HEADER..).unwrap_or(&[]).chunks_exact(ENTRY);
    entries.map(|entry| one(entry).ok_or(DecodeError::Signatures("one of them is none"))).collect()
}

fn one(entry: &[u8]) -> Option<Signature> {
    if u64_at(entry, 40) != Some(0) {
        return None;
    }
    Some(Signature {
        key: entry.get(..32)?.try_into().ok()?,
        expires: u64_at(entry, 32).filter(|expires| *expires != u64::MAX),
        bytes: entry.get(48..)?.try_into().ok()?,
    })
}
