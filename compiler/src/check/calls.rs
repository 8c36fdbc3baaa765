//! What a name in front of `.` or `(` means: a module, a type, a function; and method calls.

use policy_syntax::{Location, ast};

use super::Checker;
use super::call::Callee;
use super::descend::descent;
use super::elsewhere;
use super::env::{Binding, Env};
use super::expr::{Typed, Want};
use super::fields::Chain;
use crate::diagnostics::names::{Names, Nearest};
use crate::hir::{Aggregate, EnumId, Ty, TyKind};
use crate::names::nearest::nearest;
use crate::names::{DefId, DefKind, Import, ModuleId};

/// What a name at the start of a chain stands for.
enum Head {
    Module(ModuleId),
    Defs(Vec<DefId>),
    Outcome,
}

/// The words that are calls with a meaning of their own, unless something else has their name.
pub(crate) fn aggregate(name: &str) -> Option<Aggregate> {
    match name {
        "count" => Some(Aggregate::Count),
        "sum" => Some(Aggregate::Sum),
        "min" => Some(Aggregate::Min),
        "max" => Some(Aggregate::Max),
        "avg" => Some(Aggregate::Avg),
        _ => None,
    }
}

impl Checker<'_> {
    /// The value of a chain's beginning, where that is a name that is no value: `f(x)`, `module.f(x)`, `Enum.variant`.
    pub(crate) fn static_prefix<'s>(
        &mut self,
        env: &Env,
        chain: Chain<'s>,
        want: Option<Want<'_>>,
    ) -> Option<(Typed, Chain<'s>)> {
        let tree = self.ast(env.module);
        let base = &tree.exprs[chain.base];
        let ast::ExprKind::Name(name) = &base.kind else { return None };
        let step = chain.steps.first()?;
        let at = chain.to(step.span);
        if let ast::StepKind::Call { args } = &step.kind {
            return Some((self.call_name(env, name, args, want, at), chain.rest()));
        }
        if env.lookup(&name.text).is_some() {
            return None;
        }
        let head = match self.defs.lookup(env.module, &name.text) {
            Some(Import::Module(module)) => Head::Module(module),
            Some(Import::Defs(defs)) if defs.iter().all(|&d| self.defs.get(d).kind.is_type()) => {
                Head::Defs(defs)
            }
            Some(Import::Defs(_) | Import::Broken) => return None,
            None if &*name.text == "Outcome" => Head::Outcome,
            None => return None,
        };
        match head {
            Head::Module(module) => Some(self.module_member(env, module, chain, want)),
            Head::Defs(defs) => {
                let def = defs.first().copied()?;
                self.uses(self.at(env.module, name.span), self.defs.get(def).location);
                Some(self.type_member(env, def, chain))
            }
            Head::Outcome => {
                let outcome = self.hir.types.builtins.map(|b| b.outcome)?;
                Some(self.enum_member(env, outcome, chain))
            }
        }
    }

    /// `m.x`, `m.f(…)`, `m.Enum.variant`.
    fn module_member<'s>(
        &mut self,
        env: &Env,
        module: ModuleId,
        chain: Chain<'s>,
        want: Option<Want<'_>>,
    ) -> (Typed, Chain<'s>) {
        let Some(step) = chain.steps.first() else {
            return (Typed::plain(self.error(chain.start)), chain);
        };
        let at = chain.to(step.span);
        let rest = chain.rest();
        let name = match &step.kind {
            ast::StepKind::Field { name, .. } | ast::StepKind::Method { name, .. } => name,
            ast::StepKind::Index { .. } | ast::StepKind::Call { .. } | ast::StepKind::With(_) => {
                let finding = Names::WrongKind {
                    name: self.module_name(module).to_owned(),
                    is: "a module",
                    wanted: "a value",
                    declared: None,
                };
                self.report(chain.start, finding);
                return (Typed::plain(self.error(at)), rest);
            }
        };
        if self.asks_about(self.at(env.module, name.span)) {
            self.probe_module(module);
        }
        let Some(defs) = self.public_of(env, module, name) else {
            return (Typed::plain(self.error(at)), rest);
        };
        let Some(first) = defs.first().copied() else { return (Typed::plain(self.error(at)), rest) };
        let kind = self.defs.get(first).kind;
        match &step.kind {
            ast::StepKind::Method { args, .. } if kind == DefKind::Fn => {
                (self.call(env, Callee::Defs(defs), name, None, args, want, at), rest)
            }
            ast::StepKind::Method { args, .. } if kind == DefKind::Entity => {
                (self.entity_call(env, first, args, at), rest)
            }
            ast::StepKind::Method { args, .. } if kind == DefKind::Policy => {
                (self.policy_call(env, first, args, at), rest)
            }
            ast::StepKind::Field { .. } if kind.is_type() && !rest.steps.is_empty() => {
                self.type_member(env, first, rest)
            }
            _ if kind.is_type() || matches!(kind, DefKind::Fn | DefKind::Policy) => {
                (self.not_a_value(first, &name.text, at), rest)
            }
            _ => (self.def_value(env, first, at), rest),
        }
    }

    /// What a module declares under a name, if public.
    fn public_of(&mut self, env: &Env, module: ModuleId, name: &ast::Name) -> Option<Vec<DefId>> {
        let at = self.at(env.module, name.span);
        let own = self.defs.own(module, &name.text).to_vec();
        let Some(first) = own.first().map(|&d| self.defs.get(d)) else {
            if !name.is_missing() {
                let names: Vec<&str> = self.values_in(module);
                let near = nearest(&name.text, names).map(|n| Nearest { name: n.to_owned(), declared: None });
                let module = self.module_name(module).to_owned();
                self.report(at, Names::NotInModule { name: name.text.to_string(), module, nearest: near });
            }
            return None;
        };
        self.uses(at, first.location);
        if !first.public && module != env.module {
            let finding = Names::Private {
                name: name.text.to_string(),
                module: self.module_name(module).to_owned(),
                declared: first.location,
            };
            self.report(at, finding);
        }
        Some(own)
    }

    /// `Enum.variant`.
    fn type_member<'s>(&mut self, env: &Env, def: DefId, chain: Chain<'s>) -> (Typed, Chain<'s>) {
        let ty = self.named_type(def, Vec::new(), chain.start);
        match *self.kind(ty) {
            TyKind::Enum(id) => self.enum_member(env, id, chain),
            TyKind::Error => (Typed::plain(self.error(chain.start)), chain.rest()),
            _ => {
                let name = self.defs.get(def).name.clone();
                (self.not_a_value(def, &name, chain.start), chain.rest())
            }
        }
    }

    fn enum_member<'s>(&mut self, env: &Env, id: EnumId, chain: Chain<'s>) -> (Typed, Chain<'s>) {
        let Some(ast::Step { kind: ast::StepKind::Field { name, .. }, span }) = chain.steps.first() else {
            let ty = self.ty(TyKind::Enum(id));
            let finding =
                Names::WrongKind { name: self.show(ty), is: "an enum", wanted: "a value", declared: None };
            self.report(chain.start, finding);
            return (Typed::plain(self.error(chain.start)), chain.rest());
        };
        let at = chain.to(*span);
        if self.asks_about(self.at(env.module, name.span)) {
            let ty = self.ty(TyKind::Enum(id));
            self.probe_variants(ty);
        }
        let value = match self.variant(id, &name.text) {
            Some(variant) => self.variant_value(id, variant, at),
            None => {
                if !name.is_missing() {
                    self.unknown_variant(id, &name.text, self.at(env.module, name.span));
                }
                let ty = self.ty(TyKind::Enum(id));
                self.failed(ty, at)
            }
        };
        (value, chain.rest())
    }

    /// Reports a variant that an enum does not have.
    pub(crate) fn unknown_variant(&mut self, id: EnumId, name: &str, at: Location) {
        let ty = self.ty(TyKind::Enum(id));
        let of = self.show(ty);
        let variants: Vec<String> = self
            .hir
            .types
            .enumeration(id)
            .map(|e| e.variants.iter().map(|v| v.name.clone()).collect())
            .unwrap_or_default();
        let near = nearest(name, variants.iter().map(String::as_str)).map(str::to_owned);
        let nearest = near.map(|name| Nearest { name, declared: None });
        self.report(at, Names::UnknownVariant { name: name.to_owned(), of, variants, nearest });
    }

    /// `f(…)` with a bare name.
    fn call_name(
        &mut self,
        env: &Env,
        name: &ast::Name,
        args: &[ast::Arg],
        want: Option<Want<'_>>,
        at: Location,
    ) -> Typed {
        let name_at = self.at(env.module, name.span);
        match env.lookup(&name.text).cloned() {
            Some(Binding::Lambda(lambda)) => return self.call_lambda(env, &lambda, args, at),
            Some(Binding::Abstract { ty, location }) => {
                self.uses(name_at, location);
                return self.call_abstract(env, ty, args, at);
            }
            Some(Binding::Damaged) => return Typed::plain(self.error(at)),
            Some(Binding::Local { .. } | Binding::InputField { .. }) | None => {}
        }
        match self.defs.lookup(env.module, &name.text) {
            Some(Import::Broken) => {
                for arg in args {
                    self.quietly_if_lambda(env, arg.value);
                }
                Typed::plain(self.error(at))
            }
            Some(Import::Defs(defs)) => {
                let first = defs.first().copied();
                let kind = first.map(|d| self.defs.get(d).kind);
                if let Some(first) = first {
                    self.uses(name_at, self.defs.get(first).location);
                }
                match (kind, first) {
                    (Some(DefKind::Fn), _) => self.call(env, Callee::Defs(defs), name, None, args, want, at),
                    (Some(DefKind::Policy), Some(def)) => self.policy_call(env, def, args, at),
                    (Some(DefKind::Entity), Some(def)) => self.entity_call(env, def, args, at),
                    (Some(DefKind::Damaged), _) | (None, _) | (Some(DefKind::Entity), None) => {
                        Typed::plain(self.error(at))
                    }
                    (Some(kind), def) => {
                        for arg in args {
                            self.quietly_if_lambda(env, arg.value);
                        }
                        let finding = Names::WrongKind {
                            name: name.text.to_string(),
                            is: kind.words(),
                            wanted: "a function",
                            declared: def.map(|d| self.defs.get(d).location),
                        };
                        self.report(name_at, finding);
                        Typed::plain(self.error(at))
                    }
                }
            }
            Some(Import::Module(_)) | None => {
                if let Some(typed) = self.call_word(env, name, args, want, at) {
                    return typed;
                }
                for arg in args {
                    self.quietly_if_lambda(env, arg.value);
                }
                if !name.is_missing() {
                    self.unknown_function(env, name, None);
                }
                Typed::plain(self.error(at))
            }
        }
    }

    /// Calls of words of the language: `count(…)`, and in tests `fixture(…)`.
    fn call_word(
        &mut self,
        env: &Env,
        name: &ast::Name,
        args: &[ast::Arg],
        want: Option<Want<'_>>,
        at: Location,
    ) -> Option<Typed> {
        if let Some(aggregate) = aggregate(&name.text) {
            return Some(self.aggregate_call(env, aggregate, name, args, want, at));
        }
        if &*name.text == "to_json"
            && let [ast::Arg { name: None, value }] = args
        {
            let typed = self.expr(env, *value, None);
            return Some(self.json_of(env, (typed, *value), at));
        }
        if let Some(paths) = descent(&name.text)
            && let Some((first, rest)) = args.split_first()
        {
            let value = self.expr(env, first.value, None);
            return Some(self.descend(env, (value, first.value), rest, paths, at));
        }
        self.fixture_call(env, name, args, at)
    }

    pub(crate) fn unknown_function(&mut self, env: &Env, name: &ast::Name, receiver: Option<Ty>) {
        if !self.may_suggest(env.module) {
            let (receiver, name_at) = (receiver.map(|ty| self.show(ty)), self.at(env.module, name.span));
            let name = name.text.to_string();
            return self.report(
                name_at,
                Names::UnknownFunction { name, receiver, nearest: None, import: None, instead: None },
            );
        }
        let mut candidates: Vec<&str> = self
            .defs
            .names_in(env.module)
            .into_iter()
            .filter(|n| match self.defs.lookup(env.module, n) {
                Some(Import::Defs(defs)) => {
                    defs.iter().any(|&d| matches!(self.defs.get(d).kind, DefKind::Fn | DefKind::Policy))
                }
                Some(Import::Module(_) | Import::Broken) | None => false,
            })
            .collect();
        candidates.extend(["count", "sum", "min", "max", "avg", "descend", "descend_paths", "to_json"]);
        if let Some(home) = receiver.and_then(|ty| self.home(ty)) {
            candidates.extend(self.values_in(home));
        }
        let near = nearest(&name.text, candidates).map(str::to_owned);
        let declared = near.as_deref().and_then(|n| self.declared_in(env, n));
        let import = if near.is_none() { self.module_with(&name.text, false) } else { None };
        let finding = Names::UnknownFunction {
            name: name.text.to_string(),
            receiver: receiver.map(|ty| self.show(ty)),
            nearest: near.map(|name| Nearest { name, declared }),
            import,
            instead: receiver.and_then(|ty| elsewhere::function(&name.text, self.kind(self.present(ty)))),
        };
        self.report(self.at(env.module, name.span), finding);
    }

    /// The module that declares a type, where methods are found.
    pub(crate) fn home(&self, ty: Ty) -> Option<ModuleId> {
        let kind = self.kind(ty);
        if let Some(home) = self.homes.get(kind) {
            return Some(*home);
        }
        let name = match kind {
            TyKind::List { .. } => "List",
            TyKind::Set { .. } => "Set",
            TyKind::Map { .. } => "Map",
            TyKind::Int(_) => "Int",
            TyKind::Read(_) => return self.home(self.base(ty)),
            other => crate::ty::builtin::name(other)?,
        };
        let module = policy_stdlib::home(name)?;
        self.defs.by_name.get(module).copied()
    }

    /// `value.name(args)`.
    pub(crate) fn method(
        &mut self,
        env: &Env,
        value: Typed,
        chain: Chain<'_>,
        name: &ast::Name,
        args: &[ast::Arg],
        at: Location,
    ) -> Typed {
        let name_at = self.at(env.module, name.span);
        let receiver = self.present(value.ty());
        let mut found: Vec<DefId> = Vec::new();
        if let Some(Import::Defs(defs)) = self.defs.lookup(env.module, &name.text) {
            found.extend(defs.iter().filter(|&&d| self.defs.get(d).kind == DefKind::Fn));
        }
        let mut tys = vec![receiver];
        if self.base(receiver) != receiver {
            tys.push(self.base(receiver));
        }
        // The module that declares the type, where nothing in scope takes such a value.
        if !self.any_takes(&found, value.ty()) {
            for home in tys.into_iter().filter_map(|ty| self.home(ty)) {
                let own = self.defs.own(home, &name.text);
                let public = own.iter().filter(|&&d| {
                    let def = self.defs.get(d);
                    def.kind == DefKind::Fn && (def.public || home == env.module)
                });
                let public: Vec<DefId> = public.copied().filter(|d| !found.contains(d)).collect();
                found.extend(public);
            }
        }
        if found.is_empty() {
            if let Some(aggregate) = aggregate(&name.text)
                && args.is_empty()
                && !self.is_option(value.ty())
            {
                return self.aggregate_of(env, aggregate, value, chain.base, at);
            }
            if &*name.text == "to_json" && args.is_empty() && !self.is_option(value.ty()) {
                return self.json_of(env, (value, chain.base), at);
            }
            if let Some(paths) = descent(&name.text)
                && !self.is_option(value.ty())
            {
                return self.descend(env, (value, chain.base), args, paths, at);
            }
            for arg in args {
                self.quietly_if_lambda(env, arg.value);
            }
            if self.is_option(value.ty())
                && let Some(step) = chain.steps.first()
            {
                self.optional_step(env, &value, chain, step);
            } else if !name.is_missing() {
                self.unknown_function(env, name, Some(value.ty()));
            }
            return Typed::plain(self.error(at));
        }
        if let Some(first) = found.first() {
            self.uses(name_at, self.defs.get(*first).location);
        }
        // An optional receiver of a function that takes a present one is a step on what may be absent.
        if self.is_option(value.ty())
            && !self.any_takes(&found, value.ty())
            && self.any_takes(&found, receiver)
            && let Some(step) = chain.steps.first()
        {
            self.optional_step(env, &value, chain, step);
            for arg in args {
                self.quietly_if_lambda(env, arg.value);
            }
            return Typed::plain(self.error(at));
        }
        self.call(env, Callee::Defs(found), name, Some((value, chain.base)), args, None, at)
    }
}
