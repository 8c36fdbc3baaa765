//! Outlines of documents, and the search for names in all projects.

use std::collections::BTreeMap;

use gen_lsp_types::{
    BaseSymbolInformation, DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, SymbolInformation,
    WorkspaceSymbolParams, WorkspaceSymbolResponse,
};

use crate::analysis::Analysis;
use crate::convert;
use crate::failure::Failure;
use crate::index::{Kind, Symbol};
use crate::lines::Encoding;
use crate::server::Server;

/// The most answers to a search.
const MOST: usize = 500;

/// Whether an outline shows a declaration.
fn shown(kind: Kind) -> bool {
    kind.is_item() || matches!(kind, Kind::Test | Kind::Property | Kind::Field | Kind::Variant | Kind::Rule)
}

pub(crate) fn document(
    server: &mut Server,
    params: DocumentSymbolParams,
) -> Result<Option<DocumentSymbolResponse>, Failure> {
    let view = server.view(&params.text_document.uri)?;
    let encoding = server.encoding();
    let symbols: Vec<&Symbol> =
        view.analysis.index().in_file(view.file).iter().filter(|s| shown(s.kind)).collect();
    if !server.client.symbol_tree {
        let list = symbols.iter().filter_map(|s| information(&view.analysis, s, encoding)).collect();
        return Ok(Some(DocumentSymbolResponse::SymbolInformationList(list)));
    }
    let tree = tree(&view.analysis, &symbols, encoding);
    Ok(Some(DocumentSymbolResponse::DocumentSymbolList(tree)))
}

fn tree(analysis: &Analysis, symbols: &[&Symbol], encoding: Encoding) -> Vec<DocumentSymbol> {
    let mut below: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut roots = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for (n, symbol) in symbols.iter().enumerate() {
        while let Some(last) = open.last() {
            if symbols.get(*last).is_some_and(|s| s.extent.span.encloses(symbol.extent.span)) {
                break;
            }
            open.pop();
        }
        match open.last() {
            Some(parent) => below.entry(*parent).or_default().push(n),
            None => roots.push(n),
        }
        open.push(n);
    }
    roots.into_iter().filter_map(|n| node(analysis, symbols, &below, n, encoding)).collect()
}

fn node(
    analysis: &Analysis,
    symbols: &[&Symbol],
    below: &BTreeMap<usize, Vec<usize>>,
    at: usize,
    encoding: Encoding,
) -> Option<DocumentSymbol> {
    let symbol = symbols.get(at)?;
    let children = below.get(&at).into_iter().flatten();
    let children: Vec<DocumentSymbol> =
        children.filter_map(|n| node(analysis, symbols, below, *n, encoding)).collect();
    let name = if symbol.name.is_empty() { "(no name)".to_owned() } else { symbol.name.clone() };
    let detail = symbol.head.lines().next().unwrap_or("").to_owned();
    Some(DocumentSymbol {
        name,
        detail: Some(detail),
        kind: convert::symbol_kind(symbol.kind),
        tags: None,
        #[allow(deprecated, reason = "the protocol still has it")]
        deprecated: None,
        range: analysis.range(symbol.extent, encoding),
        selection_range: analysis.range(symbol.at, encoding),
        children: (!children.is_empty()).then_some(children),
    })
}

fn information(analysis: &Analysis, symbol: &Symbol, encoding: Encoding) -> Option<SymbolInformation> {
    let container = analysis.index().container(symbol).map(|c| c.name.clone());
    let module = || analysis.module(symbol.at.file).map(|module| module.name.clone());
    Some(SymbolInformation {
        #[allow(deprecated, reason = "the protocol still has it")]
        deprecated: None,
        location: analysis.place(symbol.at, encoding)?,
        base_symbol_information: BaseSymbolInformation {
            name: symbol.name.clone(),
            kind: convert::symbol_kind(symbol.kind),
            tags: None,
            container_name: container.or_else(module),
        },
    })
}

pub(crate) fn workspace(
    server: &mut Server,
    params: WorkspaceSymbolParams,
) -> Result<Option<WorkspaceSymbolResponse>, Failure> {
    let encoding = server.encoding();
    let keys: Vec<_> = server.projects.keys().cloned().collect();
    let mut found: Vec<(usize, SymbolInformation)> = Vec::new();
    for key in keys {
        let Some(analysis) = server.settled(&key) else { continue };
        let own = |s: &&Symbol| s.at.file.0 < policy_compiler::FIRST_STD_FILE;
        for symbol in analysis.index().symbols.iter().filter(own).filter(|s| shown(s.kind)) {
            let Some(rank) = rank(&symbol.name, &params.query) else { continue };
            if let Some(made) = information(&analysis, symbol, encoding) {
                found.push((rank, made));
            }
        }
    }
    found.sort_by_key(|(rank, _)| *rank);
    found.truncate(MOST);
    let list = found.into_iter().map(|(_, made)| made).collect();
    Ok(Some(WorkspaceSymbolResponse::SymbolInformationList(list)))
}

/// How far a name is from what was typed: its letters stand in the name in their order. None where they do not.
pub(crate) fn rank(name: &str, typed: &str) -> Option<usize> {
    let (name, typed) = (name.to_lowercase(), typed.to_lowercase());
    if name.starts_with(&typed) {
        return Some(name.len() - typed.len());
    }
    if let Some(at) = name.find(&typed) {
        return Some(1000 + at);
    }
    let mut letters = name.chars();
    typed.chars().all(|c| letters.any(|l| l == c)).then_some(2000 + name.len())
}
