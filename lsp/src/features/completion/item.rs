//! One thing that could be written.

use std::collections::BTreeMap;

use gen_lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionItemTextEdit, InsertTextFormat,
    Range, TextEdit, Uri,
};
use policy_compiler::probe::{Candidate, CandidateKind, Position};
use policy_syntax::{Location, TokenClass, TokenKind};
use serde_json::json;

use super::context::Here;
use crate::convert;

/// One thing that could be written.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    pub(crate) label: String,
    kind: CompletionItemKind,
    /// What stands behind the name in the list.
    detail: String,
    /// What is written, with `${1:places}` to fill in; the label where none.
    snippet: Option<String>,
    documentation: Option<String>,
    location: Option<Location>,
    /// How far from the front: less is nearer.
    weight: u32,
    /// Whether it follows a dot.
    pub(crate) of_members: bool,
    word: bool,
}

impl Offer {
    /// A word of the language.
    pub(crate) fn word(text: &str, weight: u32) -> Self {
        Self {
            label: text.to_owned(),
            kind: CompletionItemKind::Keyword,
            detail: String::new(),
            snippet: None,
            documentation: super::words::meaning(text).map(str::to_owned),
            location: None,
            weight,
            of_members: false,
            word: true,
        }
    }

    /// A text with places to fill in.
    pub(crate) fn snippet(label: &str, detail: &str, snippet: &str, weight: u32) -> Self {
        Self {
            kind: CompletionItemKind::Snippet,
            detail: detail.to_owned(),
            snippet: Some(snippet.to_owned()),
            ..Self::word(label, weight)
        }
    }

    /// A name that something is declared under.
    pub(crate) fn named(label: &str, kind: CompletionItemKind, location: Option<Location>) -> Self {
        Self { kind, location, word: false, ..Self::word(label, 10) }
    }

    /// A name that stands in the text, of which nothing more is known.
    pub(crate) fn seen(name: &str) -> Self {
        Self { weight: 70, ..Self::named(name, CompletionItemKind::Text, None) }
    }

    /// What the checker takes.
    pub(crate) fn of(candidate: &Candidate, position: Position, here: &Here) -> Self {
        let (kind, mut weight): (_, u32) = match candidate.kind {
            CandidateKind::Local => (CompletionItemKind::Variable, 10),
            CandidateKind::Field => (CompletionItemKind::Field, 10),
            // Where it is not known which enum is meant, any of them may be.
            CandidateKind::Variant if !candidate.fits => (CompletionItemKind::EnumMember, 48),
            CandidateKind::Variant => (CompletionItemKind::EnumMember, 5),
            CandidateKind::Rule => (CompletionItemKind::Method, 10),
            CandidateKind::Parameter => (CompletionItemKind::Property, 16),
            CandidateKind::Value => (CompletionItemKind::Constant, 20),
            CandidateKind::Data => (CompletionItemKind::Constant, 20),
            CandidateKind::Function => (CompletionItemKind::Function, 30),
            CandidateKind::Policy => (CompletionItemKind::Interface, 25),
            CandidateKind::Type => (CompletionItemKind::Struct, 40),
            CandidateKind::Module => (CompletionItemKind::Module, 45),
            CandidateKind::Other => (CompletionItemKind::Reference, 50),
        };
        if candidate.fits {
            weight = weight.saturating_sub(8);
        }
        let library = candidate.location.is_none_or(|at| at.file.0 >= policy_compiler::FIRST_STD_FILE);
        if library && matches!(candidate.kind, CandidateKind::Function | CandidateKind::Type) {
            weight += 15;
        }
        weight = weight.saturating_sub(here.seen(&candidate.name));
        let quoted = matches!(position, Position::Member | Position::Field) && !is_name(&candidate.name);
        let reserved = TokenKind::word(&candidate.name).is_some_and(|w| w.class() == TokenClass::Reserved)
            && matches!(position, Position::Value | Position::Pattern);
        let written = if quoted {
            format!("\"{}\"", candidate.name)
        } else if reserved {
            format!("`{}`", candidate.name)
        } else {
            candidate.name.clone()
        };
        let call = candidate.kind == CandidateKind::Function && !here.called;
        let snippet = match (call, position) {
            (true, _) => Some(format!("{written}($0)")),
            (false, _) if candidate.kind == CandidateKind::Parameter && !here.keyed => {
                Some(format!("{written}: $0"))
            }
            (false, Position::Field) if !here.keyed => Some(format!("{written}: $0")),
            (false, _) => (written != candidate.name).then_some(written),
        };
        Self {
            kind,
            detail: candidate.shown.clone(),
            snippet,
            documentation: None,
            location: candidate.location,
            weight,
            of_members: matches!(
                position,
                Position::Member | Position::Part | Position::Rule | Position::Field
            ),
            word: false,
            label: candidate.name.clone(),
        }
    }

