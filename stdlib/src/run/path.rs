//! Functions of paths.

use policy_vm::locator::path as is_path;
use policy_vm::{Context, Value};

use super::{Result, bounded_text, optional_text, pay, take};

pub(crate) fn parse_path(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    Ok(if is_path(context.text(text)?) { text } else { Value::Absent })
}

pub(crate) fn normalize(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    let path = normalized(context.text(text)?);
    optional_text(context, path.as_deref())
}

fn normalized(text: &str) -> Option<String> {
    if text.starts_with('/') {
        return None;
    }
    let mut segments = Vec::new();
    for segment in text.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop()?;
            }
            name => segments.push(name),
        }
    }
    Some(segments.join("/")).filter(|path| is_path(path))
}

pub(crate) fn path_text(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [path] = take(args)?;
    context.text(path)?;
    Ok(path)
}

pub(crate) fn segments(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [path] = take(args)?;
    let slash = context.make_text("/")?;
    super::text_split::split(context, &[path, slash])
}

/// Where the last segment of a path begins.
fn name_start(path: &str) -> usize {
    path.rfind('/').map_or(0, |slash| slash + 1)
}

/// Where the dot of the extension stands, if there is one.
fn dot(path: &str) -> Option<usize> {
    let start = name_start(path);
    path.rfind('.').filter(|dot| *dot > start)
}

pub(crate) fn file_name(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [path] = take(args)?;
    let text = context.text(path)?;
    context.slice(path, name_start(text)..text.len())
}

pub(crate) fn stem(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [path] = take(args)?;
    let text = context.text(path)?;
    context.slice(path, name_start(text)..dot(text).unwrap_or(text.len()))
}

pub(crate) fn extension(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [path] = take(args)?;
    let text = context.text(path)?;
    dot(text).map_or(Ok(Value::Absent), |dot| context.slice(path, dot + 1..text.len()))
}

pub(crate) fn parent(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [path] = take(args)?;
    let text = context.text(path)?;
    text.rfind('/').map_or(Ok(Value::Absent), |slash| context.slice(path, 0..slash))
}

pub(crate) fn join_path(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [path, below] = take(args)?;
    let bytes = context.text(path)?.len().checked_add(context.text(below)?.len() + 1);
    bounded_text(context, path, bytes, |memory, out| {
        out.push_str(memory.text(path)?);
        out.push('/');
        out.push_str(memory.text(below)?);
        Ok(())
    })
}

pub(crate) fn is_within(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [path, directory] = take(args)?;
    let rest = context.text(path)?.strip_prefix(context.text(directory)?);
    Ok(Value::Bool(rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))))
}
