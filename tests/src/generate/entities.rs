//! Entities of generated programs: three types, a store, and what is asked of them.

use super::expr::Maker;
use super::features::Used;
use super::rng::Rng;
use super::types::{T, Types};

/// Groups: in groups.
pub const GROUP: usize = 0;
/// People: in groups.
pub const PERSON: usize = 1;
/// Services: in groups and people.
pub const SERVICE: usize = 2;

const NAMES: [&str; 3] = ["Group", "Person", "Service"];
const IDS: [&str; 4] = ["a", "b", "c \"d\"", "é"];
/// In no store.
const STRANGER: &str = "nobody";

/// The type of a person or a service.
#[must_use]
pub fn either() -> T {
    T::Entity(vec![PERSON, SERVICE])
}

impl Types {
    /// The name of an entity type: no other program of a package has it.
    #[must_use]
    pub fn entity_name(&self, kind: usize) -> String {
        format!("{}{}", NAMES.get(kind).copied().unwrap_or("Group"), self.entities.unwrap_or(0))
    }

    /// A type of entities as it is written.
    #[must_use]
    pub fn entity_written(&self, kinds: &[usize]) -> String {
        match kinds {
            [one] => self.entity_name(*one),
            _ => format!("Either{}", self.entities.unwrap_or(0)),
        }
    }

    /// What reads on an entity of any of these types.
    #[must_use]
    pub fn attributes(&self, kinds: &[usize]) -> Vec<(&'static str, T)> {
        let mut all = vec![("id", T::Text), ("type", T::Text)];
        if !kinds.contains(&GROUP) {
            all.push(("level", T::Int));
            all.push(("home", T::Entity(vec![GROUP])));
        }
        if kinds == [PERSON] {
            all.push(("boss", T::Entity(vec![PERSON]).option()));
            all.push(("tags", T::Set(Box::new(T::Text))));
            all.push(("friends", T::List(Box::new(either()))));
        }
        if kinds == [GROUP] {
            all.push(("rank", T::Decimal));
        }
        all
    }

    /// The declarations.
    pub(super) fn entity_declarations(&self, used: &mut Used) -> Vec<String> {
        if self.entities.is_none() {
            return Vec::new();
        }
        for feature in ["entity", "entity in", "entity attributes", "entity types in one place"] {
            used.mark(feature);
        }
        let (group, person, service) =
            (self.entity_name(GROUP), self.entity_name(PERSON), self.entity_name(SERVICE));
        let either = self.entity_written(&[PERSON, SERVICE]);
        vec![
            format!("entity {group} in {group} {{ rank: Decimal = 1.5 }}"),
            format!(
                "entity {person} in {group} {{ level: Int, home: {group}, boss?: {person}, tags: Set<String> = {{}}, friends: List<{either}> = [] }}"
            ),
            format!("entity {service} in {person}, {group} {{ home: {group}, level: Int = 3 }}"),
            format!("type {either} = {person} | {service}"),
        ]
    }

    /// A literal.
    pub(super) fn entity_literal(&self, rng: &mut Rng, kinds: &[usize]) -> String {
        let kind = rng.pick(kinds);
        let id = if rng.one_in(6) { STRANGER } else { rng.pick(&IDS) };
        format!("{}::\"{}\"", self.entity_name(kind), id.replace('"', "\\\""))
    }

    /// A reference in a document.
    pub(super) fn entity_document(&self, rng: &mut Rng, kinds: &[usize]) -> String {
        let kind = rng.pick(kinds);
        let id = if rng.one_in(8) { STRANGER } else { rng.pick(&IDS) };
        let id = serde_json::Value::from(id).to_string();
        if kinds.len() == 1 && rng.one_in(2) {
            return id;
        }
        let object = format!("{{\"type\": \"{}\", \"id\": {id}}}", self.entity_name(kind));
        if rng.one_in(5) { format!("{{\"__entity\": {object}}}") } else { object }
    }

