//! Where the elements of a list stand that have a value in a field.
//!
//! Rules over a history each go through all of it for the few elements that they look for. Where one list is gone through again
//! and again for equal values of one field, the positions are written down once, and what follows goes from one to the next.
//! Nothing of it shows: fuel is taken for the elements that are passed over, as if they had been looked at.

use crate::compare::TEXT_A_UNIT;
use crate::failure::Failure;
use crate::memory::Memory;
use crate::store::Meter;
use crate::value::{Region, Span, Value};
use crate::word::{self, Mark};

/// Shorter lists are gone through.
const SHORTEST: usize = 48;

/// How often a list is gone through before positions are worth writing down.
const OFTEN: usize = 2;

/// How many lists and fields are remembered in a decision.
const REMEMBERED: usize = 16;

/// How many places are looked at for a value. Where more would be needed, texts were chosen to collide, and the list is gone
/// through as before.
const PROBES: usize = 32;

/// Where more than one in so many elements has a value, its elements are gone through.
const DENSE: usize = 8;

/// No field: the elements themselves are compared.
const ITSELF: u16 = u16::MAX;

/// A list, and the rank of the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key {
    region: Region,
    start: u32,
    len: u32,
    rank: u16,
}

/// What a decision knows of positions; emptied before each.
#[derive(Debug, Default)]
pub(crate) struct Positions {
    tables: Vec<Table>,
    used: usize,
    /// The table that was asked last.
    asked: usize,
}

#[derive(Debug)]
struct Table {
    key: Key,
    /// Elements that were gone through.
    seen: usize,
    state: State,
    /// Groups by hash, and one more than their position; a power of two.
    slots: Vec<u32>,
    groups: Vec<Group>,
    /// The group of each element; while the table is made.
    of: Vec<u32>,
    /// Positions, group by group, in order.
    order: Vec<u32>,
    /// The text that was sought last, and its group.
    last: Option<(Span, Option<Group>)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Gone through so far.
    Counting,
    /// Positions are there.
    Ready,
    /// Elements are of kinds, or so long, that comparing them takes fuel of its own; or they collide.
    Never,
}

/// Elements of one value.
#[derive(Clone, Copy, Debug)]
struct Group {
    value: Value,
    mark: Mark,
    begin: u32,
    end: u32,
}

/// What to do about a search.
pub(super) enum Advice {
    /// The first one from there on stands so many elements on; none where there are no more.
    Known(Option<usize>),
    /// Go through the elements.
    Search,
}

impl Positions {
    /// Forgets all lists.
    pub(super) fn clear(&mut self) {
        self.used = 0;
    }

    /// Where the first element from `from` on stands whose field is `wanted`.
    pub(super) fn next(
        &mut self,
        memory: Memory<'_>,
        list: Span,
        field: Option<usize>,
        wanted: Value,
        from: usize,
    ) -> Result<Advice, Failure> {
        if list.len() < SHORTEST {
            return Ok(Advice::Search);
        }
        let rank = field.map_or(ITSELF, |rank| u16::try_from(rank).unwrap_or(ITSELF));
        let key = Key { region: list.region, start: list.start, len: list.len, rank };
        let Some(table) = self.table(key) else { return Ok(Advice::Search) };
        if table.state == State::Counting {
            if table.seen < OFTEN * list.len() {
                return Ok(Advice::Search);
            }
            table.state = if table.fill(memory, list, field)? { State::Ready } else { State::Never };
        }
        if table.state == State::Never {
            return Ok(Advice::Search);
        }
        table.find(memory, wanted, from)
    }

    /// After a search: so many elements were gone through.
    pub(super) fn searched(&mut self, count: usize) {
        if let Some(table) = self.tables.get_mut(self.asked).filter(|table| table.state == State::Counting) {
            table.seen += count;
        }
    }

    fn table(&mut self, key: Key) -> Option<&mut Table> {
        self.asked = usize::MAX;
        let used = self.tables.get(..self.used).unwrap_or(&[]);
        let at = match used.iter().position(|table| table.key == key) {
            Some(at) => at,
            None if self.used >= REMEMBERED => return None,
            None => {
                let at = self.used;
                self.used += 1;
                match self.tables.get_mut(at) {
                    Some(table) => table.begin(key),
                    None => self.tables.push(Table::new(key)),
                }
                at
            }
        };
        self.asked = at;
        self.tables.get_mut(at)
    }
}

/// The kind of texts in tables.
const TEXT: u8 = 4;

/// What is compared of a value that a table can hold.
#[derive(Clone, Copy, Debug)]
struct Face {
    /// The kind of the value.
    kind: u8,
    /// The number that it is, or what its text begins with.
    mark: Mark,
    hash: u32,
}

impl Face {
    /// None for values that no table holds.
    #[inline(always)]
    fn of(memory: Memory<'_>, value: Value) -> Option<Self> {
        let (kind, mark) = if let Value::Text(span) = value {
            if span.len >= TEXT_A_UNIT {
                return None;
            }
            (TEXT, memory.mark(span))
        } else if let Some(number) = value.as_int() {
            (1, Mark::number(number.cast_unsigned()))
        } else if let Some(variant) = value.as_variant() {
            (2, Mark::number(u64::from(variant)))
        } else {
            (3, Mark::number(u64::from(value.as_bool()?)))
        };
        let text = if let Value::Text(span) = value { memory.span_bytes(span) } else { &[] };
        Some(Self { kind, mark, hash: word::hash(mark, text) })
    }
}

