//! What others need to know of a policy before its statements are looked at: its input, parameters, rules, instances.

use std::rc::Rc;
use std::sync::Arc;

use policy_syntax::{Location, ast};

use super::env::{Env, Place};
use super::{Checker, docs};
use crate::hir::{Annotations, DefaultOutcome, LocalId, Policy, PolicyId, RuleId, Ty, TyKind};
use crate::names::{DefId, DefKind, ModuleId};

/// A parameter of a policy.
#[derive(Clone, Debug)]
pub(crate) struct HeadParam {
    pub(crate) name: Arc<str>,
    pub(crate) ty: Ty,
    pub(crate) local: LocalId,
    pub(crate) required: bool,
    pub(crate) location: Location,
}

/// What stands behind the name of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeadKind {
    /// A statement that could not be read.
    Damaged,
    /// A rule.
    Rule(ast::Effect),
    /// `require ID: p(e)`.
    Outcome,
    /// `oblige`.
    Oblige,
    /// `transform`.
    Transform,
}

/// A statement as tests and exceptions name it.
#[derive(Clone, Debug)]
pub(crate) struct HeadRule {
    pub(crate) id: Arc<str>,
    pub(crate) kind: HeadKind,
    pub(crate) rule: RuleId,
    /// Whether its mode may be weaker than `enforce`.
    pub(crate) weak: bool,
    /// `@no_exceptions`.
    pub(crate) no_exceptions: bool,
    pub(crate) location: Location,
}

/// Another policy within a policy.
#[derive(Clone, Debug)]
pub(crate) struct HeadInstance {
    /// Its name; none where it is computed.
    pub(crate) name: Option<Arc<str>>,
    /// The policy; none where there is none of the name, which was reported.
    pub(crate) policy: Option<PolicyId>,
    pub(crate) rule: RuleId,
    pub(crate) weak: bool,
    pub(crate) no_exceptions: bool,
    /// Where the policy is named.
    pub(crate) location: Location,
}

/// What others need to know of a policy.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) def: DefId,
    pub(crate) module: ModuleId,
    pub(crate) name: Arc<str>,
    pub(crate) input: Ty,
    pub(crate) params: Vec<HeadParam>,
    pub(crate) rules: Vec<HeadRule>,
    pub(crate) instances: Vec<HeadInstance>,
    /// Whether its mode may be weaker than `enforce`.
    pub(crate) weak: bool,
    /// `@no_exceptions`.
    pub(crate) no_exceptions: bool,
}

pub(crate) fn policy_decl(item: &ast::Item) -> Option<&ast::PolicyDecl> {
    match &item.kind {
        ast::ItemKind::Policy(decl) => Some(decl),
        _ => None,
    }
}

/// A statement that takes part in a policy's decision.
enum Member<'s> {
    Named(&'s ast::Name, HeadKind),
    Instance(Option<&'s ast::IncludeName>),
}

fn member(stmt: &ast::Stmt) -> Option<Member<'_>> {
    match &stmt.kind {
        ast::StmtKind::Rule(rule) => Some(Member::Named(&rule.id, HeadKind::Rule(rule.effect))),
        ast::StmtKind::RequirePolicy(rule) => Some(Member::Named(&rule.id, HeadKind::Outcome)),
        ast::StmtKind::Oblige(rule) => Some(Member::Named(&rule.id, HeadKind::Oblige)),
        ast::StmtKind::Transform(rule) => Some(Member::Named(&rule.id, HeadKind::Transform)),
        ast::StmtKind::Include(include) => Some(Member::Instance(include.name.as_ref())),
        ast::StmtKind::Error(_)
        | ast::StmtKind::Default(_)
        | ast::StmtKind::AppliesWhen(_)
        | ast::StmtKind::Let(_)
        | ast::StmtKind::Mode(_) => None,
    }
}

/// The call of another policy that a statement is.
pub(crate) fn policy_call(stmt: &ast::Stmt) -> Option<&ast::PolicyCall> {
    match &stmt.kind {
        ast::StmtKind::RequirePolicy(rule) => Some(&rule.call),
        ast::StmtKind::Include(include) => Some(&include.call),
        _ => None,
    }
}

