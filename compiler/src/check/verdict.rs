//! `expect …`.

use policy_syntax::{Location, ast};

use super::Checker;
use super::env::{Binding, Env};
use super::expr::Typed;
use super::policy::Head;
use crate::diagnostics::names::Nearest;
use crate::diagnostics::tests::Tests;
use crate::hir::{Expect, ExpectBy, ExpectKind, ExprKind, RuleRef, TyKind, Verb};
use crate::names::nearest::nearest;

impl Checker<'_> {
    pub(crate) fn expect(&mut self, env: &Env, expect: &ast::Expect, at: Location) -> Option<Expect> {
        match expect {
            ast::Expect::Holds(id) => {
                let condition = self.condition(env, *id, "what follows `expect`");
                Some(Expect { kind: ExpectKind::Holds(condition.expr), location: at })
            }
            ast::Expect::Decision { decision, verdict, span } => {
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
                let (verb, by) = self.verdict(env, &head, verdict, self.at(env.module, *span))?;
                Some(Expect { kind: ExpectKind::Decision { policy, input, params, verb, by }, location: at })
            }
        }
    }

    /// A call of a policy, or a `let` that holds one.
    fn decision(&mut self, env: &Env, id: ast::ExprId) -> Typed {
        let tree = self.ast(env.module);
        if let ast::ExprKind::Name(name) = &tree.exprs[id].kind
            && let Some(Binding::Local { value: Some((value, at)), location, .. }) =
                env.lookup(&name.text).cloned()
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

    fn verdict(
        &mut self,
        env: &Env,
        head: &Head,
        verdict: &ast::Verdict,
        at: Location,
    ) -> Option<(Verb, ExpectBy)> {
        let decided = |this: &mut Self, verb, by: &Option<ast::By>, effects: &[ast::Effect], word| {
            let by = match by {
                Some(by) => this.by(env, head, by, effects, word)?,
                None => ExpectBy::Any,
            };
            Some((verb, by))
        };
        match verdict {
            ast::Verdict::Allows(by) => decided(self, Verb::Allows, by, &[ast::Effect::Allow], "allows"),
            ast::Verdict::Denies(by) => {
                decided(self, Verb::Denies, by, &[ast::Effect::Deny, ast::Effect::Require], "denies")
            }
            ast::Verdict::Escalates(by) => {
                decided(self, Verb::Escalates, by, &[ast::Effect::Escalate], "escalates")
            }
            ast::Verdict::Warns(by) => decided(self, Verb::Warns, by, &[ast::Effect::Warn], "warns"),
            ast::Verdict::Obliges(_) => {
                self.unsupported(at, "`obliges`", None);
                None
            }
            ast::Verdict::Excepts(_) => {
                self.unsupported(at, "`excepts`", None);
                None
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

    fn by(
        &mut self,
        env: &Env,
        head: &Head,
        by: &ast::By,
        effects: &[ast::Effect],
        verb: &'static str,
    ) -> Option<ExpectBy> {
        let (exactly, rules) = match by {
            ast::By::Default(_) => return Some(ExpectBy::Default),
            ast::By::Rules { exactly, rules } => (*exactly, rules),
        };
        let mut found = Vec::new();
        let mut times = None;
        for rule in rules {
            let at = self.at(env.module, rule.span);
            let Some(name) = rule.path.single() else {
                self.unsupported(at, "a rule of an instance", None);
                return None;
            };
            found.push(self.rule_named(env, head, name, effects, verb)?);
            if let Some(digits) = &rule.times {
                if rules.len() > 1 || exactly {
                    self.unsupported(at, "`times` beside other rules", Some("write an `expect` for each"));
                    return None;
                }
                times = Some(digits.parse().unwrap_or(u64::MAX));
            }
        }
        Some(match (times, found.first().cloned()) {
            (Some(times), Some(rule)) => ExpectBy::Times(rule, times),
            _ if exactly => ExpectBy::Exactly(found),
            _ => ExpectBy::Rules(found),
        })
    }

    fn rule_named(
        &mut self,
        env: &Env,
        head: &Head,
        name: &ast::Name,
        effects: &[ast::Effect],
        verb: &'static str,
    ) -> Option<RuleRef> {
        let at = self.at(env.module, name.span);
        let Some(rule) = head.rules.iter().find(|r| r.id == name.text) else {
            let rules: Vec<String> = head.rules.iter().map(|r| r.id.to_string()).collect();
            let near = nearest(&name.text, rules.iter().map(String::as_str)).map(str::to_owned);
            let finding = Tests::UnknownRule {
                id: name.text.to_string(),
                policy: head.name.to_string(),
                rules,
                nearest: near.map(|name| Nearest { name, declared: None }),
            };
            self.report(at, finding);
            return None;
        };
        self.uses(at, rule.location);
        if let Some(effect) = rule.effect
            && !effects.contains(&effect)
        {
            let finding = Tests::WrongEffect {
                rule: rule.id.to_string(),
                effect: match effect {
                    ast::Effect::Deny => "a `deny`",
                    ast::Effect::Require => "a `require`",
                    ast::Effect::Escalate => "an `escalate`",
                    ast::Effect::Allow => "an `allow`",
                    ast::Effect::Warn => "a `warn`",
                },
                verb,
                declared: rule.location,
            };
            self.report(at, finding);
            return None;
        }
        rule.rule.map(|_| RuleRef(rule.id.to_string()))
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
