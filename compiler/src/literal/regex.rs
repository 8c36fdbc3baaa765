//! `Regex` literals: the syntax of `regex-syntax`, in the language's terms.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the kinds of errors are those of another crate and may grow"
)]

use policy_bytecode::program::PatternKind;
use regex_syntax::ast::ErrorKind as Kind;
use regex_syntax::ast::parse::ParserBuilder;
use regex_syntax::hir::translate::TranslatorBuilder;

use super::scan::Scan;
use super::{LiteralError, codes, pattern, shown};
use crate::hir::Const;

/// Groups may nest this deep.
const NESTING: u32 = 100;

/// Reads a regular expression; it is kept as written.
pub(super) fn regex(text: &str) -> Result<Const, LiteralError> {
    let parsed = ParserBuilder::new().nest_limit(NESTING).build().parse(text);
    let ast = parsed.map_err(|error| syntax(text, error.kind(), error.span()))?;
    let mut translator = TranslatorBuilder::new().unicode(true).utf8(true).dot_matches_new_line(true).build();
    translator.translate(text, &ast).map_err(|error| meaning(text, &error))?;
    pattern::compile(PatternKind::Regex, "regular expression", codes::REGEX, text)?;
    Ok(Const::Regex(text.to_owned()))
}

fn syntax(text: &str, kind: &Kind, span: &regex_syntax::ast::Span) -> LiteralError {
    let at = place(text, span);
    let refuse = |code, why: &str, label: &str| {
        LiteralError::new(code, at.clone(), format!("the regular expression {} {why}", shown(text)), label)
    };
    if matches!(kind, Kind::UnsupportedLookAround | Kind::UnsupportedBackreference) {
        let (why, help) = if *kind == Kind::UnsupportedLookAround {
            ("looks around", "test the two conditions apart: `x matches re\"…\" and not (x matches re\"…\")`")
        } else {
            ("refers back to a group", "capture the parts apart and compare them with `==`")
        };
        return refuse(codes::REGEX_UNSUPPORTED, why, "not part of the language's regular expressions")
            .note("a regular expression is decided in one pass over the text, so that no input can make it slow")
            .help(help);
    }
    let (why, label) = words(kind);
    let error = refuse(codes::REGEX, why, label);
    match kind {
        Kind::RepetitionMissing => error.help("for a star itself write `\\*`; for any text write `.*`"),
        Kind::GroupUnopened => error.help("for a parenthesis itself write `\\)`"),
        Kind::EscapeUnrecognized => {
            error.help("only punctuation and the letters of the syntax can follow `\\`")
        }
        _ => error,
    }
}

/// What a mistake is called, and what to say below its place.
fn words(kind: &Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::ClassEscapeInvalid => ("has an escape that means nothing in `[…]`", "cannot stand in `[…]`"),
        Kind::ClassRangeInvalid => {
            ("has a range that ends before it begins", "the lesser character stands first")
        }
        Kind::ClassRangeLiteral => {
            ("has a range whose end is no single character", "a character is expected")
        }
        Kind::ClassUnclosed => ("has a `[` that is never closed", "`]` is expected"),
        Kind::DecimalEmpty | Kind::DecimalInvalid | Kind::RepetitionCountDecimalEmpty => {
            ("has a repetition without a count", "a number is expected")
        }
        Kind::EscapeHexEmpty | Kind::EscapeHexInvalid | Kind::EscapeHexInvalidDigit => {
            ("has an escape that is no character", "hexadecimal digits of a character are expected")
        }
        Kind::EscapeUnexpectedEof => ("ends in the middle of an escape", "something must follow `\\`"),
        Kind::EscapeUnrecognized => ("has an unknown escape", "means nothing"),
        Kind::FlagDanglingNegation | Kind::FlagRepeatedNegation { .. } => {
            ("has flags with a stray `-`", "flags are written `(?i)` or `(?i-s)`")
        }
        Kind::FlagDuplicate { .. } => ("has a flag twice", "said before"),
        Kind::FlagUnexpectedEof => ("ends in the middle of flags", "flags or a group are expected"),
        Kind::FlagUnrecognized => {
            ("has an unknown flag", "the flags are `i`, `m`, `s`, `U`, `u`, `x` and `R`")
        }
        Kind::GroupNameDuplicate { .. } => ("has two groups of one name", "named before"),
        Kind::GroupNameEmpty | Kind::GroupNameInvalid | Kind::GroupNameUnexpectedEof => {
            ("has a group without a proper name", "letters, digits and `_` are expected")
        }
        Kind::GroupUnclosed => ("has a `(` that is never closed", "`)` is expected"),
        Kind::GroupUnopened => ("has a `)` that was never opened", "no `(` belongs to it"),
        Kind::NestLimitExceeded(_) => ("nests too deep", "groups nest at most 100 deep"),
        Kind::RepetitionCountInvalid => {
            ("has a repetition of more than its most", "the lesser count stands first")
        }
        Kind::RepetitionCountUnclosed => ("has a repetition that is never closed", "`}` is expected"),
        Kind::RepetitionMissing => ("repeats nothing", "nothing stands before it"),
        Kind::SpecialWordBoundaryUnclosed
        | Kind::SpecialWordBoundaryUnrecognized
        | Kind::SpecialWordOrRepetitionUnexpectedEof => {
            ("has an unknown boundary", "the boundaries are `\\b{start}`, `\\b{end}` and their halves")
        }
        Kind::UnicodeClassInvalid => ("has a class that is not well formed", "written like `\\p{Greek}`"),
        _ => ("cannot be read", "not understood"),
    }
}

fn meaning(text: &str, error: &regex_syntax::hir::Error) -> LiteralError {
    use regex_syntax::hir::ErrorKind as Kind;
    let at = place(text, error.span());
    let (why, label) = match error.kind() {
        Kind::UnicodePropertyNotFound | Kind::UnicodePropertyValueNotFound => {
            ("names a class of characters that Unicode does not have", "unknown class")
        }
        Kind::UnicodeNotAllowed | Kind::InvalidUtf8 => {
            ("speaks of bytes", "texts are made of characters, so `(?-u)` means nothing here")
        }
        _ => ("cannot be read", "not understood"),
    };
    LiteralError::new(codes::REGEX, at, format!("the regular expression {} {why}", shown(text)), label)
}

/// The bytes of a span; where it is empty, those of the character after it.
fn place(text: &str, span: &regex_syntax::ast::Span) -> std::ops::Range<usize> {
    let (start, end) = (span.start.offset, span.end.offset);
    if start < end {
        return start..end;
    }
    Scan::from(text, start).here()
}
