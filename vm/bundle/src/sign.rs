//! Signing.

use std::fmt;

use policy_bytecode::bundle::{Container, MAX_SIGNATURES, Signature, message};

use crate::keys::SecretKey;

/// A bundle has as many signatures as it can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany;

impl fmt::Display for TooMany {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the bundle has {MAX_SIGNATURES} signatures already, which is as many as it can hold")
    }
}

impl std::error::Error for TooMany {}

/// The bundle with a signature more; one of the same key is replaced. `expires` is the first second since 1970 at which
/// it no longer holds.
///
/// # Errors
/// It has as many signatures as it can hold.
pub fn sign(container: &Container<'_>, key: &SecretKey, expires: Option<u64>) -> Result<Vec<u8>, TooMany> {
    let id = key.public().id().0;
    let mut signatures: Vec<Signature> =
        container.signatures.iter().filter(|signature| signature.key != id).cloned().collect();
    if signatures.len() >= MAX_SIGNATURES {
        return Err(TooMany);
    }
    let bytes = key.sign(&message(&container.id(), &id, expires));
    signatures.push(Signature { key: id, expires, bytes });
    signatures.sort_by_key(|signature| signature.key);
    Ok(container.with_signatures(&signatures))
}
