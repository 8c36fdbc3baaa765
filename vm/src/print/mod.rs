//! Printing values: as canonical JSON, and as text in messages.
//!
//! Canonical JSON has sorted keys, no spaces, and numbers without needless digits.

mod entity;
mod escape;
mod object;
mod scalar;

#[cfg(test)]
mod tests;

use policy_bytecode::program::TypeId;
use policy_bytecode::types::{Type, UnionType};

use crate::compare::MAX_DEPTH;
use crate::failure::{Code, Failure};
use crate::memory::Memory;
use crate::program::Loaded;
use crate::value::Value;

pub(crate) use escape::{json_string, push_visible, shown};

/// The most bytes that a value prints as, where nothing else limits it.
pub(crate) const MAX_PRINTED: usize = 16 << 20;

/// Writes a value of `Json` as JSON text.
pub(crate) fn json_value(memory: Memory<'_>, value: Value, out: &mut String) -> Result<(), Failure> {
    json_limited(memory, value, out, MAX_PRINTED)
}

/// Writes a value of `Json`, at most so many bytes.
pub(crate) fn json_limited(
    memory: Memory<'_>,
    value: Value,
    out: &mut String,
    limit: usize,
) -> Result<(), Failure> {
    any(memory, value, out, limit, 0)
}

fn checked(out: &str, limit: usize, depth: u32) -> Result<(), Failure> {
    if depth > MAX_DEPTH {
        Err(Failure::new(Code::DepthLimit))
    } else if out.len() > limit {
        Err(Failure::new(Code::MemoryLimit))
    } else {
        Ok(())
    }
}

/// A value without a type. What only a type can spell prints as its kind.
fn any(memory: Memory<'_>, value: Value, out: &mut String, limit: usize, depth: u32) -> Result<(), Failure> {
    checked(out, limit, depth)?;
    // Few locals here: this is what recurs.
    match value {
        Value::List(_) | Value::Set(_) | Value::Tuple(_) | Value::Record(_) => {
            out.push('[');
            let mut first = true;
            for &elem in memory.elements(value)? {
                comma(&mut first, out);
                any(memory, elem, out, limit, depth + 1)?;
            }
            out.push(']');
            Ok(())
        }
        Value::Map(_) => {
            out.push('{');
            let mut first = true;
            for &[key, value] in memory.entries(value)?.as_chunks::<2>().0 {
                comma(&mut first, out);
                key_text(memory, key, out)?;
                out.push(':');
                any(memory, value, out, limit, depth + 1)?;
            }
            out.push('}');
            Ok(())
        }
        Value::Union { .. } => any(memory, memory.content(value)?, out, limit, depth + 1),
        Value::Read(_) => {
            let text = memory.read_text(value)?;
            let shown = if text.is_present() { text } else { memory.read_value(value)? };
            any(memory, shown, out, limit, depth + 1)
        }
        Value::Absent
        | Value::Null
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Decimal { .. }
        | Value::Text(_)
        | Value::Bytes(_)
        | Value::Timestamp { .. }
        | Value::Date(_)
        | Value::TimeOfDay(_)
        | Value::Duration { .. }
        | Value::Ip4(_)
        | Value::Ip6(_)
        | Value::Cidr4 { .. }
        | Value::Cidr6 { .. }
        | Value::SemVer(_)
        | Value::Pattern(_)
        | Value::Variant(_)
        | Value::Entity { .. }
        | Value::Unknown(_) => any_scalar(memory, value, out),
    }
}

fn comma(first: &mut bool, out: &mut String) {
    if !std::mem::take(first) {
        out.push(',');
    }
}

