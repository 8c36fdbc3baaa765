//! The pull-request gate: one document of about 2 kB, ten kinds of deny rule, the full set of reasons returned.

pub mod floor;
pub mod inputs;

/// The policy.
pub const POLICY: &str = include_str!("gate.policy");

/// Models that are approved: fifty of them.
#[must_use]
pub fn approved_models() -> Vec<String> {
    (0..50).map(|model| format!("vendor{}/model-{model}", model % 7)).collect()
}

/// Protected paths and who owns them.
pub const PROTECTED: &[(&str, &[&str])] = &[
    ("infra/**", &["bob", "zoe"]),
    (".github/**", &["carol", "zoe"]),
    ("src/auth/**", &["bob", "carol"]),
    ("db/migrations/*.sql", &["zoe"]),
    ("deploy/*.yaml", &["zoe"]),
];

/// The reference data of the policy, as one JSON object by item.
#[must_use]
pub fn data() -> serde_json::Value {
    let protected: Vec<_> = PROTECTED
        .iter()
        .map(|(glob, owners)| serde_json::json!({ "glob": glob, "owners": owners }))
        .collect();
    serde_json::json!({ "gate.approved_models": approved_models(), "gate.protected": protected })
}

/// Whoever approved the last commit of a change, besides its author: what engines are given that do not find it out themselves.
pub fn reviewers(change: &serde_json::Value) -> impl Iterator<Item = &str> {
    let (author, head) = (&change["pr"]["author"], &change["pr"]["head"]);
    let approvals = change["approvals"].as_array().into_iter().flatten();
    let theirs = approvals.filter(move |a| a["type"] == "human" && a["user"] != *author && a["sha"] == *head);
    theirs.filter_map(|a| a["user"].as_str())
}
