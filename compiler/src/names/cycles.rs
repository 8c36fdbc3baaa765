//! Modules that use each other.

use policy_syntax::{Diagnostic, Location};

use super::{Defs, Inputs, ModuleId};
use crate::diagnostics::Finding;
use crate::diagnostics::names::Names;
use crate::finish::graph;

/// Reports each cycle once, at a `use` that closes it.
pub(super) fn report(inputs: &Inputs, defs: &Defs, diagnostics: &mut Vec<Diagnostic>) {
    let edges: Vec<Vec<usize>> =
        defs.modules.iter().map(|m| m.uses.iter().map(|(used, _)| used.index()).collect()).collect();
    for cycle in graph::cycles(&edges) {
        let Some((&first, second)) = cycle.first().map(|f| (f, cycle.get(1).unwrap_or(f))) else { continue };
        let name = |n: usize| inputs.sources.get(n).map(|s| s.name.to_string()).unwrap_or_default();
        let mut names: Vec<String> = cycle.iter().map(|&n| name(n)).collect();
        names.push(name(first));
        let used = ModuleId(u32::try_from(*second).unwrap_or(u32::MAX));
        let span =
            defs.modules.get(first).and_then(|m| m.uses.iter().find(|(u, _)| *u == used)).map(|(_, s)| *s);
        if let (Some(source), Some(span)) = (inputs.sources.get(first), span) {
            diagnostics.push(Names::ImportCycle { cycle: names }.render(Location::new(source.file, span)));
        }
    }
}
