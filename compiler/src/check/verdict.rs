//! `expect …`.

use policy_syntax::{Location, ast};

use super::Checker;
use super::env::{Binding, Env};
use super::expr::Typed;
use super::heads::Head;
use super::rule_refs::Asks;
use crate::diagnostics::tests::Tests;
use crate::hir::{Expect, ExpectBy, ExpectKind, ExprKind, TyKind, Verb};

impl Checker<'_> {
    pub(crate) fn expect(&mut self, env: &Env, expect: &ast::Expect, at: Location) -> Option<Expect> {
        match expect {
            ast::Expect::Holds(id) => {
                let condition = self.condition(env, *id, "what follows `expect`");
                Some(Expect { kind: ExpectKind::Holds(condition.expr), location: at })
            }
            ast::Expect::Decision { decision, verdict, .. } => {
                let typed = self.decision(env, *decision);
                let place = typed.expr.location;
                let (policy, input, params) = match typed.expr.kind {
                    ExprKind::Decide { policy, input, params } => (policy, *input, params),
                    ExprKind::Error => return None,
                    _ => {
                        let found = format!("a `{}`", self.show(typed.expr.ty));
                        self.report(place, Tests::NotADecision { found });
                        return None;
                    }
                };
                let head = self.heads.get(policy.index()).cloned()?;
                let (verb, by) = self.verdict(env, &head, verdict)?;
                Some(Expect { kind: ExpectKind::Decision { policy, input, params, verb, by }, location: at })
            }
        }
    }

    /// A call of a policy, or a `let` that holds one.
    fn decision(&mut self, env: &Env, id: ast::ExprId) -> Typed {
        let tree = self.ast(env.module);
        if let ast::ExprKind::Name(name) = &tree.exprs[id].kind
            && let Some(Binding::Local { value: Some(value), location, .. }) = env.lookup(&name.text).cloned()
            && let Some((value, at)) = self.body.values.get(value).cloned()
        {
            let held = self.expr(env, id, None);
            let decision = self.hir.types.builtins.map(|b| TyKind::Record(b.decision));
            if Some(self.kind(held.ty())) != decision.as_ref() {
                return held;
            }
            self.uses(self.at(env.module, name.span), location);
            self.muted += 1;
            let typed = self.expr(&at, value, None);
            self.muted -= 1;
            return typed;
        }
        self.expr(env, id, None)
    }

    fn verdict(&mut self, env: &Env, head: &Head, verdict: &ast::Verdict) -> Option<(Verb, ExpectBy)> {
        let decided = |this: &mut Self, verb: Verb, by: &Option<ast::By>, asks| {
            let by = match by {
                Some(by) => this.by(env, head, by, asks)?,
                None => ExpectBy::Any,
            };
            Some((verb, by))
        };
        match verdict {
            ast::Verdict::Allows(by) => decided(self, Verb::Allows, by, Asks::Allows),
            ast::Verdict::Denies(by) => decided(self, Verb::Denies, by, Asks::Denies),
            ast::Verdict::Escalates(by) => decided(self, Verb::Escalates, by, Asks::Escalates),
            ast::Verdict::Warns(by) => decided(self, Verb::Warns, by, Asks::Warns),
            ast::Verdict::Obliges(rules) => {
                Some((Verb::Obliges(self.rules_named(env, head, rules, Asks::Obliges)?), ExpectBy::Any))
            }
            ast::Verdict::Excepts(rules) => {
                Some((Verb::Excepts(self.rules_named(env, head, rules, Asks::Excepts)?), ExpectBy::Any))
            }
            ast::Verdict::NotApplicable => Some((Verb::NotApplicable, ExpectBy::Any)),
            ast::Verdict::Fails => Some((Verb::Fails, ExpectBy::Any)),
            ast::Verdict::Misfits(pointers) => {
                let pointers = match pointers {
                    Some(id) => self.pointers(env, *id)?,
                    None => Vec::new(),
                };
                Some((Verb::Misfits(pointers), ExpectBy::Any))
            }
        }
    }

    fn by(&mut self, env: &Env, head: &Head, by: &ast::By, asks: Asks) -> Option<ExpectBy> {
        let (exactly, rules) = match by {
            ast::By::Default(_) => return Some(ExpectBy::Default),
            ast::By::Rules { exactly, rules } => (*exactly, rules),
        };
        let found = self.rules_named(env, head, rules, asks)?;
        if rules.iter().any(|r| r.times.is_some()) {
            let times = rules.iter().map(|r| r.times.as_ref().map(|t| t.parse().unwrap_or(u64::MAX)));
            return Some(ExpectBy::Counted { exactly, rules: found.into_iter().zip(times).collect() });
        }
        Some(if exactly { ExpectBy::Exactly(found) } else { ExpectBy::Rules(found) })
    }

    /// `["/a", "/b/0"]`.
    fn pointers(&mut self, env: &Env, id: ast::ExprId) -> Option<Vec<String>> {
        let tree = self.ast(env.module);
        let ids = match &tree.exprs[id].kind {
            ast::ExprKind::List(ids) => ids.clone(),
            _ => vec![id],
        };
        let mut out = Vec::new();
        for id in ids {
            let text = self.plain_text(env, id, "a JSON Pointer")?;
            if !text.is_empty() && !text.starts_with('/') {
                let at = self.place(env, id);
                self.report(at, Tests::BadPointer { text });
                return None;
            }
            out.push(text);
        }
        Some(out)
    }
}
