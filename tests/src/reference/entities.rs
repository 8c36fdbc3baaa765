//! Entities: references, the store, and who is in whom.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use policy_compiler::hir::{EntityDef, EntityId, InKind, Ty, TyKind};
use policy_syntax::Location;

use super::eval::World;
use super::fault::{Result, Stop};
use super::json::{self, Doc, step};
use super::paths::Reach;
use super::read::{Border, Misfit, Reader};
use super::value::{Json, Value};

/// The type and id of an entity.
pub type Uid = (u32, Rc<str>);

/// An entity of the store.
#[derive(Clone, Debug)]
pub struct Stored {
    attributes: Value,
    parents: Vec<Uid>,
}

/// The entity store.
pub type Store = BTreeMap<Uid, Stored>;

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// The names of entity types in documents and messages: the last part, unless another ends alike.
#[must_use]
pub fn names(all: &[EntityDef]) -> Vec<String> {
    let mut alike: BTreeMap<&str, u32> = BTreeMap::new();
    for def in all {
        *alike.entry(last(&def.name)).or_default() += 1;
    }
    let own = |def: &EntityDef| {
        let short = last(&def.name);
        if alike.get(short) == Some(&1) { short.to_owned() } else { def.name.clone() }
    };
    all.iter().map(own).collect()
}

/// The name of an entity type in documents and messages.
#[must_use]
pub fn shown<'w>(world: &'w World<'_>, entity: u32) -> &'w str {
    world.entity_names.get(entity as usize).map_or("", String::as_str)
}

fn named(world: &World<'_>, name: &str) -> Option<u32> {
    let name = name.replace("::", ".");
    let whole = |def: &EntityDef| def.name == name;
    let short = world.entity_names.iter().position(|other| *other == name);
    let found = short.or_else(|| world.hir.types.entities.iter().position(whole));
    found.and_then(|at| u32::try_from(at).ok())
}

/// An entity as text: `User::"ann"`.
#[must_use]
pub fn text(world: &World<'_>, (entity, id): (u32, &str)) -> String {
    format!("{}::{}", shown(world, entity), json::quote(id))
}

/// An entity as `Json`.
#[must_use]
pub fn to_json(world: &World<'_>, (entity, id): (u32, &str)) -> Json {
    let members = [("id", id), ("type", shown(world, entity))];
    let members = members.map(|(key, value)| (Rc::from(key), Json::String(Rc::from(value))));
    Json::Object(Rc::new(BTreeMap::from(members)))
}

/// The key that an entity is in JSON: its id, where it can be of one type only.
#[must_use]
pub fn key(world: &World<'_>, (entity, id): (u32, &str), ty: Ty) -> String {
    match world.hir.types.kind(ty) {
        TyKind::Entity(ids) if ids.len() == 1 => id.to_owned(),
        _ => text(world, (entity, id)),
    }
}

impl Reader<'_, '_> {
    /// A reference to one of some types.
    pub(super) fn entity(&mut self, doc: &Doc, ids: &[EntityId], pointer: &str) -> Result<Value> {
        match (doc, ids) {
            (Doc::String(text), _) => self.entity_key(text, ids, pointer),
            (Doc::Object(_), _) => {
                let allowed: Vec<u32> = ids.iter().map(|id| id.0).collect();
                self.reference(doc, Some(&allowed), pointer)
            }
            (other, _) => self.misfit(pointer, other.kind()),
        }
    }

    /// A reference in one text: `User::"ann"`, or of one type its id.
    pub(super) fn entity_key(&mut self, name: &str, ids: &[EntityId], pointer: &str) -> Result<Value> {
        let looks = name.split_once("::\"").is_some_and(|(kind, rest)| {
            let mut letters = kind.chars();
            letters.next().is_some_and(char::is_alphabetic)
                && letters.all(|c| c.is_alphanumeric() || "_.:".contains(c))
                && rest.ends_with('"')
        });
        if let ([one], false) = (ids, looks) {
            return Ok(Value::Entity(one.0, Rc::from(name)));
        }
        let parts = name.split_once("::\"").and_then(|(kind, id)| {
            let kind = named(self.world, kind).filter(|kind| ids.iter().any(|id| id.0 == *kind))?;
            match json::parse(format!("\"{id}").as_bytes()) {
                Ok(Doc::String(id)) => Some((kind, id)),
                Ok(_) | Err(_) => None,
            }
        });
        match parts {
            Some((kind, id)) => Ok(Value::Entity(kind, Rc::from(id.as_str()))),
            None => self.misfit(pointer, "key"),
        }
    }

