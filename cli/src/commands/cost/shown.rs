//! Costs, written for people and for machines.

use policy_compiler::cost::{Costs, Measure, Poly, RuleCost, Sizes, Symbol, grouped};
use serde::Serialize;

use super::Told;
use crate::terminal::{Paint, Terminal};

/// What is taken for a size that has no greatest, to tell which rule is worst.
const TYPICAL: u64 = 100;

/// The same of the bytes of a document.
const TYPICAL_BYTES: u64 = 10_000;

/// Sizes by which rules are compared: those that were asked for, otherwise the greatest.
fn comparable(told: &Told<'_>) -> Sizes {
    if let Some(at) = &told.at {
        return at.clone();
    }
    let mut sizes = Sizes::default();
    for measure in &told.measures {
        sizes.set(
            measure.symbol,
            measure.max.unwrap_or(if is_count(measure) { TYPICAL } else { TYPICAL_BYTES }),
        );
    }
    sizes
}

fn is_count(measure: &Measure) -> bool {
    match measure.symbol {
        Symbol::Count(_) => true,
        Symbol::Text(_) | Symbol::Picked(_) | Symbol::Bytes(_) => false,
    }
}

/// Rules, the one that costs most first.
fn worst_first<'p>(told: &Told<'p>) -> Vec<(&'p RuleCost, u64)> {
    let sizes = comparable(told);
    let mut rules: Vec<(&RuleCost, u64)> =
        told.promise.rules.iter().map(|rule| (rule, sizes.value(&rule.steps))).collect();
    rules.sort_by_key(|(_, steps)| std::cmp::Reverse(*steps));
    rules
}

pub(super) fn human(costs: &Costs<'_>, told: &Told<'_>, terminal: &Terminal) -> String {
    let promise = told.promise;
    let mut out = format!("{}\n", terminal.paint(Paint::Strong, told.name));
    let mut row = |name: &str, value: &str| out.push_str(&format!("  {name:<9} {value}\n"));
    row("steps", &costs.shown(&promise.steps));
    let free = costs.at_maxima(&promise.steps).degree();
    row("degree", &format!("{}; {free} of sizes without a greatest one", promise.steps.degree()));
    row("at most", &bound(costs, &promise.steps));
    for (number, measure) in told.measures.iter().enumerate() {
        let max = match (measure.max, is_count(measure)) {
            (Some(max), _) => format!("at most {}", grouped(max)),
            (None, true) => "no greatest size".to_owned(),
            (None, false) => "text and all else that the document holds".to_owned(),
        };
        let name = if is_count(measure) { format!("|{}|", measure.name) } else { measure.name.clone() };
        row(if number == 0 { "sizes" } else { "" }, &format!("{name}: {max}"));
    }
    if let Some(at) = &told.at {
        let given: Vec<String> =
            told.measures.iter().map(|m| format!("{} = {}", m.name, grouped(at.get(m.symbol)))).collect();
        row("at", &format!("{}: {} steps", given.join(", "), grouped(at.value(&promise.steps))));
    }
    for (name, promised, taken) in &told.inputs {
        row("input", &format!("{name}: {} steps of {} promised", grouped(*taken), grouped(*promised)));
    }
    out.push_str("\n  rules, the one that costs most first\n");
    let rules = worst_first(told);
    let others = [("reading the input", &promise.reading), ("what rules share", &promise.shared)];
    let names = rules.iter().map(|(rule, _)| rule.id.as_str()).chain(others.iter().map(|(name, _)| *name));
    let width = names.map(|name| name.chars().count()).max().unwrap_or(0);
    for (rule, steps) in &rules {
        let number = if told.at.is_some() { format!("{} = ", grouped(*steps)) } else { String::new() };
        out.push_str(&format!("    {:<width$}  {number}{}\n", rule.id, costs.shown(&rule.steps)));
    }
    for (name, steps) in others {
        out.push_str(&format!("    {:<width$}  {}\n", name, costs.shown(steps)));
    }
    out
}

/// What is left of a polynomial where every size is at its greatest.
fn bound(costs: &Costs<'_>, steps: &Poly) -> String {
    match costs.bound(steps) {
        Some(_) => format!("{} at the greatest sizes", costs.shown(&costs.at_maxima(steps))),
        None => "no number: not every list, set and map has a greatest size".to_owned(),
    }
}

#[derive(Serialize)]
struct Policy<'a> {
    policy: &'a str,
    steps: String,
    degree: u32,
    /// That of sizes without a greatest one, which limits are about.
    free_degree: u32,
    bound: Option<u64>,
    sizes: Vec<Size>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    inputs: Vec<Input<'a>>,
    reading: String,
    shared: String,
    rules: Vec<Rule<'a>>,
}

#[derive(Serialize)]
struct Size {
    name: String,
    max: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<u64>,
}

#[derive(Serialize)]
struct Input<'a> {
    input: &'a str,
    promised: u64,
    taken: u64,
}

#[derive(Serialize)]
struct Rule<'a> {
    rule: &'a str,
    steps: String,
    degree: u32,
    bound: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<u64>,
}

pub(super) fn json(costs: &Costs<'_>, told: &Told<'_>) -> String {
    let promise = told.promise;
    let policy = Policy {
        policy: told.name,
        steps: costs.shown(&promise.steps),
        degree: promise.steps.degree(),
        free_degree: costs.at_maxima(&promise.steps).degree(),
        bound: costs.bound(&promise.steps),
        sizes: told
            .measures
            .iter()
            .map(|measure| Size {
                name: measure.name.clone(),
                max: measure.max,
                at: told.at.as_ref().map(|at| at.get(measure.symbol)),
            })
            .collect(),
        at: told.at.as_ref().map(|at| at.value(&promise.steps)),
        inputs: told
            .inputs
            .iter()
            .map(|(input, promised, taken)| Input { input, promised: *promised, taken: *taken })
            .collect(),
        reading: costs.shown(&promise.reading),
        shared: costs.shown(&promise.shared),
        rules: worst_first(told)
            .into_iter()
            .map(|(rule, steps)| Rule {
                rule: &rule.id,
                steps: costs.shown(&rule.steps),
                degree: rule.steps.degree(),
                bound: costs.bound(&rule.steps),
                at: told.at.is_some().then_some(steps),
            })
            .collect(),
    };
    serde_json::to_string(&policy).unwrap_or_default()
}
