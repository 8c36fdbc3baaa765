//! Which expressions count: those that policies can reach, in the project's own sources.

#![expect(clippy::wildcard_enum_match_arm, reason = "most kinds of expression are neither logic nor arms")]

use std::collections::{BTreeMap, BTreeSet};

use policy_compiler::hir::walk::{all, effect_parts, parts, text_parts};
use policy_compiler::hir::{Expr, ExprId, ExprKind, Hir, Text, TyKind};
use policy_syntax::Location;

use crate::workspace::Workspace;

/// No slot.
const NONE: u32 = u32::MAX;

/// A condition: all expressions that are one in the source, such as those of each instance of a generic function.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub(super) location: Location,
    pub(super) exprs: Vec<ExprId>,
}

/// What several conditions decide together.
#[derive(Clone, Debug)]
pub(super) struct Decision {
    pub(super) location: Location,
    pub(super) leaves: Vec<Location>,
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
    /// What tests can reach of a project, whose instrumented program shows these nodes.
    #[must_use]
    pub fn of(workspace: &Workspace, nodes: &[ExprId]) -> Self {
        let hir = &workspace.checked.hir;
        let own = |location: Location| {
            workspace.is_own(location.file) && workspace.project.files.get(location.file).is_some()
        };
        let shown: BTreeSet<ExprId> = nodes.iter().copied().collect();
        let mut finder = Finder { points: Self::default(), shown, places: Places::default() };
        finder.points.nodes = nodes.to_vec();
        let none = Slot { condition: NONE, arm: NONE, leaf: (NONE, 0), root: NONE };
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

struct Finder {
    points: Points,
    shown: BTreeSet<ExprId>,
    places: Places,
}

impl Finder {
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
                    self.decision(e);
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
            conditions.push(Condition { location: e.location, exprs: Vec::new() });
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

    fn decision(&mut self, e: &Expr) {
        let mut leaves: Vec<&Expr> = Vec::new();
        leaves_of(e, &mut leaves);
        leaves.retain(|leaf| self.shown.contains(&leaf.id));
        if leaves.is_empty() || leaves.len() > 64 || !self.shown.contains(&e.id) {
            return;
        }
        let decisions = &mut self.points.decisions;
        let at = *self.places.decisions.entry((e.location, leaves.len())).or_insert_with(|| {
            let leaves = leaves.iter().map(|leaf| leaf.location).collect();
            decisions.push(Decision { location: e.location, leaves });
            decisions.len() - 1
        });
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
}

/// The conditions that logic is made of.
fn leaves_of<'e>(e: &'e Expr, leaves: &mut Vec<&'e Expr>) {
    match &e.kind {
        ExprKind::Logic { operands, .. } => operands.iter().for_each(|operand| leaves_of(operand, leaves)),
        ExprKind::Not(value) => leaves_of(value, leaves),
        _ => leaves.push(e),
    }
}

/// What policies and exceptions evaluate, with the functions that they call, and the expressions that decide for a rule alone.
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
            }
        });
    }
    (roots, controls)
}

fn texts<'h>(texts: impl Iterator<Item = &'h Text>, roots: &mut Vec<&'h Expr>) {
    texts.for_each(|text| text_parts(text, &mut |value| roots.push(value)));
}
