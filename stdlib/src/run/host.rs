//! Functions of hosts.

use policy_vm::{Context, Value, locator};

use super::{Result, optional_text, pay, take};

pub(crate) fn parse_host(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    let host = locator::host(context.text(text)?);
    optional_text(context, host.as_deref())
}

pub(crate) fn host_text(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [host] = take(args)?;
    context.text(host)?;
    Ok(host)
}

/// Whether a host in its normal form is an address.
fn is_address(host: &str) -> bool {
    host.starts_with('[') || host.parse::<std::net::Ipv4Addr>().is_ok()
}

pub(crate) fn labels(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [host] = take(args)?;
    if is_address(context.text(host)?) {
        return context.make_list(&[host]);
    }
    let dot = context.make_text(".")?;
    super::text_split::split(context, &[host, dot])
}

pub(crate) fn is_subdomain(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [host, of] = take(args)?;
    let (name, domain) = (context.text(host)?, context.text(of)?);
    let below = || !is_address(name) && name.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
    Ok(Value::Bool(name == domain || below()))
}
