//! Compiling a package again after a small change, as those do who try many: what its constants are is computed once.

use policy_syntax::Diagnostic;

use super::fold::{Folded, for_each_root};
use super::{Compiled, Options, SourceMap, generate, machine};
use crate::hash::HashSet;
use crate::hir::walk::all;
use crate::hir::{Expr, ExprId, ExprKind, Hir, Presence};

/// What is known of a package whatever is changed in it, outside of its constants.
pub struct Base {
    folded: Folded,
    settled: HashSet<ExprId>,
}

impl std::fmt::Debug for Base {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Base").field("settled", &self.settled.len()).finish_non_exhaustive()
    }
}

impl Base {
    /// Computes the constants of a package.
    ///
    /// It runs on the thread of its caller, whose stack has to hold the highest tree of the package.
    ///
    /// # Errors
    /// As [`super::compile`].
    pub fn of(hir: &Hir, sources: &SourceMap) -> Result<Self, Vec<Diagnostic>> {
        let folded = machine::constants(hir, sources)?;
        let settled = settled(hir, &folded);
        Ok(Self { folded, settled })
    }

    /// Compiles the package after a change, but for what [`super::compile`] says about the cost of policies. The change
    /// is of the nodes `changed`, beside nodes that are new and of ids that were not there.
    ///
    /// # Errors
    /// As [`super::compile`].
    pub fn compile(
        &self,
        hir: &Hir,
        sources: &SourceMap,
        options: Options,
        changed: Option<ExprId>,
    ) -> Result<Compiled, Vec<Diagnostic>> {
        if changed.is_some_and(|id| self.settled.contains(&id)) {
            return generate(hir, sources, &machine::constants(hir, sources)?, options, None);
        }
        generate(hir, sources, &self.folded, options, None)
    }
}

/// All nodes that some constant depends on: those below one, and all of what is called or named there.
fn settled(hir: &Hir, folded: &Folded) -> HashSet<ExprId> {
    let mut settled = HashSet::default();
    let mut open: Vec<&Expr> = Vec::new();
    let mut look = |root| {
        all(root, &mut |e: &Expr| {
            let plain = matches!(e.kind, ExprKind::Const(_) | ExprKind::Global(_));
            if !plain && folded.value(e, false).is_some() {
                open.push(e);
            }
        });
    };
    for_each_root(hir, &mut look);
    let defaults = hir.types.records.iter().flat_map(|record| &record.fields);
    let defaults = defaults.filter_map(|field| match &field.presence {
        Presence::Default(value) => Some(&**value),
        Presence::Required | Presence::Optional => None,
    });
    open.extend(defaults);
    open.extend(hir.globals.iter().map(|global| &global.value));
    // Readers of types are called by literals that no node names.
    let readers = hir.types.reads.iter().filter_map(|read| hir.functions.get(read.function.index()));
    open.extend(readers.map(|function| &function.body));
    let mut called = vec![false; hir.functions.len()];
    while let Some(root) = open.pop() {
        all(root, &mut |e: &Expr| {
            settled.insert(e.id);
            if let ExprKind::Call { function, .. } = &e.kind
                && let Some(seen) = called.get_mut(function.index())
                && !std::mem::replace(seen, true)
                && let Some(function) = hir.functions.get(function.index())
            {
                open.push(&function.body);
            }
        });
    }
    settled
}
