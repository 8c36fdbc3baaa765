//! The policy that the language's page begins with.

use crate::support::clean;

pub(crate) const PAGE_ONE: &str = r#"//! Merge gate for AI-assisted changes.
module ci.ai_changes

use std.text.lower_ascii

type Login = String read by lower_ascii          // logins ignore case: so do all comparisons of them
enum Reviewer { human, bot }
type Approval = { user: Login, kind: Reviewer }
type Disclosure = { model: String, fields: Map<String, String> = {} }
type PullRequest = {
  number: Int, author: Login, additions: Int 0..1_000_000, deletions: Int 0..1_000_000,
  approvals: List<Approval> = [], ai?: Disclosure, updated_at: Timestamp,
}

/// Models that security has approved. Comes from the bundle's data, checked against this type.
data approved_models: Set<String>

/// Approvals by people other than the author.
fn human_approvals(pr: PullRequest) -> List<Approval> =
  [a for a in pr.approvals if a.kind == human and a.user != pr.author]

@owner("platform-governance")
@controls("SOC2 CC8.1", "EU AI Act Art. 14")
policy merge on pr: PullRequest {
  default allow

  /// An AI-assisted change carries a complete audit trail.
  require audit_field for field in ["model", "timestamp", "context", "approver"]
    when pr.ai is present
    that pr.ai.fields[field] is present
    because "the AI disclosure of PR {pr.number} lacks {field}"
    fix "add {field}: to the AI section of the pull request"

  require human_review
    when pr.ai is present
    that human_approvals(pr) is not empty
    because "an AI-assisted change needs an approval by a human other than {pr.author}"

  deny unapproved_model
    when pr.ai is present and pr.ai.model not in approved_models
    because "model {pr.ai.model} is not approved"

  let size = pr.additions + pr.deletions
  escalate large_change to "security-review"
    when size > 2_000
    because "{size} lines changed"

  warn stale when now - pr.updated_at > 30d because "no activity for 30 days"
}

let sample: PullRequest = { number: 7, author: "ann", additions: 5, deletions: 1, updated_at: @2026-11-01T00:00:00Z }

test "an AI-assisted change nobody reviewed is denied" at @2026-11-02T00:00:00Z {
  given data approved_models = {"m-1"}
  let pr = sample with { ai: { model: "m-1", fields: { "model": "m-1" } } }
  expect merge(pr) denies by human_review
}

test "size decides escalation: {lines}" at @2026-11-02T00:00:00Z
  for (lines, outcome) in [(10, Outcome.allow), (5_000, Outcome.escalate)] {
  expect merge(sample with { additions: lines }).outcome == outcome
}

property "no AI-assisted change merges without a human" for any pr: PullRequest {
  assume pr.ai is present
  expect merge(pr).outcome == allow implies (any a in pr.approvals: a.kind == human and a.user != pr.author)
}
"#;

#[test]
fn checks_without_diagnostics() {
    let checked = clean(PAGE_ONE);
    let hir = &checked.hir;
    assert_eq!(hir.policies.len(), 1);
    assert_eq!(hir.tests.len(), 2);
    assert_eq!(hir.properties.len(), 1);
    assert_eq!(hir.data.len(), 1);
    let rules: Vec<&str> = hir.policies.iter().flat_map(|p| &p.rules).map(|r| r.id.as_str()).collect();
    assert_eq!(rules, ["audit_field", "human_review", "unapproved_model", "large_change", "stale"]);
}
