//! Inputs that would cover what is missing, found by drawing.

use std::collections::BTreeSet;

use policy_compiler::Options;
use policy_compiler::hir::Hir;
use policy_vm::observer::Quiet;

use super::points::Points;
use super::record::{Part, Recorder, Vector};
use super::{Coverage, Item, Target};
use crate::draw::choices::{Random, vary};
use crate::draw::shrink::shrink_within;
use crate::draw::{Choices, Hints};
use crate::probe::{Asked, Prober};
use crate::reach::Reach;
use crate::runner::tested_snapshot;
use crate::workspace::Workspace;

/// So many inputs are drawn for each policy,
const TRIES: u64 = 6000;
/// and no more once so many in a row gave nothing that is wanted.
const PATIENCE: u64 = 2000;
/// So many inputs that reached something new are kept, to be varied.
const MAX_KEPT: usize = 200;
/// So often a smaller input is tried for each that is suggested,
const MAX_SMALLER: usize = 500;
/// and for all of them together.
const MAX_SMALLER_OF_ALL: usize = 15_000;

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

/// What came of a search.
#[derive(Clone, Debug, Default)]
pub struct Suggestions {
    /// What was found, in the order of the items.
    pub tests: Vec<Suggestion>,
    /// What no input was found for: items, by their places in [`Coverage::missing`], and what of them.
    pub not_found: Vec<(usize, String)>,
}

/// A part of an item that is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Part(Part),
    /// A decision and a condition of it.
    Decides(usize, usize),
    /// An evaluation of a decision, which shows what is wanted beside another one.
    Evaluates(usize, Vector),
}

/// Looks for inputs that cover what is missing, at most one for each part of an item.
#[must_use]
pub fn suggest(workspace: &Workspace, coverage: &Coverage, seed: u64) -> Suggestions {
    let Some(seen) = &coverage.seen else { return Suggestions::default() };
    let items: Vec<&Item> = coverage.missing().collect();
    let wanted: Vec<(usize, Wanted)> = items
        .iter()
        .enumerate()
        .flat_map(|(at, item)| wants(item).into_iter().map(move |one| (at, one)))
        .collect();
    let Ok(linked) = workspace.link(Options { instrument: true, tests: true }) else {
        return Suggestions::default();
    };
    let Ok(snapshot) = tested_snapshot(workspace, &linked.program) else { return Suggestions::default() };
    let hints = Hints::of(&workspace.checked.hir, &workspace.data_json(&linked.program));
    let prober = Prober::new(&linked.program, &snapshot, hints, workspace.limits());
    let pool = seen.vectors.iter().map(|all| all.iter().map(|one| (*one, None)).collect()).collect();
    let points = &seen.points;
    let one = Recorder::new(points).with_base(seen);
    let mut search = Search {
        prober,
        points,
        one,
        pool,
        drawn: BTreeSet::new(),
        wanted,
        items,
        found: Vec::new(),
        left: MAX_SMALLER_OF_ALL,
    };
    for (policy, described) in (0..).zip(&workspace.checked.hir.policies) {
        if workspace.is_own(described.location.file) {
            search.policy(&workspace.checked.hir, policy, seed);
        }
    }
    search.found.sort_by_key(|one| one.item);
    let left = search.wanted.iter();
    let not_found = left.filter_map(|(at, one)| Some((*at, title(search.items.get(*at)?, *one)))).collect();
    Suggestions { tests: search.found, not_found }
}

struct Search<'a> {
    prober: Prober,
    points: &'a Points,
    /// Sees one input at a time.
    one: Recorder,
    /// The evaluations of each decision: those of tests and suggestions, and those of inputs that are kept, by their positions.
    pool: Vec<Vec<(Vector, Option<usize>)>>,
    /// What inputs that were drawn have reached.
    drawn: BTreeSet<Part>,
    wanted: Vec<(usize, Wanted)>,
    items: Vec<&'a Item>,
    found: Vec<Suggestion>,
    /// So often a smaller input may still be tried.
    left: usize,
}

