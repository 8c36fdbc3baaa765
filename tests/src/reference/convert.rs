//! From one type to another: `Json` and back, casts, narrower records, `read by`.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use policy_compiler::hir::{Cast, Convert, Expr, ReadId, RecordId, Ty, TyKind, UnionTag};
use policy_syntax::Location;

use super::decimal::Dec;
use super::entities;
use super::eval::World;
use super::fault::{Result, Stop};
use super::json;
use super::print;
use super::read::{self, Border};
use super::value::{Json, Value, Variant};

/// `.name` on `Json`.
#[must_use]
pub fn member(base: &Value, name: &str) -> Value {
    match base {
        Value::Json(Json::Object(members)) => present(members.get(name)),
        _ => Value::Absent,
    }
}

fn present(json: Option<&Json>) -> Value {
    match json {
        None | Some(Json::Null) => Value::Absent,
        Some(json) => Value::Json(json.clone()),
    }
}

/// `base[index]`.
///
/// # Errors
/// Never, of a checked program.
pub fn index(base: &Value, index: &Value) -> Result<Value> {
    Ok(match (base, index) {
        (Value::List(values), Value::Int(at)) => {
            let value = usize::try_from(*at).ok().and_then(|at| values.get(at));
            Value::option(value.cloned())
        }
        (Value::Map(entries), key) => Value::option(entries.get(key).cloned()),
        (Value::Json(Json::Array(values)), Value::Int(at)) => {
            present(usize::try_from(*at).ok().and_then(|at| values.get(at)))
        }
        (Value::Json(_), Value::String(key)) => member(base, key),
        (Value::Json(_), Value::Int(_)) => Value::Absent,
        _ => return Err(Stop::bug(format!("{base:?}[{index:?}]"))),
    })
}

/// The `Json` of a scalar that `is` compares with `Json`.
#[must_use]
pub fn scalar_json(value: &Value) -> Option<Json> {
    match value {
        Value::Bool(value) => Some(Json::Bool(*value)),
        Value::Int(value) => Some(Json::Number(Dec::from_int(*value))),
        Value::Decimal(value) => Some(Json::Number(*value)),
        Value::String(text) => Some(Json::String(text.clone())),
        Value::Json(json) => Some(json.clone()),
        _ => None,
    }
}

/// A value as the narrower type that it is known to have.
///
/// # Errors
/// Never, of a checked program.
pub fn narrow(world: &World<'_>, value: &Value, from: Ty, to: Ty) -> Result<Value> {
    let present = |ty: Ty| match world.hir.types.kind(ty) {
        TyKind::Option(inner) => *inner,
        _ => ty,
    };
    match (value, world.hir.types.kind(to)) {
        (Value::Union(..), _) if present(from) == present(to) => Ok(value.clone()),
        (Value::Union(_, _, content), _) => Ok((**content).clone()),
        (Value::Json(_), TyKind::Json | TyKind::Option(_)) => Ok(value.clone()),
        (Value::Json(json), _) => read::from_json(world, json, to, Border::Input)?
            .ok_or_else(|| Stop::bug("a narrowing that does not fit")),
        _ => Ok(value.clone()),
    }
}

/// `value as to`, `value as? to`.
///
/// # Errors
/// `mismatch`.
pub fn cast(
    world: &World<'_>,
    value: &Value,
    optional: bool,
    cast: Cast,
    to: Ty,
    location: Location,
) -> Result<Value> {
    if optional && value.is_absent() || matches!(value, Value::Absent) {
        return Ok(Value::Absent);
    }
    let fitting = match (value, world.hir.types.kind(to)) {
        (Value::Int(number), TyKind::Int(range)) => {
            (range.lo <= *number && *number <= range.hi).then(|| value.clone())
        }
        (Value::Int(number), TyKind::Decimal) => Some(Value::Decimal(Dec::from_int(*number))),
        (Value::Json(json), _) => read::from_json(world, json, to, Border::Input)?,
        _ => holds(world, value, to).then(|| value.clone()),
    };
    match (fitting, cast) {
        (Some(value), _) => Ok(value),
        (None, Cast::Probe) => Ok(Value::Absent),
        (None, Cast::Must) => Err(Stop::fault("mismatch", location, vec![print::operand(value)])),
    }
}

