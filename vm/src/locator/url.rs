//! URLs.

use super::host::host;

/// A URL in its normal form, with where its parts begin and end.
///
/// ```
/// use policy_vm::locator::{Url, url};
///
/// let ours = |url: &Url| url.scheme() == "https" && url.host().ends_with(".example.com") && url.port().is_none();
/// assert!(url("https://API.example.com:443/v1").as_ref().is_some_and(ours));
/// assert!(!url("https://example.com.evil.org/v1").as_ref().is_some_and(ours));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    text: String,
    scheme_end: usize,
    host_end: usize,
    path_start: usize,
    path_end: usize,
    query_end: Option<usize>,
}

impl Url {
    /// The whole text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What precedes `://`, in lower case.
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.text.get(..self.scheme_end).unwrap_or("")
    }

    /// The host, in its normal form.
    #[must_use]
    pub fn host(&self) -> &str {
        self.text.get(self.scheme_end + 3..self.host_end).unwrap_or("")
    }

    /// The port, where it is not the scheme's own.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.text.get(self.host_end + 1..self.path_start)?.parse().ok()
    }

    /// The path, from its `/` on.
    #[must_use]
    pub fn path(&self) -> &str {
        self.text.get(self.path_start..self.path_end).unwrap_or("")
    }

    /// What stands behind `?`.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.text.get(self.path_end + 1..self.query_end?)
    }

    /// What stands behind `#`.
    #[must_use]
    pub fn fragment(&self) -> Option<&str> {
        self.text.get(self.query_end.unwrap_or(self.path_end)..)?.strip_prefix('#')
    }
}

/// Ports that need not be written.
const PORTS: &[(&str, u16)] = &[("http", 80), ("https", 443), ("ws", 80), ("wss", 443), ("ftp", 21)];

/// Reads a URL: `scheme://host[:port][/path][?query][#fragment]`. None where the text is none, names a user,
/// or has a backslash, white space or control character: what two readers could take differently.
///
/// ```
/// use policy_vm::locator::url;
/// let read = url("HTTPS://Example.com:443/a/./b/../c?x=1#top").ok_or("no URL")?;
/// assert_eq!(read.as_str(), "https://example.com/a/c?x=1#top");
/// assert_eq!((read.scheme(), read.host(), read.port()), ("https", "example.com", None));
/// assert_eq!((read.path(), read.query(), read.fragment()), ("/a/c", Some("x=1"), Some("top")));
/// assert!(url("https://user@example.com/").is_none());
/// # Ok::<(), &str>(())
/// ```
#[must_use]
pub fn url(text: &str) -> Option<Url> {
    if text.contains(|c: char| c == '\\' || c.is_whitespace() || c.is_control()) {
        return None;
    }
    let (scheme, rest) = text.split_once("://")?;
    let first = scheme.bytes().next()?;
    let of_scheme = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    if !first.is_ascii_alphabetic() || !scheme.bytes().all(of_scheme) {
        return None;
    }
    let scheme = scheme.to_ascii_lowercase();
    let (rest, fragment) = cut(rest, '#');
    let (rest, query) = cut(rest, '?');
    let authority_end = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(authority_end)?;
    if authority.contains('@') {
        return None;
    }
    let (name, port) = authority_parts(authority)?;
    let port = port.filter(|port| !PORTS.contains(&(scheme.as_str(), *port)));
    let scheme_end = scheme.len();
    let mut out = scheme;
    out.push_str("://");
    out.push_str(&host(&decoded(name)?)?);
    let host_end = out.len();
    if let Some(port) = port {
        out.push(':');
        out.push_str(&port.to_string());
    }
    let path_start = out.len();
    push_path(&mut out, path);
    let path_end = out.len();
    let mut query_end = None;
    if let Some(query) = query {
        out.push('?');
        push_encoded(&mut out, query);
        query_end = Some(out.len());
    }
    if let Some(fragment) = fragment {
        out.push('#');
        push_encoded(&mut out, fragment);
    }
    Some(Url { text: out, scheme_end, host_end, path_start, path_end, query_end })
}

fn cut(text: &str, mark: char) -> (&str, Option<&str>) {
    text.split_once(mark).map_or((text, None), |(before, behind)| (before, Some(behind)))
}

/// The host and the port of what stands between `://` and the path.
fn authority_parts(authority: &str) -> Option<(&str, Option<u16>)> {
    let name_end = match authority.find(']') {
        Some(bracket) => bracket + 1,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    let (name, behind) = authority.split_at_checked(name_end)?;
    let port = match behind.strip_prefix(':') {
        None if behind.is_empty() => None,
        None => return None,
        Some("") => None,
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => Some(digits.parse().ok()?),
        Some(_) => return None,
    };
    Some((name, port))
}

/// A host name whose characters may be written as `%XX`.
fn decoded(name: &str) -> Option<String> {
    if !name.contains('%') {
        return Some(name.to_owned());
    }
    let mut bytes = Vec::new();
    let mut rest = name.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        if byte == b'%' {
            let pair = after.get(..2)?;
            if !pair.iter().all(u8::is_ascii_hexdigit) {
                return None;
            }
            bytes.push(u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?);
            rest = after.get(2..)?;
        } else {
            bytes.push(byte);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

/// Whether a segment is `.` or `..`, which may be written with `%2e`.
fn dots(segment: &str) -> usize {
    match segment.to_ascii_lowercase().replace("%2e", ".").as_str() {
        "." => 1,
        ".." => 2,
        _ => 0,
    }
}

/// The path with `.` and `..` resolved; never without its first `/`.
fn push_path(out: &mut String, path: &str) {
    let mut segments: Vec<&str> = Vec::new();
    let all: Vec<&str> = path.split('/').skip(1).collect();
    for (at, segment) in all.iter().enumerate() {
        let last = at + 1 == all.len();
        match dots(segment) {
            0 => segments.push(segment),
            up => {
                if up == 2 {
                    segments.pop();
                }
                if last {
                    segments.push("");
                }
            }
        }
    }
    if segments.is_empty() {
        out.push('/');
    }
    for segment in segments {
        out.push('/');
        push_encoded(out, segment);
    }
}

/// Text with what is not ASCII as `%XX`, and the `%XX` that stand in it in upper case.
fn push_encoded(out: &mut String, text: &str) {
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let escape = after.get(..2).filter(|pair| byte == b'%' && pair.iter().all(u8::is_ascii_hexdigit));
        if let Some(pair) = escape {
            out.push('%');
            out.extend(pair.iter().map(|digit| char::from(digit.to_ascii_uppercase())));
            rest = after.get(2..).unwrap_or(&[]);
        } else {
            if byte.is_ascii() {
                out.push(byte.into());
            } else {
                out.push('%');
                out.extend(
                    [byte >> 4, byte & 15]
                        .map(|digit| char::from_digit(digit.into(), 16).unwrap_or('0').to_ascii_uppercase()),
                );
            }
            rest = after;
        }
    }
}
