//! Functions of patterns.

use std::ops::Range;

use policy_vm::{Context, Value};

use super::{Result, bounded_text, optional_text, pay, take};

/// Pays for one pass of a pattern over a text. Groups cost more than a yes or no.
fn pay_search(context: &mut Context<'_>, text: Value) -> Result<()> {
    let bytes = context.len(text)? as u64;
    context.charge(bytes / 2 + 4)
}

fn part(context: &Context<'_>, text: Value, range: Option<Range<usize>>) -> Result {
    range.map_or(Ok(Value::Absent), |range| context.slice(text, range))
}

pub(crate) fn find(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [text, pattern] = take(args)?;
    pay_search(context, text)?;
    let found = context.pattern(pattern)?.find_at(context.text(text)?, 0);
    part(context, text, found)
}

/// The matches of a pattern in a text, without overlap. An empty match moves on by a character.
fn all_matches(context: &mut Context<'_>, text: Value, pattern: Value) -> Result<Vec<Range<usize>>> {
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        // Each search looks at the text from its place to its match's end, so all of them together cost one pass.
        let all = context.text(text)?;
        let Some(range) = context.pattern(pattern)?.find_at(all, at) else { break };
        let width = all.get(range.end..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
        at = if range.is_empty() { range.end + width } else { range.end };
        found.push(range);
        context.charge(4)?;
    }
    Ok(found)
}

pub(crate) fn find_all(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [text, pattern] = take(args)?;
    pay_search(context, text)?;
    let found = all_matches(context, text, pattern)?;
    let mark = context.begin();
    for range in found {
        let part = context.slice(text, range)?;
        context.push(part)?;
    }
    context.finish_list(mark)
}

pub(crate) fn split_by(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [text, pattern] = take(args)?;
    pay_search(context, text)?;
    let found = all_matches(context, text, pattern)?;
    let end = context.text(text)?.len();
    let mark = context.begin();
    let mut at = 0;
    for range in found.into_iter().filter(|range| !range.is_empty()).chain(std::iter::once(end..end)) {
        let part = context.slice(text, at..range.start)?;
        context.push(part)?;
        at = range.end;
    }
    context.finish_list(mark)
}

pub(crate) fn replace_all(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [text, pattern, new] = take(args)?;
    pay_search(context, text)?;
    pay(context, &[new])?;
    let found = all_matches(context, text, pattern)?;
    let added = found.len().checked_mul(context.text(new)?.len());
    let bytes = added.and_then(|added| added.checked_add(context.text(text).map_or(0, str::len)));
    bounded_text(context, text, bytes, |memory, out| {
        let (all, new) = (memory.text(text)?, memory.text(new)?);
        let mut at = 0;
        for range in found {
            out.push_str(all.get(at..range.start).unwrap_or(""));
            out.push_str(new);
            at = range.end;
        }
        out.push_str(all.get(at..).unwrap_or(""));
        Ok(())
    })
}

pub(crate) fn capture(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [text, pattern, group] = take(args)?;
    pay_search(context, text)?;
    let groups = context.pattern(pattern)?.captures(context.text(text)?);
    let group = usize::try_from(context.int(group)?).ok();
    let range = groups.zip(group).and_then(|(groups, group)| groups.into_iter().nth(group)).flatten();
    part(context, text, range)
}

pub(crate) fn captures(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [text, pattern] = take(args)?;
    pay_search(context, text)?;
    let groups = context.pattern(pattern)?.captures(context.text(text)?).unwrap_or_default();
    let mark = context.begin();
    for range in groups {
        let part = part(context, text, range)?;
        context.push(part)?;
    }
    context.finish_list(mark)
}

pub(crate) fn named_captures(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [text, pattern] = take(args)?;
    pay_search(context, text)?;
    let compiled = context.pattern(pattern)?;
    let groups = compiled.captures(context.text(text)?).unwrap_or_default();
    let names = compiled.group_names();
    let mark = context.begin();
    for (name, range) in names.into_iter().zip(groups) {
        if let (Some(name), Some(range)) = (name, range) {
            let key = optional_text(context, Some(&name))?;
            let part = context.slice(text, range)?;
            context.push(key)?;
            context.push(part)?;
        }
    }
    context.finish_map(mark)
}

/// Whether one of a list of patterns matches the whole of a text.
pub(crate) fn matches_any(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [text, patterns] = take(args)?;
    let bytes = context.len(text)? as u64;
    let mut at = 0;
    while let Some(pattern) = context.element(patterns, at)? {
        context.charge(bytes / 4 + 1)?;
        if context.pattern(pattern)?.matches(context.text(text)?) {
            return Ok(Value::Bool(true));
        }
        at += 1;
    }
    Ok(Value::Bool(false))
}
