//! Records.

use std::hash::Hasher as _;

use policy_bytecode::program::{PlanId, Read};
use policy_bytecode::types::{Presence, RecordType, Type};

use super::layout::{self, Order, rank};
use super::union::Tags;
use super::{Hooks, Reader, Step, Stop, What};
use crate::failure::Failure;
use crate::program::Loaded;
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
        let Some(loaded) = self.loaded else { return Err(Failure::internal().into()) };
        let Some(layout) = loaded.layouts.get(what.ty.index()) else {
            return Err(Failure::internal().into());
        };
        let fields = layout.fields();
        let parts = Parts::of(loaded, what.plan);
        let mut place = Order::first(layout);
        let mut given = 0;
        let mut more = self.begin(b'}')?;
        while more {
            let next = self.reading.order.at(place);
            let (key, rank) =
                if let Some((start, end)) = layout::expected(loaded, fields.get(next), &mut self.scan) {
                    (Step::Raw(start, end), Some(next))
                } else if let Some((start, end)) = self.scan.simple_key() {
                    (Step::Raw(start, end), rank(loaded, fields, (self.scan.text.as_bytes(), start, end)))
                } else {
                    let key = self.key()?;
                    let name = self.step_bytes(key);
                    (key, rank(loaded, fields, (name, 0, name.len())))
                };
            // The field that takes the rest has no key of its own.
            let rank = rank.filter(|rank| record.rest.is_none_or(|rest| usize::from(rest) != *rank));
            if let Some(rank) = rank {
                if rank != next {
                    self.reading.order.keep(place, rank);
                }
                place = Order::behind(layout, rank);
                let flag = self.reading.flags.get_mut(flags + rank);
                let again = flag.is_some_and(|flag| std::mem::replace(flag, true));
                given += usize::from(!again);
                let plain = fields.get(rank).filter(|_| !again && parts.reads(rank)).map(|field| field.plain);
                match plain.and_then(|plain| self.fast(plain)) {
                    Some(value) => self.place(slots + rank, value),
                    None => self.field(what, record, (rank, slots), key, again)?,
                }
            } else {
                self.other(what, record, key, tags)?;
            }
            more = self.more(b'}', "`,` or `}` was expected")?;
        }
        self.twice(seen);
        if given < count {
            self.missing(what, record, slots, flags)?;
        }
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

    /// A field that is not plain, or stands again.
    fn field(
        &mut self,
        what: What,
        record: &RecordType,
        (rank, slots): (usize, usize),
        key: Step,
        again: bool,
    ) -> Result<(), Stop> {
        let Some(field) = record.fields.get(rank) else { return Err(Failure::internal().into()) };
        let part = self.part(what, rank, field.ty);
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

/// Which parts of a record are read.
#[derive(Clone, Copy)]
enum Parts<'a> {
    /// All.
    All,
    /// As plans say, by rank.
    Some(&'a Loaded, &'a [PlanId]),
    /// None.
    None,
}

impl<'a> Parts<'a> {
    fn of(loaded: &'a Loaded, plan: Option<PlanId>) -> Self {
        let Some(plan) = plan.and_then(|plan| loaded.code.plans.get(plan.index())) else { return Self::All };
        match &plan.read {
            Read::Whole => Self::All,
            Read::Parts(parts) => Self::Some(loaded, parts),
            Read::Skip => Self::None,
        }
    }

    #[inline(always)]
    fn reads(self, rank: usize) -> bool {
        match self {
            Self::All => true,
            Self::Some(loaded, parts) => {
                let plan = parts.get(rank).and_then(|plan| loaded.code.plans.get(plan.index()));
                plan.is_none_or(|plan| plan.read != Read::Skip)
            }
            Self::None => false,
        }
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
