//! Whether the tests are any good: policies changed in small ways, which some test should notice.
//!
//! A mutant is the project's typed representation with one node changed. Only the tests that reach the node are run against it.
//! A mutant that compiles to the same program as the original changes nothing, and is told apart from one that survives.

mod change;
mod facts;
mod kept;
mod owners;
mod run;
mod sites;

#[cfg(test)]
mod tests;

use policy_syntax::Location;

pub use change::Change;
pub use kept::Kept;
pub(crate) use run::seen;
pub use run::{MutateOptions, NoMutants, Wanted, mutate};
pub use sites::{Site, lines};

/// What became of a mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A test fails: its name.
    Killed(String),
    /// All tests pass. An input on which original and mutant differ, as a `test` of the original, where one was found.
    Survived(Option<String>),
    /// It compiles to the program of the original.
    Equivalent,
    /// Tests reach a limit.
    TimedOut(String),
    /// It cannot be compiled.
    Invalid,
}

/// A mutant, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// What was changed.
    pub change: Change,
    /// Where.
    pub location: Location,
    /// The rule, policy, function or exception that it stands in.
    pub within: String,
    /// The source as it is.
    pub before: String,
    /// The source as it would be.
    pub after: String,
    /// What became of it.
    pub fate: Fate,
    /// Why it survives, as `policy.toml` says.
    pub explained: Option<String>,
}

/// What came of a run.
#[derive(Clone, Debug, Default)]
pub struct Mutants {
    /// The mutants, in the order of sources.
    pub mutants: Vec<Mutant>,
    /// What `policy.toml` explains and is not so: the change is noticed, or there is none. Only of whole runs.
    pub idle: Vec<Location>,
}

/// How many mutants of each fate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Noticed by a test.
    pub killed: usize,
    /// Noticed by none.
    pub survived: usize,
    /// Those of them that `policy.toml` explains.
    pub explained: usize,
    /// The same program.
    pub equivalent: usize,
    /// Reached a limit, which counts as noticed.
    pub timed_out: usize,
}

impl Mutants {
    /// How many mutants of each fate.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for mutant in &self.mutants {
            match mutant.fate {
                Fate::Killed(_) => counts.killed += 1,
                Fate::Survived(_) => {
                    counts.survived += 1;
                    counts.explained += usize::from(mutant.explained.is_some());
                }
                Fate::Equivalent => counts.equivalent += 1,
                Fate::TimedOut(_) => counts.timed_out += 1,
                Fate::Invalid => {}
            }
        }
        counts
    }

    /// The share in percent of mutants that tests notice, of those that are not the same program; 100 where there are none.
    #[must_use]
    pub fn score(&self) -> u64 {
        let counts = self.counts();
        let noticed = counts.killed + counts.timed_out;
        let all = noticed + counts.survived;
        (noticed as u64 * 100).checked_div(all as u64).unwrap_or(100)
    }
}
