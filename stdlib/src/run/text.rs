//! Questions about text.

use policy_vm::{Context, Value};

use super::{Result, count, pay, take};

pub(crate) fn length(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    Ok(count(context.text(text)?.chars().count()))
}

pub(crate) fn byte_length(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [text] = take(args)?;
    Ok(count(context.text(text)?.len()))
}

pub(crate) fn starts_with(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [text, prefix] = take(args)?;
    pay(context, &[prefix])?;
    Ok(Value::Bool(context.text(text)?.starts_with(context.text(prefix)?)))
}

pub(crate) fn ends_with(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [text, suffix] = take(args)?;
    pay(context, &[suffix])?;
    Ok(Value::Bool(context.text(text)?.ends_with(context.text(suffix)?)))
}

pub(crate) fn strip_prefix(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [text, prefix] = take(args)?;
    pay(context, &[prefix])?;
    let (all, begins) = (context.text(text)?, context.text(prefix)?);
    if all.starts_with(begins) { context.slice(text, begins.len()..all.len()) } else { Ok(Value::Absent) }
}

pub(crate) fn strip_suffix(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [text, suffix] = take(args)?;
    pay(context, &[suffix])?;
    match context.text(text)?.strip_suffix(context.text(suffix)?) {
        Some(rest) => context.slice(text, 0..rest.len()),
        None => Ok(Value::Absent),
    }
}

/// Which side of which mark is asked for.
#[derive(Clone, Copy)]
struct Cut {
    last: bool,
    behind: bool,
}

fn cut(context: &mut Context<'_>, args: &[Value], cut: Cut) -> Result {
    pay(context, args)?;
    let [text, mark] = take(args)?;
    let (all, sought) = (context.text(text)?, context.text(mark)?);
    let found = if cut.last { all.rfind(sought) } else { all.find(sought) };
    match found {
        Some(at) if cut.behind => context.slice(text, at + sought.len()..all.len()),
        Some(at) => context.slice(text, 0..at),
        None => Ok(Value::Absent),
    }
}

pub(crate) fn before(context: &mut Context<'_>, args: &[Value]) -> Result {
    cut(context, args, Cut { last: false, behind: false })
}

pub(crate) fn after(context: &mut Context<'_>, args: &[Value]) -> Result {
    cut(context, args, Cut { last: false, behind: true })
}

pub(crate) fn before_last(context: &mut Context<'_>, args: &[Value]) -> Result {
    cut(context, args, Cut { last: true, behind: false })
}

pub(crate) fn after_last(context: &mut Context<'_>, args: &[Value]) -> Result {
    cut(context, args, Cut { last: true, behind: true })
}

fn index(context: &mut Context<'_>, args: &[Value], last: bool) -> Result {
    pay(context, args)?;
    let [text, what] = take(args)?;
    let (all, sought) = (context.text(text)?, context.text(what)?);
    let found = if last { all.rfind(sought) } else { all.find(sought) };
    Ok(found.map_or(Value::Absent, |at| count(all.get(..at).unwrap_or("").chars().count())))
}

pub(crate) fn index_of(context: &mut Context<'_>, args: &[Value]) -> Result {
    index(context, args, false)
}

pub(crate) fn last_index_of(context: &mut Context<'_>, args: &[Value]) -> Result {
    index(context, args, true)
}

pub(crate) fn count_of(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text, what] = take(args)?;
    let what = context.text(what)?;
    Ok(count(if what.is_empty() { 0 } else { context.text(text)?.matches(what).count() }))
}

pub(crate) fn equals_ignoring_case(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [a, b] = take(args)?;
    Ok(Value::Bool(context.text(a)?.eq_ignore_ascii_case(context.text(b)?)))
}

pub(crate) fn is_blank(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    Ok(Value::Bool(context.text(text)?.chars().all(char::is_whitespace)))
}

pub(crate) fn is_ascii(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    Ok(Value::Bool(context.text(text)?.is_ascii()))
}

pub(crate) fn has_hidden_characters(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    Ok(Value::Bool(context.text(text)?.chars().any(hidden)))
}

/// Characters that a reader of the text does not see: controls, those that reorder text, those without
/// width, fillers, tags and the supplementary variation selectors.
fn hidden(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

pub(crate) fn compare_text(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [a, b] = take(args)?;
    // The order of UTF-8 bytes is the order of code points.
    Ok(Value::Int(context.text(a)?.cmp(context.text(b)?) as i64))
}
