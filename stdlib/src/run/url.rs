//! Functions of URLs.

use policy_vm::locator::{self, Url};
use policy_vm::{Context, Failure, Value};

use super::{Result, encoding, optional_text, pay, take};

/// The parts of a URL, which is text in its normal form.
fn read(context: &mut Context<'_>, value: Value) -> Result<Url> {
    pay(context, &[value])?;
    locator::url(context.text(value)?).ok_or(Failure::kind(value))
}

pub(crate) fn parse_url(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    let url = locator::url(context.text(text)?);
    optional_text(context, url.as_ref().map(Url::as_str))
}

pub(crate) fn url_text(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [url] = take(args)?;
    context.text(url)?;
    Ok(url)
}

pub(crate) fn scheme(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [url] = take(args)?;
    let url = read(context, url)?;
    context.make_text(url.scheme())
}

pub(crate) fn host(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [url] = take(args)?;
    let url = read(context, url)?;
    context.make_text(url.host())
}

pub(crate) fn port(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [url] = take(args)?;
    Ok(read(context, url)?.port().map_or(Value::Absent, |port| Value::Int(port.into())))
}

pub(crate) fn url_path(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [url] = take(args)?;
    let url = read(context, url)?;
    context.make_text(url.path())
}

pub(crate) fn query(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [url] = take(args)?;
    let url = read(context, url)?;
    optional_text(context, url.query())
}

pub(crate) fn query_values(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [url, name] = take(args)?;
    let url = read(context, url)?;
    let name = context.text(name)?.to_owned();
    let mark = context.begin();
    for pair in url.query().unwrap_or("").split('&') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        // A `+` is a space in queries; what is no UTF-8 stays as it is written.
        let plain = |part: &str| {
            let spaced = part.replace('+', " ");
            encoding::percent_decoded(&spaced).unwrap_or(spaced)
        };
        if plain(key) == name {
            let value = context.make_text(&plain(value))?;
            context.push(value)?;
        }
    }
    context.finish_list(mark)
}

pub(crate) fn fragment(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [url] = take(args)?;
    let url = read(context, url)?;
    optional_text(context, url.fragment())
}
