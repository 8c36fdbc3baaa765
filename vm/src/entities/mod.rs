//! The entity store: who there is, with their attributes, and who is in whom.

mod closure;
mod load;

use std::cmp::Ordering;
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

/// Entities that are there: a store, or what a request brings beside one. Their texts and attributes lie in the
/// [`crate::store::Store`] that they were read into.
#[derive(Debug, Default)]
pub(crate) struct Entities {
    /// The slot of the first: behind those of the store, where they are brought beside one.
    base: u32,
    rows: Vec<Row>,
    index: Index,
    above: Closure,
}

/// What entities are found by.
#[derive(Debug)]
enum Index {
    /// Open addressing by type and id; as many places as a power of two, each a slot or [`NO_SLOT`].
    Table(Vec<u32>),
    /// In the order of types and ids, for those of a request: whoever writes it cannot make them share places.
    Sorted(Vec<u32>),
}

impl Default for Index {
    fn default() -> Self {
        Self::Table(Vec::new())
    }
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
        match &self.index {
            Index::Table(table) => self.find_hashed(table, memory, kind, id),
            Index::Sorted(order) => {
                let found = order.binary_search_by(|slot| {
                    let row = self.row(*slot);
                    row.map_or(Ordering::Less, |row| (row.kind, memory.span_text(row.id)).cmp(&(kind, id)))
                });
                found.ok().and_then(|at| order.get(at)).copied()
            }
        }
    }

    fn find_hashed(&self, table: &[u32], memory: Memory<'_>, kind: u16, id: &str) -> Option<u32> {
        let mask = table.len().checked_sub(1)?;
        let mut at = hash(kind, id) & mask;
        loop {
            let slot = *table.get(at)?;
            let row = self.rows.get(slot as usize)?;
            if row.kind == kind && row.id.len() == id.len() && memory.span_text(row.id) == id {
                return Some(slot);
            }
            at = (at + 1) & mask;
        }
    }

    /// The entity in a slot.
    #[inline]
    fn row(&self, slot: u32) -> Option<&Row> {
        self.rows.get(slot.checked_sub(self.base)? as usize)
    }

    /// Adds an entity to a store; none where it is there already.
    fn add(&mut self, memory: Memory<'_>, row: Row) -> Result<Option<u32>, Failure> {
        if let Index::Table(table) = &self.index
            && (self.rows.len() + 1).saturating_mul(2) > table.len()
        {
            let size = (table.len() * 2).max(16);
            self.grow(memory, size);
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

    fn grow(&mut self, memory: Memory<'_>, size: usize) {
        self.index = Index::Table(vec![NO_SLOT; size]);
        for slot in 0..self.rows.len() {
            let Some(row) = self.rows.get(slot) else { break };
            let hash = hash(row.kind, memory.span_text(row.id));
            self.enter(u32::try_from(slot).unwrap_or(NO_SLOT), hash);
        }
    }

    fn enter(&mut self, slot: u32, hash: usize) {
        let Index::Table(table) = &mut self.index else { return };
        let mask = table.len().saturating_sub(1);
        let mut at = hash & mask;
        // At most half of the places are taken.
        while let Some(place) = table.get_mut(at) {
            if *place == NO_SLOT {
                *place = slot;
                return;
            }
            at = (at + 1) & mask;
        }
    }

    /// The entity in a slot, as a value that knows its slot.
    pub(crate) fn value(&self, slot: u32) -> Option<Value> {
        let row = self.row(slot)?;
        let Span { region, start, len } = row.id;
        Some(Value::Entity { region, kind: row.kind, start, len, slot })
    }

    /// Changes all values that it holds, when what they point to moves as a whole.
    pub(crate) fn moved(&mut self, value: impl Fn(Value) -> Value, span: impl Fn(Span) -> Span) {
        for row in &mut self.rows {
            row.id = span(row.id);
            row.attributes = value(row.attributes);
        }
    }
}

/// The entities that a decision sees: those of the store, and those that came with the request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known<'a> {
    /// Everyone who was there before, where there is a store.
    pub(crate) store: Option<&'a Entities>,
    /// Who came beside.
    pub(crate) brought: Option<&'a Entities>,
}

impl<'a> Known<'a> {
    /// Those of a store; none at all where there is none.
    pub(crate) fn of(store: Option<&'a Entities>) -> Option<Self> {
        store.map(|store| Self { store: Some(store), brought: None })
    }

    fn all(self) -> impl Iterator<Item = &'a Entities> {
        self.store.into_iter().chain(self.brought)
    }

    fn row(self, slot: u32) -> Option<&'a Row> {
        self.all().find_map(|entities| entities.row(slot))
    }

    /// An entity by type and id, as a value that knows its slot.
    pub(crate) fn named(self, memory: Memory<'_>, kind: u16, id: &str) -> Option<Value> {
        self.all().find_map(|entities| entities.value(entities.find(memory, kind, id)?))
    }

    /// Where the entity of a value is: by its hint, where that is right.
    pub(crate) fn slot(self, memory: Memory<'_>, value: Value) -> Result<Option<u32>, Failure> {
        let Value::Entity { slot: hint, .. } = value else { return Err(Failure::kind(value)) };
        let Some((kind, id)) = value.as_entity() else { return Err(Failure::kind(value)) };
        if let Some(row) = self.row(hint)
            && row.kind == kind
            && (row.id == id || memory.span_text(row.id) == memory.span_text(id))
        {
            return Ok(Some(hint));
        }
        let id = memory.span_text(id);
        Ok(self.all().find_map(|entities| entities.find(memory, kind, id)))
    }

    /// The attributes of the entity in a slot.
    pub(crate) fn attributes(self, slot: u32) -> Option<Value> {
        self.row(slot).map(|row| row.attributes)
    }

    /// Whether the first entity lies below the second; not whether they are the same.
    pub(crate) fn is_below(self, below: u32, above: u32) -> bool {
        self.all().any(|entities| {
            below.checked_sub(entities.base).is_some_and(|below| entities.above.holds(below, above))
        })
    }
}
