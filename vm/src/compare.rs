//! Equality and order of values, structures by content.
//!
//! Both are total over values of one static type, and over `Json`. They take fuel as they go, because a
//! structure may hold one part many times; nesting past [`MAX_DEPTH`] ends the decision.

use std::cmp::Ordering;

use crate::failure::{Code, Failure};
use crate::memory::Memory;
use crate::value::{Span, Value};

/// The deepest nesting of values that is compared, printed or read.
///
/// ```
/// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
/// # let mut context = policy_vm::Context::alone(&mut heap, "");
/// let deep = format!("{}{}", "[".repeat(400), "]".repeat(400));
/// assert!(deep.len() / 2 > policy_vm::MAX_DEPTH as usize);
/// assert!(context.parse_json(&deep).is_err());
/// ```
pub const MAX_DEPTH: u32 = 320;

/// How many bytes of text are compared for a unit of fuel.
pub(crate) const TEXT_A_UNIT: u32 = 64;

/// A comparison: what it reads, and the fuel that it may take.
pub(crate) struct Compare<'a, 'f> {
    pub(crate) memory: Memory<'a>,
    pub(crate) fuel: &'f mut u64,
}

/// Which order is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// The order of sets, maps and output: equal exactly where values are.
    Total,
    /// The order of `<`: versions by precedence.
    Ranking,
}

impl Compare<'_, '_> {
    /// `==`.
    pub(crate) fn equal(&mut self, left: Value, right: Value) -> Result<bool, Failure> {
        match (left, right) {
            (Value::Int(a), Value::Int(b)) => Ok(a == b),
            (Value::Bool(a), Value::Bool(b)) => Ok(a == b),
            (Value::Variant(a), Value::Variant(b)) => Ok(a == b),
            (Value::Text(a), Value::Text(b)) => {
                if a.len != b.len {
                    return Ok(false);
                }
                self.take(a.len / TEXT_A_UNIT)?;
                Ok(self.memory.span_bytes(a) == self.memory.span_bytes(b))
            }
            (
                Value::Entity { kind: a, len: x, region: r, start: s, .. },
                Value::Entity { kind: b, len: y, region: q, start: t, .. },
            ) => {
                if a != b || x != y {
                    return Ok(false);
                }
                self.take(1)?;
                let id = |region, start| self.memory.span_bytes(Span { region, start, len: x });
                Ok(id(r, s) == id(q, t))
            }
            (Value::List(a), Value::List(b))
            | (Value::Set(a), Value::Set(b))
            | (Value::Map(a), Value::Map(b))
                if a.len != b.len =>
            {
                Ok(false)
            }
            _ => Ok(self.order(left, right, Order::Total, 0)? == Ordering::Equal),
        }
    }

    /// The order of sets, maps and output.
    #[inline]
    pub(crate) fn compare(&mut self, left: Value, right: Value) -> Result<Ordering, Failure> {
        match self.texts(left, right)? {
            Some(order) => Ok(order),
            None => self.order(left, right, Order::Total, 0),
        }
    }

    /// The order of two texts or two entities of one type, which most searches compare; none for other values.
    #[inline]
    pub(crate) fn texts(&mut self, left: Value, right: Value) -> Result<Option<Ordering>, Failure> {
        let (a, b) = match (left, right) {
            (Value::Text(a), Value::Text(b)) => {
                self.take(1)?;
                self.take(a.len.min(b.len) / TEXT_A_UNIT)?;
                (a, b)
            }
            (
                Value::Entity { kind: one, region: r, start: s, len: x, .. },
                Value::Entity { kind: other, region: q, start: t, len: y, .. },
            ) if one == other => {
                self.take(1)?;
                (Span { region: r, start: s, len: x }, Span { region: q, start: t, len: y })
            }
            _ => return Ok(None),
        };
        Ok(Some(self.memory.span_bytes(a).cmp(self.memory.span_bytes(b))))
    }

    /// The order of `<`.
    pub(crate) fn rank(&mut self, left: Value, right: Value) -> Result<Ordering, Failure> {
        self.order(left, right, Order::Ranking, 0)
    }

    /// Takes units of fuel.
    #[inline(always)]
    fn take(&mut self, units: u32) -> Result<(), Failure> {
        *self.fuel = self.fuel.checked_sub(u64::from(units)).ok_or(Failure::new(Code::FuelLimit))?;
        Ok(())
    }

    fn order(&mut self, left: Value, right: Value, order: Order, depth: u32) -> Result<Ordering, Failure> {
        self.take(1)?;
        if depth > MAX_DEPTH {
            return Err(Failure::new(Code::DepthLimit));
        }
        let memory = self.memory;
        // Few locals here: this is what recurs.
        match (left, right) {
            (Value::List(_), Value::List(_))
            | (Value::Set(_), Value::Set(_))
            | (Value::Tuple(_), Value::Tuple(_))
            | (Value::Record(_), Value::Record(_)) => {
                self.runs(memory.elements(left)?, memory.elements(right)?, order, depth)
            }
            (Value::Map(_), Value::Map(_)) => {
                self.runs(memory.entries(left)?, memory.entries(right)?, order, depth)
            }
            (Value::Union { variant: a, .. }, Value::Union { variant: b, .. }) => {
                if a != b {
                    return Ok(a.cmp(&b));
                }
                // The tag is a field like any other.
                let tags = self.order(memory.tag(left)?, memory.tag(right)?, order, depth + 1)?;
                if tags != Ordering::Equal {
                    return Ok(tags);
                }
                self.order(memory.content(left)?, memory.content(right)?, order, depth + 1)
            }
            (Value::Read(_), Value::Read(_)) => {
                self.order(memory.read_value(left)?, memory.read_value(right)?, order, depth + 1)
            }
            _ => self.scalars(left, right, order),
        }
    }

