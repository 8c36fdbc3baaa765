//! What was made in the arena of the builder becomes the snapshot's.

use crate::failure::Failure;
use crate::machine::Slot;
use crate::store::Store;
use crate::value::{Cells, Region, Span, Value};

pub(super) fn freeze_store(store: &mut Store) {
    for cell in &mut store.cells {
        *cell = frozen(*cell);
    }
    store.cells.shrink_to_fit();
    store.text.shrink_to_fit();
}

impl Slot {
    /// The value, where there is one.
    pub(super) const fn known(&self) -> Option<Value> {
        match self {
            Self::Value(value) | Self::Aging { value, .. } => Some(*value),
            Self::Failed { .. } => None,
        }
    }
}

pub(super) fn frozen_slot(slot: Slot) -> Slot {
    match slot {
        Slot::Value(value) => Slot::Value(frozen(value)),
        Slot::Failed { failure, led } => {
            let [left, right] = failure.operands;
            Slot::Failed { failure: Failure { operands: [frozen(left), frozen(right)], ..failure }, led }
        }
        Slot::Aging { value, loaded, max_age } => Slot::Aging { value: frozen(value), loaded, max_age },
    }
}

const fn region(region: Region) -> Region {
    match region {
        Region::Constants => Region::Constants,
        Region::Data | Region::Arena | Region::Input => Region::Data,
    }
}

pub(super) const fn span(from: Span) -> Span {
    Span { region: region(from.region), ..from }
}

const fn cells(from: Cells) -> Cells {
    Cells { region: region(from.region), ..from }
}

pub(super) const fn frozen(value: Value) -> Value {
    match value {
        Value::Text(at) => Value::Text(span(at)),
        Value::Bytes(at) => Value::Bytes(span(at)),
        Value::Unknown(at) => Value::Unknown(span(at)),
        Value::List(at) => Value::List(span(at)),
        Value::Set(at) => Value::Set(span(at)),
        Value::Map(at) => Value::Map(span(at)),
        Value::Tuple(at) => Value::Tuple(span(at)),
        Value::Record(at) => Value::Record(span(at)),
        Value::Ip6(at) => Value::Ip6(cells(at)),
        Value::Cidr6 { prefix, address } => Value::Cidr6 { prefix, address: cells(address) },
        Value::SemVer(at) => Value::SemVer(cells(at)),
        Value::Pattern(at) => Value::Pattern(cells(at)),
        Value::Read(at) => Value::Read(cells(at)),
        Value::Union { region: from, variant, start } => {
            Value::Union { region: region(from), variant, start }
        }
        Value::Entity { region: from, kind, start, len, slot } => {
            Value::Entity { region: region(from), kind, start, len, slot }
        }
        Value::Absent
        | Value::Null
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Decimal { .. }
        | Value::Timestamp { .. }
        | Value::Date(_)
        | Value::TimeOfDay(_)
        | Value::Duration { .. }
        | Value::Ip4(_)
        | Value::Cidr4 { .. }
        | Value::Variant(_) => value,
    }
}
