//! Addresses, networks, hosts, URLs, paths: reading text into one normal form.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

/// An address; an IPv4 address written as IPv6 is an IPv4 address.
#[must_use]
pub fn read_ip(text: &str) -> Option<IpAddr> {
    let ip: IpAddr = text.parse().ok()?;
    Some(match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(six) => six.to_ipv4_mapped().map_or(ip, IpAddr::V4),
    })
}

/// A network without host bits.
#[must_use]
pub fn read_cidr(text: &str) -> Option<IpNet> {
    let (address, prefix) = text.split_once('/')?;
    if prefix.is_empty()
        || !prefix.bytes().all(|b| b.is_ascii_digit())
        || (prefix.len() > 1 && prefix.starts_with('0'))
    {
        return None;
    }
    let prefix: u8 = prefix.parse().ok()?;
    let written: IpAddr = address.parse().ok()?;
    let read = read_ip(address)?;
    let prefix = if written.is_ipv6() && read.is_ipv4() { prefix.checked_sub(96)? } else { prefix };
    let net = IpNet::new(read, prefix).ok()?;
    (net.network() == read).then_some(net)
}

/// Whether every address of `inner` is one of `outer`.
#[must_use]
pub fn cidr_in(inner: &IpNet, outer: &IpNet) -> bool {
    inner.prefix_len() >= outer.prefix_len() && ip_in(inner.network(), outer)
}

/// Whether an address belongs to a network.
#[must_use]
pub fn ip_in(ip: IpAddr, net: &IpNet) -> bool {
    let prefix = u32::from(net.prefix_len());
    match (ip, net.network()) {
        (IpAddr::V4(a), IpAddr::V4(b)) => same_prefix(bits4(a), bits4(b), prefix + 96),
        (IpAddr::V6(a), IpAddr::V6(b)) => same_prefix(bits6(a), bits6(b), prefix),
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
    }
}

fn bits4(ip: Ipv4Addr) -> u128 {
    u128::from(u32::from(ip))
}

fn bits6(ip: Ipv6Addr) -> u128 {
    u128::from(ip)
}

fn same_prefix(a: u128, b: u128, prefix: u32) -> bool {
    (a ^ b).checked_shr(128 - prefix).unwrap_or(0) == 0
}

/// A host name in lower-case ASCII. Names that need IDNA are read by the library; the generator of inputs
/// makes ASCII ones.
#[must_use]
pub fn read_host(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let fits = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    (lower.len() <= 253 && lower.split('.').all(fits)).then_some(lower)
}

/// A relative path: `/` between segments, none of them empty, `.` or `..`, no backslash, no NUL.
#[must_use]
pub fn read_path(text: &str) -> Option<String> {
    let fits = |segment: &str| !matches!(segment, "" | "." | "..");
    let plain = !text.contains(['\\', '\0']);
    (plain && text.split('/').all(fits)).then(|| text.to_owned())
}

/// A URL in its normal form, for the URLs that the generator of inputs makes: scheme, ASCII host, port, path,
/// query and fragment, without user info.
#[must_use]
pub fn read_url(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    let letters = scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    if !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) || !letters {
        return None;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at_checked(end)?;
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, format!(":{}", port.parse::<u16>().ok()?)),
        None => (authority, String::new()),
    };
    let host = read_host(host)?;
    Some(format!("{}://{host}{port}{tail}", scheme.to_ascii_lowercase()))
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base64 with padding.
#[must_use]
pub fn print_base64(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4usize {
            let six = (group >> (18 - 6 * place)) & 63;
            let letter = ALPHABET.get(six as usize).copied().unwrap_or(b'=');
            out.push(if place > chunk.len() { '=' } else { char::from(letter) });
        }
    }
    out
}

/// The bytes of base64 with padding.
#[must_use]
pub fn read_base64(text: &str) -> Option<Vec<u8>> {
    let letters = text.trim_end_matches('=');
    if !text.len().is_multiple_of(4) || text.len() - letters.len() > 2 {
        return None;
    }
    let mut bytes = Vec::new();
    let mut group: u32 = 0;
    let mut bits = 0;
    for letter in letters.bytes() {
        let six = ALPHABET.iter().position(|&other| other == letter)?;
        group = (group << 6 | u32::try_from(six).ok()?) & 0xFFFF;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((group >> bits) & 0xFF).ok()?);
        }
    }
    // Bits that are left over must be zero, so that a text has one meaning and bytes one text.
    (print_base64(&bytes) == text).then_some(bytes)
}
