//! Which expressions count: those that policies can reach, in the project's own sources.

use std::collections::{BTreeMap, BTreeSet};

use policy_bytecode::Program;
use policy_compiler::hir::walk::{all, effect_parts, parts, text_parts};
use policy_compiler::hir::{ExpectKind, Expr, ExprId, ExprKind, Hir, Step, Test, Text, TyKind};
use policy_syntax::Location;

use super::possible::possible;
use super::tree::Tree;
use crate::link::Linked;
use crate::workspace::Workspace;

/// No slot.
const NONE: u32 = u32::MAX;

/// A condition: all expressions that are one in the source, such as those of each instance of a generic function.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub(super) location: Location,
    pub(super) exprs: Vec<ExprId>,
    /// The truths that it can have: false, and true.
    pub(super) can: [bool; 2],
}

/// What several conditions decide together.
#[derive(Clone, Debug)]
pub(super) struct Decision {
    pub(super) location: Location,
    pub(super) leaves: Vec<Leaf>,
    pub(super) tree: Tree,
}

/// A condition of a decision.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    pub(super) location: Location,
    /// Conditions, a bit each, that are about the same thing, so that the one may not change without the other.
    pub(super) coupled: u64,
    /// Whether it can be shown to decide at all.
    pub(super) can: bool,
}

/// An arm of `match`.
#[derive(Clone, Debug)]
pub(super) struct Arm {
    pub(super) location: Location,
    pub(super) exprs: Vec<ExprId>,
}

/// Where an expression counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub(super) condition: u32,
    pub(super) arm: u32,
    /// The decision that it is a leaf of, and which.
    pub(super) leaf: (u32, u8),
    /// The decision that it is the whole of.
    pub(super) root: u32,
    /// What a module computes from data that it reads, by its position in the program.
    pub(super) global: u32,
}

/// What tests can reach.
#[derive(Clone, Debug, Default)]
pub struct Points {
    pub(super) conditions: Vec<Condition>,
    pub(super) decisions: Vec<Decision>,
    pub(super) arms: Vec<Arm>,
    /// The expression of each node that the program shows.
    pub(super) nodes: Vec<ExprId>,
    /// Where each expression counts.
    pub(super) slots: Vec<Slot>,
    /// Policies, rules and exceptions of the project itself.
    pub(super) policies: Vec<u32>,
    pub(super) rules: Vec<(u32, u32)>,
    pub(super) exceptions: Vec<u32>,
}

impl Points {
    /// What tests can reach of a project, by its instrumented program.
    #[must_use]
    pub fn of(workspace: &Workspace, linked: &Linked) -> Self {
        let nodes = &linked.nodes;
        let hir = &workspace.checked.hir;
        let own = |location: Location| {
            workspace.is_own(location.file) && workspace.project.files.get(location.file).is_some()
        };
        let shown: BTreeSet<ExprId> = nodes.iter().copied().collect();
        let mut finder = Finder {
            points: Self::default(),
            shown,
            places: Places::default(),
            truths: BTreeMap::new(),
            workspace,
        };
        finder.points.nodes = nodes.clone();
        let none = Slot { condition: NONE, arm: NONE, leaf: (NONE, 0), root: NONE, global: NONE };
        finder.points.slots = vec![none; hir.expr_count as usize];
        let number = |at: usize| u32::try_from(at).unwrap_or(NONE);
        for (at, policy) in hir.policies.iter().enumerate().filter(|(_, policy)| own(policy.location)) {
            finder.points.policies.push(number(at));
            finder.points.rules.extend((0..policy.rules.len()).map(|rule| (number(at), number(rule))));
        }
        for (at, exception) in hir.exceptions.iter().enumerate() {
            if own(exception.location) {
                finder.points.exceptions.push(number(at));
            }
        }
        let (roots, mut controls) = reachable(hir);
        for root in roots {
            finder.root(hir, root, &own, &mut controls);
        }
        finder.settle();
        finder.globals(hir, linked.program.bytecode());
        finder.points
    }
}

/// Points by place, while they are gathered.
#[derive(Default)]
struct Places {
    conditions: BTreeMap<Location, usize>,
    decisions: BTreeMap<(Location, usize), usize>,
    arms: BTreeMap<Location, usize>,
}

