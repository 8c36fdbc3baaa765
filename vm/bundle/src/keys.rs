//! Keys, and their form in files.

use std::fmt;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use policy_vm::base64;
use sha2::{Digest as _, Sha256};

/// What stands before a public key in a file.
const PUBLIC: &str = "ed25519:";
/// What stands before a secret key in a file.
const SECRET: &str = "ed25519-secret:";

/// Why a text is no key.
///
/// ```
/// use policy_bundle::PublicKey;
///
/// let error = PublicKey::parse("ssh-ed25519 AAAA").expect_err("a key of another kind");
/// assert_eq!(error.to_string(), "a public key is written ed25519: and 44 digits of base64");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoKey(&'static str);

impl fmt::Display for NoKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for NoKey {}

/// The digest of a public key, by which signatures and trust stores name it.
///
/// ```
/// use policy_bundle::SecretKey;
///
/// let id = SecretKey::of_seed([7; 32]).public().id();
/// assert_eq!((id.0.len(), id.to_string().len()), (32, 64));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyId(pub [u8; 32]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

/// A public key.
///
/// ```
/// use policy_bundle::{PublicKey, SecretKey};
///
/// let public = SecretKey::of_seed([7; 32]).public();
/// assert!(public.to_string().starts_with("ed25519:"));
/// assert_eq!(PublicKey::parse(&public.to_string()), Ok(public));
/// assert!(PublicKey::parse("ed25519:AAAA").is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// The key of a text, as its file holds it.
    ///
    /// ```
    /// use policy_bundle::{PublicKey, SecretKey};
    ///
    /// let key = SecretKey::of_seed([7; 32]);
    /// assert_eq!(PublicKey::parse(&key.public().to_string()), Ok(key.public()));
    /// assert!(PublicKey::parse(&key.reveal()).is_err());
    /// ```
    ///
    /// # Errors
    /// The text is no public key, or a weak one.
    pub fn parse(text: &str) -> Result<Self, NoKey> {
        let text = text.trim();
        if text.starts_with(SECRET) {
            return Err(NoKey("it is a secret key; the public one stands in the file that ends in .pub"));
        }
        let wanted = NoKey("a public key is written ed25519: and 44 digits of base64");
        let digits = text.strip_prefix(PUBLIC).ok_or(wanted.clone())?;
        let bytes: [u8; 32] =
            base64::read(digits).and_then(|bytes| bytes.try_into().ok()).ok_or(wanted.clone())?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| wanted)?;
        if key.is_weak() {
            Err(NoKey("it is a weak key, whose signatures anybody can make"))
        } else {
            Ok(Self(key))
        }
    }

    /// Its digest.
    #[must_use]
    pub fn id(&self) -> KeyId {
        KeyId(Sha256::digest(self.0.as_bytes()).into())
    }

    /// Whether it signed a message.
    ///
    /// ```
    /// use policy_bundle::SecretKey;
    ///
    /// let key = SecretKey::of_seed([7; 32]);
    /// let signature = key.sign(b"a message");
    /// assert!(key.public().signed(b"a message", &signature));
    /// assert!(!key.public().signed(b"another", &signature));
    /// ```
    #[must_use]
    pub fn signed(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = String::new();
        base64::write(self.0.as_bytes(), &mut digits);
        write!(f, "{PUBLIC}{digits}")
    }
}

/// A secret key. It is wiped from memory when it is dropped, and not shown.
///
/// ```
/// use policy_bundle::SecretKey;
///
/// let key = SecretKey::of_seed([7; 32]);
/// let again = SecretKey::parse(&key.reveal())?;
/// assert_eq!(again.public(), key.public());
/// assert_eq!(format!("{key:?}"), "SecretKey(..)");
/// # Ok::<(), policy_bundle::NoKey>(())
/// ```
pub struct SecretKey(SigningKey);

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SecretKey").finish_non_exhaustive()
    }
}

impl SecretKey {
    /// The key of 32 random bytes, which whoever makes keys must have from a good source.
    #[must_use]
    pub fn of_seed(seed: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&seed))
    }

    /// The key of a text, as its file holds it.
    ///
    /// # Errors
    /// The text is no secret key.
    pub fn parse(text: &str) -> Result<Self, NoKey> {
        let wanted = NoKey("a secret key is written ed25519-secret: and 44 digits of base64");
        let digits = text.trim().strip_prefix(SECRET).ok_or(wanted.clone())?;
        let seed = base64::read(digits).and_then(|bytes| bytes.try_into().ok()).ok_or(wanted)?;
        Ok(Self::of_seed(seed))
    }

    /// The text for its file.
    #[must_use]
    pub fn reveal(&self) -> String {
        let mut digits = String::new();
        base64::write(self.0.as_bytes(), &mut digits);
        format!("{SECRET}{digits}\n")
    }

    /// The public key that belongs to it.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Its signature of a message.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
    out
}
