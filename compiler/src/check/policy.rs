//! Policies: heads first, so that tests and other policies may speak of them; then their statements.

use std::collections::HashMap;
use std::sync::Arc;

use policy_syntax::{Location, Span, ast};

use super::env::{Binding, Env, Place};
use super::expr::Want;
use super::{Body, Checker, docs};
use crate::diagnostics::names::Names;
use crate::diagnostics::policies::Policies;
use crate::diagnostics::types::{Reason, Types};
use crate::hir::{
    Annotations, DefaultOutcome, ExprKind, Let, LocalId, LocalKind, Mode, Param, Policy, PolicyId, RuleId,
    Ty, TyKind,
};
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

/// A rule as tests name it.
#[derive(Clone, Debug)]
pub(crate) struct HeadRule {
    pub(crate) id: Arc<str>,
    pub(crate) rule: Option<RuleId>,
    pub(crate) effect: Option<ast::Effect>,
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
}

/// What is gathered of a policy's statements before its rules are looked at.
struct Parts {
    default: Option<(DefaultOutcome, Location)>,
    applies: Option<crate::hir::Expr>,
    lets: Vec<Let>,
    env: Env,
}

fn policy_decl(item: &ast::Item) -> Option<&ast::PolicyDecl> {
    match &item.kind {
        ast::ItemKind::Policy(decl) => Some(decl),
        _ => None,
    }
}