/// Whether two texts that begin alike are the same.
fn same(memory: Memory<'_>, left: Value, right: Value) -> bool {
    match (left, right) {
        (Value::Text(a), Value::Text(b)) => memory.span_bytes(a) == memory.span_bytes(b),
        _ => false,
    }
}

impl Table {
    const fn new(key: Key) -> Self {
        Self {
            key,
            seen: 0,
            state: State::Counting,
            slots: Vec::new(),
            groups: Vec::new(),
            of: Vec::new(),
            order: Vec::new(),
            last: None,
        }
    }

    /// Begins anew for another list, with the room that is there.
    const fn begin(&mut self, key: Key) {
        self.key = key;
        self.seen = 0;
        self.state = State::Counting;
        self.last = None;
    }

    /// Writes positions down; false where the elements are not such that it can be done.
    fn fill(&mut self, memory: Memory<'_>, list: Span, field: Option<usize>) -> Result<bool, Failure> {
        let elements = memory.span_values(list);
        self.groups.clear();
        self.of.clear();
        self.order.clear();
        self.slots.clear();
        self.slots.resize((elements.len() * 2).next_power_of_two(), 0);
        let mut kinds = 0;
        let column = field.map(|rank| memory.column(elements, rank));
        for element in elements {
            let value = match &column {
                Some(column) => *column.of(element).ok_or(Failure::kind(*element))?,
                None => *element,
            };
            let Some(face) = Face::of(memory, value) else { return Ok(false) };
            if kinds != 0 && kinds != face.kind {
                return Ok(false);
            }
            kinds = face.kind;
            let Some(slot) = self.slot(memory, value, face) else { return Ok(false) };
            let next = u32::try_from(self.groups.len() + 1).unwrap_or(u32::MAX);
            let Some(at) = self.slots.get_mut(slot) else { return Ok(false) };
            if *at == 0 {
                *at = next;
                self.groups.push(Group { value, mark: face.mark, begin: 0, end: 0 });
            }
            let group = *at - 1;
            self.of.push(group);
            if let Some(group) = self.groups.get_mut(group as usize) {
                group.end += 1;
            }
        }
        let mut begin = 0;
        for group in &mut self.groups {
            let count = group.end;
            (group.begin, group.end) = (begin, begin);
            begin += count;
        }
        self.order.resize(elements.len(), 0);
        for (position, group) in (0_u32..).zip(&self.of) {
            let Some(group) = self.groups.get_mut(*group as usize) else { return Ok(false) };
            if let Some(at) = self.order.get_mut(group.end as usize) {
                *at = position;
            }
            group.end += 1;
        }
        Ok(true)
    }

    /// The slot that holds a value, or would; none where too many others are in its way.
    #[inline(always)]
    fn slot(&self, memory: Memory<'_>, value: Value, face: Face) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        for step in 0..PROBES {
            let slot = (face.hash as usize + step) & mask;
            let Some(group) = self.slots.get(slot)?.checked_sub(1) else { return Some(slot) };
            let group = self.groups.get(group as usize)?;
            if group.mark == face.mark && (face.mark.is_whole() || same(memory, group.value, value)) {
                return Some(slot);
            }
        }
        None
    }

    fn find(&mut self, memory: Memory<'_>, wanted: Value, from: usize) -> Result<Advice, Failure> {
        let group = match (wanted, self.last) {
            (Value::Text(span), Some((last, group))) if span == last => group,
            _ => {
                let Some(group) = self.group(memory, wanted) else { return Ok(Advice::Search) };
                if let Value::Text(span) = wanted {
                    self.last = Some((span, group));
                }
                group
            }
        };
        let Some(group) = group else { return Ok(Advice::Known(None)) };
        let positions = self.order.get(group.begin as usize..group.end as usize).unwrap_or(&[]);
        // Where every few elements are such, the next one is nearer than its position.
        if positions.len() * DENSE > self.order.len() {
            return Ok(Advice::Search);
        }
        let next = positions.partition_point(|position| (*position as usize) < from);
        Ok(Advice::Known(positions.get(next).map(|position| *position as usize - from)))
    }

    /// The group of a value, which may be none; nothing where the table does not hold values of its kind.
    fn group(&self, memory: Memory<'_>, wanted: Value) -> Option<Option<Group>> {
        let kind = |value| match Face::of(memory, value) {
            Some(face) => Some(face.kind),
            // What is sought may be long: nothing in the list is.
            None => matches!(value, Value::Text(_)).then_some(TEXT),
        };
        let held = self.groups.first().and_then(|group| kind(group.value))?;
        if kind(wanted) != Some(held) {
            return None;
        }
        let slot = Face::of(memory, wanted).and_then(|face| self.slot(memory, wanted, face));
        let group = slot.and_then(|slot| self.slots.get(slot)).and_then(|slot| slot.checked_sub(1));
        Some(group.and_then(|group| self.groups.get(group as usize)).copied())
    }
}

/// Takes fuel for elements that were passed over.
pub(super) fn passed(meter: &mut Meter, count: usize, units: u64) -> Result<(), Failure> {
    meter.charge(units.saturating_mul(count as u64))
}
