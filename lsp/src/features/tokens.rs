//! Semantic tokens: in full, as a difference, and of a part.

use gen_lsp_types::{
    Range, SemanticToken, SemanticTokens, SemanticTokensDelta, SemanticTokensDeltaParams,
    SemanticTokensDeltaResponse, SemanticTokensEdit, SemanticTokensParams, SemanticTokensRangeParams, Uri,
};
use policy_syntax::{CommentKind, Span, TokenClass, TokenKind};

use crate::failure::Failure;
use crate::index::Kind;
use crate::lines::Lines;
use crate::server::{Server, View};

/// The types of tokens, as they are numbered.
pub(crate) const TYPES: [&str; 19] = [
    "namespace",
    "type",
    "typeParameter",
    "enum",
    "class",
    "variable",
    "function",
    "interface",
    "event",
    "property",
    "enumMember",
    "parameter",
    "method",
    "keyword",
    "comment",
    "string",
    "number",
    "operator",
    "decorator",
];

/// Modifiers, as they are numbered.
pub(crate) const MODIFIERS: [&str; 5] =
    ["declaration", "readonly", "documentation", "defaultLibrary", "static"];

const KEYWORD: u32 = 13;
const COMMENT: u32 = 14;
const STRING: u32 = 15;
const NUMBER: u32 = 16;
const DECORATOR: u32 = 18;

const DECLARATION: u32 = 1;
const DOCUMENTATION: u32 = 4;
const LIBRARY: u32 = 8;
const STATIC: u32 = 16;

fn type_of(kind: Kind) -> u32 {
    match kind {
        Kind::Module => 0,
        Kind::Type => 1,
        Kind::TypeParam => 2,
        Kind::Enum => 3,
        Kind::Entity => 4,
        Kind::Let | Kind::Data | Kind::Local => 5,
        Kind::Fn => 6,
        Kind::Policy | Kind::Exception | Kind::Obligation => 7,
        Kind::Test | Kind::Property => 8,
        Kind::Field => 9,
        Kind::Variant => 10,
        Kind::Param => 11,
        Kind::Rule => 12,
    }
}

/// A token with its type and modifiers.
type Made = (Span, u32, u32);

fn made(view: &View, within: Span) -> Vec<Made> {
    let (tokens, trivia) = policy_syntax::scan(&view.text);
    let index = view.analysis.index();
    let mut out: Vec<Made> = Vec::new();
    for comment in &trivia.comments {
        let modifiers = match comment.kind {
            CommentKind::Line => 0,
            CommentKind::Doc | CommentKind::ModuleDoc => DOCUMENTATION,
        };
        out.push((comment.span, COMMENT, modifiers));
    }
    let mut names: Vec<(Span, u32, u32)> = Vec::new();
    for symbol in index.in_file(view.file) {
        if !matches!(symbol.kind, Kind::Module | Kind::Test | Kind::Property) {
            names.push((symbol.at.span, type_of(symbol.kind), DECLARATION));
        }
    }
    for (from, to) in index.uses_in(view.file, within) {
        let Some(symbol) = index.declared(*to) else { continue };
        let library = if to.file.0 >= policy_compiler::FIRST_STD_FILE { LIBRARY } else { 0 };
        let top = if matches!(symbol.kind, Kind::Let | Kind::Data) { STATIC } else { 0 };
        names.push((from.span, type_of(symbol.kind), library | top));
    }
    names.sort_unstable();
    let name_of = |span: Span| {
        let at = names.partition_point(|(s, _, _)| s.lo < span.lo);
        names.get(at).filter(|(s, _, _)| *s == span).map(|(_, ty, modifiers)| (*ty, *modifiers))
    };
    let mut before = None;
    for token in &tokens {
        let annotated = before == Some(TokenKind::AtSign);
        before = Some(token.kind);
        let kind = match (name_of(token.span), token.kind.class()) {
            (Some((ty, modifiers)), _) => Some((ty, modifiers)),
            (None, _) if annotated => Some((DECORATOR, 0)),
            (None, TokenClass::Reserved | TokenClass::Soft) => Some((KEYWORD, 0)),
            (None, TokenClass::Literal) => Some((literal(token.kind), 0)),
            (None, TokenClass::Name | TokenClass::Sign | TokenClass::Marker) => None,
        };
        if let Some((ty, modifiers)) = kind {
            out.push((token.span, ty, modifiers));
        }
    }
    out.retain(|(span, _, _)| within.lo <= span.hi && span.lo <= within.hi && !span.is_empty());
    out.sort_unstable();
    out.dedup_by_key(|(span, _, _)| *span);
    out
}

fn literal(kind: TokenKind) -> u32 {
    let texts =
        [TokenKind::Str, TokenKind::StrHead, TokenKind::StrMid, TokenKind::StrTail, TokenKind::Checked];
    if texts.contains(&kind) { STRING } else { NUMBER }
}

