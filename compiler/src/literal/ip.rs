//! `Ip` and `Cidr` literals.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use ipnet::IpNet;
use policy_syntax::{Applicability, Code};

use super::{LiteralError, codes, shown};
use crate::hir::Const;

/// Reads an IPv4 or IPv6 address; IPv4 in IPv6 reads as IPv4.
pub(super) fn ip(text: &str) -> Result<Const, LiteralError> {
    if let Some(slash) = text.find('/') {
        return Err(refuse(
            codes::IP,
            "IP address",
            text,
            slash..text.len(),
            "has a prefix length",
            "not part of an address",
        )
        .help(format!("write `cidr\"{text}\"` for a network")));
    }
    address(codes::IP, "IP address", text).map(|ip| Const::Ip(ip.to_canonical()))
}

/// Reads a network: an address, `/` and a prefix length, without host bits.
pub(super) fn cidr(text: &str) -> Result<Const, LiteralError> {
    const WHAT: &str = "network";
    let Some((before, after)) = text.split_once('/') else {
        let error = refuse(
            codes::CIDR,
            WHAT,
            text,
            text.len()..text.len(),
            "has no prefix length",
            "`/` and a number of bits are expected",
        );
        let whole = address(codes::CIDR, WHAT, text).map(|ip| format!("{text}/{}", bits(ip)));
        return Err(match whole {
            Ok(whole) => error.replace(whole, Applicability::MaybeWrong),
            Err(inner) => inner,
        });
    };
    let place = before.len() + 1..text.len();
    let ip = address(codes::CIDR, WHAT, before)?;
    let most = bits(ip);
    if after.is_empty() || !after.bytes().all(|b| b.is_ascii_digit()) {
        return Err(refuse(
            codes::CIDR,
            WHAT,
            text,
            place,
            "has no prefix length",
            format!("a number of bits is expected: 0 to {most}"),
        ));
    }
    if after.len() > 1 && after.starts_with('0') {
        let error = refuse(
            codes::CIDR,
            WHAT,
            text,
            place,
            "has a leading zero in its prefix length",
            "written without leading zeros",
        );
        let plain = after.trim_start_matches('0');
        let plain = if plain.is_empty() { "0" } else { plain };
        return Err(error.replace(format!("{before}/{plain}"), Applicability::Safe));
    }
    let prefix = after.parse().ok().filter(|&n| n <= most);
    let Some(net) = prefix.and_then(|n| IpNet::new(ip, n).ok()) else {
        return Err(refuse(
            codes::CIDR,
            WHAT,
            text,
            place,
            "has no possible prefix length",
            format!("an address has {most} bits here"),
        ));
    };
    if net.addr() != net.network() {
        return Err(host_bits(text, before, net));
    }
    Ok(Const::Cidr(canonical(net)))
}

/// A network of IPv4-in-IPv6 addresses as one of IPv4.
fn canonical(net: IpNet) -> IpNet {
    let IpNet::V6(v6) = net else { return net };
    let Some(v4) = v6.addr().to_ipv4_mapped() else { return net };
    let prefix = v6.prefix_len().checked_sub(96);
    prefix.and_then(|n| IpNet::new(IpAddr::V4(v4), n).ok()).unwrap_or(net)
}

fn host_bits(text: &str, before: &str, net: IpNet) -> LiteralError {
    let network = net.trunc();
    let most = bits(net.addr());
    LiteralError::new(
        codes::HOST_BITS,
        0..before.len(),
        format!("the network {} has host bits", shown(text)),
        format!("bits beyond the first {} are not zero", net.prefix_len()),
    )
    .note("an address with host bits does not say whether the network or the one address is meant")
    .help(format!("write `{before}/{most}` for the one address"))
    .replace(network.to_string(), Applicability::MaybeWrong)
}