struct Finder<'w> {
    workspace: &'w Workspace,
    points: Points,
    shown: BTreeSet<ExprId>,
    places: Places,
    /// The truths that expressions can have, where decisions leave them not both.
    truths: BTreeMap<ExprId, [bool; 2]>,
}

impl Finder<'_> {
    fn root(
        &mut self,
        hir: &Hir,
        root: &Expr,
        own: &dyn Fn(Location) -> bool,
        controls: &mut BTreeSet<ExprId>,
    ) {
        // Decisions are the largest expressions of `and`, `or`, `not`, `implies`, and what rules ask alone.
        let mut open = vec![(root, false)];
        while let Some((e, within)) = open.pop() {
            let logic = matches!(e.kind, ExprKind::Logic { .. } | ExprKind::Not(_));
            if own(e.location) {
                let bool_ = *hir.types.kind(e.ty) == TyKind::Bool;
                if bool_
                    && !matches!(e.kind, ExprKind::Not(_) | ExprKind::Const(_))
                    && self.shown.contains(&e.id)
                {
                    self.condition(e);
                }
                if let ExprKind::Match { arms, .. } = &e.kind {
                    for arm in arms {
                        self.arm(arm.location, arm.body.id);
                    }
                }
                if !within && (logic || controls.contains(&e.id)) && bool_ {
                    self.decision(hir, e);
                }
            }
            let mut next = Vec::new();
            parts(&e.kind, &mut |part| next.push((part, logic)));
            open.extend(next.into_iter().rev());
        }
    }

    fn condition(&mut self, e: &Expr) {
        let conditions = &mut self.points.conditions;
        let at = *self.places.conditions.entry(e.location).or_insert_with(|| {
            conditions.push(Condition { location: e.location, exprs: Vec::new(), can: [false; 2] });
            conditions.len() - 1
        });
        if let Some(condition) = conditions.get_mut(at) {
            condition.exprs.push(e.id);
        }
        if let Some(slot) = self.points.slots.get_mut(e.id.index()) {
            slot.condition = u32::try_from(at).unwrap_or(NONE);
        }
    }

    fn arm(&mut self, location: Location, body: ExprId) {
        if !self.shown.contains(&body) {
            return;
        }
        let arms = &mut self.points.arms;
        let at = *self.places.arms.entry(location).or_insert_with(|| {
            arms.push(Arm { location, exprs: Vec::new() });
            arms.len() - 1
        });
        if let Some(arm) = arms.get_mut(at) {
            arm.exprs.push(body);
        }
        if let Some(slot) = self.points.slots.get_mut(body.index()) {
            slot.arm = u32::try_from(at).unwrap_or(NONE);
        }
    }

    fn decision(&mut self, hir: &Hir, e: &Expr) {
        let mut leaves: Vec<&Expr> = Vec::new();
        let tree = Tree::of(e, &self.shown, &mut leaves);
        if leaves.is_empty() || leaves.len() > 64 || !self.shown.contains(&e.id) {
            return;
        }
        let text = |location: Location| {
            let words: Vec<&str> = self.workspace.project.files.text(location).split_whitespace().collect();
            words.join(" ")
        };
        let known = possible(hir, &tree, &leaves, &text);
        let decisions = &mut self.points.decisions;
        let at = *self.places.decisions.entry((e.location, leaves.len())).or_insert_with(|| {
            let leaves = leaves.iter().map(|leaf| Leaf { location: leaf.location, coupled: 0, can: false });
            decisions.push(Decision { location: e.location, leaves: leaves.collect(), tree });
            decisions.len() - 1
        });
        if let Some(decision) = decisions.get_mut(at) {
            for (which, leaf) in decision.leaves.iter_mut().enumerate() {
                leaf.coupled |=
                    known.as_ref().and_then(|known| known.coupled.get(which)).copied().unwrap_or(0);
            }
            for which in 0..decision.leaves.len() {
                let can = known.as_ref().is_none_or(|known| decision.shows(&known.vectors, which));
                if let Some(leaf) = decision.leaves.get_mut(which) {
                    leaf.can |= can;
                }
            }
        }
        self.truths.extend(known.map(|known| known.truths).unwrap_or_default());
        let at = u32::try_from(at).unwrap_or(NONE);
        for (which, leaf) in (0..).zip(&leaves) {
            if let Some(slot) = self.points.slots.get_mut(leaf.id.index()) {
                slot.leaf = (at, which);
            }
        }
        if let Some(slot) = self.points.slots.get_mut(e.id.index()) {
            slot.root = at;
        }
    }

    /// Says of each condition which truths it can have: those of each expression that it stands for.
    fn settle(&mut self) {
        for condition in &mut self.points.conditions {
            for id in &condition.exprs {
                let can = self.truths.get(id).copied().unwrap_or([true; 2]);
                condition.can.iter_mut().zip(can).for_each(|(all, one)| *all |= one);
            }
        }
    }

    /// Marks what reads a value that a module computes from data.
    fn globals(&mut self, hir: &Hir, program: &Program) {
        let names = program.globals.iter().map(|item| program.texts.get(item.name.index()));
        let places: BTreeMap<&str, u32> =
            names.zip(0..).filter_map(|(name, at)| Some((name?.as_str(), at))).collect();
        if places.is_empty() {
            return;
        }
        let slots = &mut self.points.slots;
        let mut mark = |e: &Expr| {
            if let ExprKind::Global(id) = &e.kind
                && let Some(global) = hir.globals.get(id.index())
                && let Some(at) = places.get(global.name.as_str())
                && let Some(slot) = slots.get_mut(e.id.index())
            {
                slot.global = *at;
            }
        };
        let (roots, _) = reachable(hir);
        let functions = hir.functions.iter().map(|function| &function.body);
        let tests = hir.tests.iter().flat_map(in_test);
        for root in roots.into_iter().chain(functions).chain(tests) {
            all(root, &mut mark);
        }
    }
}

