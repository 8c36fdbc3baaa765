//! Trust stores: whose signatures count, and which there must be.

use std::fmt;

use policy_bytecode::bundle::{self, Container, DecodeError, Signature, message};
use policy_bytecode::scalar::Timestamp;
use policy_vm::time::days;
use serde::Deserialize;

use crate::keys::{KeyId, PublicKey};

/// A trust store.
///
/// ```
/// use policy_bundle::{SecretKey, Trust, TrustError};
///
/// let key = SecretKey::of_seed([7; 32]).public();
/// let trust = Trust::parse(&format!(r#"
/// require = 1
///
/// [[key]]
/// name = "release"
/// public = "{key}"
/// bundles = ["gate", "ci-*"]
/// until = 2027-12-31T00:00:00Z
/// "#))?;
/// // A store that is half understood is not used.
/// assert!(matches!(Trust::parse("require = 1\nkeys = []"), Err(TrustError::Store(_))));
/// # Ok::<(), policy_bundle::TrustError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Trust {
    keys: Vec<Trusted>,
    require: usize,
}

#[derive(Clone, Debug)]
struct Trusted {
    name: String,
    public: PublicKey,
    id: KeyId,
    required: bool,
    revoked: bool,
    until: Option<u64>,
    bundles: Option<Vec<String>>,
}

/// A key whose signature counts.
///
/// ```
/// # let bundle = std::fs::read("../examples/gate.pbundle")?;
/// # let container = Container::open(&bundle, Caps::default())?;
/// use policy_bytecode::bundle::{Caps, Container};
/// use policy_bundle::{SecretKey, Signer, Trust, sign};
///
/// let key = SecretKey::of_seed([7; 32]);
/// let trust = Trust::parse(&format!("[[key]]\nname = \"release\"\npublic = \"{}\"\n", key.public()))?;
/// let signed = sign(&container, &key, Some(2_000_000_000))?;
/// let now = std::time::SystemTime::UNIX_EPOCH.into();
/// let signers = trust.check(&Container::open(&signed, Caps::default())?, now)?;
/// let release = Signer { name: "release".to_owned(), key: key.public().id(), expires: Some(2_000_000_000) };
/// assert_eq!(signers, [release]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// Its name in the trust store.
    pub name: String,
    /// Its id.
    pub key: KeyId,
    /// The first second since 1970 at which the signature no longer holds.
    pub expires: Option<u64>,
}

/// Why a bundle is not trusted.
///
/// ```
/// # let bundle = std::fs::read("../examples/gate.pbundle")?;
/// # let container = Container::open(&bundle, Caps::default())?;
/// use policy_bytecode::bundle::{Caps, Container};
/// use policy_bundle::{Trust, TrustError};
///
/// /// What is done about a bundle that is not trusted.
/// fn response(error: &TrustError) -> &'static str {
///     match error {
///         TrustError::Store(_) => "mend the trust store",
///         TrustError::Bytes(_) | TrustError::Forged { .. } => "tell security",
///         TrustError::Unsigned | TrustError::Missing { .. } | TrustError::TooFew { .. } => "have it signed",
///     }
/// }
///
/// let public = "ed25519:vhdoTpONu6y+T9nefWD4Qc8+9V53nynzXhkSA06pHho=";
/// let trust = Trust::parse(&format!("[[key]]\nname = \"release\"\npublic = \"{public}\"\n"))?;
/// let error = trust.check(&container, std::time::SystemTime::now().into()).expect_err("nobody signed it");
/// assert_eq!(response(&error), "have it signed");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrustError {
    /// The trust store itself is wrong.
    Store(String),
    /// The bundle cannot be read.
    Bytes(DecodeError),
    /// Nobody signed it.
    Unsigned,
    /// A signature that a key of the store did not make.
    Forged {
        /// The name of the key.
        name: String,
    },
    /// A key that must have signed has no signature that holds.
    Missing {
        /// Its name.
        name: String,
        /// Why its signature does not count, if there is one.
        why: Option<Lapse>,
    },
    /// Fewer signatures hold than are asked for.
    TooFew {
        /// How many hold.
        holding: usize,
        /// How many are asked for.
        required: usize,
        /// Signatures that do not count, and why.
        lapsed: Vec<(String, Lapse)>,
    },
}

