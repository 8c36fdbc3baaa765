//! Where the elements of a list stand that have a value in a field.
//!
//! Rules over a history each go through all of it for the few elements that they look for. Each element is read once, whatever
//! the number of rules: what a field's values hash to is written down, side by side, and a search goes through that, many
//! elements at a time. Where a list is searched again and again, positions are written down by hash, and what follows goes from
//! one to the next. Nothing of it shows: fuel is taken for the elements that are passed over, as if they had been looked at.

use crate::compare::TEXT_A_UNIT;
use crate::failure::Failure;
use crate::memory::{Column, Memory};
use crate::store::Meter;
use crate::value::{Region, Span, Value};
use crate::word::{self, Mark};

/// Shorter lists are gone through.
const SHORTEST: usize = 48;

/// How often hashes are gone through before positions are worth writing down.
const OFTEN: usize = 6;

/// How many lists and fields are remembered in a decision.
const REMEMBERED: usize = 16;

/// How many places are looked at for a hash.
const PROBES: usize = 32;

/// Where more than one in so many elements has a value, the next one is nearer than its position.
const DENSE: usize = 8;

/// How many elements are read at once.
const BLOCK: usize = 256;

/// How many hashes are compared at once.
const AT_ONCE: usize = 32;

/// No field: the elements themselves are compared.
const ITSELF: u16 = u16::MAX;

/// A list, and the rank of the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key {
    region: Region,
    start: u32,
    len: u32,
    rank: u16,
    /// Whether elements may lack the field.
    optional: bool,
}

/// What a decision knows of positions; emptied before each.
#[derive(Debug, Default)]
pub(crate) struct Positions {
    tables: Vec<Table>,
    used: usize,
}

#[derive(Debug)]
struct Table {
    key: Key,
    state: State,
    /// The kind of all values so far.
    kind: Option<Kind>,
    /// What values hash to, as far as elements were read.
    hashes: Vec<u32>,
    /// How many hashes were gone through.
    passed: usize,
    /// Groups by hash, and one more than their position; a power of two.
    slots: Vec<u32>,
    groups: Vec<Group>,
    /// The group of each element; while the table is made.
    of: Vec<u32>,
    /// Positions, group by group, in order.
    order: Vec<u32>,
    /// The text that was sought last.
    last: Option<(Span, Sought)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// There are hashes, and positions when they are worth it.
    Hashes,
    /// There are hashes, among which too many would need the same place.
    Crowded,
    /// Positions are there.
    Positions,
    /// Elements are of several kinds, or so long, that comparing them takes fuel of its own.
    Never,
}

/// Elements of one hash.
#[derive(Clone, Copy, Debug)]
struct Group {
    hash: u32,
    begin: u32,
    end: u32,
}

/// What is sought.
#[derive(Clone, Copy, Debug)]
struct Sought {
    face: Face,
    /// The elements of its hash, where there are positions.
    group: Option<Group>,
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
        (field, optional): (Option<usize>, bool),
        wanted: Value,
        from: usize,
    ) -> Advice {
        if list.len() < SHORTEST {
            return Advice::Search;
        }
        let rank = field.map_or(ITSELF, |rank| u16::try_from(rank).unwrap_or(ITSELF));
        let key = Key { region: list.region, start: list.start, len: list.len, rank, optional };
        let Some(table) = self.table(key) else { return Advice::Search };
        let elements = memory.span_values(list);
        table.next(&Elements::new(memory, elements, field, optional), wanted, from)
    }

    fn table(&mut self, key: Key) -> Option<&mut Table> {
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
        self.tables.get_mut(at)
    }
}

/// The values that are compared.
struct Elements<'a> {
    memory: Memory<'a>,
    values: &'a [Value],
    column: Option<Column<'a>>,
    /// Whether some may lack what is compared.
    optional: bool,
}

impl<'a> Elements<'a> {
    fn new(memory: Memory<'a>, values: &'a [Value], field: Option<usize>, optional: bool) -> Self {
        Self { memory, values, column: field.map(|rank| memory.column(values, rank)), optional }
    }

    #[inline(always)]
    fn tested(&self, element: &Value) -> Option<Value> {
        match &self.column {
            Some(column) => column.of(element).copied(),
            None => Some(*element),
        }
    }

