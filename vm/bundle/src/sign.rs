//! Signing.

use std::fmt;

use policy_bytecode::bundle::{Container, MAX_SIGNATURES, Signature, message};

use crate::keys::SecretKey;

/// A bundle has as many signatures as it can hold.
///
/// ```
/// # let bundle = std::fs::read("../examples/gate.pbundle")?;
/// use policy_bytecode::bundle::{Caps, Container, MAX_SIGNATURES};
/// use policy_bundle::{SecretKey, TooMany, sign};
///
/// let mut bundle = bundle;
/// for seed in 0..=MAX_SIGNATURES {
///     let key = SecretKey::of_seed([u8::try_from(seed)?; 32]);
///     match sign(&Container::open(&bundle, Caps::default())?, &key, None) {
///         Ok(signed) => bundle = signed,
///         Err(refused) => assert_eq!((refused, seed), (TooMany, MAX_SIGNATURES)),
///     }
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
/// ```
/// # let bundle = std::fs::read("../examples/gate.pbundle")?;
/// # let container = Container::open(&bundle, Caps::default())?;
/// use policy_bytecode::bundle::{Caps, Container};
/// use policy_bundle::{SecretKey, sign};
///
/// let signed = sign(&container, &SecretKey::of_seed([7; 32]), None)?;
/// let signed = Container::open(&signed, Caps::default())?;
/// assert_eq!(signed.signatures.len(), 1);
/// // A signature changes nothing of what is signed.
/// assert_eq!(signed.id(), container.id());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
