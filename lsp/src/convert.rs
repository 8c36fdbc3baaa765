//! From our terms to those of the protocol.

use std::collections::BTreeMap;

use gen_lsp_types::{
    Code, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, DocumentChange,
    Documentation, Edit, Location as Place, MarkupContent, MarkupKind, Message,
    OptionalVersionedTextDocumentIdentifier, Range, SymbolKind, TextDocumentEdit, TextDocumentIdentifier,
    TextEdit, Uri, WorkspaceEdit,
};
use policy_syntax::{self as syntax, Location, Severity};
use serde_json::json;

use crate::analysis::Analysis;
use crate::index::Kind;
use crate::lines::{Encoding, Lines};
use crate::server::Server;
use crate::uri;

/// Where places are shown: the texts as they are now.
pub(crate) struct Places<'a> {
    pub(crate) analysis: &'a Analysis,
    pub(crate) texts: &'a BTreeMap<syntax::FileId, std::sync::Arc<str>>,
    pub(crate) encoding: Encoding,
    /// The lines of one of them, where they are known.
    pub(crate) lines: Option<(syntax::FileId, &'a Lines)>,
}

impl Places<'_> {
    pub(crate) fn range(&self, at: Location) -> Range {
        let known = self.lines.filter(|(file, _)| *file == at.file).map(|(_, lines)| lines);
        match self.texts.get(&at.file) {
            Some(text) if known.is_some() => {
                known.map_or_else(Range::default, |lines| lines.range(text, at.span, self.encoding))
            }
            Some(text) => Lines::new(text).range(text, at.span, self.encoding),
            None => self.analysis.range(at, self.encoding),
        }
    }

    fn place(&self, at: Location) -> Option<Place> {
        Some(Place { uri: self.analysis.uri(at.file)?, range: self.range(at) })
    }
}

/// A diagnostic, with what belongs to it told at its other places.
pub(crate) fn diagnostic(found: &syntax::Diagnostic, range: Range, places: &Places<'_>) -> Diagnostic {
    let mut message = found.message.clone();
    if let Some(label) = found.label.as_ref().filter(|label| !message.contains(label.as_str())) {
        message.push_str("\n  ");
        message.push_str(label);
    }
    for note in &found.notes {
        message.push_str("\nnote: ");
        message.push_str(note);
    }
    for help in &found.help {
        message.push_str("\nhelp: ");
        message.push_str(help);
    }
    let related: Vec<DiagnosticRelatedInformation> = found
        .secondary
        .iter()
        .filter_map(|(at, words)| {
            Some(DiagnosticRelatedInformation { location: places.place(*at)?, message: words.clone() })
        })
        .collect();
    let unused = found.severity == Severity::Warning && found.message.ends_with("is never used");
    Diagnostic {
        range,
        severity: Some(severity(found.severity)),
        code: Some(Code::String(found.code.to_string())),
        code_description: None,
        source: Some("policyc".to_owned()),
        message: Message::String(message),
        tags: unused.then(|| vec![DiagnosticTag::Unnecessary]),
        related_information: (!related.is_empty()).then_some(related),
        data: (!found.fixes.is_empty())
            .then(|| json!({ "fixes": found.fixes.iter().map(|fix| &fix.title).collect::<Vec<_>>() })),
    }
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::Error,
        Severity::Warning => DiagnosticSeverity::Warning,
        Severity::Note => DiagnosticSeverity::Information,
    }
}

/// Edits, by file. None where one of them is outside of the project.
pub(crate) fn edits(
    list: &[(Location, String)],
    analysis: &Analysis,
    server: &Server,
) -> Option<WorkspaceEdit> {
    let mut by_file: BTreeMap<syntax::FileId, Vec<TextEdit>> = BTreeMap::new();
    for (at, text) in list {
        if at.file.0 >= policy_compiler::FIRST_STD_FILE {
            return None;
        }
        let range = analysis.range(*at, server.encoding());
        by_file.entry(at.file).or_default().push(TextEdit { range, new_text: text.clone() });
    }
    let mut changes = Vec::new();
    for (file, mut list) in by_file {
        list.sort_by_key(|edit| edit.range);
        list.dedup();
        let path = analysis.path(file)?;
        let document = server.documents.get(&path);
        let uri = document.map_or_else(|| uri::of(&path), |document| document.uri.clone());
        changes.push((uri, document.map(|document| document.version), list));
    }
    Some(workspace_edit(changes, server.client.document_changes))
}

/// Edits of texts, in the form that the editor understands.
pub(crate) fn workspace_edit(
    changes: Vec<(Uri, Option<i32>, Vec<TextEdit>)>,
    versioned: bool,
) -> WorkspaceEdit {
    let mut edit = WorkspaceEdit { changes: None, document_changes: None, change_annotations: None };
    if versioned {
        let made = changes.into_iter().map(|(uri, version, edits)| {
            let text_document_identifier = TextDocumentIdentifier { uri };
            DocumentChange::TextDocumentEdit(TextDocumentEdit {
                text_document: OptionalVersionedTextDocumentIdentifier { version, text_document_identifier },
                edits: edits.into_iter().map(Edit::TextEdit).collect(),
            })
        });
        edit.document_changes = Some(made.collect());
    } else {
        edit.changes = Some(changes.into_iter().map(|(uri, _, edits)| (uri, edits)).collect());
    }
    edit
}

/// A text in Markdown, or without what only Markdown needs where the editor does not show it.
pub(crate) fn documentation(value: String, markdown: bool) -> Documentation {
    let content = markup(value, markdown);
    if markdown { Documentation::MarkupContent(content) } else { Documentation::String(content.value) }
}

/// The same where the protocol has no plain text.
pub(crate) fn markup(value: String, markdown: bool) -> MarkupContent {
    if markdown {
        return MarkupContent { kind: MarkupKind::Markdown, value };
    }
    let lines: Vec<&str> = value.lines().filter(|line| !line.starts_with("```")).collect();
    MarkupContent { kind: MarkupKind::PlainText, value: lines.join("\n") }
}

pub(crate) fn symbol_kind(kind: Kind) -> SymbolKind {
    match kind {
        Kind::Module => SymbolKind::Module,
        Kind::Type => SymbolKind::Struct,
        Kind::TypeParam => SymbolKind::TypeParameter,
        Kind::Enum => SymbolKind::Enum,
        Kind::Entity => SymbolKind::Class,
        Kind::Let | Kind::Data => SymbolKind::Constant,
        Kind::Fn => SymbolKind::Function,
        Kind::Policy => SymbolKind::Interface,
        Kind::Exception | Kind::Obligation => SymbolKind::Object,
        Kind::Test | Kind::Property => SymbolKind::Event,
        Kind::Field => SymbolKind::Field,
        Kind::Variant => SymbolKind::EnumMember,
        Kind::Param | Kind::Local => SymbolKind::Variable,
        Kind::Rule => SymbolKind::Method,
    }
}