    #[inline(never)]
    fn scalars(&mut self, left: Value, right: Value, order: Order) -> Result<Ordering, Failure> {
        let memory = self.memory;
        if let (Value::Text(a), Value::Text(b))
        | (Value::Bytes(a), Value::Bytes(b))
        | (Value::Unknown(a), Value::Unknown(b)) = (left, right)
        {
            self.take(a.len.min(b.len) / TEXT_A_UNIT)?;
        }
        Ok(match (left, right) {
            (Value::Bool(a), Value::Bool(b)) => a.cmp(&b),
            (Value::Int(a), Value::Int(b)) => a.cmp(&b),
            (Value::Int(_) | Value::Decimal { .. }, Value::Int(_) | Value::Decimal { .. }) => {
                left.as_decimal().cmp(&right.as_decimal())
            }
            (Value::Text(a), Value::Text(b))
            | (Value::Bytes(a), Value::Bytes(b))
            | (Value::Unknown(a), Value::Unknown(b)) => memory.span_bytes(a).cmp(memory.span_bytes(b)),
            (Value::Timestamp { nanos: a, seconds: x }, Value::Timestamp { nanos: b, seconds: y })
            | (Value::Duration { nanos: a, seconds: x }, Value::Duration { nanos: b, seconds: y }) => {
                (x, a).cmp(&(y, b))
            }
            (Value::Date(a), Value::Date(b)) => a.cmp(&b),
            (Value::TimeOfDay(a), Value::TimeOfDay(b)) => a.cmp(&b),
            (Value::Variant(a), Value::Variant(b)) => a.cmp(&b),
            (Value::Entity { .. }, Value::Entity { .. }) => entities(memory, left, right),
            (Value::Ip4(a), Value::Ip4(b)) => a.cmp(&b),
            (Value::Ip6(_), Value::Ip6(_)) => memory.ip(left)?.cmp(&memory.ip(right)?),
            (Value::Cidr4 { prefix: a, address: x }, Value::Cidr4 { prefix: b, address: y }) => {
                (x, a).cmp(&(y, b))
            }
            (Value::Cidr6 { .. }, Value::Cidr6 { .. }) => {
                let (a, b) = (memory.cidr(left)?, memory.cidr(right)?);
                (a.addr(), a.prefix_len()).cmp(&(b.addr(), b.prefix_len()))
            }
            (Value::SemVer(_), Value::SemVer(_)) => self.versions(left, right, order)?,
            (Value::Pattern(_), Value::Pattern(_)) => {
                memory.pattern(left)?.source().cmp(memory.pattern(right)?.source())
            }
            _ => place(left).cmp(&place(right)),
        })
    }

    fn runs(
        &mut self,
        left: &[Value],
        right: &[Value],
        order: Order,
        depth: u32,
    ) -> Result<Ordering, Failure> {
        for (&a, &b) in left.iter().zip(right) {
            let found = self.order(a, b, order, depth + 1)?;
            if found != Ordering::Equal {
                return Ok(found);
            }
        }
        Ok(left.len().cmp(&right.len()))
    }

    fn versions(&self, left: Value, right: Value, order: Order) -> Result<Ordering, Failure> {
        let (a, b) = (self.memory.semver_parts(left)?, self.memory.semver_parts(right)?);
        let mut found = a.numbers.cmp(&b.numbers);
        if found == Ordering::Equal && a.pre != b.pre {
            found = semver::Prerelease::new(a.pre).ok().cmp(&semver::Prerelease::new(b.pre).ok());
        }
        if found == Ordering::Equal && order == Order::Total && a.build != b.build {
            found = semver::BuildMetadata::new(a.build).ok().cmp(&semver::BuildMetadata::new(b.build).ok());
            if found == Ordering::Equal {
                found = a.build.cmp(b.build);
            }
        }
        Ok(found)
    }
}

/// By type, then by id.
fn entities(memory: Memory<'_>, left: Value, right: Value) -> Ordering {
    let (Some((a, x)), Some((b, y))) = (left.as_entity(), right.as_entity()) else {
        return place(left).cmp(&place(right));
    };
    // Entities that were found in the store have their ids there.
    if a == b && x == y {
        return Ordering::Equal;
    }
    a.cmp(&b).then_with(|| memory.span_bytes(x).cmp(memory.span_bytes(y)))
}

/// The place of kinds among each other, where values of different kinds meet: in options, in `Json`, and
/// where a scalar has two forms.
const fn place(value: Value) -> u8 {
    match value {
        Value::Absent => 0,
        Value::Null => 1,
        Value::Bool(_) => 2,
        Value::Int(_) | Value::Decimal { .. } => 3,
        Value::Text(_) => 4,
        Value::List(_) => 5,
        Value::Map(_) => 6,
        Value::Set(_) => 7,
        Value::Tuple(_) => 8,
        Value::Record(_) => 9,
        Value::Bytes(_) => 10,
        Value::Timestamp { .. } => 11,
        Value::Date(_) => 12,
        Value::TimeOfDay(_) => 13,
        Value::Duration { .. } => 14,
        Value::Ip4(_) => 15,
        Value::Ip6(_) => 16,
        Value::Cidr4 { .. } => 17,
        Value::Cidr6 { .. } => 18,
        Value::SemVer(_) => 19,
        Value::Pattern(_) => 20,
        Value::Variant(_) => 21,
        Value::Unknown(_) => 22,
        Value::Union { .. } => 23,
        Value::Read(_) => 24,
        Value::Entity { .. } => 25,
    }
}