impl Search<'_> {
    fn policy(&mut self, hir: &Hir, policy: u32, seed: u64) {
        let reach = Reach::of_policy(hir, policy as usize);
        let mut random = Random::new(seed ^ u64::from(policy));
        let mut kept: Vec<Asked> = Vec::new();
        let mut idle = 0;
        for _ in 0..TRIES {
            let points = self.points;
            let wanted = self.wanted.iter().any(|(_, one)| one.within(&reach, hir, points));
            if !wanted || idle >= PATIENCE {
                break;
            }
            idle += 1;
            let seed = random.draw();
            let near = usize::try_from(random.below(kept.len() as u64)).unwrap_or(0);
            let mut choices = match kept.get(near).filter(|_| !seed.is_multiple_of(3)) {
                Some(near) => Choices::varied(vary(&near.made, &mut random), seed),
                None => Choices::random(seed),
            };
            let asked = self.prober.draw(policy, &mut choices);
            if !self.asks(&asked) || !self.keep(kept.len()) {
                continue;
            }
            // It reached something for the first time: perhaps something that is wanted, alone or with one before it.
            let before = self.found.len();
            while let Some(at) = self.wanted.iter().position(|(_, one)| self.covers(*one)) {
                let Some((item, one)) = self.wanted.get(at).copied() else { break };
                self.take(&asked, item, one);
                self.asks(&asked);
            }
            let partner = self.wanted.iter().find_map(|(item, one)| Some((*item, *one, self.partner(*one)?)));
            if let Some((item, one, (decision, vector, other))) = partner
                && let Some(other) = kept.get(other).cloned()
            {
                self.take(&other, item, Wanted::Evaluates(decision, vector));
                self.take(&asked, item, one);
            }
            if self.found.len() > before {
                idle = 0;
            }
            if kept.len() < MAX_KEPT {
                kept.push(asked);
            }
        }
        // Inputs of another policy are no partners of the next one's.
        self.pool.iter_mut().for_each(|all| all.retain(|(_, kept)| kept.is_none()));
    }

    /// Decides, and sees that alone; false where the input does not fit.
    fn asks(&mut self, asked: &Asked) -> bool {
        self.one.clear();
        self.prober.decide(asked, &mut self.one).is_some()
    }

    /// Notes what an input reached; whether something of it is new.
    fn keep(&mut self, at: usize) -> bool {
        let before = self.drawn.len();
        self.drawn.extend(self.one.fresh.iter().copied());
        let mut new = self.drawn.len() > before;
        for (all, vectors) in self.pool.iter_mut().zip(&self.one.vectors) {
            for vector in vectors {
                if !all.iter().any(|(known, _)| known == vector) {
                    all.push((*vector, Some(at)));
                    new = true;
                }
            }
        }
        new
    }

    /// Whether what was just decided covers something, with what tests and suggestions reach.
    fn covers(&self, wanted: Wanted) -> bool {
        match wanted {
            Wanted::Part(part) => self.one.fresh.contains(&part),
            Wanted::Evaluates(at, vector) => {
                self.one.vectors.get(at).is_some_and(|all| all.contains(&vector))
            }
            Wanted::Decides(at, which) => {
                let (Some(decision), Some(pool), Some(own)) =
                    (self.points.decisions.get(at), self.pool.get(at), self.one.vectors.get(at))
                else {
                    return false;
                };
                let known = || pool.iter().filter(|(_, kept)| kept.is_none()).map(|(vector, _)| vector);
                own.iter().any(|a| known().chain(own).any(|b| decision.pair(a, b, which)))
            }
        }
    }

    /// An evaluation of an input that is kept, with which what was just decided shows that a condition decides.
    fn partner(&self, wanted: Wanted) -> Option<(usize, Vector, usize)> {
        let Wanted::Decides(at, which) = wanted else { return None };
        let (decision, pool) = (self.points.decisions.get(at)?, self.pool.get(at)?);
        let own = self.one.vectors.get(at)?;
        pool.iter().find_map(|(vector, kept)| {
            let pair = own.iter().any(|mine| decision.pair(mine, vector, which));
            kept.filter(|_| pair).map(|kept| (at, *vector, kept))
        })
    }

    /// Suggests the smallest input that covers the same.
    fn take(&mut self, asked: &Asked, item: usize, wanted: Wanted) {
        let policy = asked.policy;
        let most = MAX_SMALLER.min(self.left);
        let mut tries = 0;
        let made = shrink_within(most, asked.made.clone(), &mut |made| {
            tries += 1;
            let smaller = self.prober.draw(policy, &mut Choices::replay(made));
            (self.asks(&smaller) && self.covers(wanted)).then_some(smaller.made)
        });
        self.left = self.left.saturating_sub(tries);
        let small = self.prober.draw(policy, &mut Choices::replay(made));
        self.add(&small, item, wanted);
    }

    /// Suggests an input as it is; what it covers is not asked for again.
    fn add(&mut self, asked: &Asked, item: usize, wanted: Wanted) {
        let Some(decision) = self.prober.decide(asked, &mut Quiet) else {
            self.wanted.retain(|(_, one)| *one != wanted);
            return;
        };
        self.asks(asked);
        let covered: Vec<Wanted> = self
            .wanted
            .iter()
            .map(|(_, one)| *one)
            .filter(|one| *one == wanted || self.covers(*one))
            .collect();
        self.wanted.retain(|(_, one)| !covered.contains(one));
        for (all, vectors) in self.pool.iter_mut().zip(&self.one.vectors) {
            for vector in vectors {
                match all.iter_mut().find(|(known, _)| known == vector) {
                    Some((_, kept)) => *kept = None,
                    None => all.push((*vector, None)),
                }
            }
        }
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
            .filter(|truth| item.hits.get(usize::from(*truth)) == Some(&0) && item.can(*truth))
            .map(|truth| Wanted::Part(Part::Condition(number(at), truth)))
            .collect(),
        Target::Decision(at, which) => vec![Wanted::Decides(at, which)],
        Target::Arm(at) => vec![Wanted::Part(Part::Arm(number(at)))],
        Target::Exception(at) => vec![Wanted::Part(Part::Exception(at))],
    }
}

impl Wanted {
    /// Whether asking a policy can come to it.
    fn within(self, reach: &Reach<'_>, hir: &Hir, points: &Points) -> bool {
        let evaluated = |exprs: &[policy_compiler::hir::ExprId]| exprs.iter().any(|id| reach.evaluates(*id));
        match self {
            Self::Part(Part::Rule(policy, _) | Part::Default(policy)) => reach.asks(policy as usize),
            Self::Part(Part::Exception(at)) => {
                hir.exceptions.get(at as usize).is_some_and(|one| reach.asks(one.policy.index()))
            }
            Self::Part(Part::Condition(at, _)) => {
                points.conditions.get(at as usize).is_some_and(|one| evaluated(&one.exprs))
            }
            Self::Part(Part::Arm(at)) => {
                points.arms.get(at as usize).is_some_and(|one| evaluated(&one.exprs))
            }
            Self::Decides(at, _) | Self::Evaluates(at, _) => {
                points.decisions.get(at).is_some_and(|one| one.tree.within(reach))
            }
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
        Wanted::Decides(..) | Wanted::Evaluates(..) => "decides".to_owned(),
    };
    format!("{} {what}", item.name)
}
