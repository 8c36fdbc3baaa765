//! What the editor holds open.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::{TextDocumentContentChangeEvent, Uri};
use policy_syntax::Span;

use crate::lines::{Encoding, Lines};

/// A text that the editor holds.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// As the editor names it.
    pub(crate) uri: Uri,
    pub(crate) version: i32,
    pub(crate) text: Arc<str>,
    pub(crate) lines: Lines,
}

/// One change of a text: what was replaced, and how long the new text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) old: Span,
    pub(crate) new: u32,
}

impl Document {
    pub(crate) fn new(uri: Uri, version: i32, text: String) -> Self {
        let lines = Lines::new(&text);
        Self { uri, version, text: text.into(), lines }
    }

    /// Applies changes one after the other, and tells which they were.
    pub(crate) fn apply(
        &mut self,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) -> Vec<Change> {
        let mut made = Vec::new();
        for change in changes {
            match change {
                TextDocumentContentChangeEvent::TextDocumentContentChangePartial(change) => {
                    let span = self.lines.span(&self.text, change.range, encoding);
                    made.push(self.replace(span, &change.text));
                }
                TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(change) => {
                    let all = Span::new(0, u32::try_from(self.text.len()).unwrap_or(u32::MAX));
                    made.push(self.replace(all, &change.text));
                }
            }
        }
        made
    }

    fn replace(&mut self, span: Span, new: &str) -> Change {
        let (lo, hi) = (span.lo as usize, span.hi as usize);
        let before = self.text.get(..lo).unwrap_or("");
        let after = self.text.get(hi..).unwrap_or("");
        let mut text = String::with_capacity(before.len() + new.len() + after.len());
        text.push_str(before);
        text.push_str(new);
        text.push_str(after);
        let length = u32::try_from(new.len()).unwrap_or(u32::MAX);
        self.lines.replace(span, length, &text);
        self.text = text.into();
        Change { old: span, new: length }
    }
}

/// The texts that the editor holds, by the real paths of their files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Documents {
    open: BTreeMap<PathBuf, Document>,
}

impl Documents {
    pub(crate) fn open(&mut self, path: PathBuf, document: Document) {
        self.open.insert(path, document);
    }

    pub(crate) fn close(&mut self, path: &Path) -> Option<Document> {
        self.open.remove(path)
    }

    pub(crate) fn get(&self, path: &Path) -> Option<&Document> {
        self.open.get(path)
    }

    pub(crate) fn get_mut(&mut self, path: &Path) -> Option<&mut Document> {
        self.open.get_mut(path)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&PathBuf, &Document)> {
        self.open.iter()
    }

    /// The texts, as a project is read with them.
    pub(crate) fn overlay(&self) -> policy_project::Overlay {
        self.open.iter().map(|(path, document)| (path.clone(), document.text.to_string())).collect()
    }
}
