//! Finding a project and reading its files.

mod data;
mod modules;
mod packages;
mod packed;
mod parameters;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use policy_syntax::{Diagnostic, FileId, Location, Span};

use crate::confine::{self, Refused};
use crate::files::{Files, SourceFile};
use crate::formats::{self, Columns, Format};
use crate::manifest::{FILE_NAME, Manifest};
use crate::problem::Problem;

pub use self::data::DataItem;
pub use self::packages::{Package, VENDOR, vendored};
pub use self::packed::Packed;

/// The greatest size of a source file, in bytes.
pub const MAX_SOURCE: u64 = 32 << 20;
/// The greatest size of a data file or fixture, in bytes.
pub const MAX_DATA: u64 = 256 << 20;
/// The greatest number of source or data files.
pub const MAX_FILES: usize = 50_000;

/// A project, or a file that belongs to none.
#[derive(Clone, Debug)]
pub struct Project {
    /// The real path of the folder that holds `policy.toml`; of a lone file the folder that holds it.
    pub root: PathBuf,
    /// What `policy.toml` says.
    pub manifest: Manifest,
    /// The number of `policy.toml` in `files`; none of a lone file.
    pub manifest_file: Option<FileId>,
    /// `policy.toml` and the sources, those of dependencies included.
    pub files: Files,
    /// The project itself, and then all that it depends on.
    pub packages: Vec<Package>,
    /// The modules of all packages, in the order of their names.
    pub modules: Vec<ModuleFile>,
    /// The data files of all packages, in the order of packages and of their names.
    pub data: Vec<DataFile>,
    /// The files of the entity store, in the order of `policy.toml`.
    pub entities: Vec<DataFile>,
    /// The files that parameters of entries are bound to.
    pub parameters: Vec<ParameterFile>,
    /// What is wrong with the project itself; not with the sources, which are not parsed here.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether copies of dependencies stand in for them.
    pub copies: bool,
}

/// A source file that holds a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleFile {
    /// The name that its path gives it; none for a lone file, which may have any.
    pub name: Option<String>,
    /// Its text.
    pub file: FileId,
    /// The package that it belongs to, a position in [`Project::packages`].
    pub package: usize,
}

/// A file that holds parameters of an entry's policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterFile {
    /// The entry.
    pub entry: String,
    /// The parameter; none where the file holds all of them.
    pub name: Option<String>,
    /// Where `policy.toml` names the file.
    pub place: Location,
    /// The file.
    pub file: DataFile,
}

/// A file of reference data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataFile {
    /// The dotted name that its path gives it: the qualified name of a data item, or the end of one.
    pub name: String,
    /// Its path, relative to the project.
    pub path: String,
    /// Its real path.
    pub real: PathBuf,
    /// The package that it belongs to, a position in [`Project::packages`].
    pub package: usize,
    /// What it is written in.
    pub format: Format,
    /// Its content, as JSON text.
    pub json: Vec<u8>,
    /// Of CSV and TSV, what the file holds: cells are read by the type of the item.
    pub table: Option<Vec<u8>>,
}

impl DataFile {
    /// Its content as JSON text, with cells of CSV and TSV read as their columns are.
    #[must_use]
    pub fn json_as(&self, columns: &Columns) -> Cow<'_, [u8]> {
        let read =
            self.table.as_ref().and_then(|bytes| formats::one_document_as(self.format, bytes, columns).ok());
        read.map_or(Cow::Borrowed(&self.json), Cow::Owned)
    }
}

/// Why there is no project to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadError {
    /// No `policy.toml` in the folder or above it.
    NoProject {
        /// The folder.
        folder: PathBuf,
    },
    /// A file or folder that was named cannot be read.
    Unreadable {
        /// The path as given.
        path: PathBuf,
        /// Why.
        reason: Refused,
    },
    /// A file that was named is neither a source nor `policy.toml`.
    NotASource {
        /// The path as given.
        path: PathBuf,
    },
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoProject { folder } => {
                write!(f, "there is no {FILE_NAME} in {} or above it", folder.display())
            }
            Self::Unreadable { path, reason } => write!(f, "{} cannot be read: {reason}", path.display()),
            Self::NotASource { path } => {
                write!(f, "{} is no source: their names end in .policy", path.display())
            }
        }
    }
}

