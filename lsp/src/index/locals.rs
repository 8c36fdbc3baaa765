//! The types of variables, by where they are bound.

use std::collections::BTreeMap;

use policy_compiler::hir::{Hir, Local, Ty};
use policy_syntax::Location;

pub(super) fn types(hir: &Hir) -> BTreeMap<Location, Ty> {
    let functions = hir.functions.iter().map(|f| &f.locals);
    let globals = hir.globals.iter().map(|g| &g.locals);
    let policies = hir.policies.iter().map(|p| &p.locals);
    let exceptions = hir.exceptions.iter().map(|e| &e.locals);
    let tests = hir.tests.iter().map(|t| &t.locals);
    let properties = hir.properties.iter().map(|p| &p.locals);
    let all = functions.chain(globals).chain(policies).chain(exceptions).chain(tests).chain(properties);
    let written = |local: &&Local| !local.name.starts_with('$');
    let mut types: BTreeMap<Location, Ty> =
        all.flatten().filter(written).map(|local| (local.location, local.ty)).collect();
    types.extend(hir.globals.iter().map(|g| (g.location, g.ty)));
    types.extend(hir.data.iter().map(|d| (d.location, d.ty)));
    for record in &hir.types.records {
        types.extend(record.fields.iter().map(|field| (field.location, field.ty)));
    }
    types
}
