//! What policies can reach: which `let`s read data, which only tests use, and that nothing of a test is reached.

use policy_syntax::Diagnostic;

use super::order::{edges, needs};
use super::roots;
use crate::diagnostics::Finding;
use crate::diagnostics::types::Types;
use crate::hir::walk::all;
use crate::hir::{Expr, ExprKind, Hir, Presence};

pub(super) fn reach(hir: &mut Hir, diagnostics: &mut Vec<Diagnostic>) {
    let edges = edges(hir);
    let functions = hir.functions.len();
    let reads = reads_data(hir, &edges);
    let reached = reached(hir, &edges);
    for n in (0..edges.len()).filter(|&n| reached.get(n).copied().unwrap_or(false)) {
        let body = match hir.functions.get(n) {
            Some(function) => Some(&function.body),
            None => hir.globals.get(n - functions).map(|g| &g.value),
        };
        body.into_iter().for_each(|body| test_only(body, diagnostics));
    }
    for (n, global) in hir.globals.iter_mut().enumerate() {
        global.reads_data = reads.get(functions + n).copied().unwrap_or(false);
        global.tests_only = !reached.get(functions + n).copied().unwrap_or(false);
    }
}

/// Whether each function and `let` reads data, itself or through what it needs; dependencies come first.
fn reads_data(hir: &Hir, edges: &[Vec<usize>]) -> Vec<bool> {
    let bodies = hir.functions.iter().map(|f| &f.body).chain(hir.globals.iter().map(|g| &g.value));
    let mut reads: Vec<bool> = bodies
        .map(|body| {
            let mut found = false;
            all(body, &mut |e| found |= matches!(e.kind, ExprKind::Data(_)));
            found
        })
        .collect();
    loop {
        let mut changed = false;
        for (n, needed) in edges.iter().enumerate() {
            let through = needed.iter().any(|&m| reads.get(m).copied().unwrap_or(false));
            if let Some(slot) = reads.get_mut(n)
                && through
                && !*slot
            {
                *slot = true;
                changed = true;
            }
        }
        if !changed {
            return reads;
        }
    }
}

/// What policies, data and types need.
fn reached(hir: &mut Hir, edges: &[Vec<usize>]) -> Vec<bool> {
    let mut starts: Vec<usize> = Vec::new();
    let mut policies = std::mem::take(&mut hir.policies);
    for policy in &mut policies {
        roots::policy(policy, &mut |root| starts.extend(needs(hir, root)));
    }
    hir.policies = policies;
    for data in hir.data.iter().filter_map(|d| d.default.as_ref()) {
        starts.extend(needs(hir, data));
    }
    for field in hir.types.records.iter().flat_map(|r| &r.fields) {
        if let Presence::Default(value) = &field.presence {
            starts.extend(needs(hir, value));
        }
    }
    starts.extend(hir.types.reads.iter().map(|r| r.function.index()));
    let mut reached = vec![false; edges.len()];
    while let Some(n) = starts.pop() {
        if let Some(slot) = reached.get_mut(n)
            && !*slot
        {
            *slot = true;
            starts.extend(edges.get(n).into_iter().flatten());
        }
    }
    reached
}

fn test_only(body: &Expr, diagnostics: &mut Vec<Diagnostic>) {
    all(body, &mut |e| {
        let what = if matches!(e.kind, ExprKind::Fixture { .. }) {
            "reading a file"
        } else if matches!(e.kind, ExprKind::Decide { .. }) {
            "calling a policy"
        } else {
            return;
        };
        let what = format!("{what}, which a policy needs here,");
        diagnostics.push(Types::OnlyInTests { what }.render(e.location));
    });
}
