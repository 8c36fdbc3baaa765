//! Making a store of the entities that were read, or what a request brings beside one: finding parents, refusing cycles.

use std::collections::BTreeMap;

use super::closure::Closure;
use super::{Entities, Index, Known, Row};
use crate::failure::Failure;
use crate::ingest::{Misfit, Misfits};
use crate::memory::Memory;
use crate::program::Loaded;
use crate::store::{Heap, Store, position};
use crate::value::{Span, Value};

/// An entity as a document has it.
#[derive(Debug)]
pub(crate) struct Stored {
    /// Which of the documents.
    pub(crate) document: usize,
    /// Which of its entities.
    pub(crate) at: usize,
    pub(crate) kind: u16,
    pub(crate) id: Span,
    pub(crate) attributes: Value,
    pub(crate) parents: Vec<(u16, Span)>,
}

/// Entities that were read and are no store yet.
#[derive(Debug, Default)]
pub(crate) struct Loading {
    pub(crate) read: Vec<Stored>,
}

/// What a store is made with, and what is wrong so far.
struct Making<'a> {
    loaded: &'a Loaded,
    data: &'a Store,
    heap: &'a mut Heap,
    /// The store that they are brought beside, where they are not to be a store themselves.
    beside: Option<&'a Entities>,
    wrong: BTreeMap<usize, Misfits>,
}

impl Loading {
    /// The store, or what is brought beside one; or what is wrong, by document.
    pub(crate) fn finish(
        self,
        loaded: &Loaded,
        data: &Store,
        heap: &mut Heap,
        beside: Option<&Entities>,
    ) -> Result<Result<Entities, BTreeMap<usize, Misfits>>, Failure> {
        let mut making = Making { loaded, data, heap, beside, wrong: BTreeMap::new() };
        let mut entities = match beside {
            None => making.rows(&self.read)?,
            Some(store) => making.brought(&self.read, store)?,
        };
        let parents = making.parents(&self.read, &entities)?;
        if !making.wrong.is_empty() {
            return Ok(Err(making.wrong));
        }
        match ordered(&parents, entities.base) {
            Ok(order) => {
                let meter = &mut making.heap.meter;
                entities.above = match beside {
                    None => Closure::of(&parents, &order, meter)?,
                    Some(store) => Closure::beside(&parents, &order, (entities.base, &store.above), meter)?,
                };
                Ok(Ok(entities))
            }
            Err(cycle) => {
                making.cycle(&self.read, &cycle);
                Ok(Err(making.wrong))
            }
        }
    }
}

impl Making<'_> {
    fn memory(&self) -> Memory<'_> {
        Memory { constants: &self.loaded.constants, data: self.data, arena: &self.heap.arena, input: "" }
    }

    fn report(&mut self, document: usize, pointer: String, expected: &str, found: String) {
        let misfit = Misfit { pointer, expected: expected.to_owned(), found };
        self.wrong.entry(document).or_default().add(misfit);
    }

    fn shown(&self, kind: u16, id: Span) -> String {
        shown(self.loaded, self.memory(), kind, id)
    }

    /// Everyone, once.
    fn rows(&mut self, read: &[Stored]) -> Result<Entities, Failure> {
        let mut entities = Entities::default();
        self.heap.meter.allocate(read.len().saturating_mul(size_of::<Row>() + 4 * size_of::<u32>()))?;
        for stored in read {
            let row = Row { kind: stored.kind, id: stored.id, attributes: stored.attributes };
            if entities.add(self.memory(), row)?.is_none() {
                let found = format!("{} again", self.shown(stored.kind, stored.id));
                self.report(stored.document, format!("/{}/uid", stored.at), "every entity once", found);
            }
        }
        Ok(entities)
    }

    /// Everyone, once, and nobody who is in the store.
    fn brought(&mut self, read: &[Stored], store: &Entities) -> Result<Entities, Failure> {
        let base = position(store.rows.len())?;
        self.heap.meter.allocate(read.len().saturating_mul(size_of::<Row>() + size_of::<u32>()))?;
        // Finding a place among them looks at a few others, and so does finding each of them in the store.
        self.heap.meter.charge((read.len() as u64).saturating_mul(32))?;
        position(store.rows.len().saturating_add(read.len()))?;
        let rows: Vec<Row> = read
            .iter()
            .map(|stored| Row { kind: stored.kind, id: stored.id, attributes: stored.attributes })
            .collect();
        let memory = self.memory();
        let key = |at: &usize| rows.get(*at).map(|row| (row.kind, memory.span_text(row.id)));
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_unstable_by(|left, right| key(left).cmp(&key(right)).then(left.cmp(right)));
        let twice =
            order.array_windows().filter(|[one, other]| key(one) == key(other)).map(|[_, other]| *other);
        let there = rows
            .iter()
            .enumerate()
            .filter(|(_, row)| store.find(memory, row.kind, memory.span_text(row.id)).is_some());
        let wrong: Vec<(usize, &str)> =
            twice.map(|at| (at, "again")).chain(there.map(|(at, _)| (at, "who is in the store"))).collect();
        let slots = order.iter().filter_map(|at| position(*at).ok()?.checked_add(base)).collect();
        for (at, how) in wrong {
            if let Some(stored) = read.get(at) {
                let found = format!("{} {how}", self.shown(stored.kind, stored.id));
                self.report(stored.document, format!("/{}/uid", stored.at), "every entity once", found);
            }
        }
        Ok(Entities { base, rows, index: Index::Sorted(slots), above: Closure::default() })
    }

    /// The parents of each, which must be of the declared types and in the store, or beside it.
    fn parents(&mut self, read: &[Stored], entities: &Entities) -> Result<Vec<Vec<u32>>, Failure> {
        let mut parents: Vec<Vec<u32>> = Vec::with_capacity(read.len());
        for stored in read {
            let mut own = Vec::with_capacity(stored.parents.len());
            for (at, &(kind, id)) in stored.parents.iter().enumerate() {
                let pointer = format!("/{}/parents/{at}", stored.at);
                if let Some(expected) = self.refused(stored.kind, kind) {
                    let found = self.shown(kind, id);
                    self.report(stored.document, pointer, &expected, found);
                    continue;
                }
                let memory = self.memory();
                let known = Known { store: self.beside, brought: Some(entities) };
                match known.slot(memory, Value::entity(kind, id))? {
                    Some(slot) => own.push(slot),
                    None => {
                        let found = format!("{}, which is not in it", self.shown(kind, id));
                        self.report(stored.document, pointer, "an entity of the store", found);
                    }
                }
            }
            own.sort_unstable();
            own.dedup();
            self.heap.meter.allocate(own.len().saturating_mul(size_of::<u32>()))?;
            parents.push(own);
        }
        Ok(parents)
    }

    /// What a parent of `below` must be, if by what is declared it cannot be of the type `above`.
    fn refused(&self, below: u16, above: u16) -> Option<String> {
        let allowed = &self.loaded.code.entities.get(usize::from(below))?.parents;
        if allowed.iter().any(|entity| entity.0 == u32::from(above)) {
            return None;
        }
        let below = name(self.loaded, below);
        if allowed.is_empty() {
            return Some(format!("no parent: {below} is declared to be in nothing"));
        }
        let names: Vec<&str> = allowed
            .iter()
            .filter_map(|id| u16::try_from(id.0).ok())
            .map(|kind| name(self.loaded, kind))
            .collect();
        Some(format!("what {below} is declared to be in, a {}", names.join(" or a ")))
    }

    fn cycle(&mut self, read: &[Stored], cycle: &[u32]) {
        let on: Vec<&Stored> = cycle.iter().filter_map(|slot| read.get(*slot as usize)).collect();
        let mut path: Vec<String> = on.iter().map(|stored| self.shown(stored.kind, stored.id)).collect();
        path.extend(path.first().cloned());
        if let Some(first) = on.first() {
            let pointer = format!("/{}/parents", first.at);
            self.report(first.document, pointer, "parents that lead to no cycle", path.join(" in "));
        }
    }
}

