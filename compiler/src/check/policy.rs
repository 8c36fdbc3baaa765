//! Policies: what is in scope, what stands once, and the statements in their order.

use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use policy_syntax::{Location, Span, ast};

use super::ahead::Ahead;
use super::annotations::Target;
use super::env::{Binding, Env, Place};
use super::expr::Want;
use super::heads::{Head, HeadKind, policy_call, policy_decl};
use super::modes::Said;
use super::rule::Around;
use super::{Body, Checker};
use crate::diagnostics::names::Names;
use crate::diagnostics::policies::Policies;
use crate::diagnostics::types::{Reason, Types};
use crate::hash::HashMap;
use crate::hir::{Annotations, DefaultOutcome, Let, LocalId, LocalKind, Param, Rule, Ty, TyKind};

/// What is gathered of a policy's statements before its rules are looked at.
struct Parts {
    default: Option<(DefaultOutcome, Location)>,
    applies: Option<crate::hir::Expr>,
    mode: Said,
    lets: Vec<Let>,
    env: Env,
}

/// A policy whose statements are being looked at.
pub(super) struct Open<'a> {
    head: Rc<Head>,
    decl: &'a ast::PolicyDecl,
    annotations: Annotations,
    params: Vec<Param>,
    parts: Parts,
    input_local: LocalId,
    /// The variables that hold, or follow from, what the input's author wrote.
    input: Vec<LocalId>,
    pub(super) rules: Vec<Rule>,
}

impl<'a> Checker<'a> {
    /// Checks all policies, of which another thread may be looking at some.
    pub(super) fn policies(&mut self, mut ahead: Option<Ahead<'_>>) {
        let cut = ahead.as_ref().and_then(|_| self.cut());
        for n in 0..self.heads.len() {
            let Some(mut open) = self.open_policy(n) else { continue };
            let mut from = 0;
            let mut joined = false;
            if let Some(cut) = cut.filter(|cut| cut.policy == n) {
                from = cut.statement;
                self.statements(&mut open, 0..from);
                let part = ahead.take().and_then(Ahead::join);
                joined = part.is_some_and(|part| self.join(part, &mut open));
            }
            if !joined {
                self.statements(&mut open, from..usize::MAX);
            }
            self.close_policy(n, open);
            if joined {
                break;
            }
        }
        self.drain();
        self.inclusion();
    }

