//! Instructions on entities.

use super::Run;
use crate::failure::{Code, Failure};
use crate::observer::Observer;
use crate::value::Value;

impl<O: Observer> Run<'_, O> {
    /// An entity by its id.
    #[inline(never)]
    pub(super) fn make_entity(&self, id: Value, kind: u16) -> Result<Value, Failure> {
        let Value::Text(span) = id else { return Err(Failure::kind(id)) };
        Ok(Value::entity(kind, span))
    }

    /// The name of an entity's type.
    #[inline(never)]
    pub(super) fn entity_type(&self, value: Value) -> Result<Value, Failure> {
        let Value::Entity { kind, .. } = value else { return Err(Failure::kind(value)) };
        let entity = self.loaded.code.entities.get(usize::from(kind)).ok_or(Failure::kind(value))?;
        self.loaded.text_value(entity.shown).ok_or(Failure::internal())
    }

    /// The attributes of an entity.
    #[inline(never)]
    pub(super) fn attributes(&self, value: Value) -> Result<Value, Failure> {
        let entities = self.entities.ok_or(Failure::of(Code::MissingEntities, value))?;
        let slot = entities.slot(self.memory(), value)?.ok_or(Failure::of(Code::NoEntity, value))?;
        entities.attributes(slot).ok_or(Failure::internal())
    }

    /// Whether an entity is, or lies below, another or one of several.
    #[inline(never)]
    pub(super) fn in_entity(&mut self, elem: Value, container: Value) -> Result<bool, Failure> {
        let entities = self.entities.ok_or(Failure::of(Code::MissingEntities, elem))?;
        if let Value::List(span) | Value::Set(span) = container {
            self.machine.heap.meter.charge(span.len() as u64)?;
        }
        let memory = self.memory();
        if let Value::Entity { .. } = container {
            if same(memory, elem, container) {
                return Ok(true);
            }
            let below = entities.slot(memory, elem)?.ok_or(Failure::of(Code::NoEntity, elem))?;
            let above = entities.slot(memory, container)?;
            return Ok(above.is_some_and(|above| entities.is_below(below, above)));
        }
        let several = memory.elements(container)?;
        let Some(&first) = several.first() else { return Ok(false) };
        // Who is not in the store is in the first only, if that is who it is: asking for the next one fails.
        let Some(below) = entities.slot(memory, elem)? else {
            return if same(memory, elem, first) { Ok(true) } else { Err(Failure::of(Code::NoEntity, elem)) };
        };
        for &above in several {
            let above = entities.slot(memory, above)?;
            if above.is_some_and(|above| above == below || entities.is_below(below, above)) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn same(memory: crate::memory::Memory<'_>, left: Value, right: Value) -> bool {
    match (left.as_entity(), right.as_entity()) {
        (Some((a, x)), Some((b, y))) => a == b && (x == y || memory.span_text(x) == memory.span_text(y)),
        _ => false,
    }
}
