//! Inputs that would cover what is missing, found by drawing.

use policy_compiler::Options;
use policy_vm::Quiet;

use super::join::shows;
use super::record::{Part, Recorder};
use super::{Coverage, Item, Target};
use crate::draw::choices::{Random, vary};
use crate::draw::shrink::shrink;
use crate::draw::{Choices, Hints};
use crate::probe::{Asked, Prober};
use crate::runner::tested_snapshot;
use crate::workspace::Workspace;

/// So many inputs are drawn for each policy.
const TRIES: u64 = 6000;
/// So many inputs that reached something new are kept, to be varied.
const MAX_KEPT: usize = 200;

/// So many suggestions are made of one drawn input.
const MAX_OF_ONE: usize = 32;

/// An input that covers something that no test does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The item, by its place in [`Coverage::missing`].
    pub item: usize,
    /// A `test` that is ready to stand in a module that sees the policy.
    pub test: String,
    /// What it covers.
    pub name: String,
}

/// A part of an item that is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Part(Part),
    Decides(usize, usize),
}

/// Looks for inputs that cover what is missing; in the order of the items, at most one for each part of one.
#[must_use]
pub fn suggest(workspace: &Workspace, coverage: &Coverage, seed: u64) -> Vec<Suggestion> {
    let Some(seen) = &coverage.seen else { return Vec::new() };
    let items: Vec<&Item> = coverage.missing().collect();
    let wanted: Vec<(usize, Wanted)> = items
        .iter()
        .enumerate()
        .flat_map(|(at, item)| wants(item).into_iter().map(move |one| (at, one)))
        .collect();
    let Ok(linked) = workspace.link(Options { instrument: true, tests: true }) else { return Vec::new() };
    let Ok(snapshot) = tested_snapshot(workspace, &linked.program) else { return Vec::new() };
    let hints = Hints::of(&workspace.checked.hir, &workspace.data_json(&linked.program));
    let prober = Prober::new(&linked.program, &snapshot, hints, workspace.limits());
    let mut search = Search { prober, base: seen.clone(), wanted, items, found: Vec::new() };
    for (policy, described) in (0..).zip(&workspace.checked.hir.policies) {
        if workspace.is_own(described.location.file) {
            search.policy(policy, seed);
        }
    }
    search.found.sort_by_key(|one| one.item);
    search.found
}

struct Search<'a> {
    prober: Prober,
    /// What the tests reach, and what has been suggested.
    base: Recorder,
    wanted: Vec<(usize, Wanted)>,
    items: Vec<&'a Item>,
    found: Vec<Suggestion>,
}

