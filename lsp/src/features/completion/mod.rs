//! What could be written next.
//!
//! The text is rarely whole while it is typed. The statement around the cursor is therefore mended with what its open
//! constructs still need, a name is put at the cursor, and the checker says what it would take there: names with their
//! types, members of what stands before the dot, variants of what is wanted. Words come from the tokens before.

mod context;
mod imports;
mod item;
mod mend;
mod policies;
mod snippets;
pub(crate) mod words;

use std::collections::BTreeSet;

use gen_lsp_types::{
    CompletionItem, CompletionItemKind, CompletionList, CompletionParams, CompletionResponse,
};
use policy_compiler::probe::{Candidate, CandidateKind, Position};
use policy_syntax::FileId;

use self::context::{Context, Here};
use self::item::Offer;
use crate::convert;
use crate::failure::Failure;
use crate::server::Server;
use crate::state::State;

/// The most answers.
const MOST: usize = 120;

pub(crate) fn completion(
    server: &mut Server,
    params: CompletionParams,
) -> Result<Option<CompletionResponse>, Failure> {
    let place = params.text_document_position_params;
    let encoding = server.encoding();
    let (snippets, shows) = (server.client.snippets, server.client.markdown.completion);
    let (state, file) = server.state(&place.text_document.uri)?;
    let text = state.text(file).ok_or_else(|| Failure::internal("a file without text"))?;
    let lines = crate::lines::Lines::new(&text);
    let offset = lines.offset(&text, place.position, encoding);
    let text = state.near(file, &text, offset);
    let Some(here) = Here::at(file, &text, offset) else { return Ok(None) };
    if matches!(here.context, Context::Import(_) | Context::ImportNames(_) | Context::Policy { .. }) {
        server.remember(&place.text_document.uri);
    }
    let (state, _) = server.state(&place.text_document.uri)?;
    let mut offers = offers(state, file, &mend::alone(&text, &here), &here);
    offers.retain(|offer| offer.matches(&here.typed));
    offers.sort_by(|a, b| (a.rank(&here.typed), &a.label).cmp(&(b.rank(&here.typed), &b.label)));
    offers.dedup_by(|a, b| a.label == b.label && a.is_word() == b.is_word());
    offers.truncate(MOST);
    let range = lines.range(&text, here.replaces, encoding);
    let uri = place.text_document.uri;
    let items = offers.into_iter().enumerate();
    let items: Vec<CompletionItem> =
        items.map(|(n, offer)| offer.item(n, range, &uri, snippets, shows)).collect();
    let list = CompletionList { is_incomplete: true, items, item_defaults: None, apply_kind: None };
    Ok(Some(CompletionResponse::CompletionList(list)))
}

/// Everything that could stand at a place.
fn offers(state: &mut State, file: FileId, text: &str, here: &Here) -> Vec<Offer> {
    match &here.context {
        Context::Nothing => Vec::new(),
        Context::Annotation => words::annotations(),
        Context::AnnotationArgument(name) => words::annotation_arguments(name),
        Context::Item => snippets::items(),
        Context::Module => imports::own_name(state, file),
        Context::Import(before) => imports::modules(state, file, before),
        Context::ImportNames(module) => imports::names(state, module),
        Context::Policy { before, rules } => policies::named(state, file, before, *rules),
        Context::Statement => snippets::statements(),
        Context::TestStatement => snippets::test_statements(),
        Context::Outcome => words::outcomes(),
        Context::Verdict => words::verdicts(),
        Context::Type => {
            let mut found = probed(state, file, mend::as_type(text, here), here);
            // A type may be made of itself.
            let own = here.own_type.iter().filter(|name| !found.iter().any(|offer| offer.label == **name));
            let own: Vec<Offer> =
                own.map(|name| Offer::named(name, CompletionItemKind::Struct, None)).collect();
            found.extend(own);
            found
        }
        Context::Reader => probed(state, file, mend::as_value(text, here), here),
        Context::Name => Vec::new(),
        Context::After(clause) => words::after(clause),
        Context::Value { key } => {
            let mut found = Vec::new();
            for (mended, at) in mend::statement(text, here, *key) {
                found = probed(state, file, Some((mended, at)), here);
                if !found.is_empty() {
                    break;
                }
            }
            let members = found.iter().any(|offer| offer.of_members);
            if !members && !here.behind_dot {
                found.extend(words::values());
            }
            // What is declared further down, as rows of a test are, is known only by how it was named before.
            if !members && !here.typed.is_empty() {
                let known: BTreeSet<String> = found.iter().map(|offer| offer.label.clone()).collect();
                let others = here.names.keys().filter(|name| !known.contains(*name));
                found.extend(others.map(|name| Offer::seen(name)));
            }
            found
        }
    }
}

/// What the checker takes at a place of a mended text.
fn probed(state: &mut State, file: FileId, mended: Option<(String, u32)>, here: &Here) -> Vec<Offer> {
    let Some((text, at)) = mended else { return Vec::new() };
    let State { analysis, session, texts, .. } = state;
    let mut instead = texts.clone();
    instead.insert(file, text.into());
    let sources = policy_testing::workspace::Sources { project: analysis.project(), instead: &instead };
    let at = policy_syntax::Location::new(file, policy_syntax::Span::at(at));
    let (_, probed) = session.probe(&sources, at);
    let Some(probed) = probed else { return Vec::new() };
    let position = probed.position;
    let own = |candidate: &Candidate| {
        // A variable is in scope, everything else has to be declared before it fits.
        !matches!((position, candidate.kind), (Position::Value, CandidateKind::Type))
            || candidate.shown.is_empty()
    };
    probed
        .candidates
        .iter()
        .filter(|c| own(c) && !mend::is_mark(&c.name))
        .map(|candidate| Offer::of(candidate, position, here))
        .collect()
}

/// Adds the documentation of what was chosen.
pub(crate) fn resolve(server: &mut Server, mut item: CompletionItem) -> Result<CompletionItem, Failure> {
    let Some(data) = item.data.clone() else { return Ok(item) };
    let uri = data.get("uri").and_then(serde_json::Value::as_str).unwrap_or("").to_owned();
    let number =
        |name: &str| data.get(name).and_then(serde_json::Value::as_u64).and_then(|n| u32::try_from(n).ok());
    let (Some(file), Some(lo), Some(hi)) = (number("file"), number("lo"), number("hi")) else {
        return Ok(item);
    };
    let shows = server.client.markdown.completion;
    let uri = gen_lsp_types::Uri(uri);
    server.remember(&uri);
    let Ok((state, _)) = server.state(&uri) else { return Ok(item) };
    let at = policy_syntax::Location::new(FileId(file), policy_syntax::Span::new(lo, hi));
    if let Some(symbol) = state.analysis.index().declared(at) {
        let mut text =
            format!("```policy\n{}\n```", symbol.head.lines().take(12).collect::<Vec<_>>().join("\n"));
        if !symbol.doc.is_empty() {
            text.push_str("\n\n");
            text.push_str(&symbol.doc);
        }
        item.documentation = Some(convert::documentation(text, shows));
    }
    Ok(item)
}
