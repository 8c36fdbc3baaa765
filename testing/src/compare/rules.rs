//! Which rules were added, removed and changed.

use std::collections::BTreeMap;

use policy_compiler::hir::{DefaultOutcome, Policy};
use policy_syntax::Location;

use crate::workspace::Workspace;

/// What became of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleChange {
    /// The old version does not have it.
    Added,
    /// The new version does not have it.
    Removed,
    /// It is written otherwise.
    Changed,
}

impl RuleChange {
    /// What it is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

/// Rules, policies, exceptions, functions and data by their qualified names, with what became of them.
pub type RuleChanges = Vec<(String, &'static str, RuleChange)>;

/// What each item says, by its qualified name and its kind.
pub(super) type Said = BTreeMap<(String, &'static str), String>;

/// What is said otherwise, in the order of names.
pub(super) fn changes(before: &Said, after: &Said) -> RuleChanges {
    let mut out = Vec::new();
    for (key, text) in before {
        match after.get(key) {
            None => out.push((key.clone(), RuleChange::Removed)),
            Some(other) if other != text => out.push((key.clone(), RuleChange::Changed)),
            Some(_) => {}
        }
    }
    out.extend(
        after.keys().filter(|key| !before.contains_key(*key)).map(|key| (key.clone(), RuleChange::Added)),
    );
    out.sort();
    out.into_iter().map(|((name, kind), change)| (name, kind, change)).collect()
}

/// What each item says: its words, without comments and layout.
pub(super) fn said(workspace: &Workspace) -> Said {
    let hir = &workspace.checked.hir;
    let mut out = BTreeMap::new();
    let text = |location: Location| words(workspace.project.files.text(location));
    for policy in hir.policies.iter().filter(|policy| workspace.is_own(policy.location.file)) {
        out.insert((policy.name.clone(), "policy"), head(policy, &text));
        for rule in &policy.rules {
            out.insert((format!("{}.{}", policy.name, rule.id), "rule"), text(rule.extent));
        }
    }
    for function in hir.functions.iter().filter(|function| workspace.is_own(function.location.file)) {
        out.entry((function.name.clone(), "function")).or_insert_with(|| text(function.body.location));
    }
    for global in
        hir.globals.iter().filter(|global| workspace.is_own(global.location.file) && !global.tests_only)
    {
        out.insert((global.name.clone(), "let"), text(global.value.location));
    }
    for exception in hir.exceptions.iter().filter(|one| workspace.is_own(one.location.file)) {
        let when = exception.when.as_ref().map_or_else(String::new, |when| text(when.location));
        out.insert((exception.name.clone(), "exception"), format!("{when} {:?}", exception.until));
    }
    for (item, file) in &workspace.data {
        let (Some(item), Some(file)) = (hir.data.get(*item), workspace.project.data.get(*file)) else {
            continue;
        };
        out.insert(
            (item.name.clone(), "data"),
            String::from_utf8_lossy(&file.json_as(&policy_project::formats::Columns::default())).into_owned(),
        );
    }
    out
}

/// What a policy says beside its rules.
fn head(policy: &Policy, text: &dyn Fn(Location) -> String) -> String {
    let default = match &policy.default {
        DefaultOutcome::Allow => "allow".to_owned(),
        DefaultOutcome::Deny => "deny".to_owned(),
        DefaultOutcome::Escalate(to) => format!("escalate to {to}"),
    };
    let applies = policy.applies.as_ref().map_or_else(String::new, |applies| text(applies.location));
    let lets: Vec<String> = policy.lets.iter().map(|one| text(one.value.location)).collect();
    let order: Vec<&str> = if policy.resolve_first {
        policy.rules.iter().map(|rule| rule.id.as_str()).collect()
    } else {
        Vec::new()
    };
    format!("{default} {applies} {lets:?} {order:?} {:?}", policy.annotations)
}

/// The words of a source, without comments.
fn words(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let line = line.trim();
        if line.starts_with("//") { "" } else { line }
    });
    let words: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
    words.join(" ")
}
