//! References to entities, and the documents of an entity store.

use policy_bytecode::program::EntityIndex;
use policy_bytecode::types::Type;

use super::{Hooks, Reader, Step, Stop, What};
use crate::entities::{Loading, Stored};
use crate::failure::Failure;
use crate::value::{Span, Value};

/// The parts of a reference as they were read.
#[derive(Default)]
struct Reference {
    kind: Option<Span>,
    id: Option<Span>,
    /// Whether something in it did not fit and was reported.
    wrong: bool,
}

impl<H: Hooks> Reader<'_, '_, H> {
    /// Reads a reference: `{"type": "User", "id": "ann"}`, `"User::\"ann\""`, or `"ann"` where one type is possible.
    pub(super) fn entity(&mut self, what: What, kinds: &[EntityIndex]) -> Result<Value, Stop> {
        match (self.scan.peek(), kinds) {
            (Some(b'"'), _) => {
                let start = self.scan.at;
                let raw = self.scan.string()?;
                let text = self.keep(raw)?;
                let value = if raw.lone { None } else { self.entity_key(kinds, text)? };
                if value.is_none() {
                    self.unfit(start, what.ty);
                }
                Ok(value.unwrap_or(Value::Absent))
            }
            (Some(b'{'), _) => {
                let expected =
                    self.loaded.map(|loaded| super::describe::type_name(loaded, what.ty)).unwrap_or_default();
                let kinds = kinds.to_vec();
                self.reference(&expected, &|kind| kinds.contains(&kind))
            }
            _ => self.wrong_kind(what.ty),
        }
    }

    /// A reference in one text, such as the key of a map: `User::"ann"`, or the id where one type is possible.
    pub(super) fn entity_key(&mut self, kinds: &[EntityIndex], span: Span) -> Result<Option<Value>, Stop> {
        let text = self.span_text(span);
        let Some(name) = type_written(text) else {
            let [kind] = kinds else { return Ok(None) };
            return Ok(Some(self.found(*kind, span)));
        };
        let Some(kind) = self.kind_named(name).filter(|kind| kinds.contains(kind)) else { return Ok(None) };
        let mut scan = super::scan::Scan { text, at: name.len() + 2, nesting: 0 };
        let Ok(read) = scan.string() else { return Ok(None) };
        if read.lone || read.end + 1 != text.len() {
            return Ok(None);
        }
        let mut id = String::new();
        super::scan::unescape(scan.plain(read), &mut id);
        let id = self.hooks.heap().text(&id)?;
        Ok(Some(self.found(kind, id)))
    }

    /// The value of a reference, with its place in the store if it is there.
    fn found(&self, kind: EntityIndex, id: Span) -> Value {
        let kind = u16::try_from(kind.0).unwrap_or(u16::MAX);
        self.hooks.entity(kind, self.span_text(id)).unwrap_or(Value::entity(kind, id))
    }

    /// The type of a name: the whole of it, or its last part where that names one alone. `a::B` is `a.B`.
    fn kind_named(&self, name: &str) -> Option<EntityIndex> {
        let loaded = self.loaded?;
        let dotted = if name.contains("::") { Some(name.replace("::", ".")) } else { None };
        let name = dotted.as_deref().unwrap_or(name);
        let found = loaded
            .code
            .entities
            .iter()
            .position(|entity| loaded.text(entity.shown) == name || loaded.text(entity.name) == name);
        found.and_then(|at| u32::try_from(at).ok()).map(EntityIndex)
    }

    fn names(&self, allowed: &dyn Fn(EntityIndex) -> bool) -> String {
        let Some(loaded) = self.loaded else { return String::new() };
        let names: Vec<String> = (0..)
            .zip(&loaded.code.entities)
            .filter(|(at, _)| allowed(EntityIndex(*at)))
            .map(|(_, entity)| format!("{:?}", loaded.text(entity.shown)))
            .collect();
        if names.is_empty() { "a declared entity type".to_owned() } else { names.join(" | ") }
    }

