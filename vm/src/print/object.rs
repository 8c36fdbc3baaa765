//! Objects that have more than their fields: tags of unions, and what a rest field holds.

use policy_bytecode::program::TypeId;
use policy_bytecode::types::Type;

use super::{Printer, json_string};
use crate::compare::MAX_DEPTH;
use crate::failure::{Code, Failure};
use crate::value::Value;

/// A member of an object: its name, its type (none for a tag, which is a text), its value.
type Member<'a> = (&'a str, Option<TypeId>, Value);

impl<'a> Printer<'a, '_> {
    /// A value of a union that a field tells apart, its tag among the fields of its content.
    pub(super) fn tagged(&mut self, ty: TypeId, value: Value, depth: u32) -> Result<(), Failure> {
        let (loaded, mut ty, mut value) = (self.loaded, ty, value);
        let mut members: Vec<Member<'a>> = Vec::new();
        // A variant may be a union by another field.
        for _ in 0..MAX_DEPTH {
            let (Some(Type::Union(union)), Value::Union { variant, .. }) =
                (loaded.code.types.get(ty.index()), value)
            else {
                let members = self.members(ty, value, members)?;
                return self.object(members, depth);
            };
            let tag = union.tag.ok_or(Failure::kind(value))?;
            members.push((loaded.text(tag), None, self.memory.tag(value)?));
            let content = self.memory.content(value)?;
            let Some(variant) = union.variants.get(variant as usize) else {
                // Of an unknown one the whole document was kept.
                return super::any(self.memory, content, self.out, self.limit, depth);
            };
            (ty, value) = (variant.content, content);
        }
        Err(Failure::new(Code::DepthLimit))
    }

    /// The fields of a record that are present, with what its rest field holds, added to other members.
    pub(super) fn members(
        &self,
        ty: TypeId,
        value: Value,
        mut members: Vec<Member<'a>>,
    ) -> Result<Vec<Member<'a>>, Failure> {
        let loaded = self.loaded;
        let Some(Type::Record(record)) = loaded.code.types.get(ty.index()) else {
            return Err(Failure::kind(value));
        };
        // Fields stand in the order of their names; only what comes from elsewhere has to be put among them.
        let mut mixed = !members.is_empty();
        let mut more: Vec<Member<'a>> = Vec::new();
        for (rank, (field, &value)) in record.fields.iter().zip(self.memory.elements(value)?).enumerate() {
            if !value.is_present() {
                continue;
            }
            if record.rest.is_some_and(|rest| usize::from(rest) == rank) {
                let Some(Type::Map { value: of, .. }) = loaded.code.types.get(field.ty.index()) else {
                    continue;
                };
                mixed = true;
                for &[key, value] in self.memory.entries(value)?.as_chunks::<2>().0 {
                    more.push((self.memory.text(key)?, Some(*of), value));
                }
                continue;
            }
            members.push((loaded.text(field.name), Some(field.ty), value));
        }
        if mixed {
            // A rest that was computed may name a declared field or the tag: these come first, and stay.
            members.append(&mut more);
            members.sort_by_key(|(name, ..)| *name);
            members.dedup_by_key(|(name, ..)| *name);
        }
        Ok(members)
    }

    /// Writes an object.
    pub(super) fn object(&mut self, members: Vec<Member<'a>>, depth: u32) -> Result<(), Failure> {
        self.out.push('{');
        for (at, (name, ty, value)) in members.into_iter().enumerate() {
            if at > 0 {
                self.out.push(',');
            }
            json_string(name, self.out);
            self.out.push(':');
            match ty {
                Some(ty) => self.typed(ty, value, depth + 1)?,
                None => json_string(self.memory.text(value)?, self.out),
            }
        }
        self.out.push('}');
        Ok(())
    }
}
