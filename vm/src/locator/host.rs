//! Host names and addresses.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};

/// The normal form of a host: a name in lower-case ASCII without a dot at its end, an address of version 4 in
/// dotted decimal whatever way it is spelled, or one of version 6 in brackets. None where the text is no host.
///
/// ```
/// use policy_vm::locator::host;
/// assert_eq!(host("Example.COM.").as_deref(), Some("example.com"));
/// assert_eq!(host("0x7f.1").as_deref(), Some("127.0.0.1"));
/// assert_eq!(host("[::FFFF:10.0.0.1]").as_deref(), Some("10.0.0.1"));
/// assert_eq!(host("a b"), None);
/// ```
#[must_use]
pub fn host(text: &str) -> Option<String> {
    if let Some(address) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return version_6(address);
    }
    if text.contains(':') {
        return version_6(text);
    }
    let ascii: Cow<'_, str> =
        Uts46::new().to_ascii(text.as_bytes(), AsciiDenyList::URL, Hyphens::Allow, DnsLength::Ignore).ok()?;
    let name = ascii.strip_suffix('.').unwrap_or(&ascii);
    if name.is_empty() || name.len() > 253 {
        return None;
    }
    if name.split('.').any(|label| label.is_empty() || label.len() > 63) {
        return None;
    }
    if name.rsplit('.').next().is_some_and(numeric) {
        return version_4(name).map(|address| address.to_string());
    }
    Some(name.to_owned())
}

fn version_6(text: &str) -> Option<String> {
    let address: Ipv6Addr = text.parse().ok()?;
    Some(address.to_ipv4_mapped().map_or_else(|| format!("[{address}]"), |address| address.to_string()))
}

/// Whether a label is a number, so that the whole must be an address.
fn numeric(label: &str) -> bool {
    part(label).is_some() || label.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number in decimal, in octal behind `0`, or in hexadecimal behind `0x`, as old resolvers read them.
fn part(label: &str) -> Option<u64> {
    let (digits, base) = match label.strip_prefix("0x") {
        Some(digits) => (digits, 16),
        None if label.len() > 1 && label.starts_with('0') => (label.get(1..)?, 8),
        None => (label, 10),
    };
    if digits.is_empty() {
        return (base == 16).then_some(0);
    }
    if digits.starts_with('+') { None } else { u64::from_str_radix(digits, base).ok() }
}

/// An address of one to four numbers: the last one fills what is left.
fn version_4(name: &str) -> Option<Ipv4Addr> {
    let parts: Vec<u64> = name.split('.').map(part).collect::<Option<_>>()?;
    let (&last, leading) = parts.split_last()?;
    if leading.len() > 3 || leading.iter().any(|part| *part > 255) {
        return None;
    }
    let rest_bits = 32 - 8 * u32::try_from(leading.len()).ok()?;
    if last >= 1_u64 << rest_bits {
        return None;
    }
    let high = leading.iter().fold(0_u64, |bits, part| bits << 8 | part);
    u32::try_from(high << rest_bits | last).ok().map(Ipv4Addr::from_bits)
}
