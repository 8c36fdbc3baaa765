//! The entity store: who there is, with their attributes, and who is in whom.

mod closure;
mod load;

use std::hash::Hasher as _;

use self::closure::Closure;
pub(crate) use self::load::{Loading, Stored};
use crate::failure::Failure;
use crate::memory::Memory;
use crate::store::position;
use crate::value::{NO_SLOT, Span, Value};

/// An entity of the store.
#[derive(Clone, Copy, Debug)]
struct Row {
    /// The type, by position.
    kind: u16,
    id: Span,
    /// A record.
    attributes: Value,
}

/// A store of entities. Their texts and attributes lie in the [`crate::store::Store`] that it was read into.
#[derive(Debug, Default)]
pub(crate) struct Entities {
    rows: Vec<Row>,
    /// Open addressing by type and id; as many places as a power of two, each a slot or [`NO_SLOT`].
    table: Vec<u32>,
    above: Closure,
}

fn hash(kind: u16, id: &str) -> usize {
    let mut hash = rustc_hash::FxHasher::default();
    hash.write(id.as_bytes());
    hash.write_u16(kind);
    // Its upper half is the better one.
    usize::try_from(hash.finish() >> 20).unwrap_or(0)
}

impl Entities {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Where an entity is.
    pub(crate) fn find(&self, memory: Memory<'_>, kind: u16, id: &str) -> Option<u32> {
        let mask = self.table.len().checked_sub(1)?;
        let mut at = hash(kind, id) & mask;
        loop {
            let slot = *self.table.get(at)?;
            let row = self.rows.get(slot as usize)?;
            if row.kind == kind && row.id.len() == id.len() && memory.span_text(row.id) == id {
                return Some(slot);
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds an entity; none where it is there already.
    fn add(&mut self, memory: Memory<'_>, row: Row) -> Result<Option<u32>, Failure> {
        if (self.rows.len() + 1).saturating_mul(2) > self.table.len() {
            self.grow(memory);
        }
        let id = memory.span_text(row.id);
        if self.find(memory, row.kind, id).is_some() {
            return Ok(None);
        }
        let slot = position(self.rows.len())?;
        self.rows.push(row);
        self.enter(slot, hash(row.kind, id));
        Ok(Some(slot))
    }

    fn grow(&mut self, memory: Memory<'_>) {
        let size = (self.table.len() * 2).max(16);
        self.table.clear();
        self.table.resize(size, NO_SLOT);
        for slot in 0..self.rows.len() {
            let Some(row) = self.rows.get(slot) else { break };
            let hash = hash(row.kind, memory.span_text(row.id));
            self.enter(u32::try_from(slot).unwrap_or(NO_SLOT), hash);
        }
    }

    fn enter(&mut self, slot: u32, hash: usize) {
        let mask = self.table.len().saturating_sub(1);
        let mut at = hash & mask;
        // At most half of the places are taken.
        while let Some(place) = self.table.get_mut(at) {
            if *place == NO_SLOT {
                *place = slot;
                return;
            }
            at = (at + 1) & mask;
        }
    }

    /// Where the entity of a value is: by its hint, where that is right.
    pub(crate) fn slot(&self, memory: Memory<'_>, value: Value) -> Result<Option<u32>, Failure> {
        let Value::Entity { slot: hint, .. } = value else { return Err(Failure::kind(value)) };
        let Some((kind, id)) = value.as_entity() else { return Err(Failure::kind(value)) };
        if let Some(row) = self.rows.get(hint as usize)
            && row.kind == kind
            && (row.id == id || memory.span_text(row.id) == memory.span_text(id))
        {
            return Ok(Some(hint));
        }
        Ok(self.find(memory, kind, memory.span_text(id)))
    }

    /// The entity in a slot, as a value that knows its slot.
    pub(crate) fn value(&self, slot: u32) -> Option<Value> {
        let row = self.rows.get(slot as usize)?;
        let Span { region, start, len } = row.id;
        Some(Value::Entity { region, kind: row.kind, start, len, slot })
    }

    /// The attributes of the entity in a slot.
    pub(crate) fn attributes(&self, slot: u32) -> Option<Value> {
        self.rows.get(slot as usize).map(|row| row.attributes)
    }

    /// Whether the first entity lies below the second; not whether they are the same.
    pub(crate) fn is_below(&self, below: u32, above: u32) -> bool {
        self.above.holds(below, above)
    }

    /// Changes all values that it holds, when what they point to moves as a whole.
    pub(crate) fn moved(&mut self, value: impl Fn(Value) -> Value, span: impl Fn(Span) -> Span) {
        for row in &mut self.rows {
            row.id = span(row.id);
            row.attributes = value(row.attributes);
        }
    }
}
