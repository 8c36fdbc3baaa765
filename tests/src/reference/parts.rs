//! Fields, `with`, `is`.

use std::rc::Rc;

use policy_compiler::hir::{Expr, FieldId, IsTest, TyKind, UnionId, WithStep};
use policy_syntax::Location;

use super::convert;
use super::eval::{Frame, World};
use super::fault::{Result, Stop};
use super::value::{Json, Value};

impl<'a> World<'a> {
    /// `base.field`, also of a union all of whose variants have the field.
    pub(super) fn field(&self, base: &Expr, value: &Value, field: FieldId) -> Result<Value> {
        match value {
            Value::Record(values) => {
                values.get(field.index()).cloned().ok_or_else(|| Stop::bug("no such field"))
            }
            Value::Union(Some(variant), _, content) => {
                let name = self.shared_field(base, field)?;
                let TyKind::Union(id) = self.hir.types.kind(base.ty) else {
                    return Err(Stop::bug("a field of a union of no type"));
                };
                let payload = self
                    .hir
                    .types
                    .union(*id)
                    .and_then(|definition| definition.variants.get(*variant as usize))
                    .map(|variant| variant.payload);
                let record = match payload.map(|ty| self.hir.types.kind(ty)) {
                    Some(TyKind::Record(record)) => self.hir.types.record(*record),
                    Some(_) | None => None,
                };
                let rank = record.and_then(|r| r.fields.iter().position(|f| f.name == name));
                match (&**content, rank) {
                    (Value::Record(values), Some(rank)) => {
                        values.get(rank).cloned().ok_or_else(|| Stop::bug("no such field"))
                    }
                    _ => Err(Stop::bug("a variant without the field")),
                }
            }
            other => Err(Stop::bug(format!("a field of {other:?}"))),
        }
    }

    /// The name of a field that all variants of a union share: its rank is that in the first variant.
    fn shared_field(&self, base: &Expr, field: FieldId) -> Result<String> {
        let TyKind::Union(id) = self.hir.types.kind(base.ty) else {
            return Err(Stop::bug("a field of a union of no type"));
        };
        let first = self.hir.types.union(*id).and_then(|u| u.variants.first()).map(|v| v.payload);
        match first.map(|ty| self.hir.types.kind(ty)) {
            Some(TyKind::Record(record)) => self
                .hir
                .types
                .record(*record)
                .and_then(|record| record.fields.get(field.index()))
                .map(|field| field.name.clone())
                .ok_or_else(|| Stop::bug("no such shared field")),
            Some(_) | None => Err(Stop::bug("a union whose variants are no records")),
        }
    }

    /// `value with { path: new }`.
    pub(super) fn replace(
        &self,
        frame: &mut Frame<'a>,
        value: Value,
        path: &'a [WithStep],
        new: Value,
        location: Location,
    ) -> Result<Value> {
        let Some((step, rest)) = path.split_first() else { return Ok(new) };
        match (step, value) {
            (_, Value::Absent) => Err(Stop::fault("absent_path", location, Vec::new())),
            (WithStep::Field(field), Value::Record(values)) => {
                let mut values = (*values).clone();
                let slot = values.get_mut(field.index()).ok_or_else(|| Stop::bug("no such field"))?;
                let inner = std::mem::replace(slot, Value::Absent);
                *slot = self.replace(frame, inner, rest, new, location)?;
                Ok(Value::Record(Rc::new(values)))
            }
            (WithStep::Key(key), Value::Map(entries)) => {
                let key = self.eval(frame, key)?;
                let mut entries = (*entries).clone();
                let inner = entries.get(&key).cloned().unwrap_or(Value::Absent);
                let inner = self.replace(frame, inner, rest, new, location)?;
                entries.insert(key, inner);
                Ok(Value::Map(Rc::new(entries)))
            }
            (WithStep::Variant(..), Value::Union(variant, tag, content)) => {
                let content = self.replace(frame, (*content).clone(), rest, new, location)?;
                Ok(Value::Union(variant, tag, Rc::new(content)))
            }
            (_, other) => Err(Stop::bug(format!("`with` on {other:?}"))),
        }
    }

    /// Whether a value of a union is of a variant; one past the last stands for those that were not declared.
    pub(super) fn is_variant(&self, value: &Value, union: UnionId, wanted: u32) -> bool {
        let declared = self.hir.types.union(union).map_or(0, |u| u.variants.len());
        match value {
            Value::Union(Some(variant), ..) => *variant == wanted,
            Value::Union(None, ..) => wanted as usize == declared,
            _ => false,
        }
    }

    /// `value is test`.
    pub(super) fn is(&self, frame: &mut Frame<'a>, expr: &'a Expr, test: &'a IsTest) -> Result<bool> {
        let value = self.eval(frame, expr)?;
        Ok(match test {
            IsTest::Present => !value.is_absent(),
            IsTest::Absent => value.is_absent(),
            IsTest::Empty => match &value {
                Value::String(text) => text.is_empty(),
                Value::List(values) => values.is_empty(),
                Value::Set(values) => values.is_empty(),
                Value::Map(entries) => entries.is_empty(),
                Value::Bytes(bytes) => bytes.is_empty(),
                other => return Err(Stop::bug(format!("{other:?} is empty"))),
            },
            IsTest::Equal(wanted) => {
                let wanted = self.eval(frame, wanted)?;
                match &value {
                    Value::Absent => false,
                    Value::Json(json) => convert::scalar_json(&wanted).as_ref() == Some(json),
                    value => *value == wanted,
                }
            }
            IsTest::JsonKind(ty) => match (&value, self.hir.types.kind(*ty)) {
                (Value::Json(Json::String(_)), TyKind::String)
                | (Value::Json(Json::Bool(_)), TyKind::Bool)
                | (Value::Json(Json::Number(_)), TyKind::Decimal)
                | (Value::Json(Json::Array(_)), TyKind::List { .. })
                | (Value::Json(Json::Object(_)), TyKind::Map { .. }) => true,
                (Value::Json(Json::Number(number)), TyKind::Int(range)) => {
                    number.to_int().is_some_and(|value| range.lo <= value && value <= range.hi)
                }
                _ => false,
            },
            IsTest::Entity(wanted) => matches!(value, Value::Entity(entity, _) if entity == wanted.0),
            IsTest::UnionVariant(union, wanted) => self.is_variant(&value, *union, *wanted),
        })
    }
}