/// Why a signature that is right does not count.
///
/// ```
/// # let bundle = std::fs::read("../examples/gate.pbundle")?;
/// # let container = Container::open(&bundle, Caps::default())?;
/// use policy_bytecode::bundle::{Caps, Container};
/// use policy_bundle::{Lapse, SecretKey, Trust, TrustError, sign};
///
/// /// Whether another signature of the same key would do.
/// const fn sign_again(why: Lapse) -> bool {
///     match why {
///         Lapse::Expired => true,
///         Lapse::Unknown | Lapse::Revoked | Lapse::KeyLapsed | Lapse::OtherBundle => false,
///     }
/// }
///
/// let key = SecretKey::of_seed([7; 32]);
/// let store = format!("[[key]]\nname = \"release\"\npublic = \"{}\"\nrequired = true\n", key.public());
/// let signed = sign(&container, &key, Some(1_000))?;
/// let now = std::time::SystemTime::now().into();
/// let refused = Trust::parse(&store)?.check(&Container::open(&signed, Caps::default())?, now);
/// let Err(TrustError::Missing { why: Some(why), .. }) = refused else { return Err("trusted".into()) };
/// assert!(sign_again(why));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lapse {
    /// The store does not know the key.
    Unknown,
    /// The store says that the key is revoked.
    Revoked,
    /// The key counts no longer.
    KeyLapsed,
    /// The signature holds no longer.
    Expired,
    /// The key is not for bundles of this name.
    OtherBundle,
}

impl fmt::Display for Lapse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "the trust store does not know the key",
            Self::Revoked => "the key is revoked",
            Self::KeyLapsed => "the key is trusted no longer",
            Self::Expired => "the signature has expired",
            Self::OtherBundle => "the key is not trusted for bundles of this name",
        })
    }
}

impl fmt::Display for TrustError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(what) => write!(f, "the trust store is wrong: {what}"),
            Self::Bytes(error) => write!(f, "the bytes are no bundle: {error}"),
            Self::Unsigned => f.write_str("nobody signed the bundle"),
            Self::Forged { name } => {
                write!(f, "the signature of {name} is forged, or the bundle was changed")
            }
            Self::Missing { name, why: None } => write!(f, "{name} must have signed the bundle and did not"),
            Self::Missing { name, why: Some(why) } => write!(f, "the signature of {name} is needed: {why}"),
            Self::TooFew { holding, required, lapsed } => {
                write!(f, "{holding} of its signatures count, and {required} must")?;
                lapsed.iter().try_for_each(|(name, why)| write!(f, "; {name}: {why}"))
            }
        }
    }
}

impl std::error::Error for TrustError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Store {
    #[serde(default = "one")]
    require: usize,
    #[serde(default)]
    key: Vec<Entry>,
}

fn one() -> usize {
    1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    public: String,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    revoked: bool,
    until: Option<toml::value::Datetime>,
    bundles: Option<Vec<String>>,
}

impl Trust {
    /// Reads a trust store, which is TOML.
    ///
    /// # Errors
    /// What is wrong with it: a store that is half understood is not used.
    pub fn parse(text: &str) -> Result<Self, TrustError> {
        let store: Store = toml::from_str(text).map_err(|error| {
            TrustError::Store(error.message().lines().next().unwrap_or("it is no TOML").to_owned())
        })?;
        let mut keys: Vec<Trusted> = Vec::with_capacity(store.key.len());
        for entry in store.key {
            let wrong = |what: String| TrustError::Store(format!("key {}: {what}", entry.name));
            let public = PublicKey::parse(&entry.public).map_err(|error| wrong(error.to_string()))?;
            let until = match entry.until {
                Some(until) => Some(seconds(until).ok_or_else(|| {
                    wrong(
                        "`until` is a date, or a time with its zone, such as 2027-12-31T00:00:00Z".to_owned(),
                    )
                })?),
                None => None,
            };
            let id = public.id();
            if keys.iter().any(|other| other.id == id || other.name == entry.name) {
                return Err(wrong("it stands in the store twice".to_owned()));
            }
            let Entry { name, required, revoked, bundles, .. } = entry;
            keys.push(Trusted { name, public, id, required, revoked, until, bundles });
        }
        let usable = keys.iter().filter(|key| !key.revoked).count();
        if store.require == 0 && !keys.iter().any(|key| key.required) {
            return Err(TrustError::Store("it asks for no signature at all".to_owned()));
        }
        if store.require > usable {
            let what = format!("it asks for {} signatures, and has {usable} keys", store.require);
            return Err(TrustError::Store(what));
        }
        Ok(Self { keys, require: store.require })
    }