#[inline(never)]
fn any_scalar(memory: Memory<'_>, value: Value, out: &mut String) -> Result<(), Failure> {
    match value {
        Value::Absent | Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if value { "true" } else { "false" }),
        Value::Variant(position) => out.push_str(&position.to_string()),
        Value::Int(_) | Value::Decimal { .. } => scalar::text(memory, value, out)?,
        Value::Entity { .. }
        | Value::Text(_)
        | Value::Bytes(_)
        | Value::Timestamp { .. }
        | Value::Date(_)
        | Value::TimeOfDay(_)
        | Value::Duration { .. }
        | Value::Ip4(_)
        | Value::Ip6(_)
        | Value::Cidr4 { .. }
        | Value::Cidr6 { .. }
        | Value::SemVer(_)
        | Value::Pattern(_)
        | Value::Unknown(_) => quoted(memory, value, out)?,
        Value::List(_)
        | Value::Set(_)
        | Value::Map(_)
        | Value::Tuple(_)
        | Value::Record(_)
        | Value::Union { .. }
        | Value::Read(_) => return Err(Failure::kind(value)),
    }
    Ok(())
}

/// A scalar as a JSON string.
fn quoted(memory: Memory<'_>, value: Value, out: &mut String) -> Result<(), Failure> {
    if let Value::Text(span) | Value::Unknown(span) = value {
        json_string(memory.span_text(span), out);
        return Ok(());
    }
    let mut text = String::new();
    scalar::text(memory, value, &mut text)?;
    json_string(&text, out);
    Ok(())
}

fn key_text(memory: Memory<'_>, key: Value, out: &mut String) -> Result<(), Failure> {
    if let Value::Read(_) = key {
        return key_text(memory, memory.read_text(key)?, out);
    }
    quoted(memory, key, out)
}

/// Prints values of a program's types.
pub(crate) struct Printer<'a, 'o> {
    pub(crate) loaded: &'a Loaded,
    pub(crate) memory: Memory<'a>,
    pub(crate) out: &'o mut String,
    /// The most bytes to write.
    pub(crate) limit: usize,
}

impl Printer<'_, '_> {
    /// Writes a value of a type as canonical JSON.
    pub(crate) fn json(&mut self, ty: TypeId, value: Value) -> Result<(), Failure> {
        self.typed(ty, value, 0)
    }

    /// Writes a value as it stands in text: texts, numbers and times plain, structures as JSON.
    pub(crate) fn plain(&mut self, ty: TypeId, value: Value) -> Result<(), Failure> {
        let loaded = self.loaded;
        match value {
            Value::Absent => self.out.push_str("absent"),
            Value::Null => self.out.push_str("null"),
            Value::Bool(value) => self.out.push_str(if value { "true" } else { "false" }),
            Value::Variant(position) => self.variant(ty, position)?,
            Value::Read(_) => {
                let text = self.memory.read_text(value)?;
                match loaded.code.types.get(ty.index()) {
                    _ if text.is_present() => self.out.push_str(self.memory.text(text)?),
                    Some(Type::Read { base, .. }) => self.plain(*base, self.memory.read_value(value)?)?,
                    Some(Type::Option(inner)) => self.plain(*inner, value)?,
                    _ => return Err(Failure::internal()),
                }
            }
            Value::Union { .. } => match loaded.code.types.get(ty.index()) {
                // A union told apart by shape prints as what it holds.
                Some(Type::Union(UnionType { tag: None, variants, .. })) => {
                    let content = self.memory.content(value)?;
                    let held = if let Value::Union { variant, .. } = value { variant } else { 0 };
                    match variants.get(held as usize) {
                        Some(variant) => self.plain(variant.content, content)?,
                        None => self.json(ty, value)?,
                    }
                }
                Some(Type::Option(inner)) => self.plain(*inner, value)?,
                _ => self.json(ty, value)?,
            },
            Value::List(_) | Value::Set(_) | Value::Map(_) | Value::Tuple(_) | Value::Record(_) => {
                self.json(ty, value)?;
            }
            Value::Entity { kind, .. } => self.entity_text(kind, value),
            Value::Int(_)
            | Value::Decimal { .. }
            | Value::Text(_)
            | Value::Bytes(_)
            | Value::Timestamp { .. }
            | Value::Date(_)
            | Value::TimeOfDay(_)
            | Value::Duration { .. }
            | Value::Ip4(_)
            | Value::Ip6(_)
            | Value::Cidr4 { .. }
            | Value::Cidr6 { .. }
            | Value::SemVer(_)
            | Value::Pattern(_)
            | Value::Unknown(_) => scalar::text(self.memory, value, self.out)?,
        }
        checked(self.out, self.limit, 0)
    }

