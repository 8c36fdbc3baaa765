//! Bundles as files.

use std::path::{Path, PathBuf};

use policy_bundle::{SecretKey, Trust};
use policy_bytecode::bundle::{Caps, Container};
use policy_project::confine;

/// The greatest size of a key or trust store, in bytes.
const MAX_SMALL: u64 = 1 << 20;

/// A bundle, and the files beside it.
pub(crate) struct Files {
    path: PathBuf,
    bytes: Vec<u8>,
    beside: Vec<Vec<u8>>,
}

impl Files {
    /// Reads them. Data and debug information that lie beside under the bundle's own name are found by themselves.
    pub(crate) fn read(path: &Path, beside: &[PathBuf]) -> Result<Self, String> {
        let bytes = read(path, Caps::default().bytes)?;
        let mut named: Vec<PathBuf> = beside.to_vec();
        if beside.is_empty() {
            let near = [DATA, DEBUG].map(|ending| path.with_extension(ending));
            named.extend(near.into_iter().filter(|near| near.is_file() && near != path));
        }
        let beside: Result<Vec<Vec<u8>>, String> =
            named.iter().map(|path| read(path, Caps::default().bytes)).collect();
        Ok(Self { path: path.to_path_buf(), bytes, beside: beside? })
    }

    /// The bytes of the bundle itself.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The outsides of the bundle and of the files beside it that belong to it.
    pub(crate) fn open(&self) -> Result<(Container<'_>, Vec<Container<'_>>), String> {
        let shown = self.path.display();
        let refused = |error| format!("{shown} is refused: {error}");
        let container = Container::open(&self.bytes, Caps::default()).map_err(refused)?;
        let mut beside = Vec::new();
        for bytes in &self.beside {
            let other = Container::open(bytes, Caps::default());
            beside.push(other.map_err(|error| format!("a file beside {shown} is refused: {error}"))?);
        }
        Ok((container, beside))
    }
}

/// The ending of bundles.
pub(crate) const BUNDLE: &str = "pbundle";
/// The ending of files that hold the data of a bundle.
pub(crate) const DATA: &str = "pdata";
/// The ending of files that hold the debug information of a bundle.
pub(crate) const DEBUG: &str = "pdebug";

/// Reads a file of at most so many bytes.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, String> {
    confine::read(path, limit).map_err(|error| format!("{} cannot be read: {error}", path.display()))
}

fn text(path: &Path) -> Result<String, String> {
    String::from_utf8(read(path, MAX_SMALL)?).map_err(|_| format!("{} is not UTF-8", path.display()))
}

/// The secret key of a file.
pub(crate) fn secret(path: &Path) -> Result<SecretKey, String> {
    SecretKey::parse(&text(path)?).map_err(|error| format!("{} holds no secret key: {error}", path.display()))
}

/// The trust store of a file.
pub(crate) fn trust(path: &Path) -> Result<Trust, String> {
    Trust::parse(&text(path)?).map_err(|error| format!("{}: {error}", path.display()))
}

/// Writes a file as a whole, or leaves what was there.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    policy_project::write::replace(path, bytes, policy_project::write::Readers::Usual)
        .map_err(|error| format!("{} cannot be written: {}", path.display(), confine::describe(&error)))
}

/// A digest, as it is shown.
pub(crate) fn digest(bytes: &[u8; 32]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{digits}")
}

/// A number of bytes, for people.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} bytes"),
        10_000..10_000_000 => format!("{} kB", bytes / 1_000),
        10_000_000.. => format!("{} MB", bytes / 1_000_000),
    }
}
