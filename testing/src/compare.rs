//! Comparing two versions of policies: their rules, and what they decide.

mod rules;
mod shipped;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use policy_bytecode::scalar::Timestamp;
use policy_compiler::Options;
use policy_syntax::Diagnostic;
use policy_vm::decision::{Decision, Outcome};
use policy_vm::{Evaluator, Limits, Program, Request, Snapshot};

use crate::draw::shrink::shrink;
use crate::draw::{Choices, Hints};
use crate::mutate::seen;
use crate::probe::{Asked, Prober, says};
use crate::runner::tested_snapshot;
use crate::search::{Corpus, Novelty};
use crate::workspace::Workspace;
use rules::Said;

pub use rules::{RuleChange, RuleChanges};

/// How two decisions differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// The new version lets more through.
    Looser,
    /// The new version lets less through.
    Stricter,
    /// Both let it through, or both do not, by another outcome.
    Reclassified,
    /// The same outcome, by other rules or with other duties.
    OtherReasons,
}

impl Class {
    /// All classes, the ones that matter most first.
    pub const ALL: [Self; 4] = [Self::Looser, Self::Stricter, Self::Reclassified, Self::OtherReasons];

    /// What it is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stricter => "stricter",
            Self::Looser => "looser",
            Self::Reclassified => "reclassified",
            Self::OtherReasons => "other-reasons",
        }
    }
}

/// How two decisions on one input differ; none where they do not.
#[must_use]
pub fn class(old: &Decision, new: &Decision) -> Option<Class> {
    let rank = |decision: &Decision| match decision.outcome {
        Outcome::Deny => 2_u8,
        Outcome::Escalate => 1,
        Outcome::Allow | Outcome::NotApplicable => 0,
    };
    match rank(new).cmp(&rank(old)) {
        std::cmp::Ordering::Greater => Some(Class::Stricter),
        std::cmp::Ordering::Less => Some(Class::Looser),
        std::cmp::Ordering::Equal if old.outcome != new.outcome => Some(Class::Reclassified),
        std::cmp::Ordering::Equal => (seen(old) != seen(new)).then_some(Class::OtherReasons),
    }
}

/// A version of a project: from its sources, or compiled.
#[derive(Debug)]
pub struct Version {
    program: Program,
    snapshot: Snapshot,
    limits: Limits,
    hints: Hints,
    /// What the sources say; none of a bundle that does not hold them.
    said: Option<Said>,
    /// The data, by the names of its items, as JSON.
    data: Vec<(String, String)>,
    /// The policies that are its own.
    policies: Vec<String>,
}

impl Version {
    /// A version that is ready to decide.
    ///
    /// # Errors
    /// What stands in the way, as diagnostics.
    pub fn new(workspace: &Workspace) -> Result<Self, Vec<Diagnostic>> {
        let linked = workspace.link(Options { instrument: true, tests: false })?;
        let snapshot = tested_snapshot(workspace, &linked.program)?;
        let hir = &workspace.checked.hir;
        let data = workspace.data_json(&linked.program);
        let hints = Hints::of(hir, &data);
        let name = |at: usize| hir.data.get(at).map_or_else(String::new, |item| item.name.clone());
        let own = hir.policies.iter().filter(|policy| workspace.is_own(policy.location.file));
        Ok(Self {
            snapshot,
            limits: workspace.limits(),
            hints,
            said: Some(rules::said(workspace)),
            data: data.into_iter().map(|(at, json)| (name(at), json)).collect(),
            policies: own.map(|policy| policy.name.clone()).collect(),
            program: linked.program,
        })
    }

    /// A version that was compiled, with the data that it brings.
    ///
    /// # Errors
    /// Why it cannot decide.
    pub fn of_bundle(program: Program) -> Result<Self, String> {
        let built = Snapshot::builder(&program).shipped(None).and_then(|builder| builder.partial().build());
        let snapshot = built.map_err(|error| error.to_string())?;
        let data = program.shipped_data();
        let code = program.bytecode();
        let hints = Hints::of_program(code, &data);
        let name = |policy: &policy_bytecode::program::Policy| {
            code.texts.get(policy.name.index()).cloned().unwrap_or_default()
        };
        Ok(Self {
            policies: code.policies.iter().map(name).collect(),
            limits: program.request().limits,
            snapshot,
            hints,
            said: None,
            data,
            program,
        })
    }

    /// Whether what its rules say is known.
    #[must_use]
    pub const fn has_sources(&self) -> bool {
        self.said.is_some()
    }

    /// The names of its own policies.
    #[must_use]
    pub fn policies(&self) -> &[String] {
        &self.policies
    }

