//! Rules of a policy.

use policy_syntax::{Span, ast};

use super::Checker;
use super::annotations::Target;
use super::env::Env;
use crate::diagnostics::policies::Policies;
use crate::diagnostics::types::Reason;
use crate::hir::walk;
use crate::hir::{Annotations, Effect, Expr, Gen, LocalId, Rule, Text, TextPart, TyKind};
use crate::names::ModuleId;

/// What the statements of one policy share.
#[derive(Clone, Copy)]
pub(crate) struct Around<'p> {
    /// The policy's annotations.
    pub(crate) annotations: &'p Annotations,
    /// The variables that hold, or follow from, what the input's author wrote.
    pub(crate) input: &'p [LocalId],
}

/// What stands before a statement's effect: annotations, generators, `when`.
pub(crate) struct Opening {
    /// What is in scope and known behind it.
    pub(crate) env: Env,
    pub(crate) generators: Vec<Gen>,
    pub(crate) bindings: Vec<LocalId>,
    /// As [`Around::input`], with what the generators bind.
    pub(crate) input: Vec<LocalId>,
    when: Option<Expr>,
    mode: Option<Expr>,
    annotations: Annotations,
}

impl Checker<'_> {
    /// What the statements of a policy begin with.
    pub(crate) fn opening(
        &mut self,
        env: &Env,
        stmt: &ast::Stmt,
        around: Around<'_>,
        target: Target,
        (generators, when): (&[ast::Generator], Option<&ast::Clause>),
    ) -> Opening {
        let mut annotations = self.annotations(env.module, &stmt.annotations, target);
        inherit(&mut annotations, around.annotations);
        let mut input = around.input.to_vec();
        let (mut inner, generators) = self.generators(env, generators);
        let mut bindings = Vec::new();
        for generator in &generators {
            let mut bound = Vec::new();
            Self::bound_by(&generator.pattern, &mut bound);
            if walk::mentions(&generator.source, &input) {
                input.extend(bound.iter().copied());
            }
            bindings.extend(bound);
        }
        let mut mode = None;
        if let Some(((constant, computed), _)) = self.mode_annotation(&inner, &stmt.annotations, &input) {
            annotations.mode = constant;
            mode = computed;
        }
        let mut condition = None;
        if let Some(clause) = when {
            let typed = self.condition(&inner, clause.expr, "what follows `when`");
            inner = inner.knowing(typed.when_true());
            condition = Some(typed.expr);
        }
        Opening { env: inner, generators, bindings, input, when: condition, mode, annotations }
    }

    /// A statement of a name with its effect, and nothing behind it.
    pub(crate) fn closing(
        &self,
        module: ModuleId,
        opening: Opening,
        (id, span): (&str, Span),
        stmt: &ast::Stmt,
        effect: Effect,
    ) -> Rule {
        Rule {
            id: id.to_owned(),
            effect,
            generators: opening.generators,
            bindings: opening.bindings,
            when: opening.when,
            that: None,
            because: None,
            fix: None,
            details: None,
            mode: opening.mode,
            annotations: opening.annotations,
            location: self.at(module, span),
            extent: self.at(module, stmt.span),
            doc: super::docs(&stmt.docs),
        }
    }

    pub(crate) fn rule(&mut self, env: &Env, rule: &ast::Rule, stmt: &ast::Stmt, around: Around<'_>) -> Rule {
        let module = env.module;
        let opening = self.opening(env, stmt, around, Target::Rule, (&rule.generators, rule.when.as_ref()));
        self.on_error(module, rule, stmt, &opening.annotations);
        let mut inner = opening.env.clone();
        let mut that = None;
        if let Some(clause) = &rule.that {
            let typed = self.condition(&inner, clause.expr, "what follows `that`");
            // Messages are made where it is false.
            inner = inner.knowing(typed.when_false());
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
            self.fix_is_safe(fix, &opening.input);
        }
        let details = rule.details.as_ref().and_then(|c| self.details(&inner, c.expr));
        Rule { that, because, fix, details, ..self.closing(module, opening, named(&rule.id), stmt, effect) }
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

    fn on_error(&mut self, module: ModuleId, rule: &ast::Rule, stmt: &ast::Stmt, annotations: &Annotations) {
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

/// A name with its place.
pub(crate) fn named(name: &ast::Name) -> (&str, Span) {
    (&name.text, name.span)
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
