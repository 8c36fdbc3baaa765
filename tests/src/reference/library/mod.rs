//! Functions of the library, by module and name, as its table describes them.
//!
//! Those of the core are here; what calls another one is a mistake of the program that is run here.

mod lists;
mod maps;
mod numbers;
mod texts;
mod times;

use policy_bytecode::IntrinsicId;
use policy_compiler::hir::{Expr, Ty};

use super::eval::World;
use super::fault::{Result, Stop};
use super::print::operand;
use super::value::{PatternKind, Value};
use super::{json, net, pattern};

/// How a function ends without a value: with a code, or because it is not known here.
pub(super) enum Miss {
    /// With an error of this code.
    Code(&'static str),
    /// It is not known here, or its arguments are of other types than it takes.
    Unknown,
}

/// What a function gives.
pub(super) type Given = std::result::Result<Value, Miss>;

/// Calls a function of the library.
///
/// # Errors
/// As the function fails.
pub fn call(world: &World<'_>, id: IntrinsicId, args: &[Value], types: &[Ty], at: &Expr) -> Result<Value> {
    let Some(function) = policy_stdlib::functions().nth(usize::from(id.0)) else {
        return Err(Stop::bug(format!("no function {}", id.0)));
    };
    let (module, name) = (function.module, function.name());
    let given = match module {
        "std.text" => texts::call(name, args),
        "std.list" => lists::call(name, args),
        "std.set" => maps::set(name, args),
        "std.map" => maps::map(name, args),
        "std.math" => numbers::math(name, args),
        "std.decimal" => numbers::decimal(name, args),
        "std.time" => times::call(name, args),
        "std.regex" | "std.pattern" | "std.glob" => patterns(name, args),
        "std.net" => addresses(name, args),
        "std.json" => documents(name, args),
        "std.url" => urls(name, args),
        _ => Err(Miss::Unknown),
    };
    let _ = (world, types);
    given.map_err(|miss| match miss {
        Miss::Code(code) => Stop::fault(code, at.location, args.iter().map(operand).collect()),
        Miss::Unknown => Stop::bug(format!("{module}.{name} of {args:?}")),
    })
}

fn patterns(name: &str, args: &[Value]) -> Given {
    let [Value::String(text), Value::List(patterns)] = args else { return Err(Miss::Unknown) };
    let kind = match name {
        "matches_any" => PatternKind::Regex,
        "matches_any_glob" => PatternKind::Glob,
        "matches_any_wildcard" => PatternKind::Wildcard,
        _ => return Err(Miss::Unknown),
    };
    let matches = |value: &Value| match value {
        Value::Pattern(_, pattern) => pattern::matches(kind, pattern, text, false),
        _ => false,
    };
    Ok(Value::Bool(patterns.iter().any(matches)))
}

fn documents(name: &str, args: &[Value]) -> Given {
    let ("parse_json", [Value::String(text)]) = (name, args) else { return Err(Miss::Unknown) };
    let mut misfits = Vec::new();
    let read = json::parse(text.as_bytes()).map(|doc| json::to_json(&doc, "", &mut misfits));
    Ok(match read {
        Ok(json) if misfits.is_empty() => Value::Json(json),
        Ok(_) | Err(_) => Value::Absent,
    })
}

fn addresses(name: &str, args: &[Value]) -> Given {
    Ok(match (name, args) {
        ("parse_ip", [Value::String(text)]) => Value::option(net::read_ip(text).map(Value::Ip)),
        ("parse_cidr", [Value::String(text)]) => Value::option(net::read_cidr(text).map(Value::Cidr)),
        ("version", [Value::Ip(ip)]) => Value::Int(if ip.is_ipv4() { 4 } else { 6 }),
        ("prefix_length", [Value::Cidr(net)]) => Value::Int(net.prefix_len().into()),
        ("overlaps", [Value::Cidr(a), Value::Cidr(b)]) => {
            Value::Bool(net::cidr_in(a, b) || net::cidr_in(b, a))
        }
        ("covers", [Value::Cidr(a), Value::Cidr(b)]) => Value::Bool(net::cidr_in(b, a)),
        _ => return Err(Miss::Unknown),
    })
}

/// Parts of a URL, which is in its normal form.
fn urls(name: &str, args: &[Value]) -> Given {
    let [Value::String(url)] = args else { return Err(Miss::Unknown) };
    let part = |text: Option<&str>| Value::option(text.map(Value::text));
    let (url, fragment) = url.split_once('#').map_or((&**url, None), |(url, rest)| (url, Some(rest)));
    let (url, query) = url.split_once('?').map_or((url, None), |(url, rest)| (url, Some(rest)));
    let (scheme, rest) = url.split_once("://").ok_or(Miss::Unknown)?;
    let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    // The colons of an address stand in brackets.
    let port_at =
        authority.rfind(':').filter(|at| !authority.get(*at..).is_some_and(|rest| rest.contains(']')));
    let (host, port) = match port_at {
        Some(at) => (authority.get(..at).unwrap_or(""), authority.get(at + 1..)),
        None => (authority, None),
    };
    Ok(match name {
        "scheme" => Value::text(scheme),
        "host" => Value::text(host),
        "port" => Value::option(port.and_then(|port| port.parse().ok()).map(Value::Int)),
        "url_path" => Value::text(if path.is_empty() { "/" } else { path }),
        "query" => part(query),
        "fragment" => part(fragment),
        _ => return Err(Miss::Unknown),
    })
}

/// A length or position.
pub(super) fn number(value: usize) -> Value {
    Value::Int(i64::try_from(value).unwrap_or(i64::MAX))
}

/// A position within `0..=length`.
pub(super) fn within(at: i64, length: usize) -> usize {
    usize::try_from(at.max(0)).unwrap_or(usize::MAX).min(length)
}
