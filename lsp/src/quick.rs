//! What is wrong in the statement that is being typed.
//!
//! A file keeps the places of its statements and what was found in each. An edit inside one of them is checked with
//! the other rules taken out of the text, byte for byte, so that places stay what they are; what was found elsewhere
//! moves with the text. An edit that does more than that is left to the check of everything, which follows anyway.

use std::collections::BTreeMap;
use std::sync::Arc;

use policy_compiler::Session;
use policy_compiler::lint;
use policy_project::Project;
use policy_syntax::ast::{Ast, ItemKind, Stmt, StmtKind};
use policy_syntax::{Code, Diagnostic, FileId, Location, Span};
use policy_testing::workspace::{Sources, levels};

use crate::documents::Change;

/// A statement of a policy that can be checked without its neighbours.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Region {
    span: Span,
    name: Arc<str>,
}

/// What is known of a file while it changes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Quick {
    regions: Vec<Region>,
    /// Whole items that no rule depends on.
    aside: Vec<Span>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Codes below this are of the syntax.
const SYNTAX: Code = Code(100);

impl Quick {
    /// What is known of a file that was checked.
    pub(crate) fn new(ast: &Ast, file: FileId, diagnostics: &[Diagnostic]) -> Self {
        let (regions, aside) = regions(ast);
        let own = diagnostics.iter().filter(|d| d.primary.file == file).cloned().collect();
        Self { regions, aside, diagnostics: own }
    }

    /// Follows a change, and finds what is wrong where it was made. False where more has to be looked at.
    pub(crate) fn change(
        &mut self,
        change: Change,
        text: &str,
        file: FileId,
        project: &Project,
        instead: &BTreeMap<FileId, Arc<str>>,
        session: &mut Session,
    ) -> bool {
        let Change { old, new } = change;
        let inside = |span: Span| span.lo <= old.lo && old.hi <= span.hi;
        let Some(at) = self.regions.iter().position(|region| inside(region.span)) else { return false };
        let moved =
            |n: u32| if n >= old.hi { (n - old.hi).saturating_add(old.lo).saturating_add(new) } else { n };
        for region in self.regions.iter_mut().skip(at + 1) {
            region.span = Span::new(moved(region.span.lo), moved(region.span.hi));
        }
        for span in &mut self.aside {
            if span.lo >= old.hi {
                *span = Span::new(moved(span.lo), moved(span.hi));
            }
        }
        let Some(region) = self.regions.get_mut(at) else { return false };
        let before = region.span;
        region.span = Span::new(before.lo, moved(before.hi));
        let region = region.clone();
        self.diagnostics.retain(|d| !before.encloses(d.primary.span));
        for diagnostic in &mut self.diagnostics {
            shift(diagnostic, file, old, &moved);
        }
        let Some(found) = self.find(&region, at, text, file, project, instead, session) else { return false };
        self.diagnostics.extend(found);
        policy_syntax::diagnostic::sort(&mut self.diagnostics);
        true
    }

    #[allow(clippy::too_many_arguments)]
    fn find(
        &self,
        region: &Region,
        at: usize,
        text: &str,
        file: FileId,
        project: &Project,
        instead: &BTreeMap<FileId, Arc<str>>,
        session: &mut Session,
    ) -> Option<Vec<Diagnostic>> {
        let others = self.regions.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, r)| r.span);
        let alone = blank(text, others.chain(self.aside.iter().copied()))?;
        let mut instead = instead.clone();
        instead.insert(file, alone.into());
        let mut checked = session.check_file(&Sources { project, instead: &instead }, file);
        // The statement must still be one, of its name, and nothing else may be damaged.
        let (regions, _) = checked.modules.iter().find(|m| m.file == file).map(|m| regions(&m.ast))?;
        let same =
            matches!(regions.as_slice(), [one] if one.name == region.name && region.span.encloses(one.span));
        let outside = |d: &&Diagnostic| d.primary.file == file && !region.span.encloses(d.primary.span);
        let damaged = |d: &&Diagnostic| d.code < SYNTAX;
        let elsewhere = checked.diagnostics.iter().filter(damaged).filter(outside).count();
        let before = self.diagnostics.iter().filter(damaged).filter(outside).count();
        if !same || elsewhere != before {
            return None;
        }
        checked.modules.retain(|module| module.std || module.file == file);
        let lints = lint::run(&checked, &levels(project).0);
        let own = |d: &Diagnostic| d.primary.file == file && region.span.encloses(d.primary.span);
        Some(checked.diagnostics.into_iter().chain(lints).filter(own).collect())
    }
}

/// The statements of policies that can be taken out of a text, and the items that nothing depends on.
fn regions(ast: &Ast) -> (Vec<Region>, Vec<Span>) {
    let (mut regions, mut aside) = (Vec::new(), Vec::new());
    for item in &ast.items {
        match &item.kind {
            ItemKind::Policy(policy) => {
                regions.extend(policy.body.iter().filter_map(region));
            }
            ItemKind::Test(_) | ItemKind::Property(_) | ItemKind::Exception(_) => aside.push(item.span),
            ItemKind::Error(_)
            | ItemKind::Use(_)
            | ItemKind::Type(_)
            | ItemKind::Enum(_)
            | ItemKind::Entity(_)
            | ItemKind::Let(_)
            | ItemKind::Data(_)
            | ItemKind::Fn(_)
            | ItemKind::Obligation(_) => {}
        }
    }
    (regions, aside)
}

fn region(stmt: &Stmt) -> Option<Region> {
    let name = match &stmt.kind {
        StmtKind::Rule(rule) => &rule.id,
        StmtKind::Oblige(rule) => &rule.id,
        StmtKind::Transform(rule) => &rule.id,
        StmtKind::Error(_)
        | StmtKind::Default(_)
        | StmtKind::RequirePolicy(_)
        | StmtKind::AppliesWhen(_)
        | StmtKind::Include(_)
        | StmtKind::Let(_)
        | StmtKind::Mode(_) => return None,
    };
    Some(Region { span: stmt.span, name: Arc::clone(&name.text) })
}

/// The text with blanks in place of some of it.
fn blank(text: &str, spans: impl Iterator<Item = Span>) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    for span in spans {
        bytes.get_mut(span.lo as usize..span.hi as usize)?.fill(b' ');
    }
    String::from_utf8(bytes).ok()
}

/// Moves a diagnostic with the text.
fn shift(diagnostic: &mut Diagnostic, file: FileId, old: Span, moved: &dyn Fn(u32) -> u32) {
    let follow = |at: &mut Location| {
        if at.file != file {
            return;
        }
        if at.span.lo >= old.hi {
            at.span = Span::new(moved(at.span.lo), moved(at.span.hi));
        } else if at.span.hi >= old.hi {
            at.span = Span::new(at.span.lo, moved(at.span.hi));
        }
    };
    follow(&mut diagnostic.primary);
    diagnostic.secondary.iter_mut().for_each(|(at, _)| follow(at));
    diagnostic.fixes.iter_mut().flat_map(|fix| &mut fix.edits).for_each(|(at, _)| follow(at));
}