    fn variant(&mut self, ty: TypeId, position: u32) -> Result<(), Failure> {
        let loaded = self.loaded;
        match loaded.code.types.get(ty.index()) {
            Some(Type::Enum(of)) => {
                let spelling = of.spellings.get(position as usize).ok_or(Failure::internal())?;
                self.out.push_str(loaded.text(*spelling));
                Ok(())
            }
            Some(Type::Option(inner)) => self.variant(*inner, position),
            _ => Err(Failure::internal()),
        }
    }

    fn typed(&mut self, id: TypeId, value: Value, depth: u32) -> Result<(), Failure> {
        checked(self.out, self.limit, depth)?;
        let loaded = self.loaded;
        let memory = self.memory;
        if !value.is_present() {
            self.out.push_str("null");
            return Ok(());
        }
        let Some(ty) = loaded.code.types.get(id.index()) else { return Err(Failure::internal()) };
        match (ty, value) {
            (Type::Option(inner), _) => self.typed(*inner, value, depth + 1),
            (Type::Enum(of), Value::Variant(position)) => {
                let spelling = of.spellings.get(position as usize).ok_or(Failure::kind(value))?;
                json_string(loaded.text(*spelling), self.out);
                Ok(())
            }
            (Type::Entity(_), Value::Entity { kind, .. }) => {
                self.entity_json(kind, value);
                Ok(())
            }
            (Type::List { elem, .. } | Type::Set { elem, .. }, Value::List(_) | Value::Set(_)) => {
                self.run('[', memory.elements(value)?, &mut |_| Some(*elem), ']', depth)
            }
            (Type::Tuple(parts), Value::Tuple(_)) => {
                self.run('[', memory.elements(value)?, &mut |at| parts.get(at).copied(), ']', depth)
            }
            (Type::Map { key, value: of, .. }, Value::Map(_)) => {
                self.out.push('{');
                for (at, &[name, value]) in memory.entries(value)?.as_chunks::<2>().0.iter().enumerate() {
                    if at > 0 {
                        self.out.push(',');
                    }
                    self.key(*key, name)?;
                    self.out.push(':');
                    self.typed(*of, value, depth + 1)?;
                }
                self.out.push('}');
                Ok(())
            }
            (Type::Record(_), Value::Record(_)) => {
                let members = self.members(id, value, Vec::new())?;
                self.object(members, depth)
            }
            (Type::Union(union), Value::Union { variant, .. }) => {
                let content = memory.content(value)?;
                match (union.variants.get(variant as usize), union.tag) {
                    (Some(_), Some(_)) => self.tagged(id, value, depth),
                    (Some(variant), None) => self.typed(variant.content, content, depth + 1),
                    (None, _) => any(memory, content, self.out, self.limit, depth + 1),
                }
            }
            (Type::Read { base, .. }, Value::Read(_)) if !memory.read_text(value)?.is_present() => {
                self.typed(*base, memory.read_value(value)?, depth + 1)
            }
            _ => any(memory, value, self.out, self.limit, depth),
        }
    }

    fn key(&mut self, ty: TypeId, key: Value) -> Result<(), Failure> {
        if let Value::Variant(_) = key {
            return self.typed(ty, key, 0);
        }
        if let Value::Entity { kind, .. } = key {
            self.entity_key(ty, kind, key);
            return Ok(());
        }
        key_text(self.memory, key, self.out)
    }

    fn run(
        &mut self,
        open: char,
        values: &[Value],
        ty: &mut dyn FnMut(usize) -> Option<TypeId>,
        close: char,
        depth: u32,
    ) -> Result<(), Failure> {
        self.out.push(open);
        for (at, &value) in values.iter().enumerate() {
            if at > 0 {
                self.out.push(',');
            }
            let ty = ty(at).ok_or(Failure::kind(value))?;
            self.typed(ty, value, depth + 1)?;
        }
        self.out.push(close);
        Ok(())
    }
}
