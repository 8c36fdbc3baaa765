//! Rules as tests name them: `rule`, `instance.rule`.

use policy_syntax::{Location, ast};

use super::Checker;
use super::env::Env;
use super::heads::{Head, HeadKind, HeadRule};
use crate::diagnostics::names::Nearest;
use crate::diagnostics::tests::Tests;
use crate::hir::RuleRef;
use crate::names::nearest::nearest;

/// What a test says that a rule did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asks {
    Allows,
    Denies,
    Escalates,
    Warns,
    Obliges,
    Excepts,
}

impl Asks {
    const fn verb(self) -> &'static str {
        match self {
            Self::Allows => "allows",
            Self::Denies => "denies",
            Self::Escalates => "escalates",
            Self::Warns => "warns",
            Self::Obliges => "obliges",
            Self::Excepts => "excepts",
        }
    }

    /// Whether a statement can do so; `weak` says that its mode may be weaker than `enforce`.
    const fn fits(self, kind: HeadKind, weak: bool) -> bool {
        use ast::Effect::{Allow, Deny, Escalate, Require, Warn};
        match (self, kind) {
            (_, HeadKind::Damaged)
            | (Self::Allows, HeadKind::Rule(Allow))
            | (Self::Denies, HeadKind::Rule(Deny | Require) | HeadKind::Outcome)
            | (Self::Escalates, HeadKind::Rule(Escalate) | HeadKind::Outcome)
            | (Self::Warns, HeadKind::Rule(Warn))
            | (Self::Obliges, HeadKind::Oblige)
            | (Self::Excepts, HeadKind::Rule(Deny | Require | Escalate)) => true,
            // What a rule finds in mode `advise` is a warning.
            (Self::Warns, HeadKind::Rule(_) | HeadKind::Outcome) => weak,
            _ => false,
        }
    }
}

/// A rule that was found, and whether its mode may be weaker than `enforce` on the way to it.
struct Found {
    rule: HeadRule,
    weak: bool,
}

impl Checker<'_> {
    /// The rules that a test names; none where one of them does not exist or cannot do so, which is reported.
    pub(crate) fn rules_named(
        &mut self,
        env: &Env,
        head: &Head,
        rules: &[ast::RuleRef],
        asks: Asks,
    ) -> Option<Vec<RuleRef>> {
        let found: Vec<Option<RuleRef>> =
            rules.iter().map(|rule| self.rule_named(env, head, &rule.path, asks)).collect();
        found.into_iter().collect()
    }

    fn rule_named(&mut self, env: &Env, head: &Head, path: &ast::Path, asks: Asks) -> Option<RuleRef> {
        let at = self.at(env.module, path.span);
        if let Some((last, before)) = path.segments.split_last()
            && self.asks_about(self.at(env.module, last.span))
        {
            self.probe_rules(head, before, &|kind| asks.fits(kind, false));
        }
        let segments: Vec<&str> = path.segments.iter().map(|s| s.text.as_ref()).collect();
        let found = match self.find_rule(head, &segments, 0) {
            Some(Found { rule, .. }) if rule.kind == HeadKind::Damaged => return None,
            Some(found) => found,
            None => {
                if !self.broken_instance(head, &segments) && segments.iter().all(|s| !s.is_empty()) {
                    self.unknown_rule(head, path, asks, at);
                }
                return None;
            }
        };
        self.uses(at, found.rule.location);
        if !asks.fits(found.rule.kind, found.weak) {
            let finding = Tests::WrongEffect {
                rule: path.to_string(),
                effect: words(found.rule.kind),
                verb: asks.verb(),
                declared: found.rule.location,
            };
            self.report(at, finding);
            return None;
        }
        Some(RuleRef(path.to_string()))
    }

    /// A rule of a policy, or of an instance within it. Instances whose name is computed can have any.
    fn find_rule(&self, head: &Head, path: &[&str], depth: usize) -> Option<Found> {
        /// Inclusion is no deeper than this where it is no cycle; what is named is as deep as it is written.
        const DEEPEST: usize = 64;
        if depth > DEEPEST {
            return None;
        }
        match path {
            [] => None,
            [rule] => head
                .rules
                .iter()
                .find(|r| *r.id == **rule)
                .map(|rule| Found { rule: rule.clone(), weak: rule.weak || head.weak }),
            [instance, rest @ ..] => {
                let named = head.instances.iter().filter(|i| i.name.as_deref() == Some(*instance));
                let computed = head.instances.iter().filter(|i| i.name.is_none());
                named.chain(computed).find_map(|instance| {
                    let callee = self.heads.get(instance.policy?.index())?;
                    let found = self.find_rule(callee, rest, depth + 1)?;
                    Some(Found { weak: found.weak || instance.weak || head.weak, ..found })
                })
            }
        }
    }

    /// Whether a path leads through an instance of a policy that does not exist, which was reported.
    fn broken_instance(&self, head: &Head, path: &[&str]) -> bool {
        let [first, rest @ ..] = path else { return false };
        !rest.is_empty()
            && head.instances.iter().any(|i| {
                let named = i.name.as_deref().is_none_or(|name| name == *first);
                named && i.policy.is_none()
            })
    }

    fn unknown_rule(&mut self, head: &Head, path: &ast::Path, asks: Asks, at: Location) {
        let id = path.to_string();
        let can = |r: &&HeadRule, weak: bool| asks.fits(r.kind, weak || r.weak);
        let own = head.rules.iter().filter(|r| can(r, head.weak));
        let mut rules: Vec<String> = own.map(|r| r.id.to_string()).collect();
        for instance in &head.instances {
            let Some(callee) = instance.policy.and_then(|p| self.heads.get(p.index())) else { continue };
            let name = instance.name.as_deref().unwrap_or("…");
            let weak = head.weak || instance.weak || callee.weak;
            rules.extend(callee.rules.iter().filter(|r| can(r, weak)).map(|r| format!("{name}.{}", r.id)));
        }
        let near = nearest(&id, rules.iter().map(String::as_str).filter(|r| !r.starts_with('…')));
        // A rule of an instance is easily named without it.
        let inside = || {
            let mut of_instances = rules.iter().filter(|r| r.rsplit('.').next() == Some(id.as_str()));
            of_instances.next().filter(|r| !r.starts_with('…')).map(String::as_str)
        };
        let near = near.or_else(inside).map(str::to_owned);
        let finding = Tests::UnknownRule {
            id,
            policy: head.name.to_string(),
            verb: asks.verb(),
            rules,
            nearest: near.map(|name| Nearest { name, declared: None }),
        };
        self.report(at, finding);
    }
}

pub(crate) const fn words(kind: HeadKind) -> &'static str {
    match kind {
        HeadKind::Damaged => "damaged",
        HeadKind::Rule(ast::Effect::Deny) => "a `deny`",
        HeadKind::Rule(ast::Effect::Require) => "a `require`",
        HeadKind::Rule(ast::Effect::Escalate) => "an `escalate`",
        HeadKind::Rule(ast::Effect::Allow) => "an `allow`",
        HeadKind::Rule(ast::Effect::Warn) => "a `warn`",
        HeadKind::Outcome => "another policy's outcome",
        HeadKind::Oblige => "an `oblige`",
        HeadKind::Transform => "a `transform`",
    }
}