/// Whether a value is within the ranges and sizes of a type that is otherwise its own.
fn holds(world: &World<'_>, value: &Value, to: Ty) -> bool {
    let within = |count: usize, max: Option<u64>| max.is_none_or(|max| count as u64 <= max);
    match (value, world.hir.types.kind(to)) {
        (Value::Int(number), TyKind::Int(range)) => range.lo <= *number && *number <= range.hi,
        (Value::Absent, _) => true,
        (_, TyKind::Option(inner)) => holds(world, value, *inner),
        (Value::List(values), TyKind::List { elem, max, .. }) => {
            within(values.len(), *max) && values.iter().all(|value| holds(world, value, *elem))
        }
        (Value::List(values), TyKind::Tuple(parts)) => {
            values.iter().zip(parts).all(|(value, ty)| holds(world, value, *ty))
        }
        (Value::Set(values), TyKind::Set { elem, max }) => {
            within(values.len(), *max) && values.iter().all(|value| holds(world, value, *elem))
        }
        (Value::Map(entries), TyKind::Map { key, value: of, max }) => {
            within(entries.len(), *max)
                && entries.iter().all(|(k, v)| holds(world, k, *key) && holds(world, v, *of))
        }
        _ => true,
    }
}

/// A conversion that the language makes on its own.
///
/// # Errors
/// As a reading function fails.
pub fn convert(world: &World<'_>, value: &Value, from: Ty, how: Convert, expr: &Expr) -> Result<Value> {
    match how {
        Convert::IntToDecimal => match value {
            Value::Int(value) => Ok(Value::Decimal(Dec::from_int(*value))),
            Value::Absent => Ok(Value::Absent),
            other => Err(Stop::bug(format!("{other:?} as a decimal"))),
        },
        Convert::Project => project(world, value, from, expr.ty),
        Convert::ReadValue(_) => match value {
            Value::Read(value, _) => Ok((**value).clone()),
            Value::Absent => Ok(Value::Absent),
            other => Err(Stop::bug(format!("{other:?} was not read"))),
        },
        Convert::ReadText(id) => match value {
            Value::Read(value, text) => match world.hir.types.read(id) {
                Some(read) if read::stands_for_itself(world, read, text) => {
                    Ok(Value::text(&canonical(world, value, read.base)?))
                }
                Some(_) | None => Ok(Value::String(text.clone())),
            },
            Value::Absent => Ok(Value::Absent),
            other => Err(Stop::bug(format!("{other:?} was not read"))),
        },
        Convert::Read(id) => read_literal(world, value, from, id),
        Convert::ToJson => Ok(Value::Json(to_json(world, value, from)?)),
        Convert::ToUnion(id, variant, tag) => {
            let definition = world.hir.types.union(id).ok_or_else(|| Stop::bug("no such union"))?;
            let Some(known) = definition.variants.get(variant as usize) else {
                // A kind that was not declared: its tag stands in what is kept of it.
                let UnionTag::Field(name) = &definition.tag else { return Err(Stop::bug("no such variant")) };
                let Value::Json(Json::Object(members)) = value else { return Err(Stop::bug("no object")) };
                let Some(Json::String(tag)) = members.get(name.as_str()) else {
                    return Err(Stop::bug("no tag"));
                };
                return Ok(Value::Union(None, tag.clone(), Rc::new(value.clone())));
            };
            let tag = known.tags.get(tag as usize).map_or("", String::as_str);
            Ok(Value::Union(Some(variant), Rc::from(tag), Rc::new(value.clone())))
        }
    }
}

fn read_literal(world: &World<'_>, value: &Value, from: Ty, id: ReadId) -> Result<Value> {
    let json = to_json(world, value, from)?;
    let Some(ty) = world.hir.types.read(id) else { return Err(Stop::bug("no such reading type")) };
    let text = read::original(&json);
    let argument =
        if *world.hir.types.kind(ty.from) == TyKind::Json { Value::Json(json) } else { value.clone() };
    match world.call(ty.function, vec![argument])? {
        Value::Absent => Err(Stop::bug("a literal that does not read")),
        value => Ok(Value::Read(Rc::new(value), text)),
    }
}

