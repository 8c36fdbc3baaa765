//! The nodes that stand directly below items and statements.

use super::{Child, generators};
use crate::ast::*;

type Visit<'a> = &'a mut dyn FnMut(Child);

/// The nodes directly below an item, its annotations and its statements.
pub fn item_roots(item: &Item, f: Visit<'_>) {
    annotations(&item.annotations, f);
    match &item.kind {
        ItemKind::Error(_) | ItemKind::Use(_) | ItemKind::Enum(_) => {}
        ItemKind::Type(decl) => f(Child::Type(decl.ty)),
        ItemKind::Entity(decl) => decl.attributes.iter().for_each(|id| f(Child::Type(*id))),
        ItemKind::Let(decl) => let_roots(decl, f),
        ItemKind::Data(decl) => {
            f(Child::Type(decl.ty));
            decl.default.iter().chain(&decl.max_age).for_each(|id| f(Child::Expr(*id)));
        }
        ItemKind::Fn(decl) => {
            params(&decl.params, f);
            decl.result.iter().for_each(|id| f(Child::Type(*id)));
            match &decl.body {
                FnBody::None => {}
                FnBody::Expr(id) => f(Child::Expr(*id)),
                FnBody::Block { lets, result } => {
                    lets.iter().for_each(|decl| let_roots(decl, f));
                    f(Child::Expr(*result));
                }
            }
        }
        ItemKind::Policy(decl) => {
            params(&decl.params, f);
            decl.subject.iter().for_each(|s| f(Child::Type(s.ty)));
            decl.body.iter().for_each(|stmt| stmt_roots(stmt, f));
        }
        ItemKind::Exception(decl) => {
            decl.bindings.iter().flatten().for_each(|id| f(Child::Pattern(*id)));
            decl.subject.iter().for_each(|s| f(Child::Type(s.ty)));
            let clauses = [&decl.when, &decl.until, &decl.because, &decl.approved_by, &decl.follow_up];
            clauses.into_iter().for_each(|c| clause(c, f));
        }
        ItemKind::Obligation(decl) => decl.fields.iter().for_each(|id| f(Child::Type(*id))),
        ItemKind::Test(decl) => {
            f(Child::Expr(decl.name));
            decl.at.iter().for_each(|id| f(Child::Expr(*id)));
            generators(&decl.generators, f);
            decl.body.iter().for_each(|stmt| test_stmt_roots(stmt, f));
        }
        ItemKind::Property(decl) => {
            f(Child::Expr(decl.name));
            for binder in &decl.binders {
                match binder {
                    PropertyBinder::Value(p) => params(std::slice::from_ref(p), f),
                    PropertyBinder::Data(_) => {}
                }
            }
            decl.body.iter().for_each(|stmt| test_stmt_roots(stmt, f));
        }
    }
}

/// The nodes directly below a statement of a policy and its annotations.
pub fn stmt_roots(stmt: &Stmt, f: Visit<'_>) {
    annotations(&stmt.annotations, f);
    match &stmt.kind {
        StmtKind::Error(_) => {}
        StmtKind::Default(outcome) => match outcome {
            DefaultOutcome::Allow | DefaultOutcome::Deny => {}
            DefaultOutcome::Escalate { to } => f(Child::Expr(*to)),
        },
        StmtKind::Rule(rule) => {
            clause(&rule.to, f);
            generators(&rule.generators, f);
            let clauses = [&rule.when, &rule.that, &rule.because, &rule.fix, &rule.details];
            clauses.into_iter().for_each(|c| clause(c, f));
        }
        StmtKind::RequirePolicy(require) => args(&require.call.args, f),
        StmtKind::Oblige(oblige) => {
            generators(&oblige.generators, f);
            oblige.payload.iter().for_each(|id| f(Child::Expr(*id)));
            clause(&oblige.when, f);
        }
        StmtKind::Transform(transform) => {
            generators(&transform.generators, f);
            f(Child::Expr(transform.target));
            f(Child::Expr(transform.value));
            clause(&transform.when, f);
        }
        StmtKind::AppliesWhen(id) | StmtKind::Mode(id) => f(Child::Expr(*id)),
        StmtKind::Include(include) => {
            args(&include.call.args, f);
            if let Some(IncludeName::Text(id)) = &include.name {
                f(Child::Expr(*id));
            }
            generators(&include.generators, f);
            clause(&include.when, f);
        }
        StmtKind::Let(decl) => let_roots(decl, f),
    }
}

/// The nodes directly below a statement of a test and its annotations.
pub fn test_stmt_roots(stmt: &TestStmt, f: Visit<'_>) {
    annotations(&stmt.annotations, f);
    match &stmt.kind {
        TestStmtKind::Error(_) => {}
        TestStmtKind::Let(decl) => let_roots(decl, f),
        TestStmtKind::Given(given) => f(Child::Expr(given.value)),
        TestStmtKind::Assume(id) => f(Child::Expr(*id)),
        TestStmtKind::Expect(expect) => match expect {
            Expect::Holds(id) => f(Child::Expr(*id)),
            Expect::Decision { decision, verdict, .. } => {
                f(Child::Expr(*decision));
                if let Verdict::Misfits(Some(id)) = verdict {
                    f(Child::Expr(*id));
                }
            }
        },
    }
}

fn annotations(list: &[Annotation], f: Visit<'_>) {
    list.iter().filter_map(|a| a.args.as_ref()).for_each(|list| args(list, f));
}

fn args(list: &[Arg], f: Visit<'_>) {
    list.iter().for_each(|arg| f(Child::Expr(arg.value)));
}

fn let_roots(decl: &LetDecl, f: Visit<'_>) {
    decl.ty.iter().for_each(|id| f(Child::Type(*id)));
    f(Child::Expr(decl.value));
}

fn params(list: &[Param], f: Visit<'_>) {
    for param in list {
        f(Child::Type(param.ty));
        param.default.iter().for_each(|id| f(Child::Expr(*id)));
    }
}

fn clause(clause: &Option<Clause>, f: Visit<'_>) {
    clause.iter().for_each(|c| f(Child::Expr(c.expr)));
}
