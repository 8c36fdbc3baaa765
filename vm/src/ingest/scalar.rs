//! Scalars.

use std::net::IpAddr;
use std::str::FromStr as _;

use ipnet::IpNet;
use policy_bytecode::program::{PatternKind, TypeId};
use policy_bytecode::types::Type;

use super::{Hooks, Reader, Step, Stop, What, number};
use crate::locator;
use crate::pattern::Pattern;
use crate::structure;
use crate::time;
use crate::value::{Span, Value};

impl<H: Hooks> Reader<'_, '_, H> {
    pub(super) fn scalar(&mut self, what: What, ty: &Type) -> Result<Value, Stop> {
        match (ty, self.scan.peek()) {
            (Type::Bool, Some(b't')) => self.scan.word("true").map(|()| Value::Bool(true)),
            (Type::Bool, Some(b'f')) => self.scan.word("false").map(|()| Value::Bool(false)),
            (Type::Int { .. } | Type::Decimal, Some(b'-' | b'0'..=b'9')) => {
                let start = self.scan.at;
                let text = self.scan.number()?;
                let value = number::read(text);
                let value = match (ty, value) {
                    (Type::Int { lo, hi }, Some(Value::Int(number))) if (*lo..=*hi).contains(&number) => {
                        value
                    }
                    (Type::Decimal, Some(number)) => number.as_decimal().map(Value::decimal),
                    _ => None,
                };
                if value.is_none() {
                    self.unfit(start, what.ty);
                }
                Ok(value.unwrap_or(Value::Absent))
            }
            (Type::Bool | Type::Int { .. } | Type::Decimal, _) => self.wrong_kind(what.ty),
            (_, Some(b'"')) => {
                let start = self.scan.at;
                let raw = self.scan.string()?;
                let span = self.keep(raw)?;
                let value = if raw.lone { None } else { self.spelled(what.ty, ty, span)? };
                if value.is_none() {
                    self.unfit(start, what.ty);
                }
                Ok(value.unwrap_or(Value::Absent))
            }
            _ => self.wrong_kind(what.ty),
        }
    }

    /// A key of a map, which is spelled as text whatever its type.
    pub(super) fn map_key(&mut self, ty: TypeId, step: Step) -> Result<Value, Stop> {
        let text = self.key_value(step)?;
        let Value::Text(span) = text else { return Ok(Value::Absent) };
        let loaded = self.loaded;
        let value = match loaded.and_then(|loaded| loaded.code.types.get(ty.index())) {
            Some(Type::Text) => return Ok(text),
            Some(Type::Int { lo, hi }) => {
                let spelled = self.span_text(span);
                let number = spelled.parse::<i64>().ok().filter(|number| number.to_string() == spelled);
                number.filter(|number| (*lo..=*hi).contains(number)).map(Value::Int)
            }
            Some(Type::Read { function, from, .. }) => {
                let given = if self.is_json(*from) { Some(text) } else { Some(self.map_key(*from, step)?) };
                match given {
                    Some(given) if given.is_present() => match self.hooks.read_by(function.0, given)? {
                        Ok(value) if value.is_present() => {
                            Some(structure::read(self.hooks.heap(), value, text)?)
                        }
                        Ok(_) | Err(_) => None,
                    },
                    _ => None,
                }
            }
            Some(Type::Entity(kinds)) => self.entity_key(kinds, span)?,
            Some(other) => self.spelled(ty, other, span)?,
            None => None,
        };
        if value.is_none() {
            let found = format!("the key {:?}", self.span_text(span));
            let expected = loaded.map(|loaded| super::describe::type_name(loaded, ty)).unwrap_or_default();
            self.misfit(&expected, found);
        }
        Ok(value.unwrap_or(Value::Absent))
    }

