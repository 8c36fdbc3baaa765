//! Parts of text. None of them copies: parts are handles into the whole.

use policy_vm::{Context, Value};

use super::{Result, pay, place, take};

fn trimmed(context: &mut Context<'_>, args: &[Value], start: bool, end: bool) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    let all = context.text(text)?;
    let from = if start { all.len() - all.trim_start().len() } else { 0 };
    let to = if end { all.trim_end().len().max(from) } else { all.len() };
    context.slice(text, from..to)
}

pub(crate) fn trim(context: &mut Context<'_>, args: &[Value]) -> Result {
    trimmed(context, args, true, true)
}

pub(crate) fn trim_start(context: &mut Context<'_>, args: &[Value]) -> Result {
    trimmed(context, args, true, false)
}

pub(crate) fn trim_end(context: &mut Context<'_>, args: &[Value]) -> Result {
    trimmed(context, args, false, true)
}

/// A list of parts: `next` is given the text from a byte on, and gives the part in it (relative bytes) and
/// how many bytes it took in all; nothing ends.
fn parts(
    context: &mut Context<'_>,
    text: Value,
    next: impl Fn(&str) -> Option<(std::ops::Range<usize>, usize)>,
) -> Result {
    let mark = context.begin();
    let mut at = 0;
    while let Some((part, taken)) = context.text(text)?.get(at..).and_then(&next) {
        let part = context.slice(text, at + part.start..at + part.end)?;
        context.charge(1)?;
        context.push(part)?;
        at += taken;
    }
    context.finish_list(mark)
}

pub(crate) fn split(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text, separator] = take(args)?;
    let mark = context.begin();
    let mut at = 0;
    loop {
        let (all, sought) = (context.text(text)?, context.text(separator)?);
        let found = if sought.is_empty() { None } else { all.get(at..).and_then(|rest| rest.find(sought)) };
        let (end, next) = match found {
            Some(offset) => (at + offset, Some(at + offset + sought.len())),
            None => (all.len(), None),
        };
        let part = context.slice(text, at..end)?;
        context.charge(1)?;
        context.push(part)?;
        match next {
            Some(next) => at = next,
            None => return context.finish_list(mark),
        }
    }
}

pub(crate) fn lines(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    parts(context, text, |rest| {
        if rest.is_empty() {
            return None;
        }
        let (line, taken) =
            rest.find('\n').map_or((rest, rest.len()), |end| (rest.get(..end).unwrap_or(""), end + 1));
        let ended = taken > line.len();
        let line = if ended { line.strip_suffix('\r').unwrap_or(line) } else { line };
        Some((0..line.len(), taken))
    })
}

pub(crate) fn words(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    parts(context, text, |rest| {
        let start = rest.len() - rest.trim_start().len();
        let word = rest.trim_start();
        let length = word.find(char::is_whitespace).unwrap_or(word.len());
        (length > 0).then_some((start..start + length, start + length))
    })
}

pub(crate) fn characters(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    parts(context, text, |rest| rest.chars().next().map(|c| (0..c.len_utf8(), c.len_utf8())))
}

pub(crate) fn slice(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [text, from, to] = take(args)?;
    pay(context, &[text])?;
    let (from, to) = (context.int(from)?, context.int(to)?);
    let all = context.text(text)?;
    let byte = |at: i64| {
        let at = place(at, all.len());
        all.char_indices().nth(at).map_or(all.len(), |(byte, _)| byte)
    };
    let (start, end) = (byte(from), byte(to));
    context.slice(text, start..end.max(start))
}
