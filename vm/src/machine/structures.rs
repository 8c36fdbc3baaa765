//! Instructions on structures: fields, indices, loops, membership.

use std::cmp::Ordering;

use policy_bytecode::program::{Projection, TextId};

use super::Run;
use crate::compare::{MAX_DEPTH, TEXT_A_UNIT};
use crate::failure::{Code, Failure};
use crate::observer::Observer;
use crate::store::position;
use crate::structure;
use crate::value::{Region, Span, Value};

/// The position after one.
#[inline(always)]
pub(super) fn step(position: Value) -> Value {
    if let Value::Int(at) = position { Value::Int(at.wrapping_add(1)) } else { position }
}

fn index(position: Value) -> Result<usize, Failure> {
    position.as_int().and_then(|at| usize::try_from(at).ok()).ok_or(Failure::kind(position))
}

impl<O: Observer> Run<'_, O> {
    #[inline(never)]
    pub(super) fn begin(&mut self) -> Result<(), Failure> {
        self.machine.heap.meter.allocate(size_of::<u32>())?;
        let mark = position(self.machine.heap.stage.len())?;
        self.machine.marks.push(mark);
        Ok(())
    }

    /// Ends the staging that began last.
    #[inline(never)]
    pub(super) fn mark(&mut self) -> Result<usize, Failure> {
        let floor = self.machine.frames.last().map_or(0, |frame| frame.outer.marks as usize);
        if self.machine.marks.len() <= floor {
            return Err(Failure::internal());
        }
        self.machine.marks.pop().map(|mark| mark as usize).ok_or(Failure::internal())
    }

    /// A copy of a structure's values in the arena, of which `change` is given the position of the first.
    fn copied(&mut self, span: Span, count: usize) -> Result<u32, Failure> {
        self.machine.heap.meter.allocate(count.saturating_mul(size_of::<Value>()))?;
        let start = position(self.machine.heap.arena.cells.len())?;
        position(self.machine.heap.arena.cells.len().saturating_add(count))?;
        let from = span.start();
        if span.region == Region::Arena {
            let cells = &mut self.machine.heap.arena.cells;
            if from + count > cells.len() {
                return Err(Failure::internal());
            }
            cells.extend_from_within(from..from + count);
        } else {
            let store = if span.region == Region::Data { self.data } else { &self.loaded.constants };
            let values = store.values(span.start, count);
            self.machine.heap.arena.cells.extend_from_slice(values);
        }
        Ok(start)
    }

    #[inline(never)]
    pub(super) fn set_field(&mut self, base: Value, field: u8, value: Value) -> Result<Value, Failure> {
        let Value::Record(span) = base else { return Err(Failure::kind(base)) };
        let start = self.copied(span, span.len())?;
        let at = start as usize + usize::from(field);
        if usize::from(field) >= span.len() {
            return Err(Failure::internal());
        }
        *self.machine.heap.arena.cells.get_mut(at).ok_or(Failure::internal())? = value;
        Ok(Value::Record(Span { region: Region::Arena, start, len: span.len }))
    }

    #[inline(never)]
    pub(crate) fn set_key(&mut self, base: Value, key: Value, value: Value) -> Result<Value, Failure> {
        let Value::Map(_) = base else { return Err(Failure::kind(base)) };
        let mark = self.machine.heap.stage.len();
        let (at, present) = self.find_key(base, key)?;
        let count = self.memory().entries(base)?.len();
        self.machine.heap.meter.charge(count as u64 / 4)?;
        for slot in 0..count {
            if slot == at * 2 && !present {
                structure::push(&mut self.machine.heap, key)?;
                structure::push(&mut self.machine.heap, value)?;
            }
            let entry = self.memory().entries(base)?.get(slot).copied().ok_or(Failure::internal())?;
            let entry = if present && slot == at * 2 + 1 { value } else { entry };
            structure::push(&mut self.machine.heap, entry)?;
        }
        if at * 2 == count {
            structure::push(&mut self.machine.heap, key)?;
            structure::push(&mut self.machine.heap, value)?;
        }
        structure::finish_sorted_map(&mut self.machine.heap, mark)
    }

    /// The entry of a key: its position among the entries, or where it would stand.
    fn find_key(&mut self, map: Value, key: Value) -> Result<(usize, bool), Failure> {
        let mut compare = self.comparing();
        let entries = compare.memory.entries(map)?;
        let (pairs, _) = entries.as_chunks::<2>();
        let (mut low, mut high) = (0, pairs.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let Some([found, _]) = pairs.get(middle) else { break };
            match compare.compare(*found, key)? {
                Ordering::Equal => return Ok((middle, true)),
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
            }
        }
        Ok((low, false))
    }

    /// What a table tells of a text in a set (`stride` 1) or among the keys of a map (2); none at all where there is no table.
    #[inline]
    fn look_up(&mut self, of: Span, stride: usize, text: Value) -> Result<Option<Option<usize>>, Failure> {
        let Value::Text(text) = text else { return Ok(None) };
        let found = self.memory().look_up(of, stride, text);
        if found.is_some() {
            self.machine.heap.meter.charge(u64::from(1 + text.len / TEXT_A_UNIT))?;
        }
        Ok(found)
    }

    fn in_set(&mut self, set: Value, elem: Value) -> Result<bool, Failure> {
        let mut compare = self.comparing();
        let values = compare.memory.elements(set)?;
        let (mut low, mut high) = (0, values.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let Some(&found) = values.get(middle) else { break };
            match compare.compare(found, elem)? {
                Ordering::Equal => return Ok(true),
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
            }
        }
        Ok(false)
    }

    /// `in`.
    #[inline(never)]
    pub(super) fn contained(&mut self, elem: Value, container: Value) -> Result<bool, Failure> {
        if let Value::Set(span) = container {
            match self.look_up(span, 1, elem)? {
                Some(found) => Ok(found.is_some()),
                None => self.in_set(container, elem),
            }
        } else if let Value::Map(span) = container {
            match self.look_up(span, 2, elem)? {
                Some(found) => Ok(found.is_some()),
                None => Ok(self.find_key(container, elem)?.1),
            }
        } else if let Value::List(span) = container {
            self.machine.heap.meter.charge(u64::from(span.len))?;
            let mut compare = self.comparing();
            for &value in compare.memory.span_values(span) {
                if compare.equal(value, elem)? {
                    return Ok(true);
                }
            }
            Ok(false)
        } else {
            let memory = self.memory();
            let net = memory.cidr(container)?;
            if let Value::Cidr4 { .. } | Value::Cidr6 { .. } = elem {
                Ok(net.contains(&memory.cidr(elem)?))
            } else {
                Ok(net.contains(&memory.ip(elem)?))
            }
        }
    }

    #[inline(never)]
    pub(super) fn json_field(&mut self, base: Value, name: u16) -> Result<Value, Failure> {
        let name = self.loaded.text_value(TextId(u32::from(name))).ok_or(Failure::internal())?;
        self.member(base, name)
    }

    /// A member of a JSON object; absent where there is none, or it is null.
    fn member(&mut self, base: Value, name: Value) -> Result<Value, Failure> {
        if let Value::Map(_) = base {
            self.index_map(base, name).map(without_null)
        } else {
            Ok(Value::Absent)
        }
    }

    #[inline(never)]
    pub(super) fn index_list(&self, base: Value, index: Value) -> Result<Value, Failure> {
        let Value::List(span) = base else { return Err(Failure::kind(base)) };
        let Value::Int(at) = index else { return Err(Failure::kind(index)) };
        let found = usize::try_from(at).ok().and_then(|at| self.memory().span_values(span).get(at));
        Ok(found.copied().unwrap_or(Value::Absent))
    }

    #[inline(never)]
    pub(crate) fn index_map(&mut self, base: Value, key: Value) -> Result<Value, Failure> {
        let Value::Map(span) = base else { return Err(Failure::kind(base)) };
        let at = match self.look_up(span, 2, key)? {
            Some(found) => found,
            None => match self.find_key(base, key)? {
                (at, true) => Some(at),
                (_, false) => None,
            },
        };
        let Some(at) = at else { return Ok(Value::Absent) };
        self.memory().entries(base)?.get(at * 2 + 1).copied().ok_or(Failure::internal())
    }

    #[inline(never)]
    pub(super) fn index_json(&mut self, base: Value, index: Value) -> Result<Value, Failure> {
        if let (Value::List(_), Value::Int(_)) = (base, index) {
            self.index_list(base, index).map(without_null)
        } else if let Value::Text(_) = index {
            self.member(base, index)
        } else {
            Ok(Value::Absent)
        }
    }

    /// The key of a loop over a map at a position.
    #[inline(never)]
    pub(super) fn next_key(&self, container: Value, position: Value) -> Result<Option<Value>, Failure> {
        Ok(self.next_entry(container, position)?.map(|[key, _]| key))
    }

    #[inline(never)]
    pub(super) fn next_entry(
        &self,
        container: Value,
        position: Value,
    ) -> Result<Option<[Value; 2]>, Failure> {
        let at = index(position)?;
        Ok(self.memory().entries(container)?.as_chunks::<2>().0.get(at).copied())
    }

    /// A value with the fields of a narrower type.
    #[inline(never)]
    pub(super) fn project(&mut self, value: Value, by: u32, depth: u32) -> Result<Value, Failure> {
        if depth > MAX_DEPTH {
            return Err(Failure::new(Code::DepthLimit));
        }
        self.machine.heap.meter.charge(1)?;
        let loaded = self.loaded;
        let projection = loaded.code.projections.get(by as usize).ok_or(Failure::internal())?;
        let mark = self.machine.heap.stage.len();
        match projection {
            Projection::Same => Ok(value),
            Projection::Option(inner) => {
                if value.is_present() {
                    self.project(value, *inner, depth + 1)
                } else {
                    Ok(value)
                }
            }
            Projection::Record(fields) => {
                for &(rank, how) in fields {
                    let field = self.memory().field(value, usize::from(rank))?;
                    let field = self.project(field, how, depth + 1)?;
                    structure::push(&mut self.machine.heap, field)?;
                }
                structure::record(&mut self.machine.heap, mark)
            }
            Projection::Parts(parts) => {
                for (at, &how) in parts.iter().enumerate() {
                    let part = self.memory().field(value, at)?;
                    let part = self.project(part, how, depth + 1)?;
                    structure::push(&mut self.machine.heap, part)?;
                }
                structure::tuple(&mut self.machine.heap, mark)
            }
            Projection::Elements(how) => {
                let count = self.memory().elements(value)?.len();
                for at in 0..count {
                    let elem = self.memory().elements(value)?.get(at).copied().unwrap_or(Value::Absent);
                    let elem = self.project(elem, *how, depth + 1)?;
                    structure::push(&mut self.machine.heap, elem)?;
                }
                if let Value::Set(_) = value {
                    self.finish_set(mark)
                } else {
                    structure::list(&mut self.machine.heap, mark)
                }
            }
            Projection::Values(how) => {
                let count = self.memory().entries(value)?.len();
                for at in 0..count {
                    let part = self.memory().entries(value)?.get(at).copied().unwrap_or(Value::Absent);
                    let part = if at % 2 == 1 { self.project(part, *how, depth + 1)? } else { part };
                    structure::push(&mut self.machine.heap, part)?;
                }
                structure::finish_sorted_map(&mut self.machine.heap, mark)
            }
        }
    }
}

fn without_null(value: Value) -> Value {
    if let Value::Null = value { Value::Absent } else { value }
}
