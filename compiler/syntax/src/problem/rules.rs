//! Statements and items that lack something or have too much.

use super::{Draft, MAYBE, SAFE};
use crate::ast::Effect;
use crate::diagnostic::Diagnostic;
use crate::span::Span;

pub(super) fn missing_when(d: &Draft<'_>, head: Span, effect: Effect, that: Option<Span>) -> Diagnostic {
    let word = effect.text();
    let found = d
        .error(head, format!("`{}` has no `when`", d.quote(head)))
        .with_label("it does not say when it applies");
    match that {
        Some(that) => found.with_secondary(d.at(that), "`that` belongs to `require`").with_fix(
            "write `when`",
            d.at(that),
            "when",
            MAYBE,
        ),
        None => found.with_help(format!("say when: `{word} NAME when CONDITION`; `when true` is always")),
    }
}

pub(super) fn missing_that(d: &Draft<'_>, head: Span, when: Option<Span>) -> Diagnostic {
    let found = d
        .error(head, format!("`{}` does not say what is required", d.quote(head)))
        .with_label("`that` is missing")
        .with_note("`require NAME when P that C` denies where P holds and C does not; without `when` it always asks for C");
    match when {
        Some(when) => found
            .with_secondary(d.at(when), "this says when the rule applies, not what it asks for")
            .with_fix("write `that`", d.at(when), "that", MAYBE),
        None => found.with_help("add `that CONDITION`"),
    }
}

pub(super) fn missing_to(d: &Draft<'_>, head: Span) -> Diagnostic {
    d.error(head, format!("`{}` does not say to whom", d.quote(head))).with_label("`to` is missing").with_fix(
        "say to whom",
        d.at(Span::at(head.hi)),
        " to \"reviewers\"",
        MAYBE,
    )
}

pub(super) fn wrong_clause(d: &Draft<'_>, at: Span, effect: Effect, belongs: Effect) -> Diagnostic {
    d.error(at, format!("`{}` belongs to `{}`, not to `{}`", d.quote(at), belongs.text(), effect.text())).with_help(
        match belongs {
            Effect::Require => {
                "join it to the condition after `when`; or make the rule a `require`, which denies where it does not hold"
            }
            Effect::Deny | Effect::Escalate | Effect::Allow | Effect::Warn => {
                "remove it; only an `escalate` is handed to somebody"
            }
        },
    )
}

pub(super) fn repeated(d: &Draft<'_>, what: &str, first: Span, again: Span) -> Diagnostic {
    d.error(again, format!("`{what}` stands here a second time"))
        .with_secondary(d.at(first), "the first one")
        .with_help(match what {
            "when" | "that" => "join the conditions with `and`",
            "for" => "join what is gone through with a comma: `for x in xs, y in ys`",
            _ => "keep one of the two",
        })
}

pub(super) fn only_require(d: &Draft<'_>, at: Span, effect: Effect) -> Diagnostic {
    d.error(at, format!("`{}` cannot take over a whole policy", effect.text()))
        .with_label("only `require` can")
        .with_note("`require NAME: p(x)` adds the outcome of the policy p; `include` adds its rules")
        .with_fix("write `require`", d.at(at), "require", MAYBE)
}

pub(super) fn include_without_name(d: &Draft<'_>, at: Span, suggestion: &str) -> Diagnostic {
    d.error(at, "this `include` has no name")
        .with_label("`as NAME` is missing")
        .with_note("the rules that are included carry the name in decisions: `name.rule`")
        .with_fix("give it a name", d.at(Span::at(at.hi)), format!(" as {suggestion}"), SAFE)
}

pub(super) fn bad_given(d: &Draft<'_>, at: Span, name: &str) -> Diagnostic {
    d.error(at, format!("`given {name}` gives nothing that a policy reads"))
        .with_note(
            "a test gives reference data, `given data NAME = …`, or the entity store, `given entities = …`",
        )
        .with_help("for a value of the test's own write `let`")
        .with_fix("give the data of this name", d.at(Span::at(at.lo)), "data ", MAYBE)
}

pub(super) fn misplaced_module(d: &Draft<'_>, at: Span, first: Option<Span>) -> Diagnostic {
    let found = d.error(at, "a file is one module, and says so in its first line");
    match first {
        Some(first) => {
            found.with_secondary(d.at(first), "the module's name stands here").with_help("remove this one")
        }
        None => found.with_help("move it before everything else"),
    }
}

pub(super) fn module_decorated(d: &Draft<'_>, at: Span) -> Diagnostic {
    d.error(at, "nothing can stand before `module`")
        .with_help("annotations stand on policies, rules and other items; describe a module with `//!` lines")
}