/// A structure of records as one of narrower records, field by field.
fn project(world: &World<'_>, value: &Value, from: Ty, to: Ty) -> Result<Value> {
    let types = &world.hir.types;
    let each = |values: &[Value], from: Ty, to: Ty| -> Result<Vec<Value>> {
        values.iter().map(|value| project(world, value, from, to)).collect()
    };
    Ok(match (value, types.kind(from), types.kind(to)) {
        (Value::Absent | Value::Unread, _, _) => value.clone(),
        (_, TyKind::Option(from), TyKind::Option(to)) => project(world, value, *from, *to)?,
        (_, _, TyKind::Option(to)) => project(world, value, from, *to)?,
        (Value::Int(number), TyKind::Int(_), TyKind::Decimal) => Value::Decimal(Dec::from_int(*number)),
        (Value::Record(values), TyKind::Record(wide), TyKind::Record(narrow)) if wide != narrow => {
            project_record(world, values, *wide, *narrow)?
        }
        (Value::List(values), TyKind::List { elem: from, .. }, TyKind::List { elem: to, .. }) => {
            Value::list(each(values, *from, *to)?)
        }
        (Value::Set(values), TyKind::Set { elem: from, .. }, TyKind::Set { elem: to, .. }) => {
            let values: Vec<Value> = values.iter().cloned().collect();
            Value::Set(Rc::new(each(&values, *from, *to)?.into_iter().collect::<BTreeSet<_>>()))
        }
        (Value::Map(entries), TyKind::Map { value: from, .. }, TyKind::Map { value: to, .. }) => {
            let mut map = BTreeMap::new();
            for (key, value) in entries.iter() {
                map.insert(key.clone(), project(world, value, *from, *to)?);
            }
            Value::Map(Rc::new(map))
        }
        (Value::List(values), TyKind::Tuple(from), TyKind::Tuple(to)) => {
            let parts = values.iter().zip(from.iter().zip(to));
            Value::list(
                parts.map(|(value, (from, to))| project(world, value, *from, *to)).collect::<Result<_>>()?,
            )
        }
        _ => value.clone(),
    })
}

fn project_record(world: &World<'_>, values: &[Value], wide: RecordId, narrow: RecordId) -> Result<Value> {
    let types = &world.hir.types;
    let (Some(wide), Some(narrow)) = (types.record(wide), types.record(narrow)) else {
        return Err(Stop::bug("no such record"));
    };
    let mut fields = Vec::new();
    for field in &narrow.fields {
        let rank = wide.fields.iter().position(|other| other.name == field.name);
        let found = rank.and_then(|rank| Some((values.get(rank)?, wide.fields.get(rank)?)));
        let (value, from) = found.ok_or_else(|| Stop::bug(format!("no field {}", field.name)))?;
        fields.push(project(world, value, from.ty, field.ty)?);
    }
    Ok(Value::Record(Rc::new(fields)))
}