    /// Whose signatures of a bundle count at a time.
    ///
    /// ```
    /// # let bundle = std::fs::read("../examples/gate.pbundle")?;
    /// # let container = Container::open(&bundle, Caps::default())?;
    /// use policy_bytecode::bundle::{Caps, Container};
    /// use policy_bundle::{SecretKey, Trust, sign};
    ///
    /// let key = SecretKey::of_seed([7; 32]);
    /// let store = format!("[[key]]\nname = \"release\"\npublic = \"{}\"\n", key.public());
    /// let signed = sign(&container, &key, None)?;
    /// let now = std::time::SystemTime::now().into();
    /// let signers = Trust::parse(&store)?.check(&Container::open(&signed, Caps::default())?, now)?;
    /// assert_eq!(signers[0].name, "release");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Too few do, or one is forged. Keys that the store does not know are passed over.
    pub fn check(&self, container: &Container<'_>, now: Timestamp) -> Result<Vec<Signer>, TrustError> {
        if container.signatures.is_empty() {
            return Err(TrustError::Unsigned);
        }
        let id = container.id();
        let mut right: Vec<(&Trusted, &Signature)> = Vec::new();
        let mut lapsed: Vec<(String, Lapse)> = Vec::new();
        for signature in &container.signatures {
            let Some(key) = self.keys.iter().find(|key| key.id.0 == signature.key) else {
                lapsed.push((KeyId(signature.key).to_string(), Lapse::Unknown));
                continue;
            };
            let signed = message(&id, &signature.key, signature.expires);
            if !key.public.signed(&signed, &signature.bytes) {
                return Err(TrustError::Forged { name: key.name.clone() });
            }
            right.push((key, signature));
        }
        // Only what somebody known has signed is looked into.
        let name = match right.is_empty() {
            true => String::new(),
            false => bundle::manifest(container).map_err(TrustError::Bytes)?.name,
        };
        let now = u64::try_from(now.seconds).unwrap_or(0);
        let mut holding: Vec<Signer> = Vec::new();
        for (key, signature) in right {
            match key.lapse(signature, &name, now) {
                Some(why) => lapsed.push((key.name.clone(), why)),
                None if holding.iter().any(|other| other.key == key.id) => {}
                None => {
                    holding.push(Signer { name: key.name.clone(), key: key.id, expires: signature.expires })
                }
            }
        }
        for key in self.keys.iter().filter(|key| key.required) {
            if !holding.iter().any(|signer| signer.key == key.id) {
                let why = lapsed.iter().find(|(name, _)| *name == key.name).map(|(_, why)| *why);
                return Err(TrustError::Missing { name: key.name.clone(), why });
            }
        }
        if holding.len() < self.require {
            return Err(TrustError::TooFew { holding: holding.len(), required: self.require, lapsed });
        }
        Ok(holding)
    }
}

impl Trusted {
    /// Why a signature of the key does not count.
    fn lapse(&self, signature: &Signature, bundle: &str, now: u64) -> Option<Lapse> {
        if self.revoked {
            return Some(Lapse::Revoked);
        }
        if self.until.is_some_and(|until| now >= until) {
            return Some(Lapse::KeyLapsed);
        }
        if signature.expires.is_some_and(|expires| now >= expires) {
            return Some(Lapse::Expired);
        }
        let names = self.bundles.as_ref()?;
        let fits = |pattern: &String| match pattern.strip_suffix('*') {
            Some(start) => bundle.starts_with(start),
            None => bundle == pattern,
        };
        (!names.iter().any(fits)).then_some(Lapse::OtherBundle)
    }
}

/// Seconds since 1970; a date counts from its first instant in UTC.
fn seconds(at: toml::value::Datetime) -> Option<u64> {
    let date = at.date?;
    let days = days(i32::from(date.year), u32::from(date.month), u32::from(date.day));
    let in_day = match (at.time, at.offset) {
        (None, None) => 0,
        (Some(time), Some(offset)) => {
            let minutes = match offset {
                toml::value::Offset::Z => 0,
                toml::value::Offset::Custom { minutes } => i64::from(minutes),
            };
            let seconds = time.second.unwrap_or(0);
            i64::from(time.hour) * 3_600 + i64::from(time.minute) * 60 + i64::from(seconds) - minutes * 60
        }
        (Some(_), None) | (None, Some(_)) => return None,
    };
    u64::try_from(i64::from(days) * 86_400 + in_day).ok()
}

#[cfg(test)]
mod tests;
