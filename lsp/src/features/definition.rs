//! Where something is declared, and where its type is.

use gen_lsp_types::{
    Definition, DefinitionParams, DefinitionResponse, LocationLink, TypeDefinitionParams,
    TypeDefinitionResponse,
};
use policy_compiler::hir::{Makeup, Ty, Types};
use policy_syntax::Location;

use super::place;
use crate::failure::Failure;
use crate::server::Server;

pub(crate) fn definition(
    server: &mut Server,
    params: DefinitionParams,
) -> Result<Option<DefinitionResponse>, Failure> {
    let (view, offset) = place(server, &params.text_document_position_params)?;
    let Some((from, to)) = view.name(offset) else { return Ok(None) };
    let encoding = server.encoding();
    let Some(target) = view.analysis.place(to, encoding) else { return Ok(None) };
    if !server.client.links {
        return Ok(Some(DefinitionResponse::Definition(Definition::Location(target))));
    }
    let extent = view.analysis.index().declared(to).map_or(to, |symbol| symbol.extent);
    Ok(Some(DefinitionResponse::DefinitionLinkList(vec![LocationLink {
        origin_selection_range: Some(view.analysis.range(from, encoding)),
        target_uri: target.uri,
        target_range: view.analysis.range(extent, encoding),
        target_selection_range: target.range,
    }])))
}

pub(crate) fn type_definition(
    server: &mut Server,
    params: TypeDefinitionParams,
) -> Result<Option<TypeDefinitionResponse>, Failure> {
    let (view, offset) = place(server, &params.text_document_position_params)?;
    let analysis = &view.analysis;
    let ty = type_at(&view, offset);
    let types = &analysis.workspace.checked.hir.types;
    let declared = ty.and_then(|ty| declared(types, ty)).or_else(|| {
        // A name of a type is its own.
        let (_, to) = view.name(offset)?;
        analysis.index().declared(to).filter(|s| s.kind.is_item()).map(|s| s.at)
    });
    let place = declared.and_then(|at| analysis.place(at, server.encoding()));
    Ok(place.map(|place| TypeDefinitionResponse::Definition(Definition::Location(place))))
}

/// The type of the smallest expression or the variable at an offset.
pub(crate) fn type_at(view: &crate::server::View, offset: u32) -> Option<Ty> {
    let index = view.analysis.index();
    if let Some((from, to)) = view.name(offset)
        && from == to
        && let Some(ty) = index.local_type(to)
    {
        return Some(ty);
    }
    let types = &view.analysis.workspace.checked.resolutions.types;
    let end = types.partition_point(|(at, _)| (at.file, at.span.lo) <= (view.file, offset));
    let inside =
        |(at, _): &&(Location, Ty)| at.file == view.file && at.span.lo <= offset && offset <= at.span.hi;
    let near = types.get(end.saturating_sub(400)..end)?;
    // A member is not its chain: the chain's type is that of its last member.
    let smallest = near.iter().filter(inside).min_by_key(|(at, _)| at.span.len()).map(|(_, ty)| *ty);
    let member = view.name(offset).and_then(|(_, to)| index.local_type(to));
    member.or(smallest)
}

/// Where the innermost declared type within a type stands.
fn declared(types: &Types, ty: Ty) -> Option<Location> {
    let real = |at: Location| (!at.span.is_empty()).then_some(at);
    match types.kind(ty).makeup() {
        Makeup::Option(inner) | Makeup::List(inner) | Makeup::Set(inner) | Makeup::Map(_, inner) => {
            declared(types, inner)
        }
        Makeup::Record(id) => types.record(id).map(|def| def.location).and_then(real),
        Makeup::Enum(id) => types.enumeration(id).map(|def| def.location).and_then(real),
        Makeup::Union(id) => types.union(id).map(|def| def.location).and_then(real),
        Makeup::Entity(ids) => ids.first().and_then(|id| types.entity(*id)).map(|def| def.location),
        Makeup::Read(id) => types.read(id).map(|def| def.location),
        Makeup::Scalar | Makeup::Text | Makeup::Json | Makeup::Tuple(_) | Makeup::Nothing => None,
    }
}
