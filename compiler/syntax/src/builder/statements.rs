//! Statements of policies and tests.

use super::Builder;
use crate::ast::*;
use crate::problem::Problem;
use crate::span::Span;

/// A clause of a rule.
pub(crate) enum RuleClause {
    To(Clause),
    For(Vec<Generator>, Span),
    When(Clause),
    That(Clause),
    Because(Clause),
    Fix(Clause),
    Details(Clause),
}

/// A statement of a kind, to be completed.
pub(crate) fn stmt<K>(kind: K) -> Box<Stmt<K>> {
    Box::new(Stmt { docs: Vec::new(), annotations: Vec::new(), kind, span: Span::at(0) })
}

impl Builder<'_> {
    /// Completes a statement.
    pub(crate) fn stmt<K>(
        &mut self,
        lo: u32,
        hi: u32,
        annotations: Vec<Annotation>,
        mut stmt: Box<Stmt<K>>,
    ) -> Box<Stmt<K>> {
        stmt.docs = self.docs(lo);
        stmt.annotations = annotations;
        stmt.span = Span::new(lo, hi);
        stmt
    }

    pub(crate) fn rule(
        &mut self,
        effect: Effect,
        effect_span: Span,
        id: Name,
        clauses: Vec<RuleClause>,
    ) -> StmtKind {
        let mut rule = Rule {
            effect,
            effect_span,
            id,
            to: None,
            generators: Vec::new(),
            when: None,
            that: None,
            because: None,
            fix: None,
            details: None,
        };
        let mut for_span: Option<Span> = None;
        for clause in clauses {
            match clause {
                RuleClause::To(c) => self.put(&mut rule.to, c),
                RuleClause::For(generators, span) => match for_span {
                    None => {
                        for_span = Some(span);
                        rule.generators = generators;
                    }
                    Some(first) => {
                        let word = |s: Span| Span::new(s.lo, s.lo + 3);
                        let what = "for".to_owned();
                        self.problems.push(Problem::Repeated { what, first: word(first), again: word(span) });
                    }
                },
                RuleClause::When(c) => self.put(&mut rule.when, c),
                RuleClause::That(c) => self.put(&mut rule.that, c),
                RuleClause::Because(c) => self.put(&mut rule.because, c),
                RuleClause::Fix(c) => self.put(&mut rule.fix, c),
                RuleClause::Details(c) => self.put(&mut rule.details, c),
            }
        }
        self.check_clauses(&rule);
        StmtKind::Rule(rule)
    }

    /// Which clauses an effect must have and must not have.
    fn check_clauses(&mut self, rule: &Rule) {
        let (effect, head) = (rule.effect, rule.effect_span.to(rule.id.span));
        let requires = effect == Effect::Require;
        if requires && rule.that.is_none() {
            self.problems.push(Problem::MissingThat { head, when: rule.when.as_ref().map(|c| c.keyword) });
        }
        if !requires && rule.when.is_none() {
            self.problems.push(Problem::MissingWhen {
                head,
                effect,
                that: rule.that.as_ref().map(|c| c.keyword),
            });
        } else if !requires && let Some(that) = &rule.that {
            self.problems.push(Problem::WrongClause { at: that.keyword, effect, belongs: Effect::Require });
        }
        match (&rule.to, effect == Effect::Escalate) {
            (None, true) => self.problems.push(Problem::MissingTo { head }),
            (Some(to), false) => {
                self.problems.push(Problem::WrongClause {
                    at: to.keyword,
                    effect,
                    belongs: Effect::Escalate,
                });
            }
            (Some(_), true) | (None, false) => {}
        }
    }

    /// `require ID: p(e)`; with another effect it means nothing.
    pub(crate) fn require_policy(
        &mut self,
        effect: Effect,
        at: Span,
        id: Name,
        call: PolicyCall,
    ) -> StmtKind {
        if effect != Effect::Require {
            self.problems.push(Problem::OnlyRequire { at, effect });
            return StmtKind::Error(vec![id]);
        }
        StmtKind::RequirePolicy(RequirePolicy { id, call })
    }

    pub(crate) fn include(
        &mut self,
        word: Span,
        call: PolicyCall,
        name: Option<IncludeName>,
        generators: Vec<Generator>,
        when: Option<Clause>,
    ) -> StmtKind {
        if name.is_none() {
            let suggestion = call.policy.last().map_or_else(String::new, |n| n.text.to_string());
            self.problems.push(Problem::IncludeWithoutName { at: word.to(call.span), suggestion });
        }
        StmtKind::Include(Include { call, name, generators, when })
    }

    /// `given entities = e`; any other name is a mistake.
    pub(crate) fn given(&mut self, name: Name, value: ExprId) -> TestStmtKind {
        if &*name.text == "entities" {
            return TestStmtKind::Given(Given { target: GivenTarget::Entities(name.span), value });
        }
        self.problems.push(Problem::BadGiven { at: name.span, name: name.text.to_string() });
        TestStmtKind::Error(Vec::new())
    }

    /// `expect C`, and `expect P(x) is not_applicable`, which reads like a comparison.
    pub(crate) fn expect(&mut self, id: ExprId) -> TestStmtKind {
        let expr = &self.ast.exprs[id];
        if let ExprKind::Is { value, negated: false, op_span, test: IsTest::Value(test) } = &expr.kind
            && !expr.parens
            && let ExprKind::Name(name) = &self.ast.exprs[*test].kind
            && &*name.text == "not_applicable"
            && name.style == NameStyle::Plain
        {
            let span = op_span.to(name.span);
            return TestStmtKind::Expect(Expect::Decision {
                decision: *value,
                verdict: Verdict::NotApplicable,
                span,
            });
        }
        TestStmtKind::Expect(Expect::Holds(id))
    }
}
