//! Who calls what: functions, policies, and the rules and tests that do.

use std::collections::BTreeMap;

use gen_lsp_types::{
    CallHierarchyIncomingCall, CallHierarchyIncomingCallsParams, CallHierarchyItem,
    CallHierarchyOutgoingCall, CallHierarchyOutgoingCallsParams, CallHierarchyPrepareParams,
};
use policy_syntax::{FileId, Location};

use super::place;
use crate::analysis::Analysis;
use crate::convert;
use crate::failure::Failure;
use crate::index::{Kind, Symbol};
use crate::lines::Encoding;
use crate::server::{Server, View};

/// What calls, and what is called.
const CALLERS: [Kind; 9] = [
    Kind::Rule,
    Kind::Fn,
    Kind::Policy,
    Kind::Test,
    Kind::Property,
    Kind::Let,
    Kind::Exception,
    Kind::Data,
    Kind::Type,
];

fn callable(symbol: &Symbol) -> bool {
    matches!(symbol.kind, Kind::Fn | Kind::Policy | Kind::Let | Kind::Rule)
}

fn item(analysis: &Analysis, symbol: &Symbol, encoding: Encoding) -> Option<CallHierarchyItem> {
    let container = analysis.index().container(symbol).map(|c| c.name.clone());
    let module = || analysis.module(symbol.at.file).map(|module| module.name.clone());
    Some(CallHierarchyItem {
        name: symbol.name.clone(),
        kind: convert::symbol_kind(symbol.kind),
        tags: None,
        detail: container.or_else(module),
        uri: analysis.uri(symbol.at.file)?,
        range: analysis.range(symbol.extent, encoding),
        selection_range: analysis.range(symbol.at, encoding),
        data: None,
    })
}

pub(crate) fn prepare(
    server: &mut Server,
    params: CallHierarchyPrepareParams,
) -> Result<Option<Vec<CallHierarchyItem>>, Failure> {
    let (view, offset) = place(server, &params.text_document_position_params)?;
    let index = view.analysis.index();
    let named = view.name(offset).and_then(|(_, to)| index.declared(to)).filter(|s| callable(s));
    let symbol = named.or_else(|| index.around(view.file, offset, &CALLERS));
    let made = symbol.and_then(|s| item(&view.analysis, s, server.encoding()));
    Ok(made.map(|made| vec![made]))
}

/// The declaration that an item of the hierarchy stands for.
fn of_item(server: &mut Server, given: &CallHierarchyItem) -> Result<(View, Location), Failure> {
    let view = server.view(&given.uri)?;
    let encoding = server.encoding();
    let lines = view.analysis.lines(view.file).ok_or_else(|| Failure::internal("a file without lines"))?;
    let span = lines.span(&view.text, given.selection_range, encoding);
    let at = Location::new(view.file, span);
    Ok((view, at))
}

pub(crate) fn incoming(
    server: &mut Server,
    params: CallHierarchyIncomingCallsParams,
) -> Result<Option<Vec<CallHierarchyIncomingCall>>, Failure> {
    let (view, to) = of_item(server, &params.item)?;
    let encoding = server.encoding();
    let index = view.analysis.index();
    let mut callers: BTreeMap<Location, Vec<Location>> = BTreeMap::new();
    for from in index.uses_of(to) {
        if let Some(caller) = index.around(from.file, from.span.lo, &CALLERS) {
            callers.entry(caller.at).or_default().push(from);
        }
    }
    let made = callers.into_iter().filter_map(|(at, from)| {
        Some(CallHierarchyIncomingCall {
            from: item(&view.analysis, index.declared(at)?, encoding)?,
            from_ranges: from.into_iter().map(|at| view.analysis.range(at, encoding)).collect(),
        })
    });
    Ok(Some(made.collect()))
}

pub(crate) fn outgoing(
    server: &mut Server,
    params: CallHierarchyOutgoingCallsParams,
) -> Result<Option<Vec<CallHierarchyOutgoingCall>>, Failure> {
    let (view, of) = of_item(server, &params.item)?;
    let encoding = server.encoding();
    let index = view.analysis.index();
    let Some(caller) = index.declared(of) else { return Ok(None) };
    let file: FileId = caller.extent.file;
    let mut called: BTreeMap<Location, Vec<Location>> = BTreeMap::new();
    for (from, to) in index.uses_in(file, caller.extent.span) {
        if index.declared(*to).is_some_and(callable) && *to != of {
            called.entry(*to).or_default().push(*from);
        }
    }
    let made = called.into_iter().filter_map(|(at, from)| {
        Some(CallHierarchyOutgoingCall {
            to: item(&view.analysis, index.declared(at)?, encoding)?,
            from_ranges: from.into_iter().map(|at| view.analysis.range(at, encoding)).collect(),
        })
    });
    Ok(Some(made.collect()))
}
