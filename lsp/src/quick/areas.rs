//! The parts of a file that are looked at one by one: its items, and the statements of its policies.

use policy_compiler::CheckedModule;
use policy_syntax::Span;
use policy_syntax::ast::{Ast, ItemKind, Stmt, StmtKind};

use crate::documents::Change;

/// An item, or a statement of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    /// With its documentation.
    pub(crate) span: Span,
    /// Whether nothing else of the file hangs on it but tests on rules, so that it can be taken out of the text.
    pub(crate) apart: bool,
    /// Whether it is a test or a property.
    pub(crate) test: bool,
    /// The name under which others know it, counted from where the area begins; empty where it has none.
    pub(crate) name: Span,
}

/// The areas of a file, in its order.
pub(crate) fn of(ast: &Ast) -> Vec<Area> {
    let mut areas = Vec::new();
    for item in &ast.items {
        let docs = item.docs.first().map_or(item.span.lo, |doc| doc.span.lo);
        let span = Span::new(docs.min(item.span.lo), item.span.hi);
        match &item.kind {
            ItemKind::Policy(policy) => areas.extend(policy.body.iter().map(statement)),
            ItemKind::Test(_) | ItemKind::Property(_) => {
                areas.push(Area { span, apart: true, test: true, name: Span::at(0) })
            }
            ItemKind::Exception(_) | ItemKind::Error(_) => {
                areas.push(Area { span, apart: true, test: false, name: Span::at(0) })
            }
            ItemKind::Use(_)
            | ItemKind::Type(_)
            | ItemKind::Enum(_)
            | ItemKind::Entity(_)
            | ItemKind::Let(_)
            | ItemKind::Data(_)
            | ItemKind::Fn(_)
            | ItemKind::Obligation(_) => {
                areas.push(Area { span, apart: false, test: false, name: Span::at(0) })
            }
        }
    }
    areas.sort_by_key(|area| area.span.lo);
    areas
}

fn statement(stmt: &Stmt) -> Area {
    let docs = stmt.docs.first().map_or(stmt.span.lo, |doc| doc.span.lo);
    let (apart, name) = match &stmt.kind {
        StmtKind::Rule(rule) => (true, rule.id.span),
        StmtKind::Oblige(oblige) => (true, oblige.id.span),
        StmtKind::Transform(transform) => (true, transform.id.span),
        StmtKind::Error(_) => (true, Span::at(stmt.span.lo)),
        StmtKind::Default(_)
        | StmtKind::RequirePolicy(_)
        | StmtKind::AppliesWhen(_)
        | StmtKind::Include(_)
        | StmtKind::Let(_)
        | StmtKind::Mode(_) => (false, Span::at(stmt.span.lo)),
    };
    let lo = docs.min(stmt.span.lo);
    let name = Span::new(name.lo.saturating_sub(lo), name.hi.saturating_sub(lo));
    Area { span: Span::new(lo, stmt.span.hi), apart, test: false, name }
}

/// What stands between the areas and means something, as it was understood: the module's name, and the heads of policies.
pub(super) fn heads(module: &CheckedModule) -> Vec<String> {
    let text = &module.text;
    let mut heads = vec![module.name.clone()];
    for item in &module.ast.items {
        let ItemKind::Policy(policy) = &item.kind else { continue };
        let mut head: Vec<&str> = vec![&policy.name.text];
        head.extend(item.public.map(|_| "pub"));
        head.extend(policy.resolve_first.map(|_| "resolve first"));
        head.extend(item.annotations.iter().map(|annotation| annotation.span.text(text)));
        head.extend(policy.params.iter().map(|param| param.span.text(text)));
        head.extend(policy.subject.iter().map(|subject| subject.span.text(text)));
        head.extend(policy.body_span.text(text).ends_with('}').then_some("}"));
        heads.push(head.join("\n"));
    }
    heads
}

/// The areas that an edit may change the meaning of: the one that it lies in and the next one, which may be swallowed;
/// where it touches more or lies between them, those on both sides as well. The second is one behind the last.
pub(super) fn around(areas: &[Area], edit: Span) -> (usize, usize) {
    let first = areas.partition_point(|area| area.span.hi < edit.lo);
    let behind = areas.partition_point(|area| area.span.lo <= edit.hi);
    let inside = areas.get(first).is_some_and(|area| area.span.lo < edit.lo && edit.hi < area.span.hi);
    let from = if inside { first } else { first.min(behind).saturating_sub(1) };
    (from, (first.max(behind) + 1).min(areas.len()))
}

/// Where a place is after a change.
pub(super) fn moved(change: Change, at: u32) -> u32 {
    let Change { old, new } = change;
    if at >= old.hi { (at - old.hi).saturating_add(old.lo).saturating_add(new) } else { at }
}

/// The text with blanks in place of some of it.
pub(crate) fn blank(text: &str, spans: impl Iterator<Item = Span>) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    for span in spans {
        bytes.get_mut(span.lo as usize..span.hi as usize)?.fill(b' ');
    }
    String::from_utf8(bytes).ok()
}
