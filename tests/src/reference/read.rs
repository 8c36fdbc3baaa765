//! Reading documents by type: what fits becomes a value, what does not is a misfit with its JSON Pointer.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use policy_compiler::hir::{EnumId, Presence, ReadDef, ReadId, RecordId, Ty, TyKind, UnionId, UnionTag};

use super::decimal::Dec;
use super::eval::{Frame, World};
use super::fault::{Result, Stop};
use super::json::{self, Doc, step};
use super::paths::{Reach, Step};
use super::value::{Json, PatternKind, Value, Variant};
use super::{net, time};

/// Where a document comes in: inputs are open, data and parameters closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Border {
    /// An input document: fields that are not named are ignored.
    Input,
    /// Data and parameters: a field that is not named is a misfit.
    Data,
}

/// A part of a document that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// Where.
    pub pointer: String,
    /// What was found: a kind of JSON value, `missing`, or `duplicate key`.
    pub found: &'static str,
}

/// A document read as a type, and the parts that do not fit, in the order of their pointers.
///
/// # Errors
/// Where a reading function does what a checked program never does.
pub fn document(
    world: &World<'_>,
    doc: &Doc,
    ty: Ty,
    reach: &Reach,
    border: Border,
) -> Result<std::result::Result<Value, Vec<Misfit>>> {
    let mut reader = Reader { world, border, misfits: Vec::new() };
    let value = reader.read(doc, ty, reach, "")?;
    let mut misfits = reader.misfits;
    surrogates(doc, "", &mut misfits);
    misfits.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    misfits.dedup_by(|a, b| a.pointer == b.pointer);
    Ok(if misfits.is_empty() { Ok(value) } else { Err(misfits) })
}

/// Text with half of a surrogate pair is a misfit anywhere, read or not.
fn surrogates(doc: &Doc, pointer: &str, misfits: &mut Vec<Misfit>) {
    match doc {
        Doc::Broken => misfits.push(Misfit { pointer: pointer.to_owned(), found: "surrogate" }),
        Doc::Array(elements) => elements
            .iter()
            .enumerate()
            .for_each(|(index, element)| surrogates(element, &format!("{pointer}/{index}"), misfits)),
        Doc::Object(members) => {
            members.iter().for_each(|(key, member)| surrogates(member, &step(pointer, key), misfits));
        }
        Doc::Null | Doc::Bool(_) | Doc::Number(_) | Doc::String(_) => {}
    }
}

/// A `Json` value read whole as a type; none where it does not fit.
///
/// # Errors
/// As [`document`].
pub fn from_json(world: &World<'_>, json: &Json, ty: Ty, border: Border) -> Result<Option<Value>> {
    Ok(document(world, &to_doc(json), ty, &Reach::whole(), border)?.ok())
}

/// A `Json` value as a document.
#[must_use]
pub fn to_doc(json: &Json) -> Doc {
    match json {
        Json::Null => Doc::Null,
        Json::Bool(value) => Doc::Bool(*value),
        Json::Number(number) => Doc::Number(number.to_string()),
        Json::String(text) => Doc::String(text.to_string()),
        Json::Array(values) => Doc::Array(values.iter().map(to_doc).collect()),
        Json::Object(members) => {
            Doc::Object(members.iter().map(|(key, value)| (key.to_string(), to_doc(value))).collect())
        }
    }
}

/// The original text of what a `read by` function reads.
#[must_use]
pub fn original(json: &Json) -> Rc<str> {
    match json {
        Json::String(text) => text.clone(),
        other => Rc::from(json::print(other).as_str()),
    }
}

/// Whether a value that a reader gave prints as what it is, because it was made from a structure, and not as its original text.
#[must_use]
pub fn stands_for_itself(world: &World<'_>, read: &ReadDef, original: &str) -> bool {
    let structured = match world.hir.types.kind(read.from) {
        TyKind::Record(_)
        | TyKind::List { .. }
        | TyKind::Set { .. }
        | TyKind::Map { .. }
        | TyKind::Tuple(_)
        | TyKind::Union(_)
        | TyKind::Json => true,
        TyKind::Read(inner) => {
            return world.hir.types.read(*inner).is_some_and(|read| stands_for_itself(world, read, original));
        }
        _ => false,
    };
    structured && original.starts_with(['{', '['])
}

