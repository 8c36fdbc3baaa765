//! Which policies a change can matter to.

use policy_compiler::hir::walk::{all, effect_parts, text_parts};
use policy_compiler::hir::{Effect, Expr, ExprId, ExprKind, Hir};

use super::change::Place;

/// The policies, by position, that evaluate a place, themselves or by what they call and include; first the one that it stands in.
pub(super) fn policies(hir: &Hir, place: Place) -> Vec<usize> {
    let own = match place {
        Place::Policy(at) | Place::Rule(at, _) => Some(at),
        Place::Exception(at) => hir.exceptions.get(at).map(|exception| exception.policy.index()),
        Place::Expr(_) => None,
    };
    let mut found: Vec<usize> = (0..hir.policies.len())
        .filter(|at| {
            let mut reach = Reach::new(hir);
            reach.policy(*at);
            match (place, own) {
                (_, Some(own)) => reach.policies.get(own).copied().unwrap_or(false),
                (Place::Expr(id), None) => reach.evaluates(id),
                (Place::Policy(_) | Place::Rule(..) | Place::Exception(_), None) => false,
            }
        })
        .collect();
    found.sort_by_key(|at| (Some(*at) != own, *at));
    found
}

/// What a policy evaluates.
struct Reach<'h> {
    hir: &'h Hir,
    open: Vec<&'h Expr>,
    functions: Vec<bool>,
    globals: Vec<bool>,
    policies: Vec<bool>,
}

impl<'h> Reach<'h> {
    fn new(hir: &'h Hir) -> Self {
        Self {
            hir,
            open: Vec::new(),
            functions: vec![false; hir.functions.len()],
            globals: vec![false; hir.globals.len()],
            policies: vec![false; hir.policies.len()],
        }
    }

    fn policy(&mut self, at: usize) {
        let hir = self.hir;
        let Some(policy) = first(&mut self.policies, &hir.policies, at) else { return };
        self.open.extend(policy.applies.iter().chain(&policy.mode));
        self.open.extend(policy.lets.iter().map(|one| &one.value));
        for rule in &policy.rules {
            self.open.extend(rule.generators.iter().map(|generator| &generator.source));
            self.open.extend(rule.when.iter().chain(&rule.that).chain(&rule.details).chain(&rule.mode));
            effect_parts(&rule.effect, &mut |part| self.open.push(part));
            for text in rule.because.iter().chain(&rule.fix) {
                text_parts(text, &mut |part| self.open.push(part));
            }
            if let Effect::Include(include) = &rule.effect {
                self.policy(include.policy.index());
            }
        }
        for exception in hir.exceptions.iter().filter(|one| one.policy.index() == at) {
            self.open.extend(&exception.when);
        }
    }

    /// Whether a node is evaluated.
    fn evaluates(mut self, id: ExprId) -> bool {
        let hir = self.hir;
        let mut found = false;
        while let Some(root) = self.open.pop() {
            all(root, &mut |e| {
                found |= e.id == id;
                let more = if let ExprKind::Call { function, .. } = &e.kind {
                    first(&mut self.functions, &hir.functions, function.index()).map(|f| &f.body)
                } else if let ExprKind::Global(global) = &e.kind {
                    first(&mut self.globals, &hir.globals, global.index()).map(|g| &g.value)
                } else {
                    None
                };
                self.open.extend(more);
            });
            if found {
                return true;
            }
        }
        false
    }
}

/// An item the first time that it is asked for.
fn first<'h, T>(seen: &mut [bool], items: &'h [T], at: usize) -> Option<&'h T> {
    let seen = seen.get_mut(at)?;
    if std::mem::replace(seen, true) { None } else { items.get(at) }
}
