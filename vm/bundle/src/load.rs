//! Loading what strangers send.

use std::fmt;

use policy_bytecode::bundle::{Caps, Container};
use policy_bytecode::scalar::Timestamp;
use policy_vm::{Intrinsics, LoadError, Program};

use crate::trust::{Signer, Trust, TrustError};

/// Why a bundle is not loaded.
///
/// ```
/// use policy_bundle::{Error, Trust, load};
///
/// let public = "ed25519:vhdoTpONu6y+T9nefWD4Qc8+9V53nynzXhkSA06pHho=";
/// let trust = Trust::parse(&format!("[[key]]\nname = \"release\"\npublic = \"{public}\"\n"))?;
/// let now = std::time::SystemTime::now().into();
/// match load(b"no bundle", &[], &trust, now, policy_stdlib::table()) {
///     Err(Error::Load(error)) => assert!(error.to_string().starts_with("the bytes are no bundle")),
///     Err(Error::Trust(_)) | Ok(_) => unreachable!("it is not even looked at"),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub enum Error {
    /// Those who must have signed it did not.
    Trust(TrustError),
    /// It does not load.
    Load(LoadError),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Trust(error) => error.fmt(f),
            Self::Load(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

/// Loads a bundle that somebody whom a trust store knows has signed, with the files beside it. Size, bounds and digests
/// come before the signatures, and the signatures before anything is unpacked.
///
/// ```
/// use policy_bundle::{Error, Trust, TrustError, load};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let trust = Trust::parse(r#"
/// [[key]]
/// name = "release"
/// public = "ed25519:vhdoTpONu6y+T9nefWD4Qc8+9V53nynzXhkSA06pHho="
/// "#)?;
/// let bundle = std::fs::read("../examples/gate.pbundle")?;
/// let now = std::time::SystemTime::now().into();
/// let refused = load(&bundle, &[], &trust, now, policy_stdlib::table());
/// assert!(matches!(refused, Err(Error::Trust(TrustError::Unsigned))));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// Why it is not trusted, or does not load; nothing of it has run.
pub fn load(
    bytes: &[u8],
    beside: &[&[u8]],
    trust: &Trust,
    now: Timestamp,
    library: &'static Intrinsics,
) -> Result<(Program, Vec<Signer>), Error> {
    let caps = Caps::default();
    let open = |bytes| Container::open(bytes, caps).map_err(|error| Error::Load(LoadError::Bytes(error)));
    let container = open(bytes)?;
    let mut others = Vec::with_capacity(beside.len());
    for bytes in beside {
        others.push(open(bytes)?);
    }
    let signers = trust.check(&container, now).map_err(Error::Trust)?;
    let program = Program::of_container(&container, &others, library).map_err(Error::Load)?;
    Ok((program, signers))
}
