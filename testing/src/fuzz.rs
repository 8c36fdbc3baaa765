//! Looking for inputs on which a policy fails, and on which two of its rules disagree.

use std::collections::{BTreeMap, BTreeSet};

use policy_compiler::Options;
use policy_compiler::hir::{Effect, Policy};
use policy_syntax::Diagnostic;
use policy_vm::Quiet;

use crate::draw::shrink::shrink;
use crate::draw::{Choices, Hints};
use crate::probe::{Asked, Prober, says};
use crate::runner::tested_snapshot;
use crate::search::{Corpus, Novelty};
use crate::workspace::Workspace;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// An evaluation fails: the rule, where it is one, and the code of the failure.
    Fails {
        /// The rule.
        rule: Option<String>,
        /// The code.
        code: String,
    },
    /// Two rules find something, and want different outcomes.
    Disagree {
        /// The rule that wants more.
        stricter: String,
        /// The rule that wants less.
        looser: String,
    },
}

/// A finding with the smallest input that shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What.
    pub finding: Finding,
    /// What went wrong, in the words of the decision; empty where rules disagree.
    pub message: String,
    /// The input, as a `test` that is ready to be kept.
    pub test: String,
}

/// What came of a run.
#[derive(Clone, Debug, Default)]
pub struct Fuzzed {
    /// How many inputs were decided.
    pub cases: u64,
    /// What was decided, by outcome.
    pub outcomes: BTreeMap<String, u64>,
    /// Rules that never found anything.
    pub never: Vec<String>,
    /// What was found, in the order of findings.
    pub found: Vec<Found>,
}

/// Draws inputs for a policy for as long as `more` says so, given how many were decided.
///
/// # Errors
/// What stands in the way, as diagnostics.
pub fn fuzz(
    workspace: &Workspace,
    policy: u32,
    seed: u64,
    more: &mut dyn FnMut(u64) -> bool,
) -> Result<Fuzzed, Vec<Diagnostic>> {
    let linked = workspace.link(Options { instrument: true, tests: false })?;
    let snapshot = tested_snapshot(workspace, &linked.program)?;
    let hints = Hints::of(&workspace.checked.hir, &workspace.data_json(&linked.program));
    let prober = Prober::new(&linked.program, &snapshot, hints, workspace.limits());
    let mut run = Run { workspace, prober, novelty: Novelty::default(), seen: BTreeSet::new() };
    let mut fuzzed = Fuzzed::default();
    let mut corpus = Corpus::new(seed);
    let mut reached = BTreeSet::new();
    while more(fuzzed.cases) {
        let asked = run.prober.draw(policy, &mut corpus.choices());
        fuzzed.cases += 1;
        run.novelty.begin();
        let Some(decision) = run.prober.decide(&asked, &mut run.novelty) else { continue };
        if run.novelty.more() {
            corpus.keep(&asked.made);
        }
        reached.extend(run.novelty.found.iter().copied());
        let verb = says(&decision);
        let outcome = verb.split(' ').next().unwrap_or("").to_owned();
        *fuzzed
            .outcomes
            .entry(if outcome == "is" { "not_applicable".to_owned() } else { outcome })
            .or_default() += 1;
        for finding in run.findings(&decision) {
            if run.seen.insert(finding.clone()) {
                fuzzed.found.extend(run.smallest(&asked, finding));
            }
        }
    }
    fuzzed.found.sort_by(|a, b| a.finding.cmp(&b.finding));
    if let Some(described) = workspace.checked.hir.policies.get(policy as usize) {
        let missing = (0..).zip(&described.rules).filter(|(at, rule)| {
            !reached.contains(&(policy, *at)) && !matches!(rule.effect, Effect::Include(_))
        });
        fuzzed.never = missing.map(|(_, rule)| rule.id.clone()).collect();
    }
    Ok(fuzzed)
}

struct Run<'a> {
    workspace: &'a Workspace,
    prober: Prober,
    novelty: Novelty,
    seen: BTreeSet<Finding>,
}

impl Run<'_> {
    /// What of the decision at hand is worth telling.
    fn findings(&self, decision: &policy_vm::Decision) -> Vec<Finding> {
        let mut out: Vec<Finding> = Vec::new();
        for error in &decision.errors {
            out.push(Finding::Fails { rule: error.rule.clone(), code: error.code.to_string() });
        }
        let policies = &self.workspace.checked.hir.policies;
        let found: Vec<(u8, String)> = self
            .novelty
            .found
            .iter()
            .filter_map(|(policy, rule)| {
                let policy: &Policy = policies.get(*policy as usize)?;
                let rule = policy.rules.get(*rule as usize)?;
                Some((weight(&rule.effect)?, format!("{}.{}", policy.name, rule.id)))
            })
            .collect();
        // Where deny goes over escalate nobody is let through who should not be: only allow against the others is a disagreement
        // that somebody may not have meant.
        for (_, looser) in found.iter().filter(|(weight, _)| *weight == 0) {
            for (_, stricter) in found.iter().filter(|(weight, _)| *weight > 0) {
                out.push(Finding::Disagree { stricter: stricter.clone(), looser: looser.clone() });
            }
        }
        out
    }

    fn smallest(&mut self, asked: &Asked, finding: Finding) -> Option<Found> {
        let policy = asked.policy;
        let made = shrink(asked.made.clone(), &mut |made| {
            let smaller = self.prober.draw(policy, &mut Choices::replay(made));
            self.novelty.begin();
            let decision = self.prober.decide(&smaller, &mut self.novelty)?;
            self.findings(&decision).contains(&finding).then_some(smaller.made)
        });
        let small = self.prober.draw(policy, &mut Choices::replay(made));
        let decision = self.prober.decide(&small, &mut Quiet)?;
        let (name, message) = match &finding {
            Finding::Fails { rule, code } => {
                let error = decision.errors.iter().find(|error| error.code == code.as_str());
                let message = error.map_or_else(String::new, |error| error.message.clone());
                (format!("{} fails: {code}", rule.as_deref().unwrap_or("the policy")), message)
            }
            Finding::Disagree { stricter, looser } => {
                (format!("{stricter} and {looser} disagree"), String::new())
            }
        };
        let test = self.prober.block(&name, &small, &decision);
        Some(Found { finding, message, test })
    }
}

/// How strict the outcome is that a rule wants; none where it wants none.
fn weight(effect: &Effect) -> Option<u8> {
    match effect {
        Effect::Allow => Some(0),
        Effect::Escalate(_) => Some(1),
        Effect::Deny | Effect::Require => Some(2),
        Effect::Warn | Effect::Oblige { .. } | Effect::Transform { .. } | Effect::Include(_) => None,
    }
}
