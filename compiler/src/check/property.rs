//! Properties.

use std::sync::Arc;

use policy_syntax::ast;

use super::annotations::Target;
use super::env::{Binding, Env, Place};
use super::{Body, Checker};
use crate::diagnostics::tests::Tests;
use crate::hir::{LocalKind, Property, Step};
use crate::names::ModuleId;

impl Checker<'_> {
    pub(crate) fn property(&mut self, module: ModuleId, decl: &ast::PropertyDecl, item: &ast::Item) {
        self.body = Body::default();
        self.annotations(module, &item.annotations, Target::Property);
        let mut env = Env::top(module, Place::Test);
        let mut any: u32 = 0;
        for binder in &decl.binders {
            match binder {
                ast::PropertyBinder::Value(param) => {
                    let ty = self.written_type(module, param.ty, &env.type_vars);
                    let location = self.at(module, param.name.span);
                    let id = self.local(&param.name.text, ty, LocalKind::Param, location);
                    any += 1;
                    let binding = Binding::Local { id, facts: None, value: None, location };
                    let names: Vec<_> = self.binds(&env, &param.name, binding).into_iter().collect();
                    env = env.bind(names);
                }
                ast::PropertyBinder::Data(path) => {
                    let at = self.at(module, path.span);
                    self.unsupported(at, "`for any data`", None);
                }
            }
        }
        let name = self.plain_text(&env, decl.name, "a property's name").unwrap_or_default();
        let mut assumes = Vec::new();
        let mut steps: Vec<Step> = Vec::new();
        for stmt in &decl.body {
            let at = self.at(module, stmt.span);
            self.no_annotations(module, &stmt.annotations, "a statement of a property", &["allow"]);
            match &stmt.kind {
                ast::TestStmtKind::Error(names) => {
                    env = env.bind(names.iter().map(|n| (Arc::clone(&n.text), Binding::Damaged)));
                }
                ast::TestStmtKind::Let(decl) => {
                    let (next, let_) = self.let_(&env, decl);
                    env = next;
                    steps.extend(let_.map(Step::Let));
                }
                ast::TestStmtKind::Given(_) => {
                    self.report(at, Tests::Misplaced { what: "`given`", where_: "a test" });
                }
                ast::TestStmtKind::Assume(id) => {
                    let condition = self.condition(&env, *id, "what follows `assume`");
                    env = env.knowing(condition.when_true());
                    assumes.push(condition.expr);
                }
                ast::TestStmtKind::Expect(expect) => {
                    steps.extend(self.expect(&env, expect, at).map(Step::Expect));
                }
            }
        }
        let broken = decl
            .body
            .iter()
            .any(|s| matches!(s.kind, ast::TestStmtKind::Error(_) | ast::TestStmtKind::Expect(_)));
        if !broken {
            self.report(self.place(&env, decl.name), Tests::NoExpect);
        }
        let cases = item.annotations.iter().find(|a| &*a.name.text == "cases");
        let cases = cases.and_then(|a| self.number(module, a));
        let locals = std::mem::take(&mut self.body).locals;
        self.hir.properties.push(Property {
            module: self.module_name(module).to_owned(),
            name,
            locals,
            any,
            assumes,
            steps,
            cases,
            location: self.at(module, item.span),
        });
    }
}