/// As the protocol counts them: from token to token, each on one line.
fn encoded(server: &Server, view: &View, list: &[Made]) -> Vec<SemanticToken> {
    let encoding = server.encoding();
    let Some(lines) = view.analysis.lines(view.file) else { return Vec::new() };
    let mut out = Vec::new();
    let (mut line, mut column) = (0, 0);
    for (span, ty, modifiers) in list {
        for part in split(lines, &view.text, *span) {
            let Range { start, end } = lines.range(&view.text, part, encoding);
            let delta_line = start.line.saturating_sub(line);
            let delta_start =
                if delta_line == 0 { start.character.saturating_sub(column) } else { start.character };
            (line, column) = (start.line, start.character);
            out.push(SemanticToken {
                delta_line,
                delta_start,
                length: end.character.saturating_sub(start.character),
                token_type: *ty,
                token_modifiers_bitset: *modifiers,
            });
        }
    }
    out
}

/// A span, line by line.
fn split(lines: &Lines, text: &str, span: Span) -> Vec<Span> {
    let (first, last) = (lines.line(span.lo), lines.line(span.hi));
    let mut out = Vec::new();
    for line in first..=last {
        let lo = lines.start(text, line).max(span.lo);
        let width = u32::try_from(lines.text(text, line).len()).unwrap_or(0);
        let hi = (lines.start(text, line) + width).min(span.hi);
        if lo < hi {
            out.push(Span::new(lo, hi));
        }
    }
    out
}

fn all(server: &mut Server, uri: &Uri) -> Result<Vec<SemanticToken>, Failure> {
    let view = server.view(uri)?;
    let whole = Span::new(0, u32::try_from(view.text.len()).unwrap_or(u32::MAX));
    Ok(encoded(server, &view, &made(&view, whole)))
}

fn flat(tokens: &[SemanticToken]) -> Vec<u32> {
    let parts = tokens
        .iter()
        .map(|t| [t.delta_line, t.delta_start, t.length, t.token_type, t.token_modifiers_bitset]);
    parts.flatten().collect()
}

fn keep(server: &mut Server, uri: &Uri, data: &[SemanticToken]) -> String {
    server.counter += 1;
    server.tokens.insert(uri.0.clone(), (server.counter, flat(data)));
    server.counter.to_string()
}

pub(crate) fn full(
    server: &mut Server,
    params: SemanticTokensParams,
) -> Result<Option<SemanticTokens>, Failure> {
    let uri = params.text_document.uri;
    let data = all(server, &uri)?;
    let result_id = Some(keep(server, &uri, &data));
    Ok(Some(SemanticTokens { result_id, data }))
}

pub(crate) fn delta(
    server: &mut Server,
    params: SemanticTokensDeltaParams,
) -> Result<Option<SemanticTokensDeltaResponse>, Failure> {
    let uri = params.text_document.uri;
    let data = all(server, &uri)?;
    let before = server.tokens.get(&uri.0).filter(|(id, _)| id.to_string() == params.previous_result_id);
    let before = before.map(|(_, data)| data.clone());
    let result_id = Some(keep(server, &uri, &data));
    let Some(before) = before else {
        let full = SemanticTokens { result_id, data };
        return Ok(Some(SemanticTokensDeltaResponse::SemanticTokens(full)));
    };
    let now = flat(&data);
    let edits = difference(&before, &now).into_iter().collect();
    Ok(Some(SemanticTokensDeltaResponse::SemanticTokensDelta(SemanticTokensDelta { result_id, edits })))
}

/// What changed between the same beginning and the same end.
fn difference(before: &[u32], now: &[u32]) -> Option<SemanticTokensEdit> {
    let start = before.iter().zip(now).take_while(|(a, b)| a == b).count();
    let rest = before.len().min(now.len()) - start;
    let end = before.iter().rev().zip(now.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    if before.len() == now.len() && start == now.len() {
        return None;
    }
    Some(SemanticTokensEdit {
        start: small(start),
        delete_count: small(before.len() - start - end),
        data: Some(now.get(start..now.len() - end).unwrap_or_default().to_vec()),
    })
}

pub(crate) fn range(
    server: &mut Server,
    params: SemanticTokensRangeParams,
) -> Result<Option<SemanticTokens>, Failure> {
    let view = server.view(&params.text_document.uri)?;
    let encoding = server.encoding();
    let Some(lines) = view.analysis.lines(view.file) else { return Ok(None) };
    let within = lines.span(&view.text, params.range, encoding);
    let list = made(&view, within);
    Ok(Some(SemanticTokens { result_id: None, data: encoded(server, &view, &list) }))
}
