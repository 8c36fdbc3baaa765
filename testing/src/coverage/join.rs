//! What was seen, on the sources.

use std::collections::BTreeMap;

use policy_compiler::hir::{Effect, Hir};
use policy_syntax::{FileId, Location};

use super::points::{Decision, Points};
use super::record::{Part, Recorder, Vector};
use super::{Coverage, FileCoverage, Item, Kind, Target};
use crate::workspace::Workspace;

impl Coverage {
    /// Joins what was seen with what can be reached.
    #[must_use]
    pub fn of(workspace: &Workspace, points: &Points, seen: &Recorder) -> Self {
        let hir = &workspace.checked.hir;
        let mut reached_by: BTreeMap<Part, Vec<u32>> = BTreeMap::new();
        let mut tests = Vec::with_capacity(seen.tests.len());
        for (number, (test, parts)) in (0..).zip(&seen.tests) {
            tests.push(test_name(workspace, *test));
            for part in parts {
                reached_by.entry(*part).or_default().push(number);
            }
        }
        let by = |parts: &[Part]| -> Vec<u32> {
            let mut all: Vec<u32> =
                parts.iter().filter_map(|part| reached_by.get(part)).flatten().copied().collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        let mut items = declared(hir, points, seen, &by);
        for (at, (condition, hits)) in points.conditions.iter().zip(&seen.conditions).enumerate() {
            let [never_false, never_true] = hits.map(|hits| hits == 0);
            let missing = match (never_true, never_false) {
                (true, true) => vec!["never asked".to_owned()],
                (true, false) => vec!["never true".to_owned()],
                (false, true) => vec!["never false".to_owned()],
                (false, false) => Vec::new(),
            };
            let number = u32::try_from(at).unwrap_or(u32::MAX);
            items.push(Item {
                kind: Kind::Condition,
                location: condition.location,
                name: source(workspace, condition.location),
                hits: *hits,
                missing,
                parts: (2, u64::from(!never_true) + u64::from(!never_false)),
                tests: by(&[Part::Condition(number, false), Part::Condition(number, true)]),
                target: Target::Condition(at),
            });
        }
        for (at, (decision, vectors)) in points.decisions.iter().zip(&seen.vectors).enumerate() {
            let vectors: Vec<Vector> = vectors.iter().copied().collect();
            decided(workspace, at, decision, &vectors, &mut items);
        }
        for (at, (arm, hits)) in points.arms.iter().zip(&seen.arms).enumerate() {
            items.push(Item {
                kind: Kind::Arm,
                location: arm.location,
                name: source(workspace, arm.location),
                hits: [0, *hits],
                missing: never(*hits, "never taken"),
                parts: (1, u64::from(*hits > 0)),
                tests: by(&[Part::Arm(u32::try_from(at).unwrap_or(u32::MAX))]),
                target: Target::Arm(at),
            });
        }
        Self { files: by_file(workspace, items), tests, seen: Some(seen.clone()) }
    }
}

/// Policies, rules, exceptions and defaults.
fn declared(hir: &Hir, points: &Points, seen: &Recorder, by: &dyn Fn(&[Part]) -> Vec<u32>) -> Vec<Item> {
    let mut items = Vec::new();
    let mut add =
        |kind, location: Location, name: &str, hits: u64, words: &str, part: Option<Part>, target| {
            items.push(Item {
                kind,
                location,
                name: name.to_owned(),
                hits: [0, hits],
                missing: never(hits, words),
                parts: (1, u64::from(hits > 0)),
                tests: part.map(|part| by(&[part])).unwrap_or_default(),
                target,
            });
        };
    for (at, number) in points.policies.iter().enumerate() {
        let Some(policy) = hir.policies.get(*number as usize) else { continue };
        let (hits, defaults) =
            (seen.policies.get(at).copied().unwrap_or(0), seen.defaults.get(at).copied().unwrap_or(0));
        let target = || Target::Policy(*number);
        add(Kind::Policy, policy.location, &policy.name, hits, "never decides", None, target());
        let part = Some(Part::Default(*number));
        add(
            Kind::Default,
            policy.location,
            &policy.name,
            defaults,
            "never comes to its default",
            part,
            target(),
        );
    }
    for ((policy, rule), hits) in points.rules.iter().zip(&seen.rules) {
        let Some(of) = hir.policies.get(*policy as usize) else { continue };
        let Some(described) = of.rules.get(*rule as usize) else { continue };
        let name = format!("{}.{}", of.name, described.id);
        let part = Some(Part::Rule(*policy, *rule));
        let hits = match &described.effect {
            // An include finds nothing itself: that its policy came to something is what it is for.
            Effect::Include(_) => 1,
            Effect::Deny
            | Effect::Require
            | Effect::Allow
            | Effect::Escalate(_)
            | Effect::Warn
            | Effect::Oblige { .. }
            | Effect::Transform { .. } => *hits,
        };
        add(
            Kind::Rule,
            described.location,
            &name,
            hits,
            "never finds anything",
            part,
            Target::Rule(*policy, *rule),
        );
    }
    for (number, hits) in points.exceptions.iter().zip(&seen.exceptions) {
        let Some(exception) = hir.exceptions.get(*number as usize) else { continue };
        let part = Some(Part::Exception(*number));
        let target = Target::Exception(*number);
        add(
            Kind::Exception,
            exception.location,
            &exception.name,
            *hits,
            "never holds for a finding",
            part,
            target,
        );
    }
    items
}

fn never(hits: u64, words: &str) -> Vec<String> {
    if hits == 0 { vec![words.to_owned()] } else { Vec::new() }
}

/// The conditions of a decision, and whether each has been shown to decide it on its own.
fn decided(workspace: &Workspace, at: usize, decision: &Decision, vectors: &[Vector], items: &mut Vec<Item>) {
    for (which, location) in decision.leaves.iter().enumerate() {
        let shown = shows(vectors, which);
        let missing = if shown {
            Vec::new()
        } else {
            let whole = source(workspace, decision.location);
            vec![format!("never shown to decide `{whole}` on its own")]
        };
        items.push(Item {
            kind: Kind::Mcdc,
            location: *location,
            name: source(workspace, *location),
            hits: [0, u64::from(shown)],
            missing,
            parts: (1, u64::from(shown)),
            tests: Vec::new(),
            target: Target::Decision(at, which),
        });
    }
}

/// Whether two evaluations differ in one condition and in what they come to: the others are the same, or one of the two did not
/// ask them.
pub(super) fn shows(vectors: &[Vector], which: usize) -> bool {
    let bit = 1_u64 << which;
    let pair = |a: &Vector, b: &Vector| {
        let both = a.asked & b.asked;
        both & bit != 0 && a.whole != b.whole && (a.truths ^ b.truths) & both == bit
    };
    let with = vectors.iter().filter(|v| v.asked & bit != 0);
    with.clone().any(|a| with.clone().any(|b| pair(a, b)))
}

/// The text of a place on one line.
pub(super) fn source(workspace: &Workspace, location: Location) -> String {
    let words: Vec<&str> = workspace.project.files.text(location).split_whitespace().collect();
    let text = words.join(" ");
    match text.char_indices().nth(100) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or("")),
        None => text,
    }
}

