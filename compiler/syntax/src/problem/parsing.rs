//! Tokens in the wrong place.

use super::{Draft, Found, MAYBE, Meant, Place, SAFE};
use crate::diagnostic::Diagnostic;
use crate::lexer::{TokenClass, TokenKind};
use crate::span::Span;

/// `a`, `a or b`, `a, b or c`.
fn alternatives(words: &[String]) -> String {
    match words {
        [] => "something else".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

pub(super) fn unexpected(d: &Draft<'_>, at: Span, found: &Found, expected: &[String]) -> Diagnostic {
    let wanted = alternatives(expected);
    let found = match found {
        Found::End => {
            return d
                .error(at, format!("expected {wanted}, but nothing follows"))
                .with_label(format!("expected {wanted} here"));
        }
        Found::Token(kind) => match kind.class() {
            TokenClass::Literal if at.is_empty() => "the end of the text".to_owned(),
            TokenClass::Name | TokenClass::Literal => format!("`{}`", d.quote(at)),
            TokenClass::Reserved | TokenClass::Soft | TokenClass::Sign | TokenClass::Marker => {
                format!("`{}`", kind.text())
            }
        },
    };
    d.error(at, format!("expected {wanted}, found {found}")).with_label(format!("expected {wanted}"))
}

/// Says how what was meant is written.
pub(super) fn meant(d: &Draft<'_>, diagnostic: Diagnostic, meant: &Meant) -> Diagnostic {
    let (help, at, written, safety) = match meant {
        Meant::Length(at, written) => {
            let help = format!("a length of time is a number and its unit in one: `{written}`");
            (help, *at, written.as_str(), SAFE)
        }
        Meant::Absence(at, written) => {
            let help = format!("what is not there is absent: write `{written}`; `none` asks about a list");
            (help, *at, *written, MAYBE)
        }
    };
    diagnostic.with_help(help).with_fix(format!("write `{written}`"), d.at(at), written, safety)
}

pub(super) fn unclosed(d: &Draft<'_>, open: Span, kind: TokenKind, before: Span) -> Diagnostic {
    let closer = kind.closer().map_or("", TokenKind::text);
    d.error(open, format!("this `{}` is never closed", d.quote(open)))
        .with_label("opened here")
        .with_secondary(d.at(before), format!("`{closer}` is missing before this"))
        .with_fix(format!("insert `{closer}`"), d.at(Span::at(before.lo)), closer, MAYBE)
}

pub(super) fn stray_closer(d: &Draft<'_>, at: Span, kind: TokenKind) -> Diagnostic {
    d.error(at, format!("this `{}` closes nothing", kind.text()))
        .with_label("nothing is open here that it could close")
        .with_fix("remove it", d.at(at), "", MAYBE)
}

pub(super) fn misspelt(d: &Draft<'_>, at: Span, meant: &str) -> Diagnostic {
    d.error(at, format!("`{}` is no word of the language here; did you mean `{meant}`?", d.quote(at)))
        .with_label(format!("perhaps `{meant}`"))
        .with_fix(format!("write `{meant}`"), d.at(at), meant, MAYBE)
}

pub(super) fn reserved_name(d: &Draft<'_>, at: Span) -> Diagnostic {
    let word = d.quote(at);
    d.error(at, format!("`{word}` is a word of the language and no name"))
        .with_label("a name is expected here")
        .with_help("choose another name, or put it in backquotes")
        .with_fix("put it in backquotes", d.at(at), format!("`{word}`"), MAYBE)
}

pub(super) fn too_deep(d: &Draft<'_>, at: Span) -> Diagnostic {
    d.error(at, "this is nested more than 256 levels deep")
        .with_label("the outermost level that is too far out")
        .with_help("name a part of it with `let`, or move it to a function")
}

pub(super) fn too_large(d: &Draft<'_>, at: Span) -> Diagnostic {
    d.error(at, "this file is larger than 16 MiB")
        .with_help("split it into modules, or load what is data as `data`")
}

pub(super) fn wrong_place(d: &Draft<'_>, at: Span, place: Place) -> Diagnostic {
    let word = d.quote(at);
    match place {
        Place::Top => d
            .error(at, format!("`{word}` cannot stand outside of a policy or test"))
            .with_label("a statement at the top of a file")
            .with_help(
                "put it between the braces of a policy (rules) or of a test (`given`, `expect`); perhaps a `}` stands too early",
            ),
        Place::Policy => d
            .error(at, format!("`{word}` cannot stand in a policy"))
            .with_label("not a statement of a policy")
            .with_help("put it outside of the policy's braces; perhaps the policy's `}` is missing before it"),
        Place::Test => d
            .error(at, format!("`{word}` cannot stand in a test"))
            .with_label("not a statement of a test")
            .with_help("put it outside of the test's braces; perhaps the test's `}` is missing before it"),
    }
}

pub(super) fn assign_for(d: &Draft<'_>, at: Span, meant: TokenKind) -> Diagnostic {
    let meant_text = meant.text();
    let why = if meant == TokenKind::Colon {
        "a field or a named argument is followed by `:`"
    } else {
        "`=` gives a name to a value; values are compared with `==`"
    };
    d.error(at, format!("`=` cannot stand here; {why}")).with_fix(
        format!("write `{meant_text}`"),
        d.at(at),
        meant_text,
        SAFE,
    )
}

pub(super) fn missing_comma(d: &Draft<'_>, after: Span) -> Diagnostic {
    d.error(after, "a comma is missing here").with_label("`,` expected").with_fix(
        "insert `,`",
        d.at(after),
        ",",
        MAYBE,
    )
}

pub(super) fn rule_without_name(d: &Draft<'_>, word: Span, before: Span) -> Diagnostic {
    d.error(word, format!("this `{}` has no name", d.quote(word)))
        .with_note("every rule has a name: decisions, tests and exceptions speak of it by that name")
        .with_fix("give it a name", d.at(Span::at(before.lo)), "unnamed ", MAYBE)
}

pub(super) fn if_without_else(d: &Draft<'_>, word: Span, at: Span) -> Diagnostic {
    d.error(word, "this `if` has no `else`")
        .with_secondary(d.at(at), "`else` is missing before this")
        .with_note("`if` is an expression: it must give a value in both cases")
        .with_help(
            "add `else` and what it gives then; a rule that holds only sometimes says so in its `when`",
        )
}

pub(super) fn bracket_type(d: &Draft<'_>, name: Span, at: Span) -> Diagnostic {
    let inside = d.quote(at);
    let inside = inside.trim_start_matches('[').trim_end_matches(']').trim();
    let name_text = d.quote(name);
    let written =
        if inside.is_empty() { format!("List<{name_text}>") } else { format!("{name_text}<{inside}>") };
    d.error(at, "types have their arguments in `<` and `>`")
        .with_label(format!("write `{written}`"))
        .with_fix(format!("write `{written}`"), d.at(name.to(at)), written, MAYBE)
}

pub(super) fn not_behind(d: &Draft<'_>, at: Span, word: &str) -> Diagnostic {
    let sign = d.quote(at);
    d.error(at, format!("`{word}` takes no `{sign}`")).with_label("not needed").with_fix(
        "remove it",
        d.at(at),
        "",
        SAFE,
    )
}
