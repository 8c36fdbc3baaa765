//! Mistakes in the characters.

use super::{Draft, MAYBE, SAFE};
use crate::diagnostic::Diagnostic;
use crate::lexer::LexError;
use crate::span::Span;

pub(super) fn render(d: &Draft<'_>, error: &LexError) -> Diagnostic {
    match error {
        LexError::Unexpected(at) => unexpected(d, *at),
        LexError::UnclosedText { open, whole, multi } => unclosed_text(d, *open, *whole, *multi),
        LexError::UnclosedInterpolation { open, end, quotes } => {
            let end = d.at(Span::at(*end));
            let found = d
                .error(*open, "this `{` in a text is never closed")
                .with_label("the expression begins here")
                .with_secondary(end, "it must end before this")
                .with_help("close the expression with `}`, or write `{{` for a brace that is part of the text");
            // The expression is most often a name with fields.
            let rest = d.source.get(open.hi as usize..).unwrap_or("");
            let name = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(0);
            if *quotes && name > 0 {
                let at = Span::at(open.hi + u32::try_from(name).unwrap_or(0));
                found.with_fix("close the expression", d.at(at), "}", MAYBE)
            } else {
                found
            }
        }
        LexError::BadEscape(at) => d
            .error(*at, format!("`{}` is no escape", d.quote(*at)))
            .with_note("the escapes are `\\n`, `\\t`, `\\\"`, `\\\\` and `\\u{1F600}` (one to six hexadecimal digits)")
            .with_help("write `\\\\` for a backslash, or use a raw text: r\"…\"")
            .with_fix("double the backslash", d.at(Span::at(at.lo)), "\\", MAYBE),
        LexError::LoneBrace(at) => d
            .error(*at, "a `}` in a text closes nothing")
            .with_label("no `{` stands before it")
            .with_help("write `}}` for a brace that is part of the text")
            .with_fix("write `}}`", d.at(*at), "}}", SAFE),
        LexError::BadNumber(at) => d
            .error(*at, format!("`{}` is neither a number nor a duration", d.quote(*at)))
            .with_note("a duration is a whole number and one unit: `ms`, `s`, `m`, `h` or `d`, as in `250ms` or `30d`")
            .with_help("write `90m` for an hour and a half, `14d` for two weeks; decimals have no exponent"),
        LexError::BadTime(at) => d
            .error(*at, format!("`{}` is no time", d.quote(*at)))
            .with_help("write a timestamp `@2026-12-31T00:00:00Z`, a date `@2026-12-31`, or a time of day `@18:00`"),
        LexError::Foreign { span, ours } => {
            let (theirs, ours) = (d.quote(*span), ours.text());
            // A word needs a blank where the sign did not.
            let blank = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
            let bytes = d.source.as_bytes();
            let before = span.lo.checked_sub(1).and_then(|i| bytes.get(i as usize));
            let word = ours.bytes().all(|b| b.is_ascii_alphabetic());
            let left = if word && blank(before) { " " } else { "" };
            let right = if word && bytes.get(span.hi as usize).is_some_and(|b| !b.is_ascii_whitespace()) { " " } else { "" };
            d.error(*span, format!("`{theirs}` is written `{ours}` here"))
                .with_fix(format!("write `{ours}`"), d.at(*span), format!("{left}{ours}{right}"), SAFE)
        }
        LexError::Semicolon(at) => d
            .error(*at, "statements need no `;`")
            .with_note("a statement ends where the next one begins")
            .with_fix("remove it", d.at(*at), "", SAFE),
        LexError::SingleQuoted(at) => {
            let fixed = d.quote(*at).trim_matches('\'').replace('"', "\\\"");
            d.error(*at, "a text stands in double quotes")
                .with_fix("use double quotes", d.at(*at), format!("\"{fixed}\""), SAFE)
        }
        LexError::ForeignComment(at) => {
            let text = at.text(d.source);
            let found = d.error(*at, "comments begin with `//`").with_help("write `//`, and `///` to describe what follows");
            match text.strip_prefix('#') {
                Some(rest) => found.with_fix("write `//`", d.at(*at), format!("//{rest}"), SAFE),
                None if !text.contains('\n') => {
                    let rest = text.trim_start_matches("/*").trim_end_matches("*/").trim_end();
                    found.with_fix("write `//`", d.at(*at), format!("//{rest}"), MAYBE)
                }
                None => found,
            }
        }
        LexError::BadBackquotes(at) => d
            .error(*at, "a name in backquotes is empty or never closed")
            .with_help("write the name between two backquotes on one line: `` `in` ``"),
    }
}

fn unexpected(d: &Draft<'_>, at: Span) -> Diagnostic {
    let text = d.quote(at);
    let message = if text.chars().count() == 1 {
        format!("`{}` stands nowhere in the language", text.escape_debug())
    } else {
        format!("`{}` can stand nowhere in the language", text.escape_debug())
    };
    let found = d.error(at, message);
    if text.chars().any(|c| matches!(c, '\u{201c}' | '\u{201d}' | '\u{201e}')) {
        found.with_help("texts stand in straight double quotes: \"…\"")
    } else if text.chars().any(char::is_alphabetic) {
        found.with_help(
            "names are made of the letters a to z, digits and `_`; put any other name in backquotes",
        )
    } else if text.chars().any(char::is_whitespace) {
        found.with_help("use ordinary blanks; this one looks like a blank and is none")
    } else {
        found.with_help("remove it, or put it in a text")
    }
}

fn unclosed_text(d: &Draft<'_>, open: Span, whole: Span, multi: bool) -> Diagnostic {
    let quotes = if multi { "\"\"\"" } else { "\"" };
    let found = d.error(open, "this text is never closed").with_label("the text begins here");
    if multi {
        return found.with_help("close it with three double quotes");
    }
    found
        .with_note(
            "a text between single `\"` ends on its line; one over several lines stands between `\"\"\"`",
        )
        .with_fix("close it at the end of the line", d.at(Span::at(whole.hi)), quotes, MAYBE)
}

pub(super) fn unknown_prefix(d: &Draft<'_>, prefix: Span) -> Diagnostic {
    d.error(prefix, format!("no literal begins with `{}`", d.quote(prefix)))
        .with_note("the literals are r\"…\", re\"…\", glob\"…\", wild\"…\", cidr\"…\", ip\"…\", semver\"…\" and range\"…\"")
        .with_help("choose one of them, or remove the word before the text")
}

pub(super) fn empty_interpolation(d: &Draft<'_>, at: Span) -> Diagnostic {
    d.error(at, "there is no expression between these braces")
        .with_help("write the expression, or `{{}}` for braces that are part of the text")
        .with_fix("write `{{}}`", d.at(at), "{{}}", MAYBE)
}
