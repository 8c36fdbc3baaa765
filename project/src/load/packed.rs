//! Packages that lie in a bundle.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use policy_bytecode::bundle::{self, Caps, Container};

use crate::confine;
use crate::contents::ContentDigest;

/// Files by their paths, relative to their `policy.toml`.
type Contents = BTreeMap<String, Vec<u8>>;

/// A bundle whose files others depend on.
#[derive(Debug)]
struct Holder {
    id: ContentDigest,
    real: PathBuf,
    shown: String,
    packages: Vec<(String, Contents)>,
}

/// A package in a bundle.
#[derive(Clone, Debug)]
pub struct Packed {
    holder: Arc<Holder>,
    at: usize,
}

impl Packed {
    /// Opens a bundle, and gives the package that it was made from.
    pub(super) fn open(real: &Path, shown: &str) -> Result<Self, String> {
        let caps = Caps::default();
        let bytes = confine::read(real, caps.bytes).map_err(|refused| refused.to_string())?;
        let container = Container::open(&bytes, caps).map_err(|error| error.to_string())?;
        let packages = bundle::sources(&container).map_err(|error| error.to_string())?;
        let packages = packages.filter(|packages| !packages.is_empty()).ok_or_else(|| {
            "it holds no sources; `policyc build --sources` makes a bundle that others can depend on"
                .to_owned()
        })?;
        let packages = packages
            .into_iter()
            .map(|package| {
                let files = package.files.into_iter().map(|file| (file.path, file.bytes));
                (package.name, files.collect())
            })
            .collect();
        let holder =
            Holder { id: container.id(), real: real.to_path_buf(), shown: shown.to_owned(), packages };
        Ok(Self { holder: Arc::new(holder), at: 0 })
    }

    /// The package of a name in the same bundle.
    pub(super) fn beside(&self, name: &str) -> Option<Self> {
        let at = self.holder.packages.iter().position(|(other, _)| other == name)?;
        Some(Self { holder: Arc::clone(&self.holder), at })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.holder.packages.get(self.at).map_or("", |(name, _)| name)
    }

    /// The name of the package that the bundle was made from.
    #[must_use]
    pub fn first(&self) -> &str {
        self.holder.packages.first().map_or("", |(name, _)| name)
    }

    /// The id of the bundle.
    #[must_use]
    pub fn id(&self) -> ContentDigest {
        self.holder.id
    }

    /// The real path of the bundle.
    #[must_use]
    pub fn bundle(&self) -> &Path {
        &self.holder.real
    }

    /// A path that no other package has.
    pub(super) fn root(&self) -> PathBuf {
        self.holder.real.join(self.name())
    }

    /// What stands before its paths where they are shown.
    pub(super) fn shown(&self) -> String {
        format!("{}/{}/", self.holder.shown, self.name())
    }

    /// Its files, in the order of their paths.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let files = self.holder.packages.get(self.at).into_iter().flat_map(|(_, files)| files);
        files.map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }

    /// Whether two packages are the same, in one bundle or in two.
    pub(super) fn same(&self, other: &Self) -> bool {
        self.name() == other.name() && self.files().eq(other.files())
    }

    /// The files below a folder, with their paths from there.
    pub(super) fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        let folder = folder.trim_start_matches("./").trim_end_matches('/');
        self.files().filter_map(move |(path, bytes)| match folder {
            "" | "." => Some((path, bytes)),
            folder => Some((path.strip_prefix(folder)?.strip_prefix('/')?, bytes)),
        })
    }

    /// The text of a file.
    pub(super) fn text(&self, path: &str) -> Result<String, String> {
        let found = self.files().find(|(other, _)| *other == path);
        let (_, bytes) = found.ok_or_else(|| format!("the bundle holds no {path} of {}", self.name()))?;
        text(bytes)
    }
}

/// The text of a source.
pub(super) fn text(bytes: &[u8]) -> Result<String, String> {
    String::from_utf8(bytes.to_vec()).map_err(|_| "it is not UTF-8".to_owned())
}
