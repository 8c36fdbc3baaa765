//! Records.

use std::hash::Hasher as _;

use policy_bytecode::program::TypeId;
use policy_bytecode::types::{Presence, RecordType, Type};

use super::layout::{Layout, mark};
use super::union::Tags;
use super::{Hooks, Reader, Step, Stop, What};
use crate::failure::Failure;
use crate::structure;
use crate::value::Value;

impl<H: Hooks> Reader<'_, '_, H> {
    /// Reads a record. `tags` are keys that belong to the unions around it.
    pub(super) fn record(
        &mut self,
        what: What,
        record: &RecordType,
        tags: Option<&Tags<'_>>,
    ) -> Result<Value, Stop> {
        if self.scan.peek() != Some(b'{') {
            return self.wrong_kind(what.ty);
        }
        let slots = self.staged();
        let flags = self.reading.flags.len();
        let seen = self.reading.seen.len();
        let count = record.fields.len();
        self.hooks.heap().meter.allocate(count.saturating_mul(size_of::<Value>()))?;
        self.hooks.heap().stage.resize(slots + count, Value::Absent);
        self.reading.flags.resize(flags + count, false);
        let mut expected = 0;
        let mut more = self.begin(b'}')?;
        while more {
            let key = self.key()?;
            if let Some(rank) = self.rank(what.ty, record, key, expected) {
                expected = rank + 1;
                self.field(what, record, rank, (slots, flags), key)?;
            } else {
                self.other(what, record, key, tags)?;
            }
            more = self.more(b'}', "`,` or `}` was expected")?;
        }
        self.twice(seen);
        self.missing(what, record, slots, flags)?;
        if let Some(rest) = record.rest {
            let value = self.finish_map(slots + count)?;
            let field = record.fields.get(usize::from(rest));
            let ty =
                field.zip(self.loaded).and_then(|(field, loaded)| loaded.code.types.get(field.ty.index()));
            if let (Some(Type::Map { max, .. }), Value::Map(span)) = (ty, value) {
                self.bounded(span.len() as u64, *max, "fields beside those named");
            }
            self.place(slots + usize::from(rest), value);
        }
        self.reading.flags.truncate(flags);
        self.reading.seen.truncate(seen);
        self.hooks.heap().stage.truncate(slots + count);
        Ok(structure::record(self.hooks.heap(), slots)?)
    }

    fn place(&mut self, slot: usize, value: Value) {
        if let Some(slot) = self.hooks.heap().stage.get_mut(slot) {
            *slot = value;
        }
    }

    /// The rank of the field of a key. Documents mostly keep one order, so the field after the last is tried first.
    fn rank(&self, ty: TypeId, record: &RecordType, key: Step, expected: usize) -> Option<usize> {
        let loaded = self.loaded?;
        let key = self.step_bytes(key);
        let wanted = mark(key);
        let Some(Layout::Record(marks)) = loaded.layouts.get(ty.index()) else { return None };
        let is = |rank: usize| {
            marks.get(rank) == Some(&wanted)
                && record.fields.get(rank).is_some_and(|field| loaded.text(field.name).as_bytes() == key)
        };
        let found =
            if is(expected) { Some(expected) } else { (0..record.fields.len()).find(|rank| is(*rank)) };
        // The field that takes the rest has no key of its own.
        found.filter(|rank| record.rest.is_none_or(|rest| usize::from(rest) != *rank))
    }

    fn field(
        &mut self,
        what: What,
        record: &RecordType,
        rank: usize,
        (slots, flags): (usize, usize),
        key: Step,
    ) -> Result<(), Stop> {
        let Some(field) = record.fields.get(rank) else { return Err(Failure::internal().into()) };
        let again =
            self.reading.flags.get_mut(flags + rank).is_some_and(|flag| std::mem::replace(flag, true));
        let part = self.part(what, rank, field.ty);
        if !again && let Some(value) = self.fast(part) {
            self.place(slots + rank, value);
            return Ok(());
        }
        self.reading.path.push(key);
        if again {
            self.misfit("every key once", "it twice".to_owned());
            self.scan.skip()?;
        } else {
            let value = match field.presence {
                Presence::Default(constant) if self.scan.peek() == Some(b'n') => {
                    self.scan.word("null")?;
                    self.default(constant.index())?
                }
                Presence::Required | Presence::Optional | Presence::Default(_) => self.value(part)?,
            };
            self.place(slots + rank, value);
        }
        self.reading.path.pop();
        Ok(())
    }

    fn default(&self, constant: usize) -> Result<Value, Stop> {
        let value = self.loaded.and_then(|loaded| loaded.consts.get(constant).copied());
        value.ok_or_else(|| Failure::internal().into())
    }