/// What a test evaluates itself.
fn in_test(test: &Test) -> Vec<&Expr> {
    let mut out: Vec<&Expr> = test.rows.iter().map(|rows| &rows.source).collect();
    for step in &test.steps {
        match step {
            Step::Given(given) => out.push(&given.value),
            Step::Let(one) => out.push(&one.value),
            Step::Expect(expect) => match &expect.kind {
                ExpectKind::Holds(e) => out.push(e),
                ExpectKind::Decision { input, params, .. } => {
                    out.push(input);
                    out.extend(params.iter().map(|(_, value)| value));
                }
            },
        }
    }
    out
}

/// What policies and exceptions evaluate, with the functions that they call and what modules compute from data for them, and the expressions that decide for a rule alone.
pub(crate) fn reachable(hir: &Hir) -> (Vec<&Expr>, BTreeSet<ExprId>) {
    let mut roots: Vec<&Expr> = Vec::new();
    let mut controls = BTreeSet::new();
    for policy in &hir.policies {
        roots.extend(policy.applies.iter().chain(&policy.mode));
        controls.extend(policy.applies.iter().map(|e| e.id));
        roots.extend(policy.lets.iter().map(|one| &one.value));
        for rule in &policy.rules {
            roots.extend(rule.generators.iter().map(|generator| &generator.source));
            roots.extend(rule.when.iter().chain(&rule.that).chain(&rule.details).chain(&rule.mode));
            controls.extend(rule.when.iter().chain(&rule.that).map(|e| e.id));
            effect_parts(&rule.effect, &mut |part| roots.push(part));
            texts(rule.because.iter().chain(&rule.fix), &mut roots);
        }
    }
    for exception in &hir.exceptions {
        roots.extend(&exception.when);
        controls.extend(exception.when.iter().map(|e| e.id));
        texts(exception.because.iter(), &mut roots);
    }
    let mut called = vec![false; hir.functions.len()];
    let mut read = vec![false; hir.globals.len()];
    let mut at = 0;
    while let Some(root) = roots.get(at).copied() {
        at += 1;
        all(root, &mut |e| {
            if let ExprKind::Call { function, .. } = &e.kind
                && let Some(seen) = called.get_mut(function.index())
                && !std::mem::replace(seen, true)
                && let Some(function) = hir.functions.get(function.index())
            {
                roots.push(&function.body);
            } else if let ExprKind::Global(global) = &e.kind
                && let Some(seen) = read.get_mut(global.index())
                && !std::mem::replace(seen, true)
                && let Some(global) = hir.globals.get(global.index())
            {
                roots.push(&global.value);
            }
        });
    }
    (roots, controls)
}

fn texts<'h>(texts: impl Iterator<Item = &'h Text>, roots: &mut Vec<&'h Expr>) {
    texts.for_each(|text| text_parts(text, &mut |value| roots.push(value)));
}
