//! The names that items and statements bind and use.

use policy_syntax::Span;
use policy_syntax::ast::{
    Annotation, Clause, DefaultOutcome, ExceptionDecl, Expect, FnBody, FnDecl, GivenTarget, IncludeName,
    Item, ItemKind, LetDecl, Param, PolicyCall, PolicyDecl, PropertyBinder, Rule, Stmt, StmtKind, Subject,
    TestStmt, TestStmtKind, TypeParam, UseDecl, UseTarget, Verdict,
};

use super::{Kind, Walk};

impl<'a> Walk<'a> {
    pub(super) fn module(&mut self) {
        let ast = self.ast;
        let mut items = Vec::with_capacity(ast.items.len());
        for item in &ast.items {
            let first = self.binders.len();
            self.declare(item);
            items.push((self.binders.len() > first).then_some(first));
        }
        for (item, binder) in ast.items.iter().zip(items) {
            self.item = binder;
            self.scoped(|walk| walk.item(item));
        }
    }

    /// Puts what an item names into the module's scope.
    fn declare(&mut self, item: &'a Item) {
        let private = |kind| if item.public.is_some() { Kind::Other } else { kind };
        let (name, kind) = match &item.kind {
            ItemKind::Error(_) | ItemKind::Exception(_) | ItemKind::Test(_) | ItemKind::Property(_) => return,
            ItemKind::Use(decl) => return self.imports(decl, item.span),
            ItemKind::Type(decl) => (&decl.name, private(Kind::Type)),
            ItemKind::Enum(decl) => (&decl.name, private(Kind::Type)),
            ItemKind::Let(decl) => (&decl.name, private(Kind::Let)),
            ItemKind::Data(decl) => (&decl.name, private(Kind::Data)),
            ItemKind::Fn(decl) => (&decl.name, private(Kind::Function)),
            ItemKind::Entity(decl) => (&decl.name, Kind::Other),
            ItemKind::Policy(decl) => (&decl.name, Kind::Other),
            ItemKind::Obligation(decl) => (&decl.name, Kind::Other),
        };
        self.global(name, kind, item.span);
        let is_type = matches!(item.kind, ItemKind::Type(_) | ItemKind::Enum(_) | ItemKind::Entity(_));
        self.mark_type(is_type);
    }

    fn mark_type(&mut self, is_type: bool) {
        if let Some(binder) = self.binders.last_mut() {
            binder.ty = is_type;
        }
    }

    fn imports(&mut self, decl: &'a UseDecl, whole: Span) {
        match &decl.target {
            UseTarget::Whole { alias } => {
                if let Some(name) = alias.as_ref().or(decl.path.last()) {
                    self.global(name, Kind::Import, whole);
                }
            }
            UseTarget::Names(names) => {
                for (i, one) in names.iter().enumerate() {
                    let end = one.alias.as_ref().unwrap_or(&one.name).span.hi;
                    let before = i.checked_sub(1).and_then(|i| names.get(i));
                    let part = match (names.get(i + 1), before) {
                        (Some(next), _) => Span::new(one.name.span.lo, next.name.span.lo),
                        (None, Some(before)) => {
                            Span::new(before.alias.as_ref().unwrap_or(&before.name).span.hi, end)
                        }
                        (None, None) => whole,
                    };
                    self.global(one.alias.as_ref().unwrap_or(&one.name), Kind::Import, part);
                }
            }
        }
    }

    fn item(&mut self, item: &'a Item) {
        self.annotations(&item.annotations);
        match &item.kind {
            ItemKind::Error(_) | ItemKind::Use(_) | ItemKind::Enum(_) => {}
            ItemKind::Type(decl) => {
                self.type_params(&decl.params);
                self.ty(decl.ty);
                if let Some(reader) = &decl.reader {
                    self.path(reader);
                }
            }
            ItemKind::Entity(decl) => {
                decl.parents.iter().for_each(|parent| self.path(parent));
                if let Some(attributes) = decl.attributes {
                    self.ty(attributes);
                }
            }
            ItemKind::Let(decl) => self.let_value(decl),
            ItemKind::Data(decl) => {
                self.ty(decl.ty);
                for part in [decl.default, decl.max_age].into_iter().flatten() {
                    self.expr(part);
                }
            }
            ItemKind::Fn(decl) => self.function(decl),
            ItemKind::Policy(decl) => self.policy(decl),
            ItemKind::Exception(decl) => self.exception(decl),
            ItemKind::Obligation(decl) => {
                if let Some(fields) = decl.fields {
                    self.ty(fields);
                }
            }
            ItemKind::Test(decl) => {
                if let Some(at) = decl.at {
                    self.expr(at);
                }
                self.generators(&decl.generators);
                self.expr(decl.name);
                self.steps(&decl.body);
            }
            ItemKind::Property(decl) => {
                for binder in &decl.binders {
                    match binder {
                        PropertyBinder::Value(param) => self.param(param, Kind::Bound),
                        PropertyBinder::Data(path) => self.path(path),
                    }
                }
                self.expr(decl.name);
                self.steps(&decl.body);
            }
        }
    }

    fn annotations(&mut self, annotations: &[Annotation]) {
        for annotation in annotations.iter().filter(|annotation| &*annotation.name.text != "allow") {
            self.args(annotation.args.as_deref().unwrap_or(&[]));
        }
    }

    fn type_params(&mut self, params: &[TypeParam]) {
        for param in params {
            self.local(&param.name, Kind::Other, param.name.span);
            self.mark_type(true);
        }
    }

    fn param(&mut self, param: &Param, kind: Kind) {
        self.ty(param.ty);
        if let Some(default) = param.default {
            self.expr(default);
        }
        self.local(&param.name, kind, param.span);
    }