    /// The value of a type that a text spells.
    fn spelled(&mut self, id: TypeId, ty: &Type, span: Span) -> Result<Option<Value>, Stop> {
        let text = self.span_text(span);
        Ok(match ty {
            Type::Text => Some(Value::Text(span)),
            Type::Enum(of) => {
                let Some(loaded) = self.loaded else { return Ok(None) };
                match loaded.layouts.get(id.index()).and_then(|layout| layout.variant(loaded, text)) {
                    Some(at) => Some(Value::Variant(at)),
                    None => of.open.then_some(Value::Unknown(span)),
                }
            }
            Type::Timestamp => time::read_timestamp(text).map(Value::timestamp),
            Type::Date => time::read_date(text).map(Value::date),
            Type::TimeOfDay => time::read_time(text).map(Value::time_of_day),
            Type::Duration => time::read_duration(text).map(Value::duration),
            Type::Ip => match IpAddr::from_str(text) {
                Ok(ip) => Some(structure::ip(self.hooks.heap(), ip)?),
                Err(_) => None,
            },
            Type::Cidr => match read_cidr(text) {
                Some(net) => Some(structure::cidr(self.hooks.heap(), net)?),
                None => None,
            },
            Type::Host => match locator::host(text) {
                Some(host) => Some(self.normal(span, &host)?),
                None => None,
            },
            Type::Url => match locator::url(text) {
                Some(url) => Some(self.normal(span, url.as_str())?),
                None => None,
            },
            Type::Path => locator::path(text).then_some(Value::Text(span)),
            Type::SemVer => match semver::Version::parse(text) {
                Ok(version) => Some(structure::semver(self.hooks.heap(), &version)?),
                Err(_) => None,
            },
            Type::SemVerRange => match Pattern::range(text) {
                Ok(range) => Some(structure::pattern(self.hooks.heap(), range)?),
                Err(_) => None,
            },
            Type::Regex => self.pattern(PatternKind::Regex, span)?,
            Type::Glob => self.pattern(PatternKind::Glob, span)?,
            Type::Wildcard => self.pattern(PatternKind::Wildcard, span)?,
            Type::Bytes => match crate::base64::read(text) {
                Some(bytes) => Some(structure::bytes(self.hooks.heap(), &bytes)?),
                None => None,
            },
            Type::Bool
            | Type::Int { .. }
            | Type::Decimal
            | Type::Json
            | Type::Option(_)
            | Type::List { .. }
            | Type::Set { .. }
            | Type::Map { .. }
            | Type::Tuple(_)
            | Type::Record(_)
            | Type::Union(_)
            | Type::Entity(_)
            | Type::Read { .. } => None,
        })
    }

    /// The text itself where it is in its normal form already.
    fn normal(&mut self, span: Span, normal: &str) -> Result<Value, Stop> {
        if self.span_text(span) == normal {
            Ok(Value::Text(span))
        } else {
            Ok(self.hooks.heap().text(normal).map(Value::Text)?)
        }
    }

    /// Compiles a pattern, for fuel that bounds what it takes.
    fn pattern(&mut self, kind: PatternKind, source: Span) -> Result<Option<Value>, Stop> {
        let units = PatternKind::COMPILE + PatternKind::COMPILE_A_BYTE * source.len() as u64;
        self.hooks.heap().meter.charge(units)?;
        let Ok(pattern) = Pattern::compile(kind, self.span_text(source)) else { return Ok(None) };
        self.hooks.heap().meter.charge(pattern.states())?;
        Ok(Some(structure::pattern(self.hooks.heap(), pattern)?))
    }
}

/// A network: its address and prefix, without host bits. Version 4 within version 6 becomes version 4.
pub(crate) fn read_cidr(text: &str) -> Option<IpNet> {
    let (address, prefix) = text.split_once('/')?;
    let plain = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
    if !plain || prefix.len() > 1 && prefix.starts_with('0') {
        return None;
    }
    let address = IpAddr::from_str(address).ok()?;
    let mut prefix: u8 = prefix.parse().ok()?;
    let canonical = address.to_canonical();
    if address.is_ipv6() && canonical.is_ipv4() {
        prefix = prefix.checked_sub(96)?;
    }
    let net = IpNet::new(canonical, prefix).ok()?;
    (net.trunc() == net).then_some(net)
}
