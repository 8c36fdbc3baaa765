//! Rules over what an agent did before: windowed counts, sequences and taint, each for calls of one tool.
//!
//! Rules look for labels of their own. Each history holds what some rules look for, so that half of the calls break two
//! rules, the other half none, and every rule is broken by some call.

mod generate;
mod text;

pub use generate::workload;
pub use text::{input, policy};

/// How many tools there are; each rule is for calls of one.
pub const TOOLS: usize = 20;

/// Seconds between two events.
pub const STEP: i64 = 7;

/// What a rule looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// More than so many events of the first tool with the label within the window.
    Count {
        /// So many are fine.
        most: usize,
    },
    /// An event of the first tool with the label, and after it one of the second with it within the window.
    Sequence,
    /// Any event with the label within the window.
    Taint,
}

/// A rule.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Which tool's calls it denies.
    pub call: usize,
    /// What it looks for.
    pub kind: Kind,
    /// The tool of the events.
    pub first: usize,
    /// The tool of the later event of a sequence.
    pub second: usize,
    /// How far back it looks, in hours.
    pub hours: i64,
}

/// Something that an agent did.
#[derive(Clone, Debug)]
pub struct Event {
    /// Seconds of the day.
    pub at: i64,
    /// The tool.
    pub tool: usize,
    /// What it touched.
    pub label: String,
    /// Where.
    pub target: usize,
}

/// What was done, oldest first.
#[derive(Clone, Debug)]
pub struct History {
    /// The events.
    pub events: Vec<Event>,
    /// The second of the day at which is decided.
    pub now: i64,
}

/// A call that is decided.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// The history before it, by position.
    pub history: usize,
    /// The tool that is called.
    pub tool: usize,
    /// On what; no two calls after one history have the same.
    pub target: usize,
}

/// Rules, histories, and calls after them.
#[derive(Clone, Debug)]
pub struct Workload {
    /// The rules.
    pub rules: Vec<Rule>,
    /// The histories.
    pub histories: Vec<History>,
    /// The calls, in the order of their histories.
    pub calls: Vec<Call>,
}

/// The label that a rule looks for.
#[must_use]
pub fn label(rule: usize) -> String {
    format!("l{rule}")
}
