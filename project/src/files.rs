//! Source files by number, with their lines.

use std::sync::Arc;

use policy_syntax::{FileId, Location};

/// A source file in memory.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its path as it is shown, with `/` between parts.
    pub path: String,
    /// Its text.
    pub text: Arc<str>,
    lines: Vec<u32>,
}

impl SourceFile {
    /// A file of this text.
    #[must_use]
    pub fn new(path: String, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let starts = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines = std::iter::once(0)
            .chain(starts.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX)))
            .collect();
        Self { path, text, lines }
    }

    /// The line and the column in characters of a byte, both from 1. What lies behind the end counts as the end.
    #[must_use]
    pub fn position(&self, offset: u32) -> (u32, u32) {
        let mut at = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let line = self.lines.partition_point(|start| *start as usize <= at).max(1);
        let start = self.lines.get(line - 1).copied().unwrap_or(0) as usize;
        let before = self.text.get(start..at).unwrap_or("").trim_start_matches('\u{feff}');
        let column = before.chars().count() + 1;
        (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
    }

    /// The byte at which a line, from 1, begins; the end of the text where there is none.
    #[must_use]
    pub fn line_start(&self, line: u32) -> usize {
        let index = (line as usize).saturating_sub(1);
        self.lines.get(index).map_or(self.text.len(), |start| *start as usize)
    }

    /// The text of a line, from 1, without its end; empty where there is none.
    #[must_use]
    pub fn line(&self, line: u32) -> &str {
        let index = (line as usize).saturating_sub(1);
        let Some(start) = self.lines.get(index).map(|start| *start as usize) else { return "" };
        let end = self.lines.get(index + 1).map_or(self.text.len(), |start| *start as usize);
        self.text.get(start..end).unwrap_or("").trim_end_matches(['\n', '\r'])
    }
}

/// Source files, each with its number.
#[derive(Clone, Debug, Default)]
pub struct Files {
    files: Vec<SourceFile>,
}

impl Files {
    /// Takes a file and gives its number.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        self.files.push(file);
        FileId(u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX))
    }

    /// Gives a file another text.
    pub fn set_text(&mut self, id: FileId, text: Arc<str>) {
        if let Some(file) = self.files.get_mut(id.0 as usize)
            && file.text != text
        {
            *file = SourceFile::new(std::mem::take(&mut file.path), text);
        }
    }

    /// The file of a number.
    #[must_use]
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// All files, in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(at, file)| (FileId(u32::try_from(at).unwrap_or(u32::MAX)), file))
    }

    /// `path:line:column` of where a location begins.
    #[must_use]
    pub fn show(&self, at: Location) -> String {
        match self.get(at.file) {
            Some(file) => {
                let (line, column) = file.position(at.span.lo);
                format!("{}:{line}:{column}", file.path)
            }
            None => "?".to_owned(),
        }
    }

    /// The text of a location; empty where there is none.
    #[must_use]
    pub fn text(&self, at: Location) -> &str {
        self.get(at.file)
            .and_then(|file| file.text.get(at.span.lo as usize..at.span.hi as usize))
            .unwrap_or("")
    }
}