impl Search<'_> {
    fn policy(&mut self, policy: u32, seed: u64) {
        let mut random = Random::new(seed ^ u64::from(policy));
        let mut kept: Vec<Asked> = Vec::new();
        let mut all = self.base.clone();
        for _ in 0..TRIES {
            if self.wanted.is_empty() {
                return;
            }
            let seed = random.draw();
            let near = usize::try_from(random.below(kept.len() as u64)).unwrap_or(0);
            let mut choices = match kept.get(near).filter(|_| !seed.is_multiple_of(3)) {
                Some(near) => Choices::varied(vary(&near.made, &mut random), seed),
                None => Choices::random(seed),
            };
            let asked = self.prober.draw(policy, &mut choices);
            let before = all.size();
            if self.prober.decide(&asked, &mut all).is_none() || all.size() == before {
                continue;
            }
            // It reached something for the first time: perhaps something that is wanted, alone or with one before it.
            for _ in 0..MAX_OF_ONE {
                let Some(one) = self.covered(&[&asked]) else { break };
                self.take(&asked, one);
            }
            let partner =
                kept.iter().find_map(|other| Some((other.clone(), self.covered(&[other, &asked])?)));
            if let Some((other, one)) = partner {
                self.add(&other, one);
                self.take(&asked, one);
            }
            if kept.len() < MAX_KEPT {
                kept.push(asked);
            }
        }
    }

    /// Something wanted that inputs cover together with what the tests reach.
    fn covered(&mut self, asked: &[&Asked]) -> Option<(usize, Wanted)> {
        let mut with = self.base.clone();
        with.begin_case();
        for one in asked {
            self.prober.decide(one, &mut with)?;
        }
        let pairs = asked.len() > 1;
        let fits = |one: Wanted| !pairs || matches!(one, Wanted::Decides(..));
        self.wanted.iter().copied().find(|(_, one)| fits(*one) && covers(&with, *one))
    }

    /// Suggests the smallest input that covers the same.
    fn take(&mut self, asked: &Asked, (item, wanted): (usize, Wanted)) {
        let (prober, base) = (&mut self.prober, &self.base);
        let policy = asked.policy;
        let made = shrink(asked.made.clone(), &mut |made| {
            let smaller = prober.draw(policy, &mut Choices::replay(made));
            let mut with = base.clone();
            with.begin_case();
            prober.decide(&smaller, &mut with)?;
            covers(&with, wanted).then_some(smaller.made)
        });
        let small = prober.draw(policy, &mut Choices::replay(made));
        self.add(&small, (item, wanted));
    }

    /// Suggests an input as it is; what it covers is not asked for again.
    fn add(&mut self, asked: &Asked, (item, wanted): (usize, Wanted)) {
        let Some(decision) = self.prober.decide(asked, &mut Quiet) else { return };
        self.base.begin_case();
        self.prober.decide(asked, &mut self.base);
        let base = &self.base;
        self.wanted.retain(|(_, one)| !covers(base, *one));
        let name = self.items.get(item).map_or_else(String::new, |item| title(item, wanted));
        let same = self.found.iter().filter(|one| one.name == name).count();
        let shown = if same == 0 { name.clone() } else { format!("{name} ({})", same + 1) };
        self.found.push(Suggestion { item, test: self.prober.block(&shown, asked, &decision), name });
    }
}

fn wants(item: &Item) -> Vec<Wanted> {
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    match item.target {
        Target::Policy(_) if item.kind == super::Kind::Policy => Vec::new(),
        Target::Policy(policy) => vec![Wanted::Part(Part::Default(policy))],
        Target::Rule(policy, rule) => vec![Wanted::Part(Part::Rule(policy, rule))],
        Target::Condition(at) => [false, true]
            .into_iter()
            .filter(|truth| item.hits.get(usize::from(*truth)) == Some(&0))
            .map(|truth| Wanted::Part(Part::Condition(number(at), truth)))
            .collect(),
        Target::Decision(at, which) => vec![Wanted::Decides(at, which)],
        Target::Arm(at) => vec![Wanted::Part(Part::Arm(number(at)))],
        Target::Exception(at) => vec![Wanted::Part(Part::Exception(at))],
    }
}

fn covers(recorder: &Recorder, wanted: Wanted) -> bool {
    match wanted {
        Wanted::Part(part) => recorder.reached(part),
        Wanted::Decides(at, which) => {
            let vectors = recorder.vectors.get(at);
            vectors.is_some_and(|all| shows(&all.iter().copied().collect::<Vec<_>>(), which))
        }
    }
}

fn title(item: &Item, wanted: Wanted) -> String {
    let what = match wanted {
        Wanted::Part(Part::Condition(_, truth)) => format!("is {truth}"),
        Wanted::Part(Part::Arm(_)) => "is taken".to_owned(),
        Wanted::Part(Part::Rule(..)) => "finds something".to_owned(),
        Wanted::Part(Part::Exception(_)) => "holds".to_owned(),
        Wanted::Part(Part::Default(_)) => "comes to its default".to_owned(),
        Wanted::Decides(..) => "decides".to_owned(),
    };
    format!("{} {what}", item.name)
}
