//! The fuel of a decision, held against what its policy promises at the sizes of its document.

use policy_compiler::cost::{Costs, Sizes};
use policy_compiler::hir::{DataId, PolicyId};
use policy_vm::{Evaluator, Request};

use crate::both::Package;
use crate::reference::time::read_timestamp;

/// The share of the promise that a decision takes, in hundredths.
///
/// # Errors
/// Where it takes more, or nothing is promised.
pub(super) fn held(
    package: &Package,
    costs: &Costs<'_>,
    policy: usize,
    document: &str,
    evaluator: &mut Evaluator,
) -> Result<u64, String> {
    let id = PolicyId(u32::try_from(policy).unwrap_or(u32::MAX));
    let promise = costs.promises().get(policy).ok_or("a policy without a promise")?;
    let mut sizes = Sizes::default();
    sizes.input(costs, id, document.as_bytes());
    for (at, item) in (0..).zip(&package.checked.hir.data) {
        if let Some((_, json)) = package.data.iter().find(|(name, _)| *name == item.name) {
            sizes.data(costs, DataId(at), json.as_bytes());
        }
    }
    let promised = sizes.value(&promise.steps);
    let request = Request { now: read_timestamp("2026-11-21T00:00:00Z"), ..Request::default() };
    let taken = evaluator.decide_json(id.0, document.as_bytes(), &request).fuel;
    if taken <= promised && !promise.steps.is_unbounded() {
        return Ok(taken.saturating_mul(100) / promised.max(1));
    }
    let rules = promise.rules.iter().map(|rule| format!("{}: {}", rule.id, costs.shown(&rule.steps)));
    let rules: Vec<String> = rules.collect();
    Err(format!(
        "{taken} steps where {promised} were promised: {}\nreading {}\n{}",
        costs.shown(&promise.steps),
        costs.shown(&promise.reading),
        rules.join("\n")
    ))
}

#[cfg(test)]
mod tests;
