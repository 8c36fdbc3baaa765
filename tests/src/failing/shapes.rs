//! Shapes: rules, a default, a resolution.

use super::kinds::{Kind, Law};

/// A policy of some rules.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Its number in its package.
    pub number: usize,
    /// Its rules.
    pub kinds: Vec<Kind>,
    /// The outcome where nothing decides, as it is written.
    pub default: &'static str,
    /// Whether the first rule that decides wins.
    pub first: bool,
    /// Whether `applies when` stands before the rules, with a condition of its own.
    pub applies: bool,
}

/// The defaults of shapes.
pub const DEFAULTS: [&str; 3] = ["allow", "deny", "escalate to \"night\""];

/// Every sequence of `length` of the kinds.
#[must_use]
pub fn shapes(kinds: &[Kind], length: usize) -> Vec<Vec<Kind>> {
    let mut all = vec![Vec::new()];
    for _ in 0..length {
        all = all
            .into_iter()
            .flat_map(|shape: Vec<Kind>| {
                kinds.iter().map(move |kind| {
                    let mut longer = shape.clone();
                    longer.push(*kind);
                    longer
                })
            })
            .collect();
    }
    all
}

impl Shape {
    /// What is held of each condition, in the order of their numbers.
    #[must_use]
    pub fn laws(&self) -> Vec<Law> {
        let rules = self.kinds.iter().flat_map(|kind| kind.laws.iter().copied());
        rules.chain(self.applies.then_some(Law::Strict)).collect()
    }

    /// The policy and what belongs to it.
    #[must_use]
    pub fn source(&self) -> String {
        let number = self.number;
        let first = if self.first { " resolve first" } else { "" };
        let mut statements = String::new();
        let mut items = String::new();
        let mut c = 0;
        for (at, kind) in self.kinds.iter().enumerate() {
            statements.push_str(&format!("  {}\n", (kind.statement)(number, at, c)));
            items.push_str(&(kind.items)(number, at, c));
            c += kind.laws.len();
        }
        let applies =
            if self.applies { format!("  applies when {}\n", super::condition(c)) } else { String::new() };
        format!(
            "policy p{number} on x: In{first} {{\n  default {}\n{applies}{statements}}}\n{items}",
            self.default
        )
    }

    /// What it is made of, for messages.
    #[must_use]
    pub fn name(&self) -> String {
        let kinds: Vec<&str> = self.kinds.iter().map(|kind| kind.name).collect();
        let first = if self.first { ", first" } else { "" };
        let applies = if self.applies { ", applies" } else { "" };
        format!("{} [{}]{first}{applies}", self.default, kinds.join("; "))
    }
}
