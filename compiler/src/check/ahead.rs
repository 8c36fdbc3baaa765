//! The policies of a large package on two threads: while one checks them from the first on, another checks those that stand
//! farther on. What comes out is the same in every respect.
//!
//! Both begin by declaring everything, which gives both the same state. What the other one makes from there on is numbered
//! as if nothing stood before it, and is moved behind what the first one made. Where more than that came of it, say a type that was
//! not declared, or a suggestion for a misspelled name, of which there are only so many, its work is thrown away.

use std::thread::{Scope, ScopedJoinHandle, available_parallelism};

use policy_syntax::{Diagnostic, ast};

use super::Checker;
use super::heads::policy_decl;
use super::policy::Open;
use crate::checked::Resolutions;
use crate::deep;
use crate::hir::renumber::Renumber;
use crate::hir::{Function, FunctionId, Hir, Local, Policy, Rule, Ty, TyKind};
use crate::names::{DefId, Defs, Inputs};

/// How many statements of policies are worth a second thread.
const MANY: usize = 256;

/// Of how many hundredths of the statements the first thread takes care: it puts things together as well.
const SHARE: usize = 48;

/// Whether a second thread is of use.
pub(super) fn worth_it(inputs: &Inputs) -> bool {
    let own = inputs.sources.iter().filter(|source| !source.std);
    let decls = own.flat_map(|source| &source.ast.items).filter_map(policy_decl);
    let statements: usize = decls.map(|decl| decl.body.len()).sum();
    statements >= MANY
        && inputs.focus.file.is_none()
        && !inputs.with_std
        && available_parallelism().is_ok_and(|threads| threads.get() > 1)
}

/// Where the second thread begins: at a statement of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) policy: usize,
    pub(super) statement: usize,
}

/// How much there is of everything that checking adds to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Begun {
    exprs: u32,
    types: usize,
    functions: usize,
    diagnostics: usize,
    uses: usize,
    places: usize,
    rest: [usize; 17],
}

/// What was made of the policies farther on.
pub(super) struct Part {
    cut: Cut,
    declared: Begun,
    /// The number of the first node of the rules, and the heights of all of them.
    first: u32,
    heights: Vec<u16>,
    first_local: u32,
    /// The rest of the policy that was cut.
    rules: Vec<Rule>,
    locals: Vec<Local>,
    /// Those behind it, by their positions.
    policies: Vec<(usize, Policy)>,
    kinds: Vec<TyKind>,
    functions: Vec<(DefId, Vec<Ty>, Function)>,
    diagnostics: Vec<Diagnostic>,
    resolutions: Resolutions,
}

/// The work of the other thread.
pub(super) struct Ahead<'s>(ScopedJoinHandle<'s, Option<Part>>);

impl<'s> Ahead<'s> {
    /// Starts it; none where the system gives no thread.
    pub(super) fn start(scope: &'s Scope<'s, '_>, inputs: &'s Inputs, defs: &'s Defs) -> Option<Self> {
        deep::start(scope, "policy-check-ahead", move || part(inputs, defs)).map(Self)
    }

    /// What came of it; none where it is of no use.
    pub(super) fn join(self) -> Option<Part> {
        self.0.join().ok().flatten()
    }
}

fn part(inputs: &Inputs, defs: &Defs) -> Option<Part> {
    let mut checker = Checker::new(inputs, defs, Vec::new());
    checker.declarations();
    let declared = checker.declared;
    let cut = checker.cut()?;
    let mut open = checker.open_policy(cut.policy)?;
    let begun = checker.begun();
    // What stands before the statements is the first thread's.
    if (begun.functions, begun.rest) != (declared.functions, declared.rest) {
        return None;
    }
    let first_local = checker.body.locals.len();
    checker.statements(&mut open, cut.statement..usize::MAX);
    let rules = std::mem::take(&mut open.rules);
    let locals = checker.body.locals.split_off(first_local);
    for n in cut.policy + 1..checker.heads.len() {
        if let Some(mut open) = checker.open_policy(n) {
            checker.statements(&mut open, 0..usize::MAX);
            checker.close_policy(n, open);
        }
    }
    if inputs.stopped() || checker.begun().rest != begun.rest {
        return None;
    }
    let mut resolutions = std::mem::take(&mut checker.resolutions);
    resolutions.uses.drain(..begun.uses);
    resolutions.types.drain(..begun.places);
    let functions = checker.functions_from(declared.functions)?;
    let policies = checker.hir.policies.drain(..).enumerate().skip(cut.policy + 1).collect();
    Some(Part {
        cut,
        declared,
        first: begun.exprs,
        heights: checker.heights.split_off(begun.exprs as usize),
        first_local: u32::try_from(first_local).ok()?,
        rules,
        locals,
        policies,
        kinds: checker.hir.types.kinds_from(declared.types).to_vec(),
        functions,
        diagnostics: checker.diagnostics.split_off(begun.diagnostics),
        resolutions,
    })
}

impl<'a> Checker<'a> {
    pub(super) fn begun(&self) -> Begun {
        let Hir { types, functions, globals, data, obligations, exceptions, tests, properties, .. } =
            &self.hir;
        Begun {
            exprs: self.next_expr,
            types: types.kinds_from(0).len(),
            functions: functions.len(),
            diagnostics: self.diagnostics.len(),
            uses: self.resolutions.uses.len(),
            places: self.resolutions.types.len(),
            rest: [
                types.records.len(),
                types.enums.len(),
                types.unions.len(),
                types.entities.len(),
                types.reads.len(),
                types.generic.len(),
                globals.len(),
                data.len(),
                obligations.len(),
                exceptions.len(),
                tests.len(),
                properties.len(),
                self.pending_records.len() + self.pending_unions.len(),
                self.pending_shapes.len(),
                self.pending_defaults.len(),
                self.looks,
                self.chosen,
            ],
        }
    }

