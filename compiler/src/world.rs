//! Where sources come from. The compiler reads no files: whoever calls it provides a [`World`].

use std::sync::Arc;

use policy_syntax::FileId;

/// The first id of the files of the standard library; a world gives out smaller ones.
pub const FIRST_STD_FILE: u32 = 0xFFFF_0000;

/// The sources of one project: what a command line reads from disk, an editor from its buffers, a test from a string.
pub trait World {
    /// All files of the project, dependencies included; the standard library comes by itself. Ids are below
    /// [`FIRST_STD_FILE`] and stand for the same file as long as the world lives.
    fn files(&self) -> Vec<FileId>;

    /// The text of a file; none where there is no such file.
    fn text(&self, file: FileId) -> Option<Arc<str>>;

    /// The path of a file as messages show it.
    fn path(&self, file: FileId) -> String;

    /// The module name that the path below the source root asks for (`a/b.policy` is `a.b`); none for a file
    /// that stands alone, which may name itself as it likes.
    fn module_name(&self, file: FileId) -> Option<String>;

    /// The package that a file belongs to: 0 is the project itself, others are what it depends on.
    fn package(&self, file: FileId) -> u32 {
        let _ = file;
        0
    }

    /// The name of the package of `file`, where that of `from` would have to name it as a dependency first.
    fn hides(&self, from: FileId, file: FileId) -> Option<String> {
        let _ = (from, file);
        None
    }
}

/// Sources in memory.
///
/// ```
/// use policy_compiler::Sources;
///
/// let mut sources = Sources::default();
/// let file = sources.add("a.policy", "module a\n");
/// assert!(policy_compiler::check(&sources).diagnostics.is_empty());
/// # let _ = file;
/// ```
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<(String, Arc<str>, Option<String>)>,
}

impl Sources {
    /// Adds a file that may name its module as it likes.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<Arc<str>>) -> FileId {
        self.push(path.into(), text.into(), None)
    }

    /// Adds a file whose path asks for the module name `module`.
    pub fn add_module(
        &mut self,
        path: impl Into<String>,
        text: impl Into<Arc<str>>,
        module: impl Into<String>,
    ) -> FileId {
        self.push(path.into(), text.into(), Some(module.into()))
    }

    fn push(&mut self, path: String, text: Arc<str>, module: Option<String>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(FIRST_STD_FILE - 1));
        self.files.push((path, text, module));
        id
    }
}

impl World for Sources {
    fn files(&self) -> Vec<FileId> {
        (0..self.files.len()).map(|i| FileId(u32::try_from(i).unwrap_or(FIRST_STD_FILE - 1))).collect()
    }

    fn text(&self, file: FileId) -> Option<Arc<str>> {
        self.files.get(file.0 as usize).map(|(_, text, _)| Arc::clone(text))
    }

    fn path(&self, file: FileId) -> String {
        self.files.get(file.0 as usize).map(|(path, _, _)| path.clone()).unwrap_or_default()
    }

    fn module_name(&self, file: FileId) -> Option<String> {
        self.files.get(file.0 as usize).and_then(|(_, _, module)| module.clone())
    }
}
