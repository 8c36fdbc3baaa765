//! What something depends on: the sources, and the nodes that may be evaluated for it.
//!
//! Everything that can change what is decided counts: functions, module-level `let`s and data that are used, policies that are asked
//! and included, the exceptions to them, and the types of all values with the defaults and readers that these have.

use std::collections::BTreeSet;

use policy_compiler::hir::walk::{all, effect_parts, text_parts};
use policy_compiler::hir::{
    Effect, ExpectKind, Expr, ExprId, ExprKind, Hir, Makeup, Presence, RecordId, Step, Test, Text, Ty,
};
use policy_syntax::{FileId, Location};

/// What something depends on, as far as it was followed.
pub(crate) struct Reach<'h> {
    hir: &'h Hir,
    files: BTreeSet<FileId>,
    nodes: BTreeSet<ExprId>,
    policies: BTreeSet<usize>,
    functions: BTreeSet<usize>,
    globals: BTreeSet<usize>,
    data: BTreeSet<usize>,
    types: BTreeSet<Ty>,
    /// What is still to be followed.
    exprs: Vec<&'h Expr>,
    kinds: Vec<Ty>,
}

impl<'h> Reach<'h> {
    fn new(hir: &'h Hir) -> Self {
        Self {
            hir,
            files: BTreeSet::new(),
            nodes: BTreeSet::new(),
            policies: BTreeSet::new(),
            functions: BTreeSet::new(),
            globals: BTreeSet::new(),
            data: BTreeSet::new(),
            types: BTreeSet::new(),
            exprs: Vec::new(),
            kinds: Vec::new(),
        }
    }

    /// What a policy depends on.
    pub(crate) fn of_policy(hir: &'h Hir, at: usize) -> Self {
        let mut this = Self::new(hir);
        this.policy(at);
        this.follow();
        this
    }

    /// What a test depends on.
    pub(crate) fn of_test(hir: &'h Hir, test: &'h Test) -> Self {
        let mut this = Self::new(hir);
        this.files.insert(test.location.file);
        this.text(&test.name);
        this.exprs.extend(test.rows.iter().map(|rows| &rows.source));
        for step in &test.steps {
            match step {
                Step::Given(given) => this.exprs.push(&given.value),
                Step::Let(one) => this.exprs.push(&one.value),
                Step::Expect(expect) => match &expect.kind {
                    ExpectKind::Holds(e) => this.exprs.push(e),
                    ExpectKind::Decision { policy, input, params, .. } => {
                        this.exprs.push(input);
                        this.exprs.extend(params.iter().map(|(_, value)| value));
                        this.policy(policy.index());
                    }
                },
            }
        }
        this.follow();
        this
    }

    /// The sources.
    pub(crate) const fn files(&self) -> &BTreeSet<FileId> {
        &self.files
    }

    /// Whether a node may be evaluated.
    pub(crate) fn evaluates(&self, id: ExprId) -> bool {
        self.nodes.contains(&id)
    }

    /// Whether a policy is asked, or included.
    pub(crate) fn asks(&self, policy: usize) -> bool {
        self.policies.contains(&policy)
    }

    fn text(&mut self, text: &'h Text) {
        text_parts(text, &mut |value| self.exprs.push(value));
    }

    fn policy(&mut self, at: usize) {
        let hir = self.hir;
        let Some(policy) = hir.policies.get(at).filter(|_| self.policies.insert(at)) else { return };
        self.files.insert(policy.location.file);
        self.kinds.push(policy.input);
        self.exprs.extend(policy.params.iter().filter_map(|param| param.default.as_ref()));
        self.exprs.extend(policy.applies.iter().chain(&policy.mode));
        self.exprs.extend(policy.lets.iter().map(|one| &one.value));
        self.kinds.extend(policy.locals.iter().map(|local| local.ty));
        for rule in &policy.rules {
            self.exprs.extend(rule.generators.iter().map(|generator| &generator.source));
            self.exprs.extend(rule.when.iter().chain(&rule.that).chain(&rule.details).chain(&rule.mode));
            effect_parts(&rule.effect, &mut |part| self.exprs.push(part));
            rule.because.iter().chain(&rule.fix).for_each(|text| self.text(text));
            if let Effect::Include(include) = &rule.effect {
                self.policy(include.policy.index());
            }
            if let Effect::Oblige { obligation, .. } = &rule.effect
                && let Some(obligation) = hir.obligations.get(obligation.index())
            {
                self.files.insert(obligation.location.file);
                self.kinds.push(obligation.payload);
            }
        }
        for exception in hir.exceptions.iter().filter(|one| one.policy.index() == at) {
            self.files.insert(exception.location.file);
            self.exprs.extend(&exception.when);
            exception.because.iter().for_each(|text| self.text(text));
        }
    }

