//! Where something is used.

use gen_lsp_types::{
    DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams, Location as Place, ReferenceParams,
};
use policy_syntax::Location;

use super::place;
use crate::failure::Failure;
use crate::server::Server;

pub(crate) fn references(
    server: &mut Server,
    params: ReferenceParams,
) -> Result<Option<Vec<Place>>, Failure> {
    let (view, offset) = place(server, &params.text_document_position_params)?;
    let Some((_, to)) = view.name(offset) else { return Ok(None) };
    let own = params.context.include_declaration.then_some(to);
    let encoding = server.encoding();
    let mut all: Vec<Location> = own.into_iter().chain(view.analysis.index().uses_of(to)).collect();
    all.sort_unstable();
    all.dedup();
    Ok(Some(all.into_iter().filter_map(|at| view.analysis.place(at, encoding)).collect()))
}

pub(crate) fn highlights(
    server: &mut Server,
    params: DocumentHighlightParams,
) -> Result<Option<Vec<DocumentHighlight>>, Failure> {
    let (view, offset) = place(server, &params.text_document_position_params)?;
    let Some((_, to)) = view.name(offset) else { return Ok(None) };
    let encoding = server.encoding();
    let made =
        |at: Location, kind| DocumentHighlight { range: view.analysis.range(at, encoding), kind: Some(kind) };
    let own = (to.file == view.file).then(|| made(to, DocumentHighlightKind::Write));
    let uses = view.analysis.index().uses_of(to).filter(|at| at.file == view.file && *at != to);
    Ok(Some(own.into_iter().chain(uses.map(|at| made(at, DocumentHighlightKind::Read))).collect()))
}