    /// Where the second thread begins.
    pub(super) fn cut(&self) -> Option<Cut> {
        let bodies = || {
            let heads = self.heads.iter().enumerate();
            heads.filter_map(|(n, head)| Some((n, policy_decl(self.item_of(head.def)?)?.body.as_slice())))
        };
        let all: usize = bodies().map(|(_, body)| body.len()).sum();
        let mut left = all.saturating_mul(SHARE) / 100;
        for (policy, body) in bodies() {
            let body: &[ast::Stmt] = body;
            if left < body.len() {
                return Some(Cut { policy, statement: left });
            }
            left -= body.len();
        }
        None
    }

    /// The functions that were needed first from a position on, with what they were made of.
    fn functions_from(&mut self, first: usize) -> Option<Vec<(DefId, Vec<Ty>, Function)>> {
        let mut made: Vec<(FunctionId, DefId, Vec<Ty>)> = self
            .instances
            .drain()
            .filter(|(_, id)| id.index() >= first)
            .map(|((def, types), id)| (id, def, types))
            .collect();
        made.sort_unstable_by_key(|(id, ..)| *id);
        let functions = self.hir.functions.split_off(first);
        let whole = made.len() == functions.len();
        whole.then(|| {
            let made = made.into_iter().zip(functions);
            made.map(|((_, def, types), function)| (def, types, function)).collect()
        })
    }

    /// Puts what the second thread made behind what this one made; `open` is the policy that was cut. Whether that could be done:
    /// where not, nothing has changed.
    pub(super) fn join(&mut self, mut part: Part, open: &mut Open<'a>) -> bool {
        let declared = &part.declared;
        if *declared != (Begun { diagnostics: declared.diagnostics, ..self.declared })
            || self.cut() != Some(part.cut)
        {
            return false;
        }
        let (Ok(first_type), Ok(first_function), Ok(local)) = (
            u32::try_from(declared.types),
            u32::try_from(declared.functions),
            u32::try_from(self.body.locals.len()),
        ) else {
            return false;
        };
        let mut types: Vec<Ty> = Vec::with_capacity(part.kinds.len());
        let mut to = Renumber {
            exprs: (part.first, self.next_expr),
            gone: &[],
            locals: (u32::MAX, u32::MAX),
            types: (first_type, &[]),
            functions: (first_function, &[]),
            lost: false,
        };
        for kind in &part.kinds {
            let kind = Renumber { types: (first_type, &types), ..to }.kind(kind);
            types.push(self.hir.types.intern(kind));
        }
        to.types = (first_type, &types);
        // Functions that both came to need have a body in waiting already.
        let (mut functions, mut gone) = (Vec::new(), Vec::new());
        let mut next = self.hir.functions.len();
        for (def, of, function) in &mut part.functions {
            of.iter_mut().for_each(|ty| *ty = to.ty(*ty));
            match self.instances.get(&(*def, of.clone())) {
                Some(known) => {
                    functions.push(*known);
                    gone.push(function.body.id.0);
                }
                None => {
                    functions.push(FunctionId(u32::try_from(next).unwrap_or(u32::MAX)));
                    next += 1;
                }
            }
        }
        to.gone = &gone;
        to.functions = (first_function, &functions);
        part.policies.iter_mut().for_each(|(_, policy)| to.policy(policy));
        for (.., function) in &mut part.functions {
            if gone.binary_search(&function.body.id.0).is_err() {
                to.expr(&mut function.body);
            }
        }
        to.locals = (part.first_local, local);
        part.rules.iter_mut().for_each(|rule| to.rule(rule));
        to.types_of(&mut part.locals);
        if to.lost {
            return false;
        }
        for (def, of, function) in part.functions {
            if !self.instances.contains_key(&(def, of.clone())) {
                self.adopt(def, of, function);
            }
        }
        for (_, ty) in &mut part.resolutions.types {
            *ty = to.ty(*ty);
        }
        let heights = (part.first..).zip(part.heights).filter(|(id, _)| gone.binary_search(id).is_err());
        self.heights.extend(heights.map(|(_, height)| height));
        self.next_expr = u32::try_from(self.heights.len()).unwrap_or(u32::MAX);
        self.diagnostics.append(&mut part.diagnostics);
        self.resolutions.uses.append(&mut part.resolutions.uses);
        self.resolutions.types.append(&mut part.resolutions.types);
        self.body.locals.append(&mut part.locals);
        open.rules.append(&mut part.rules);
        for (n, policy) in part.policies {
            if let Some(slot) = self.hir.policies.get_mut(n) {
                *slot = policy;
            }
        }
        true
    }
}

/// Whether what the second thread makes of some sources can be used.
#[cfg(test)]
pub(super) fn joins(inputs: &Inputs) -> bool {
    let work = || {
        let mut diagnostics = Vec::new();
        let defs = crate::names::resolve(inputs, &mut diagnostics);
        let mut checker = Checker::new(inputs, &defs, diagnostics);
        checker.declarations();
        let Some(cut) = checker.cut() else { return false };
        for n in 0..cut.policy {
            if let Some(mut open) = checker.open_policy(n) {
                checker.statements(&mut open, 0..usize::MAX);
                checker.close_policy(n, open);
            }
        }
        let Some(mut open) = checker.open_policy(cut.policy) else { return false };
        checker.statements(&mut open, 0..cut.statement);
        part(inputs, &defs).is_some_and(|part| checker.join(part, &mut open))
    };
    deep::run("test", work, || false)
}
