//! Calls of functions: arguments, type variables, instances.

use std::rc::Rc;
use std::sync::Arc;

use policy_syntax::{Location, ast};

use super::Checker;
use super::env::{Binding, Env, Lambda, Place};
use super::expr::{Typed, Want};
use super::functions::Signature;
use crate::diagnostics::names::Nearest;
use crate::diagnostics::types::{Reason, Types};
use crate::hir::{Arm, Expr, ExprKind, LocalId, LocalKind, MatchPattern, Pattern, PatternKind, Ty, TyKind};
use crate::names::nearest::nearest;
use crate::names::{DefId, DefKind, Import};
use crate::ty::{fit, subst};

/// What is called.
pub(crate) enum Callee {
    /// A function; of several the one that takes the first argument.
    Defs(Vec<DefId>),
}

/// An argument as it comes.
#[derive(Clone)]
pub(crate) enum Given {
    /// Still to be checked.
    Expr(ast::ExprId),
    /// Checked: a receiver, or what decided between functions of one name.
    Typed(Box<Typed>, ast::ExprId),
}

/// An argument in its place.
pub(crate) enum Slot {
    Value(Typed, ast::ExprId),
    Function(Rc<Lambda>),
    Default(ast::ExprId),
    Missing,
}

impl Checker<'_> {
    /// Whether some function takes a value of a type as its first argument.
    pub(crate) fn any_takes(&mut self, defs: &[DefId], ty: Ty) -> bool {
        defs.iter().any(|&d| self.takes(d, ty, false))
    }

    /// Whether a function takes a value as its first argument, as it stands or (`loosely`) converted.
    fn takes(&mut self, def: DefId, ty: Ty, loosely: bool) -> bool {
        let Some(signature) = self.signature(def) else { return false };
        let Some(param) = signature.params.first() else { return false };
        let mut vars = vec![None; signature.type_params.len()];
        subst::unify(&mut self.hir.types, param.ty, ty, &mut vars);
        let wanted = self.replaced(param.ty, &vars);
        let types = &self.hir.types;
        if fit::fits(types, ty, wanted) {
            return true;
        }
        let converts = matches!((types.kind(ty), types.kind(wanted)), (TyKind::Int(_), TyKind::Decimal));
        let base = self.base(ty);
        fit::projects(&self.hir.types, ty, wanted)
            || (loosely && converts)
            || (base != ty && fit::fits(&self.hir.types, base, wanted))
    }

    /// Calls a function.
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn call(
        &mut self,
        env: &Env,
        callee: Callee,
        name: &ast::Name,
        receiver: Option<(Typed, ast::ExprId)>,
        args: &[ast::Arg],
        want: Option<Want<'_>>,
        at: Location,
    ) -> Typed {
        let Callee::Defs(defs) = callee;
        let mut given: Vec<(Option<&ast::Name>, Given)> = Vec::new();
        if let Some((typed, id)) = receiver {
            given.push((None, Given::Typed(Box::new(typed), id)));
        }
        for arg in args {
            given.push((arg.name.as_ref(), Given::Expr(arg.value)));
        }
        let def = self.choose(env, &defs, &mut given);
        let Some(signature) = def.and_then(|d| self.signature(d)) else {
            return Typed::plain(self.error(at));
        };
        self.call_signature(env, &signature, name, given, want, at)
    }

    /// Calls a function with arguments that were checked; `id` is what stands for all of them.
    pub(crate) fn call_given(
        &mut self,
        env: &Env,
        defs: &[DefId],
        name: &ast::Name,
        (args, id): (Vec<Typed>, ast::ExprId),
        at: Location,
    ) -> Typed {
        let mut given: Vec<(Option<&ast::Name>, Given)> =
            args.into_iter().map(|typed| (None, Given::Typed(Box::new(typed), id))).collect();
        let def = self.choose(env, defs, &mut given);
        match def.and_then(|d| self.signature(d)) {
            Some(signature) => self.call_signature(env, &signature, name, given, None, at),
            None => Typed::plain(self.error(at)),
        }
    }

    /// Of functions of one name the one that takes the first argument.
    fn choose(
        &mut self,
        env: &Env,
        defs: &[DefId],
        given: &mut [(Option<&ast::Name>, Given)],
    ) -> Option<DefId> {
        let first = defs.first().copied();
        if defs.len() < 2 {
            return first;
        }
        let ty = match given.first_mut() {
            Some((None, slot)) => {
                if let Given::Expr(id) = *slot {
                    *slot = Given::Typed(Box::new(self.expr(env, id, None)), id);
                }
                match slot {
                    Given::Typed(typed, _) => typed.ty(),
                    Given::Expr(_) => return first,
                }
            }
            Some((Some(_), _)) | None => return first,
        };
        let exact = defs.iter().copied().find(|&d| self.takes(d, ty, false));
        exact.or_else(|| defs.iter().copied().find(|&d| self.takes(d, ty, true))).or(first)
    }

    /// Puts arguments into their places.
    fn slots(
        &mut self,
        env: &Env,
        signature: &Signature,
        name: &ast::Name,
        given: Vec<(Option<&ast::Name>, Given)>,
        at: Location,
    ) -> (Vec<Option<(usize, Given)>>, bool) {
        let mut slots: Vec<Option<(usize, Given)>> = vec![None; signature.params.len()];
        let (count, mut fine) = (given.len(), true);
        let mut spare = false;
        for (n, (arg_name, value)) in given.into_iter().enumerate() {
            let target = match arg_name {
                None => Some(n).filter(|&n| n < slots.len()),
                Some(arg) => {
                    let found = signature.params.iter().position(|p| p.name == arg.text);
                    if found.is_none() {
                        fine = false;
                        let params: Vec<String> =
                            signature.params.iter().map(|p| p.name.to_string()).collect();
                        let near = nearest(&arg.text, params.iter().map(String::as_str)).map(str::to_owned);
                        let finding = Types::UnknownArgument {
                            name: arg.text.to_string(),
                            function: name.text.to_string(),
                            params,
                            nearest: near.map(|name| Nearest { name, declared: None }),
                        };
                        self.report(self.at(env.module, arg.span), finding);
                        self.look_at(env, value);
                        continue;
                    }
                    found
                }
            };
            match target.and_then(|t| slots.get_mut(t)) {
                Some(slot @ None) => *slot = Some((n, value)),
                Some(Some(_)) => {
                    fine = false;
                    if let Some(arg) = arg_name {
                        let place = self.at(env.module, arg.span);
                        self.report(place, Types::DuplicateArgument { name: arg.text.to_string() });
                    }
                    self.look_at(env, value);
                }
                None => {
                    spare = true;
                    self.look_at(env, value);
                }
            }
        }
        let missing = slots
            .iter()
            .zip(&signature.params)
            .any(|(slot, param)| slot.is_none() && param.default.is_none());
        if spare || (missing && fine) {
            fine = false;
            let required = signature.params.iter().filter(|p| p.default.is_none()).count();
            let all = signature.params.len();
            let takes = if required == all { all.to_string() } else { format!("{required} to {all}") };
            let finding = Types::ArgumentCount {
                name: name.text.to_string(),
                takes,
                given: count,
                signature: signature.text.clone(),
            };
            self.report(at, finding);
        }
        (slots, fine && !missing)
    }

    fn look_at(&mut self, env: &Env, given: Given) {
        if let Given::Expr(id) = given {
            self.quietly_if_lambda(env, id);
        }
    }

    pub(crate) fn call_signature(
        &mut self,
        env: &Env,
        signature: &Rc<Signature>,
        name: &ast::Name,
        given: Vec<(Option<&ast::Name>, Given)>,
        want: Option<Want<'_>>,
        at: Location,
    ) -> Typed {
        let (slots, fine) = self.slots(env, signature, name, given, at);
        let mut vars: Vec<Option<Ty>> = vec![None; signature.type_params.len()];
        let order: Vec<usize> = slots.iter().flatten().map(|(n, _)| *n).collect();
        let in_order = order.is_sorted();
        let mut values: Vec<(usize, Slot)> = Vec::new();
        let mut broken = !fine;
        // Functions last: what they take follows from the other arguments.
        let mut functions: Vec<(usize, usize, Given)> = Vec::new();
        for (n, slot) in slots.into_iter().enumerate() {
            let Some(param) = signature.params.get(n) else { continue };
            match slot {
                None => values.push((usize::MAX, param.default.map_or(Slot::Missing, Slot::Default))),
                Some((order, given)) if matches!(self.kind(param.ty), TyKind::Function { .. }) => {
                    values.push((order, Slot::Missing));
                    functions.push((n, order, given));
                }
                Some((order, given)) => {
                    let typed = self.argument(env, signature, n, &given, &mut vars, name);
                    broken |= self.is_error(typed.ty());
                    let id = match given {
                        Given::Expr(id) | Given::Typed(_, id) => id,
                    };
                    values.push((order, Slot::Value(typed, id)));
                }
            }
        }
        for (n, order, given) in functions {
            let Some(param) = signature.params.get(n) else { continue };
            match self.function_argument(env, param.ty, &given, &mut vars, name) {
                Some(lambda) => {
                    if let Some(slot) = values.get_mut(n) {
                        *slot = (order, Slot::Function(lambda));
                    }
                }
                None => broken = true,
            }
        }
        self.widen_to(want, signature.result, &mut vars);
        if broken {
            let ty = self.replaced(signature.result, &vars);
            let open = subst::open(&self.hir.types, ty);
            let ty = if open { self.ty(TyKind::Error) } else { ty };
            return self.failed(ty, at);
        }
        let Some(types) = self.solved(signature, &vars, name, at) else {
            return Typed::plain(self.error(at));
        };
        self.assemble(env, signature, values, &types, in_order, at)
    }

    /// What the result is wanted as decides variables that no argument has.
    fn widen_to(&mut self, want: Option<Want<'_>>, result: Ty, vars: &mut [Option<Ty>]) {
        if let Some(want) = want
            && vars.iter().any(Option::is_none)
        {
            let mut found = vars.to_vec();
            subst::unify(&mut self.hir.types, result, want.ty, &mut found);
            for (var, found) in vars.iter_mut().zip(found) {
                *var = var.or(found);
            }
        }
    }

    /// Checks an argument that is no function; where its type has no variables left, against that.
    fn argument(
        &mut self,
        env: &Env,
        signature: &Signature,
        n: usize,
        given: &Given,
        vars: &mut [Option<Ty>],
        name: &ast::Name,
    ) -> Typed {
        let Some(param) = signature.params.get(n) else {
            return Typed::plain(self.error(Location::default()));
        };
        let ty = self.replaced(param.ty, vars);
        let closed = !subst::open(&self.hir.types, ty);
        let words = format!("`{name}` takes `{}` as its `{}`", self.show(ty), param.name);
        let declared = Some(param.location).filter(|l| l.file.0 < crate::world::FIRST_STD_FILE);
        let why = || match declared {
            Some(at) => Reason::at(words.clone(), at),
            None => Reason::here(words.clone()),
        };
        let want = Want { ty, why: &why };
        let (typed, id) = match given {
            Given::Typed(typed, id) => ((**typed).clone(), *id),
            Given::Expr(id) => (self.expr(env, *id, closed.then_some(want)), *id),
        };
        if closed {
            return self.assign_argument(env, id, typed, want);
        }
        subst::unify(&mut self.hir.types, param.ty, typed.ty(), vars);
        let solved = self.replaced(param.ty, vars);
        if subst::open(&self.hir.types, solved) && self.is_error(typed.ty()) {
            return typed;
        }
        let want = Want { ty: solved, why: &why };
        if subst::open(&self.hir.types, solved) && !self.same_head(typed.ty(), solved) {
            self.assign(env, id, typed, want)
        } else if subst::open(&self.hir.types, solved) {
            typed
        } else {
            self.assign_argument(env, id, typed, want)
        }
    }

    /// Whether two types are built by one constructor.
    fn same_head(&self, a: Ty, b: Ty) -> bool {
        let generic = |ty: Ty| self.hir.types.generic.get(&ty).map(|(def, _)| *def);
        std::mem::discriminant(self.kind(a)) == std::mem::discriminant(self.kind(b))
            && generic(a) == generic(b)
    }

    /// What the variables stand for, if that is known and fits their bounds.
    fn solved(
        &mut self,
        signature: &Signature,
        vars: &[Option<Ty>],
        name: &ast::Name,
        at: Location,
    ) -> Option<Vec<Ty>> {
        let mut types = Vec::new();
        for (param, var) in signature.type_params.iter().zip(vars) {
            let Some(ty) = *var else {
                let what = format!("nothing says what `{}` is in this call of `{name}`", param.name);
                self.report(at, Types::TypeVariable { what });
                return None;
            };
            if param.ordered && !fit::comparable(&self.hir.types, ty) {
                let ty = self.show(ty);
                let what = format!("`{name}` sorts or compares, and values of type `{ty}` have no order");
                self.report(at, Types::TypeVariable { what });
                return None;
            }
            types.push(ty);
        }
        Some(types)
    }

    /// Builds the call.
    fn assemble(
        &mut self,
        env: &Env,
        signature: &Rc<Signature>,
        values: Vec<(usize, Slot)>,
        types: &[Ty],
        in_order: bool,
        at: Location,
    ) -> Typed {
        let vars: Vec<Option<Ty>> = types.iter().copied().map(Some).collect();
        let result = self.replaced(signature.result, &vars);
        if let Some(from) = self.body.generic {
            self.generic_calls.push((from, signature.def));
            if signature.takes_functions || !types.is_empty() {
                // Its own check says what is wrong in it, and this call is compiled where it is made for real.
                return self.failed(result, at);
            }
        } else if self.cyclic.contains(&signature.def) {
            return self.failed(result, at);
        }
        if signature.takes_functions {
            return self.inline(signature, values, types, result, at);
        }
        let mut args: Vec<(usize, Expr)> = Vec::new();
        for (n, (order, slot)) in values.into_iter().enumerate() {
            let Some(param) = signature.params.get(n) else { continue };
            let ty = self.replaced(param.ty, &vars);
            let expr = match slot {
                Slot::Value(typed, id) => self.fitted(env, typed, id, ty),
                Slot::Default(id) => self.default_argument(signature, id, ty),
                Slot::Function(_) | Slot::Missing => self.error(at),
            };
            args.push((order, expr));
        }
        let mut bound: Vec<(usize, LocalId, Expr)> = Vec::new();
        if !in_order {
            for (order, arg) in &mut args {
                let (ty, location) = (arg.ty, arg.location);
                let local = self.local("$argument", ty, LocalKind::Bound, location);
                let place = self.node(ExprKind::Local(local), ty, location);
                bound.push((*order, local, std::mem::replace(arg, place)));
            }
            bound.sort_by_key(|(order, _, _)| *order);
        }
        let args: Vec<Expr> = args.into_iter().map(|(_, arg)| arg).collect();
        let kind = match signature.intrinsic {
            Some(intrinsic) => ExprKind::Intrinsic { intrinsic, args },
            None => ExprKind::Call { function: self.instance(signature.def, types.to_vec()), args },
        };
        let mut call = self.node(kind, result, at);
        for (_, local, value) in bound.into_iter().rev() {
            call = self.bound_eagerly(local, value, call);
        }
        Typed::plain(call)
    }

    /// An argument whose type was found late, made to fit.
    pub(crate) fn fitted(&mut self, env: &Env, typed: Typed, id: ast::ExprId, ty: Ty) -> Expr {
        let why = || Reason::here("the arguments together decide its type");
        self.assign_argument(env, id, typed, Want { ty, why: &why }).expr
    }

    /// The default of a parameter.
    pub(crate) fn default_argument(&mut self, signature: &Signature, id: ast::ExprId, ty: Ty) -> Expr {
        let env = Env::top(signature.module, Place::Constant);
        let why = || Reason::here("the parameter is declared so");
        self.muted += 1;
        let expr = self.check(&env, id, Want { ty, why: &why });
        self.muted -= 1;
        expr
    }

    /// `body` with `local` bound to `value`, which is evaluated first.
    pub(crate) fn bound_eagerly(&mut self, local: LocalId, value: Expr, body: Expr) -> Expr {
        let (ty, location) = (body.ty, body.location);
        let place = value.location;
        let arm = Arm {
            patterns: vec![MatchPattern::Any],
            bind: Some(Pattern { kind: PatternKind::Bind(local), location: place }),
            body,
            location: place,
        };
        self.node(ExprKind::Match { scrutinee: Box::new(value), arms: vec![arm] }, ty, location)
    }

    /// A function given as an argument, with what its result says of variables.
    fn function_argument(
        &mut self,
        env: &Env,
        ty: Ty,
        given: &Given,
        vars: &mut [Option<Ty>],
        name: &ast::Name,
    ) -> Option<Rc<Lambda>> {
        let Given::Expr(id) = *given else { return None };
        let location = self.place(env, id);
        let TyKind::Function { params, result } = self.kind(ty).clone() else { return None };
        let params: Vec<Ty> = params.iter().map(|&p| self.replaced(p, vars)).collect();
        if params.iter().any(|&p| subst::open(&self.hir.types, p)) {
            let what = format!("nothing says what this argument of `{name}` is called with");
            self.report(location, Types::TypeVariable { what });
            return None;
        }
        let wanted = self.replaced(result, vars);
        let wanted = (!subst::open(&self.hir.types, wanted)).then_some(wanted);
        let tree = self.ast(env.module);
        let lambda = match &tree.exprs[id].kind {
            ast::ExprKind::Lambda { .. } => Rc::new(Lambda { expr: id, env: env.clone(), location }),
            ast::ExprKind::Name(function) => match env.lookup(&function.text) {
                Some(Binding::Lambda(lambda)) => Rc::clone(lambda),
                Some(Binding::Abstract { ty, .. }) => {
                    if let TyKind::Function { result: found, .. } = *self.kind(*ty) {
                        subst::unify(&mut self.hir.types, result, found, vars);
                    }
                    return Some(Rc::new(Lambda { expr: id, env: env.clone(), location }));
                }
                Some(Binding::Local { .. } | Binding::InputField { .. } | Binding::Damaged) | None
                    if !self.is_function(env, &function.text) =>
                {
                    self.not_a_function(env, id, ty);
                    return None;
                }
                _ => Rc::new(Lambda { expr: id, env: env.clone(), location }),
            },
            _ => {
                self.not_a_function(env, id, ty);
                return None;
            }
        };
        let found = self.lambda_result(&lambda, &params, wanted)?;
        subst::unify(&mut self.hir.types, result, found, vars);
        Some(lambda)
    }

    fn is_function(&self, env: &Env, name: &str) -> bool {
        match self.defs.lookup(env.module, name) {
            Some(Import::Defs(defs)) => defs.iter().any(|&d| self.defs.get(d).kind == DefKind::Fn),
            Some(Import::Module(_) | Import::Broken) | None => false,
        }
    }

    fn not_a_function(&mut self, env: &Env, id: ast::ExprId, wanted: Ty) {
        let typed = self.expr(env, id, None);
        if self.is_error(typed.ty()) {
            return;
        }
        let finding = Types::Mismatch {
            wanted: self.show(wanted),
            found: self.show(typed.ty()),
            reason: Reason::here("this parameter is a function"),
            help: vec!["write a lambda: `x => …`".to_owned()],
            fixes: Vec::new(),
        };
        self.report(typed.expr.location, finding);
    }
}

/// A name without a place, for functions that are called without being written.
pub(crate) fn nameless(text: &Arc<str>) -> ast::Name {
    ast::Name { text: Arc::clone(text), span: policy_syntax::Span::at(0), style: ast::NameStyle::Plain }
}
