//! Casts: a value as another type, part by part. A value of `Json` is walked, not written out and read again; a value that
//! has a type of its own only has to lie in the ranges and sizes that are asked for.
//!
//! What a text spells is read by the reader of documents, and so is what a function reads.

use policy_bytecode::program::TypeId;
use policy_bytecode::types::{Presence, RecordType, Type, UnionType};

use super::Run;
use crate::compare::MAX_DEPTH;
use crate::failure::{Code, Failure};
use crate::ingest;
use crate::memory::Memory;
use crate::observer::Observer;
use crate::structure;
use crate::value::Value;

/// A value that fits, or none.
type Fitted = Result<Option<Value>, Failure>;

impl<O: Observer> Run<'_, O> {
    /// A value as another type. `probe` makes a misfit absent.
    #[inline(never)]
    pub(super) fn cast(&mut self, value: Value, to: u16, probe: bool) -> Result<Value, Failure> {
        if !value.is_present() {
            return Ok(value);
        }
        let mark = self.machine.heap.stage.len();
        let fitted = self.fitted(value, TypeId(u32::from(to)), 0)?;
        self.machine.heap.stage.truncate(mark);
        match fitted {
            Some(value) => Ok(value),
            None if probe => Ok(Value::Absent),
            None => Err(Failure::of(Code::Mismatch, value)),
        }
    }

    fn fitted(&mut self, value: Value, to: TypeId, depth: u32) -> Fitted {
        if depth > MAX_DEPTH {
            return Err(Failure::new(Code::DepthLimit));
        }
        self.machine.heap.meter.charge(1)?;
        let loaded = self.loaded;
        let ty = loaded.code.types.get(to.index()).ok_or(Failure::internal())?;
        match ty {
            Type::Json => Ok(Some(value)),
            Type::Int { lo, hi } => Ok(value.as_int().filter(|n| (*lo..=*hi).contains(n)).map(Value::Int)),
            Type::Decimal => Ok(value.as_decimal().map(Value::decimal)),
            Type::Bool => Ok(value.as_bool().map(Value::Bool)),
            Type::Text => Ok(matches!(value, Value::Text(_)).then_some(value)),
            Type::Option(inner) => {
                if let Value::Absent | Value::Null = value {
                    return Ok(Some(Value::Absent));
                }
                self.fitted(value, *inner, depth + 1)
            }
            Type::List { elem, max, or_one } => {
                if let Value::List(_) = value {
                    return self.fitted_elements(value, *elem, *max, depth);
                }
                if !*or_one || matches!(value, Value::Absent | Value::Null) {
                    return Ok(None);
                }
                let mark = self.machine.heap.stage.len();
                let Some(one) = self.fitted(value, *elem, depth + 1)? else { return Ok(None) };
                structure::push(&mut self.machine.heap, one)?;
                structure::list(&mut self.machine.heap, mark).map(Some)
            }
            Type::Set { elem, max } => {
                let mark = self.machine.heap.stage.len();
                let elements = matches!(value, Value::List(_) | Value::Set(_));
                if !elements || !self.stage_elements(value, *elem, depth)? {
                    return Ok(None);
                }
                let set = self.finish_set(mark)?;
                Ok(within(structure::length(set)?, *max).then_some(set))
            }
            Type::Map { key, value: of, max } => self.fitted_map(value, (*key, *of), *max, depth),
            Type::Tuple(parts) => self.fitted_tuple(value, parts, depth),
            Type::Record(record) => self.fitted_record(value, record, None, depth),
            Type::Enum(of) => {
                let Value::Text(span) = value else {
                    return Ok(matches!(value, Value::Variant(_) | Value::Unknown(_)).then_some(value));
                };
                let text = self.memory().span_text(span);
                let known = loaded.layouts.get(to.index()).and_then(|layout| layout.variant(loaded, text));
                Ok(known.map(Value::Variant).or_else(|| of.open.then_some(Value::Unknown(span))))
            }
            Type::Union(union) => self.fitted_union(value, union, None, depth),
            Type::Timestamp
            | Type::Date
            | Type::TimeOfDay
            | Type::Duration
            | Type::Ip
            | Type::Cidr
            | Type::Host
            | Type::Url
            | Type::Path
            | Type::SemVer
            | Type::SemVerRange
            | Type::Regex
            | Type::Glob
            | Type::Wildcard
            | Type::Bytes
            | Type::Entity(_)
            | Type::Read { .. } => self.read_again(value, to),
        }
    }

    /// The part of a structure at a position.
    fn part_of(&self, value: Value, at: usize) -> Result<Value, Failure> {
        self.memory().elements(value)?.get(at).copied().ok_or(Failure::internal())
    }

    /// Stages elements as values of a type; false where one does not fit.
    fn stage_elements(&mut self, value: Value, elem: TypeId, depth: u32) -> Result<bool, Failure> {
        for at in 0..structure::length(value)? {
            let part = self.part_of(value, at)?;
            let Some(part) = self.fitted(part, elem, depth + 1)? else { return Ok(false) };
            structure::push(&mut self.machine.heap, part)?;
        }
        Ok(true)
    }

    fn fitted_elements(&mut self, value: Value, elem: TypeId, max: Option<u64>, depth: u32) -> Fitted {
        if !within(structure::length(value)?, max) {
            return Ok(None);
        }
        let mark = self.machine.heap.stage.len();
        if !self.stage_elements(value, elem, depth)? {
            return Ok(None);
        }
        structure::list(&mut self.machine.heap, mark).map(Some)
    }

    fn fitted_tuple(&mut self, value: Value, parts: &[TypeId], depth: u32) -> Fitted {
        if !matches!(value, Value::List(_) | Value::Tuple(_)) || structure::length(value)? != parts.len() {
            return Ok(None);
        }
        let mark = self.machine.heap.stage.len();
        for (at, ty) in parts.iter().enumerate() {
            let part = self.part_of(value, at)?;
            let Some(part) = self.fitted(part, *ty, depth + 1)? else { return Ok(None) };
            structure::push(&mut self.machine.heap, part)?;
        }
        structure::tuple(&mut self.machine.heap, mark).map(Some)
    }

    fn fitted_map(
        &mut self,
        value: Value,
        (key, of): (TypeId, TypeId),
        max: Option<u64>,
        depth: u32,
    ) -> Fitted {
        let Value::Map(span) = value else { return Ok(None) };
        if !within(span.len(), max) {
            return Ok(None);
        }
        let plain = matches!(self.loaded.code.types.get(key.index()), Some(Type::Text));
        let texts = self.memory().entries(value)?.iter().step_by(2).all(|key| matches!(key, Value::Text(_)));
        // Keys of other types are read as documents spell them.
        if !plain && texts && !span.is_empty() {
            return self.keys_read(value, (key, of), depth);
        }
        let mark = self.machine.heap.stage.len();
        for at in 0..span.len() {
            let (name, part) = self.entry_of(value, at)?;
            let Some(part) = self.fitted(part, of, depth + 1)? else { return Ok(None) };
            structure::push(&mut self.machine.heap, name)?;
            structure::push(&mut self.machine.heap, part)?;
        }
        structure::finish_sorted_map(&mut self.machine.heap, mark).map(Some)
    }

    fn entry_of(&self, value: Value, at: usize) -> Result<(Value, Value), Failure> {
        match self.memory().entries(value)?.as_chunks::<2>().0.get(at) {
            Some(&[key, value]) => Ok((key, value)),
            None => Err(Failure::internal()),
        }
    }

    /// A map whose keys are read from texts. Two spellings of one key do not fit.
    fn keys_read(&mut self, value: Value, (key, of): (TypeId, TypeId), depth: u32) -> Fitted {
        let mark = self.machine.heap.stage.len();
        let count = structure::length(value)?;
        for at in 0..count {
            let (name, part) = self.entry_of(value, at)?;
            let Some(name) = self.key_read(name, key)? else { return Ok(None) };
            let Some(part) = self.fitted(part, of, depth + 1)? else { return Ok(None) };
            structure::push(&mut self.machine.heap, name)?;
            structure::push(&mut self.machine.heap, part)?;
        }
        let fixed = (&self.loaded.constants, self.data, self.input);
        match structure::sort_entries(&mut self.machine.heap, fixed, mark, false) {
            Ok(()) => structure::finish_sorted_map(&mut self.machine.heap, mark).map(Some),
            Err(failure) if failure.code == Code::DuplicateKey => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    fn key_read(&mut self, name: Value, key: TypeId) -> Fitted {
        let is_int = matches!(self.loaded.code.types.get(key.index()), Some(Type::Int { .. }));
        if !is_int {
            return self.fitted(name, key, 0);
        }
        let text = self.memory().text(name)?;
        let number = text.parse::<i64>().ok().filter(|number| number.to_string() == text);
        match number {
            Some(number) => self.fitted(Value::Int(number), key, 0),
            None => Ok(None),
        }
    }

    /// An object as a record; `tags` are keys that belong to the unions around it.
    fn fitted_record(
        &mut self,
        value: Value,
        record: &RecordType,
        tags: Option<&Tags<'_>>,
        depth: u32,
    ) -> Fitted {
        let Value::Map(_) = value else {
            return Ok(matches!(value, Value::Record(_)).then_some(value));
        };
        let loaded = self.loaded;
        let mark = self.machine.heap.stage.len();
        let mut named = 0;
        for (rank, field) in record.fields.iter().enumerate() {
            if record.rest.is_some_and(|rest| usize::from(rest) == rank) {
                let Some(rest) = self.fitted_rest(value, record, tags, field.ty, depth)? else {
                    return Ok(None);
                };
                structure::push(&mut self.machine.heap, rest)?;
                continue;
            }
            let name = loaded.text_value(field.name).ok_or(Failure::internal())?;
            let found = self.index_map(value, name)?;
            named += usize::from(found.is_present());
            let nothing = matches!(found, Value::Absent | Value::Null);
            let part = match field.presence {
                Presence::Default(constant) if nothing => loaded.consts.get(constant.index()).copied(),
                Presence::Optional if nothing => Some(Value::Absent),
                Presence::Required if !found.is_present() => {
                    let optional = matches!(loaded.code.types.get(field.ty.index()), Some(Type::Option(_)));
                    optional.then_some(Value::Absent)
                }
                Presence::Required | Presence::Optional | Presence::Default(_) => {
                    self.fitted(found, field.ty, depth + 1)?
                }
            };
            let Some(part) = part else { return Ok(None) };
            structure::push(&mut self.machine.heap, part)?;
        }
        if record.open == Some(false) && record.rest.is_none() {
            let all = structure::length(value)?;
            let outside = self.tags_in(value, tags)?;
            if named + outside < all {
                return Ok(None);
            }
        }
        structure::record(&mut self.machine.heap, mark).map(Some)
    }

    /// How many of the keys that belong to unions an object has.
    fn tags_in(&mut self, value: Value, mut tags: Option<&Tags<'_>>) -> Result<usize, Failure> {
        let mut count = 0;
        while let Some(tag) = tags {
            count += usize::from(self.index_map(value, tag.name)?.is_present());
            tags = tag.outer;
        }
        Ok(count)
    }

    /// What a record does not name, as the map of its rest field.
    fn fitted_rest(
        &mut self,
        value: Value,
        record: &RecordType,
        tags: Option<&Tags<'_>>,
        ty: TypeId,
        depth: u32,
    ) -> Fitted {
        let loaded = self.loaded;
        let Some(Type::Map { value: of, max, .. }) = loaded.code.types.get(ty.index()) else {
            return Err(Failure::internal());
        };
        let mark = self.machine.heap.stage.len();
        for at in 0..structure::length(value)? {
            let (name, part) = self.entry_of(value, at)?;
            let text = self.memory().text(name)?;
            let field = record.fields.iter().enumerate().any(|(rank, field)| {
                loaded.text(field.name) == text && record.rest.is_none_or(|rest| usize::from(rest) != rank)
            });
            if field || tags.is_some_and(|tags| tags.hold(self.memory(), text)) {
                continue;
            }
            let Some(part) = self.fitted(part, *of, depth + 1)? else { return Ok(None) };
            structure::push(&mut self.machine.heap, name)?;
            structure::push(&mut self.machine.heap, part)?;
        }
        let rest = structure::finish_sorted_map(&mut self.machine.heap, mark)?;
        Ok(within(structure::length(rest)?, *max).then_some(rest))
    }

    fn fitted_union(
        &mut self,
        value: Value,
        union: &UnionType,
        outer: Option<&Tags<'_>>,
        depth: u32,
    ) -> Fitted {
        if let Value::Union { .. } = value {
            return Ok(Some(value));
        }
        if depth > MAX_DEPTH {
            return Err(Failure::new(Code::DepthLimit));
        }
        let loaded = self.loaded;
        let Some(tag) = union.tag else {
            let first = first_byte(value);
            let chosen = union.variants.iter().position(|v| ingest::union::fits(loaded, v.content, first, 0));
            let Some((at, variant)) = chosen.and_then(|at| union.variants.get(at).map(|v| (at, v))) else {
                return Ok(None);
            };
            let Some(content) = self.fitted(value, variant.content, depth + 1)? else { return Ok(None) };
            return structure::union(&mut self.machine.heap, number(at), content, Value::Absent).map(Some);
        };
        let Value::Map(_) = value else { return Ok(None) };
        let name = loaded.text_value(tag).ok_or(Failure::internal())?;
        let spelled = self.index_map(value, name)?;
        let Value::Text(_) = spelled else { return Ok(None) };
        let text = self.memory().text(spelled)?;
        let known =
            union.variants.iter().enumerate().find(|(_, v)| v.tags.iter().any(|t| loaded.text(*t) == text));
        let Some((at, variant)) = known else {
            if !union.open {
                return Ok(None);
            }
            let at = number(union.variants.len());
            return structure::union(&mut self.machine.heap, at, value, spelled).map(Some);
        };
        let tags = Tags { name, outer };
        let content = match loaded.code.types.get(variant.content.index()) {
            Some(Type::Record(record)) => self.fitted_record(value, record, Some(&tags), depth + 1)?,
            Some(Type::Union(inner)) => self.fitted_union(value, inner, Some(&tags), depth + 1)?,
            _ => return Err(Failure::internal()),
        };
        let Some(content) = content else { return Ok(None) };
        structure::union(&mut self.machine.heap, number(at), content, spelled).map(Some)
    }

    /// What only a reader of documents knows. What is no JSON has the type already.
    fn read_again(&mut self, value: Value, to: TypeId) -> Fitted {
        let json = matches!(
            value,
            Value::Null
                | Value::Bool(_)
                | Value::Int(_)
                | Value::Decimal { .. }
                | Value::Text(_)
                | Value::List(_)
                | Value::Map(_)
        );
        if !json {
            return Ok(Some(value));
        }
        let mut text = String::new();
        let left = self.text_limit();
        crate::print::json_limited(self.memory(), value, &mut text, left)?;
        self.machine.heap.meter.charge(text.len() as u64 / 4)?;
        ingest::cast(self, &text, to)
    }
}

/// The keys of an object that belong to the unions around a record, innermost first.
struct Tags<'t> {
    name: Value,
    outer: Option<&'t Tags<'t>>,
}

impl Tags<'_> {
    fn hold(&self, memory: Memory<'_>, key: &str) -> bool {
        let mut tags = Some(self);
        while let Some(tag) = tags {
            if memory.text(tag.name).is_ok_and(|name| name == key) {
                return true;
            }
            tags = tag.outer;
        }
        false
    }
}

/// How a value begins as JSON.
fn first_byte(value: Value) -> u8 {
    if let Value::Bool(_) = value {
        b't'
    } else if let Value::Int(_) | Value::Decimal { .. } = value {
        b'0'
    } else if let Value::Text(_) = value {
        b'"'
    } else if let Value::List(_) = value {
        b'['
    } else if let Value::Map(_) = value {
        b'{'
    } else {
        b'n'
    }
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn within(count: usize, max: Option<u64>) -> bool {
    max.is_none_or(|max| count as u64 <= max)
}
