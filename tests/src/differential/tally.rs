//! What a run has seen.

use std::collections::BTreeMap;

use policy_compiler::NOT_COMPILED;

use super::{ENOUGH, package, shrink};
use crate::both::View;
use crate::generate::{Generated, Used};

/// How the messages begin of a program that does not load.
const DAMAGED: &str = "P0000 the program is damaged";

/// What a run has seen.
#[derive(Debug, Default)]
pub struct Tally {
    /// Programs that check.
    pub programs: u64,
    /// Decisions, each made by the machine and by the reference evaluator.
    pub decisions: u64,
    /// Decisions by outcome; those on documents that do not fit by themselves.
    pub outcomes: BTreeMap<String, u64>,
    /// Failures by code.
    pub errors: BTreeMap<String, u64>,
    /// What decisions hold, by the name of the list, where it is not empty.
    pub lists: BTreeMap<String, u64>,
    /// Why the checker refused programs.
    pub rejected: BTreeMap<String, u64>,
    /// How many it refused.
    pub refused: u64,
    /// Workers that did not come back.
    pub lost: u64,
    /// The greatest share of the promised steps that a decision took, in hundredths.
    pub closest: u64,
    /// What the programs use.
    pub used: Used,
    /// Differences, as they are to be read.
    pub failures: Vec<String>,
}

impl Tally {
    /// Adds what another has seen.
    pub fn add(&mut self, other: Self) {
        self.programs += other.programs;
        self.decisions += other.decisions;
        self.refused += other.refused;
        self.lost += other.lost;
        self.closest = self.closest.max(other.closest);
        self.used.add(&other.used);
        for (into, from) in [
            (&mut self.outcomes, other.outcomes),
            (&mut self.errors, other.errors),
            (&mut self.lists, other.lists),
            (&mut self.rejected, other.rejected),
        ] {
            for (key, count) in from {
                *into.entry(key).or_default() += count;
            }
        }
        self.failures.extend(other.failures);
    }

    pub(super) fn refuse(&mut self, seed: u64, generated: &Generated, messages: &[String]) {
        self.refused += 1;
        let first = messages.first().cloned().unwrap_or_default();
        let shown = std::env::var("POLICY_TESTS_SHOW").is_ok_and(|code| first.starts_with(&code));
        // What the checker takes has a program, and the program loads.
        let broken = first.starts_with(&NOT_COMPILED.to_string()) || first.starts_with(DAMAGED);
        if (shown || broken) && self.failures.len() < ENOUGH {
            let refused = |candidate: &Generated| {
                package(candidate).err().filter(|now| now.first() == Some(&first)).map(|_| String::new())
            };
            let (small, _) = shrink::shrink(generated.clone(), refused);
            self.failures.push(format!("seed {seed}: {messages:#?}\n{}", small.source()));
        }
        // What stands in backquotes is of the program; what is left is the kind of mistake.
        let kind: Vec<&str> = first.split('`').step_by(2).collect();
        *self.rejected.entry(kind.join("…")).or_default() += 1;
    }

    pub(super) fn decided(&mut self, view: &View) {
        let kind = if view.misfits.is_empty() { view.outcome.clone() } else { "misfits".to_owned() };
        *self.outcomes.entry(kind).or_default() += 1;
        for error in &view.errors {
            let code = error.split_whitespace().next().unwrap_or_default().to_owned();
            *self.errors.entry(code).or_default() += 1;
        }
        let lists = [
            ("reasons", view.reasons.is_empty()),
            ("warnings", view.warnings.is_empty()),
            ("observed", view.observed.is_empty()),
            ("exceptions", view.exceptions.is_empty()),
            ("obligations", view.obligations.is_empty()),
            ("transforms", view.transforms.is_empty()),
            ("errors", view.errors.is_empty()),
            ("enforced", view.enforced.is_none()),
        ];
        for (name, empty) in lists {
            if !empty {
                *self.lists.entry(name.to_owned()).or_default() += 1;
            }
        }
    }
}
