//! `exception x to a.b.policy.rule(…) on pr: T when … until … because … approved by … follow up …`.

use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;

use policy_bytecode::scalar::{Duration, Timestamp};
use policy_syntax::{Location, ast};

use super::env::{Env, Place};
use super::expr::Want;
use super::heads::{Head, HeadKind, HeadRule};
use super::{Body, Checker};
use crate::diagnostics::exceptions::Exceptions;
use crate::diagnostics::names::Nearest;
use crate::diagnostics::types::{Reason, Types};
use crate::hir::{Const, Exception, ExprKind, LocalKind, Pattern, PolicyId, Ty, TyKind};
use crate::names::nearest::nearest;
use crate::names::{DefId, DefKind, Import, ModuleId};

/// For each policy those that include it: positions of policies and of their instances.
type Includers = Vec<Vec<(usize, usize)>>;

/// The rule that an exception names.
struct Excepted {
    policy: PolicyId,
    head: Rc<Head>,
    rule: HeadRule,
}

impl Checker<'_> {
    /// Checks all exceptions, in order of module and source.
    pub(crate) fn exceptions(&mut self) {
        let includers = self.includers();
        for (module, at, item) in self.items() {
            let ast::ItemKind::Exception(decl) = &item.kind else { continue };
            let known = ["allow", "owner", "tags", "link"];
            self.no_annotations(module, &item.annotations, "an exception", &known);
            if let Some(def) = self.def_of(module, at, &decl.name.text) {
                self.exception(module, def, (decl, item), &includers);
            }
        }
        self.drain();
    }

    /// For each policy those that include it, each once, with the instance that does.
    fn includers(&self) -> Includers {
        let mut includers: Includers = vec![Vec::new(); self.heads.len()];
        for (n, head) in self.heads.iter().enumerate() {
            for (at, instance) in head.instances.iter().enumerate() {
                let inner = instance.policy.and_then(|p| includers.get_mut(p.index()));
                inner.into_iter().for_each(|inner| inner.push((n, at)));
            }
        }
        includers
    }

    fn exception(
        &mut self,
        module: ModuleId,
        def: DefId,
        (decl, item): (&ast::ExceptionDecl, &ast::Item),
        includers: &Includers,
    ) {
        self.body = Body::default();
        let env = Env::top(module, Place::Code);
        let excepted = self.excepted(&env, &decl.rule, includers);
        let input = match &decl.subject {
            Some(subject) => self.written_type(module, subject.ty, &env.type_vars),
            None => match &excepted {
                Some(found) => found.head.input,
                None => self.ty(TyKind::Error),
            },
        };
        if let (Some(found), Some(subject)) = (&excepted, &decl.subject) {
            self.same_input(module, found, subject, input);
        }
        let (mut env, input_local) = self.subject_scope(&env, decl.subject.as_ref(), decl.name.span, input);
        let bindings = self.exception_bindings(&mut env, decl, excepted.as_ref());
        let mut inner = env.clone();
        let when = decl.when.as_ref().map(|clause| {
            let typed = self.condition(&env, clause.expr, "what follows `when`");
            inner = env.knowing(typed.when_true());
            typed.expr
        });
        let until = decl.until.as_ref().and_then(|clause| self.until(module, clause.expr));
        let because = decl.because.as_ref().map(|clause| self.message(&inner, clause.expr, "`because`"));
        let constant = Env::top(module, Place::Constant);
        let approved_by = decl
            .approved_by
            .as_ref()
            .and_then(|clause| self.plain_text(&constant, clause.expr, "who approved an exception"));
        let follow_up = decl.follow_up.as_ref().and_then(|clause| self.follow_up(module, clause.expr));
        let locals = std::mem::take(&mut self.body).locals;
        let Some(Excepted { policy, rule, .. }) = excepted else { return };
        self.hir.exceptions.push(Exception {
            name: self.qualified(def),
            policy,
            rule: rule.rule,
            input_local,
            bindings,
            locals,
            when,
            until,
            because,
            approved_by,
            follow_up,
            location: self.defs.get(def).location,
            doc: super::docs(&item.docs),
        });
    }

    /// The rule that a path names, where an exception to it can be.
    fn excepted(&mut self, env: &Env, path: &ast::Path, includers: &Includers) -> Option<Excepted> {
        let at = self.at(env.module, path.span);
        if path.segments.iter().any(|s| s.text.is_empty()) {
            return None;
        }
        if path.segments.len() == 1 && self.asks_about(at) {
            self.probe_items(env, DefKind::Policy);
        }
        let (policy, rest) = self.excepted_policy(env, path)?;
        let head = self.heads.get(policy.index()).cloned()?;
        if let [rule] = rest
            && self.asks_about(self.at(env.module, rule.span))
        {
            self.probe_rules(&head, &[], &exceptable);
        }
        let found = match rest {
            [] => None,
            [rule] => head.rules.iter().find(|r| r.id == rule.text).cloned(),
            // A rule of an instance: its own policy has it.
            [.., rule] => {
                let help = self.rule_of_instance(&head, rest).unwrap_or_default();
                self.report(at, Exceptions::Instance { rule: rule.text.to_string(), help });
                return None;
            }
        };
        let Some(rule) = found else {
            let id = rest.last().map(|r| r.text.to_string()).unwrap_or_default();
            let can = head.rules.iter().filter(|r| exceptable(r.kind));
            let rules: Vec<String> = can.map(|r| r.id.to_string()).collect();
            let near = nearest(&id, rules.iter().map(String::as_str)).map(str::to_owned);
            let place = rest.last().map_or(at, |r| self.at(env.module, r.span));
            let nearest = near.map(|name| Nearest { name, declared: None });
            let policy = head.name.to_string();
            self.report(place, Exceptions::UnknownRule { id, policy, rules, nearest });
            return None;
        };
        self.uses(at, rule.location);
        if rule.kind == HeadKind::Damaged {
            return None;
        }
        if !exceptable(rule.kind) {
            let finding = Exceptions::NotExceptable {
                rule: rule.id.to_string(),
                what: super::rule_refs::words(rule.kind),
                declared: rule.location,
            };
            self.report(at, finding);
            return None;
        }
        let (own, of_rule) = (self.package(env.module), self.package(head.module));
        if own != 0 && own != of_rule {
            self.report(at, Exceptions::Foreign { rule: rule.id.to_string(), declared: rule.location });
            return None;
        }
        if let Some((who, declared, via)) = self.refuses(policy, &head, &rule, includers) {
            let finding = Exceptions::Refused { rule: rule.id.to_string(), who, declared, via };
            self.report(at, finding);
            return None;
        }
        Some(Excepted { policy, head, rule })
    }

    /// The policy that the first segments name, and the segments that are left.
    fn excepted_policy<'p>(&mut self, env: &Env, path: &'p ast::Path) -> Option<(PolicyId, &'p [ast::Name])> {
        let at = self.at(env.module, path.span);
        for length in (1..=path.segments.len()).rev() {
            let segments = path.segments.get(..length)?;
            let (Some(first), Some(last)) = (segments.first(), segments.last()) else { continue };
            let prefix = ast::Path { segments: segments.to_vec(), span: first.span.to(last.span) };
            match self.item_at(env, &prefix) {
                Some(Import::Broken) => return None,
                Some(Import::Defs(defs)) => {
                    let def = defs.first().copied()?;
                    let kind = self.defs.get(def).kind;
                    if kind == DefKind::Damaged {
                        return None;
                    }
                    if let Some(&policy) = self.policies.get(&def) {
                        self.uses(self.at(env.module, prefix.span), self.defs.get(def).location);
                        return Some((policy, path.segments.get(length..)?));
                    }
                }
                Some(Import::Module(_)) | None => {}
            }
        }
        let may = self.may_suggest(env.module);
        let policies: Vec<String> =
            self.hir.policies.iter().filter(|_| may).map(|p| p.name.clone()).collect();
        let full = path.to_string();
        let wanted = full.rsplit_once('.').map_or(full.as_str(), |(policy, _)| policy).to_owned();
        let near = nearest(&wanted, policies.iter().map(String::as_str)).map(str::to_owned);
        self.report(at, Exceptions::UnknownPolicy { name: full, nearest: near });
        None
    }

    /// How an exception names a rule of an instance: by the policy that has it.
    fn rule_of_instance(&self, head: &Head, path: &[ast::Name]) -> Option<String> {
        let mut head = head;
        let (last, instances) = path.split_last()?;
        for segment in instances {
            let named = head.instances.iter().find(|i| i.name.as_ref() == Some(&segment.text));
            let instance = named.or_else(|| head.instances.iter().find(|i| i.name.is_none()))?;
            head = self.heads.get(instance.policy?.index())?;
        }
        let name = self.policies.get(&head.def).and_then(|p| self.hir.policies.get(p.index()))?;
        Some(format!("{}.{}", name.name, last.text))
    }

    /// Who refuses exceptions to a rule: the rule, its policy, or a policy that includes it.
    fn refuses(
        &self,
        policy: PolicyId,
        head: &Head,
        rule: &HeadRule,
        includers: &Includers,
    ) -> Option<(String, Location, Option<String>)> {
        if rule.no_exceptions {
            return Some((format!("the rule `{}`", rule.id), rule.location, None));
        }
        if head.no_exceptions {
            return Some((format!("the policy `{}`", head.name), self.defs.get(head.def).location, None));
        }
        let mut seen = BTreeSet::from([policy.index()]);
        let mut waiting = VecDeque::from([policy.index()]);
        while let Some(inner) = waiting.pop_front() {
            for &(n, at) in includers.get(inner).into_iter().flatten() {
                let Some(outer) = self.heads.get(n) else { continue };
                let Some(instance) = outer.instances.get(at) else { continue };
                let name = self.hir.policies.get(n).map_or(String::new(), |p| p.name.clone());
                if instance.no_exceptions {
                    let who = "the statement that includes its policy".to_owned();
                    return Some((who, instance.location, Some(name)));
                }
                if outer.no_exceptions {
                    return Some((format!("the policy `{}`", outer.name), instance.location, Some(name)));
                }
                if seen.insert(n) {
                    waiting.push_back(n);
                }
            }
        }
        None
    }

    /// An exception decides on what its rule's policy decides on.
    fn same_input(&mut self, module: ModuleId, found: &Excepted, subject: &ast::Subject, written: Ty) {
        let wanted = found.head.input;
        if written == wanted || self.is_error(written) || self.is_error(wanted) {
            return;
        }
        let at = self.at(module, self.ast(module).types[subject.ty].span);
        let finding = Exceptions::OtherInput {
            policy: found.head.name.to_string(),
            wanted: self.show(wanted),
            found: self.show(written),
            declared: self.defs.get(found.head.def).location,
        };
        self.report(at, finding);
    }

    /// What an exception calls the bindings of its rule.
    fn exception_bindings(
        &mut self,
        env: &mut Env,
        decl: &ast::ExceptionDecl,
        excepted: Option<&Excepted>,
    ) -> Vec<Pattern> {
        let Some(patterns) = &decl.bindings else { return Vec::new() };
        let bound: Option<Vec<(String, Ty)>> = excepted.and_then(|found| {
            let policy = self.hir.policies.get(found.policy.index())?;
            let rule = policy.rules.get(found.rule.rule.index())?;
            let local = |id: &crate::hir::LocalId| policy.locals.get(id.index());
            Some(rule.bindings.iter().filter_map(local).map(|l| (l.name.clone(), l.ty)).collect())
        });
        if let (Some(found), Some(bound)) = (excepted, &bound)
            && bound.len() != patterns.len()
        {
            let finding = Exceptions::Bindings {
                rule: found.rule.id.to_string(),
                binds: bound.iter().map(|(name, _)| name.clone()).collect(),
                given: patterns.len(),
                declared: found.rule.location,
            };
            self.report(self.at(env.module, decl.rule.span), finding);
        }
        let error = self.ty(TyKind::Error);
        let mut names = Vec::new();
        let mut out = Vec::new();
        for (n, &pattern) in patterns.iter().enumerate() {
            let ty = bound.as_ref().and_then(|b| b.get(n)).map_or(error, |(_, ty)| *ty);
            out.push(self.pattern(env, pattern, ty, LocalKind::Bound, &mut names));
        }
        *env = env.bind(names);
        out
    }

    /// The first instant at which an exception holds no longer: a date runs to its end, in UTC.
    fn until(&mut self, module: ModuleId, id: ast::ExprId) -> Option<Timestamp> {
        const DAY: i64 = 86_400;
        let env = Env::top(module, Place::Constant);
        let value = self.expr(&env, id, None).expr;
        match &value.kind {
            ExprKind::Const(Const::Timestamp(at)) => Some(*at),
            ExprKind::Const(Const::Date(day)) => {
                Some(Timestamp { seconds: (i64::from(day.0) + 1) * DAY, nanos: 0 })
            }
            ExprKind::Error => None,
            _ => {
                let found = self.show(value.ty);
                self.report(value.location, Exceptions::Until { found });
                None
            }
        }
    }

    fn follow_up(&mut self, module: ModuleId, id: ast::ExprId) -> Option<Duration> {
        let env = Env::top(module, Place::Constant);
        let ty = self.ty(TyKind::Duration);
        let why = || Reason::here("`follow up` is a length of time");
        let value = self.check(&env, id, Want { ty, why: &why });
        match value.kind {
            ExprKind::Const(Const::Duration(length)) => Some(length),
            ExprKind::Error => None,
            _ => {
                let finding = Types::NotConstant {
                    what: "`follow up`".to_owned(),
                    mentions: "more than a duration".to_owned(),
                };
                self.report(value.location, finding);
                None
            }
        }
    }
}

const fn exceptable(kind: HeadKind) -> bool {
    use ast::Effect::{Deny, Escalate, Require};
    matches!(kind, HeadKind::Damaged | HeadKind::Rule(Deny | Require | Escalate))
}
