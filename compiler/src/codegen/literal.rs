//! Values that are known at compile time, before they enter the pool of constants.

use std::cmp::Ordering;
use std::rc::Rc;

use policy_bytecode::scalar::{Date, Duration, TimeOfDay, Timestamp};
use rust_decimal::Decimal;

use crate::hir::Const;

/// A value that is known at compile time. Parts are shared, so that copies are cheap.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Literal {
    Absent,
    /// JSON `null`.
    Null,
    Bool(bool),
    Int(i64),
    Decimal(Decimal),
    /// A `String`, `Host`, `Path` or `Url`.
    Text(Rc<str>),
    Timestamp(Timestamp),
    Date(Date),
    TimeOfDay(TimeOfDay),
    Duration(Duration),
    Ip(std::net::IpAddr),
    Cidr(ipnet::IpNet),
    SemVer(Rc<semver::Version>),
    SemVerRange(Rc<str>),
    Regex(Rc<str>),
    Glob(Rc<str>),
    Wildcard(Rc<str>),
    Bytes(Rc<[u8]>),
    Variant(u32),
    List(Rc<[Literal]>),
    /// Sorted, each once.
    Set(Rc<[Literal]>),
    /// Sorted by key, each key once.
    Map(Rc<[(Literal, Literal)]>),
    Tuple(Rc<[Literal]>),
    /// Fields by rank.
    Record(Rc<[Literal]>),
    /// A union's variant, its content, and its tag as spelled (none where shapes tell variants apart).
    Union(u32, Rc<Literal>, Option<Rc<str>>),
    /// A `read by` value and its original text.
    Read(Rc<Literal>, Option<Rc<str>>),
    /// An entity, by the position of its type and its id.
    Entity(u32, Rc<str>),
}

/// The most parts that are compared here: a structure may hold another more often than there is time.
const MAX_COMPARED: u32 = 1 << 16;

impl Literal {
    /// The literal of a scalar constant.
    pub(crate) fn of(constant: &Const) -> Self {
        match constant {
            Const::Absent => Self::Absent,
            Const::Bool(value) => Self::Bool(*value),
            Const::Int(value) => Self::Int(*value),
            Const::Decimal(value) => Self::Decimal(*value),
            Const::String(value) | Const::Url(value) => Self::Text(value.as_str().into()),
            Const::Timestamp(value) => Self::Timestamp(*value),
            Const::Date(value) => Self::Date(*value),
            Const::TimeOfDay(value) => Self::TimeOfDay(*value),
            Const::Duration(value) => Self::Duration(*value),
            Const::Ip(value) => Self::Ip(value.to_canonical()),
            Const::Cidr(value) => Self::Cidr(*value),
            Const::SemVer(value) => Self::SemVer(Rc::new((**value).clone())),
            Const::SemVerRange(value) => Self::SemVerRange(value.as_str().into()),
            Const::Regex(value) => Self::Regex(value.as_str().into()),
            Const::Glob(value) => Self::Glob(value.as_str().into()),
            Const::Wildcard(value) => Self::Wildcard(value.as_str().into()),
            Const::Bytes(value) => Self::Bytes(value.as_slice().into()),
            Const::Variant(_, position) => Self::Variant(*position),
            Const::Entity(entity, id) => Self::Entity(entity.0, id.as_str().into()),
        }
    }

    /// The text of a member of a JSON object.
    pub(crate) fn member(&self, name: &str) -> Option<Rc<str>> {
        let Self::Map(entries) = self else { return None };
        entries.iter().find_map(|entry| match entry {
            (Self::Text(key), Self::Text(value)) if **key == *name => Some(Rc::clone(value)),
            _ => None,
        })
    }

    /// A set of these; none where an element has no order.
    pub(crate) fn set(elements: Vec<Self>) -> Option<Self> {
        let mut elements = sorted(elements, |e| e)?;
        elements.dedup_by(|a, b| a.order(b) == Some(Ordering::Equal));
        Some(Self::Set(elements.into()))
    }

    /// A map of these; none where a key has no order or two different values.
    pub(crate) fn map(entries: Vec<(Self, Self)>) -> Option<Self> {
        let entries = sorted(entries, |(key, _)| key)?;
        let mut kept: Vec<(Self, Self)> = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            match kept.last() {
                Some((last, held)) if last.order(&key)? == Ordering::Equal => {
                    if held.order(&value)? != Ordering::Equal {
                        return None;
                    }
                }
                Some(_) | None => kept.push((key, value)),
            }
        }
        Some(Self::Map(kept.into()))
    }

    /// The order of sets, maps and output, between values of one type; none where it is left to the machine.
    pub(crate) fn order(&self, other: &Self) -> Option<Ordering> {
        self.order_within(other, &mut { MAX_COMPARED })
    }

    fn order_within(&self, other: &Self, left: &mut u32) -> Option<Ordering> {
        *left = left.checked_sub(1)?;
        Some(match (self, other) {
            (Self::Absent, Self::Absent) => Ordering::Equal,
            (Self::Absent, _) => Ordering::Less,
            (_, Self::Absent) => Ordering::Greater,
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            (Self::Int(a), Self::Int(b)) => a.cmp(b),
            (Self::Decimal(a), Self::Decimal(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.as_bytes().cmp(b.as_bytes()),
            (Self::Timestamp(a), Self::Timestamp(b)) => a.cmp(b),
            (Self::Date(a), Self::Date(b)) => a.cmp(b),
            (Self::TimeOfDay(a), Self::TimeOfDay(b)) => a.cmp(b),
            (Self::Duration(a), Self::Duration(b)) => a.cmp(b),
            (Self::Ip(a), Self::Ip(b)) => a.cmp(b),
            (Self::Variant(a), Self::Variant(b)) => a.cmp(b),
            (Self::Entity(a, x), Self::Entity(b, y)) => a.cmp(b).then_with(|| x.as_bytes().cmp(y.as_bytes())),
            (Self::Tuple(a), Self::Tuple(b)) | (Self::Record(a), Self::Record(b)) => {
                return in_turn(a, b, false, left);
            }
            (Self::List(a), Self::List(b)) | (Self::Set(a), Self::Set(b)) => {
                return in_turn(a, b, true, left);
            }
            (_, _) => return None,
        })
    }
}

/// Part by part; the shorter first where `lengths` may differ.
fn in_turn(a: &[Literal], b: &[Literal], lengths: bool, budget: &mut u32) -> Option<Ordering> {
    for (left, right) in a.iter().zip(b) {
        match left.order_within(right, budget)? {
            Ordering::Equal => {}
            different @ (Ordering::Less | Ordering::Greater) => return Some(different),
        }
    }
    (lengths || a.len() == b.len()).then(|| a.len().cmp(&b.len()))
}

/// Sorted by a key, stable; none where two keys have no order.
fn sorted<T>(mut elements: Vec<T>, key: impl Fn(&T) -> &Literal) -> Option<Vec<T>> {
    let mut ordered = true;
    elements.sort_by(|a, b| {
        key(a).order(key(b)).unwrap_or_else(|| {
            ordered = false;
            Ordering::Equal
        })
    });
    // A lone element is compared with nothing, but must still be one that can be.
    let comparable = elements.iter().all(|e| key(e).order(key(e)).is_some());
    (ordered && comparable).then_some(elements)
}
