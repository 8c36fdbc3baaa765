//! Tests of the whole crate.

#![allow(clippy::wildcard_enum_match_arm, reason = "tests look for one kind of node")]

mod examples;
mod formatting;
mod halves;
mod hostile;
mod lexing;
mod mistakes;
mod pages;
mod spacing;

/// Valid text, with its name: what the language is shown by, and one of each thing.
pub(crate) const EXAMPLES: &[(&str, &str)] = &[
    ("pull_requests", include_str!("../tests/examples/pull_requests.policy")),
    ("exception", include_str!("../tests/examples/exception.policy")),
    ("github_access", include_str!("../tests/examples/github_access.policy")),
    ("k8s_images", include_str!("../tests/examples/k8s_images.policy")),
    ("agents_tools", include_str!("../tests/examples/agents_tools.policy")),
    ("records_customers", include_str!("../tests/examples/records_customers.policy")),
    ("everything", include_str!("../tests/examples/everything.policy")),
    ("k8s_limits", include_str!("../tests/examples/k8s_limits.policy")),
];