impl std::error::Error for LoadError {}

/// Texts that stand in for files, by real path: what an editor holds and has not saved.
pub type Overlay = BTreeMap<PathBuf, String>;

/// The folder that holds `policy.toml`: `from` itself, or the nearest one above it.
#[must_use]
pub fn find_root(from: &Path) -> Option<PathBuf> {
    let from = from.canonicalize().ok()?;
    from.ancestors().find(|folder| folder.join(FILE_NAME).is_file()).map(Path::to_path_buf)
}

impl Project {
    /// The project around `path`: a folder, a source, or a `policy.toml`. A source outside of any project, or one that
    /// its project does not list, is a project of its own.
    ///
    /// # Errors
    /// Where there is none. What is wrong inside is in [`Project::diagnostics`].
    pub fn open(path: &Path, overlay: &Overlay) -> Result<Self, LoadError> {
        Self::open_with(path, overlay, true)
    }

    /// The project around `path`, with what it depends on as `policy.toml` says where it is: copies of it in the project do
    /// not count.
    ///
    /// # Errors
    /// As [`Project::open`].
    pub fn open_originals(path: &Path) -> Result<Self, LoadError> {
        Self::open_with(path, &Overlay::new(), false)
    }

    fn open_with(path: &Path, overlay: &Overlay, copies: bool) -> Result<Self, LoadError> {
        let unreadable = |error: std::io::Error| LoadError::Unreadable {
            path: path.to_path_buf(),
            reason: Refused::from(error),
        };
        let real = path.canonicalize().map_err(unreadable)?;
        if real.is_dir() {
            let root = find_root(&real).ok_or_else(|| LoadError::NoProject { folder: path.to_path_buf() })?;
            return Self::open_root(&root, overlay, copies);
        }
        if real.file_name().is_some_and(|name| name == FILE_NAME) {
            return Self::open_root(real.parent().unwrap_or(&real), overlay, copies);
        }
        if real.extension().is_none_or(|ending| ending != "policy") {
            return Err(LoadError::NotASource { path: path.to_path_buf() });
        }
        let folder = real.parent().unwrap_or(&real);
        if let Some(root) = find_root(folder) {
            let project = Self::open_root(&root, overlay, copies)?;
            if project.file_at(&real).is_some() {
                return Ok(project);
            }
        }
        Self::open_file(path, &real, overlay)
    }

    /// The number of the source at a real path.
    #[must_use]
    pub fn file_at(&self, real: &Path) -> Option<FileId> {
        let relative = slashed(real.strip_prefix(&self.root).ok()?);
        self.files.iter().find(|(_, file)| file.path == relative).map(|(id, _)| id)
    }

    fn open_file(shown: &Path, real: &Path, overlay: &Overlay) -> Result<Self, LoadError> {
        let root = real.parent().unwrap_or(real).to_path_buf();
        let text = source(real, overlay)
            .map_err(|reason| LoadError::Unreadable { path: shown.to_path_buf(), reason })?;
        let name = real.file_name().map_or_else(|| real.to_path_buf(), PathBuf::from);
        let mut files = Files::default();
        let file = files.add(SourceFile::new(slashed(&name), text));
        Ok(Self::of_files(root, files, &[file]))
    }

    /// A project of sources in memory, without a `policy.toml`; fixtures are read below `root`.
    #[must_use]
    pub fn of_files(root: PathBuf, files: Files, modules: &[FileId]) -> Self {
        let manifest = Manifest::default();
        Self {
            packages: vec![Package::own(&root, &manifest)],
            root,
            manifest,
            manifest_file: None,
            files,
            modules: modules.iter().map(|file| ModuleFile { name: None, file: *file, package: 0 }).collect(),
            data: Vec::new(),
            entities: Vec::new(),
            parameters: Vec::new(),
            diagnostics: Vec::new(),
            copies: true,
        }
    }

