//! Patterns that take more, or less, than they seem to.

use policy_syntax::{Applicability, Code, Location, Span};
use regex_syntax::ast::{self, AssertionKind, Ast, RepetitionKind, RepetitionOp};

use super::report::Reporter;
use super::rules::{lets, through_lets};
use super::{Input, Level, Lint, shorten};
use crate::constant::walk::{bodies, each};
use crate::constant::{Known, Value};
use crate::hir::{Const, Effect, Expr, ExprKind, Policy, TyKind};

pub(super) const ANCHORED: Lint = Lint {
    name: "anchored_pattern",
    code: Code(650),
    level: Level::Warn,
    title: "anchor or `.*` at the end of a pattern that matches the whole text",
};

pub(super) const UNANCHORED: Lint = Lint {
    name: "unanchored_pattern",
    code: Code(651),
    level: Level::Warn,
    title: "pattern found anywhere in a text that a rule trusts",
};

pub(super) const PATH_GLOB: Lint = Lint {
    name: "path_glob_on_text",
    code: Code(652),
    level: Level::Warn,
    title: "glob of a path on a text that is no path",
};

pub(super) const OPEN_ENDED: Lint = Lint {
    name: "open_ended_pattern",
    code: Code(653),
    level: Level::Warn,
    title: "pattern of an allow list that ends in `*` without a separator",
};

pub(super) fn check<'h>(input: &Input<'h>, known: &Known<'h>, out: &mut Reporter) {
    for body in bodies(input.hir) {
        for root in body.roots {
            each(root, &mut |expr| {
                if let ExprKind::Matches { text, pattern } = &expr.kind {
                    anchored(input, known, pattern, out);
                    path_glob(input, known, text, pattern, out);
                }
            });
        }
    }
    for policy in &input.hir.policies {
        trusting(input, known, policy, out);
    }
}

/// What a rule lets pass: the conditions of `allow`, and what `require` asks.
fn trusting(input: &Input<'_>, known: &Known<'_>, policy: &Policy, out: &mut Reporter) {
    let lets = lets(policy);
    for rule in &policy.rules {
        let conditions = match rule.effect {
            Effect::Allow => rule.when.as_ref(),
            Effect::Require => rule.that.as_ref(),
            Effect::Deny
            | Effect::Escalate(_)
            | Effect::Warn
            | Effect::Oblige { .. }
            | Effect::Transform { .. }
            | Effect::Include(_) => None,
        };
        let Some(condition) = conditions else { continue };
        through_lets(condition, &lets, &mut |expr| {
            if let ExprKind::Contains { what, .. } = &expr.kind {
                unanchored(known, what, out);
            }
            open_ended(input, known, expr, out);
        });
    }
}

/// The place of `span` of a pattern's text, where the pattern is written at `at`.
fn inside(input: &Input<'_>, at: Location, prefix: &str, span: Span) -> Option<Location> {
    let source = input.source(at.file)?;
    let written = at.span.text(source.text);
    let start = written.strip_prefix(prefix)?.strip_prefix('"').map(|_| prefix.len() + 1)?;
    let lo = at.span.lo + u32::try_from(start).ok()?;
    Some(Location::new(at.file, Span::new(lo + span.lo, lo + span.hi)))
}

fn parse(text: &str) -> Option<Ast> {
    ast::parse::Parser::new().parse(text).ok()
}

fn place(span: &ast::Span) -> Span {
    let wide = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Span::new(wide(span.start.offset), wide(span.end.offset))
}

fn anchored(input: &Input<'_>, known: &Known<'_>, pattern: &Expr, out: &mut Reporter) {
    let Some(Const::Regex(text)) = known.scalar(pattern) else { return };
    let Some(ast) = parse(text) else { return };
    let Ast::Concat(concat) = &ast else { return };
    let ends = [concat.asts.first(), concat.asts.last()];
    for (i, end) in ends.into_iter().flatten().enumerate() {
        let at = |span: &ast::Span| inside(input, pattern.location, "re", place(span));
        if let Ast::Assertion(assertion) = end
            && anchor(&assertion.kind)
        {
            let written = text.get(assertion.span.start.offset..assertion.span.end.offset).unwrap_or("^");
            let located = at(&assertion.span);
            let message = format!("`{written}` does nothing here: `matches` takes the whole text");
            out.report(&ANCHORED, located.unwrap_or(pattern.location), message, |diagnostic| {
                let diagnostic = diagnostic.with_label("not needed");
                match located {
                    Some(at) => {
                        diagnostic.with_fix(format!("remove `{written}`"), at, "", Applicability::Safe)
                    }
                    None => diagnostic,
                }
            });
        }
        if let Ast::Repetition(repetition) = end
            && anything(repetition)
        {
            let (which, other) = if i == 0 { ("begin", "re\"…$\"") } else { ("end", "re\"^…\"") };
            let message =
                format!("with `.*` the text may {which} in any way; `contains {other}` says so plainly");
            out.report(&ANCHORED, at(&repetition.span).unwrap_or(pattern.location), message, |diagnostic| {
                diagnostic
                    .with_label("takes anything")
                    .with_help("leave `.*` out and write `contains`, with an anchor at the other end, or name what may stand here")
            });
        }
    }
}

fn anchor(kind: &AssertionKind) -> bool {
    matches!(
        kind,
        AssertionKind::StartLine | AssertionKind::StartText | AssertionKind::EndLine | AssertionKind::EndText
    )
}

