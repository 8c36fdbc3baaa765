//! Tests.

use std::sync::Arc;

use policy_syntax::{Location, ast};

use super::annotations::Target;
use super::env::{Binding, Env, Place};
use super::expr::Want;
use super::{Body, Checker};
use crate::diagnostics::tests::Tests;
use crate::diagnostics::types::{Reason, Types};
use crate::hir::{Expr, Given, GivenTarget, Step, Test, TextPart, TyKind};
use crate::names::{DefId, DefKind, Import, ModuleId};

impl Checker<'_> {
    /// Checks all tests and properties.
    pub(crate) fn tests(&mut self) {
        let mut seen: Vec<(ModuleId, String, Location)> = Vec::new();
        for (module, _, item) in self.items() {
            if self.inputs.stopped() {
                return;
            }
            match &item.kind {
                ast::ItemKind::Test(decl) => self.test(module, decl, item, &mut seen),
                ast::ItemKind::Property(decl) => self.property(module, decl, item),
                ast::ItemKind::Error(_)
                | ast::ItemKind::Use(_)
                | ast::ItemKind::Type(_)
                | ast::ItemKind::Enum(_)
                | ast::ItemKind::Entity(_)
                | ast::ItemKind::Let(_)
                | ast::ItemKind::Data(_)
                | ast::ItemKind::Fn(_)
                | ast::ItemKind::Obligation(_)
                | ast::ItemKind::Exception(_)
                | ast::ItemKind::Policy(_) => {}
            }
        }
        self.drain();
    }

    fn test(
        &mut self,
        module: ModuleId,
        decl: &ast::TestDecl,
        item: &ast::Item,
        seen: &mut Vec<(ModuleId, String, Location)>,
    ) {
        self.body = Body::default();
        self.annotations(module, &item.annotations, Target::Test);
        let env = Env::top(module, Place::Test);
        let (inner, generators) = self.generators(&env, &decl.generators);
        let rows = self.test_rows(generators);
        let name = self.message(&inner, decl.name, "a test's name");
        self.test_name(module, decl, &name.parts, seen);
        let at = decl.at.map(|at| self.test_time(&Env::top(module, Place::Constant), at));
        let steps = self.test_steps(&inner, &decl.body);
        let expects = steps.iter().any(|s| matches!(s, Step::Expect(_)));
        let broken = decl
            .body
            .iter()
            .any(|s| matches!(s.kind, ast::TestStmtKind::Error(_) | ast::TestStmtKind::Expect(_)));
        if !expects && !broken {
            self.report(self.place(&env, decl.name), Tests::NoExpect);
        }
        let skip = item.annotations.iter().find(|a| &*a.name.text == "skip");
        let skip = skip.and_then(|a| self.texts(module, a, 1).into_iter().next());
        let locals = std::mem::take(&mut self.body).locals;
        self.hir.tests.push(Test {
            module: self.module_name(module).to_owned(),
            name,
            at,
            rows,
            locals,
            steps,
            skip,
            location: self.at(module, item.span),
        });
    }

    /// Reports a second test of one name.
    fn test_name(
        &mut self,
        module: ModuleId,
        decl: &ast::TestDecl,
        parts: &[TextPart],
        seen: &mut Vec<(ModuleId, String, Location)>,
    ) {
        let mut name = String::new();
        for part in parts {
            match part {
                TextPart::Literal(text) => name.push_str(text),
                TextPart::Value { source, .. } => name.push_str(&format!("{{{source}}}")),
            }
        }
        let at = self.at(module, self.ast(module).exprs[decl.name].span);
        match seen.iter().find(|(m, n, _)| *m == module && *n == name) {
            Some((_, _, first)) => {
                let first = *first;
                self.report(at, Tests::SameName { name, first });
            }
            None => seen.push((module, name, at)),
        }
    }

    /// The time of a test.
    fn test_time(&mut self, env: &Env, id: ast::ExprId) -> Expr {
        let ty = self.ty(TyKind::Timestamp);
        let why = || Reason::here("`at` is the time of the decision");
        self.check(env, id, Want { ty, why: &why })
    }

    /// The statements of a test, in order.
    pub(crate) fn test_steps(&mut self, env: &Env, body: &[ast::TestStmt]) -> Vec<Step> {
        let mut env = env.clone();
        let mut steps = Vec::new();
        for stmt in body {
            let module = env.module;
            self.no_annotations(module, &stmt.annotations, "a statement of a test", &["allow"]);
            let at = self.at(module, stmt.span);
            match &stmt.kind {
                ast::TestStmtKind::Error(names) => {
                    env = env.bind(names.iter().map(|n| (Arc::clone(&n.text), Binding::Damaged)));
                }
                ast::TestStmtKind::Let(decl) => {
                    let (next, let_) = self.let_(&env, decl);
                    env = next;
                    steps.extend(let_.map(Step::Let));
                }
                ast::TestStmtKind::Given(given) => steps.extend(self.given(&env, given, at).map(Step::Given)),
                ast::TestStmtKind::Assume(_) => {
                    self.report(at, Tests::Misplaced { what: "`assume`", where_: "a property" });
                }
                ast::TestStmtKind::Expect(expect) => {
                    steps.extend(self.expect(&env, expect, at).map(Step::Expect));
                }
            }
        }
        steps
    }

    /// `given data d = e`.
    pub(crate) fn given(&mut self, env: &Env, given: &ast::Given, at: Location) -> Option<Given> {
        let path = match &given.target {
            ast::GivenTarget::Data(path) => path,
            ast::GivenTarget::Entities(_) => return self.given_entities(env, given.value, at),
        };
        let place = self.at(env.module, path.span);
        if self.asks_about(place) {
            self.probe_data(env, path);
        }
        let Some(def) = self.data_named(env, path) else {
            self.quietly_if_lambda(env, given.value);
            return None;
        };
        let info = self.defs.get(def);
        self.uses(place, info.location);
        if info.kind != DefKind::Data {
            if info.kind != DefKind::Damaged {
                self.report(place, Tests::GivenWhat { name: path.to_string() });
            }
            return None;
        }
        let (data, declared) = (self.data_item(def)?, info.location);
        let ty = self.hir.data.get(data.index())?.ty;
        let words = format!("`{path}` is declared as `{}`", self.show(ty));
        let why = || Reason::at(words.clone(), declared);
        let value = self.check(env, given.value, Want { ty, why: &why });
        Some(Given { target: GivenTarget::Data(data), value, location: at })
    }

    /// An item by its full name. Tests replace data of any module of the project, private items included: the
    /// deployment that they stand for fills them in by the same name.
    fn data_far(&self, path: &ast::Path) -> Option<Import> {
        let full = path.to_string();
        let (module, name) = full.rsplit_once('.')?;
        let own = self.defs.own(*self.defs.by_name.get(module)?, name).to_vec();
        (!own.is_empty()).then_some(Import::Defs(own))
    }

    /// What a path names at module level.
    fn data_named(&mut self, env: &Env, path: &ast::Path) -> Option<DefId> {
        let place = self.at(env.module, path.span);
        let found = match path.segments.as_slice() {
            [name] => self.defs.lookup(env.module, &name.text),
            [head, name] => match self.defs.lookup(env.module, &head.text) {
                Some(Import::Module(target)) => {
                    let own = self.defs.own(target, &name.text).to_vec();
                    self.visible(env.module, &own, place);
                    (!own.is_empty()).then_some(Import::Defs(own))
                }
                Some(Import::Broken) => Some(Import::Broken),
                Some(Import::Defs(_)) | None => self.data_far(path),
            },
            _ => self.data_far(path),
        };
        match found {
            Some(Import::Defs(defs)) => defs.first().copied(),
            Some(Import::Broken) => None,
            Some(Import::Module(_)) | None => {
                if path.segments.iter().all(|s| !s.text.is_empty()) {
                    self.report(place, Tests::GivenWhat { name: path.to_string() });
                }
                None
            }
        }
    }

    /// Reports what only tests may do.
    pub(crate) fn only_in_tests(&mut self, what: &str, at: Location) {
        self.report(at, Types::OnlyInTests { what: what.to_owned() });
    }
}