    /// Whether an element is what is sought.
    #[inline(always)]
    fn is(&self, at: usize, face: Face, wanted: Value) -> bool {
        let value = self.values.get(at).and_then(|element| self.tested(element));
        let own = value.and_then(|value| Some((value, Face::of(self.memory, value)?)));
        own.is_some_and(|(value, own)| own.is(face, value, wanted, self.memory))
    }

    /// What values of a kind hash to, from one on, up to one that is of another or too long.
    fn hashes(&self, from: usize, kind: Kind, hashes: &mut Vec<u32>) {
        let rest = self.values.get(from..).unwrap_or(&[]);
        let block = rest.get(..BLOCK).unwrap_or(rest);
        hashes.reserve(block.len());
        match kind {
            Kind::Text => {
                let mut texts = block.iter().filter_map(|element| self.tested(element));
                let texts = self.memory.texts(texts.find(|value| matches!(value, Value::Text(_))));
                hashes.extend(block.iter().map_while(|element| {
                    let value = self.tested(element)?;
                    let Value::Text(span) = value else { return self.lacking(value) };
                    if span.len >= TEXT_A_UNIT {
                        return None;
                    }
                    let mark = texts.mark(span);
                    // A text that is all in its mark is not looked at again.
                    let rest = if mark.is_whole() { &[] } else { self.memory.span_bytes(span) };
                    Some(word::hash(mark, rest))
                }));
            }
            Kind::Int | Kind::Variant | Kind::Bool => hashes.extend(block.iter().map_while(|element| {
                let value = self.tested(element)?;
                match Face::of(self.memory, value) {
                    Some(face) => (face.kind == kind).then_some(face.hash),
                    None => self.lacking(value),
                }
            })),
        }
    }

    /// What stands for an element that lacks what is compared. A value that hashes to the same is none, when it is looked at.
    fn lacking(&self, value: Value) -> Option<u32> {
        (self.optional && !value.is_some()).then_some(0)
    }
}

/// The kinds of values that are hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Int,
    Variant,
    Bool,
}

/// What is compared of a value that a table can hold.
#[derive(Clone, Copy, Debug)]
struct Face {
    kind: Kind,
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
            (Kind::Text, memory.mark(span))
        } else if let Some(number) = value.as_int() {
            (Kind::Int, Mark::number(number.cast_unsigned()))
        } else if let Some(variant) = value.as_variant() {
            (Kind::Variant, Mark::number(u64::from(variant)))
        } else {
            (Kind::Bool, Mark::number(u64::from(value.as_bool()?)))
        };
        let text = if let Value::Text(span) = value { memory.span_bytes(span) } else { &[] };
        Some(Self { kind, mark, hash: word::hash(mark, text) })
    }

    /// Whether two values are the same.
    #[inline(always)]
    fn is(self, other: Self, own: Value, others: Value, memory: Memory<'_>) -> bool {
        self.mark == other.mark
            && match (own, others) {
                (Value::Text(a), Value::Text(b)) => {
                    self.mark.is_whole() || memory.span_bytes(a) == memory.span_bytes(b)
                }
                _ => true,
            }
    }
}

impl Table {
    const fn new(key: Key) -> Self {
        Self {
            key,
            state: State::Hashes,
            kind: None,
            hashes: Vec::new(),
            passed: 0,
            slots: Vec::new(),
            groups: Vec::new(),
            of: Vec::new(),
            order: Vec::new(),
            last: None,
        }
    }

    /// Begins anew for another list, with the room that is there.
    fn begin(&mut self, key: Key) {
        self.key = key;
        self.state = State::Hashes;
        self.kind = None;
        self.hashes.clear();
        self.passed = 0;
        self.last = None;
    }

    fn next(&mut self, elements: &Elements<'_>, wanted: Value, from: usize) -> Advice {
        if self.state == State::Hashes && self.passed >= OFTEN * elements.values.len() {
            self.state = if self.fill() { State::Positions } else { State::Crowded };
            self.last = None;
        }
        if self.state == State::Never {
            return Advice::Search;
        }
        let Some(sought) = self.sought(elements.memory, wanted) else { return Advice::Search };
        if self.kind.is_some_and(|kind| kind != sought.face.kind) {
            return Advice::Search;
        }
        if self.state == State::Positions {
            let Some(group) = sought.group else { return Advice::Known(None) };
            let positions = self.order.get(group.begin as usize..group.end as usize).unwrap_or(&[]);
            if positions.len() * DENSE <= self.order.len() {
                let next = positions.partition_point(|position| (*position as usize) < from);
                let mut next = positions.iter().skip(next).map(|position| *position as usize);
                let found = next.find(|position| elements.is(*position, sought.face, wanted));
                return Advice::Known(found.map(|position| position - from));
            }
        }
        self.search(elements, sought.face, wanted, from)
    }

