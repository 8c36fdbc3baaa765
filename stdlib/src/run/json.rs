//! Functions of `Json`: objects are maps, arrays lists, and members that are null stay.

use policy_vm::{Context, Value};

use super::{MAX_TEXT, Result, overflow, pay, take};

pub(crate) fn parse_json(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    let text = context.text(text)?.to_owned();
    Ok(context.parse_json(&text)?.unwrap_or(Value::Absent))
}

pub(crate) fn to_json_text(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [value] = take(args)?;
    let mut text = String::new();
    context.write_json(value, &mut text)?;
    context.charge(text.len() as u64 / 8)?;
    if text.len() > MAX_TEXT { Err(overflow(Value::Absent)) } else { context.make_text(&text) }
}

/// The value of a member; none where the value is no object, or has no such member.
fn member(context: &mut Context<'_>, value: Value, name: &str) -> Result<Option<Value>> {
    let Value::Map(_) = value else { return Ok(None) };
    let entries = context.entries(value)?;
    let (mut low, mut high) = (0, entries.len() / 2);
    let mut steps = 0;
    let mut found = None;
    while low < high && found.is_none() {
        let middle = low + (high - low) / 2;
        let Some(&[key, held]) = entries.get(middle * 2..middle * 2 + 2) else { break };
        match context.text(key)?.cmp(name) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Equal => found = Some(held),
            std::cmp::Ordering::Greater => high = middle,
        }
        steps += 1;
    }
    context.charge(steps)?;
    Ok(found)
}

pub(crate) fn pointer(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [value, path] = take(args)?;
    pay(context, &[path])?;
    let path = context.text(path)?.to_owned();
    let Some(steps) = path.strip_prefix('/') else {
        return Ok(if path.is_empty() { present(value) } else { Value::Absent });
    };
    let mut at = value;
    for step in steps.split('/') {
        let step = step.replace("~1", "/").replace("~0", "~");
        let next = if let Value::List(_) = at {
            let digits =
                step.bytes().all(|byte| byte.is_ascii_digit()) && (step == "0" || !step.starts_with('0'));
            match step.parse::<usize>() {
                Ok(index) if digits => context.element(at, index)?,
                _ => None,
            }
        } else {
            member(context, at, &step)?
        };
        match next {
            Some(next) => at = next,
            None => return Ok(Value::Absent),
        }
    }
    Ok(present(at))
}

/// Null reads as absent, as everywhere on `Json`.
const fn present(value: Value) -> Value {
    if let Value::Null = value { Value::Absent } else { value }
}

/// Kinds of values as JSON names them, by what the machine calls them.
const KINDS: &[(&str, &str)] = &[
    ("null", "null"),
    ("Bool", "boolean"),
    ("Int", "number"),
    ("Decimal", "number"),
    ("String", "string"),
    ("List", "array"),
    ("Map", "object"),
];

pub(crate) fn json_kind(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [value] = take(args)?;
    let kind = KINDS.iter().find(|(kind, _)| *kind == value.kind()).map_or("null", |(_, name)| *name);
    context.make_text(kind)
}

pub(crate) fn members(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [value] = take(args)?;
    if let Value::Map(_) = value {
        return Ok(value);
    }
    let mark = context.begin();
    context.finish_map(mark)
}

pub(crate) fn elements(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [value] = take(args)?;
    if let Value::List(_) = value { Ok(value) } else { context.make_list(&[]) }
}

/// What lies directly in an array or object, last first, onto a stack of work.
fn push_inner(context: &mut Context<'_>, value: Value, work: &mut Vec<Value>) -> Result<()> {
    if let Value::List(_) = value {
        pay(context, &[value])?;
        work.extend(context.elements(value)?.iter().rev());
    } else if let Value::Map(_) = value {
        pay(context, &[value])?;
        work.extend(context.entries(value)?.iter().skip(1).step_by(2).rev());
    }
    Ok(())
}

pub(crate) fn strings_within(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [value] = take(args)?;
    let mark = context.begin();
    let mut work = vec![value];
    while let Some(value) = work.pop() {
        context.charge(1)?;
        if let Value::Text(_) = value {
            context.push(value)?;
        }
        push_inner(context, value, &mut work)?;
    }
    context.finish_list(mark)
}

pub(crate) fn values_at(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [value, name] = take(args)?;
    let name = context.text(name)?.to_owned();
    let mark = context.begin();
    let mut work = vec![value];
    while let Some(value) = work.pop() {
        context.charge(1)?;
        if let Some(found) = member(context, value, &name)? {
            context.push(found)?;
        }
        push_inner(context, value, &mut work)?;
    }
    context.finish_list(mark)
}
