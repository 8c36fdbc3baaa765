//! Checking: from trees to the typed representation.
//!
//! One [`Checker`] goes over all modules. Declarations are looked at when they are first needed and kept by their ids;
//! bodies wait in a queue, so that the depth of the checker's own recursion follows the height of one tree, never the
//! length of a chain of declarations.

// What is asked here is about a few of the many kinds of types and nodes, with one answer for all others: that the
// operator, the step or the literal does not take them. The places that must know every kind list them: `expr_kind`,
// the statements of policies and tests, `ty::fit`, `ty::show`, `finish::walk` and `finish::total`.
#![allow(clippy::wildcard_enum_match_arm)]

mod ahead;
mod alternatives;
mod annotations;
mod arithmetic;
mod assign;
mod attributes;
mod call;
mod calls;
mod casts;
mod collections;
mod compare;
mod constants;
mod control;
mod data;
mod descend;
mod elsewhere;
mod entities;
mod env;
mod exceptions;
mod expr;
mod facts;
mod fields;
mod fold;
mod functions;
mod generators;
mod globals;
mod heads;
mod include;
mod inline;
mod is;
mod items;
mod logic;
mod meant;
mod modes;
mod names;
mod narrow;
mod obligations;
mod patterns;
mod policy;
mod policy_calls;
mod probe;
mod property;
mod records;
mod rest;
mod rule;
mod rule_refs;
mod scope;
mod sequence;
mod stores;
mod test;
mod test_calls;
mod test_rows;
mod texts;
mod to_json;
mod transform;
mod type_decls;
pub(crate) mod union_types;
mod unions;
mod verdict;
mod with;

use std::collections::VecDeque;
use std::rc::Rc;
use std::thread;

use policy_syntax::ast::Ast;
use policy_syntax::{Diagnostic, FileId, Location, Span, ast};

use crate::checked::{Checked, CheckedModule, Resolutions};
use crate::diagnostics::Finding;
use crate::diagnostics::types::Types as TooHigh;
use crate::hash::{HashMap, HashSet};
use crate::hir::{
    DataId, EntityId, Expr, ExprId, ExprKind, FieldId, FunctionId, GlobalId, Hir, Local, LocalId, LocalKind,
    MAX_HEIGHT, ObligationId, PolicyId, RecordId, Ty, TyKind, UnionId,
};
use crate::names::{DefId, Defs, Inputs, ModuleId, Source};
use crate::ty::{builtin, show};

use ahead::{Ahead, Begun};
pub(crate) use functions::TypeVars;
pub(crate) use union_types::OTHER;
use union_types::{PendingUnion, UnionKey};

#[cfg(test)]
mod tests;

/// The greatest number of expressions that are being checked at one time, inlined functions included.
const MAX_NESTING: usize = 1500;

/// How many names are looked at for the nearest ones, all in all; who has more mistakes mends the first of them first.
const MAX_LOOKS: usize = 300_000;

/// The variables of the body that is being checked, and what inlining has cost so far.
#[derive(Debug, Default)]
pub(crate) struct Body {
    pub(crate) locals: Vec<Local>,
    /// The `let`s of a test that hold decisions, with the policies that made them.
    pub(crate) decisions: Vec<(LocalId, PolicyId)>,
    /// The values of a test's `let`s, with where they stand.
    pub(crate) values: Vec<(ast::ExprId, env::Env)>,
    /// Functions that are being inlined, outermost first.
    pub(crate) inlining: Vec<DefId>,
    /// Nodes that inlining has made.
    pub(crate) inlined: usize,
    /// The generic function that is checked for itself: what it is compiled to is thrown away.
    pub(crate) generic: Option<DefId>,
    /// Variables that were written as one variant of a union.
    pub(crate) made: HashMap<LocalId, u32>,
}

/// What is known of a type that has been asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TypeState {
    /// It is being looked at; asking again is a cycle.
    Busy,
    /// It is known.
    Known(Ty),
}

/// What is known of a module-level `let`.
#[derive(Clone, Copy, Debug)]
pub(crate) enum GlobalState {
    /// Its value is being checked.
    Busy,
    /// It is known.
    Known(GlobalId),
}

/// A default of a field, still to be checked.
#[derive(Clone, Debug)]
pub(crate) struct PendingDefault {
    pub(crate) record: RecordId,
    pub(crate) field: FieldId,
    pub(crate) module: ModuleId,
    pub(crate) value: ast::ExprId,
}

