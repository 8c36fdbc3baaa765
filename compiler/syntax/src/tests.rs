//! Tests of the whole crate.

#![allow(clippy::wildcard_enum_match_arm, reason = "tests look for one kind of node")]

mod examples;
mod formatting;
mod hostile;
mod mistakes;
mod pages;

/// Every example of the language's design page, with its name.
pub(crate) const EXAMPLES: &[(&str, &str)] = &[
    ("pull_requests", include_str!("../tests/examples/pull_requests.policy")),
    ("exception", include_str!("../tests/examples/exception.policy")),
    ("github_access", include_str!("../tests/examples/github_access.policy")),
    ("k8s_images", include_str!("../tests/examples/k8s_images.policy")),
    ("agents_tools", include_str!("../tests/examples/agents_tools.policy")),
    ("records_customers", include_str!("../tests/examples/records_customers.policy")),
    ("k8s_limits", include_str!("../tests/examples/k8s_limits.policy")),
];
