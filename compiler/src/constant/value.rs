//! Values known at compile time.

use std::cmp::Ordering;
use std::rc::Rc;

use rust_decimal::Decimal;

use crate::hir::{Const, FieldId, RecordId, Types};

/// A value that does not depend on any input.
#[derive(Clone, Debug)]
pub enum Value {
    /// A scalar, or absent.
    Const(Const),
    /// A tuple or list.
    Sequence(Rc<[Value]>),
    /// A set, in source order.
    Set(Rc<[Value]>),
    /// A map, in source order.
    Map(Rc<[(Value, Value)]>),
    /// A record: the fields given.
    Record(RecordId, Rc<[(FieldId, Value)]>),
}

impl Value {
    /// The scalar, where it is one.
    #[must_use]
    pub fn scalar(&self) -> Option<&Const> {
        match self {
            Self::Const(value) => Some(value),
            Self::Sequence(_) | Self::Set(_) | Self::Map(_) | Self::Record(..) => None,
        }
    }

    /// Whether two values of one type are equal.
    #[must_use]
    pub fn equals(&self, other: &Self) -> bool {
        let within = |xs: &[Self], ys: &[Self]| xs.iter().all(|x| ys.iter().any(|y| x.equals(y)));
        match (self, other) {
            (Self::Const(a), Self::Const(b)) => a == b,
            (Self::Sequence(a), Self::Sequence(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.equals(b))
            }
            (Self::Set(a), Self::Set(b)) => within(a, b) && within(b, a),
            (Self::Map(a), Self::Map(b)) => {
                let within = |xs: &[(Self, Self)], ys: &[(Self, Self)]| {
                    xs.iter().all(|(k, v)| ys.iter().any(|(l, w)| k.equals(l) && v.equals(w)))
                };
                within(a, b) && within(b, a)
            }
            (Self::Record(a, xs), Self::Record(b, ys)) => {
                a == b
                    && xs.len() == ys.len()
                    && xs.iter().all(|(f, x)| ys.iter().any(|(g, y)| f == g && x.equals(y)))
            }
            (Self::Const(_) | Self::Sequence(_) | Self::Set(_) | Self::Map(_) | Self::Record(..), _) => false,
        }
    }

    /// How many values it is made of; large ones are not looked into.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Const(_) => 1,
            Self::Sequence(parts) | Self::Set(parts) => parts.len(),
            Self::Map(entries) => entries.len(),
            Self::Record(_, fields) => fields.len(),
        }
    }

    /// Whether it is made of nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The order of two constants of one type that `<` is defined on.
#[must_use]
pub fn order(types: &Types, a: &Const, b: &Const) -> Option<Ordering> {
    match (a, b) {
        (Const::Int(a), Const::Int(b)) => Some(a.cmp(b)),
        (Const::Decimal(a), Const::Decimal(b)) => Some(a.cmp(b)),
        (Const::Int(a), Const::Decimal(b)) => Some(Decimal::from(*a).cmp(b)),
        (Const::Decimal(a), Const::Int(b)) => Some(a.cmp(&Decimal::from(*b))),
        (Const::Timestamp(a), Const::Timestamp(b)) => Some(a.cmp(b)),
        (Const::Date(a), Const::Date(b)) => Some(a.cmp(b)),
        (Const::TimeOfDay(a), Const::TimeOfDay(b)) => Some(a.cmp(b)),
        (Const::Duration(a), Const::Duration(b)) => Some(a.cmp(b)),
        (Const::SemVer(a), Const::SemVer(b)) => Some(a.cmp_precedence(b)),
        (Const::Variant(a, x), Const::Variant(b, y)) if a == b => {
            types.enumeration(*a).is_some_and(|def| def.ordered).then(|| x.cmp(y))
        }
        (_, _) => None,
    }
}

/// How a policy writes a constant.
#[must_use]
pub fn shown(types: &Types, value: &Const) -> String {
    match value {
        Const::Absent => "absent".to_owned(),
        Const::Bool(value) => value.to_string(),
        Const::Int(value) => grouped(*value),
        Const::Decimal(value) => value.to_string(),
        Const::String(value) | Const::Url(value) => format!("{value:?}"),
        Const::Timestamp(value) => super::time::timestamp(*value),
        Const::Date(value) => super::time::date(*value),
        Const::TimeOfDay(value) => super::time::time_of_day(*value),
        Const::Duration(value) => super::time::duration(*value),
        Const::Ip(value) => format!("ip\"{value}\""),
        Const::Cidr(value) => format!("cidr\"{value}\""),
        Const::SemVer(value) => format!("semver\"{value}\""),
        Const::SemVerRange(value) => format!("range\"{value}\""),
        Const::Regex(value) => format!("re\"{value}\""),
        Const::Glob(value) => format!("glob\"{value}\""),
        Const::Wildcard(value) => format!("wild\"{value}\""),
        Const::Bytes(value) => format!("{} bytes", value.len()),
        Const::Variant(id, variant) => types
            .enumeration(*id)
            .and_then(|def| def.variants.get(*variant as usize))
            .map_or_else(|| "?".to_owned(), |variant| variant.name.clone()),
        Const::Entity(id, name) => {
            let ty = types.entity(*id).map_or("?", |def| def.name.rsplit('.').next().unwrap_or(&def.name));
            format!("{ty}::{name:?}")
        }
    }
}

/// `1000000` as `1_000_000`.
fn grouped(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        let left = digits.len() - i;
        if i > 0 && left.is_multiple_of(3) && digits.len() > 4 {
            out.push('_');
        }
        out.push(digit);
    }
    if value < 0 { format!("-{out}") } else { out }
}
