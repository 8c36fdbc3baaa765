//! Functions with function-typed parameters, and lambdas: both are gone in the typed representation.
//!
//! The body of such a function is checked again at each call, with its parameters bound to the arguments; where it
//! calls a parameter, the body of the lambda takes its place.

use std::rc::Rc;
use std::sync::Arc;

use policy_syntax::{Location, ast};

use super::Checker;
use super::call::{Slot, nameless};
use super::env::{Binding, Env, Lambda, Place};
use super::expr::{Typed, Want};
use super::functions::{Signature, type_vars};
use crate::diagnostics::names::Names;
use crate::diagnostics::types::{Reason, Types};
use crate::hir::{Expr, ExprKind, LocalId, LocalKind, Pattern, PatternKind, Ty, TyKind};
use crate::names::{DefKind, Import};

impl Checker<'_> {
    /// A call of a function that takes functions.
    pub(crate) fn inline(
        &mut self,
        signature: &Rc<Signature>,
        values: Vec<(usize, Slot)>,
        types: &[Ty],
        result: Ty,
        at: Location,
    ) -> Typed {
        let def = self.defs.get(signature.def);
        if self.body.inlining.contains(&signature.def) {
            let mut cycle: Vec<String> = self.body.inlining.iter().map(|&d| self.qualified(d)).collect();
            cycle.push(self.qualified(signature.def));
            let first = cycle.iter().position(|n| Some(n) == cycle.last()).unwrap_or(0);
            let cycle = cycle.split_off(first);
            let muted = std::mem::take(&mut self.muted);
            self.report(def.location, Names::Recursion { cycle });
            self.muted = muted;
            return self.failed(result, at);
        }
        if self.body.too_large() {
            let muted = std::mem::take(&mut self.muted);
            self.report(at, Types::TooHigh);
            self.muted = muted;
            return self.failed(result, at);
        }
        let inputs = self.inputs;
        let item = inputs.sources.get(def.module.index()).and_then(|s| s.ast.items.get(def.item));
        let Some(ast::ItemKind::Fn(decl)) = item.map(|i| &i.kind) else { return self.failed(result, at) };
        let std = self.source(signature.module).is_some_and(|s| s.std);
        let mut env = Env::top(signature.module, if std { Place::Code } else { Place::Function });
        env.type_vars = type_vars(signature, types);
        let vars: Vec<Option<Ty>> = types.iter().copied().map(Some).collect();
        let mut names: Vec<(Arc<str>, Binding)> = Vec::new();
        let mut bound: Vec<(usize, LocalId, Expr)> = Vec::new();
        for (n, (order, slot)) in values.into_iter().enumerate() {
            let Some(param) = signature.params.get(n) else { continue };
            let ty = self.replaced(param.ty, &vars);
            let value = match slot {
                Slot::Function(lambda) => {
                    names.push((Arc::clone(&param.name), Binding::Lambda(lambda)));
                    continue;
                }
                Slot::Value(typed, id) => self.fitted(&env, typed, id, ty),
                Slot::Default(id) => self.default_argument(signature, id, ty),
                Slot::Missing => self.error(at),
            };
            let location = value.location;
            let local = self.local(&param.name, ty, LocalKind::Bound, location);
            bound.push((order, local, value));
            let binding = Binding::Local { id: local, facts: None, value: None, location: param.location };
            names.push((Arc::clone(&param.name), binding));
        }
        bound.sort_by_key(|(order, _, _)| *order);
        let env = env.bind(names);
        self.body.inlining.push(signature.def);
        self.muted += 1;
        let mut body = self.fn_body(&env, &decl.body, result, &decl.name.text, None, at);
        self.muted -= 1;
        self.body.inlining.pop();
        for (_, local, value) in bound.into_iter().rev() {
            body = self.bound_eagerly(local, value, body);
        }
        Typed::plain(Expr { location: at, ..body })
    }

    /// What a lambda gives for arguments of these types; reports what is wrong in it.
    pub(crate) fn lambda_result(
        &mut self,
        lambda: &Rc<Lambda>,
        params: &[Ty],
        wanted: Option<Ty>,
    ) -> Option<Ty> {
        let locals = self.body.locals.len();
        let at = lambda.location;
        let args: Vec<Expr> = params
            .iter()
            .map(|&ty| {
                let local = self.local("$argument", ty, LocalKind::Bound, at);
                self.node(ExprKind::Local(local), ty, at)
            })
            .collect();
        let typed = self.apply(lambda, args, wanted, at);
        self.body.locals.truncate(locals);
        let ty = typed.ty();
        (!self.is_error(ty)).then_some(ty)
    }

    /// `p(args)` where `p` is a function-typed parameter that is inlined.
    pub(crate) fn call_lambda(
        &mut self,
        env: &Env,
        lambda: &Rc<Lambda>,
        args: &[ast::Arg],
        at: Location,
    ) -> Typed {
        let values: Vec<Expr> = args.iter().map(|arg| self.expr(env, arg.value, None).expr).collect();
        self.apply(lambda, values, None, at)
    }

    /// The body of a lambda with its parameters bound.
    fn apply(&mut self, lambda: &Rc<Lambda>, args: Vec<Expr>, wanted: Option<Ty>, at: Location) -> Typed {
        let tree = self.ast(lambda.env.module);
        match &tree.exprs[lambda.expr].kind {
            ast::ExprKind::Lambda { params, body } => {
                if params.len() != args.len() {
                    let finding = Types::ArgumentCount {
                        name: "this lambda".to_owned(),
                        takes: params.len().to_string(),
                        given: args.len(),
                        signature: self.source_of(&lambda.env, lambda.expr),
                    };
                    self.report(lambda.location, finding);
                    return Typed::plain(self.error(at));
                }
                let mut names = Vec::new();
                let mut bound: Vec<(Pattern, Expr)> = Vec::new();
                for (&param, arg) in params.iter().zip(args) {
                    let pattern = self.pattern(&lambda.env, param, arg.ty, LocalKind::Bound, &mut names);
                    bound.push((pattern, arg));
                }
                let inner = lambda.env.bind(names);
                let mut value = match wanted {
                    Some(ty) => {
                        let why = || Reason::here("that is what the function it is given to needs of it");
                        self.check(&inner, *body, Want { ty, why: &why })
                    }
                    None => self.expr(&inner, *body, None).expr,
                };
                for (pattern, arg) in bound.into_iter().rev() {
                    value = match pattern.kind {
                        PatternKind::Bind(local) => self.bound_eagerly(local, arg, value),
                        _ => self.taken_apart(pattern, arg, value),
                    };
                }
                Typed::plain(value)
            }
            ast::ExprKind::Name(name) => self.apply_name(lambda, name, args, at),
            _ => Typed::plain(self.error(at)),
        }
    }

    /// A function's name given as an argument.
    fn apply_name(&mut self, lambda: &Rc<Lambda>, name: &ast::Name, args: Vec<Expr>, at: Location) -> Typed {
        let env = &lambda.env;
        match env.lookup(&name.text).cloned() {
            Some(Binding::Lambda(inner)) => return self.apply(&inner, args, None, at),
            Some(Binding::Abstract { ty, .. }) => {
                let result = match self.kind(ty) {
                    TyKind::Function { result, .. } => *result,
                    _ => ty,
                };
                return self.failed(result, at);
            }
            Some(Binding::Local { .. } | Binding::InputField { .. } | Binding::Damaged) | None => {}
        }
        let Some(Import::Defs(defs)) = self.defs.lookup(env.module, &name.text) else {
            return Typed::plain(self.error(at));
        };
        let defs: Vec<_> = defs.into_iter().filter(|&d| self.defs.get(d).kind == DefKind::Fn).collect();
        let args = args.into_iter().map(Typed::plain).collect();
        self.call_given(env, &defs, &nameless(&name.text), (args, lambda.expr), at)
    }

    pub(crate) fn taken_apart(&mut self, pattern: Pattern, value: Expr, body: Expr) -> Expr {
        let (ty, location, place) = (body.ty, body.location, pattern.location);
        let arm = crate::hir::Arm {
            patterns: vec![crate::hir::MatchPattern::Any],
            bind: Some(pattern),
            body,
            location: place,
        };
        self.node(ExprKind::Match { scrutinee: Box::new(value), arms: vec![arm] }, ty, location)
    }

    /// `p(args)` in a function that is checked for itself.
    pub(crate) fn call_abstract(&mut self, env: &Env, ty: Ty, args: &[ast::Arg], at: Location) -> Typed {
        let TyKind::Function { params, result } = self.kind(ty).clone() else {
            return Typed::plain(self.error(at));
        };
        if params.len() != args.len() {
            let finding = Types::ArgumentCount {
                name: "this function".to_owned(),
                takes: params.len().to_string(),
                given: args.len(),
                signature: self.show(ty),
            };
            self.report(at, finding);
        }
        for (arg, &param) in args.iter().zip(&params) {
            let why = || Reason::here("the parameter is declared so");
            self.check(env, arg.value, Want { ty: param, why: &why });
        }
        self.failed(result, at)
    }
}