fn test_name(workspace: &Workspace, test: usize) -> String {
    let Some(test) = workspace.checked.hir.tests.get(test) else { return String::new() };
    let text = workspace.project.files.text(test.location);
    let name = text.split_once('"').and_then(|(_, rest)| rest.split_once('"')).map_or("", |(name, _)| name);
    format!("{}: {name}", test.module)
}

fn by_file(workspace: &Workspace, items: Vec<Item>) -> Vec<FileCoverage> {
    let mut files: BTreeMap<String, (FileId, Vec<Item>)> = BTreeMap::new();
    for item in items {
        let Some(file) = workspace.project.files.get(item.location.file) else { continue };
        files.entry(file.path.clone()).or_insert_with(|| (item.location.file, Vec::new())).1.push(item);
    }
    let sorted = |mut items: Vec<Item>| {
        items
            .sort_by_key(|item| (item.location.span.lo, std::cmp::Reverse(item.location.span.hi), item.kind));
        items
    };
    files.into_values().map(|(file, items)| FileCoverage { file, items: sorted(items) }).collect()
}

/// How often each line with something to reach was reached.
pub(super) fn lines_of(of: &FileCoverage, file: &policy_project::SourceFile) -> BTreeMap<u32, u64> {
    let mut lines: BTreeMap<u32, u64> = BTreeMap::new();
    for item in &of.items {
        // What a condition decides says nothing about how often its line ran.
        if matches!(item.kind, Kind::Mcdc | Kind::Policy | Kind::Default) {
            continue;
        }
        let [a, b] = item.hits;
        let line = lines.entry(file.position(item.location.span.lo).0).or_default();
        *line = (*line).max(a.saturating_add(b));
    }
    lines
}
