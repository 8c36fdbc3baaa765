//! Statements of policies and tests.

use super::printer::Printer;
use crate::ast::*;
use crate::lexer::TokenKind as T;

impl Printer<'_> {
    /// Annotations stand before a statement on its line, or on lines of their own, as the author has them.
    fn annotations(&mut self, list: &[Annotation]) {
        for annotation in list {
            self.annotation(annotation);
            if self.begins_line(0) {
                self.hard();
            } else {
                self.space();
            }
        }
    }

    pub(super) fn stmt(&mut self, stmt: &Stmt) {
        self.annotations(&stmt.annotations);
        match &stmt.kind {
            StmtKind::Error(_) => self.tight(stmt.span.hi),
            StmtKind::Default(outcome) => {
                self.words(2);
                if let DefaultOutcome::Escalate { to } = outcome {
                    self.space();
                    self.expect(T::To);
                    self.space();
                    self.expr(*to);
                }
            }
            StmtKind::Rule(rule) => self.rule(rule),
            StmtKind::RequirePolicy(require) => {
                self.words(2);
                self.expect(T::Colon);
                self.space();
                self.call(&require.call);
            }
            StmtKind::Oblige(oblige) => self.group(false, |p| {
                p.words(2);
                p.indented(|p| {
                    p.for_clause(&oblige.generators);
                    p.expect(T::Colon);
                    p.space();
                    p.tight(oblige.obligation.span.hi);
                    if let Some(payload) = oblige.payload {
                        p.space();
                        p.expr(payload);
                    }
                    p.when_clause(oblige.when.as_ref());
                });
            }),
            StmtKind::Transform(transform) => self.group(false, |p| {
                p.words(2);
                p.indented(|p| {
                    p.for_clause(&transform.generators);
                    p.expect(T::Colon);
                    p.space();
                    p.expr(transform.target);
                    p.space();
                    p.expect(T::Assign);
                    p.value(transform.value);
                    p.when_clause(transform.when.as_ref());
                });
            }),
            StmtKind::AppliesWhen(id) => {
                self.words(2);
                self.space();
                self.expr(*id);
            }
            StmtKind::Include(include) => self.group(false, |p| {
                p.expect(T::Include);
                p.space();
                p.call(&include.call);
                p.indented(|p| {
                    if let Some(name) = &include.name {
                        p.space();
                        p.expect(T::As);
                        p.space();
                        match name {
                            IncludeName::Name(_) => p.tok(),
                            IncludeName::Text(_) => p.string(),
                        }
                    }
                    p.for_clause(&include.generators);
                    p.when_clause(include.when.as_ref());
                });
            }),
            StmtKind::Let(decl) => self.let_decl(decl),
            StmtKind::Mode(id) => {
                self.expect(T::Mode);
                self.space();
                self.expr(*id);
            }
        }
    }

    fn call(&mut self, call: &PolicyCall) {
        self.tight(call.policy.span.hi);
        self.args(&call.args);
    }

    fn for_clause(&mut self, generators: &[Generator]) {
        if self.peek() == Some(T::For) {
            self.line();
            self.tok();
            self.space();
            self.generators(generators);
        }
    }

    fn when_clause(&mut self, clause: Option<&Clause>) {
        if let Some(clause) = clause {
            self.line();
            self.expect(T::When);
            self.space();
            self.expr(clause.expr);
        }
    }

    /// The head on one line, then the clauses: all on that line if they fit and the author has not spread them.
    fn rule(&mut self, rule: &Rule) {
        let spread = self.spread(rule);
        self.group(spread, |p| {
            p.group(false, |p| {
                p.words(2);
                p.indented(|p| {
                    while let Some(kind @ (T::To | T::For)) = p.peek() {
                        p.line();
                        p.rule_clause(rule, kind);
                    }
                });
            });
            p.indented(|p| {
                while let Some(
                    kind @ (T::To | T::For | T::When | T::That | T::Because | T::Fix | T::Details),
                ) = p.peek()
                {
                    p.line();
                    p.rule_clause(rule, kind);
                }
            });
        });
    }

    fn rule_clause(&mut self, rule: &Rule, kind: T) {
        self.tok();
        self.space();
        if kind == T::For {
            self.generators(&rule.generators);
            return;
        }
        let clauses = [&rule.to, &rule.when, &rule.that, &rule.because, &rule.fix, &rule.details];
        let here = self.last_end();
        if let Some(clause) = clauses.into_iter().flatten().find(|c| c.keyword.hi == here) {
            self.expr(clause.expr);
        } else {
            self.get_lost();
        }
    }

    /// Whether the author has put the first clause behind the head on a line of its own.
    fn spread(&self, rule: &Rule) -> bool {
        let clauses = [&rule.when, &rule.that, &rule.because, &rule.fix, &rule.details];
        let first = clauses.into_iter().flatten().map(|c| c.keyword.lo).min();
        first.is_some_and(|lo| self.begins_line_at(lo))
    }

    pub(super) fn test_stmt(&mut self, stmt: &TestStmt) {
        self.annotations(&stmt.annotations);
        match &stmt.kind {
            TestStmtKind::Error(_) => self.tight(stmt.span.hi),
            TestStmtKind::Let(decl) => self.let_decl(decl),
            TestStmtKind::Given(given) => {
                self.expect(T::Given);
                self.space();
                if let GivenTarget::Data(path) = &given.target {
                    self.expect(T::Data);
                    self.space();
                    self.tight(path.span.hi);
                } else {
                    self.tok();
                }
                self.space();
                self.expect(T::Assign);
                self.value(given.value);
            }
            TestStmtKind::Assume(id) => {
                self.expect(T::Assume);
                self.space();
                self.expr(*id);
            }
            TestStmtKind::Expect(expect) => {
                self.expect(T::Expect);
                self.space();
                match expect {
                    Expect::Holds(id) => self.expr(*id),
                    Expect::Decision { decision, verdict, span } => {
                        self.expr(*decision);
                        self.verdict(verdict, span.hi);
                    }
                }
            }
        }
    }

    fn verdict(&mut self, verdict: &Verdict, end: u32) {
        if let Verdict::Misfits(Some(list)) = verdict {
            self.space();
            self.tok();
            self.space();
            self.expr(*list);
            return;
        }
        let mut tight = false;
        while self.position() < end {
            if self.peek() == Some(T::Comma) {
                self.separator();
                continue;
            }
            let dot = self.peek() == Some(T::Dot);
            if !(tight || dot) {
                self.space();
            }
            self.tok();
            tight = dot;
        }
    }
}