    fn reference(&mut self, doc: &Doc, allowed: Option<&[u32]>, pointer: &str) -> Result<Value> {
        let Doc::Object(members) = doc else { return self.misfit(pointer, doc.kind()) };
        let before = self.misfits.len();
        // Members by name with their places, those of Cedar's wrapping included.
        let mut parts: Vec<(String, String, Doc)> = Vec::new();
        for (name, member) in members {
            let at = step(pointer, name);
            match member {
                Doc::Object(inner) if name == "__entity" => {
                    for (inner_name, member) in inner {
                        parts.push((inner_name.clone(), step(&at, inner_name), member.clone()));
                    }
                }
                member => parts.push((name.clone(), at, member.clone())),
            }
        }
        let mut found: BTreeMap<String, String> = BTreeMap::new();
        for (name, at, member) in parts {
            match (name.as_str(), member) {
                ("type" | "id", Doc::String(text)) => {
                    let again = found.insert(name, text).is_some();
                    self.misfits.extend(again.then_some(Misfit { pointer: at, found: "duplicate key" }));
                }
                ("type" | "id", other) => {
                    self.misfit(&at, other.kind())?;
                }
                _ if self.border == Border::Data => {
                    self.misfit(&at, "unknown field")?;
                }
                _ => {}
            }
        }
        if self.misfits.len() > before {
            return Ok(Value::Unread);
        }
        let (kind, id) = match (found.get("type"), found.get("id")) {
            (None, _) => return self.misfit(&step(pointer, "type"), "missing"),
            (_, None) => return self.misfit(&step(pointer, "id"), "missing"),
            (Some(kind), Some(id)) => (kind, id),
        };
        match named(self.world, kind).filter(|kind| allowed.is_none_or(|allowed| allowed.contains(kind))) {
            Some(kind) => Ok(Value::Entity(kind, Rc::from(id.as_str()))),
            None => self.misfit(&step(pointer, "type"), "string"),
        }
    }

    fn stored(&mut self, doc: &Doc, pointer: &str) -> Result<Option<(Uid, Stored)>> {
        let Doc::Object(members) = doc else {
            self.misfit(pointer, doc.kind())?;
            return Ok(None);
        };
        let find = |name: &str| members.iter().find(|(key, _)| key == name).map(|(_, member)| member);
        self.duplicates(members, pointer)?;
        let Some(uid) = find("uid") else {
            self.misfit(&step(pointer, "uid"), "missing")?;
            return Ok(None);
        };
        let Value::Entity(kind, id) = self.reference(uid, None, &step(pointer, "uid"))? else {
            return Ok(None);
        };
        for (name, _) in members {
            if !matches!(name.as_str(), "uid" | "attrs" | "parents") {
                self.misfit(&step(pointer, name), "unknown field")?;
            }
        }
        let Some(def) = self.world.hir.types.entities.get(kind as usize) else {
            return Err(Stop::bug("no such entity type"));
        };
        let none = Doc::Object(Vec::new());
        let attributes = find("attrs").filter(|doc| !matches!(doc, Doc::Null)).unwrap_or(&none);
        let attributes =
            self.record(attributes, def.attributes, &Reach::whole(), &step(pointer, "attrs"), &[])?;
        let mut parents = Vec::new();
        match find("parents") {
            None | Some(Doc::Null) => {}
            Some(Doc::Array(elements)) => {
                for (at, element) in elements.iter().enumerate() {
                    let at = format!("{}/{at}", step(pointer, "parents"));
                    if let Value::Entity(kind, id) = self.reference(element, None, &at)? {
                        parents.push((kind, id));
                    }
                }
            }
            Some(other) => {
                self.misfit(&step(pointer, "parents"), other.kind())?;
            }
        }
        Ok(Some(((kind, id), Stored { attributes, parents })))
    }
}