fn anything(repetition: &ast::Repetition) -> bool {
    matches!(*repetition.ast, Ast::Dot(_))
        && matches!(repetition.op, RepetitionOp { kind: RepetitionKind::ZeroOrMore, .. })
}

fn unanchored(known: &Known<'_>, pattern: &Expr, out: &mut Reporter) {
    let Some(Const::Regex(text)) = known.scalar(pattern) else { return };
    if parse(text).is_none_or(|ast| asserts(&ast)) {
        return;
    }
    let message =
        format!("`{}` is found anywhere in the text, and the rule trusts a text that has it", shorten(text));
    out.report(&UNANCHORED, pattern.location, message, |diagnostic| {
        diagnostic
            .with_label("no anchor says where it must stand")
            .with_note("whoever writes the text can put around it what they like")
            .with_help("use `matches` for the whole text, or anchor the pattern with `^`, `$` or `\\b`")
    });
}

/// Whether a pattern says anywhere where it must stand.
fn asserts(ast: &Ast) -> bool {
    match ast {
        Ast::Assertion(_) => true,
        Ast::Repetition(repetition) => asserts(&repetition.ast),
        Ast::Group(group) => asserts(&group.ast),
        Ast::Alternation(alternation) => alternation.asts.iter().all(asserts),
        Ast::Concat(concat) => concat.asts.iter().any(asserts),
        Ast::Empty(_)
        | Ast::Flags(_)
        | Ast::Literal(_)
        | Ast::Dot(_)
        | Ast::ClassUnicode(_)
        | Ast::ClassPerl(_)
        | Ast::ClassBracketed(_) => false,
    }
}

fn path_glob(input: &Input<'_>, known: &Known<'_>, text: &Expr, pattern: &Expr, out: &mut Reporter) {
    let Some(Const::Glob(glob)) = known.scalar(pattern) else { return };
    let plain = *input.hir.types.kind(text.ty) == TyKind::String;
    if !plain || !path_like(glob) || names_no_path(input, text) {
        return;
    }
    let message = format!("`{}` is a glob of paths, but this text is a plain `String`", shorten(glob));
    out.report(&PATH_GLOB, pattern.location, message, |diagnostic| {
        diagnostic
            .with_label("a glob of paths")
            .with_secondary(text.location, "a `String`: `a/../b` and `a//b` are taken as they are")
            .with_help("give the field the type `Path`, which has one spelling for each path")
    });
}

/// Whether a text is named after something else that has slashes: a git ref, an image, a repository.
fn names_no_path(input: &Input<'_>, text: &Expr) -> bool {
    const OTHERS: &[&str] = &[
        "ref",
        "refs",
        "branch",
        "tag",
        "image",
        "repo",
        "repository",
        "arn",
        "uri",
        "url",
        "registry",
        "topic",
    ];
    let written = input.source(text.location.file).map_or("", |source| text.location.span.text(source.text));
    let mut words = written.split(|c: char| !c.is_ascii_alphabetic());
    words.any(|word| OTHERS.iter().any(|other| word.eq_ignore_ascii_case(other)))
}

/// Whether a glob looks like one of file paths, not of names of hosts, images or git refs with slashes.
fn path_like(glob: &str) -> bool {
    let Some((first, _)) = glob.split_once('/') else { return false };
    let host = first.trim_start_matches('*').contains('.') && !first.starts_with('.');
    !host && first != "refs" && !first.ends_with(':')
}

fn open_ended(input: &Input<'_>, known: &Known<'_>, expr: &Expr, out: &mut Reporter) {
    let mut say = |pattern: &str, at: Location| {
        let mut back = pattern.chars().rev();
        let stars = back.by_ref().take_while(|&c| c == '*').count();
        let before = pattern.chars().rev().nth(stars);
        if stars == 0 || !before.is_some_and(char::is_alphanumeric) {
            return;
        }
        let base = pattern.trim_end_matches('*');
        let message = format!(
            "`{}` also takes `{}-evil…`: nothing ends `{}`",
            shorten(pattern),
            shorten(base),
            shorten(base)
        );
        out.report(&OPEN_ENDED, at, message, |diagnostic| {
            diagnostic
                .with_label("ends in `*` without a separator before it")
                .with_note("in a list of what is allowed, a name must end before anything may follow")
                .with_help("put the separator before the star, like `/**`, `-*` or `.*` of a name")
        });
    };
    if let ExprKind::Const(Const::Glob(pattern) | Const::Wildcard(pattern)) = &expr.kind {
        say(pattern, expr.location);
    } else if let ExprKind::Data(data) = &expr.kind {
        let default = input.hir.data.get(data.index()).and_then(|data| data.default.as_ref());
        if let Some(default) = default {
            each(default, &mut |part| {
                if let ExprKind::Const(Const::Glob(pattern) | Const::Wildcard(pattern)) = &part.kind {
                    say(pattern, part.location);
                }
            });
        }
    } else if let ExprKind::Global(_) = &expr.kind {
        patterns(known.value(expr), &mut |pattern| say(pattern, expr.location));
    }
}

fn patterns(value: Option<&Value>, f: &mut dyn FnMut(&str)) {
    match value {
        Some(Value::Const(Const::Glob(pattern) | Const::Wildcard(pattern))) => f(pattern),
        Some(Value::Sequence(parts) | Value::Set(parts)) => {
            parts.iter().for_each(|part| patterns(Some(part), f))
        }
        Some(Value::Const(_) | Value::Map(_) | Value::Record(..)) | None => {}
    }
}