impl Checker<'_> {
    /// Gives every policy, obligation and data item its id.
    pub(crate) fn declare_policies(&mut self) {
        let mut data: Vec<(String, DefId)> = Vec::new();
        for (module, at, item) in self.all_items() {
            if let ast::ItemKind::Data(decl) = &item.kind
                && let Some(def) = self.def_of(module, at, &decl.name.text)
            {
                data.push((self.qualified(def), def));
            }
        }
        data.sort();
        for (_, def) in data {
            self.data_item(def);
        }
        self.declare_obligations();
        for (module, at, item) in self.all_items() {
            let Some(decl) = policy_decl(item) else { continue };
            let Some(def) = self.def_of(module, at, &decl.name.text) else { continue };
            if self.defs.get(def).kind == DefKind::Policy {
                self.declare_policy(module, def, decl, item);
            }
        }
        self.declare_instances();
    }

    fn declare_policy(&mut self, module: ModuleId, def: DefId, decl: &ast::PolicyDecl, item: &ast::Item) {
        let env = Env::top(module, Place::Code);
        let mut params = Vec::new();
        for (n, param) in decl.params.iter().enumerate() {
            let ty = self.written_type(module, param.ty, &env.type_vars);
            params.push(HeadParam {
                name: Arc::clone(&param.name.text),
                ty,
                local: LocalId(u32::try_from(n).unwrap_or(u32::MAX)),
                required: param.default.is_none(),
                location: self.at(module, param.name.span),
            });
        }
        let input = match &decl.subject {
            Some(subject) => self.written_type(module, subject.ty, &env.type_vars),
            None => self.ty(TyKind::Error),
        };
        let policy = PolicyId(u32::try_from(self.heads.len()).unwrap_or(u32::MAX));
        let location = self.defs.get(def).location;
        self.hir.policies.push(Policy {
            name: self.qualified(def),
            input,
            input_local: LocalId(u32::try_from(params.len()).unwrap_or(u32::MAX)),
            params: Vec::new(),
            locals: Vec::new(),
            default: DefaultOutcome::Deny,
            applies: None,
            mode: None,
            lets: Vec::new(),
            rules: Vec::new(),
            resolve_first: decl.resolve_first.is_some(),
            annotations: Annotations::default(),
            location,
            doc: docs(&item.docs),
        });
        let weak = self.may_be_weak(module, &item.annotations)
            || decl.body.iter().any(|stmt| match &stmt.kind {
                ast::StmtKind::Mode(mode) => !self.is_enforce(module, *mode),
                _ => false,
            });
        let name = Arc::clone(&decl.name.text);
        let (rules, instances) = self.members(module, decl);
        let no_exceptions = has(&item.annotations, "no_exceptions");
        let head = Head { def, module, name, input, params, rules, instances, weak, no_exceptions };
        self.heads.push(Rc::new(head));
        self.policies.insert(def, policy);
    }

    /// The statements of a policy that have names, and its instances; their policies are not known yet.
    fn members(&mut self, module: ModuleId, decl: &ast::PolicyDecl) -> (Vec<HeadRule>, Vec<HeadInstance>) {
        let (mut rules, mut instances) = (Vec::new(), Vec::new());
        let mut next = 0;
        for stmt in &decl.body {
            let rule = RuleId(next);
            if let ast::StmtKind::Error(names) = &stmt.kind {
                rules.extend(names.iter().map(|name| HeadRule {
                    id: Arc::clone(&name.text),
                    kind: HeadKind::Damaged,
                    rule,
                    weak: true,
                    no_exceptions: false,
                    location: self.at(module, name.span),
                }));
            }
            let Some(member) = member(stmt) else { continue };
            next += 1;
            let weak = self.may_be_weak(module, &stmt.annotations);
            let no_exceptions = has(&stmt.annotations, "no_exceptions");
            let called = policy_call(stmt).map(|call| self.at(module, call.policy.span));
            let name = match member {
                Member::Named(id, kind) => {
                    let location = self.at(module, id.span);
                    let id = Arc::clone(&id.text);
                    rules.push(HeadRule { id: Arc::clone(&id), kind, rule, weak, no_exceptions, location });
                    Some(id)
                }
                Member::Instance(Some(ast::IncludeName::Name(name))) => Some(Arc::clone(&name.text)),
                Member::Instance(Some(ast::IncludeName::Text(id))) => match &self.ast(module).exprs[*id].kind
                {
                    ast::ExprKind::String(text) => text.plain().map(Arc::from),
                    _ => None,
                },
                Member::Instance(None) => None,
            };
            if let Some(location) = called {
                instances.push(HeadInstance { name, policy: None, rule, weak, no_exceptions, location });
            }
        }
        (rules, instances)
    }

    /// Finds the policies of all instances, now that every policy is known.
    fn declare_instances(&mut self) {
        for n in 0..self.heads.len() {
            let Some((module, def)) = self.heads.get(n).map(|h| (h.module, h.def)) else { continue };
            let Some(decl) = self.item_of(def).and_then(policy_decl) else { continue };
            let env = Env::top(module, Place::Code);
            let mut found = Vec::new();
            for call in decl.body.iter().filter_map(policy_call) {
                let def = self.item_named(&env, &call.policy, DefKind::Policy);
                found.push(def.and_then(|def| self.policies.get(&def).copied()));
            }
            let instances = self.heads.get_mut(n).map(|h| Rc::make_mut(h).instances.iter_mut());
            for (instance, policy) in instances.into_iter().flatten().zip(found) {
                instance.policy = policy;
            }
        }
    }

    fn may_be_weak(&self, module: ModuleId, annotations: &[ast::Annotation]) -> bool {
        annotations.iter().filter(|a| &*a.name.text == "mode").any(|annotation| {
            let value = annotation.args.as_deref().and_then(|args| args.first()).map(|arg| arg.value);
            value.is_none_or(|value| !self.is_enforce(module, value))
        })
    }

    fn is_enforce(&self, module: ModuleId, mode: ast::ExprId) -> bool {
        matches!(&self.ast(module).exprs[mode].kind, ast::ExprKind::Name(name) if &*name.text == "enforce")
    }
}

fn has(annotations: &[ast::Annotation], name: &str) -> bool {
    annotations.iter().any(|a| &*a.name.text == name)
}
