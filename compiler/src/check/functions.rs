//! Functions: signatures, instances and bodies.

use std::rc::Rc;
use std::sync::Arc;

use policy_bytecode::IntrinsicId;
use policy_syntax::{Location, ast};

use super::env::{Binding, Env, Place};
use super::expr::Want;
use super::{Body, Checker, docs};
use crate::diagnostics::names::Names;
use crate::diagnostics::types::{Reason, Types};
use crate::finish::graph;
use crate::hash::HashMap;
use crate::hir::{Expr, ExprKind, Function, FunctionId, LocalKind, Ty, TyKind};
use crate::names::{DefId, DefKind, ModuleId};
use crate::ty::subst::RIGID;

/// The type variables that are in scope by name.
pub(crate) type TypeVars = Rc<HashMap<Arc<str>, Ty>>;

/// A type parameter of a signature; variable `n` is the `n`th.
#[derive(Clone, Debug)]
pub(crate) struct TypeParam {
    pub(crate) name: Arc<str>,
    /// Whether it stands only for types whose values can be sorted.
    pub(crate) ordered: bool,
}

/// A parameter of a signature.
#[derive(Clone, Debug)]
pub(crate) struct SigParam {
    pub(crate) name: Arc<str>,
    pub(crate) ty: Ty,
    pub(crate) default: Option<ast::ExprId>,
    pub(crate) location: Location,
}

/// What a function takes and gives.
#[derive(Clone, Debug)]
pub(crate) struct Signature {
    pub(crate) def: DefId,
    pub(crate) module: ModuleId,
    pub(crate) type_params: Vec<TypeParam>,
    pub(crate) params: Vec<SigParam>,
    pub(crate) result: Ty,
    /// Whether some parameter is a function: calls are inlined.
    pub(crate) takes_functions: bool,
    pub(crate) intrinsic: Option<IntrinsicId>,
    /// As written, for messages.
    pub(crate) text: String,
}

/// A body that waits to be checked.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    def: DefId,
    /// Where it goes; none where a generic function is checked for itself.
    id: Option<FunctionId>,
    /// What its type variables stand for.
    types: Vec<Ty>,
}

