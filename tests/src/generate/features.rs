//! The features of the language that generated programs exercise, each counted.

use std::collections::BTreeMap;

/// Every feature that the generator can use.
pub const FEATURES: &[&str] = &[
    "type record",
    "type enum",
    "type ordered enum",
    "type read by text",
    "type read by json",
    "field optional",
    "field default",
    "data",
    "data default",
    "global let",
    "function",
    "function lets",
    "method call",
    "policy let",
    "applies when",
    "default allow",
    "default deny",
    "default escalate",
    "deny",
    "require",
    "require when that",
    "allow",
    "escalate",
    "warn",
    "rule for",
    "rule for map",
    "rule for two",
    "rule for pattern",
    "because",
    "fix",
    "details",
    "mode observe",
    "mode advise",
    "on_error skip",
    "literal",
    "variable",
    "field",
    "if",
    "else if",
    "match enum",
    "match optional",
    "match tuple",
    "match or pattern",
    "coalesce",
    "optional chain",
    "narrowing and",
    "narrowing if",
    "narrowing implies",
    "and",
    "or",
    "not",
    "implies",
    "equal",
    "not equal",
    "less",
    "less or equal",
    "greater",
    "greater or equal",
    "add",
    "subtract",
    "multiply",
    "divide",
    "div",
    "remainder",
    "negate",
    "int to decimal",
    "time arithmetic",
    "duration arithmetic",
    "date difference",
    "in list",
    "in set",
    "in map",
    "in cidr",
    "cidr in cidr",
    "not in",
    "matches regex",
    "matches glob",
    "matches wildcard",
    "contains text",
    "contains regex",
    "is present",
    "is absent",
    "is empty",
    "is value",
    "is not value",
    "is json kind",
    "is json value",
    "any",
    "all",
    "none",
    "exactly one",
    "then",
    "then chain",
    "without",
    "fold",
    "fold record",
    "fold generators",
    "score",
    "several generators",
    "generator map",
    "generator set",
    "list comprehension",
    "set comprehension",
    "map comprehension",
    "count",
    "sum",
    "min",
    "max",
    "avg",
    "comprehension if",
    "list literal",
    "set literal",
    "map literal",
    "tuple literal",
    "record literal",
    "with",
    "with nested",
    "index list",
    "index map",
    "json field",
    "json index",
    "as",
    "as probe",
    "interpolation",
    "now",
    "library text",
    "library list",
    "library set",
    "library map",
    "library number",
    "library time",
];

/// How often each feature was used.
#[derive(Clone, Debug, Default)]
pub struct Used(BTreeMap<&'static str, u64>);

impl Used {
    /// Counts a use.
    pub fn mark(&mut self, feature: &'static str) {
        debug_assert!(FEATURES.contains(&feature), "{feature} is not in the table");
        *self.0.entry(feature).or_default() += 1;
    }

    /// Adds the counts of another.
    pub fn add(&mut self, other: &Self) {
        for (feature, count) in &other.0 {
            *self.0.entry(feature).or_default() += count;
        }
    }

    /// Every feature with its count, in the order of the table.
    #[must_use]
    pub fn table(&self) -> Vec<(&'static str, u64)> {
        FEATURES.iter().map(|feature| (*feature, self.0.get(feature).copied().unwrap_or(0))).collect()
    }
}
