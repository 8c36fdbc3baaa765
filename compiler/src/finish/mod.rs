//! What can be said only when everything has been checked: order, recursion, defaults, what cannot fail.

mod defaults;
pub(crate) mod graph;
mod order;
mod reach;
mod roots;
mod total;
pub(crate) mod wide;

use policy_syntax::Diagnostic;

use crate::hir::Hir;

/// Completes the representation and reports what only the whole shows.
pub(crate) fn finish(hir: &mut Hir, diagnostics: &mut Vec<Diagnostic>) {
    wide::check(&hir.types, diagnostics);
    defaults::fill(hir, diagnostics);
    order::order(hir, diagnostics);
    reach::reach(hir, diagnostics);
    total::mark(hir);
}
