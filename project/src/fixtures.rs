//! Files that tests read: relative to the file of the test, inside the project.

use std::path::{Path, PathBuf};

use globset::GlobBuilder;
use walkdir::WalkDir;

use crate::confine::{self, confine};
use crate::formats::{self, Columns, Format};
use crate::load::{MAX_DATA, MAX_FILES, slashed};

/// Reads files for tests. Paths are relative to `folder`, and what they name stays below `root`; both are real paths.
#[derive(Clone, Debug)]
pub struct Fixtures {
    root: PathBuf,
    folder: PathBuf,
    columns: Columns,
}

impl Fixtures {
    /// A reader for the tests of a source in `folder`.
    #[must_use]
    pub fn new(root: &Path, folder: &Path) -> Self {
        Self { root: root.to_path_buf(), folder: folder.to_path_buf(), columns: Columns::default() }
    }

    /// With cells of tables read as their columns are.
    #[must_use]
    pub fn reading(self, columns: Columns) -> Self {
        Self { columns, ..self }
    }

    fn read(&self, path: &Path, shown: &str) -> Result<(Format, Vec<u8>), String> {
        let refuse = |why: &dyn std::fmt::Display| format!("the fixture {shown:?} cannot be read: {why}");
        let real = confine(&self.root, &self.folder, path).map_err(|why| refuse(&why))?;
        let format = Format::of_path(path).ok_or_else(|| {
            refuse(&"its format cannot be told from its name (json, jsonl, yaml, toml, csv or tsv)")
        })?;
        let bytes = confine::read(&real, MAX_DATA).map_err(|why| refuse(&why))?;
        Ok((format, bytes))
    }

    /// The one document of a file, as JSON text.
    ///
    /// # Errors
    /// A sentence that names the file and says why it cannot be read.
    pub fn one(&self, path: &str) -> Result<Vec<u8>, String> {
        self.one_at(Path::new(path), path, &self.columns)
    }

    fn one_at(&self, path: &Path, shown: &str, columns: &Columns) -> Result<Vec<u8>, String> {
        let (format, bytes) = self.read(path, shown)?;
        formats::one_document_as(format, &bytes, columns).map_err(|e| format!("the fixture {shown:?} is {e}"))
    }

    /// All documents of a file, as one JSON list.
    ///
    /// # Errors
    /// As [`Fixtures::one`].
    pub fn documents(&self, path: &str) -> Result<Vec<u8>, String> {
        let (format, bytes) = self.read(Path::new(path), path)?;
        formats::all_documents_as(format, &bytes, &self.columns)
            .map_err(|e| format!("the fixture {path:?} is {e}"))
    }

    /// The rows of a CSV or TSV file, as one JSON list.
    ///
    /// # Errors
    /// As [`Fixtures::one`], and where the file is no table.
    pub fn table(&self, path: &str) -> Result<Vec<u8>, String> {
        match Format::of_path(Path::new(path)) {
            Some(Format::Csv | Format::Tsv) => self.documents(path),
            Some(Format::Json | Format::JsonLines | Format::Yaml | Format::Toml) | None => {
                Err(format!("the fixture {path:?} is no table; the name of one ends in .csv or .tsv"))
            }
        }
    }

    /// One document of each file whose path matches, in the order of their paths, as one JSON list.
    ///
    /// # Errors
    /// As [`Fixtures::one`], and where nothing matches.
    pub fn many(&self, pattern: &str) -> Result<Vec<u8>, String> {
        let bad = |why: &dyn std::fmt::Display| format!("the fixtures {pattern:?} cannot be read: {why}");
        let matcher = GlobBuilder::new(pattern)
            .literal_separator(true)
            .build()
            .map_err(|error| bad(error.kind()))?
            .compile_matcher();
        // Only the folders below the part without wildcards are looked at.
        let fixed: PathBuf = Path::new(pattern)
            .parent()
            .into_iter()
            .flat_map(Path::components)
            .take_while(|part| !part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']))
            .collect();
        let start = confine(&self.root, &self.folder, &fixed).map_err(|why| bad(&why))?;
        let mut out = vec![b'['];
        let mut count = 0usize;
        for entry in WalkDir::new(&start).follow_links(true).sort_by_file_name() {
            let Ok(entry) = entry else { continue };
            let below = entry.path().strip_prefix(&start).unwrap_or(entry.path());
            let path = fixed.join(below);
            if entry.file_type().is_dir() || !matcher.is_match(&path) {
                continue;
            }
            if count >= MAX_FILES {
                return Err(bad(&format!("more than {MAX_FILES} files match")));
            }
            if count > 0 {
                out.push(b',');
            }
            out.extend_from_slice(&self.one_at(&path, &slashed(&path), &Columns::default())?);
            count += 1;
        }
        out.push(b']');
        if count == 0 { Err(bad(&"no file matches")) } else { Ok(out) }
    }
}