/// The state of checking.
pub(crate) struct Checker<'a> {
    pub(crate) inputs: &'a Inputs,
    pub(crate) defs: &'a Defs,
    pub(crate) hir: Hir,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) resolutions: Resolutions,
    /// What could stand where an editor asks.
    pub(crate) probed: Option<crate::probe::Probed>,
    /// The parameters whose names could stand there too.
    pub(crate) parameters: Vec<crate::probe::Candidate>,
    /// Where greater than zero, nothing is reported: the same text is checked again.
    pub(crate) muted: u32,
    pub(crate) nesting: usize,
    /// How many folds are being looked at only for the type of their state.
    pub(crate) guessing: u32,
    /// How many choices of alternatives were looked at.
    pub(crate) chosen: usize,
    /// Which alternative of each `a | b` is being looked at.
    pub(crate) choices: HashMap<policy_syntax::ast::PatternId, usize>,
    /// How many names may still be looked at for the nearest ones.
    looks: usize,
    /// How many `let`s of modules are being checked.
    pub(crate) waiting: usize,
    pub(crate) body: Body,
    next_expr: u32,
    /// The heights of nodes, by their ids.
    heights: Vec<u16>,

    /// Types by declaration and type arguments.
    pub(crate) named: HashMap<(DefId, Vec<Ty>), TypeState>,
    pub(crate) resolving: usize,
    /// How often each type was made with other arguments.
    pub(crate) instances_of_types: HashMap<DefId, u32>,
    pub(crate) pending_records: VecDeque<type_decls::PendingRecord>,
    pub(crate) pending_unions: VecDeque<PendingUnion>,
    /// Unions whose variants are known, still to be looked at for whether documents tell them apart.
    pub(crate) pending_shapes: VecDeque<UnionId>,
    pub(crate) pending_defaults: VecDeque<PendingDefault>,
    pub(crate) anonymous: HashMap<Vec<(String, Ty, bool)>, RecordId>,
    /// Entity types, by their declarations.
    pub(crate) entities: HashMap<DefId, EntityId>,
    pub(crate) anonymous_unions: HashMap<UnionKey, UnionId>,
    /// The module that declares a nominal type.
    pub(crate) homes: HashMap<TyKind, ModuleId>,

    pub(crate) signatures: HashMap<DefId, Rc<functions::Signature>>,
    pub(crate) instances: HashMap<(DefId, Vec<Ty>), FunctionId>,
    pub(crate) pending_functions: VecDeque<functions::Pending>,
    /// What generic functions, and those that take functions, call.
    pub(crate) generic_calls: Vec<(DefId, DefId)>,
    /// Those of them that need themselves; reported.
    pub(crate) cyclic: HashSet<DefId>,
    pub(crate) globals: HashMap<DefId, GlobalState>,
    pub(crate) data: HashMap<DefId, DataId>,
    pub(crate) policies: HashMap<DefId, PolicyId>,
    /// The heads of policies, by their ids.
    pub(crate) heads: Vec<Rc<heads::Head>>,
    pub(crate) obligations: HashMap<DefId, ObligationId>,
    /// How much there was once everything was declared.
    declared: Begun,
}

/// As many types of expressions are put in order on a thread of their own.
const MANY: usize = 8_192;

/// Checks everything.
pub(crate) fn run(inputs: &Inputs) -> Checked {
    run_on(inputs, ahead::worth_it(inputs))
}

/// Checks everything, on two threads where that is wanted. What comes out is the same.
fn run_on(inputs: &Inputs, two: bool) -> Checked {
    let mut diagnostics = inputs.diagnostics.clone();
    let defs = crate::names::resolve(inputs, &mut diagnostics);
    thread::scope(|scope| {
        let ahead = if two { Ahead::start(scope, inputs, &defs) } else { None };
        let mut checker = Checker::new(inputs, &defs, diagnostics);
        checker.declarations();
        checker.policies(ahead);
        checker.exceptions();
        checker.tests();
        checker.drain();
        checker.finish()
    })
}

impl<'a> Checker<'a> {
    fn new(inputs: &'a Inputs, defs: &'a Defs, diagnostics: Vec<Diagnostic>) -> Self {
        let mut hir = Hir::default();
        builtin::declare(&mut hir.types);
        Self {
            inputs,
            defs,
            hir,
            diagnostics,
            resolutions: Resolutions::default(),
            probed: None,
            parameters: Vec::new(),
            muted: 0,
            nesting: 0,
            guessing: 0,
            chosen: 0,
            choices: HashMap::default(),
            looks: MAX_LOOKS,
            waiting: 0,
            body: Body::default(),
            next_expr: 0,
            heights: Vec::new(),
            named: HashMap::default(),
            resolving: 0,
            instances_of_types: HashMap::default(),
            pending_records: VecDeque::new(),
            pending_unions: VecDeque::new(),
            pending_shapes: VecDeque::new(),
            pending_defaults: VecDeque::new(),
            anonymous: HashMap::default(),
            entities: HashMap::default(),
            anonymous_unions: HashMap::default(),
            homes: HashMap::default(),
            signatures: HashMap::default(),
            instances: HashMap::default(),
            pending_functions: VecDeque::new(),
            generic_calls: Vec::new(),
            cyclic: HashSet::default(),
            globals: HashMap::default(),
            data: HashMap::default(),
            policies: HashMap::default(),
            heads: Vec::new(),
            obligations: HashMap::default(),
            declared: Begun::default(),
        }
    }

