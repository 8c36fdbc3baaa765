//! SourceMap, as places in programs need them: paths, lines and columns.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use policy_syntax::{FileId, Location};

use crate::checked::Checked;

/// The files that locations of a package speak of. Files that are not here have an empty path, line 0 and column 0.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: BTreeMap<FileId, File>,
}

#[derive(Clone, Debug)]
struct File {
    path: String,
    text: Arc<str>,
    /// The first byte of each line, where somebody asked: of most files of the library nobody does.
    lines: OnceLock<Vec<u32>>,
}

impl File {
    fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let ends = self.text.match_indices('\n').filter_map(|(at, _)| u32::try_from(at + 1).ok());
            std::iter::once(0).chain(ends).collect()
        })
    }
}

impl SourceMap {
    /// The files of a checked package. `path` gives the paths of the project's; those of the standard library go
    /// by their modules' names.
    #[must_use]
    pub fn of(checked: &Checked, path: impl Fn(FileId) -> String) -> Self {
        let mut map = Self::default();
        for module in &checked.modules {
            let shown = if module.std { format!("{}.policy", module.name) } else { path(module.file) };
            map.add(module.file, shown, Arc::clone(&module.text));
        }
        map
    }

    /// Adds a file.
    pub fn add(&mut self, file: FileId, path: impl Into<String>, text: impl Into<Arc<str>>) {
        self.files.insert(file, File { path: path.into(), text: text.into(), lines: OnceLock::new() });
    }

    /// The path of a file, as messages show it.
    #[must_use]
    pub fn path(&self, file: FileId) -> &str {
        self.files.get(&file).map_or("", |f| f.path.as_str())
    }

    /// The line and the column, in characters, of the first byte of a location; both from 1.
    #[must_use]
    pub fn line_and_column(&self, location: Location) -> (u32, u32) {
        let Some(file) = self.files.get(&location.file) else { return (0, 0) };
        let lines = file.lines();
        let line = lines.partition_point(|first| *first <= location.span.lo);
        let first = lines.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let before = file.text.get(first as usize..location.span.lo as usize).unwrap_or("");
        // A byte-order mark is no character of the text.
        let column = before.trim_start_matches('\u{feff}').chars().count() + 1;
        (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
    }
}