    /// A key that names no field.
    fn other(
        &mut self,
        what: What,
        record: &RecordType,
        key: Step,
        tags: Option<&Tags<'_>>,
    ) -> Result<(), Stop> {
        let is_tag = tags.is_some_and(|tags| tags.hold(self.step_text(key)));
        if let (Some(rest), Some(loaded)) = (record.rest, self.loaded)
            && let Some(field) = record.fields.get(usize::from(rest))
            && let Some(Type::Map { value, .. }) = loaded.code.types.get(field.ty.index())
            && !is_tag
        {
            let map = self.part(what, usize::from(rest), field.ty);
            if !self.is_skipped(map) {
                let part = self.part(map, 1, *value);
                self.reading.path.push(key);
                let name = self.key_value(key)?;
                self.push(name)?;
                let value = self.value(part)?;
                self.push(value)?;
                self.reading.path.pop();
                return Ok(());
            }
        }
        self.note_key(key)?;
        self.reading.path.push(key);
        if record.rest.is_none() && !is_tag && self.is_closed(record) {
            let names: Vec<&str> = record
                .fields
                .iter()
                .map(|field| self.loaded.map_or("", |loaded| loaded.text(field.name)))
                .collect();
            let expected = format!("one of the fields {}", names.join(", "));
            let start = self.scan.at;
            self.scan.skip()?;
            self.unfit_text(start, &expected);
        } else {
            self.skip()?;
        }
        self.reading.path.pop();
        Ok(())
    }

    /// Passes over an object in which no key may stand twice.
    pub(super) fn keys_once(&mut self) -> Result<(), Stop> {
        let seen = self.reading.seen.len();
        let mut more = self.begin(b'}')?;
        while more {
            let key = self.key()?;
            self.note_key(key)?;
            self.reading.path.push(key);
            self.skip()?;
            self.reading.path.pop();
            more = self.more(b'}', "`,` or `}` was expected")?;
        }
        self.twice(seen);
        self.reading.seen.truncate(seen);
        Ok(())
    }

    /// Keeps a key to see whether it stands twice.
    fn note_key(&mut self, key: Step) -> Result<(), Stop> {
        let mut hash = rustc_hash::FxHasher::default();
        hash.write(self.step_text(key).as_bytes());
        self.hooks.heap().meter.allocate(size_of::<super::Seen>())?;
        self.reading.seen.push((hash.finish(), key));
        Ok(())
    }

    fn is_closed(&self, record: &RecordType) -> bool {
        record.open.map_or(self.closed, |open| !open)
    }

    /// Finds keys without a field that stand twice, among those since `from`.
    fn twice(&mut self, from: usize) {
        let seen = self.reading.seen.get(from..).unwrap_or(&[]);
        if seen.len() < 2 || !may_repeat(seen) {
            return;
        }
        let mut sorted = seen.to_vec();
        sorted.sort_by(|(a, left), (b, right)| {
            a.cmp(b).then_with(|| self.step_text(*left).cmp(self.step_text(*right)))
        });
        let again: Vec<Step> = sorted
            .windows(2)
            .filter_map(|pair| match pair {
                [(_, a), (_, b)] if self.step_text(*a) == self.step_text(*b) => Some(*a),
                _ => None,
            })
            .collect();
        for step in again {
            self.reading.path.push(step);
            self.misfit("every key once", "it twice".to_owned());
            self.reading.path.pop();
        }
    }

    fn missing(&mut self, what: What, record: &RecordType, slots: usize, flags: usize) -> Result<(), Stop> {
        for (rank, field) in record.fields.iter().enumerate() {
            let given = self.reading.flags.get(flags + rank).copied().unwrap_or(false);
            if given || record.rest.is_some_and(|rest| usize::from(rest) == rank) {
                continue;
            }
            match field.presence {
                Presence::Optional => {}
                Presence::Default(constant) => {
                    let value = self.default(constant.index())?;
                    self.place(slots + rank, value);
                }
                Presence::Required => {
                    let part = self.part(what, rank, field.ty);
                    let optional = self.loaded.is_some_and(|loaded| {
                        matches!(loaded.code.types.get(field.ty.index()), Some(Type::Option(_)))
                    });
                    if !optional && !self.is_skipped(part) {
                        self.reading.path.push(Step::Name(field.name));
                        let expected = self
                            .loaded
                            .map(|loaded| super::describe::type_name(loaded, field.ty))
                            .unwrap_or_default();
                        self.misfit(&expected, "nothing".to_owned());
                        self.reading.path.pop();
                    }
                }
            }
        }
        Ok(())
    }
}

/// Whether two hashes share a bit of a small filter, as equal ones do.
fn may_repeat(seen: &[super::Seen]) -> bool {
    let mut filter = [0_u64; 4];
    for (hash, _) in seen {
        let at = (hash >> 56) as usize;
        let Some(word) = filter.get_mut(at / 64) else { return true };
        let bit = 1 << (at % 64);
        if *word & bit != 0 {
            return true;
        }
        *word |= bit;
    }
    false
}
