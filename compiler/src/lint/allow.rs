//! `@allow(lint, "reason")`: who allows what, and what is wrong with that itself.

use policy_syntax::ast::{Annotation, Arg, Ast, ExprKind, ItemKind, TestStmt};
use policy_syntax::{Applicability, Diagnostic, Location, Span};

use super::report::settle;
use super::{Input, Level, Lint, Source, table};
use crate::code::codes;

codes! {
    UNKNOWN = 601, "`@allow` of an unknown lint";
    REASON = 602, "`@allow` without a reason";
}

pub(super) const UNUSED_ALLOW: Lint = Lint {
    name: "unused_allow",
    code: policy_syntax::Code(603),
    level: Level::Warn,
    title: "`@allow` that allows nothing",
};

/// One `@allow` that names a lint.
struct Allow {
    lint: &'static Lint,
    /// The item or statement that it stands on.
    extent: Location,
    /// The annotation.
    at: Location,
    used: bool,
}

/// Every `@allow` of the project.
pub(super) struct Allows {
    allows: Vec<Allow>,
    wrong: Vec<Diagnostic>,
}

impl Allows {
    pub(super) fn collect(input: &Input<'_>) -> Self {
        let mut all = Self { allows: Vec::new(), wrong: Vec::new() };
        for source in input.modules {
            for item in &source.ast.items {
                all.read(source, &item.annotations, item.span);
                if let ItemKind::Policy(policy) = &item.kind {
                    for statement in &policy.body {
                        all.read(source, &statement.annotations, statement.span);
                    }
                }
                for statement in steps(&item.kind) {
                    all.read(source, &statement.annotations, statement.span);
                }
            }
        }
        all
    }

    fn read(&mut self, source: &Source<'_>, annotations: &[Annotation], extent: Span) {
        for annotation in annotations.iter().filter(|annotation| &*annotation.name.text == "allow") {
            self.one(source, annotation, extent);
        }
    }

    fn one(&mut self, source: &Source<'_>, annotation: &Annotation, extent: Span) {
        let at = source.at(annotation.span);
        let args: &[Arg] = annotation.args.as_deref().unwrap_or(&[]);
        let Some((name, name_at)) = args.first().and_then(|arg| name(source.ast, arg)) else {
            self.wrong.push(
                Diagnostic::error(UNKNOWN, at, "this `@allow` names no lint")
                    .with_label("a lint and a reason are expected")
                    .with_help("write `@allow(unused_let, \"the reason\")`"),
            );
            return;
        };
        let Some(lint) = table::find(name) else {
            let mut wrong = Diagnostic::error(UNKNOWN, source.at(name_at), table::unknown(name))
                .with_label("no lint has this name");
            if let Some(nearest) = table::nearest(name) {
                wrong = wrong.with_fix(
                    format!("write `{nearest}`"),
                    source.at(name_at),
                    nearest,
                    Applicability::MaybeWrong,
                );
            }
            self.wrong.push(wrong);
            return;
        };
        if !args.get(1).is_some_and(|arg| reason(source.ast, arg)) {
            self.wrong.push(
                Diagnostic::error(REASON, at, format!("this `@allow` of `{name}` gives no reason"))
                    .with_label("why is it allowed?")
                    .with_note(
                        "whoever reads the policy later must be able to tell an oversight from a decision",
                    )
                    .with_help(format!("write `@allow({name}, \"the reason\")`")),
            );
        }
        self.allows.push(Allow { lint, extent: source.at(extent), at, used: false });
    }

    /// Whether a finding is allowed; the `@allow` nearest to it counts as used.
    pub(super) fn takes(&mut self, lint: &Lint, at: Location) -> bool {
        let holds = |allow: &&mut Allow| {
            allow.lint == lint && allow.extent.file == at.file && allow.extent.span.encloses(at.span)
        };
        let nearest = self.allows.iter_mut().filter(holds).min_by_key(|allow| allow.extent.span.len());
        nearest.map(|allow| allow.used = true).is_some()
    }

    /// Reports what is wrong with the annotations themselves.
    pub(super) fn finish(mut self, input: &Input<'_>, out: &mut Vec<Diagnostic>) {
        out.append(&mut self.wrong);
        let unused: Vec<(&'static Lint, Location)> = self
            .allows
            .iter()
            .filter(|allow| !allow.used && *allow.lint != UNUSED_ALLOW)
            // Whether that is needed depends on the time.
            .filter(|allow| *allow.lint != super::exceptions::LAPSED)
            .filter(|allow| !input.damaged(allow.extent.file, allow.extent.span))
            .map(|allow| (allow.lint, allow.at))
            .collect();
        for (lint, at) in unused {
            if self.takes(&UNUSED_ALLOW, at) {
                continue;
            }
            let message =
                format!("this `@allow` of `{}` allows nothing: nothing of the kind is found here", lint.name);
            let line = input.source(at.file).map_or(at.span, |source| whole_line(source.text, at.span));
            let diagnostic = Diagnostic::warning(UNUSED_ALLOW.code, at, message)
                .with_label("not needed")
                .with_fix("remove the annotation", Location::new(at.file, line), "", Applicability::Safe);
            out.extend(settle(input, &UNUSED_ALLOW, diagnostic));
        }
    }
}

/// The statements of a test or property.
fn steps(item: &ItemKind) -> &[TestStmt] {
    if let ItemKind::Test(test) = item {
        return &test.body;
    }
    if let ItemKind::Property(property) = item {
        return &property.body;
    }
    &[]
}

/// The name that an argument is.
fn name<'a>(ast: &'a Ast, arg: &Arg) -> Option<(&'a str, Span)> {
    let expr = &ast.exprs[arg.value];
    let ExprKind::Name(name) = &expr.kind else { return None };
    arg.name.is_none().then_some((&*name.text, expr.span))
}

/// Whether an argument is a text that says something.
fn reason(ast: &Ast, arg: &Arg) -> bool {
    let ExprKind::String(text) = &ast.exprs[arg.value].kind else { return false };
    text.plain().is_some_and(|text| !text.trim().is_empty())
}

/// `span`, with its line where nothing else stands on it, else with the blanks after it.
pub(super) fn whole_line(text: &str, span: Span) -> Span {
    let before = text.get(..span.lo as usize).unwrap_or("");
    let after = text.get(span.hi as usize..).unwrap_or("");
    let indent = before.len() - before.trim_end_matches([' ', '\t']).len();
    let blanks = after.len() - after.trim_start_matches([' ', '\t', '\r']).len();
    let starts_line =
        before.len() == indent || before.as_bytes().get(before.len() - indent - 1) == Some(&b'\n');
    let ends_line = after.as_bytes().get(blanks).is_none_or(|&b| b == b'\n');
    let wide = |n: usize| u32::try_from(n).unwrap_or(0);
    if starts_line && ends_line {
        let newline = u32::from(after.len() > blanks);
        return Span::new(span.lo - wide(indent), span.hi + wide(blanks) + newline);
    }
    Span::new(span.lo, span.hi + wide(blanks))
}