    /// The project whose `policy.toml` stands in `root`.
    fn open_root(root: &Path, overlay: &Overlay, copies: bool) -> Result<Self, LoadError> {
        let root = root.to_path_buf();
        let path = root.join(FILE_NAME);
        let text =
            source(&path, overlay).map_err(|reason| LoadError::Unreadable { path: path.clone(), reason })?;
        let mut files = Files::default();
        let (manifest, diagnostics) = {
            let file = files.add(SourceFile::new(FILE_NAME.to_owned(), text));
            Manifest::parse(files.get(file).map_or("", |file| &*file.text), file)
        };
        let mut project = Self {
            packages: vec![Package::own(&root, &manifest)],
            root,
            manifest,
            manifest_file: Some(FileId(0)),
            files,
            modules: Vec::new(),
            data: Vec::new(),
            entities: Vec::new(),
            parameters: Vec::new(),
            diagnostics,
            copies,
        };
        packages::load(&mut project, overlay);
        modules::load(&mut project, overlay);
        data::entities(&mut project);
        parameters::load(&mut project);
        data::load(&mut project);
        crate::lock::check(&mut project);
        policy_syntax::diagnostic::sort(&mut project.diagnostics);
        Ok(project)
    }

    /// Takes in the sources of the project that stand in `overlay` only, and have not been saved yet.
    pub fn take_unsaved(&mut self, overlay: &Overlay) {
        let roots: Vec<PathBuf> =
            self.manifest.sources.iter().map(|folder| self.root.join(&folder.value)).collect();
        for (path, text) in overlay {
            let source = path.extension().is_some_and(|ending| ending == "policy");
            if !source || self.file_at(path).is_some() || path.exists() {
                continue;
            }
            let below = roots.iter().find_map(|root| path.strip_prefix(root).ok());
            let Some(Ok(name)) = below.map(modules::module_name) else { continue };
            if self.modules.iter().any(|module| module.name.as_ref() == Some(&name)) {
                continue;
            }
            let shown = slashed(path.strip_prefix(&self.root).unwrap_or(path));
            let file = self.files.add(SourceFile::new(shown, text.as_str()));
            self.modules.push(ModuleFile { name: Some(name), file, package: 0 });
            self.modules.sort_by(|a, b| a.name.cmp(&b.name));
        }
    }

    /// The place to which problems belong that have none in a source.
    #[must_use]
    pub fn own_place(&self) -> Location {
        Location { file: self.manifest_file.unwrap_or_default(), span: Span::default() }
    }

    /// The package that a file belongs to, a position in [`Project::packages`].
    #[must_use]
    pub fn package_of(&self, file: FileId) -> usize {
        let manifest = self.packages.iter().position(|package| package.manifest_file == Some(file));
        let module = || self.modules.iter().find(|module| module.file == file).map(|module| module.package);
        manifest.or_else(module).unwrap_or(0)
    }

    /// The package of the source that is shown under a path.
    #[must_use]
    pub fn package_at(&self, path: &str) -> Option<&Package> {
        let named = |module: &&ModuleFile| self.files.get(module.file).is_some_and(|file| file.path == path);
        self.packages.get(self.modules.iter().find(named)?.package)
    }

    pub(crate) fn report(&mut self, problem: Problem, place: Location) {
        self.diagnostics.push(problem.at(place));
    }
}

/// The path with `/` between its parts.
#[must_use]
pub fn slashed(path: &Path) -> String {
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

/// The text of a source: UTF-8, perhaps with a byte order mark, which stays.
fn source(path: &Path, overlay: &Overlay) -> Result<String, Refused> {
    if let Some(text) = overlay.get(path) {
        return Ok(text.clone());
    }
    let bytes = confine::read(path, MAX_SOURCE)?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let wide = matches!(error.as_bytes(), [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]);
        Refused::System(if wide {
            "it is UTF-16; save it as UTF-8".to_owned()
        } else {
            format!("it is not UTF-8: byte {at} fits no character")
        })
    })
}

#[cfg(test)]
mod tests;
