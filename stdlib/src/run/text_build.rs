//! Text made of other text.

use policy_vm::{Context, Value};

use super::{Result, bounded_text, overflow, pay, take};

pub(crate) fn lower_ascii(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    if !context.text(text)?.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Ok(text);
    }
    context.map_text(text, |text, out| out.extend(text.chars().map(|c| c.to_ascii_lowercase())))
}

pub(crate) fn upper_ascii(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    context.map_text(text, |text, out| out.extend(text.chars().map(|c| c.to_ascii_uppercase())))
}

pub(crate) fn lower(context: &mut Context<'_>, args: &[Value]) -> Result {
    cased(context, args, |text, out| out.push_str(&text.to_lowercase()))
}

pub(crate) fn upper(context: &mut Context<'_>, args: &[Value]) -> Result {
    cased(context, args, |text, out| out.push_str(&text.to_uppercase()))
}

/// A character has at most three in the other case, of at most three times its bytes.
fn cased(context: &mut Context<'_>, args: &[Value], write: fn(&str, &mut String)) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    let most = context.text(text)?.len().checked_mul(3);
    bounded_text(context, text, most, |memory, out| {
        write(memory.text(text)?, out);
        Ok(())
    })
}

pub(crate) fn join(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [parts, separator] = take(args)?;
    pay(context, &[parts, separator])?;
    let mut bytes = context.len(parts)?.checked_mul(context.text(separator)?.len());
    for &part in context.elements(parts)? {
        let length = context.text(part)?.len();
        bytes = bytes.and_then(|bytes| bytes.checked_add(length));
    }
    bounded_text(context, separator, bytes, |memory, out| {
        let between = memory.text(separator)?;
        for (at, &part) in memory.elements(parts)?.iter().enumerate() {
            if at > 0 {
                out.push_str(between);
            }
            out.push_str(memory.text(part)?);
        }
        Ok(())
    })
}

pub(crate) fn replace(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text, old, new] = take(args)?;
    let (all, sought, put) = (context.text(text)?, context.text(old)?, context.text(new)?);
    if sought.is_empty() {
        return Ok(text);
    }
    let times = all.matches(sought).count();
    if times == 0 {
        return Ok(text);
    }
    let bytes = times.checked_mul(put.len()).and_then(|more| more.checked_add(all.len()));
    bounded_text(context, text, bytes, |memory, out| {
        let put = memory.text(new)?;
        for (at, part) in memory.text(text)?.split(memory.text(old)?).enumerate() {
            if at > 0 {
                out.push_str(put);
            }
            out.push_str(part);
        }
        Ok(())
    })
}

pub(crate) fn repeat(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [text, times] = take(args)?;
    let n = context.int(times)?.max(0);
    let bytes = usize::try_from(n).ok().and_then(|n| n.checked_mul(context.text(text).map_or(0, str::len)));
    bounded_text(context, times, bytes, |memory, out| {
        let text = memory.text(text)?;
        // Nothing, however often, is nothing: without this the loop could be long.
        if !text.is_empty() {
            for _ in 0..n {
                out.push_str(text);
            }
        }
        Ok(())
    })
}

pub(crate) fn pad_start(context: &mut Context<'_>, args: &[Value]) -> Result {
    padded(context, args, true)
}

pub(crate) fn pad_end(context: &mut Context<'_>, args: &[Value]) -> Result {
    padded(context, args, false)
}

fn padded(context: &mut Context<'_>, args: &[Value], at_start: bool) -> Result {
    let [text, width, with] = take(args)?;
    pay(context, &[text, with])?;
    let width_wanted = context.int(width)?;
    let (all, filler) = (context.text(text)?, context.text(with)?);
    let length = i64::try_from(all.chars().count()).unwrap_or(i64::MAX);
    if filler.is_empty() || width_wanted <= length {
        return Ok(text);
    }
    let missing = usize::try_from(width_wanted - length).map_err(|_| overflow(width))?;
    let bytes = missing.checked_mul(4).and_then(|more| more.checked_add(all.len()));
    bounded_text(context, width, bytes, |memory, out| {
        let (text, filler) = (memory.text(text)?, memory.text(with)?);
        if !at_start {
            out.push_str(text);
        }
        out.extend(filler.chars().cycle().take(missing));
        if at_start {
            out.push_str(text);
        }
        Ok(())
    })
}
