//! Functions and module-level `let`s: dependencies first, and none that needs itself.

use policy_syntax::Diagnostic;

use super::{graph, roots};
use crate::diagnostics::Finding;
use crate::diagnostics::names::Names;
use crate::hir::walk::{all, all_mut};
use crate::hir::{Convert, Expr, ExprKind, Hir};

/// What an expression needs: functions by their ids, `let`s behind them.
pub(super) fn needs(hir: &Hir, expr: &Expr) -> Vec<usize> {
    let mut out = Vec::new();
    all(expr, &mut |e| needed(hir, e, &mut out));
    out.sort_unstable();
    out.dedup();
    out
}

/// What a node itself needs.
pub(super) fn needed(hir: &Hir, e: &Expr, out: &mut Vec<usize>) {
    if let ExprKind::Call { function, .. } = &e.kind {
        out.push(function.index());
    } else if let ExprKind::Global(global) = e.kind {
        out.push(hir.functions.len() + global.index());
    } else if let ExprKind::Convert { convert: Convert::Read(read), .. } = e.kind {
        // A literal is read at compile time, by the type's reader.
        out.extend(hir.types.read(read).map(|r| r.function.index()));
    }
}

/// The graph of functions, then `let`s.
pub(super) fn edges(hir: &Hir) -> Vec<Vec<usize>> {
    let bodies = hir.functions.iter().map(|f| &f.body);
    bodies.chain(hir.globals.iter().map(|g| &g.value)).map(|e| needs(hir, e)).collect()
}

/// Puts functions and `let`s in order; reports cycles.
pub(super) fn order(hir: &mut Hir, diagnostics: &mut Vec<Diagnostic>) {
    let edges = edges(hir);
    let functions = hir.functions.len();
    let named = |hir: &Hir, n: usize| match hir.functions.get(n) {
        Some(function) => (function.name.clone(), function.location),
        None => hir
            .globals
            .get(n.saturating_sub(functions))
            .map(|g| (g.name.clone(), g.location))
            .unwrap_or_default(),
    };
    for mut cycle in graph::cycles(&edges) {
        // Begin with what stands first in the sources.
        let first = cycle.iter().enumerate().min_by_key(|(_, n)| named(hir, **n).1).map_or(0, |(at, _)| at);
        cycle.rotate_left(first);
        let mut names: Vec<String> = cycle.iter().map(|&n| named(hir, n).0).collect();
        names.extend(names.first().cloned());
        let at = cycle.first().map(|&n| named(hir, n).1).unwrap_or_default();
        diagnostics.push(Names::Recursion { cycle: names }.render(at));
    }
    let order: Vec<usize> = graph::components(&edges).into_iter().flatten().collect();
    let mut function_at = vec![0u32; functions];
    let mut global_at = vec![0u32; hir.globals.len()];
    let (mut next_function, mut next_global) = (0, 0);
    for n in &order {
        if let Some(slot) = function_at.get_mut(*n) {
            *slot = next_function;
            next_function += 1;
        } else if let Some(slot) = global_at.get_mut(n.saturating_sub(functions)) {
            *slot = next_global;
            next_global += 1;
        }
    }
    // Most packages have neither, or have them in order.
    let stays = |at: &[u32]| at.iter().zip(0..).all(|(to, from)| *to == from);
    if stays(&function_at) && stays(&global_at) {
        return;
    }
    roots::each_mut(hir, &mut |root| {
        all_mut(root, &mut |e| {
            if let ExprKind::Call { function, .. } = &mut e.kind {
                moved(&mut function.0, &function_at);
            } else if let ExprKind::Global(global) = &mut e.kind {
                moved(&mut global.0, &global_at);
            }
        });
    });
    for read in &mut hir.types.reads {
        moved(&mut read.function.0, &function_at);
    }
    sort(&mut hir.functions, &function_at);
    sort(&mut hir.globals, &global_at);
}

fn moved(index: &mut u32, at: &[u32]) {
    if let Some(to) = at.get(*index as usize) {
        *index = *to;
    }
}

fn sort<T>(items: &mut Vec<T>, at: &[u32]) {
    let mut keyed: Vec<(u32, T)> =
        items.drain(..).enumerate().map(|(n, item)| (at.get(n).copied().unwrap_or(u32::MAX), item)).collect();
    keyed.sort_by_key(|(to, _)| *to);
    items.extend(keyed.into_iter().map(|(_, item)| item));
}
