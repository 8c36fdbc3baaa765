//! Parts of a document that do not fit.

use std::collections::BTreeSet;

use crate::decision::MAX_LISTED;

/// A part of a document that does not fit its type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Misfit {
    /// Where, as a JSON Pointer.
    pub pointer: String,
    /// What was expected there.
    pub expected: String,
    /// What was found there.
    pub found: String,
}

impl std::fmt::Display for Misfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let place = if self.pointer.is_empty() { "the document" } else { &self.pointer };
        write!(f, "{place}: expected {}, found {}", self.expected, self.found)
    }
}

/// The misfits of a document, in the order of their pointers.
///
/// ```
/// # let bundle = std::fs::read("examples/gate.pbundle")?;
/// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
/// # let snapshot = policy_vm::Snapshot::of_defaults(&program)?;
/// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
/// # let policy = program.policy("gate.changes").ok_or("no policy")?;
/// use policy_vm::{Misfit, Request};
///
/// let verdict = evaluator.judge_json(policy, br#"{"size": "large"}"#, &Request::default());
/// let misfits = verdict.misfits().ok_or("it fits")?;
/// let Some(Misfit { pointer, expected, found }) = misfits.iter().next() else { return Err("none".into()) };
/// assert_eq!((pointer.as_str(), expected.as_str()), ("/size", "Int"));
/// assert_eq!(found, "the string \"large\"");
/// assert!(!misfits.is_empty() && misfits.omitted() == 0);
/// assert_eq!(misfits.to_string(), "/size: expected Int, found the string \"large\"");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Misfits {
    listed: BTreeSet<Misfit>,
    count: u64,
}

impl Misfits {
    pub(crate) fn add(&mut self, misfit: Misfit) {
        // What is looked at twice is told once.
        self.count += u64::from(self.listed.insert(misfit));
        if self.listed.len() > MAX_LISTED {
            self.listed.pop_last();
        }
    }

    /// One misfit, at the root.
    pub(crate) fn root(expected: &str, found: String) -> Self {
        let mut misfits = Self::default();
        misfits.add(Misfit { pointer: String::new(), expected: expected.to_owned(), found });
        misfits
    }

    /// Bytes that are no text, and so no JSON.
    pub(crate) fn no_text(error: std::str::Utf8Error) -> Self {
        Self::root("JSON", format!("bytes that are no UTF-8, from byte {} on", error.valid_up_to()))
    }

    /// The same, with a beginning for each pointer.
    pub(crate) fn below(self, before: &str) -> Self {
        let listed = self.listed.into_iter();
        let listed = listed
            .map(|misfit| Misfit { pointer: format!("{before}{}", misfit.pointer), ..misfit })
            .collect();
        Self { listed, count: self.count }
    }

    /// The first ones.
    pub fn iter(&self) -> impl Iterator<Item = &Misfit> {
        self.listed.iter()
    }

    /// How many there are beyond the listed ones.
    #[must_use]
    pub fn omitted(&self) -> u64 {
        self.count.saturating_sub(self.listed.len() as u64)
    }

    /// How many there are.
    pub(super) const fn total(&self) -> u64 {
        self.count
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }
}

impl std::error::Error for Misfits {}

impl std::fmt::Display for Misfits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, misfit) in self.listed.iter().enumerate() {
            if at > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{misfit}")?;
        }
        if self.omitted() > 0 {
            write!(f, "; and {} more", self.omitted())?;
        }
        Ok(())
    }
}
