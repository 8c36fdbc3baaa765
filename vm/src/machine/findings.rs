//! What rules found, before it becomes a decision.

use policy_bytecode::program::{Effect, Mode};

use crate::decision::MAX_LISTED;
use crate::value::Value;

/// A value that a finding carries, or the failure of evaluating it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Note {
    /// The value.
    Value(Value),
    /// It failed, by the position in the list of failures.
    Failed(u32),
}

/// One evaluation of a rule that found something or failed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub(crate) rule: u32,
    /// The failure, by its position, where it was none.
    pub(crate) failed: Option<u32>,
    /// Its notes: a run of [`Findings::notes`].
    pub(crate) notes: (u32, u32),
}

/// Whether the policy speaks of the input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Applies {
    /// It does.
    #[default]
    Yes,
    /// It does not.
    No,
    /// The condition failed.
    Failed(u32),
}

/// How far towards deny an outcome lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    Allow,
    Escalate,
    Deny,
}

/// What the rules of one policy found on one input.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) list: Vec<Found>,
    pub(crate) notes: Vec<Note>,
    pub(crate) applies: Applies,
    /// Findings and failures that are counted only.
    pub(crate) omitted: u64,
    /// The strictest of what decides.
    pub(crate) strictest: Option<Weight>,
    /// The first rule that decides, and the strictest of what it decided.
    pub(crate) first: Option<(u32, Weight)>,
    /// How often the rule that was last heard of is listed.
    current: (u32, u32),
    open: bool,
}

impl Findings {
    pub(crate) fn clear(&mut self) {
        self.list.clear();
        self.notes.clear();
        self.applies = Applies::Yes;
        self.omitted = 0;
        self.strictest = None;
        self.first = None;
        self.current = (u32::MAX, 0);
        self.open = false;
    }

    /// Counts a finding or failure of a rule towards the outcome, and opens it; false where it is only counted.
    pub(crate) fn open(&mut self, rule: u32, weight: Option<Weight>, failed: Option<u32>) -> bool {
        if let Some(weight) = weight {
            self.strictest = self.strictest.max(Some(weight));
            match &mut self.first {
                Some((first, first_weight)) if *first == rule => *first_weight = weight.max(*first_weight),
                Some(_) => {}
                None => self.first = Some((rule, weight)),
            }
        }
        if self.current.0 != rule {
            self.current = (rule, 0);
        }
        if self.current.1 as usize >= MAX_LISTED {
            self.omitted += 1;
            return false;
        }
        self.current.1 += 1;
        let start = u32::try_from(self.notes.len()).unwrap_or(u32::MAX);
        self.list.push(Found { rule, failed, notes: (start, start) });
        self.open = true;
        true
    }

    /// Adds a note to the open finding; false where none is open.
    pub(crate) fn note(&mut self, note: Note) -> bool {
        if !self.open {
            return false;
        }
        self.notes.push(note);
        if let Some(last) = self.list.last_mut() {
            last.notes.1 += 1;
        }
        true
    }

    pub(crate) fn close(&mut self) {
        self.open = false;
    }
}

/// What a finding or failure of a rule counts towards the outcome.
pub(crate) const fn weight(effect: Effect, mode: Mode, failed: bool, skip: bool) -> Option<Weight> {
    match (mode, effect) {
        (Mode::Observe | Mode::Advise, _) | (Mode::Enforce, Effect::Warn) => None,
        (Mode::Enforce, Effect::Deny | Effect::Require | Effect::Escalate) if failed && skip => None,
        (Mode::Enforce, Effect::Deny | Effect::Require) => Some(Weight::Deny),
        (Mode::Enforce, Effect::Escalate) => {
            if failed {
                Some(Weight::Deny)
            } else {
                Some(Weight::Escalate)
            }
        }
        (Mode::Enforce, Effect::Allow) => {
            if failed {
                None
            } else {
                Some(Weight::Allow)
            }
        }
    }
}