/// A store of the entities of some documents; the misfits of the first that has any otherwise.
///
/// # Errors
/// Where a reading function does what a checked program never does.
pub fn store(world: &World<'_>, docs: &[Doc]) -> Result<std::result::Result<Store, Vec<Misfit>>> {
    let mut store = Store::new();
    let mut places: Vec<(usize, usize, Uid)> = Vec::new();
    for (document, doc) in docs.iter().enumerate() {
        let mut reader = Reader { world, border: Border::Data, misfits: Vec::new() };
        match doc {
            Doc::Array(elements) => {
                for (at, element) in elements.iter().enumerate() {
                    let Some((uid, stored)) = reader.stored(element, &format!("/{at}"))? else { continue };
                    places.push((document, at, uid.clone()));
                    if store.insert(uid, stored).is_some() {
                        reader.misfit(&format!("/{at}/uid"), "duplicate key")?;
                    }
                }
            }
            other => {
                reader.misfit("", other.kind())?;
            }
        }
        if !reader.misfits.is_empty() {
            return Ok(Err(reader.misfits));
        }
    }
    let mut misfits = Vec::new();
    for (_, at, uid) in &places {
        let allowed: BTreeSet<u32> = world
            .hir
            .types
            .entities
            .get(uid.0 as usize)
            .map(|def| def.parents.iter().map(|id| id.0).collect())
            .unwrap_or_default();
        for (index, parent) in store.get(uid).iter().flat_map(|stored| &stored.parents).enumerate() {
            let pointer = format!("/{at}/parents/{index}");
            if !allowed.contains(&parent.0) {
                misfits.push(Misfit { pointer, found: "a parent of another type" });
            } else if !store.contains_key(parent) {
                misfits.push(Misfit { pointer, found: "a parent that is not there" });
            }
        }
    }
    for (_, at, uid) in &places {
        let cyclic =
            store.get(uid).is_some_and(|s| s.parents.iter().any(|parent| below(&store, parent, uid)));
        if cyclic && misfits.is_empty() {
            misfits.push(Misfit { pointer: format!("/{at}/parents"), found: "a cycle" });
        }
    }
    Ok(if misfits.is_empty() { Ok(store) } else { Err(misfits) })
}

/// Whether an entity is another, or lies below it.
fn below(store: &Store, from: &Uid, to: &Uid) -> bool {
    let mut open = vec![from.clone()];
    let mut seen: BTreeSet<Uid> = BTreeSet::new();
    while let Some(uid) = open.pop() {
        if uid == *to {
            return true;
        }
        if seen.insert(uid.clone()) {
            open.extend(store.get(&uid).iter().flat_map(|stored| stored.parents.iter().cloned()));
        }
    }
    false
}

impl World<'_> {
    fn entity_store(&self, at: Location) -> Result<&Store> {
        self.entities.as_ref().ok_or_else(|| Stop::fault("missing_entities", at, Vec::new()))
    }

    /// An attribute of an entity.
    pub(super) fn attribute(
        &self,
        value: &Value,
        fields: &[(EntityId, policy_compiler::hir::FieldId)],
        at: Location,
    ) -> Result<Value> {
        let Value::Entity(kind, id) = value else {
            return Err(Stop::bug(format!("an attribute of {value:?}")));
        };
        let stored = self.entity_store(at)?.get(&(*kind, id.clone()));
        let stored = stored.ok_or_else(|| Stop::fault("no_entity", at, Vec::new()))?;
        let field = fields.iter().find(|(entity, _)| entity.0 == *kind).map(|(_, field)| field);
        match (&stored.attributes, field) {
            (Value::Record(values), Some(field)) => {
                values.get(field.index()).cloned().ok_or_else(|| Stop::bug("no such attribute"))
            }
            _ => Err(Stop::bug("an attribute that the entity cannot have")),
        }
    }

    /// `a in b`: a == b, or a lies below b; who is not in the store and not b fails.
    fn is_in(&self, a: &Uid, b: &Uid, at: Location) -> Result<bool> {
        let store = self.entity_store(at)?;
        if a == b {
            return Ok(true);
        }
        if !store.contains_key(a) {
            return Err(Stop::fault("no_entity", at, Vec::new()));
        }
        Ok(store.contains_key(b) && below(store, a, b))
    }

    /// `in` between entities.
    pub(super) fn entity_in(
        &self,
        kind: InKind,
        elem: &Value,
        container: &Value,
        at: Location,
    ) -> Result<bool> {
        let uid = |value: &Value| match value {
            Value::Entity(kind, id) => Ok((*kind, id.clone())),
            other => Err(Stop::bug(format!("{other:?} is no entity"))),
        };
        let elem = uid(elem)?;
        if kind == InKind::Entity {
            return self.is_in(&elem, &uid(container)?, at);
        }
        self.entity_store(at)?;
        for above in super::eval::elements(container)? {
            if self.is_in(&elem, &uid(&above)?, at)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
