//! Functions and module-level `let`s that read files or ask policies: only tests use them, and only a run of tests has a
//! host that answers. Such a `let` is computed where it is used, as a function is; the others belong to the snapshot.

use crate::hir::walk::all;
use crate::hir::{Expr, ExprKind, Hir};

/// For each function, and for each module-level `let` behind them, 0 where it does not ask the host; otherwise a number
/// that is greater than those of all that it needs.
pub(super) fn asking(hir: &Hir) -> Vec<u32> {
    let functions = hir.functions.len();
    let bodies: Vec<&Expr> =
        hir.functions.iter().map(|f| &f.body).chain(hir.globals.iter().map(|g| &g.value)).collect();
    let mut ranks = Vec::with_capacity(bodies.len());
    let mut needs = Vec::with_capacity(bodies.len());
    for body in bodies {
        let (mut own, mut needed) = (false, Vec::new());
        all(body, &mut |e| {
            if matches!(e.kind, ExprKind::Fixture { .. } | ExprKind::Decide { .. }) {
                own = true;
            } else if let ExprKind::Call { function, .. } = &e.kind {
                needed.push(function.index());
            } else if let ExprKind::Global(global) = e.kind {
                needed.push(functions + global.index());
            }
        });
        ranks.push(u32::from(own));
        needs.push(needed);
    }
    if !ranks.contains(&1) {
        return ranks;
    }
    // They need each other in no circle, so that this is done after as many rounds as the longest row has members.
    for _ in 0..ranks.len() {
        let mut changed = false;
        for (at, needed) in needs.iter().enumerate() {
            let most = needed.iter().filter_map(|n| ranks.get(*n)).max().copied().unwrap_or(0);
            if let Some(slot) = ranks.get_mut(at)
                && most > 0
                && *slot <= most
            {
                *slot = most + 1;
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    ranks
}
