//! Rules of a policy.

use policy_syntax::ast;

use super::Checker;
use super::annotations::Target;
use super::env::Env;
use crate::diagnostics::policies::Policies;
use crate::diagnostics::types::Reason;
use crate::hir::walk;
use crate::hir::{Annotations, Effect, Expr, LocalId, Rule, Text, TextPart, TyKind};

impl Checker<'_> {
    pub(crate) fn rule(
        &mut self,
        env: &Env,
        rule: &ast::Rule,
        stmt: &ast::Stmt,
        policy: &Annotations,
        tainted: &[LocalId],
    ) -> Rule {
        let module = env.module;
        let mut annotations = self.annotations(module, &stmt.annotations, Target::Rule);
        self.on_error(module, rule, stmt, &annotations);
        inherit(&mut annotations, policy);
        let mut tainted = tainted.to_vec();
        let (mut inner, generators) = self.generators(env, &rule.generators);
        let mut bindings = Vec::new();
        for generator in &generators {
            let mut bound = Vec::new();
            Self::bound_by(&generator.pattern, &mut bound);
            if walk::mentions(&generator.source, &tainted) {
                tainted.extend(bound.iter().copied());
            }
            bindings.extend(bound);
        }
        let mut when = None;
        if let Some(clause) = &rule.when {
            let typed = self.condition(&inner, clause.expr, "what follows `when`");
            inner = inner.knowing(&typed.branches().yes);
            when = Some(typed.expr);
        }
        let mut that = None;
        if let Some(clause) = &rule.that {
            let typed = self.condition(&inner, clause.expr, "what follows `that`");
            // Messages are made where it is false.
            inner = inner.knowing(&typed.branches().no);
            that = Some(typed.expr);
        }
        let effect = match rule.effect {
            ast::Effect::Deny => Effect::Deny,
            ast::Effect::Require => Effect::Require,
            ast::Effect::Allow => Effect::Allow,
            ast::Effect::Warn => Effect::Warn,
            ast::Effect::Escalate => Effect::Escalate(match &rule.to {
                Some(to) => self.message(&inner, to.expr, "whom a rule escalates to"),
                None => Text { parts: Vec::new(), location: self.at(module, rule.id.span) },
            }),
        };
        let because = rule.because.as_ref().map(|c| self.message(&inner, c.expr, "`because`"));
        let fix = rule.fix.as_ref().map(|c| self.message(&inner, c.expr, "`fix`"));
        if let Some(fix) = &fix {
            self.fix_is_safe(fix, &tainted);
        }
        let details = rule.details.as_ref().and_then(|c| self.details(&inner, c.expr));
        Rule {
            id: rule.id.text.to_string(),
            effect,
            generators,
            bindings,
            when,
            that,
            because,
            fix,
            details,
            mode: None,
            annotations,
            location: self.at(module, rule.id.span),
            extent: self.at(module, stmt.span),
            doc: super::docs(&stmt.docs),
        }
    }

    fn details(&mut self, env: &Env, id: ast::ExprId) -> Option<Expr> {
        let env = &env.guarded(None);
        let typed = self.expr(env, id, None);
        match self.kind(typed.ty()) {
            TyKind::Record(_) => Some(typed.expr),
            TyKind::Error => None,
            TyKind::Option(_) => {
                self.absent(env, id, &typed, Reason::here("`details` wants"));
                None
            }
            _ => {
                let found = self.show(typed.ty());
                self.report(typed.expr.location, Policies::Details { found });
                None
            }
        }
    }

    /// `fix` may repeat nothing that the input's author could write freely.
    fn fix_is_safe(&mut self, fix: &Text, tainted: &[LocalId]) {
        for part in &fix.parts {
            let TextPart::Value { source, value } = part else { continue };
            let ty = self.present(value.ty);
            let harmless = matches!(
                self.kind(ty),
                TyKind::Error
                    | TyKind::Bool
                    | TyKind::Int(_)
                    | TyKind::Decimal
                    | TyKind::Enum(_)
                    | TyKind::Read(_)
                    | TyKind::Timestamp
                    | TyKind::Date
                    | TyKind::TimeOfDay
                    | TyKind::Duration
                    | TyKind::Ip
                    | TyKind::Cidr
            );
            if !harmless && walk::mentions(value, tainted) {
                let finding = Policies::FixTellsInput { source: source.clone(), ty: self.show(ty) };
                self.report(value.location, finding);
            }
        }
    }

    fn on_error(
        &mut self,
        module: crate::names::ModuleId,
        rule: &ast::Rule,
        stmt: &ast::Stmt,
        annotations: &Annotations,
    ) {
        if !annotations.on_error_skip {
            return;
        }
        let Some(span) = stmt.annotations.iter().find(|a| &*a.name.text == "on_error").map(|a| a.span) else {
            return;
        };
        let why = match rule.effect {
            ast::Effect::Deny | ast::Effect::Require | ast::Effect::Escalate if rule.because.is_none() => {
                "the rule has no `because`"
            }
            ast::Effect::Deny | ast::Effect::Require | ast::Effect::Escalate => return,
            ast::Effect::Allow | ast::Effect::Warn => {
                "a failure of `allow` or `warn` makes nothing stricter, so there is nothing to skip"
            }
        };
        self.report(self.at(module, span), Policies::OnErrorSkip { why });
    }
}

/// What a rule does not say itself it has from its policy.
fn inherit(rule: &mut Annotations, policy: &Annotations) {
    if rule.owner.is_none() {
        rule.owner.clone_from(&policy.owner);
    }
    if rule.severity.is_none() {
        rule.severity = policy.severity;
    }
    for (own, from) in [
        (&mut rule.controls, &policy.controls),
        (&mut rule.links, &policy.links),
        (&mut rule.tags, &policy.tags),
    ] {
        if own.is_empty() {
            own.clone_from(from);
        }
    }
}