    /// An object that refers to an entity.
    fn reference(&mut self, expected: &str, allowed: &dyn Fn(EntityIndex) -> bool) -> Result<Value, Stop> {
        let mut parts = Reference::default();
        self.members(&mut parts, true)?;
        if parts.wrong {
            return Ok(Value::Absent);
        }
        let (Some(kind), Some(id)) = (parts.kind, parts.id) else {
            let lacks = if parts.kind.is_none() { "type" } else { "id" };
            self.misfit_below(
                Some(lacks),
                &format!("a text that says the {lacks} of {expected}"),
                "nothing".to_owned(),
            );
            return Ok(Value::Absent);
        };
        match self.kind_named(self.span_text(kind)).filter(|kind| allowed(*kind)) {
            Some(kind) => Ok(self.found(kind, id)),
            None => {
                let found = format!("the string {:?}", self.span_text(kind));
                let names = self.names(allowed);
                self.misfit_below(Some("type"), &names, found);
                Ok(Value::Absent)
            }
        }
    }

    /// The members of a reference. Cedar writes `{"__entity": {"type": …, "id": …}}`.
    fn members(&mut self, parts: &mut Reference, outer: bool) -> Result<(), Stop> {
        let mut more = self.begin(b'}')?;
        while more {
            let key = self.key()?;
            self.reading.path.push(key);
            let name = self.step_text(key).to_owned();
            match name.as_str() {
                "type" | "id" => self.member(parts, name == "type")?,
                "__entity" if outer && self.scan.peek() == Some(b'{') => self.members(parts, false)?,
                _ if self.closed => {
                    parts.wrong = true;
                    let start = self.scan.at;
                    self.scan.skip()?;
                    self.unfit_text(start, "one of the fields type, id");
                }
                _ => self.skip()?,
            }
            self.reading.path.pop();
            more = self.more(b'}', "`,` or `}` was expected")?;
        }
        Ok(())
    }

    fn member(&mut self, parts: &mut Reference, is_type: bool) -> Result<(), Stop> {
        let start = self.scan.at;
        if self.scan.peek() != Some(b'"') {
            self.scan.skip()?;
            self.unfit_text(start, "String");
            parts.wrong = true;
            return Ok(());
        }
        let raw = self.scan.string()?;
        let span = self.keep(raw)?;
        let part = if is_type { &mut parts.kind } else { &mut parts.id };
        let again = part.replace(span).is_some();
        if raw.lone {
            parts.wrong = true;
            self.unfit_text(start, "text without unpaired surrogates");
        } else if again {
            parts.wrong = true;
            self.misfit("every key once", "it twice".to_owned());
        }
        Ok(())
    }

    /// Reads a document of an entity store: a list of `{"uid": …, "attrs": {…}, "parents": […]}`.
    pub(super) fn store(&mut self, document: usize, loading: &mut Loading) -> Result<Value, Stop> {
        if self.scan.peek() != Some(b'[') {
            let start = self.scan.at;
            self.scan.skip()?;
            self.unfit_text(start, "a list of entities");
            return Ok(Value::Absent);
        }
        let mut more = self.begin(b']')?;
        let mut at = 0;
        while more {
            self.reading.path.push(Step::Index(at));
            if let Some(mut stored) = self.stored()? {
                stored.document = document;
                stored.at = at;
                self.hooks.heap().meter.allocate(size_of::<Stored>())?;
                loading.read.push(stored);
            }
            self.reading.path.pop();
            at += 1;
            more = self.more(b']', "`,` or `]` was expected")?;
        }
        Ok(Value::Absent)
    }

    /// One entity of a store; none where it does not fit.
    fn stored(&mut self) -> Result<Option<Stored>, Stop> {
        let start = self.scan.at;
        if self.scan.peek() != Some(b'{') {
            self.scan.skip()?;
            self.unfit_text(start, "an entity: an object with uid, attrs and parents");
            return Ok(None);
        }
        // What its attributes are depends on its type, wherever that stands.
        let nesting = self.scan.nesting;
        let uid = self.uid()?;
        let Some((kind, id)) = uid.and_then(Value::as_entity) else { return Ok(None) };
        self.scan.at = start;
        self.scan.nesting = nesting;
        let mut stored =
            Stored { document: 0, at: 0, kind, id, attributes: Value::Absent, parents: Vec::new() };
        let (mut attributes, mut parents) = (false, false);
        let mut more = self.begin(b'}')?;
        while more {
            let key = self.key()?;
            self.reading.path.push(key);
            let name = self.step_text(key).to_owned();
            let nothing = self.scan.peek() == Some(b'n');
            match name.as_str() {
                "uid" => self.skip()?,
                "attrs" | "parents"
                    if std::mem::replace(
                        if name == "attrs" { &mut attributes } else { &mut parents },
                        true,
                    ) =>
                {
                    self.misfit("every key once", "it twice".to_owned());
                    self.skip()?;
                }
                "attrs" if nothing => {
                    self.scan.word("null")?;
                    attributes = false;
                }
                "parents" if nothing => self.scan.word("null")?,
                "attrs" => stored.attributes = self.attributes(kind)?,
                "parents" => self.parents(&mut stored)?,
                _ => {
                    let start = self.scan.at;
                    self.scan.skip()?;
                    self.unfit_text(start, "one of the fields uid, attrs, parents");
                }
            }
            self.reading.path.pop();
            more = self.more(b'}', "`,` or `}` was expected")?;
        }
        if !attributes {
            stored.attributes = self.no_attributes(kind)?;
        }
        Ok(Some(stored))
    }