/// A document being read.
pub(super) struct Reader<'w, 'a> {
    pub(super) world: &'w World<'a>,
    pub(super) border: Border,
    pub(super) misfits: Vec<Misfit>,
}

impl<'a> Reader<'_, 'a> {
    pub(super) fn misfit(&mut self, pointer: &str, found: &'static str) -> Result<Value> {
        self.misfits.push(Misfit { pointer: pointer.to_owned(), found });
        Ok(Value::Unread)
    }

    fn json(&mut self, doc: &Doc, pointer: &str) -> Json {
        let mut pointers = Vec::new();
        let json = json::to_json(doc, pointer, &mut pointers);
        self.misfits.extend(pointers.into_iter().map(|pointer| Misfit { pointer, found: "json" }));
        json
    }

    fn read(&mut self, doc: &Doc, ty: Ty, reach: &Reach, pointer: &str) -> Result<Value> {
        if !reach.is_read() {
            return Ok(Value::Unread);
        }
        match self.world.hir.types.kind(ty).clone() {
            TyKind::Option(inner) => match doc {
                Doc::Null => Ok(Value::Absent),
                doc => self.read(doc, inner, reach, pointer),
            },
            TyKind::Json => Ok(Value::Json(self.json(doc, pointer))),
            TyKind::List { elem, max, or_one } => {
                let single = [doc.clone()];
                let elements = match doc {
                    Doc::Array(elements) => elements.as_slice(),
                    _ if or_one => return self.elements(&single, elem, max, reach, pointer, true),
                    other => return self.misfit(pointer, other.kind()),
                };
                self.elements(elements, elem, max, reach, pointer, false)
            }
            TyKind::Set { elem, max } => {
                let Doc::Array(elements) = doc else { return self.misfit(pointer, doc.kind()) };
                let below = reach.below(&Step::Elem);
                let mut set = BTreeSet::new();
                for (index, element) in elements.iter().enumerate() {
                    set.insert(self.read(element, elem, &below, &format!("{pointer}/{index}"))?);
                }
                if max.is_some_and(|max| set.len() as u64 > max) {
                    return self.misfit(pointer, "too long");
                }
                Ok(Value::Set(Rc::new(set)))
            }
            TyKind::Map { key, value, max } => self.map(doc, (key, value, max), reach, pointer),
            TyKind::Tuple(parts) => {
                let Doc::Array(elements) = doc else { return self.misfit(pointer, doc.kind()) };
                if elements.len() != parts.len() {
                    return self.misfit(pointer, "array");
                }
                let mut values = Vec::new();
                for (index, (element, ty)) in elements.iter().zip(parts).enumerate() {
                    let below = reach.below(&Step::Part(index));
                    values.push(self.read(element, ty, &below, &format!("{pointer}/{index}"))?);
                }
                Ok(Value::list(values))
            }
            TyKind::Record(id) => self.record(doc, id, reach, pointer, &[]),
            TyKind::Enum(id) => self.variant(doc, id, pointer),
            TyKind::Union(id) => self.union(doc, id, reach, pointer, &[]),
            TyKind::Entity(ids) => self.entity(doc, &ids, pointer),
            TyKind::Read(id) => self.read_by(doc, id, pointer),
            TyKind::Bool => match doc {
                Doc::Bool(value) => Ok(Value::Bool(*value)),
                other => self.misfit(pointer, other.kind()),
            },
            TyKind::Int(range) => {
                let Doc::Number(text) = doc else { return self.misfit(pointer, doc.kind()) };
                match Dec::from_json(text).ok().and_then(Dec::to_int) {
                    Some(value) if range.lo <= value && value <= range.hi => Ok(Value::Int(value)),
                    Some(_) | None => self.misfit(pointer, "number"),
                }
            }
            TyKind::Decimal => {
                let Doc::Number(text) = doc else { return self.misfit(pointer, doc.kind()) };
                match Dec::from_json(text) {
                    Ok(value) => Ok(Value::Decimal(value)),
                    Err(_) => self.misfit(pointer, "number"),
                }
            }
            kind => {
                let Doc::String(text) = doc else { return self.misfit(pointer, doc.kind()) };
                match scalar(text, &kind)? {
                    Some(value) => Ok(value),
                    None => self.misfit(pointer, "string"),
                }
            }
        }
    }

    fn elements(
        &mut self,
        elements: &[Doc],
        elem: Ty,
        max: Option<u64>,
        reach: &Reach,
        pointer: &str,
        lone: bool,
    ) -> Result<Value> {
        if max.is_some_and(|max| elements.len() as u64 > max) {
            return self.misfit(pointer, "too long");
        }
        let below = reach.below(&Step::Elem);
        let mut values = Vec::new();
        for (index, element) in elements.iter().enumerate() {
            let at = if lone { pointer.to_owned() } else { format!("{pointer}/{index}") };
            values.push(self.read(element, elem, &below, &at)?);
        }
        Ok(Value::list(values))
    }

    fn map(&mut self, doc: &Doc, ty: (Ty, Ty, Option<u64>), reach: &Reach, pointer: &str) -> Result<Value> {
        let Doc::Object(members) = doc else { return self.misfit(pointer, doc.kind()) };
        let (key_ty, value_ty, max) = ty;
        let below = reach.below(&Step::Value);
        let mut map = BTreeMap::new();
        let mut twice = BTreeSet::new();
        for (name, member) in members {
            let at = step(pointer, name);
            let key = self.key(name, key_ty, &at)?;
            let value = self.read(member, value_ty, &below, &at)?;
            // A key that stands more than twice is told once.
            if !matches!(key, Value::Unread) && map.insert(key.clone(), value).is_some() && twice.insert(key)
            {
                self.misfit(&at, "duplicate key")?;
            }
        }
        if max.is_some_and(|max| map.len() as u64 > max) {
            return self.misfit(pointer, "too long");
        }
        Ok(Value::Map(Rc::new(map)))
    }

    /// The key of a map: text that is read as other text is, and integers as they are printed.
    fn key(&mut self, name: &str, ty: Ty, pointer: &str) -> Result<Value> {
        if let TyKind::Int(range) = self.world.hir.types.kind(ty) {
            let range = *range;
            let number = name.parse::<i64>().ok().filter(|number| number.to_string() == name);
            return match number.filter(|number| range.lo <= *number && *number <= range.hi) {
                Some(number) => Ok(Value::Int(number)),
                None => self.misfit(pointer, "key"),
            };
        }
        if let TyKind::Entity(ids) = self.world.hir.types.kind(ty) {
            return self.entity_key(name, ids, pointer);
        }
        self.read(&Doc::String(name.to_owned()), ty, &Reach::whole(), pointer)
    }

    pub(super) fn record(
        &mut self,
        doc: &Doc,
        id: RecordId,
        reach: &Reach,
        pointer: &str,
        tags: &[&str],
    ) -> Result<Value> {
        let Doc::Object(members) = doc else { return self.misfit(pointer, doc.kind()) };
        let Some(definition) = self.world.hir.types.record(id) else {
            return Err(Stop::bug("no such record"));
        };
        let rest = definition.rest;
        let closed = match definition.open {
            Some(open) => !open,
            None => self.border == Border::Data,
        };
        self.duplicates(members, pointer)?;
        let named = |name: &str| {
            tags.contains(&name)
                || definition
                    .fields
                    .iter()
                    .enumerate()
                    .any(|(index, field)| field.name == name && rest.is_none_or(|r| r.index() != index))
        };
        let mut values = Vec::new();
        for (index, field) in definition.fields.iter().enumerate() {
            let below = reach.below(&Step::Field(field.name.clone()));
            if rest.is_some_and(|rest| rest.index() == index) {
                let others: Vec<_> = members.iter().filter(|(name, _)| !named(name)).cloned().collect();
                values.push(self.read(&Doc::Object(others), field.ty, &below, pointer)?);
                continue;
            }
            let at = step(pointer, &field.name);
            let member = members.iter().find(|(name, _)| *name == field.name).map(|(_, member)| member);
            let value = match (member, &field.presence) {
                (None | Some(Doc::Null), Presence::Optional) => Value::Absent,
                (None | Some(Doc::Null), Presence::Default(default)) => {
                    self.world.eval(&mut Frame::new(0), default)?
                }
                (None, Presence::Required) if !below.is_read() => Value::Unread,
                (None, Presence::Required) => self.misfit(&at, "missing")?,
                (Some(member), _) => self.read(member, field.ty, &below, &at)?,
            };
            values.push(value);
        }
        if closed && rest.is_none() {
            for (name, _) in members {
                if !named(name) {
                    self.misfit(&step(pointer, name), "unknown field")?;
                }
            }
        }
        Ok(Value::Record(Rc::new(values)))
    }

    pub(super) fn duplicates(&mut self, members: &[(String, Doc)], pointer: &str) -> Result<()> {
        let mut seen = BTreeSet::new();
        for (name, _) in members {
            if !seen.insert(name) {
                self.misfit(&step(pointer, name), "duplicate key")?;
            }
        }
        Ok(())
    }

    fn variant(&mut self, doc: &Doc, id: EnumId, pointer: &str) -> Result<Value> {
        let Doc::String(text) = doc else { return self.misfit(pointer, doc.kind()) };
        let Some(definition) = self.world.hir.types.enumeration(id) else {
            return Err(Stop::bug("no such enum"));
        };
        match definition.variants.iter().position(|variant| variant.spellings.contains(text)) {
            Some(index) => Ok(Value::Variant(Variant::Known(u32::try_from(index).unwrap_or(u32::MAX)))),
            None if definition.open => Ok(Value::Variant(Variant::Unknown(Rc::from(text.as_str())))),
            None => self.misfit(pointer, "string"),
        }
    }

    /// A value of a union; `outer` are the tags of the unions around it, which are no fields of its content.
    fn union(
        &mut self,
        doc: &Doc,
        id: UnionId,
        reach: &Reach,
        pointer: &str,
        outer: &[&str],
    ) -> Result<Value> {
        let Some(definition) = self.world.hir.types.union(id) else { return Err(Stop::bug("no such union")) };
        let index = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        match &definition.tag {
            UnionTag::Field(name) => {
                let Doc::Object(members) = doc else { return self.misfit(pointer, doc.kind()) };
                let tag = members.iter().find(|(key, _)| key == name).map(|(_, member)| member);
                let at = step(pointer, name);
                let tag = match tag {
                    Some(Doc::String(tag)) => tag.clone(),
                    Some(other) => return self.misfit(&at, other.kind()),
                    None => return self.misfit(&at, "missing"),
                };
                let chosen = definition.variants.iter().position(|variant| variant.tags.contains(&tag));
                let Some((at_index, variant)) =
                    chosen.and_then(|index| Some((index, definition.variants.get(index)?)))
                else {
                    if !definition.open {
                        return self.misfit(&at, "string");
                    }
                    let content = if reach.below(&Step::Variant(definition.variants.len())).is_read() {
                        Value::Json(self.json(doc, pointer))
                    } else {
                        self.duplicates(members, pointer)?;
                        Value::Unread
                    };
                    return Ok(Value::Union(None, Rc::from(tag.as_str()), Rc::new(content)));
                };
                let below = reach.below(&Step::Variant(at_index)).touched();
                let tags: Vec<&str> = outer.iter().copied().chain([name.as_str()]).collect();
                let content = match self.world.hir.types.kind(variant.payload) {
                    TyKind::Record(record) => self.record(doc, *record, &below, pointer, &tags)?,
                    TyKind::Union(inner) => self.union(doc, *inner, &below, pointer, &tags)?,
                    _ => return Err(Stop::bug("a variant that is no object")),
                };
                Ok(Value::Union(Some(index(at_index)), Rc::from(tag.as_str()), Rc::new(content)))
            }
            UnionTag::Shape => {
                for (at_index, variant) in definition.variants.iter().enumerate() {
                    if self.shaped(doc, variant.payload) {
                        let below = reach.below(&Step::Variant(at_index)).touched();
                        let content = self.read(doc, variant.payload, &below, pointer)?;
                        return Ok(Value::Union(Some(index(at_index)), Rc::from(""), Rc::new(content)));
                    }
                }
                self.misfit(pointer, doc.kind())
            }
        }
    }

    /// Whether a document has the kind of JSON value that a type reads.
    fn shaped(&self, doc: &Doc, ty: Ty) -> bool {
        match self.world.hir.types.kind(ty) {
            TyKind::Bool => matches!(doc, Doc::Bool(_)),
            TyKind::Int(_) | TyKind::Decimal => matches!(doc, Doc::Number(_)),
            TyKind::List { elem, or_one: true, .. } => {
                matches!(doc, Doc::Array(_)) || self.shaped(doc, *elem)
            }
            TyKind::List { .. } | TyKind::Set { .. } | TyKind::Tuple(_) => matches!(doc, Doc::Array(_)),
            TyKind::Record(_) | TyKind::Map { .. } => matches!(doc, Doc::Object(_)),
            TyKind::Union(id) => self.world.hir.types.union(*id).is_some_and(|union| match union.tag {
                UnionTag::Field(_) => matches!(doc, Doc::Object(_)),
                UnionTag::Shape => union.variants.iter().any(|variant| self.shaped(doc, variant.payload)),
            }),
            TyKind::Option(inner) => self.shaped(doc, *inner),
            TyKind::Read(id) => {
                self.world.hir.types.read(*id).is_some_and(|read| self.shaped(doc, read.from))
            }
            TyKind::Json => true,
            _ => matches!(doc, Doc::String(_)),
        }
    }

    fn read_by(&mut self, doc: &Doc, id: ReadId, pointer: &str) -> Result<Value> {
        let Some(definition) = self.world.hir.types.read(id) else {
            return Err(Stop::bug("no such reading type"));
        };
        let before = self.misfits.len();
        let json = self.json(doc, pointer);
        if self.misfits.len() > before {
            return Ok(Value::Unread);
        }
        let text = original(&json);
        let argument = if *self.world.hir.types.kind(definition.from) == TyKind::Json {
            Value::Json(json)
        } else {
            let given = self.read(doc, definition.from, &Reach::whole(), pointer)?;
            if self.misfits.len() > before {
                return Ok(Value::Unread);
            }
            given
        };
        match self.world.call(definition.function, vec![argument]) {
            Ok(Value::Absent) | Err(Stop::Fault(_)) => self.misfit(pointer, doc.kind()),
            Ok(value) => Ok(Value::Read(Rc::new(value), text)),
            Err(bug) => Err(bug),
        }
    }
}