    pub(crate) fn is_word(&self) -> bool {
        self.word
    }

    /// Whether the letters that were typed stand in it in their order.
    pub(crate) fn matches(&self, typed: &str) -> bool {
        crate::features::symbols::rank(&self.label, typed).is_some()
    }

    /// Its place in the list.
    pub(crate) fn rank(&self, typed: &str) -> (u32, u32, usize) {
        let exact = self.label.starts_with(typed);
        let far = crate::features::symbols::rank(&self.label, typed).unwrap_or(usize::MAX);
        let class = match far {
            _ if exact => 0,
            0..1000 => 1,
            1000..2000 => 2,
            _ => 3,
        };
        (class, self.weight, self.label.len())
    }

    pub(crate) fn item(
        self,
        n: usize,
        range: Range,
        uri: &Uri,
        snippets: bool,
        markdown: bool,
    ) -> CompletionItem {
        let written = self.snippet.clone().unwrap_or_else(|| self.label.clone());
        let places = written.contains('$');
        let new_text = if places && !snippets { plain(&written) } else { written };
        let format = if places && snippets { InsertTextFormat::Snippet } else { InsertTextFormat::PlainText };
        let detail = (!self.detail.is_empty()).then(|| self.detail.clone());
        let data = self.location.map(|at| {
            let fields = [("lo", at.span.lo), ("hi", at.span.hi), ("file", at.file.0)];
            let mut data: BTreeMap<&str, serde_json::Value> =
                fields.into_iter().map(|(name, value)| (name, json!(value))).collect();
            data.insert("uri", json!(uri));
            json!(data)
        });
        CompletionItem {
            kind: Some(self.kind),
            label_details: (self.kind != CompletionItemKind::Function)
                .then(|| CompletionItemLabelDetails { detail: None, description: detail.clone() }),
            detail,
            documentation: self.documentation.map(|text| convert::documentation(text, markdown)),
            sort_text: Some(format!("{n:04}")),
            filter_text: Some(self.label.clone()),
            insert_text_format: Some(format),
            text_edit: Some(CompletionItemTextEdit::TextEdit(TextEdit { range, new_text })),
            data,
            label: self.label,
            ..CompletionItem::default()
        }
    }
}

fn is_name(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A text with places to fill in, without the places: `${1:name}` is `name`.
fn plain(snippet: &str) -> String {
    let mut out = String::new();
    let mut rest = snippet;
    while let Some(at) = rest.find('$') {
        out.push_str(rest.get(..at).unwrap_or(""));
        rest = rest.get(at + 1..).unwrap_or("");
        if let Some(inner) = rest.strip_prefix('{') {
            let end = inner.find('}').unwrap_or(inner.len());
            let place = inner.get(..end).unwrap_or("");
            out.push_str(place.split_once(':').map_or("", |(_, text)| text));
            rest = inner.get(end + 1..).unwrap_or("");
        } else {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        }
    }
    out.push_str(rest);
    out
}
