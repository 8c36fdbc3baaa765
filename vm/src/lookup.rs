//! Tables beside large sets and maps that do not change, so that a text is found without searching by halves.
//!
//! Constants and data are sorted, and a search by halves in 100,000 entries looks at seventeen of them in as many places of
//! memory; a table looks at one. Tables are only read, one place after another from where a hash leads, and where some texts
//! share places so that more than [`MAX_STEPS`] would be looked at there is none: what finding takes is bounded whatever the
//! data.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use crate::value::{Region, Span, Value};
use crate::word::{self, Mark};

/// The fewest elements or entries that are worth a table.
pub(crate) const FEW: u32 = 16;

/// The most places of a table that are looked at for a text.
const MAX_STEPS: usize = 16;

/// A place that holds nothing.
const EMPTY: u32 = u32::MAX;

/// The tables of a store, by where their sets and maps begin.
#[derive(Debug)]
pub(crate) struct Lookups(HashMap<u32, Table, FxBuildHasher>);

impl Default for Lookups {
    fn default() -> Self {
        Self::none()
    }
}

/// Open addressing: positions of elements or entries, by the hashes of their texts.
#[derive(Debug)]
struct Table {
    len: u32,
    /// Values from one text to the next: 1 in a set, 2 in a map.
    stride: usize,
    places: Box<[u32]>,
}

/// What a store holds, as far as tables need it.
#[derive(Clone, Copy)]
pub(crate) struct Contents<'a> {
    pub(crate) region: Region,
    pub(crate) text: &'a str,
    pub(crate) cells: &'a [Value],
}

impl<'a> Contents<'a> {
    fn key(self, value: Value) -> Option<Span> {
        let Value::Text(span) = value else { return None };
        (span.region == self.region).then_some(span)
    }

    fn mark(self, span: Span) -> Mark {
        Mark::at(self.text.as_bytes(), span.start(), span.len())
    }

    fn bytes(self, span: Span) -> Option<&'a [u8]> {
        self.text.as_bytes().get(span.start()..span.start().saturating_add(span.len()))
    }
}

impl Lookups {
    pub(crate) const fn none() -> Self {
        Self(HashMap::with_hasher(FxBuildHasher))
    }

    /// Tables for the large sets and maps among some values and within a store.
    pub(crate) fn of(contents: Contents<'_>, roots: impl Iterator<Item = Value>) -> Self {
        let mut tables = HashMap::default();
        for value in contents.cells.iter().copied().chain(roots) {
            let (span, stride) = if let Value::Set(span) = value {
                (span, 1)
            } else if let Value::Map(span) = value {
                (span, 2)
            } else {
                continue;
            };
            if span.region == contents.region
                && span.len >= FEW
                && !tables.contains_key(&span.start)
                && let Some(table) = Table::of(contents, span, stride)
            {
                tables.insert(span.start, table);
            }
        }
        Self(tables)
    }

    /// The position of a text among the elements or entries of a set or map; none at all where there is no table.
    #[inline]
    pub(crate) fn find(
        &self,
        contents: Contents<'_>,
        (span, stride): (Span, usize),
        text: (Mark, &[u8]),
    ) -> Option<Option<usize>> {
        if span.len < FEW {
            return None;
        }
        let table = self.0.get(&span.start)?;
        (table.len == span.len && table.stride == stride).then(|| table.find(contents, span, text))
    }
}

impl Table {
    fn of(contents: Contents<'_>, span: Span, stride: usize) -> Option<Self> {
        let count = span.len().checked_mul(stride)?;
        let values = contents.cells.get(span.start()..span.start().checked_add(count)?)?;
        let size = span.len().checked_mul(2)?.next_power_of_two();
        let mut places = vec![EMPTY; size].into_boxed_slice();
        for (at, value) in (0_u32..).zip(values.iter().step_by(stride)) {
            let key = contents.key(*value)?;
            let mut place = hash(contents.mark(key), contents.bytes(key)?) & (size - 1);
            let mut steps = 1;
            while *places.get(place)? != EMPTY {
                place = (place + 1) & (size - 1);
                steps += 1;
            }
            if steps > MAX_STEPS {
                return None;
            }
            *places.get_mut(place)? = at;
        }
        Some(Self { len: span.len, stride, places })
    }

    fn find(&self, contents: Contents<'_>, span: Span, (mark, text): (Mark, &[u8])) -> Option<usize> {
        let mask = self.places.len() - 1;
        let mut place = hash(mark, text) & mask;
        // What is in the table is at most so far from where its hash leads.
        for _ in 0..MAX_STEPS {
            let at = *self.places.get(place)?;
            if at == EMPTY {
                return None;
            }
            let cell = span.start() + at as usize * self.stride;
            let key = contents.key(*contents.cells.get(cell)?)?;
            let alike = key.len() == mark.len && contents.mark(key) == mark;
            if alike && (mark.is_whole() || contents.bytes(key) == Some(text)) {
                return Some(at as usize);
            }
            place = (place + 1) & mask;
        }
        None
    }
}

fn hash(mark: Mark, text: &[u8]) -> usize {
    word::hash(mark, text) as usize
}