fn name(loaded: &Loaded, kind: u16) -> &str {
    loaded.code.entities.get(usize::from(kind)).map_or("", |entity| loaded.text(entity.shown))
}

/// `User::"ann"`, as misfits show it.
fn shown(loaded: &Loaded, memory: Memory<'_>, kind: u16, id: Span) -> String {
    let mut out = format!("{}::\"", name(loaded, kind));
    for character in memory.span_text(id).chars().take(60) {
        if matches!(character, '"' | '\\') {
            out.push('\\');
        }
        crate::print::push_visible(character, &mut out);
    }
    out.push('"');
    out
}

/// The entities so that parents stand before those below them, or a cycle. They are counted from none, and in `parents`
/// from `base`; whoever comes before that is in the store, below nobody here.
fn ordered(parents: &[Vec<u32>], base: u32) -> Result<Vec<u32>, Vec<u32>> {
    let parents: Vec<Vec<u32>> =
        parents.iter().map(|own| own.iter().filter_map(|slot| slot.checked_sub(base)).collect()).collect();
    let mut children: Vec<Vec<u32>> = vec![Vec::new(); parents.len()];
    let mut waiting: Vec<usize> = Vec::with_capacity(parents.len());
    let mut order: Vec<u32> = Vec::with_capacity(parents.len());
    for (slot, own) in (0_u32..).zip(&parents) {
        waiting.push(own.len());
        if own.is_empty() {
            order.push(slot);
        }
        for &parent in own {
            if let Some(children) = children.get_mut(parent as usize) {
                children.push(slot);
            }
        }
    }
    let mut next = 0;
    while let Some(&slot) = order.get(next) {
        next += 1;
        for &child in children.get(slot as usize).map_or(&[][..], Vec::as_slice) {
            if let Some(left) = waiting.get_mut(child as usize) {
                *left -= 1;
                if *left == 0 {
                    order.push(child);
                }
            }
        }
    }
    if order.len() == parents.len() { Ok(order) } else { Err(cycle(&parents, &waiting)) }
}

/// A cycle among the entities that wait for a parent, from the first of the store that is on it.
fn cycle(parents: &[Vec<u32>], waiting: &[usize]) -> Vec<u32> {
    let waits = |slot: u32| waiting.get(slot as usize).is_some_and(|left| *left > 0);
    let Some(first) = (0..u32::try_from(parents.len()).unwrap_or(u32::MAX)).find(|slot| waits(*slot)) else {
        return Vec::new();
    };
    // Whoever waits has a parent that waits.
    let mut seen: Vec<Option<usize>> = vec![None; parents.len()];
    let mut path: Vec<u32> = Vec::new();
    let mut at = first;
    loop {
        match seen.get_mut(at as usize) {
            Some(place @ None) => *place = Some(path.len()),
            Some(Some(begin)) => {
                let mut cycle = path.split_off(*begin);
                let least = (0..cycle.len()).min_by_key(|i| cycle.get(*i).copied()).unwrap_or(0);
                cycle.rotate_left(least);
                return cycle;
            }
            None => return path,
        }
        path.push(at);
        match parents.get(at as usize).and_then(|own| own.iter().copied().find(|slot| waits(*slot))) {
            Some(parent) => at = parent,
            None => return path,
        }
    }
}