    /// The position of a policy, by its qualified name.
    #[must_use]
    pub fn policy(&self, name: &str) -> Option<u32> {
        self.program.policy(name)
    }

    fn prober(&self, other: &Self) -> Prober {
        let mut hints = self.hints.clone();
        hints.join(other.hints.clone());
        Prober::new(&self.program, &self.snapshot, hints, self.limits)
    }

    /// Decides about a document.
    #[must_use]
    pub fn decide(&self, policy: u32, json: &[u8], now: Timestamp) -> Decision {
        let mut evaluator = Evaluator::new(&self.program, &self.snapshot);
        let request = Request { now: Some(now), limits: self.limits, ..Request::default() };
        evaluator.decide_json(policy, json, &request)
    }
}

/// What two versions say otherwise, in the order of names. Where one has no sources, what conditions say is not known.
#[must_use]
pub fn rule_changes(old: &Version, new: &Version) -> RuleChanges {
    match (&old.said, &new.said) {
        (Some(old), Some(new)) => rules::changes(old, new),
        (_, _) => {
            let told = |of: &Version| shipped::told(of.program.bytecode(), &of.data);
            rules::changes(&told(old), &told(new))
        }
    }
}

/// Inputs that were drawn on which two versions differ in one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The policy.
    pub policy: String,
    /// How they differ.
    pub class: Class,
    /// How many of the inputs that were drawn show it.
    pub count: u64,
    /// What the old version says of the smallest one.
    pub old: String,
    /// What the new version says of it.
    pub new: String,
    /// The smallest one, as a `test` that holds in the new version.
    pub witness: String,
}

/// Draws inputs for a policy that both versions have, and tells how they differ.
#[must_use]
pub fn drawn(old: &Version, new: &Version, name: &str, cases: u64, seed: u64) -> Vec<Difference> {
    let (Some(before), Some(after)) = (old.policy(name), new.policy(name)) else { return Vec::new() };
    let mut pair = Pair {
        old: old.prober(new),
        new: new.prober(old),
        policies: (before, after),
        seen: (Novelty::default(), Novelty::default()),
    };
    // Types may differ: inputs of both are tried.
    let mut found: BTreeMap<Class, (u64, bool, Vec<u64>)> = BTreeMap::new();
    for of_new in [true, false] {
        let mut corpus = Corpus::new(seed);
        for _ in 0..cases.div_ceil(2) {
            let mut choices = corpus.choices();
            let Some((class, made)) = pair.class(of_new, &mut choices) else {
                if pair.more() {
                    corpus.keep(choices.made());
                }
                continue;
            };
            if pair.more() {
                corpus.keep(&made);
            }
            let entry = found.entry(class).or_insert_with(|| (0, of_new, made));
            entry.0 += 1;
        }
    }
    let tell = |(class, (count, of_new, made)): (Class, (u64, bool, Vec<u64>))| {
        let made = shrink(made, &mut |made| {
            let (found, made) = pair.class(of_new, &mut Choices::replay(made))?;
            (found == class).then_some(made)
        });
        let (asked, before, after) = pair.decide(of_new, &mut Choices::replay(made))?;
        let asked = Asked { policy: pair.policies.1, ..asked };
        let (old, new) = (says(&before), says(&after));
        let title = format!("{name} is {} than it was", class.name());
        let title = if matches!(class, Class::Stricter | Class::Looser) {
            title
        } else {
            format!("{name} decides otherwise")
        };
        let witness = pair.new.block(&title, &asked, &after);
        Some(Difference { policy: name.to_owned(), class, count, old, new, witness })
    };
    found.into_iter().filter_map(tell).collect()
}

/// Two versions that are asked the same.
struct Pair {
    old: Prober,
    new: Prober,
    policies: (u32, u32),
    seen: (Novelty, Novelty),
}

impl Pair {
    fn more(&self) -> bool {
        self.seen.0.more() || self.seen.1.more()
    }

    fn decide(&mut self, of_new: bool, choices: &mut Choices) -> Option<(Asked, Decision, Decision)> {
        let (before, after) = self.policies;
        let asked = if of_new { self.new.draw(after, choices) } else { self.old.draw(before, choices) };
        self.seen.0.begin();
        self.seen.1.begin();
        let old = self.old.decide(&Asked { policy: before, ..asked.clone() }, &mut self.seen.0)?;
        let new = self.new.decide(&Asked { policy: after, ..asked.clone() }, &mut self.seen.1)?;
        Some((asked, old, new))
    }

    fn class(&mut self, of_new: bool, choices: &mut Choices) -> Option<(Class, Vec<u64>)> {
        let (asked, old, new) = self.decide(of_new, choices)?;
        Some((class(&old, &new)?, asked.made))
    }
}
