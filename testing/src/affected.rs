//! Which tests a change can affect.

use std::collections::BTreeSet;
use std::path::PathBuf;

use policy_compiler::hir::walk::{all, effect_parts, text_parts};
use policy_compiler::hir::{ExpectKind, Expr, ExprKind, Hir, Policy, Step, Test, Text};
use policy_syntax::FileId;

use crate::workspace::Workspace;

/// The positions of the tests that files, by their paths below the project, can affect; none where that is all of them: a file
/// that is no source may be read by any test.
#[must_use]
pub fn tests(workspace: &Workspace, changed: &[PathBuf]) -> Option<Vec<usize>> {
    let mut files = BTreeSet::new();
    for path in changed {
        let shown = path.to_string_lossy().replace('\\', "/");
        let (id, _) = workspace.project.files.iter().find(|(_, file)| file.path == shown)?;
        if !shown.ends_with(".policy") {
            return None;
        }
        files.insert(id);
    }
    let hir = &workspace.checked.hir;
    // An exception counts in whatever asks the policy that it is for.
    let tests = hir.tests.iter().enumerate();
    let touched = tests.filter(|(_, test)| sources(hir, test).intersection(&files).next().is_some());
    Some(touched.map(|(at, _)| at).collect())
}

/// The sources that a test depends on.
pub(crate) fn sources(hir: &Hir, test: &Test) -> BTreeSet<FileId> {
    let mut reach = Reach::new(hir);
    reach.files.insert(test.location.file);
    text(&test.name, &mut reach);
    if let Some(rows) = &test.rows {
        reach.expr(&rows.source);
    }
    test.steps.iter().for_each(|step| reach.step(step));
    reach.finish()
}

fn text<'h>(of: &'h Text, reach: &mut Reach<'h>) {
    text_parts(of, &mut |value| reach.expr(value));
}

/// The sources that something depends on.
struct Reach<'h> {
    hir: &'h Hir,
    files: BTreeSet<FileId>,
    open: Vec<&'h Expr>,
    functions: BTreeSet<usize>,
    globals: BTreeSet<usize>,
    policies: BTreeSet<usize>,
}

impl<'h> Reach<'h> {
    fn new(hir: &'h Hir) -> Self {
        Self {
            hir,
            files: BTreeSet::new(),
            open: Vec::new(),
            functions: BTreeSet::new(),
            globals: BTreeSet::new(),
            policies: BTreeSet::new(),
        }
    }

    fn expr(&mut self, e: &'h Expr) {
        self.open.push(e);
    }

    fn step(&mut self, step: &'h Step) {
        match step {
            Step::Given(given) => self.expr(&given.value),
            Step::Let(one) => self.expr(&one.value),
            Step::Expect(expect) => match &expect.kind {
                ExpectKind::Holds(e) => self.expr(e),
                ExpectKind::Decision { policy, input, params, .. } => {
                    self.expr(input);
                    params.iter().for_each(|(_, value)| self.expr(value));
                    self.policy(policy.index());
                }
            },
        }
    }

    fn policy(&mut self, at: usize) {
        let hir = self.hir;
        let Some(policy) = hir.policies.get(at).filter(|_| self.policies.insert(at)) else { return };
        self.files.insert(policy.location.file);
        self.parts_of(policy);
        for exception in hir.exceptions.iter().filter(|one| one.policy.index() == at) {
            self.files.insert(exception.location.file);
            self.open.extend(&exception.when);
        }
    }

    fn parts_of(&mut self, policy: &'h Policy) {
        self.open.extend(policy.applies.iter().chain(&policy.mode));
        self.open.extend(policy.lets.iter().map(|one| &one.value));
        for rule in &policy.rules {
            self.open.extend(rule.generators.iter().map(|generator| &generator.source));
            self.open.extend(rule.when.iter().chain(&rule.that).chain(&rule.details).chain(&rule.mode));
            effect_parts(&rule.effect, &mut |part| self.open.push(part));
            rule.because.iter().chain(&rule.fix).for_each(|of| text(of, self));
            if let policy_compiler::hir::Effect::Include(include) = &rule.effect {
                self.policy(include.policy.index());
            }
        }
    }

    fn finish(mut self) -> BTreeSet<FileId> {
        let hir = self.hir;
        while let Some(root) = self.open.pop() {
            let (mut calls, mut globals, mut decides) = (Vec::new(), Vec::new(), Vec::new());
            all(root, &mut |e| {
                self.files.insert(e.location.file);
                if let ExprKind::Call { function, .. } = &e.kind {
                    calls.push(function.index());
                } else if let ExprKind::Global(global) = &e.kind {
                    globals.push(global.index());
                } else if let ExprKind::Decide { policy, .. } = &e.kind {
                    decides.push(policy.index());
                }
            });
            for at in calls {
                if let Some(function) = hir.functions.get(at).filter(|_| self.functions.insert(at)) {
                    self.files.insert(function.location.file);
                    self.open.push(&function.body);
                }
            }
            for at in globals {
                if let Some(global) = hir.globals.get(at).filter(|_| self.globals.insert(at)) {
                    self.files.insert(global.location.file);
                    self.open.push(&global.value);
                }
            }
            decides.into_iter().for_each(|at| self.policy(at));
        }
        self.files
    }
}
