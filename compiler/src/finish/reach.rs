//! What policies can reach: which `let`s read data, which only tests use, and that nothing of a test is reached.

use policy_syntax::Diagnostic;

use super::order::{edges, needed, needs};
use super::roots;
use crate::diagnostics::Finding;
use crate::diagnostics::policies::Policies;
use crate::diagnostics::types::Types;
use crate::hir::walk::all;
use crate::hir::{Expr, ExprKind, Hir, InKind, Presence};

pub(super) fn reach(hir: &mut Hir, diagnostics: &mut Vec<Diagnostic>) {
    let edges = edges(hir);
    let functions = hir.functions.len();
    let reads = reads_data(hir, &edges);
    let own_name = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
    let policies: Vec<String> = hir.policies.iter().map(|policy| own_name(&policy.name)).collect();
    let reached = reached(hir, &edges, &policies, diagnostics);
    for n in (0..edges.len()).filter(|&n| reached.get(n).copied().unwrap_or(false)) {
        let body = match hir.functions.get(n) {
            Some(function) => Some(&function.body),
            None => hir.globals.get(n - functions).map(|g| &g.value),
        };
        body.into_iter().for_each(|body| test_only(body, &policies, diagnostics));
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
            all(body, &mut |e| found |= is_loaded(e));
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

/// Whether an expression itself reads data or the entity store.
fn is_loaded(e: &Expr) -> bool {
    matches!(
        e.kind,
        ExprKind::Data(_)
            | ExprKind::Attribute { .. }
            | ExprKind::In { kind: InKind::Entity | InKind::EntityIn, .. }
    )
}

/// What policies, exceptions, data and types need.
fn reached(
    hir: &mut Hir,
    edges: &[Vec<usize>],
    names: &[String],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<bool> {
    let mut starts: Vec<usize> = Vec::new();
    let mut policies = std::mem::take(&mut hir.policies);
    for policy in &mut policies {
        roots::policy(policy, &mut |root| {
            all(root, &mut |e| {
                // A function that takes functions has become a part of the policy.
                only_in_tests(e, names, diagnostics);
                needed(hir, e, &mut starts);
            });
        });
    }
    hir.policies = policies;
    let mut exceptions = std::mem::take(&mut hir.exceptions);
    for exception in &mut exceptions {
        roots::exception(exception, &mut |root| starts.extend(needs(hir, root)));
    }
    hir.exceptions = exceptions;
    let mut exceptions = std::mem::take(&mut hir.exceptions);
    for exception in &mut exceptions {
        roots::exception(exception, &mut |root| {
            test_only(root, names, diagnostics);
            starts.extend(needs(hir, root));
        });
    }
    hir.exceptions = exceptions;
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

/// Reports files that are read and policies that are called in what a policy needs.
fn test_only(body: &Expr, policies: &[String], diagnostics: &mut Vec<Diagnostic>) {
    all(body, &mut |e| only_in_tests(e, policies, diagnostics));
}

/// The same of a node itself.
fn only_in_tests(e: &Expr, policies: &[String], diagnostics: &mut Vec<Diagnostic>) {
    if matches!(e.kind, ExprKind::Fixture { .. }) {
        let what = "reading a file, which a policy needs here,".to_owned();
        diagnostics.push(Types::OnlyInTests { what }.render(e.location));
    } else if let ExprKind::Decide { policy, .. } = e.kind {
        let name = policies.get(policy.index()).cloned().unwrap_or_default();
        diagnostics.push(Policies::PolicyCall { name }.render(e.location));
    }
}