impl Checker<'_> {
    /// The signature of a function.
    pub(crate) fn signature(&mut self, id: DefId) -> Option<Rc<Signature>> {
        if let Some(signature) = self.signatures.get(&id) {
            return Some(Rc::clone(signature));
        }
        let def = self.defs.get(id);
        let Some(ast::ItemKind::Fn(decl)) = self.item_of(id).map(|item| &item.kind) else { return None };
        let module = def.module;
        let mut vars = HashMap::default();
        let mut type_params = Vec::new();
        for (n, param) in decl.type_params.iter().enumerate() {
            let ty = self.ty(TyKind::Var(u32::try_from(n).unwrap_or(RIGID - 1)));
            vars.insert(Arc::clone(&param.name.text), ty);
            let ordered = match &param.bound {
                None => false,
                Some(bound) if &*bound.text == "ordered" => true,
                Some(bound) => {
                    let at = self.at(module, bound.span);
                    let what = format!("`{bound}` is no bound of a type parameter");
                    self.report(
                        at,
                        Types::BadType { what, help: vec!["the only bound is `ordered`".to_owned()] },
                    );
                    false
                }
            };
            type_params.push(TypeParam { name: Arc::clone(&param.name.text), ordered });
        }
        let vars = Rc::new(vars);
        let mut params = Vec::new();
        for param in &decl.params {
            let ty = self.written_type(module, param.ty, &vars);
            let location = self.at(module, param.name.span);
            params.push(SigParam {
                name: Arc::clone(&param.name.text),
                ty,
                default: param.default,
                location,
            });
        }
        let result = match decl.result {
            Some(ty) => self.written_type(module, ty, &vars),
            None => {
                let what = format!("the result of `{}`", decl.name);
                self.report(def.location, Types::NeedsSignature { what });
                self.ty(TyKind::Error)
            }
        };
        if matches!(self.kind(result), TyKind::Function { .. }) {
            let what = "a function cannot be a result".to_owned();
            self.report(def.location, Types::BadType { what, help: Vec::new() });
        }
        let takes_functions = params.iter().any(|p| matches!(self.kind(p.ty), TyKind::Function { .. }));
        let end = decl.result.map_or(decl.name.span, |ty| self.ast(module).types[ty].span);
        let text = self.text(module, decl.name.span.to(end)).split_whitespace().collect::<Vec<_>>().join(" ");
        let signature = Rc::new(Signature {
            def: id,
            module,
            type_params,
            params,
            result,
            takes_functions,
            intrinsic: def.intrinsic,
            text,
        });
        self.signatures.insert(id, Rc::clone(&signature));
        Some(signature)
    }

    /// Checks all functions of the project.
    pub(crate) fn functions(&mut self) {
        let mut declared: Vec<(DefId, ModuleId)> = Vec::new();
        for (module, at, item) in self.items() {
            let ast::ItemKind::Fn(decl) = &item.kind else { continue };
            self.no_annotations(module, &item.annotations, "a function", &["allow"]);
            let Some(def) = self.def_of(module, at, &decl.name.text) else { continue };
            if self.defs.get(def).kind != DefKind::Fn || self.defs.get(def).intrinsic.is_some() {
                continue;
            }
            let Some(signature) = self.signature(def) else { continue };
            declared.push((def, module));
            if !signature.type_params.is_empty() || signature.takes_functions {
                let types = (0..signature.type_params.len())
                    .map(|n| self.ty(TyKind::Var(RIGID + u32::try_from(n).unwrap_or(0))))
                    .collect();
                self.function_body(&Pending { def, id: None, types });
            }
        }
        self.generic_cycles();
        for (def, _) in &declared {
            let Some(signature) = self.signature(*def) else { continue };
            if signature.type_params.is_empty() && !signature.takes_functions {
                self.instance(*def, Vec::new());
            }
        }
        self.drain();
    }

    /// Reports generic functions that need themselves; no instance is made of them, for there might be no end.
    fn generic_cycles(&mut self) {
        let mut edges: Vec<Vec<usize>> = vec![Vec::new(); self.defs.defs.len()];
        for (from, to) in &self.generic_calls {
            if let Some(out) = edges.get_mut(from.0 as usize) {
                out.push(to.0 as usize);
            }
        }
        let def = |n: usize| DefId(u32::try_from(n).unwrap_or(u32::MAX));
        for cycle in graph::cycles(&edges) {
            let mut names: Vec<String> = cycle.iter().map(|&n| self.qualified(def(n))).collect();
            names.extend(names.first().cloned());
            if let Some(&first) = cycle.first() {
                self.report(self.defs.get(def(first)).location, Names::Recursion { cycle: names });
            }
        }
        for component in graph::components(&edges) {
            let own = component.first().is_some_and(|n| edges.get(*n).is_some_and(|e| e.contains(n)));
            if component.len() > 1 || own {
                self.cyclic.extend(component.into_iter().map(def));
            }
        }
    }

    /// The instance of a function for what its type variables stand for.
    pub(crate) fn instance(&mut self, def: DefId, types: Vec<Ty>) -> FunctionId {
        let key = (def, types);
        if let Some(&id) = self.instances.get(&key) {
            return id;
        }
        let id = FunctionId(u32::try_from(self.hir.functions.len()).unwrap_or(u32::MAX));
        let mut name = self.qualified(def);
        if !key.1.is_empty() {
            let args: Vec<String> = key.1.iter().map(|&t| self.show(t)).collect();
            name = format!("{name}<{}>", args.join(", "));
        }
        let location = self.defs.get(def).location;
        let doc = self.item_of(def).map(|item| docs(&item.docs)).unwrap_or_default();
        let body = self.error(location);
        let result = body.ty;
        self.hir.functions.push(Function {
            name,
            locals: Vec::new(),
            params: 0,
            result,
            body,
            location,
            doc,
        });
        self.instances.insert(key.clone(), id);
        self.pending_functions.push_back(Pending { def, id: Some(id), types: key.1 });
        id
    }

    /// Takes over what [`Checker::instance`] made on another thread.
    pub(super) fn adopt(&mut self, def: DefId, types: Vec<Ty>, function: Function) {
        let id = FunctionId(u32::try_from(self.hir.functions.len()).unwrap_or(u32::MAX));
        self.hir.functions.push(function);
        self.instances.insert((def, types.clone()), id);
        self.pending_functions.push_back(Pending { def, id: Some(id), types });
    }

    /// Checks a body that waited.
    pub(crate) fn function_body(&mut self, pending: &Pending) {
        let Some(signature) = self.signature(pending.def) else { return };
        let inputs = self.inputs;
        let def = self.defs.get(pending.def);
        let item = inputs.sources.get(def.module.index()).and_then(|s| s.ast.items.get(def.item));
        let Some(ast::ItemKind::Fn(decl)) = item.map(|i| &i.kind) else { return };
        // A generic function is reported for itself; its instances would say the same again.
        let std = self.source(def.module).is_some_and(|s| s.std) && !self.inputs.with_std;
        let muted = pending.id.is_some() && !signature.type_params.is_empty() && !std;
        self.muted += u32::from(muted);
        let outer = std::mem::take(&mut self.body);
        self.body.generic = pending.id.is_none().then_some(pending.def);
        let vars: Vec<Option<Ty>> = pending.types.iter().copied().map(Some).collect();
        let place = if std { Place::Code } else { Place::Function };
        let mut env = Env::top(def.module, place);
        env.type_vars = type_vars(&signature, &pending.types);
        let mut names: Vec<(Arc<str>, Binding)> = Vec::new();
        let mut first: HashMap<Arc<str>, Location> = HashMap::default();
        for param in &signature.params {
            let ty = self.replaced(param.ty, &vars);
            let location = param.location;
            if let Some(&before) = first.get(&param.name) {
                let name = param.name.to_string();
                self.report(location, Names::Duplicate { name, first: before });
            }
            first.insert(Arc::clone(&param.name), location);
            let binding = if matches!(self.kind(ty), TyKind::Function { .. }) {
                Binding::Abstract { ty, location }
            } else {
                let id = self.local(&param.name, ty, LocalKind::Param, location);
                Binding::Local { id, facts: None, value: None, location }
            };
            names.push((Arc::clone(&param.name), binding));
            if let (Some(default), None) = (param.default, pending.id.filter(|_| muted)) {
                let top = Env::top(def.module, Place::Constant);
                let words = format!("the parameter `{}` is declared so", param.name);
                let why = || Reason::at(words.clone(), location);
                self.check(&top, default, Want { ty, why: &why });
            }
        }
        let env = env.bind(names);
        let params = u32::try_from(self.body.locals.len()).unwrap_or(u32::MAX);
        let result = self.replaced(signature.result, &vars);
        let result_at = decl.result.map(|ty| self.at(def.module, self.ast(def.module).types[ty].span));
        let body = self.fn_body(&env, &decl.body, result, &decl.name.text, result_at, def.location);
        let body_state = std::mem::replace(&mut self.body, outer);
        self.muted -= u32::from(muted);
        if let Some(slot) = pending.id.and_then(|id| self.hir.functions.get_mut(id.index())) {
            slot.locals = body_state.locals;
            slot.params = params;
            slot.result = result;
            slot.body = body;
        }
    }

    /// Checks what a function computes.
    pub(crate) fn fn_body(
        &mut self,
        env: &Env,
        body: &ast::FnBody,
        result: Ty,
        name: &str,
        result_at: Option<Location>,
        at: Location,
    ) -> Expr {
        let words = format!("`{name}` is declared to give this");
        let why = || match result_at {
            Some(at) => Reason::at(words.clone(), at),
            None => Reason::here(words.clone()),
        };
        let want = Want { ty: result, why: &why };
        match body {
            ast::FnBody::None => {
                let what = format!(
                    "`{name}` has no body; only the standard library may declare functions of the machine: this"
                );
                self.report(at, Types::BadType { what, help: vec!["write `= …`".to_owned()] });
                self.error(at)
            }
            ast::FnBody::Expr(id) => {
                let env = self.guarded_by(env, *id);
                self.check(&env, *id, want)
            }
            ast::FnBody::Block { lets, result } => {
                let mut env = env.clone();
                let mut out = Vec::new();
                for decl in lets {
                    let (next, let_) = self.let_(&env, decl);
                    env = next;
                    out.extend(let_);
                }
                let inner = self.guarded_by(&env, *result);
                let body = self.check(&inner, *result, want);
                let (ty, location) = (body.ty, body.location);
                if out.is_empty() {
                    return body;
                }
                self.node(ExprKind::Let { lets: out, body: Box::new(body) }, ty, location)
            }
        }
    }

    /// Where a condition can be guarded: only in front of a `Bool`.
    fn guarded_by(&self, env: &Env, _id: ast::ExprId) -> Env {
        env.guarded(None)
    }
}

/// The names of a signature's type parameters, with what they stand for.
pub(crate) fn type_vars(signature: &Signature, types: &[Ty]) -> TypeVars {
    Rc::new(signature.type_params.iter().map(|p| Arc::clone(&p.name)).zip(types.iter().copied()).collect())
}

impl Body {
    /// Whether inlining has made more than an item may hold.
    pub(crate) const fn too_large(&self) -> bool {
        self.inlined > 100_000
    }
}