    /// What is sought; nothing where no table holds such values.
    fn sought(&mut self, memory: Memory<'_>, wanted: Value) -> Option<Sought> {
        if let (Value::Text(span), Some((last, sought))) = (wanted, self.last)
            && span == last
        {
            return Some(sought);
        }
        let face = Face::of(memory, wanted)?;
        let slot = if self.state == State::Positions { self.slot(face.hash) } else { None };
        let group = slot.and_then(|slot| self.slots.get(slot)).and_then(|slot| slot.checked_sub(1));
        let group = group.and_then(|group| self.groups.get(group as usize)).copied();
        let sought = Sought { face, group };
        if let Value::Text(span) = wanted {
            self.last = Some((span, sought));
        }
        Some(sought)
    }

    /// Goes through hashes, and reads on where they end.
    fn search(&mut self, elements: &Elements<'_>, face: Face, wanted: Value, from: usize) -> Advice {
        let mut at = from;
        loop {
            while let Some(ahead) = self.hashes.get(at..).and_then(|hashes| first(hashes, face.hash)) {
                at += ahead;
                if elements.is(at, face, wanted) {
                    self.passed += at - from;
                    return Advice::Known(Some(at - from));
                }
                at += 1;
            }
            let known = self.hashes.len();
            if known == elements.values.len() {
                self.passed += known.saturating_sub(from);
                return Advice::Known(None);
            }
            at = at.max(known);
            self.kind = Some(face.kind);
            elements.hashes(known, face.kind, &mut self.hashes);
            if self.hashes.len() < elements.values.len().min(known + BLOCK) {
                self.state = State::Never;
                return Advice::Search;
            }
        }
    }

    /// Writes positions down; false where too many hashes are in each other's way.
    fn fill(&mut self) -> bool {
        self.groups.clear();
        self.of.clear();
        self.order.clear();
        self.slots.clear();
        self.slots.resize((self.hashes.len() * 2).next_power_of_two(), 0);
        for at in 0..self.hashes.len() {
            let Some(hash) = self.hashes.get(at).copied() else { return false };
            let next = u32::try_from(self.groups.len() + 1).unwrap_or(u32::MAX);
            let Some(at) = self.slot(hash).and_then(|slot| self.slots.get_mut(slot)) else { return false };
            if *at == 0 {
                *at = next;
                self.groups.push(Group { hash, begin: 0, end: 0 });
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
        self.order.resize(self.hashes.len(), 0);
        for (position, group) in (0_u32..).zip(&self.of) {
            let Some(group) = self.groups.get_mut(*group as usize) else { return false };
            if let Some(at) = self.order.get_mut(group.end as usize) {
                *at = position;
            }
            group.end += 1;
        }
        true
    }

    /// The slot that holds a hash, or would; none where too many others are in its way.
    #[inline(always)]
    fn slot(&self, hash: u32) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        for step in 0..PROBES {
            let slot = (hash as usize + step) & mask;
            let Some(group) = self.slots.get(slot)?.checked_sub(1) else { return Some(slot) };
            if self.groups.get(group as usize)?.hash == hash {
                return Some(slot);
            }
        }
        None
    }
}

/// Where a hash stands first.
#[inline]
fn first(hashes: &[u32], wanted: u32) -> Option<usize> {
    let mut chunks = hashes.chunks_exact(AT_ONCE);
    // All of a chunk are compared, so that the processor compares several in one step.
    let holds = |chunk: &[u32]| chunk.iter().fold(false, |found, hash| found | (*hash == wanted));
    let before = chunks.position(holds).map(|chunk| chunk * AT_ONCE);
    let begin = before.unwrap_or(hashes.len() - hashes.len() % AT_ONCE);
    let at = hashes.get(begin..)?.iter().position(|hash| *hash == wanted)?;
    Some(begin + at)
}

/// Takes fuel for elements that were passed over.
pub(super) fn passed(meter: &mut Meter, count: usize, units: u64) -> Result<(), Failure> {
    meter.charge(units.saturating_mul(count as u64))
}
