//! Functions of addresses and networks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use policy_vm::{Context, Value};

use super::{Result, pay, take};

/// IPv4 within IPv6 is IPv4.
fn plain(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

pub(crate) fn parse_ip(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    match context.text(text)?.parse::<IpAddr>() {
        Ok(address) => context.make_ip(plain(address)),
        Err(_) => Ok(Value::Absent),
    }
}

/// A network as text: the address, and the length of its prefix as it counts for the address's version.
fn network(text: &str) -> Option<IpNet> {
    let (address, prefix) = text.split_once('/')?;
    let address: IpAddr = address.parse().ok()?;
    if prefix.len() > 3
        || !prefix.bytes().all(|byte| byte.is_ascii_digit())
        || (prefix.len() > 1 && prefix.starts_with('0'))
    {
        return None;
    }
    let prefix: u8 = prefix.parse().ok()?;
    let plain = plain(address);
    let prefix = if plain.is_ipv4() && address.is_ipv6() { prefix.checked_sub(96)? } else { prefix };
    IpNet::new(plain, prefix).ok()
}

pub(crate) fn parse_cidr(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    match network(context.text(text)?) {
        Some(net) if net.trunc() == net => context.make_cidr(net),
        _ => Ok(Value::Absent),
    }
}

pub(crate) fn parse_network(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    let text = context.text(text)?;
    let net = match text.parse::<IpAddr>() {
        Ok(address) => Some(IpNet::from(plain(address))),
        Err(_) => network(text),
    };
    match net {
        Some(net) => context.make_cidr(net.trunc()),
        None => Ok(Value::Absent),
    }
}

pub(crate) fn version(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [address] = take(args)?;
    Ok(Value::Int(if context.ip(address)?.is_ipv4() { 4 } else { 6 }))
}

fn is(context: &Context<'_>, args: &[Value], v4: fn(&Ipv4Addr) -> bool, v6: fn(&Ipv6Addr) -> bool) -> Result {
    let [address] = take(args)?;
    Ok(Value::Bool(match context.ip(address)? {
        IpAddr::V4(address) => v4(&address),
        IpAddr::V6(address) => v6(&address),
    }))
}

pub(crate) fn is_private(context: &mut Context<'_>, args: &[Value]) -> Result {
    is(context, args, Ipv4Addr::is_private, Ipv6Addr::is_unique_local)
}

pub(crate) fn is_loopback(context: &mut Context<'_>, args: &[Value]) -> Result {
    is(context, args, Ipv4Addr::is_loopback, Ipv6Addr::is_loopback)
}

pub(crate) fn is_link_local(context: &mut Context<'_>, args: &[Value]) -> Result {
    is(context, args, Ipv4Addr::is_link_local, Ipv6Addr::is_unicast_link_local)
}

pub(crate) fn is_multicast(context: &mut Context<'_>, args: &[Value]) -> Result {
    is(context, args, Ipv4Addr::is_multicast, Ipv6Addr::is_multicast)
}

pub(crate) fn is_unspecified(context: &mut Context<'_>, args: &[Value]) -> Result {
    is(context, args, Ipv4Addr::is_unspecified, Ipv6Addr::is_unspecified)
}

/// The ranges that are not for the public internet, by the registries of special-purpose addresses, and groups.
static SPECIAL_V4: LazyLock<Vec<Ipv4Net>> = LazyLock::new(|| {
    [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    ]
    .iter()
    .filter_map(|text| text.parse().ok())
    .collect()
});

/// Addresses of version 6 are public within 2000::/3 only, these parts of it apart.
static SPECIAL_V6: LazyLock<Vec<Ipv6Net>> = LazyLock::new(|| {
    ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"]
        .iter()
        .filter_map(|text| text.parse().ok())
        .collect()
});

pub(crate) fn is_public(context: &mut Context<'_>, args: &[Value]) -> Result {
    is(
        context,
        args,
        |address| !SPECIAL_V4.iter().any(|net| net.contains(address)),
        |address| address.segments()[0] >> 13 == 1 && !SPECIAL_V6.iter().any(|net| net.contains(address)),
    )
}

pub(crate) fn prefix_length(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [net] = take(args)?;
    Ok(Value::Int(context.cidr(net)?.prefix_len().into()))
}

pub(crate) fn first_address(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [net] = take(args)?;
    let address = context.cidr(net)?.network();
    context.make_ip(address)
}

pub(crate) fn last_address(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [net] = take(args)?;
    let address = context.cidr(net)?.broadcast();
    context.make_ip(address)
}

pub(crate) fn overlaps(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [a, b] = take(args)?;
    let (a, b) = (context.cidr(a)?, context.cidr(b)?);
    Ok(Value::Bool(a.contains(&b) || b.contains(&a)))
}

pub(crate) fn covers(context: &mut Context<'_>, args: &[Value]) -> Result {
    let [a, b] = take(args)?;
    Ok(Value::Bool(context.cidr(a)?.contains(&context.cidr(b)?)))
}
