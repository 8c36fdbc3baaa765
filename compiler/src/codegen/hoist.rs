//! What is the same in every turn of a loop is evaluated before it.
//!
//! Two things move: paths of fields through records (reading a field of a record never fails and needs no test
//! before it), and the first operands of a rule's condition, as long as they are total and mention nothing that
//! the generators bind. Later operands stay, since they may lean on those before.

use std::collections::BTreeMap;

use policy_bytecode::op::Op;

use super::build::{Builder, Slot, Src};
use crate::hir::walk::{own_bindings, parts, pattern_bindings};
use crate::hir::{Expr, ExprKind, Gen, LocalId, Logic, Policy, Rule, TyKind};

/// How many paths are kept in registers for one loop.
const MOST: usize = 16;

/// How many paths into the input are kept in registers for a whole policy.
const SHARED: usize = 64;

impl<'h> Builder<'_, 'h> {
    /// Reads the paths that a loop reads in every turn into registers; gives what [`Builder::forget_paths`] takes.
    pub(crate) fn hoist(&mut self, generator: &'h Gen, inner: &'h [Gen], reads: &[&'h Expr]) -> usize {
        let before = self.frame().map_or(0, |f| f.paths.len());
        if self.observed {
            return before;
        }
        let mut bound = Vec::new();
        for g in std::iter::once(generator).chain(inner) {
            pattern_bindings(&g.pattern, &mut |local| bound.push(local));
        }
        let mut paths: Vec<&'h Expr> = Vec::new();
        let sources = inner.iter().map(|g| &g.source);
        for e in sources.chain(reads.iter().copied()) {
            self.collect(e, &mut bound, &mut paths);
        }
        let mut kept = 0;
        for e in paths {
            let Some((root, path)) = self.path(e) else { continue };
            let ready = matches!(self.slot(root), Some(Slot::Ready(src)) if src.is_register());
            if !ready || bound.contains(&root) || self.find_path(root, &path).is_some() || kept == MOST {
                continue;
            }
            kept += 1;
            let register = self.temp();
            self.keep_path(e, root, path, register);
        }
        before
    }

    /// Reads a path into a register, where it is found from now on.
    fn keep_path(&mut self, e: &'h Expr, root: LocalId, path: Vec<u32>, register: u16) {
        let ExprKind::Field { base, field } = &e.kind else { return };
        let mark = self.mark();
        let base = self.operand_quiet(base);
        let rank = self.narrow_index(field.index(), "a record of more than 65,535 fields");
        self.emit(Op::Field, register, base.0, rank, e.location);
        self.release(mark);
        if let Some(frame) = self.frame_mut() {
            frame.paths.push((root, path, Src(register)));
        }
    }

    /// Reads the paths into the input that several rules read into registers, once.
    pub(crate) fn share_paths(&mut self, policy: &'h Policy) {
        if self.observed {
            return;
        }
        let mut paths: Vec<&'h Expr> = Vec::new();
        let mut bound = Vec::new();
        for rule in &policy.rules {
            let sources = rule.generators.iter().map(|g| &g.source);
            for e in sources.chain(&rule.when).chain(&rule.that) {
                self.collect(e, &mut bound, &mut paths);
            }
        }
        let mut counts: BTreeMap<Vec<u32>, (usize, &'h Expr)> = BTreeMap::new();
        let mut path = Vec::new();
        for e in paths {
            if self.path_into(e, &mut path) != Some(policy.input_local) {
                continue;
            }
            match counts.get_mut(&path) {
                Some((uses, _)) => *uses += 1,
                None => {
                    counts.insert(path.clone(), (1, e));
                }
            }
        }
        let mut shared: Vec<(Vec<u32>, &'h Expr)> = Vec::new();
        // From the longest: a path that is read once or kept counts as one use of the path above it.
        while let Some(longest) = counts.keys().map(Vec::len).max() {
            let (long, short) = counts.into_iter().partition(|(path, _)| path.len() == longest);
            counts = short;
            let long: BTreeMap<Vec<u32>, (usize, &'h Expr)> = long;
            for (path, (uses, e)) in long {
                if let (Some((_, above)), ExprKind::Field { base, .. }) = (path.split_last(), &e.kind)
                    && !above.is_empty()
                {
                    counts.entry(above.to_vec()).or_insert((0, base)).0 += 1;
                }
                if uses > 1 {
                    shared.push((path, e));
                }
            }
        }
        shared.sort_by(|(a, _), (b, _)| (a.len(), a).cmp(&(b.len(), b)));
        for (path, e) in shared.into_iter().take(SHARED) {
            let register = self.temp();
            self.keep_path(e, policy.input_local, path, register);
        }
    }

    pub(crate) fn forget_paths(&mut self, before: usize) {
        if let Some(frame) = self.frame_mut() {
            frame.paths.truncate(before);
        }
    }

    /// The register that holds a path while a loop runs.
    pub(crate) fn hoisted(&self, e: &'h Expr) -> Option<Src> {
        if !matches!(e.kind, ExprKind::Field { .. }) || self.frame()?.paths.is_empty() {
            return None;
        }
        let mut length = 0;
        let mut at = e;
        while let ExprKind::Field { base, .. } = &at.kind {
            if !matches!(self.cx.hir.types.kind(base.ty), TyKind::Record(_)) {
                return None;
            }
            length += 1;
            at = base;
        }
        let ExprKind::Local(root) = at.kind else { return None };
        let known = self.frame()?.paths.iter();
        known
            .filter(|(local, steps, _)| *local == root && steps.len() == length)
            .find(|(_, steps, _)| ends_in(e, steps))
            .map(|(_, _, src)| *src)
    }

    fn find_path(&self, root: LocalId, path: &[u32]) -> Option<Src> {
        let paths = &self.frame()?.paths;
        paths.iter().find(|(local, steps, _)| *local == root && steps == path).map(|(_, _, src)| *src)
    }

    /// A path of one or more fields through records, from a variable.
    pub(crate) fn path(&self, e: &'h Expr) -> Option<(LocalId, Vec<u32>)> {
        let mut steps = Vec::new();
        self.path_into(e, &mut steps).map(|root| (root, steps))
    }

    /// The same: the variable, and the fields in place of what was in `steps`.
    fn path_into(&self, e: &'h Expr, steps: &mut Vec<u32>) -> Option<LocalId> {
        steps.clear();
        let mut at = e;
        while let ExprKind::Field { base, field } = &at.kind {
            if !matches!(self.cx.hir.types.kind(base.ty), TyKind::Record(_)) {
                return None;
            }
            steps.push(field.0);
            at = base;
        }
        let ExprKind::Local(root) = at.kind else { return None };
        steps.reverse();
        (!steps.is_empty()).then_some(root)
    }

    /// Whether an expression is such a path.
    fn is_path(&self, e: &'h Expr) -> bool {
        let mut at = e;
        while let ExprKind::Field { base, .. } = &at.kind {
            if !matches!(self.cx.hir.types.kind(base.ty), TyKind::Record(_)) {
                return false;
            }
            at = base;
        }
        matches!((&at.kind, &e.kind), (ExprKind::Local(_), ExprKind::Field { .. }))
    }

    /// The longest paths within an expression, and all that is bound within it.
    fn collect(&self, e: &'h Expr, bound: &mut Vec<LocalId>, paths: &mut Vec<&'h Expr>) {
        own_bindings(e, &mut |local| bound.push(local));
        if self.is_path(e) {
            paths.push(e);
        } else if let ExprKind::Let { body, .. } = &e.kind {
            // What only a `let` that is never used mentions is not read, so that it may not be there.
            self.collect(body, bound, paths);
        } else {
            parts(&e.kind, &mut |part| self.collect(part, bound, paths));
        }
    }

    /// The operands of a rule's `when` that are tested once, before its generators, and those that are tested for
    /// each binding.
    pub(crate) fn split_condition(&self, rule: &'h Rule) -> (&'h [Expr], &'h [Expr]) {
        let operands = match rule.when.as_ref().map(|when| (when, &when.kind)) {
            None => return (&[], &[]),
            Some((_, ExprKind::Logic { op: Logic::And, operands })) if !self.observed => operands.as_slice(),
            Some((when, _)) => std::slice::from_ref(when),
        };
        let once = rule.generators.is_empty() || !rule.generators.iter().all(|g| g.source.total);
        if self.observed || once {
            return (&[], operands);
        }
        let mut bound = Vec::new();
        for g in &rule.generators {
            pattern_bindings(&g.pattern, &mut |local| bound.push(local));
        }
        let ahead = operands.iter().take_while(|e| e.total && !mentions(e, &bound)).count();
        operands.split_at(ahead)
    }
}

/// Whether the fields that an expression reads one after the other are these.
fn ends_in(e: &Expr, steps: &[u32]) -> bool {
    let mut at = e;
    steps.iter().rev().all(|step| {
        let ExprKind::Field { base, field } = &at.kind else { return false };
        at = base;
        field.0 == *step
    })
}

/// Whether an expression uses one of these variables.
fn mentions(e: &Expr, locals: &[LocalId]) -> bool {
    if let ExprKind::Local(local) = e.kind {
        return locals.contains(&local);
    }
    let mut found = false;
    parts(&e.kind, &mut |part| found = found || mentions(part, locals));
    found
}
