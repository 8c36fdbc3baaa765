//! `snake_case` for values, rules and functions, `PascalCase` for types.

use policy_syntax::ast::{ItemKind, Name, NameStyle, StmtKind};
use policy_syntax::{Code, Span};

use super::report::Reporter;
use super::scope::{Kind, binders};
use super::{Input, Level, Lint, Source};
use crate::constant::Known;

pub(super) const NAMING: Lint =
    Lint { name: "naming", code: Code(617), level: Level::Warn, title: "name in an unusual style" };

pub(super) fn check<'h>(input: &Input<'h>, _known: &Known<'h>, out: &mut Reporter) {
    for source in input.modules {
        for binder in binders(source.ast, source.text, &[]) {
            // Imports are named where they are declared, fields by the documents that have them.
            if binder.kind != Kind::Import && !binder.shorthand {
                one(source, &binder.name, binder.span, binder.ty, out);
            }
        }
        for rule in rules(source) {
            one(source, &rule.text, rule.span, false, out);
        }
    }
}

/// The ids of rules and of what stands among them.
fn rules<'a>(source: &Source<'a>) -> impl Iterator<Item = &'a Name> {
    source.ast.items.iter().flat_map(|item| {
        let body = if let ItemKind::Policy(policy) = &item.kind { policy.body.as_slice() } else { &[] };
        body.iter()
            .filter_map(|statement| match &statement.kind {
                StmtKind::Rule(rule) => Some(&rule.id),
                StmtKind::RequirePolicy(require) => Some(&require.id),
                StmtKind::Oblige(oblige) => Some(&oblige.id),
                StmtKind::Transform(transform) => Some(&transform.id),
                StmtKind::Error(_)
                | StmtKind::Default(_)
                | StmtKind::AppliesWhen(_)
                | StmtKind::Include(_)
                | StmtKind::Let(_)
                | StmtKind::Mode(_) => None,
            })
            .filter(|name| name.style == NameStyle::Plain)
    })
}

fn one(source: &Source<'_>, name: &str, at: Span, ty: bool, out: &mut Reporter) {
    let wanted = if ty { pascal(name) } else { snake(name) };
    if wanted == name || wanted.is_empty() {
        return;
    }
    let (what, style) =
        if ty { ("types", "PascalCase") } else { ("values, rules and functions", "snake_case") };
    out.report(&NAMING, source.at(at), format!("`{name}` is not in {style}"), |diagnostic| {
        diagnostic
            .with_label(format!("`{wanted}` is usual"))
            .with_note(format!("{what} are named in {style}, so that a reader can tell them apart at sight"))
    });
}

/// `maxAge` as `max_age`.
fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut previous = '_';
    let mut rest = name.chars().peekable();
    while let Some(c) = rest.next() {
        let begins = previous.is_lowercase() || previous.is_ascii_digit();
        let ends_acronym = previous.is_uppercase() && rest.peek().is_some_and(|next| next.is_lowercase());
        if c.is_uppercase() && (begins || ends_acronym) {
            out.push('_');
        }
        out.extend(c.to_lowercase());
        previous = c;
    }
    out
}

/// `max_age` as `MaxAge`.
fn pascal(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut up = true;
    for c in name.chars() {
        if c == '_' {
            up = true;
        } else if up {
            out.extend(c.to_uppercase());
            up = false;
        } else {
            out.push(c);
        }
    }
    out
}
