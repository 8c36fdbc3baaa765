//! `p(e, max: 5)`: a policy with what it decides on, in tests and in other policies.

use policy_syntax::{Location, ast};

use super::Checker;
use super::env::Env;
use super::expr::{Typed, Want};
use super::heads::{Head, HeadParam};
use crate::diagnostics::composition::Composition;
use crate::diagnostics::names::Nearest;
use crate::diagnostics::policies::Policies;
use crate::diagnostics::types::{Reason, Types};
use crate::hir::walk;
use crate::hir::{Expr, ExprKind, LocalId, TyKind};
use crate::names::DefId;
use crate::names::nearest::nearest;

/// Who calls a policy.
#[derive(Clone, Copy)]
pub(crate) enum Caller<'c> {
    /// A test, which may give a document of `Json`.
    Test,
    /// A policy, with the variables that follow from its input: parameters must not mention them.
    Policy(&'c [LocalId]),
}

/// What a policy is called with.
pub(crate) struct Arguments {
    pub(crate) input: Expr,
    pub(crate) params: Vec<(LocalId, Expr)>,
}

impl Checker<'_> {
    /// `P(x, max: 5)`: a decision, in tests.
    pub(crate) fn policy_call(&mut self, env: &Env, def: DefId, args: &[ast::Arg], at: Location) -> Typed {
        let info = self.defs.get(def);
        let Some(&policy) = self.policies.get(&def) else { return Typed::plain(self.error(at)) };
        if !env.place.is_test() {
            for arg in args {
                self.quietly_if_lambda(env, arg.value);
            }
            self.report(at, Policies::PolicyCall { name: info.name.to_string() });
            return Typed::plain(self.error(at));
        }
        let Some(head) = self.heads.get(policy.index()).cloned() else { return Typed::plain(self.error(at)) };
        let Some(Arguments { input, params }) = self.policy_arguments(env, &head, args, at, Caller::Test)
        else {
            return Typed::plain(self.error(at));
        };
        let ty = match self.hir.types.builtins {
            Some(builtins) => self.ty(TyKind::Record(builtins.decision)),
            None => self.ty(TyKind::Error),
        };
        Typed::plain(self.node(ExprKind::Decide { policy, input: Box::new(input), params }, ty, at))
    }

    /// The arguments of a policy: first what it decides on, then its parameters, by position or by name.
    pub(crate) fn policy_arguments(
        &mut self,
        env: &Env,
        head: &Head,
        args: &[ast::Arg],
        at: Location,
        caller: Caller<'_>,
    ) -> Option<Arguments> {
        let mut input = None;
        let mut params: Vec<(LocalId, Expr)> = Vec::new();
        let (mut spare, mut unknown) = (false, false);
        for (n, arg) in args.iter().enumerate() {
            if n > 0 && arg.name.is_none() && self.asks_about(self.place(env, arg.value)) {
                self.probe_parameters(head);
            }
            let (param, place) = match &arg.name {
                None if n == 0 => {
                    input = Some(self.policy_input(env, head, arg.value, caller));
                    continue;
                }
                None => (head.params.get(n - 1), self.place(env, arg.value)),
                Some(name) => {
                    let place = self.at(env.module, name.span);
                    let found = head.params.iter().find(|p| p.name == name.text);
                    match found {
                        Some(param) => self.uses(place, param.location),
                        None => {
                            unknown = true;
                            self.unknown_parameter(env, head, name, arg.value);
                            continue;
                        }
                    }
                    (found, place)
                }
            };
            let Some(param) = param else {
                spare = true;
                self.quietly_if_lambda(env, arg.value);
                continue;
            };
            let value = self.policy_parameter(env, param, arg.value, caller);
            if params.iter().any(|(local, _)| *local == param.local) {
                self.report(place, Types::DuplicateArgument { name: param.name.to_string() });
            } else {
                params.push((param.local, value));
            }
        }
        let Some(input) = input else {
            let finding = Composition::NoInput {
                policy: head.name.to_string(),
                signature: self.policy_signature(head),
            };
            self.report(at, finding);
            return None;
        };
        if spare {
            let finding = Types::ArgumentCount {
                name: head.name.to_string(),
                takes: format!("at most {}", head.params.len() + 1),
                given: args.len(),
                signature: self.policy_signature(head),
            };
            self.report(at, finding);
        }
        // A name that is none was most likely meant to be one that is missing.
        for param in head.params.iter().filter(|p| p.required && !unknown) {
            if !params.iter().any(|(local, _)| *local == param.local) {
                let what = format!("`{}` needs its parameter `{}`", head.name, param.name);
                let help = vec![format!("write `{}(…, {}: …)`", head.name, param.name)];
                self.report(at, Types::BadType { what, help });
            }
        }
        Some(Arguments { input, params })
    }

    fn policy_parameter(
        &mut self,
        env: &Env,
        param: &HeadParam,
        id: ast::ExprId,
        caller: Caller<'_>,
    ) -> Expr {
        let words = format!("`{}` is declared as `{}`", param.name, self.show(param.ty));
        let why = || Reason::at(words.clone(), param.location);
        let want = Want { ty: param.ty, why: &why };
        let typed = self.expr(env, id, Some(want));
        let value = self.assign_argument(env, id, typed, want).expr;
        if let Caller::Policy(tainted) = caller
            && walk::mentions(&value, tainted)
        {
            let finding = Composition::ParameterOfInput {
                name: param.name.to_string(),
                source: self.source_of(env, id),
                declared: param.location,
            };
            self.report(value.location, finding);
        }
        value
    }

    fn policy_input(&mut self, env: &Env, head: &Head, id: ast::ExprId, caller: Caller<'_>) -> Expr {
        let words = format!("`{}` decides on this", head.name);
        let location = self.defs.get(head.def).location;
        let why = || Reason::at(words.clone(), location);
        let want = Want { ty: head.input, why: &why };
        let typed = self.expr(env, id, Some(want));
        match caller {
            // A document is read as the host's would be.
            Caller::Test if matches!(self.kind(typed.ty()), TyKind::Json) => typed.expr,
            Caller::Test | Caller::Policy(_) => self.assign_argument(env, id, typed, want).expr,
        }
    }

    fn policy_signature(&self, head: &Head) -> String {
        let params: Vec<String> =
            head.params.iter().map(|p| format!(", {}: {}", p.name, self.show(p.ty))).collect();
        format!("{}({}{})", head.name, self.show(head.input), params.concat())
    }

    fn unknown_parameter(&mut self, env: &Env, head: &Head, name: &ast::Name, value: ast::ExprId) {
        self.quietly_if_lambda(env, value);
        let params: Vec<String> = head.params.iter().map(|p| p.name.to_string()).collect();
        let near = nearest(&name.text, params.iter().map(String::as_str)).map(str::to_owned);
        let finding = Types::UnknownArgument {
            name: name.text.to_string(),
            function: head.name.to_string(),
            params,
            nearest: near.map(|name| Nearest { name, declared: None }),
        };
        self.report(self.at(env.module, name.span), finding);
    }
}