    fn let_value(&mut self, decl: &LetDecl) {
        if let Some(ty) = decl.ty {
            self.ty(ty);
        }
        self.expr(decl.value);
    }

    /// `let`s that see each other, whatever their order.
    fn lets<'l>(&mut self, lets: impl Iterator<Item = (&'l LetDecl, Span)> + Clone) {
        for (decl, whole) in lets.clone() {
            self.local(&decl.name, Kind::Let, whole);
        }
        lets.for_each(|(decl, _)| self.let_value(decl));
    }

    fn function(&mut self, decl: &FnDecl) {
        self.type_params(&decl.type_params);
        // What the machine provides has parameters that no text can use.
        let kind = if matches!(decl.body, FnBody::None) { Kind::Other } else { Kind::Param };
        decl.params.iter().for_each(|param| self.param(param, kind));
        if let Some(result) = decl.result {
            self.ty(result);
        }
        match &decl.body {
            FnBody::None => {}
            FnBody::Expr(body) => self.expr(*body),
            FnBody::Block { lets, result } => {
                self.lets(lets.iter().map(|decl| (decl, decl.span)));
                self.expr(*result);
            }
        }
    }

    fn subject(&mut self, subject: Option<&Subject>) {
        let Some(subject) = subject else { return };
        self.ty(subject.ty);
        if let Some(name) = &subject.name {
            self.local(name, Kind::Other, subject.span);
        }
    }

    fn policy(&mut self, decl: &PolicyDecl) {
        decl.params.iter().for_each(|param| self.param(param, Kind::Param));
        self.subject(decl.subject.as_ref());
        let lets = decl.body.iter().filter_map(|statement| {
            if let StmtKind::Let(decl) = &statement.kind { Some((decl, statement.span)) } else { None }
        });
        self.lets(lets);
        for statement in &decl.body {
            self.scoped(|walk| walk.statement(statement));
        }
    }

    fn clauses<'c>(&mut self, clauses: impl IntoIterator<Item = &'c Option<Clause>>) {
        for clause in clauses.into_iter().flatten() {
            self.expr(clause.expr);
        }
    }

    fn statement(&mut self, statement: &Stmt) {
        let generators = match &statement.kind {
            StmtKind::Rule(rule) => rule.generators.as_slice(),
            StmtKind::Oblige(oblige) => oblige.generators.as_slice(),
            StmtKind::Transform(transform) => transform.generators.as_slice(),
            StmtKind::Include(include) => include.generators.as_slice(),
            StmtKind::Error(_)
            | StmtKind::Default(_)
            | StmtKind::RequirePolicy(_)
            | StmtKind::AppliesWhen(_)
            | StmtKind::Let(_)
            | StmtKind::Mode(_) => &[],
        };
        self.generators(generators);
        self.annotations(&statement.annotations);
        match &statement.kind {
            StmtKind::Error(_) | StmtKind::Let(_) => {}
            StmtKind::Default(DefaultOutcome::Allow | DefaultOutcome::Deny) => {}
            StmtKind::Default(DefaultOutcome::Escalate { to }) => self.expr(*to),
            StmtKind::Rule(rule) => self.rule(rule),
            StmtKind::RequirePolicy(require) => self.call(&require.call),
            StmtKind::Oblige(oblige) => {
                self.path(&oblige.obligation);
                oblige.payload.iter().for_each(|&payload| self.expr(payload));
                self.clauses([&oblige.when]);
            }
            StmtKind::Transform(transform) => {
                self.expr(transform.target);
                self.expr(transform.value);
                self.clauses([&transform.when]);
            }
            StmtKind::AppliesWhen(condition) | StmtKind::Mode(condition) => self.expr(*condition),
            StmtKind::Include(include) => {
                self.call(&include.call);
                if let Some(IncludeName::Text(name)) = &include.name {
                    self.expr(*name);
                }
                self.clauses([&include.when]);
            }
        }
    }

    fn rule(&mut self, rule: &Rule) {
        self.clauses([&rule.to, &rule.when, &rule.that, &rule.because, &rule.fix, &rule.details]);
    }

    fn call(&mut self, call: &PolicyCall) {
        self.path(&call.policy);
        self.args(&call.args);
    }

    fn exception(&mut self, decl: &ExceptionDecl) {
        self.path(&decl.rule);
        self.subject(decl.subject.as_ref());
        decl.bindings.iter().flatten().for_each(|&binding| self.bind(binding, false));
        self.clauses([&decl.when, &decl.until, &decl.because, &decl.approved_by, &decl.follow_up]);
    }

    fn steps(&mut self, steps: &[TestStmt]) {
        let lets = steps.iter().filter_map(|step| {
            if let TestStmtKind::Let(decl) = &step.kind { Some((decl, step.span)) } else { None }
        });
        self.lets(lets);
        for step in steps {
            self.annotations(&step.annotations);
            match &step.kind {
                TestStmtKind::Error(_) | TestStmtKind::Let(_) => {}
                TestStmtKind::Given(given) => {
                    if let GivenTarget::Data(path) = &given.target {
                        self.given(path);
                    }
                    self.expr(given.value);
                }
                TestStmtKind::Assume(condition) => self.expr(*condition),
                TestStmtKind::Expect(Expect::Holds(condition)) => self.expr(*condition),
                TestStmtKind::Expect(Expect::Decision { decision, verdict, .. }) => {
                    self.expr(*decision);
                    if let Verdict::Misfits(Some(pointers)) = verdict {
                        self.expr(*pointers);
                    }
                }
            }
        }
    }
}
