//! Expressions that the grammar takes and the language does not.

use super::{Draft, MAYBE, SAFE};
use crate::ast::CompareOp;
use crate::diagnostic::Diagnostic;
use crate::span::Span;

pub(super) fn chained(
    d: &Draft<'_>,
    first: Span,
    second: Span,
    middle: Span,
    both_order: bool,
) -> Diagnostic {
    let found = d
        .error(second, "comparisons do not chain")
        .with_label("a second comparison of the same value")
        .with_secondary(d.at(first), "the first one");
    let text = middle.text(d.source);
    if both_order && text.len() <= 60 && !text.contains('\n') {
        found.with_help(format!("compare twice: `… {text} and {text} …`")).with_fix(
            "compare twice",
            d.at(Span::at(middle.hi)),
            format!(" and {text}"),
            SAFE,
        )
    } else {
        found.with_help("put one of the two in parentheses, or join two comparisons with `and`")
    }
}

pub(super) fn and_beside_or(d: &Draft<'_>, and_part: Span) -> Diagnostic {
    d.error(and_part, "`and` beside `or` needs parentheses")
        .with_label("this part is what `and` would join")
        .with_note("readers disagree about which binds tighter, so the text says it")
        .with_edits(
            "put the `and` part in parentheses",
            vec![
                (d.at(Span::at(and_part.lo)), "(".to_owned()),
                (d.at(Span::at(and_part.hi)), ")".to_owned()),
            ],
            MAYBE,
        )
}

pub(super) fn not_equals(d: &Draft<'_>, not: Span, op_span: Span, op: CompareOp, operand: u32) -> Diagnostic {
    let other = if op == CompareOp::Eq { CompareOp::Ne } else { CompareOp::Eq };
    d.error(not, format!("`not` before `{}` reads two ways", op.text()))
        .with_label(format!("write `{}` instead", other.text()))
        .with_secondary(d.at(op_span), "the comparison it would turn round")
        .with_edits(
            format!("write `{}`", other.text()),
            vec![(d.at(Span::new(not.lo, operand)), String::new()), (d.at(op_span), other.text().to_owned())],
            SAFE,
        )
}

pub(super) fn needs_parens(d: &Draft<'_>, at: Span) -> Diagnostic {
    let word: String =
        d.source.get(at.lo as usize..).unwrap_or("").chars().take_while(char::is_ascii_alphabetic).collect();
    let found = d
        .error(at, format!("`{word}` needs parentheses here"))
        .with_label("would run to the end, past what it is an operand of")
        .with_note(format!("without parentheses `{word}` may stand only after `and`, `or`, `not` and `implies`, or at the beginning"));
    if word == "not" {
        return found.with_help("put parentheses around `not` and its operand");
    }
    found.with_edits(
        "put it in parentheses",
        vec![(d.at(Span::at(at.lo)), "(".to_owned()), (d.at(Span::at(at.hi)), ")".to_owned())],
        MAYBE,
    )
}

pub(super) fn stray_test(
    d: &Draft<'_>,
    word: &str,
    at: Span,
    comparison: Option<(CompareOp, Span)>,
) -> Diagnostic {
    let found = d
        .error(at, format!("`{word}` is no value"))
        .with_label(format!("`{word}` stands only after `is`"))
        .with_help(format!("ask with `x is {word}` or `x is not {word}`"));
    match comparison {
        Some((op, span)) => {
            let words = if op == CompareOp::Eq { "is" } else { "is not" };
            found.with_fix(format!("write `{words} {word}`"), d.at(span), words, SAFE)
        }
        None => found,
    }
}

pub(super) fn bad_param(d: &Draft<'_>, at: Span) -> Diagnostic {
    d.error(at, format!("`{}` cannot stand before `=>`", d.quote(at)))
        .with_label("a parameter is a name")
        .with_help("write `x => …`, `(a, b) => …` or `{name, size} => …`")
}

pub(super) fn mixed_braces(d: &Draft<'_>, at: Span) -> Diagnostic {
    d.error(at, "these braces hold things of different kinds")
        .with_label("of another kind than what stands before it")
        .with_note("`{a: 1}` is a record, `{\"a\": 1}` and `{[k]: 1}` are maps, `{1, 2}` is a set")
        .with_help("make all of them fields, all of them entries, or all of them elements")
}

pub(super) fn bad_key(d: &Draft<'_>, at: Span) -> Diagnostic {
    d.error(at, format!("`{}` cannot be a key as it stands", d.quote(at)))
        .with_note("a field is a name; a key of a map is a literal, or a computed key in brackets")
        .with_edits(
            "write a computed key",
            vec![(d.at(Span::at(at.lo)), "[".to_owned()), (d.at(Span::at(at.hi)), "]".to_owned())],
            MAYBE,
        )
}

pub(super) fn positional_after_named(d: &Draft<'_>, at: Span, named: Span) -> Diagnostic {
    d.error(at, "an argument without a name follows one with a name")
        .with_secondary(d.at(named), "named here")
        .with_help("give this one a name too, or move it before the named ones")
}

pub(super) fn stray_without(d: &Draft<'_>, at: Span) -> Diagnostic {
    d.error(at, "`without` belongs to `any a then b in xs: …`, and to nothing else")
        .with_label("nothing stands before it that has a `then`")
        .with_help("put an inner quantifier in parentheses, so that `without` follows the one with `then`")
}

pub(super) fn cast_arguments(d: &Draft<'_>, at: Span) -> Diagnostic {
    d.error(at, "a type with `<` behind `as` stands in parentheses")
        .with_note("without them `<` is a comparison")
        .with_edits(
            format!("write `({})`", d.quote(at)),
            vec![(d.at(Span::at(at.lo)), "(".to_owned()), (d.at(Span::at(at.hi)), ")".to_owned())],
            MAYBE,
        )
}

pub(super) fn tuple_of_one(d: &Draft<'_>, at: Span) -> Diagnostic {
    d.error(at, "a tuple has at least two parts").with_help("remove the comma, or add the other parts")
}

pub(super) fn empty_tuple_type(d: &Draft<'_>, at: Span) -> Diagnostic {
    d.error(at, "there is no type between these parentheses")
        .with_help("write the type; a function without parameters is just a value")
}

pub(super) fn bad_entity_type(d: &Draft<'_>, at: Span) -> Diagnostic {
    d.error(at, format!("`{}` names no entity type", d.quote(at)))
        .with_label("a type's name must stand before `::`")
        .with_help("write `User::\"alice\"`; to make an entity from a computed id write `User(id)`")
}
