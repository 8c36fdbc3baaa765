//! Entities: as JSON, as keys of maps, and as text.

use policy_bytecode::program::TypeId;
use policy_bytecode::types::Type;

use super::{Printer, json_string};
use crate::value::Value;

impl Printer<'_, '_> {
    /// The name of a type of entities.
    fn entity_name(&self, kind: u16) -> &str {
        let entity = self.loaded.code.entities.get(usize::from(kind));
        entity.map_or("", |entity| self.loaded.text(entity.shown))
    }

    fn entity_id(&self, value: Value) -> &str {
        value.as_entity().map_or("", |(_, id)| self.memory.span_text(id))
    }

    /// `{"id":"ann","type":"User"}`.
    pub(super) fn entity_json(&mut self, kind: u16, value: Value) {
        let (name, id) = (self.entity_name(kind).to_owned(), self.entity_id(value).to_owned());
        self.out.push_str("{\"id\":");
        json_string(&id, self.out);
        self.out.push_str(",\"type\":");
        json_string(&name, self.out);
        self.out.push('}');
    }

    /// `User::"ann"`.
    pub(super) fn entity_text(&mut self, kind: u16, value: Value) {
        let (name, id) = (self.entity_name(kind).to_owned(), self.entity_id(value).to_owned());
        self.out.push_str(&name);
        self.out.push_str("::");
        json_string(&id, self.out);
    }

    /// A key of a map: the id where one type is possible, otherwise the type too.
    pub(super) fn entity_key(&mut self, ty: TypeId, kind: u16, key: Value) {
        let loaded = self.loaded;
        if let Some(Type::Entity(ids)) = loaded.code.types.get(ty.index())
            && ids.len() == 1
        {
            let id = self.entity_id(key).to_owned();
            json_string(&id, self.out);
            return;
        }
        let before = self.out.len();
        self.entity_text(kind, key);
        let text = self.out.split_off(before);
        json_string(&text, self.out);
    }
}