    /// A store: groups in groups that stand before them, people in groups, services in either.
    #[must_use]
    pub fn store(&self, rng: &mut Rng) -> Option<String> {
        self.entities?;
        let reference = |kind: usize, id: &str| {
            let id = serde_json::Value::from(id);
            format!("{{\"type\": \"{}\", \"id\": {id}}}", self.entity_name(kind))
        };
        let mut all = Vec::new();
        for kind in [GROUP, PERSON, SERVICE] {
            for (at, id) in IDS.iter().enumerate() {
                if kind == SERVICE && rng.one_in(3) {
                    continue;
                }
                let mut parents = Vec::new();
                for (other, parent) in IDS.iter().enumerate() {
                    if (kind != GROUP || other < at) && rng.one_in(3) {
                        parents.push(reference(GROUP, parent));
                    }
                    if kind == SERVICE && rng.one_in(4) {
                        parents.push(reference(PERSON, parent));
                    }
                }
                let attributes = self.stored(rng, kind);
                all.push(format!(
                    "{{\"uid\": {}, \"attrs\": {attributes}, \"parents\": [{}]}}",
                    reference(kind, id),
                    parents.join(", ")
                ));
            }
        }
        Some(format!("[{}]", all.join(",\n")))
    }

    fn stored(&self, rng: &mut Rng, kind: usize) -> String {
        let mut members = Vec::new();
        for (name, ty) in self.attributes(&[kind]) {
            let optional =
                matches!(name, "rank" | "boss" | "tags" | "friends") || kind == SERVICE && name == "level";
            if matches!(name, "id" | "type") || optional && rng.one_in(2) {
                continue;
            }
            members.push(format!("\"{name}\": {}", self.document(rng, &ty, 0)));
        }
        format!("{{{}}}", members.join(", "))
    }
}

impl Maker {
    /// A type of entities; none where the program has none.
    pub(super) fn entity_type(&mut self) -> Option<T> {
        self.types.entities?;
        let choices = [vec![GROUP], vec![PERSON], vec![PERSON], vec![SERVICE], vec![PERSON, SERVICE]];
        Some(T::Entity(self.rng.pick(&choices)))
    }

    /// An entity of a computed id.
    pub(super) fn entity(&mut self, kinds: &[usize], depth: usize) -> String {
        self.used.mark("entity of an id");
        let kind = self.rng.pick(kinds);
        format!("{}({})", self.types.entity_name(kind), self.expr(&T::Text, depth))
    }

    /// A condition on entities.
    pub(super) fn entity_test(&mut self, depth: usize) -> Option<String> {
        self.types.entities?;
        let person = T::Entity(vec![PERSON]);
        let group = T::Entity(vec![GROUP]);
        Some(match self.rng.below(6) {
            0 | 1 => {
                let below = [person.clone(), group.clone(), T::Entity(vec![SERVICE]), either()];
                let (a, b) = (self.rng.pick(&below), if self.rng.one_in(4) { person } else { group });
                // Nobody who is a group is in a person.
                let a =
                    if b == T::Entity(vec![PERSON]) && a == T::Entity(vec![GROUP]) { b.clone() } else { a };
                self.used.mark("in entity");
                format!("({} in {})", self.expr(&a, depth), self.expr(&b, depth))
            }
            2 => {
                self.used.mark("in list of entities");
                let list = T::List(Box::new(group));
                format!("({} in {})", self.expr(&person, depth), self.expr(&list, depth))
            }
            3 => {
                self.used.mark("in set of entities");
                let set = T::Set(Box::new(either()));
                format!("({} not in {})", self.expr(&either(), depth), self.expr(&set, depth))
            }
            4 => {
                let (path, _) = self.typed_path(&|ty| *ty == either())?;
                self.used.mark("is entity");
                let kind = self.rng.pick(&[PERSON, SERVICE]);
                let name = self.types.entity_name(kind);
                let body = self.inside(&path, T::Entity(vec![kind]), |maker| maker.expr(&T::Bool, depth));
                format!("({path} is {name} and {body})")
            }
            _ => {
                let (path, _) = self.typed_path(&|ty| *ty == either())?;
                self.used.mark("match entity");
                let name = self.name();
                let bound = self.inside(&name, person, |maker| maker.expr(&T::Bool, depth));
                let other = self.expr(&T::Bool, depth);
                let (people, services) = (self.types.entity_name(PERSON), self.types.entity_name(SERVICE));
                format!("(match {path} {{ {people} {name} => {bound}, {services} => {other} }})")
            }
        })
    }
}