    /// Everything that policies may need.
    fn declarations(&mut self) {
        self.modules();
        self.declare_entities();
        self.declare_policies();
        self.types();
        self.functions();
        self.globals();
        self.all_data();
        self.declared = self.begun();
    }

    fn modules(&mut self) {
        for source in &self.inputs.sources {
            let doc = docs(&source.ast.docs);
            self.hir.modules.push(crate::hir::Module {
                name: source.name.to_string(),
                file: source.file,
                doc,
            });
        }
    }

    /// Checks the bodies that wait, and those that they make wait.
    pub(crate) fn drain(&mut self) {
        while !self.inputs.stopped() {
            if let Some(pending) = self.pending_records.pop_front() {
                self.record_fields(&pending);
            } else if let Some(pending) = self.pending_unions.pop_front() {
                self.union_variants(&pending);
            } else if let Some(union) = self.pending_shapes.pop_front() {
                self.union_shapes(union);
            } else if let Some(pending) = self.pending_defaults.pop_front() {
                self.field_default(&pending);
            } else if let Some(pending) = self.pending_functions.pop_front() {
                self.function_body(&pending);
            } else {
                break;
            }
        }
    }

    fn finish(mut self) -> Checked {
        if self.inputs.stopped() {
            return Checked::default();
        }
        self.hir.expr_count = self.next_expr;
        let mut resolutions = std::mem::take(&mut self.resolutions);
        let settled = thread::scope(|scope| {
            // What editors ask about is put in order meanwhile, where it is much.
            let builder = thread::Builder::new().name("policy-sort".to_owned());
            let many = resolutions.types.len() >= MANY;
            let settling = many.then(|| builder.spawn_scoped(scope, || resolutions.settle()));
            crate::finish::finish(&mut self.hir, &mut self.diagnostics);
            settling.and_then(Result::ok).is_some_and(|settling| settling.join().is_ok())
        });
        if !settled {
            resolutions.settle();
        }
        policy_syntax::diagnostic::sort(&mut self.diagnostics);
        self.diagnostics.dedup();
        let modules = self.inputs.sources.iter().map(CheckedModule::from).collect();
        Checked { hir: self.hir, diagnostics: self.diagnostics, modules, resolutions, probed: self.probed }
    }

    /// The items that are looked at, with their declarations: those of the project's modules, or of the one that is asked
    /// about.
    pub(crate) fn items(&self) -> Vec<(ModuleId, usize, &'a ast::Item)> {
        self.all_items().into_iter().filter(|(module, _, _)| self.looks_at(*module)).collect()
    }

    /// Whether the items of a module are looked at.
    pub(crate) fn looks_at(&self, module: ModuleId) -> bool {
        let own = |file| self.source(module).is_some_and(|source| source.file == file);
        self.inputs.focus.file.is_none_or(own)
    }

    /// The items of the project's modules with their declarations: everything but `std`.
    pub(crate) fn all_items(&self) -> Vec<(ModuleId, usize, &'a ast::Item)> {
        let inputs = self.inputs;
        inputs
            .sources
            .iter()
            .enumerate()
            .filter(|(_, source)| !source.std || inputs.with_std)
            .flat_map(|(m, source)| {
                let module = ModuleId(u32::try_from(m).unwrap_or(u32::MAX));
                source.ast.items.iter().enumerate().map(move |(at, item)| (module, at, item))
            })
            .collect()
    }

    /// The declaration that an item makes under `name`, unless another was first.
    pub(crate) fn def_of(&self, module: ModuleId, item: usize, name: &str) -> Option<DefId> {
        self.defs.own(module, name).iter().copied().find(|&id| self.defs.get(id).item == item)
    }

