//! Digests.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// SHA-256 of bytes, as decisions show it: `sha256:` and 64 hexadecimal digits.
pub(crate) fn of(bytes: &[u8]) -> String {
    shown(&Sha256::digest(bytes).into())
}

pub(crate) fn shown(digest: &[u8; 32]) -> String {
    let mut out = String::from("sha256:");
    for byte in digest {
        let _ = write!(out, "{byte:02x}");
    }
    out
}
