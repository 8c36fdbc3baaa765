//! Fields that a record literal leaves out and that have a default: the default stands there as a node of its own.

use policy_syntax::Diagnostic;

use super::{graph, roots};
use crate::diagnostics::Finding;
use crate::diagnostics::names::Names;
use crate::diagnostics::types::Types;
use crate::hir::walk::{self, all_mut, parts};
use crate::hir::{Expr, ExprId, ExprKind, FieldId, Hir, MAX_HEIGHT, Presence};

/// The most nodes that one default may come to, those of the records inside it included.
const MAX_NODES: usize = 10_000;

/// The defaults of all records: by record, the fields that have one.
type Defaults = Vec<Vec<(FieldId, Option<Expr>)>>;

fn height(expr: &Expr) -> usize {
    let mut below = 0;
    parts(&expr.kind, &mut |part| below = below.max(height(part)));
    below + 1
}

fn size(expr: &Expr) -> usize {
    let mut n = 0;
    walk::all(expr, &mut |_| n += 1);
    n
}

/// Completes the defaults themselves, innermost records first, then every other expression.
pub(super) fn fill(hir: &mut Hir, diagnostics: &mut Vec<Diagnostic>) {
    let edges: Vec<Vec<usize>> = hir
        .types
        .records
        .iter()
        .map(|record| {
            let mut used = Vec::new();
            for field in &record.fields {
                if let Presence::Default(value) = &field.presence {
                    walk::all(value, &mut |e| {
                        if let ExprKind::Record { record, .. } = &e.kind {
                            used.push(record.index());
                        }
                    });
                }
            }
            used
        })
        .collect();
    for cycle in graph::cycles(&edges) {
        let name = |n: usize| {
            let def = hir.types.records.get(n);
            def.and_then(|r| r.name.clone()).unwrap_or_else(|| "a record".to_owned())
        };
        let mut names: Vec<String> = cycle.iter().map(|&n| name(n)).collect();
        names.extend(cycle.first().map(|&n| name(n)));
        if let Some(at) = cycle.first().and_then(|&n| hir.types.records.get(n)).map(|r| r.location) {
            diagnostics.push(Names::Recursion { cycle: names }.render(at));
            return;
        }
    }
    let mut next = hir.expr_count;
    let mut defaults: Defaults = vec![Vec::new(); hir.types.records.len()];
    for component in graph::components(&edges) {
        for n in component {
            let Some(record) = hir.types.records.get_mut(n) else { continue };
            let mut own = Vec::new();
            for (rank, field) in record.fields.iter_mut().enumerate() {
                let rank = FieldId(u32::try_from(rank).unwrap_or(u32::MAX));
                if let Presence::Default(value) = &mut field.presence {
                    complete(value, &defaults, &mut next);
                    if size(value) > MAX_NODES || height(value) > MAX_HEIGHT / 2 {
                        diagnostics.push(Types::TooHigh.render(field.location));
                        own.push((rank, None));
                    } else {
                        own.push((rank, Some((**value).clone())));
                    }
                }
            }
            if let Some(slot) = defaults.get_mut(n) {
                *slot = own;
            }
        }
    }
    hir.expr_count = next;
    if defaults.iter().all(Vec::is_empty) {
        return;
    }
    // The defaults themselves are complete: their records have every field already.
    roots::each_mut(hir, &mut |root| {
        complete(root, &defaults, &mut next);
        if height(root) > MAX_HEIGHT {
            diagnostics.push(Types::TooHigh.render(root.location));
            root.kind = ExprKind::Error;
        }
    });
    hir.expr_count = next;
}

/// Adds the defaults that record literals leave out.
fn complete(root: &mut Expr, defaults: &Defaults, next: &mut u32) {
    all_mut(root, &mut |expr| {
        let location = expr.location;
        let ExprKind::Record { record, fields } = &mut expr.kind else { return };
        for (field, value) in defaults.get(record.index()).map_or(&[][..], Vec::as_slice) {
            if fields.iter().any(|(f, _)| f == field) {
                continue;
            }
            let Some(value) = value else { continue };
            let mut value = value.clone();
            all_mut(&mut value, &mut |e| {
                e.id = ExprId(*next);
                e.location = location;
                *next = next.saturating_add(1);
            });
            fields.push((*field, value));
        }
    });
}