    /// The item of a declaration.
    pub(crate) fn item_of(&self, def: DefId) -> Option<&'a ast::Item> {
        let def = self.defs.get(def);
        let inputs = self.inputs;
        inputs.sources.get(def.module.index()).and_then(|s| s.ast.items.get(def.item))
    }

    /// The source of a module.
    pub(crate) fn source(&self, module: ModuleId) -> Option<&'a Source> {
        let inputs = self.inputs;
        inputs.sources.get(module.index())
    }

    /// The tree of a module.
    pub(crate) fn ast(&self, module: ModuleId) -> &'a Ast {
        static EMPTY: std::sync::LazyLock<Ast> = std::sync::LazyLock::new(Ast::default);
        self.source(module).map_or(&EMPTY, |s| &s.ast)
    }

    /// The name of a module.
    pub(crate) fn module_name(&self, module: ModuleId) -> &'a str {
        self.source(module).map_or("", |s| &s.name)
    }

    /// A declaration's name with its module.
    pub(crate) fn qualified(&self, def: DefId) -> String {
        let def = self.defs.get(def);
        format!("{}.{}", self.module_name(def.module), def.name)
    }

    /// A place in a module.
    pub(crate) fn at(&self, module: ModuleId, span: Span) -> Location {
        Location::new(self.source(module).map_or(FileId::default(), |s| s.file), span)
    }

    /// The text below a place of a module.
    pub(crate) fn text(&self, module: ModuleId, span: Span) -> &'a str {
        self.source(module).map_or("", |s| span.text(&s.text))
    }

    /// Reports something.
    pub(crate) fn report(&mut self, at: Location, finding: impl Finding) {
        if self.muted == 0 {
            self.diagnostics.push(finding.render(at));
        }
    }

    /// Whether the nearest name of a module may be looked for once more.
    pub(crate) fn may_suggest(&mut self, module: ModuleId) -> bool {
        let names = self.defs.module(module).map_or(0, |m| m.own.len()) + self.defs.core.len();
        let may = self.looks >= names && self.muted == 0;
        self.looks = self.looks.saturating_sub(if may { names } else { 0 });
        may
    }

    /// Reports what another part has rendered.
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        if self.muted == 0 {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Notes that the name at `from` means what is bound at `to`.
    pub(crate) fn uses(&mut self, from: Location, to: Location) {
        if self.inputs.places {
            self.resolutions.uses.push((from, to));
        }
    }

    /// A node. Trees that grow too high are cut here, and reported.
    pub(crate) fn node(&mut self, mut kind: ExprKind, ty: Ty, location: Location) -> Expr {
        kind.tighten();
        let mut below = 0;
        crate::hir::walk::parts(&kind, &mut |part| {
            below = below.max(self.heights.get(part.id.index()).copied().unwrap_or(0));
        });
        let id = ExprId(self.next_expr);
        self.next_expr = self.next_expr.saturating_add(1);
        if usize::from(below) >= MAX_HEIGHT {
            self.heights.push(1);
            self.report(location, TooHigh::TooHigh);
            // Of no type, so that nothing more is said of it.
            let ty = self.ty(TyKind::Error);
            return Expr { id, kind: ExprKind::Error, ty, total: false, location };
        }
        self.heights.push(below + 1);
        Expr { id, kind, ty, total: false, location }
    }

    /// The node of what could not be checked.
    pub(crate) fn error(&mut self, location: Location) -> Expr {
        let ty = self.ty(TyKind::Error);
        self.node(ExprKind::Error, ty, location)
    }

    /// A type.
    pub(crate) fn ty(&mut self, kind: TyKind) -> Ty {
        self.hir.types.intern(kind)
    }

    /// The optional of a type.
    pub(crate) fn optional(&mut self, ty: Ty) -> Ty {
        if self.is_error(ty) { ty } else { self.ty(TyKind::Option(ty)) }
    }

    /// A type's kind.
    pub(crate) fn kind(&self, ty: Ty) -> &TyKind {
        self.hir.types.kind(ty)
    }

    /// Whether a type is that of what could not be checked.
    pub(crate) fn is_error(&self, ty: Ty) -> bool {
        matches!(self.kind(ty), TyKind::Error)
    }

    /// A type's text.
    pub(crate) fn show(&self, ty: Ty) -> String {
        show::show(&self.hir.types, ty)
    }

    /// A new variable of the body.
    pub(crate) fn local(&mut self, name: &str, ty: Ty, kind: LocalKind, location: Location) -> LocalId {
        let id = LocalId(u32::try_from(self.body.locals.len()).unwrap_or(u32::MAX));
        self.body.locals.push(Local { name: name.to_owned(), ty, kind, location });
        id
    }

    /// The type of a variable.
    pub(crate) fn local_ty(&mut self, id: LocalId) -> Ty {
        match self.body.locals.get(id.index()) {
            Some(local) => local.ty,
            None => self.ty(TyKind::Error),
        }
    }
}

impl From<&Source> for CheckedModule {
    fn from(source: &Source) -> Self {
        Self {
            name: source.name.to_string(),
            file: source.file,
            text: source.text.clone(),
            ast: source.ast.clone(),
            std: source.std,
        }
    }
}

/// The text of doc comments.
pub(crate) fn docs(docs: &[ast::Doc]) -> String {
    docs.iter().map(|d| d.text.as_ref()).collect::<Vec<&str>>().join("\n")
}
