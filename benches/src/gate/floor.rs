//! The gate written by hand over a typed struct: what the machine is measured against.
//!
//! It computes the same reasons as `gate.policy`, with the matching written out; it neither formats messages nor
//! allocates once its buffers have grown.

use std::collections::HashSet;

use serde::Deserialize;

use super::{PROTECTED, approved_models};

/// The input.
#[derive(Debug, Deserialize)]
pub struct Change<'a> {
    /// The pull request.
    #[serde(borrow)]
    pub pr: Pull<'a>,
    /// Changed files.
    #[serde(borrow)]
    pub files: Vec<&'a str>,
    /// Approvals.
    #[serde(borrow)]
    pub approvals: Vec<Approval<'a>>,
    /// The AI disclosure.
    #[serde(borrow)]
    pub ai: Disclosure<'a>,
    /// Labels.
    #[serde(borrow)]
    pub labels: Vec<&'a str>,
    /// Commits.
    #[serde(borrow)]
    pub commits: Vec<Commit<'a>>,
}

/// The pull request itself.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the document")]
pub struct Pull<'a> {
    pub title: &'a str,
    pub author: &'a str,
    pub base: &'a str,
    pub head: &'a str,
    pub additions: i64,
    pub deletions: i64,
}

/// An approval.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the document")]
pub struct Approval<'a> {
    pub user: &'a str,
    #[serde(rename = "type")]
    pub kind: Reviewer,
    pub sha: &'a str,
}

/// Who approves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the variants are those of the document")]
pub enum Reviewer {
    Human,
    Bot,
}

/// The AI disclosure.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the document")]
pub struct Disclosure<'a> {
    pub used: bool,
    pub tool: Option<&'a str>,
    pub model: Option<&'a str>,
    pub provider: Option<&'a str>,
    pub extent: Option<&'a str>,
    pub reviewed_by: Option<&'a str>,
}

/// A commit.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the document")]
pub struct Commit<'a> {
    pub sha: &'a str,
    pub ai: bool,
    /// Escapes make serde allocate here, for every typed reader alike.
    #[serde(borrow)]
    pub msg: std::borrow::Cow<'a, str>,
}

/// A reason, with what its message would show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason<'a> {
    /// The rule.
    pub rule: &'static str,
    /// What it is about: a file, label, commit, field or model.
    pub about: &'a str,
}

/// What is prepared once: the approved models.
#[derive(Debug)]
pub struct Gate {
    models: HashSet<String>,
}

impl Default for Gate {
    fn default() -> Self {
        Self { models: approved_models().into_iter().collect() }
    }
}

impl Gate {
    /// Adds the reasons to deny to `reasons`, rule by rule in source order.
    pub fn decide<'a>(
        &self,
        change: &'a Change<'a>,
        reviewers: &mut Vec<&'a str>,
        reasons: &mut Vec<Reason<'a>>,
    ) {
        reviewers.clear();
        reasons.clear();
        let pr = &change.pr;
        for approval in &change.approvals {
            let counts =
                approval.kind == Reviewer::Human && approval.user != pr.author && approval.sha == pr.head;
            if counts && !reviewers.contains(&approval.user) {
                reviewers.push(approval.user);
            }
        }
        let mut add = |rule, about| reasons.push(Reason { rule, about });
        if reviewers.is_empty() {
            add("no_approval", "");
        }
        if pr.base.starts_with("release/") && reviewers.len() < 2 {
            add("release_approvals", "");
        }
        let ai = &change.ai;
        if ai.used {
            let fields = [
                ("tool", ai.tool),
                ("model", ai.model),
                ("provider", ai.provider),
                ("extent", ai.extent),
                ("reviewed_by", ai.reviewed_by),
            ];
            for (name, value) in fields {
                if value.is_none() {
                    add("disclosure", name);
                }
            }
            if let Some(model) = ai.model
                && !self.models.contains(model)
            {
                add("unapproved_model", model);
            }
        }
        for (index, (_, owners)) in PROTECTED.iter().enumerate() {
            for file in &change.files {
                if protected(index, file) && !owners.iter().any(|owner| reviewers.contains(owner)) {
                    add("unowned", file);
                }
            }
        }
        for label in &change.labels {
            if !label_is_good(label) {
                add("label", label);
            }
        }
        for commit in &change.commits {
            if !signed_off(&commit.msg) {
                add("sign_off", commit.sha);
            }
        }
        for commit in &change.commits {
            if commit.ai && !commit.msg.contains("\nAssisted-by: ") {
                add("attribution", commit.sha);
            }
        }
        if pr.additions + pr.deletions > 1_500 && !change.labels.contains(&"size/xl") {
            add("too_large", "");
        }
        if !title_is_good(pr.title) {
            add("title", "");
        }
    }
}

fn protected(index: usize, file: &str) -> bool {
    let one = |prefix: &str, suffix: &str| {
        file.strip_prefix(prefix)
            .and_then(|rest| rest.strip_suffix(suffix))
            .is_some_and(|name| !name.contains('/'))
    };
    match index {
        0 => file.starts_with("infra/"),
        1 => file.starts_with(".github/"),
        2 => file.starts_with("src/auth/"),
        3 => one("db/migrations/", ".sql"),
        _ => one("deploy/", ".yaml"),
    }
}

fn plain(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn label_is_good(label: &str) -> bool {
    label
        .split_once('/')
        .is_some_and(|(kind, name)| matches!(kind, "area" | "kind" | "size" | "prio") && plain(name))
}

fn signed_off(message: &str) -> bool {
    message.lines().any(|line| {
        line.strip_prefix("Signed-off-by: ")
            .and_then(|rest| rest.strip_suffix('>'))
            .and_then(|rest| rest.split_once(" <"))
            .and_then(|(name, mail)| Some((name, mail.split_once('@')?)))
            .is_some_and(|(name, (user, host))| !name.is_empty() && !user.is_empty() && !host.is_empty())
    })
}

fn title_is_good(title: &str) -> bool {
    let kinds = ["feat", "fix", "docs", "chore", "refactor", "test"];
    kinds.iter().filter_map(|kind| title.strip_prefix(kind)).any(|rest| {
        let after = match rest.strip_prefix('(') {
            None => Some(rest),
            Some(scope) => scope.split_once(')').filter(|(name, _)| plain(name)).map(|(_, after)| after),
        };
        after.and_then(|after| after.strip_prefix(": ")).is_some_and(|subject| !subject.is_empty())
    })
}