/// A value of a type as `Json`.
///
/// # Errors
/// Never, of a checked program.
pub fn to_json(world: &World<'_>, value: &Value, ty: Ty) -> Result<Json> {
    let types = &world.hir.types;
    if let TyKind::Option(inner) = types.kind(ty) {
        return if value.is_absent() { Ok(Json::Null) } else { to_json(world, value, *inner) };
    }
    let text = |text: &str| Json::String(Rc::from(text));
    Ok(match value {
        Value::Json(json) => json.clone(),
        Value::Bool(value) => Json::Bool(*value),
        Value::Int(value) => Json::Number(Dec::from_int(*value)),
        Value::Decimal(value) => Json::Number(*value),
        Value::List(values) => {
            let element = |index: usize| match types.kind(ty) {
                TyKind::List { elem, .. } => Some(*elem),
                TyKind::Tuple(parts) => parts.get(index).copied(),
                _ => None,
            };
            let mut elements = Vec::new();
            for (index, value) in values.iter().enumerate() {
                let ty = element(index).ok_or_else(|| Stop::bug("a list of no type"))?;
                elements.push(to_json(world, value, ty)?);
            }
            Json::Array(Rc::new(elements))
        }
        Value::Set(values) => {
            let TyKind::Set { elem, .. } = types.kind(ty) else { return Err(Stop::bug("a set of no type")) };
            let elements: Result<Vec<Json>> = values.iter().map(|v| to_json(world, v, *elem)).collect();
            Json::Array(Rc::new(elements?))
        }
        Value::Map(entries) => {
            let TyKind::Map { key, value: elem, .. } = types.kind(ty) else {
                return Err(Stop::bug("a map of no type"));
            };
            let mut object = BTreeMap::new();
            for (name, value) in entries.iter() {
                let name = match name {
                    Value::Entity(entity, id) => entities::key(world, (*entity, id), *key),
                    name => print::plain(world, name, *key)?,
                };
                object.insert(Rc::from(name.as_str()), to_json(world, value, *elem)?);
            }
            Json::Object(Rc::new(object))
        }
        Value::Record(values) => {
            let TyKind::Record(id) = types.kind(ty) else { return Err(Stop::bug("a record of no type")) };
            let definition = types.record(*id).ok_or_else(|| Stop::bug("no such record"))?;
            let mut object = BTreeMap::new();
            for (index, (field, value)) in definition.fields.iter().zip(values.iter()).enumerate() {
                let json = to_json(world, value, field.ty)?;
                if definition.rest.is_some_and(|rest| rest.index() == index) {
                    if let Json::Object(more) = json {
                        object.extend(more.iter().map(|(key, value)| (key.clone(), value.clone())));
                    }
                } else if !matches!(value, Value::Absent) {
                    object.insert(Rc::from(field.name.as_str()), json);
                }
            }
            Json::Object(Rc::new(object))
        }
        Value::Union(variant, tag, content) => union_json(world, *variant, tag, content, ty)?,
        Value::Read(value, original) => {
            let TyKind::Read(id) = types.kind(ty) else { return Err(Stop::bug("read by no type")) };
            let read = types.read(*id).ok_or_else(|| Stop::bug("no such reading type"))?;
            match &**value {
                value if read::stands_for_itself(world, read, original) => to_json(world, value, read.base)?,
                _ => text(original),
            }
        }
        Value::Entity(entity, id) => entities::to_json(world, (*entity, id)),
        Value::Absent => Json::Null,
        Value::Unread => return Err(Stop::bug("a part of the input that was not read")),
        Value::String(_)
        | Value::Timestamp(_)
        | Value::Date(_)
        | Value::TimeOfDay(_)
        | Value::Duration(_)
        | Value::Ip(_)
        | Value::Cidr(_)
        | Value::SemVer(_)
        | Value::SemVerRange(..)
        | Value::Pattern(..)
        | Value::Bytes(_)
        | Value::Variant(_) => text(&print::plain(world, value, ty)?),
    })
}

fn union_json(world: &World<'_>, variant: Option<u32>, tag: &str, content: &Value, ty: Ty) -> Result<Json> {
    let TyKind::Union(id) = world.hir.types.kind(ty) else { return Err(Stop::bug("a union of no type")) };
    let definition = world.hir.types.union(*id).ok_or_else(|| Stop::bug("no such union"))?;
    let Some(variant) = variant.and_then(|v| definition.variants.get(v as usize)) else {
        return to_json(world, content, ty);
    };
    let json = to_json(world, content, variant.payload)?;
    match (&definition.tag, json) {
        (UnionTag::Field(name), Json::Object(members)) => {
            let mut members = (*members).clone();
            members.insert(Rc::from(name.as_str()), Json::String(Rc::from(tag)));
            Ok(Json::Object(Rc::new(members)))
        }
        (_, json) => Ok(json),
    }
}

/// The spelling of a variant in JSON.
#[must_use]
pub fn spelling(world: &World<'_>, variant: &Variant, ty: Ty) -> String {
    match (variant, world.hir.types.kind(ty)) {
        (Variant::Unknown(text), _) => text.to_string(),
        (Variant::Known(index), TyKind::Enum(id)) => world
            .hir
            .types
            .enumeration(*id)
            .and_then(|definition| definition.variants.get(*index as usize))
            .map(|variant| variant.spelling().to_owned())
            .unwrap_or_default(),
        (Variant::Known(_), _) => String::new(),
    }
}

/// JSON text of a value of a type, in the canonical form.
///
/// # Errors
/// Never, of a checked program.
pub fn canonical(world: &World<'_>, value: &Value, ty: Ty) -> Result<String> {
    Ok(json::print(&to_json(world, value, ty)?))
}