impl Checker<'_> {
    /// Gives every policy and every data item its id.
    pub(crate) fn declare_policies(&mut self) {
        let mut data: Vec<(String, DefId)> = Vec::new();
        for (module, at, item) in self.items() {
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
        for (module, at, item) in self.items() {
            let Some(decl) = policy_decl(item) else { continue };
            let Some(def) = self.def_of(module, at, &decl.name.text) else { continue };
            if self.defs.get(def).kind == DefKind::Policy {
                self.declare_policy(module, def, decl, item);
            }
        }
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
        let mut rules = Vec::new();
        let mut next = 0;
        for stmt in &decl.body {
            let (id, effect) = match &stmt.kind {
                ast::StmtKind::Rule(rule) => (&rule.id, Some(rule.effect)),
                ast::StmtKind::RequirePolicy(rule) => (&rule.id, None),
                ast::StmtKind::Oblige(rule) => (&rule.id, None),
                ast::StmtKind::Transform(rule) => (&rule.id, None),
                ast::StmtKind::Error(names) => {
                    rules.extend(names.iter().map(|name| HeadRule {
                        id: Arc::clone(&name.text),
                        rule: None,
                        effect: None,
                        location: self.at(module, name.span),
                    }));
                    continue;
                }
                ast::StmtKind::Default(_)
                | ast::StmtKind::AppliesWhen(_)
                | ast::StmtKind::Include(_)
                | ast::StmtKind::Let(_)
                | ast::StmtKind::Mode(_) => continue,
            };
            let rule = effect.map(|_| RuleId(next));
            next += u32::from(effect.is_some());
            let location = self.at(module, id.span);
            rules.push(HeadRule { id: Arc::clone(&id.text), rule, effect, location });
        }
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
        let name = Arc::clone(&decl.name.text);
        self.heads.push(Head { def, module, name, input, params, rules });
        self.policies.insert(def, policy);
    }

    /// Checks all policies.
    pub(crate) fn policies(&mut self) {
        for n in 0..self.heads.len() {
            let Some(head) = self.heads.get(n).cloned() else { continue };
            let Some(item) = self.item_of(head.def) else { continue };
            if let Some(decl) = policy_decl(item) {
                self.policy(n, &head, decl, item);
            }
        }
        self.drain();
    }

    fn policy(&mut self, n: usize, head: &Head, decl: &ast::PolicyDecl, item: &ast::Item) {
        self.body = Body::default();
        let module = head.module;
        if let Some(span) = decl.resolve_first {
            self.unsupported(self.at(module, span), "`resolve first`", None);
        }
        let mut annotations = self.annotations(module, &item.annotations, super::annotations::Target::Policy);
        let env = Env::top(module, Place::Code);
        let (env, params, input_local) = self.policy_scope(&env, head, decl);
        self.duplicate_rules(head);
        let parts = self.policy_parts(&env, decl, &mut annotations);
        let insert = self.at(module, Span::at(decl.body_span.lo.saturating_add(1)));
        if parts.default.is_none() && !damaged(decl) {
            let name = decl.name.text.to_string();
            self.report(self.at(module, decl.name.span), Policies::MissingDefault { name, insert });
        }
        let tainted = self.tainted(input_local, &parts.lets);
        let mut rules = Vec::new();
        for stmt in &decl.body {
            match &stmt.kind {
                ast::StmtKind::Rule(rule) => {
                    rules.push(self.rule(&parts.env, rule, stmt, &annotations, &tainted));
                }
                ast::StmtKind::RequirePolicy(rule) => {
                    self.not_yet(module, rule.id.span, "`require` of a policy")
                }
                ast::StmtKind::Oblige(rule) => self.not_yet(module, rule.id.span, "`oblige`"),
                ast::StmtKind::Transform(rule) => self.not_yet(module, rule.id.span, "`transform`"),
                ast::StmtKind::Include(include) => {
                    self.not_yet(module, include.call.policy.span, "`include`")
                }
                ast::StmtKind::Error(_)
                | ast::StmtKind::Default(_)
                | ast::StmtKind::AppliesWhen(_)
                | ast::StmtKind::Let(_)
                | ast::StmtKind::Mode(_) => {}
            }
        }
        let locals = std::mem::take(&mut self.body).locals;
        if let Some(slot) = self.hir.policies.get_mut(n) {
            slot.params = params;
            slot.input_local = input_local;
            slot.locals = locals;
            slot.default = parts.default.map_or(DefaultOutcome::Deny, |(d, _)| d);
            slot.applies = parts.applies;
            slot.lets = parts.lets;
            slot.rules = rules;
            slot.annotations = annotations;
        }
    }

    fn not_yet(&mut self, module: ModuleId, span: Span, what: &str) {
        self.unsupported(self.at(module, span), what, None);
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
        let subject = decl.subject.as_ref();
        let at = subject.map_or(decl.name.span, |s| s.name.as_ref().map_or(s.span, |n| n.span));
        let at = self.at(module, at);
        let written = subject.and_then(|s| s.name.as_ref());
        let input = self.local(written.map_or("$input", |n| &n.text), head.input, LocalKind::Input, at);
        let env = env.bind(names);
        let mut names: Vec<(Arc<str>, Binding)> = Vec::new();
        if let Some(name) = written {
            let binding = Binding::Local { id: input, facts: None, value: None, location: at };
            names.extend(self.binds(&env, name, binding));
        } else if let TyKind::Record(record) = *self.kind(head.input) {
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
        } else if subject.is_some() && !self.is_error(head.input) {
            let what = format!("a policy on `{}` needs a name for it", self.show(head.input));
            let help = vec![
                "write `on x: T`; without a name the fields of a record are in scope by name".to_owned(),
            ];
            self.report(at, Types::BadType { what, help });
        }
        (env.bind(names), params, input)
    }

    fn duplicate_rules(&mut self, head: &Head) {
        let mut seen: HashMap<Arc<str>, Location> = HashMap::new();
        for rule in head.rules.iter().filter(|r| !r.id.is_empty()) {
            if let Some(&first) = seen.get(&rule.id) {
                self.report(rule.location, Policies::DuplicateRule { id: rule.id.to_string(), first });
            }
            seen.entry(Arc::clone(&rule.id)).or_insert(rule.location);
        }
    }

    /// Everything but rules, in source order.
    fn policy_parts(&mut self, env: &Env, decl: &ast::PolicyDecl, annotations: &mut Annotations) -> Parts {
        let module = env.module;
        let mut parts = Parts { default: None, applies: None, lets: Vec::new(), env: env.clone() };
        let mut applies_at: Option<Location> = None;
        let mut mode_at: Option<Location> = None;
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
                    parts.env = parts.env.knowing(&typed.branches().yes);
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
                    }
                    mode_at = Some(at);
                    let found = self.mode_of(module, *mode);
                    if annotations.mode.is_none() {
                        annotations.mode = found;
                    }
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

    /// A mode that is written as a word.
    pub(crate) fn mode_of(&mut self, module: ModuleId, id: ast::ExprId) -> Option<Mode> {
        let tree = self.ast(module);
        let expr = &tree.exprs[id];
        let at = self.at(module, expr.span);
        let word = match &expr.kind {
            ast::ExprKind::Name(name) => &*name.text,
            ast::ExprKind::Error => return None,
            _ => "",
        };
        match word {
            "observe" => Some(Mode::Observe),
            "advise" => Some(Mode::Advise),
            "enforce" => Some(Mode::Enforce),
            _ => {
                self.unsupported(at, "a mode that is no `observe`, `advise` or `enforce`", None);
                None
            }
        }
    }

    /// The variables that hold, or follow from, what the input's author wrote.
    fn tainted(&self, input: LocalId, lets: &[Let]) -> Vec<LocalId> {
        let mut tainted = vec![input];
        for let_ in lets {
            if crate::hir::walk::mentions(&let_.value, &tainted) {
                Self::bound_by(&let_.pattern, &mut tainted);
            }
        }
        tainted
    }

    /// `P(x, max: 5)`: a decision, in tests.
    pub(crate) fn policy_call(
        &mut self,
        env: &Env,
        def: DefId,
        args: &[ast::Arg],
        at: Location,
    ) -> super::expr::Typed {
        use super::expr::Typed;
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
        let mut input = None;
        let mut params = Vec::new();
        for (n, arg) in args.iter().enumerate() {
            match &arg.name {
                None if n == 0 => input = Some(self.policy_input(env, &head, arg.value)),
                None => self.policy_arguments(&head, args.len(), at),
                Some(name) => match head.params.iter().find(|p| p.name == name.text) {
                    Some(param) => {
                        self.uses(self.at(env.module, name.span), param.location);
                        let words = format!("`{}` is declared as `{}`", param.name, self.show(param.ty));
                        let why = || Reason::at(words.clone(), param.location);
                        let value = self.check(env, arg.value, Want { ty: param.ty, why: &why });
                        if params.iter().any(|(local, _)| *local == param.local) {
                            let place = self.at(env.module, name.span);
                            self.report(place, Types::DuplicateArgument { name: name.text.to_string() });
                        } else {
                            params.push((param.local, value));
                        }
                    }
                    None => self.unknown_parameter(env, &head, name, arg.value),
                },
            }
        }
        for param in head.params.iter().filter(|p| p.required) {
            if !params.iter().any(|(local, _)| *local == param.local) {
                let what = format!("`{}` needs its parameter `{}`", head.name, param.name);
                let help = vec![format!("write `{}(…, {}: …)`", head.name, param.name)];
                self.report(at, Types::BadType { what, help });
            }
        }
        let Some(input) = input else {
            self.policy_arguments(&head, args.len(), at);
            return Typed::plain(self.error(at));
        };
        let ty = match self.hir.types.builtins {
            Some(builtins) => self.ty(TyKind::Record(builtins.decision)),
            None => self.ty(TyKind::Error),
        };
        Typed::plain(self.node(ExprKind::Decide { policy, input: Box::new(input), params }, ty, at))
    }

    fn policy_input(&mut self, env: &Env, head: &Head, id: ast::ExprId) -> crate::hir::Expr {
        let words = format!("`{}` decides on this", head.name);
        let location = self.defs.get(head.def).location;
        let why = || Reason::at(words.clone(), location);
        let want = Want { ty: head.input, why: &why };
        let typed = self.expr(env, id, Some(want));
        // A document is read as the host's would be.
        if matches!(self.kind(typed.ty()), TyKind::Json) {
            return typed.expr;
        }
        self.assign(env, id, typed, want).expr
    }

    fn policy_arguments(&mut self, head: &Head, given: usize, at: Location) {
        let params: Vec<String> =
            head.params.iter().map(|p| format!(", {}: {}", p.name, self.show(p.ty))).collect();
        let signature = format!("{}({}{})", head.name, self.show(head.input), params.concat());
        let finding = Types::ArgumentCount {
            name: head.name.to_string(),
            takes: "1 positional".to_owned(),
            given,
            signature,
        };
        self.report(at, finding);
    }

    fn unknown_parameter(&mut self, env: &Env, head: &Head, name: &ast::Name, value: ast::ExprId) {
        self.quietly_if_lambda(env, value);
        let params: Vec<String> = head.params.iter().map(|p| p.name.to_string()).collect();
        let near =
            crate::names::nearest::nearest(&name.text, params.iter().map(String::as_str)).map(str::to_owned);
        let finding = Types::UnknownArgument {
            name: name.text.to_string(),
            function: head.name.to_string(),
            params,
            nearest: near.map(|name| crate::diagnostics::names::Nearest { name, declared: None }),
        };
        self.report(self.at(env.module, name.span), finding);
    }
}

/// Whether some statement is damaged: the `default` may be in it.
fn damaged(decl: &ast::PolicyDecl) -> bool {
    decl.body.iter().any(|s| matches!(s.kind, ast::StmtKind::Error(_)))
}
