//! Documents in the formats that people keep them in, as JSON text.
//!
//! A policy reads JSON bytes. What is written as YAML, TOML or CSV is turned into JSON text here, number by
//! number as it is spelled (`9007199254740993` and `1.10` stay what they are), so that there is one reader of values
//! and misfits have a JSON Pointer whatever the document was written in. A JSON document is handed on as it stands:
//! whether its bytes are JSON is for that reader to say.

mod columns;
mod csv;
mod json;
mod number;
mod sniff;
mod toml;
mod write;
mod yaml;

use std::fmt;
use std::path::Path;

pub use self::columns::{Cell, Columns};
pub use self::sniff::sniff;

/// How deep documents may nest.
pub const MAX_DEPTH: usize = 250;

/// A format of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// One JSON value.
    Json,
    /// JSON Lines: one JSON value a line.
    JsonLines,
    /// YAML 1.2, any number of documents.
    Yaml,
    /// TOML, one document.
    Toml,
    /// Comma-separated values with a line of names: one document a row.
    Csv,
    /// Tab-separated values with a line of names: one document a row.
    Tsv,
}

impl Format {
    /// All formats, in the order in which they are named to users.
    pub const ALL: [Self; 6] = [Self::Json, Self::JsonLines, Self::Yaml, Self::Toml, Self::Csv, Self::Tsv];

    /// The name that users give it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::JsonLines => "jsonl",
            Self::Yaml => "yaml",
            Self::Toml => "toml",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
        }
    }

    /// The endings of file names that tell it.
    #[must_use]
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Json => &["json"],
            Self::JsonLines => &["jsonl", "ndjson"],
            Self::Yaml => &["yaml", "yml"],
            Self::Toml => &["toml"],
            Self::Csv => &["csv"],
            Self::Tsv => &["tsv"],
        }
    }

    /// The format that the ending of a file's name tells, whatever its case.
    #[must_use]
    pub fn of_path(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        Self::ALL.into_iter().find(|format| format.extensions().contains(&ending.as_str()))
    }

    /// Whether a file of this format may hold another number of documents than one.
    #[must_use]
    pub fn holds_many(self) -> bool {
        match self {
            Self::JsonLines | Self::Yaml | Self::Csv | Self::Tsv => true,
            Self::Json | Self::Toml => false,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One document of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The line on which it begins, from 1.
    pub line: usize,
    /// Its JSON text. Of a JSON file these are the bytes of the file, which need not be JSON.
    pub json: Vec<u8>,
}

/// Why a file could not be read as documents of its format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatError {
    /// The format that it was read as.
    pub format: Format,
    /// The line, from 1; 0 where the place is not known.
    pub line: usize,
    /// The column in characters, from 1; 0 where the place is not known.
    pub column: usize,
    /// What is wrong, in one sentence without its place.
    pub message: String,
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.format {
            Format::Json => "JSON",
            Format::JsonLines => "JSON Lines",
            Format::Yaml => "YAML",
            Format::Toml => "TOML",
            Format::Csv => "CSV",
            Format::Tsv => "TSV",
        };
        if self.line == 0 {
            write!(f, "not readable as {name}: {}", self.message)
        } else {
            write!(f, "not readable as {name}: {} (line {}, column {})", self.message, self.line, self.column)
        }
    }
}

impl std::error::Error for FormatError {}

/// The documents that `bytes` hold, each with what went wrong where one could not be read. After a document that
/// could not be read nothing else is read, where the format does not say where the next one begins.
#[must_use]
pub fn documents(format: Format, bytes: &[u8]) -> Vec<Result<Document, FormatError>> {
    documents_as(format, bytes, &Columns::default())
}

/// As [`documents`], with cells of CSV and TSV read as their columns are.
#[must_use]
pub fn documents_as(format: Format, bytes: &[u8], columns: &Columns) -> Vec<Result<Document, FormatError>> {
    let no_text = |error: crate::text::TextError| {
        vec![Err(FormatError { format, line: 0, column: 0, message: error.to_string() })]
    };
    match format {
        Format::Json => match crate::text::to_utf8_bytes(bytes) {
            Ok(json) => vec![Ok(Document { line: 1, json: json.into_owned() })],
            Err(error) => no_text(error),
        },
        Format::JsonLines => match crate::text::to_utf8_bytes(bytes) {
            Ok(lines) => json::lines(&lines),
            Err(error) => no_text(error),
        },
        Format::Yaml | Format::Toml | Format::Csv | Format::Tsv => match crate::text::decode(bytes) {
            Ok(text) => match format {
                Format::Toml => vec![toml::document(&text)],
                Format::Csv => csv::documents(&text, ',', columns),
                Format::Tsv => csv::documents(&text, '\t', columns),
                Format::Yaml | Format::Json | Format::JsonLines => yaml::documents(&text),
            },
            Err(error) => no_text(error),
        },
    }
}

/// The one document that a file holds: of CSV and JSON Lines the list of all rows.
///
/// # Errors
/// Where the file cannot be read, or is YAML of no or of several documents.
pub fn one_document(format: Format, bytes: &[u8]) -> Result<Vec<u8>, FormatError> {
    one_document_as(format, bytes, &Columns::default())
}

/// As [`one_document`], with cells of CSV and TSV read as their columns are.
///
/// # Errors
/// As [`one_document`].
pub fn one_document_as(format: Format, bytes: &[u8], columns: &Columns) -> Result<Vec<u8>, FormatError> {
    let mut all = documents_as(format, bytes, columns).into_iter().collect::<Result<Vec<_>, _>>()?;
    match format {
        Format::JsonLines | Format::Csv | Format::Tsv => json::list(format, &all),
        Format::Json | Format::Yaml | Format::Toml => {
            let count = all.len();
            match all.pop() {
                Some(only) if count == 1 => Ok(only.json),
                Some(last) => Err(FormatError {
                    format,
                    line: last.line,
                    column: 1,
                    message: format!("the file holds {count} documents where one is wanted"),
                }),
                None => Err(FormatError {
                    format,
                    line: 0,
                    column: 0,
                    message: "the file holds no document".to_owned(),
                }),
            }
        }
    }
}

/// All documents that a file holds, as one JSON list.
///
/// # Errors
/// Where one of them cannot be read.
pub fn all_documents(format: Format, bytes: &[u8]) -> Result<Vec<u8>, FormatError> {
    all_documents_as(format, bytes, &Columns::default())
}

/// As [`all_documents`], with cells of CSV and TSV read as their columns are.
///
/// # Errors
/// As [`all_documents`].
pub fn all_documents_as(format: Format, bytes: &[u8], columns: &Columns) -> Result<Vec<u8>, FormatError> {
    let all = documents_as(format, bytes, columns).into_iter().collect::<Result<Vec<_>, _>>()?;
    json::list(format, &all)
}

#[cfg(test)]
mod tests;