    fn follow(&mut self) {
        loop {
            if let Some(root) = self.exprs.pop() {
                all(root, &mut |e| self.node(e));
            } else if let Some(ty) = self.kinds.pop() {
                self.ty(ty);
            } else {
                return;
            }
        }
    }

    fn node(&mut self, e: &'h Expr) {
        let hir = self.hir;
        self.files.insert(e.location.file);
        self.nodes.insert(e.id);
        self.kinds.push(e.ty);
        if let ExprKind::Call { function, .. } = &e.kind {
            let at = function.index();
            if let Some(function) = hir.functions.get(at).filter(|_| self.functions.insert(at)) {
                self.files.insert(function.location.file);
                self.exprs.push(&function.body);
            }
        } else if let ExprKind::Global(global) = &e.kind {
            let at = global.index();
            if let Some(global) = hir.globals.get(at).filter(|_| self.globals.insert(at)) {
                self.files.insert(global.location.file);
                self.exprs.push(&global.value);
            }
        } else if let ExprKind::Data(item) = &e.kind {
            let at = item.index();
            if let Some(item) = hir.data.get(at).filter(|_| self.data.insert(at)) {
                self.files.insert(item.location.file);
                self.kinds.push(item.ty);
                self.exprs.extend(&item.default);
            }
        } else if let ExprKind::Decide { policy, .. } = &e.kind {
            self.policy(policy.index());
        }
    }

    fn ty(&mut self, ty: Ty) {
        if !self.types.insert(ty) {
            return;
        }
        let types = &self.hir.types;
        match types.kind(ty).makeup() {
            Makeup::Option(inner) | Makeup::List(inner) | Makeup::Set(inner) => self.kinds.push(inner),
            Makeup::Map(key, value) => self.kinds.extend([key, value]),
            Makeup::Tuple(parts) => self.kinds.extend(parts),
            Makeup::Record(id) => self.record(id),
            Makeup::Enum(id) => self.declared(types.enumeration(id).map(|def| def.location)),
            Makeup::Union(id) => {
                let Some(def) = types.union(id) else { return };
                self.files.insert(def.location.file);
                self.kinds.extend(def.variants.iter().map(|variant| variant.payload));
            }
            Makeup::Entity(ids) => {
                for def in ids.iter().filter_map(|id| types.entity(*id)) {
                    self.files.insert(def.location.file);
                    self.record(def.attributes);
                }
            }
            Makeup::Read(id) => {
                let Some(def) = types.read(id) else { return };
                self.files.insert(def.location.file);
                self.kinds.extend([def.base, def.from]);
                let at = def.function.index();
                let function = self.hir.functions.get(at).filter(|_| self.functions.insert(at));
                self.declared(function.map(|function| function.location));
                self.exprs.extend(function.map(|function| &function.body));
            }
            Makeup::Scalar | Makeup::Text | Makeup::Json | Makeup::Nothing => {}
        }
    }

    fn record(&mut self, id: RecordId) {
        let Some(def) = self.hir.types.record(id) else { return };
        self.files.insert(def.location.file);
        for field in &def.fields {
            self.kinds.push(field.ty);
            if let Presence::Default(value) = &field.presence {
                self.exprs.push(value);
            }
        }
    }

    fn declared(&mut self, at: Option<Location>) {
        self.files.extend(at.map(|at| at.file));
    }
}
