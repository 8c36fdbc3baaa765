//! Costs beyond what a project allows.

use policy_syntax::{Diagnostic, Location};

use super::codes;
use super::poly::{Poly, Symbol};
use super::report::{Costs, Promise, RuleCost, grouped, name_of};
use crate::hir::{Hir, Policy, TyKind};

/// What a project allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many sizes without a declared maximum may be multiplied with each other.
    pub degree: u64,
    /// The fuel of a decision at the declared maxima, as far as it does not depend on text.
    pub steps: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { degree: 3, steps: 10_000_000 }
    }
}

/// Policies of a package without errors whose cost is beyond the limits.
#[must_use]
pub fn check(hir: &Hir, limits: Limits) -> Vec<Diagnostic> {
    let costs = Costs::of(hir);
    let mut found = Vec::new();
    for promise in costs.promises() {
        let Some(policy) = hir.policies.get(promise.policy.index()) else { continue };
        found.extend(
            degree(&costs, promise, policy, limits).or_else(|| steps(&costs, promise, policy, limits)),
        );
    }
    policy_syntax::diagnostic::sort(&mut found);
    found
}

/// The rule whose cost at the declared maxima is greatest by some measure.
fn worst<'p>(promise: &'p Promise, of: &dyn Fn(&Poly) -> u64) -> Option<&'p RuleCost> {
    promise.rules.iter().rev().max_by_key(|rule| of(&rule.steps))
}

fn degree(costs: &Costs<'_>, promise: &Promise, policy: &Policy, limits: Limits) -> Option<Diagnostic> {
    let most = costs.at_maxima(&promise.steps);
    if !most.is_unbounded() && u64::from(most.degree()) <= limits.degree {
        return None;
    }
    let of = |poly: &Poly| {
        let poly = costs.at_maxima(poly);
        if poly.is_unbounded() { u64::MAX } else { u64::from(poly.degree()) }
    };
    let rule = worst(promise, &of).filter(|rule| of(&rule.steps) > limits.degree);
    let (what, at) = place(policy, rule);
    if most.is_unbounded() {
        let found = Diagnostic::error(
            codes::DEGREE,
            at,
            format!("the steps of {what} have no bound that can be told"),
        )
        .with_label("costs more than can be computed")
        .with_help("make it of fewer or smaller functions");
        return Some(found);
    }
    let terms = costs.at_maxima(rule.map_or(&promise.steps, |rule| &rule.steps));
    let term = terms.leading();
    let shown = costs.shown(&term);
    let found = Diagnostic::error(
        codes::DEGREE,
        at,
        format!("the steps of {what} grow with the {} of its input's sizes", power(terms.degree())),
    )
    .with_label(format!("takes steps in proportion to {shown}"));
    let found = mended(costs, &term, with_loops(found, rule));
    Some(found.with_note(format!(
        "a project allows the {}; `degree` in [limits] of policy.toml says otherwise",
        power(u32::try_from(limits.degree).unwrap_or(u32::MAX))
    )))
}

fn steps(costs: &Costs<'_>, promise: &Promise, policy: &Policy, limits: Limits) -> Option<Diagnostic> {
    let most = costs.bound(&promise.steps)?;
    if most <= limits.steps {
        return None;
    }
    let of = |poly: &Poly| costs.bound(poly).unwrap_or(0);
    let rule = worst(promise, &of);
    let (what, at) = place(policy, rule);
    let steps = rule.map_or(most, |rule| of(&rule.steps));
    let found = Diagnostic::error(
        codes::STEPS,
        at,
        format!("policy `{}` may take {} steps at the declared sizes", policy.name, grouped(most)),
    )
    .with_label(format!("{what} takes up to {} of them", grouped(steps)));
    let term = rule.map_or(&promise.steps, |rule| &rule.steps).leading();
    let found = with_loops(found, rule).with_note(format!("its cost grows with {}", costs.shown(&term)));
    Some(lowered(costs, &term, found).with_note(format!(
        "a project allows {} steps; `steps` in [limits] of policy.toml says otherwise",
        grouped(limits.steps)
    )))
}

fn place(policy: &Policy, rule: Option<&RuleCost>) -> (String, Location) {
    match rule {
        Some(rule) => (format!("rule `{}`", rule.id), rule.location),
        None => (format!("policy `{}`", policy.name), policy.location),
    }
}

fn power(degree: u32) -> String {
    match degree {
        0 | 1 => "first power".to_owned(),
        2 => "second power".to_owned(),
        3 => "third power".to_owned(),
        4 => "fourth power".to_owned(),
        5 => "fifth power".to_owned(),
        degree => format!("{degree}th power"),
    }
}

fn with_loops(found: Diagnostic, rule: Option<&RuleCost>) -> Diagnostic {
    let loops = rule.map_or(&[][..], |rule| rule.loops.as_slice());
    loops.iter().take(6).fold(found, |found, at| found.with_secondary(*at, "gone through here"))
}

/// Says which lists could have a maximum.
fn mended(costs: &Costs<'_>, term: &Poly, found: Diagnostic) -> Diagnostic {
    let mut found = found;
    let mut told = false;
    for symbol in distinct(term) {
        let Symbol::Count(path) = symbol else { continue };
        let Some(ty) = costs.paths().ty(path) else { continue };
        let kind = costs.hir().types.kind(ty);
        let wanted = if let TyKind::Map { .. } = kind {
            "Map<K, V, max n>"
        } else if let TyKind::Set { .. } = kind {
            "Set<T, max n>"
        } else {
            "List<T, max n>"
        };
        let name = name_of(costs.paths(), symbol);
        if let Some(at) = costs.paths().declared(costs.hir(), path) {
            found = found.with_secondary(at, format!("`{name}` has no greatest size"));
        }
        found = found.with_help(format!("give `{name}` a greatest size where it is declared: `{wanted}`"));
        told = true;
    }
    if told {
        found
    } else {
        found.with_help("go through fewer lists at once, or look values up by key instead")
    }
}

fn lowered(costs: &Costs<'_>, term: &Poly, found: Diagnostic) -> Diagnostic {
    let mut found = found;
    for symbol in distinct(term) {
        let Symbol::Count(path) = symbol else { continue };
        if let (Some(at), Some(max)) =
            (costs.paths().declared(costs.hir(), path), costs.paths().max(costs.hir(), path))
        {
            let name = name_of(costs.paths(), symbol);
            found = found.with_secondary(at, format!("`{name}` may have {} elements", grouped(max)));
        }
    }
    found.with_help("lower a `max`, or go through fewer lists at once")
}

fn distinct(poly: &Poly) -> Vec<Symbol> {
    let mut symbols: Vec<Symbol> = poly.symbols().collect();
    symbols.sort_unstable();
    symbols.dedup();
    symbols
}