    /// The `uid` of an entity, which is passed over otherwise.
    fn uid(&mut self) -> Result<Option<Value>, Stop> {
        let mut found = None;
        let mut seen = false;
        let mut more = self.begin(b'}')?;
        while more {
            let key = self.key()?;
            if self.step_text(key) == "uid" {
                self.reading.path.push(key);
                if std::mem::replace(&mut seen, true) {
                    self.misfit("every key once", "it twice".to_owned());
                    self.skip()?;
                } else {
                    found = self.any_reference()?;
                }
                self.reading.path.pop();
            } else {
                self.scan.skip()?;
            }
            more = self.more(b'}', "`,` or `}` was expected")?;
        }
        if !seen {
            self.misfit_below(Some("uid"), "the type and id of the entity", "nothing".to_owned());
        }
        Ok(found)
    }

    /// A reference to an entity of any declared type.
    fn any_reference(&mut self) -> Result<Option<Value>, Stop> {
        if self.scan.peek() == Some(b'{') {
            let value = self.reference("an entity", &|_| true)?;
            return Ok(value.is_present().then_some(value));
        }
        let start = self.scan.at;
        self.scan.skip()?;
        self.unfit_text(start, "an entity: an object with type and id");
        Ok(None)
    }

    fn attributes(&mut self, kind: u16) -> Result<Value, Stop> {
        let Some(loaded) = self.loaded else { return Err(Failure::internal().into()) };
        let Some(ty) = loaded.code.entities.get(usize::from(kind)).map(|entity| entity.attributes) else {
            return Err(Failure::internal().into());
        };
        let Some(Type::Record(record)) = loaded.code.types.get(ty.index()) else {
            return Err(Failure::internal().into());
        };
        self.record(What { ty, plan: None }, record, None)
    }

    /// The attributes of an entity that gives none: its defaults.
    fn no_attributes(&mut self, kind: u16) -> Result<Value, Stop> {
        self.reading.path.push(Step::Word("attrs"));
        let none = super::scan::Scan { text: "{}", at: 0, nesting: 0 };
        let scan = std::mem::replace(&mut self.scan, none);
        let attributes = self.attributes(kind);
        self.scan = scan;
        self.reading.path.pop();
        attributes
    }

    fn parents(&mut self, stored: &mut Stored) -> Result<(), Stop> {
        if self.scan.peek() != Some(b'[') {
            let start = self.scan.at;
            self.scan.skip()?;
            self.unfit_text(start, "a list of entities");
            return Ok(());
        }
        let mut more = self.begin(b']')?;
        let mut at = 0;
        while more {
            self.reading.path.push(Step::Index(at));
            if let Some(parent) = self.any_reference()?.and_then(Value::as_entity) {
                self.hooks.heap().meter.allocate(size_of::<(u16, Span)>())?;
                stored.parents.push(parent);
            } else {
                // Keeps its place, so that pointers to those after it are right.
                stored.parents.push((stored.kind, stored.id));
            }
            self.reading.path.pop();
            at += 1;
            more = self.more(b']', "`,` or `]` was expected")?;
        }
        Ok(())
    }
}

/// The type that a text names which is written as a literal is, `User::"ann"`. What looks like one is no id, whatever type it
/// names: taken as an id it would be one that nobody has.
fn type_written(text: &str) -> Option<&str> {
    let (name, _) = text.split_once("::\"")?;
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | ':');
    (text.ends_with('"') && name.starts_with(char::is_alphabetic) && name.chars().all(plain)).then_some(name)
}