/// Text as a value of a scalar type; none where it does not fit.
///
/// # Errors
/// Where the type has no text.
pub fn scalar(text: &str, kind: &TyKind) -> Result<Option<Value>> {
    let string = |text: String| Value::String(Rc::from(text.as_str()));
    Ok(match kind {
        TyKind::String => Some(Value::text(text)),
        TyKind::Timestamp => time::read_timestamp(text).map(Value::Timestamp),
        TyKind::Date => time::read_date(text).map(Value::Date),
        TyKind::TimeOfDay => time::read_time_of_day(text).map(Value::TimeOfDay),
        TyKind::Duration => time::read_duration(text).map(Value::Duration),
        TyKind::Ip => net::read_ip(text).map(Value::Ip),
        TyKind::Cidr => net::read_cidr(text).map(Value::Cidr),
        TyKind::Host => net::read_host(text).map(string),
        TyKind::Path => net::read_path(text).map(string),
        TyKind::Url => net::read_url(text).map(string),
        TyKind::SemVer => semver::Version::parse(text).ok().map(|version| Value::SemVer(Rc::new(version))),
        TyKind::SemVerRange => semver::VersionReq::parse(text)
            .ok()
            .map(|range| Value::SemVerRange(Rc::new(range), Rc::from(text))),
        TyKind::Regex => super::pattern::valid(PatternKind::Regex, text)
            .then(|| Value::Pattern(PatternKind::Regex, Rc::from(text))),
        TyKind::Glob => super::pattern::valid(PatternKind::Glob, text)
            .then(|| Value::Pattern(PatternKind::Glob, Rc::from(text))),
        TyKind::Wildcard => Some(Value::Pattern(PatternKind::Wildcard, Rc::from(text))),
        TyKind::Bytes => net::read_base64(text).map(|bytes| Value::Bytes(Rc::from(bytes))),
        other => return Err(Stop::bug(format!("text as {other:?}"))),
    })
}