    /// What stands before the statements of a policy, where it is looked at.
    pub(super) fn open_policy(&mut self, n: usize) -> Option<Open<'a>> {
        let head = self.heads.get(n).cloned()?;
        let item = self.item_of(head.def).filter(|_| self.looks_at(head.module))?;
        let decl = policy_decl(item)?;
        self.body = Body::default();
        let module = head.module;
        let annotations = self.annotations(module, &item.annotations, Target::Policy);
        let env = Env::top(module, Place::Code);
        let (env, params, input_local) = self.policy_scope(&env, &head, decl);
        self.duplicate_rules(&head);
        let said = self.mode_annotation(&env, &item.annotations, &[input_local]);
        let parts = self.policy_parts(&env, decl, said, input_local);
        let annotations = Annotations { mode: parts.mode.0, ..annotations };
        let insert = self.at(module, Span::at(decl.body_span.lo.saturating_add(1)));
        if parts.default.is_none() && !damaged(decl) {
            let name = decl.name.text.to_string();
            self.report(self.at(module, decl.name.span), Policies::MissingDefault { name, insert });
        }
        let input = Self::tainted(input_local, &parts.lets);
        // Growing a long list takes the memory of two.
        let rules = Vec::with_capacity(decl.body.len());
        Some(Open { head, decl, annotations, params, parts, input_local, input, rules })
    }

    /// Checks the statements at some positions.
    pub(super) fn statements(&mut self, open: &mut Open<'_>, positions: Range<usize>) {
        let Open { head, decl, annotations, parts, input_local, input, rules, .. } = open;
        let around = Around { annotations, input };
        let mut instances = head.instances.iter();
        for (at, stmt) in decl.body.iter().enumerate().take(positions.end) {
            if self.inputs.stopped() {
                return;
            }
            let instance = policy_call(stmt).and_then(|_| instances.next());
            if at < positions.start {
                continue;
            }
            let policy = instance.and_then(|instance| instance.policy);
            match &stmt.kind {
                ast::StmtKind::Rule(rule) => rules.push(self.rule(&parts.env, rule, stmt, around)),
                ast::StmtKind::Oblige(oblige) => rules.push(self.oblige(&parts.env, oblige, stmt, around)),
                ast::StmtKind::Transform(transform) => {
                    rules.push(self.transform(&parts.env, transform, stmt, around, *input_local));
                }
                ast::StmtKind::RequirePolicy(require) => {
                    rules.push(self.require_policy(&parts.env, require, stmt, around, policy));
                }
                ast::StmtKind::Include(include) => {
                    rules.push(self.include(&parts.env, include, stmt, around, policy));
                }
                ast::StmtKind::Error(_)
                | ast::StmtKind::Default(_)
                | ast::StmtKind::AppliesWhen(_)
                | ast::StmtKind::Let(_)
                | ast::StmtKind::Mode(_) => {}
            }
        }
    }

    /// Puts a policy where it belongs, with all that was found of it.
    pub(super) fn close_policy(&mut self, n: usize, open: Open<'_>) {
        if self.inputs.stopped() {
            return;
        }
        let Open { annotations, params, parts, input_local, mut rules, .. } = open;
        let locals = std::mem::take(&mut self.body).locals;
        rules.shrink_to_fit();
        if let Some(slot) = self.hir.policies.get_mut(n) {
            slot.params = params;
            slot.input_local = input_local;
            slot.locals = locals;
            slot.default = parts.default.map_or(DefaultOutcome::Deny, |(d, _)| d);
            slot.applies = parts.applies;
            slot.mode = parts.mode.1;
            slot.lets = parts.lets;
            slot.rules = rules;
            slot.annotations = annotations;
        }
    }

    /// The names in scope of all statements: parameters and the input.
    fn policy_scope(&mut self, env: &Env, head: &Head, decl: &ast::PolicyDecl) -> (Env, Vec<Param>, LocalId) {
        let module = head.module;
        let mut params = Vec::new();
        let mut names: Vec<(Arc<str>, Binding)> = Vec::new();
        let constant = Env::top(module, Place::Constant);
        for (param, written) in head.params.iter().zip(&decl.params) {
            let local = self.local(&param.name, param.ty, LocalKind::Param, param.location);
            let words = format!("the parameter `{}` is declared as `{}`", param.name, self.show(param.ty));
            let why = || Reason::at(words.clone(), param.location);
            let want = Want { ty: param.ty, why: &why };
            let default = written.default.map(|d| self.check(&constant, d, want));
            params.push(Param { local, default });
            if let Some((_, first)) = names.iter().find(|(n, _)| *n == param.name) {
                let first = first.location().unwrap_or(param.location);
                self.report(param.location, Names::Duplicate { name: param.name.to_string(), first });
            }
            let binding = Binding::Local { id: local, facts: None, value: None, location: param.location };
            names.extend(self.binds(env, &written.name, binding));
        }
        let env = env.bind(names);
        let (env, input) = self.subject_scope(&env, decl.subject.as_ref(), decl.name.span, head.input);
        (env, params, input)
    }

    /// What `on x: T` puts into scope: a name for the whole, or the names of the fields.
    pub(crate) fn subject_scope(
        &mut self,
        env: &Env,
        subject: Option<&ast::Subject>,
        without: Span,
        ty: Ty,
    ) -> (Env, LocalId) {
        let at = subject.map_or(without, |s| s.name.as_ref().map_or(s.span, |n| n.span));
        let at = self.at(env.module, at);
        let written = subject.and_then(|s| s.name.as_ref());
        let input = self.local(written.map_or("$input", |n| &n.text), ty, LocalKind::Input, at);
        let mut names: Vec<(Arc<str>, Binding)> = Vec::new();
        if let Some(name) = written {
            let binding = Binding::Local { id: input, facts: None, value: None, location: at };
            names.extend(self.binds(env, name, binding));
        } else if let TyKind::Record(record) = *self.kind(ty)
            && subject.is_some()
        {
            let fields: Vec<(Arc<str>, Location)> = self
                .hir
                .types
                .record(record)
                .map(|r| r.fields.iter().map(|f| (Arc::from(f.name.as_str()), f.location)).collect())
                .unwrap_or_default();
            for (name, location) in fields {
                if let Some(first) = env.lookup(&name).and_then(Binding::location) {
                    self.report(first, Names::Hides { name: name.to_string(), first: Some(location) });
                }
                names.push((name, Binding::InputField { input, location }));
            }
        } else if subject.is_some() && !self.is_error(ty) {
            let what = format!("a policy on `{}` needs a name for it", self.show(ty));
            let help = vec![
                "write `on x: T`; without a name the fields of a record are in scope by name".to_owned(),
            ];
            self.report(at, Types::BadType { what, help });
        }
        let mut env = env.bind(names);
        env.damaged |= written.is_none() && self.is_error(ty);
        (env, input)
    }

    fn duplicate_rules(&mut self, head: &Head) {
        let mut seen: HashMap<Arc<str>, Location> = HashMap::default();
        for rule in head.rules.iter().filter(|r| !r.id.is_empty() && !matches!(r.kind, HeadKind::Damaged)) {
            if let Some(&first) = seen.get(&rule.id) {
                self.report(rule.location, Policies::DuplicateRule { id: rule.id.to_string(), first });
            }
            seen.entry(Arc::clone(&rule.id)).or_insert(rule.location);
        }
    }

    /// Everything but rules, in source order.
    fn policy_parts(
        &mut self,
        env: &Env,
        decl: &ast::PolicyDecl,
        annotated: Option<(Said, Location)>,
        input: LocalId,
    ) -> Parts {
        let module = env.module;
        let mut mode_at = annotated.as_ref().map(|(_, at)| *at);
        let mode = annotated.map(|(said, _)| said).unwrap_or_default();
        let mut parts = Parts { default: None, applies: None, mode, lets: Vec::new(), env: env.clone() };
        let mut applies_at: Option<Location> = None;
        let mut first_rule: Option<Location> = None;
        for stmt in &decl.body {
            let at = self.at(module, stmt.span);
            match &stmt.kind {
                ast::StmtKind::Error(names) => {
                    let names = names.iter().map(|n| (Arc::clone(&n.text), Binding::Damaged));
                    parts.env = parts.env.bind(names);
                }
                ast::StmtKind::Default(outcome) => {
                    self.no_annotations(module, &stmt.annotations, "`default`", &["allow"]);
                    if let Some((_, first)) = &parts.default {
                        let first = *first;
                        self.report(at, Policies::Twice { what: "`default`", first });
                        continue;
                    }
                    let outcome = match outcome {
                        ast::DefaultOutcome::Allow => DefaultOutcome::Allow,
                        ast::DefaultOutcome::Deny => DefaultOutcome::Deny,
                        ast::DefaultOutcome::Escalate { to } => {
                            let to =
                                self.plain_text(&parts.env, *to, "whom a policy escalates to by default");
                            DefaultOutcome::Escalate(to.unwrap_or_default())
                        }
                    };
                    parts.default = Some((outcome, at));
                }
                ast::StmtKind::AppliesWhen(condition) => {
                    self.no_annotations(module, &stmt.annotations, "`applies when`", &["allow"]);
                    if let Some(first) = applies_at {
                        self.report(at, Policies::Twice { what: "`applies when`", first });
                        continue;
                    }
                    if let Some(rule) = first_rule {
                        self.report(at, Policies::LateApplies { rule });
                    }
                    let typed = self.condition(&parts.env, *condition, "what follows `applies when`");
                    parts.env = parts.env.knowing(typed.when_true());
                    parts.applies = Some(typed.expr);
                    applies_at = Some(at);
                }
                ast::StmtKind::Let(decl) => {
                    self.no_annotations(module, &stmt.annotations, "a `let`", &["allow"]);
                    let (env, let_) = self.let_(&parts.env, decl);
                    parts.env = env;
                    parts.lets.extend(let_);
                }
                ast::StmtKind::Mode(mode) => {
                    self.no_annotations(module, &stmt.annotations, "`mode`", &["allow"]);
                    if let Some(first) = mode_at {
                        self.report(at, Policies::Twice { what: "`mode`", first });
                        continue;
                    }
                    mode_at = Some(at);
                    let tainted = Self::tainted(input, &parts.lets);
                    parts.mode = self.mode(&parts.env, *mode, &tainted);
                }
                ast::StmtKind::Rule(_)
                | ast::StmtKind::RequirePolicy(_)
                | ast::StmtKind::Oblige(_)
                | ast::StmtKind::Transform(_)
                | ast::StmtKind::Include(_) => first_rule = first_rule.or(Some(at)),
            }
        }
        parts
    }

    /// The variables that hold, or follow from, what the input's author wrote.
    fn tainted(input: LocalId, lets: &[Let]) -> Vec<LocalId> {
        let mut tainted = vec![input];
        for let_ in lets {
            if crate::hir::walk::mentions(&let_.value, &tainted) {
                Self::bound_by(&let_.pattern, &mut tainted);
            }
        }
        tainted
    }
}

/// Whether some statement is damaged: the `default` may be in it.
fn damaged(decl: &ast::PolicyDecl) -> bool {
    decl.body.iter().any(|s| matches!(s.kind, ast::StmtKind::Error(_)))
}
