//! What tests reach: rules, both truths of every condition, what decides a rule on its own, arms, exceptions, defaults.
//!
//! An instrumented program shows the value of every expression, in the order of evaluation. [`Points`] says which of them count,
//! [`Recorder`] keeps what was seen, and [`Coverage`] joins both on the sources.

mod cobertura;
mod html;
mod join;
mod json;
mod lcov;
mod points;
mod reached;
mod record;
mod suggest;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use policy_syntax::{FileId, Location};

pub use cobertura::cobertura;
pub use html::html;
pub use json::json;
pub(crate) use json::value;
pub use lcov::lcov;
pub use points::Points;
pub(crate) use points::reachable;
pub(crate) use reached::{Reached, reached_by_tests};
pub use record::Recorder;
pub use suggest::{Suggestion, suggest};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A policy decided something.
    Policy,
    /// A rule found something.
    Rule,
    /// A condition was true, and false.
    Condition,
    /// A condition has been shown to decide, on its own, what it is a part of.
    Mcdc,
    /// An arm of `match` was taken.
    Arm,
    /// An exception held for a finding.
    Exception,
    /// A policy came to its default.
    Default,
}

impl Kind {
    /// All kinds, in the order in which they are told.
    pub const ALL: [Self; 7] =
        [Self::Policy, Self::Rule, Self::Condition, Self::Mcdc, Self::Arm, Self::Exception, Self::Default];

    /// The name of its floor in `policy.toml`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Policy => "policies",
            Self::Rule => "rules",
            Self::Condition => "conditions",
            Self::Mcdc => "mcdc",
            Self::Arm => "arms",
            Self::Exception => "exceptions",
            Self::Default => "defaults",
        }
    }
}

/// Something that tests reach or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What is counted.
    pub kind: Kind,
    /// Where it stands.
    pub location: Location,
    /// What it is called: the rule, the policy, or the condition as written.
    pub name: String,
    /// How often it was reached; of a condition how often it was false, and how often true.
    pub hits: [u64; 2],
    /// What of it is missing, in words; empty where nothing is.
    pub missing: Vec<String>,
    /// How many parts it counts for, and how many of these are reached: a condition has two truths.
    pub parts: (u64, u64),
    /// The tests that reach it, by position in [`Coverage::tests`].
    pub tests: Vec<u32>,
    /// What of the program stands for it, for the search for inputs.
    pub(crate) target: Target,
}

/// What of the program an item speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Policy(u32),
    Rule(u32, u32),
    Condition(usize),
    Decision(usize, usize),
    Arm(usize),
    Exception(u32),
}

/// The items of one source.
#[derive(Clone, Debug)]
pub struct FileCoverage {
    /// The source.
    pub file: FileId,
    /// Its items, in the order of the source.
    pub items: Vec<Item>,
}

/// What the tests of a project reach.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// Sources with something to reach, in order of their paths.
    pub files: Vec<FileCoverage>,
    /// The names of the tests, `module: name`.
    pub tests: Vec<String>,
    /// What was seen, for the search for what is missing.
    pub(crate) seen: Option<Recorder>,
}

impl Coverage {
    /// How many parts there are of each kind, and how many are reached. A condition has two: true and false.
    #[must_use]
    pub fn totals(&self) -> BTreeMap<Kind, (u64, u64)> {
        totals(self.files.iter().flat_map(|file| &file.items))
    }

    /// Lets it speak of files by numbers that are so much greater: it is joined with that of another project.
    pub fn moved(&mut self, by: u32) {
        for of in &mut self.files {
            of.file.0 += by;
            of.items.iter_mut().for_each(|item| item.location.file.0 += by);
        }
        self.seen = None;
    }

    /// Adds what the tests of another project reach.
    pub fn join(&mut self, other: Self) {
        let before = u32::try_from(self.tests.len()).unwrap_or(u32::MAX);
        self.tests.extend(other.tests);
        self.files.extend(other.files.into_iter().map(|mut of| {
            of.items.iter_mut().flat_map(|item| &mut item.tests).for_each(|test| *test += before);
            of
        }));
    }

    /// The share in percent of what a floor of `policy.toml` names: a kind, or `branches`, which are conditions and arms.
    #[must_use]
    pub fn share(&self, floor: &str) -> u64 {
        let totals = self.totals();
        let kinds = Kind::ALL.into_iter().filter(|kind| match floor {
            "branches" => matches!(kind, Kind::Condition | Kind::Arm),
            name => kind.name() == name,
        });
        let shares = kinds.filter_map(|kind| totals.get(&kind));
        percent(shares.fold((0, 0), |sum, share| (sum.0 + share.0, sum.1 + share.1)))
    }

    /// All items of which something is missing, in the order of sources.
    pub fn missing(&self) -> impl Iterator<Item = &Item> {
        self.files.iter().flat_map(|file| &file.items).filter(|item| !item.missing.is_empty())
    }
}

/// How many parts there are of each kind, and how many are reached.
#[must_use]
pub fn totals<'a>(items: impl Iterator<Item = &'a Item>) -> BTreeMap<Kind, (u64, u64)> {
    let mut out: BTreeMap<Kind, (u64, u64)> = BTreeMap::new();
    for item in items {
        let entry = out.entry(item.kind).or_default();
        entry.0 += item.parts.0;
        entry.1 += item.parts.1;
    }
    out
}

/// A share in percent, rounded down, so that 100 is all; of nothing it is 100.
#[must_use]
pub fn percent((all, reached): (u64, u64)) -> u64 {
    (reached * 100).checked_div(all).unwrap_or(100)
}
