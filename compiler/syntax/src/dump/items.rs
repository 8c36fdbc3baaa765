//! Items and statements.

use super::Dumper;
use crate::ast::*;

impl Dumper<'_> {
    pub(super) fn file(&mut self) {
        let ast = self.ast;
        self.docs(&ast.docs);
        if let Some(module) = &ast.module {
            self.node("module", |d| d.path(&module.path));
            self.line();
        }
        for item in &ast.items {
            self.item(item);
            self.line();
        }
    }

    fn annotations(&mut self, list: &[Annotation]) {
        for annotation in list {
            self.node("@", |d| {
                d.out.push_str(&annotation.name.text);
                if let Some(args) = &annotation.args {
                    d.node("args", |d| d.args(args));
                }
            });
        }
    }

    fn item(&mut self, item: &Item) {
        self.docs(&item.docs);
        self.annotations(&item.annotations);
        self.flag(item.public.is_some(), "pub");
        match &item.kind {
            ItemKind::Error(names) => self.node("error", |d| names.iter().for_each(|n| d.name(n))),
            ItemKind::Use(decl) => self.node("use", |d| d.use_decl(decl)),
            ItemKind::Type(decl) => self.node("type", |d| {
                d.name(&decl.name);
                d.type_params(&decl.params);
                d.ty(decl.ty);
                if let Some(reader) = &decl.reader {
                    d.node("read-by", |d| d.path(reader));
                }
            }),
            ItemKind::Enum(decl) => self.node("enum", |d| {
                d.flag(decl.ordered, "ordered");
                d.flag(decl.open, "open");
                d.name(&decl.name);
                for variant in &decl.variants {
                    d.node("variant", |d| {
                        d.docs(&variant.docs);
                        d.name(&variant.name);
                        variant.spellings.iter().for_each(|s| d.quoted(&s.value));
                    });
                }
            }),
            ItemKind::Entity(decl) => self.node("entity", |d| {
                d.name(&decl.name);
                d.node("in", |d| decl.parents.iter().for_each(|p| d.path(p)));
                d.optional_type("attributes", decl.attributes);
            }),
            ItemKind::Let(decl) => self.let_decl(decl),
            ItemKind::Data(decl) => self.node("data", |d| {
                d.name(&decl.name);
                d.ty(decl.ty);
                d.optional_expr("=", decl.default);
                d.optional_expr("max-age", decl.max_age);
            }),
            ItemKind::Fn(decl) => self.node("fn", |d| d.fn_decl(decl)),
            ItemKind::Policy(decl) => self.node("policy", |d| {
                d.name(&decl.name);
                d.params(&decl.params);
                d.subject(decl.subject.as_ref());
                d.flag(decl.resolve_first.is_some(), "resolve-first");
                for stmt in &decl.body {
                    d.line();
                    d.word("  ");
                    d.stmt(stmt);
                }
            }),
            ItemKind::Exception(decl) => self.node("exception", |d| d.exception(decl)),
            ItemKind::Obligation(decl) => self.node("obligation", |d| {
                d.name(&decl.name);
                d.word(match decl.on {
                    ObligationOn::Allow => "allow",
                    ObligationOn::Deny => "deny",
                    ObligationOn::Any => "any",
                });
                d.optional_type("fields", decl.fields);
            }),
            ItemKind::Test(decl) => self.node("test", |d| {
                d.expr(decl.name);
                d.optional_expr("at", decl.at);
                d.generators(&decl.generators);
                d.test_stmts(&decl.body);
            }),
            ItemKind::Property(decl) => self.node("property", |d| {
                d.expr(decl.name);
                for binder in &decl.binders {
                    match binder {
                        PropertyBinder::Value(param) => d.params(std::slice::from_ref(param)),
                        PropertyBinder::Data(path) => d.node("data", |d| d.path(path)),
                    }
                }
                d.test_stmts(&decl.body);
            }),
        }
    }

    fn use_decl(&mut self, decl: &UseDecl) {
        self.path(&decl.path);
        let alias = |d: &mut Self, alias: &Option<Name>| {
            if let Some(alias) = alias {
                d.node("as", |d| d.name(alias));
            }
        };
        match &decl.target {
            UseTarget::Whole { alias: name } => alias(self, name),
            UseTarget::Names(names) => self.node("names", |d| {
                for name in names {
                    d.name(&name.name);
                    alias(d, &name.alias);
                }
            }),
        }
    }

    fn type_params(&mut self, list: &[TypeParam]) {
        for param in list {
            self.node("param", |d| {
                d.name(&param.name);
                param.bound.iter().for_each(|n| d.name(n));
            });
        }
    }

    fn params(&mut self, list: &[Param]) {
        for param in list {
            self.node("param", |d| {
                d.name(&param.name);
                d.ty(param.ty);
                d.optional_expr("=", param.default);
            });
        }
    }

    fn subject(&mut self, subject: Option<&Subject>) {
        if let Some(subject) = subject {
            self.node("on", |d| {
                subject.name.iter().for_each(|n| d.name(n));
                d.ty(subject.ty);
            });
        }
    }

    fn let_decl(&mut self, decl: &LetDecl) {
        self.node("let", |d| {
            d.name(&decl.name);
            d.optional_type("type", decl.ty);
            d.expr(decl.value);
        });
    }

    fn fn_decl(&mut self, decl: &FnDecl) {
        self.name(&decl.name);
        self.type_params(&decl.type_params);
        self.params(&decl.params);
        self.optional_type("->", decl.result);
        match &decl.body {
            FnBody::None => {}
            FnBody::Expr(id) => self.optional_expr("=", Some(*id)),
            FnBody::Block { lets, result } => self.node("block", |d| {
                lets.iter().for_each(|l| d.let_decl(l));
                d.optional_expr("return", Some(*result));
            }),
        }
    }

    fn exception(&mut self, decl: &ExceptionDecl) {
        self.name(&decl.name);
        self.path(&decl.rule);
        if let Some(bindings) = &decl.bindings {
            self.node("bindings", |d| bindings.iter().for_each(|id| d.pattern(*id)));
        }
        self.subject(decl.subject.as_ref());
        self.clause("when", &decl.when);
        self.clause("until", &decl.until);
        self.clause("because", &decl.because);
        self.clause("approved-by", &decl.approved_by);
        self.clause("follow-up", &decl.follow_up);
    }

    fn clause(&mut self, head: &str, clause: &Option<Clause>) {
        self.optional_expr(head, clause.as_ref().map(|c| c.expr));
    }

    fn call(&mut self, call: &PolicyCall) {
        self.node("policy", |d| {
            d.path(&call.policy);
            d.args(&call.args);
        });
    }

    fn stmt(&mut self, stmt: &Stmt) {
        self.docs(&stmt.docs);
        self.annotations(&stmt.annotations);
        match &stmt.kind {
            StmtKind::Error(names) => self.node("error", |d| names.iter().for_each(|n| d.name(n))),
            StmtKind::Default(outcome) => self.node("default", |d| match outcome {
                DefaultOutcome::Allow => d.word("allow"),
                DefaultOutcome::Deny => d.word("deny"),
                DefaultOutcome::Escalate { to } => {
                    d.word("escalate");
                    d.expr(*to);
                }
            }),
            StmtKind::Rule(rule) => self.node(rule.effect.text(), |d| {
                d.name(&rule.id);
                d.clause("to", &rule.to);
                d.generators(&rule.generators);
                d.clause("when", &rule.when);
                d.clause("that", &rule.that);
                d.clause("because", &rule.because);
                d.clause("fix", &rule.fix);
                d.clause("details", &rule.details);
            }),
            StmtKind::RequirePolicy(require) => self.node("require-policy", |d| {
                d.name(&require.id);
                d.call(&require.call);
            }),
            StmtKind::Oblige(oblige) => self.node("oblige", |d| {
                d.name(&oblige.id);
                d.generators(&oblige.generators);
                d.path(&oblige.obligation);
                d.optional_expr("payload", oblige.payload);
                d.clause("when", &oblige.when);
            }),
            StmtKind::Transform(transform) => self.node("transform", |d| {
                d.name(&transform.id);
                d.generators(&transform.generators);
                d.expr(transform.target);
                d.expr(transform.value);
                d.clause("when", &transform.when);
            }),
            StmtKind::AppliesWhen(id) => self.optional_expr("applies-when", Some(*id)),
            StmtKind::Include(include) => self.node("include", |d| {
                d.call(&include.call);
                match &include.name {
                    None => {}
                    Some(IncludeName::Name(name)) => d.node("as", |d| d.name(name)),
                    Some(IncludeName::Text(id)) => d.optional_expr("as", Some(*id)),
                }
                d.generators(&include.generators);
                d.clause("when", &include.when);
            }),
            StmtKind::Let(decl) => self.let_decl(decl),
            StmtKind::Mode(id) => self.optional_expr("mode", Some(*id)),
        }
    }

    fn test_stmts(&mut self, list: &[TestStmt]) {
        for stmt in list {
            self.line();
            self.word("  ");
            self.docs(&stmt.docs);
            self.annotations(&stmt.annotations);
            match &stmt.kind {
                TestStmtKind::Error(names) => self.node("error", |d| names.iter().for_each(|n| d.name(n))),
                TestStmtKind::Let(decl) => self.let_decl(decl),
                TestStmtKind::Given(given) => self.node("given", |d| {
                    match &given.target {
                        GivenTarget::Data(path) => d.node("data", |d| d.path(path)),
                        GivenTarget::Entities(_) => d.word("entities"),
                    }
                    d.expr(given.value);
                }),
                TestStmtKind::Assume(id) => self.optional_expr("assume", Some(*id)),
                TestStmtKind::Expect(expect) => self.node("expect", |d| match expect {
                    Expect::Holds(id) => d.expr(*id),
                    Expect::Decision { decision, verdict, .. } => {
                        d.expr(*decision);
                        d.verdict(verdict);
                    }
                }),
            }
        }
    }

    fn verdict(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Allows(by) => self.by("allows", by.as_ref()),
            Verdict::Denies(by) => self.by("denies", by.as_ref()),
            Verdict::Escalates(by) => self.by("escalates", by.as_ref()),
            Verdict::Warns(by) => self.by("warns", by.as_ref()),
            Verdict::Obliges(rules) => self.node("obliges", |d| d.rules(rules)),
            Verdict::Excepts(rules) => self.node("excepts", |d| d.rules(rules)),
            Verdict::NotApplicable => self.word("not-applicable"),
            Verdict::Fails => self.word("fails"),
            Verdict::Misfits(list) => self.node("misfits", |d| list.iter().for_each(|id| d.expr(*id))),
        }
    }

    fn by(&mut self, head: &str, by: Option<&By>) {
        self.node(head, |d| match by {
            None => {}
            Some(By::Default(_)) => d.word("default"),
            Some(By::Rules { exactly, rules }) => {
                d.flag(*exactly, "exactly");
                d.rules(rules);
            }
        });
    }

    fn rules(&mut self, rules: &[RuleRef]) {
        for rule in rules {
            self.node("rule", |d| {
                d.path(&rule.path);
                rule.times.iter().for_each(|n| d.word(n));
            });
        }
    }
}