fn bits(ip: IpAddr) -> u8 {
    match ip {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

fn refuse(
    code: Code,
    what: &str,
    text: &str,
    at: Range<usize>,
    why: &str,
    label: impl Into<String>,
) -> LiteralError {
    LiteralError::new(code, at, format!("the {what} {} {why}", shown(text)), label)
}

fn address(code: Code, what: &str, text: &str) -> Result<IpAddr, LiteralError> {
    if let Ok(ip) = text.parse::<IpAddr>() {
        return Ok(ip);
    }
    if text.is_empty() {
        return Err(refuse(code, what, text, 0..0, "has no address", "an address is expected"));
    }
    if let Some(percent) = text.find('%') {
        let place = percent..text.len();
        return Err(refuse(
            code,
            what,
            text,
            place,
            "has a zone id",
            "zones mean something on one machine only",
        ));
    }
    if text.contains(':') { Err(v6(code, what, text)) } else { Err(v4(code, what, text)) }
}

/// What keeps `text` from being an IPv4 address.
fn v4(code: Code, what: &str, text: &str) -> LiteralError {
    let refuse = |at: Range<usize>, why: &str, label: &str| refuse(code, what, text, at, why, label);
    let mut at = 0;
    for (i, part) in text.split('.').enumerate() {
        let place = at..at + part.len();
        at = place.end + 1;
        if i == 4 {
            return refuse(place, "has more than four parts", "one part too many");
        }
        if part.is_empty() {
            return refuse(place, "has an empty part", "a number from 0 to 255 is expected");
        }
        if !part.bytes().all(|b| b.is_ascii_digit()) {
            return refuse(place, "has a part that is no number", "a number from 0 to 255 is expected");
        }
        if part.len() > 1 && part.starts_with('0') {
            let error = refuse(place, "has a leading zero", "some programs read this as octal");
            let plain: Vec<String> =
                text.split('.').map(|p| p.parse::<u8>().map_or(p.to_owned(), |n| n.to_string())).collect();
            let plain = plain.join(".");
            return match plain.parse::<Ipv4Addr>() {
                Ok(_) => error.help(format!("write `{plain}` if the number is decimal")),
                Err(_) => error,
            };
        }
        if part.parse::<u8>().is_err() {
            return refuse(place, "has a part above 255", "a number from 0 to 255 is expected");
        }
    }
    refuse(text.len()..text.len(), "has fewer than four parts", "`.` and a number are expected")
}

/// What keeps `text` from being an IPv6 address.
fn v6(code: Code, what: &str, text: &str) -> LiteralError {
    let refuse = |at: Range<usize>, why: &str, label: &str| refuse(code, what, text, at, why, label);
    if let (Some(first), Some(last)) = (text.find("::"), text.rfind("::"))
        && first != last
    {
        return refuse(last..last + 2, "has `::` twice", "`::` can stand once");
    }
    let mut at = 0;
    for part in text.split(':') {
        let place = at..at + part.len();
        at = place.end + 1;
        let last = place.end == text.len();
        if part.contains('.') && last {
            if part.parse::<Ipv4Addr>().is_err() {
                let inner = v4(code, what, part);
                return LiteralError {
                    at: inner.at.start + place.start..inner.at.end + place.start,
                    ..inner
                };
            }
            continue;
        }
        if let Some((i, c)) = part.char_indices().find(|(_, c)| !c.is_ascii_hexdigit()) {
            let found = place.start + i..place.start + i + c.len_utf8();
            return refuse(
                found,
                "has a character that is no hexadecimal digit",
                "0 to 9 and a to f are expected",
            );
        }
        if part.len() > 4 {
            return refuse(place, "has a group of more than four digits", "at most four digits are expected");
        }
    }
    let fix = (!text.contains("::")).then(|| format!("{text}::"));
    let error = refuse(
        0..text.len(),
        "has not eight groups",
        "eight groups, or `::` for those that are zero, are expected",
    );
    match fix {
        Some(fix) if fix.parse::<Ipv6Addr>().is_ok() => error.replace(fix, Applicability::MaybeWrong),
        _ => error,
    }
}
