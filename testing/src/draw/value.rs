//! Values of types.

use policy_bytecode::Program;
use policy_bytecode::program::{EntityIndex, TextId, TypeId};
use policy_bytecode::types::{Presence, RecordType, Type, UnionType};

use super::choices::Choices;
use super::doc::Doc;
use super::hints::Hints;
use super::reads::{Known, Readable};

/// Below this nothing grows: options are absent and lists empty.
const MAX_DEPTH: u32 = 9;
/// The most elements of a list that no comparison asks to be longer.
const MAX_ELEMENTS: usize = 5;
/// The most elements of a list that a comparison asks to be long.
const MAX_LONG: i64 = 130;

/// Draws values of a program's types.
pub struct Drawing<'a> {
    pub(super) program: &'a Program,
    pub(super) hints: &'a Hints,
    readable: &'a Readable,
    /// The choices.
    pub choices: &'a mut Choices,
    /// The time of the decision, in seconds; instants are drawn around it.
    pub now: Option<i64>,
    /// Texts that were drawn before, to be drawn again.
    pub(super) texts: Vec<String>,
    depth: u32,
}

impl std::fmt::Debug for Drawing<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Drawing").field("choices", &self.choices).finish_non_exhaustive()
    }
}

impl<'a> Drawing<'a> {
    /// Draws from choices.
    #[must_use]
    pub fn new(
        program: &'a Program,
        hints: &'a Hints,
        readable: &'a Readable,
        choices: &'a mut Choices,
    ) -> Self {
        Self { program, hints, readable, choices, now: None, texts: Vec::new(), depth: 0 }
    }

    /// A value of a type; `key` is the name under which policies may compare it.
    pub fn value(&mut self, ty: TypeId, key: &str) -> Doc {
        let program = self.program;
        let Some(described) = program.types.get(ty.index()) else { return Doc::Absent };
        if let Some(known) = self.readable.of_type(ty) {
            return self.readable_value(known, ty, described, key);
        }
        self.depth += 1;
        let value = match described {
            Type::Bool => Doc::Bool(self.choices.below(2) == 1),
            Type::Text => Doc::Text(self.text(key)),
            Type::Int { lo, hi } => Doc::int(self.int(*lo, *hi, key)),
            Type::Decimal => self.decimal(key),
            Type::Timestamp => self.timestamp(key),
            Type::Date => self.date(key),
            Type::TimeOfDay => self.time_of_day(key),
            Type::Duration => self.duration(key),
            Type::Json => self.anything(key),
            Type::Option(inner) => {
                if self.depth < MAX_DEPTH && self.choices.chance(2, 3) {
                    self.value(*inner, key)
                } else {
                    Doc::Absent
                }
            }
            Type::List { elem, max, .. } => Doc::List(self.elements(*elem, *max, key)),
            Type::Set { elem, max } => {
                let mut elements = self.elements(*elem, *max, key);
                let mut seen: Vec<Doc> = Vec::new();
                elements.retain(|one| {
                    let new = !seen.contains(one);
                    seen.push(one.clone());
                    new
                });
                Doc::List(elements)
            }
            Type::Map { key: keys, value, max } => self.map(*keys, *value, *max, key),
            Type::Tuple(parts) => Doc::List(parts.iter().map(|part| self.value(*part, key)).collect()),
            Type::Record(record) => Doc::Object(self.record(record)),
            Type::Enum(of) => {
                let unknown = usize::from(of.open);
                let at = self.choices.index(of.spellings.len() + unknown);
                let spelling = of.spellings.get(at).map_or("something-else", |text| self.name(*text));
                Doc::Text(spelling.to_owned())
            }
            Type::Union(union) => self.union(union, key),
            Type::Entity(kinds) => self.entity(kinds),
            Type::Ip
            | Type::Cidr
            | Type::Host
            | Type::Url
            | Type::Path
            | Type::SemVer
            | Type::SemVerRange
            | Type::Regex
            | Type::Glob
            | Type::Wildcard
            | Type::Bytes
            | Type::Read { .. } => Doc::Absent,
        };
        self.depth -= 1;
        value
    }

    pub(super) fn name(&self, text: TextId) -> &'a str {
        self.program.texts.get(text.index()).map_or("", String::as_str)
    }

    /// A value of a type that takes some documents and not others.
    fn readable_value(&mut self, known: &'a Known, ty: TypeId, described: &Type, key: &str) -> Doc {
        let docs = known.docs();
        // What reads from numbers or structures is drawn as those, and may be refused.
        if let Type::Read { from, .. } = described
            && (docs.is_empty()
                || !matches!(self.program.types.get(from.index()), Some(Type::Text | Type::Json)))
            && *from != ty
        {
            return self.value(*from, key);
        }
        let choice = self.choices.below(8);
        let own = match choice {
            1..=4 => self.hints.of_name(key).map(|pool| known.hinted(pool)).unwrap_or_default(),
            5 => known.among(&self.texts),
            _ => Vec::new(),
        };
        let chosen = match choice {
            0 => docs.first().cloned(),
            1..=5 if !own.is_empty() => self.one_of(&own).cloned(),
            5 | 6 => self.one_of(docs),
            _ => self.one_of(docs.get(..docs.len().min(4)).unwrap_or(&[])),
        };
        if let Some(Doc::Text(text)) = &chosen
            && self.texts.len() < 40
            && !self.texts.contains(text)
        {
            self.texts.push(text.clone());
        }
        chosen.unwrap_or_else(|| Doc::Text("a".to_owned()))
    }

    fn elements(&mut self, elem: TypeId, max: Option<u64>, key: &str) -> Vec<Doc> {
        let most = max.and_then(|max| usize::try_from(max).ok()).unwrap_or(usize::MAX);
        let lengths: Vec<i64> = self.hints.of_name(key).map_or_else(Vec::new, |pool| {
            pool.ints.iter().copied().filter(|length| (1..=MAX_LONG).contains(length)).collect()
        });
        let mut out = Vec::new();
        if self.depth >= MAX_DEPTH {
            return out;
        }
        if !lengths.is_empty() && self.choices.chance(1, 6) {
            let length = usize::try_from(self.one_of(&lengths).unwrap_or(1)).unwrap_or(1).min(most);
            let one = self.value(elem, key);
            return vec![one; length];
        }
        while out.len() < MAX_ELEMENTS.min(most) && self.choices.chance(2, 3) {
            out.push(self.value(elem, key));
        }
        out
    }

    fn map(&mut self, keys: TypeId, values: TypeId, max: Option<u64>, key: &str) -> Doc {
        let most = max.and_then(|max| usize::try_from(max).ok()).unwrap_or(usize::MAX);
        let mut members: Vec<(String, Doc)> = Vec::new();
        if self.depth >= MAX_DEPTH {
            return Doc::Object(members);
        }
        while members.len() < MAX_ELEMENTS.min(most) && self.choices.chance(2, 3) {
            let name = match self.value(keys, key) {
                Doc::Text(text) | Doc::Number(text) => text,
                Doc::Entity(kind, id) => match self.program.types.get(keys.index()) {
                    Some(Type::Entity(kinds)) if kinds.len() > 1 => format!("{kind}::\"{id}\""),
                    _ => id,
                },
                Doc::Absent | Doc::Bool(_) | Doc::List(_) | Doc::Object(_) => continue,
            };
            let value = self.value(values, &name);
            if !members.iter().any(|(known, _)| *known == name) {
                members.push((name, value));
            }
        }
        Doc::Object(members)
    }

    fn record(&mut self, record: &RecordType) -> Vec<(String, Doc)> {
        let mut members = Vec::new();
        for (at, field) in record.fields.iter().enumerate() {
            if record.rest.map(usize::from) == Some(at) {
                continue;
            }
            let name = self.name(field.name);
            let value = match field.presence {
                Presence::Required | Presence::Optional => self.value(field.ty, name),
                Presence::Default(_) => {
                    let given = self.depth < MAX_DEPTH && self.choices.chance(2, 3);
                    if given { self.value(field.ty, name) } else { Doc::Absent }
                }
            };
            members.push((name.to_owned(), value));
        }
        members
    }

    fn union(&mut self, union: &UnionType, key: &str) -> Doc {
        // The last variants of a recursive type are not always its leaves, but options and lists end it.
        let at = self.choices.index(union.variants.len() + usize::from(union.open && union.tag.is_some()));
        let Some(variant) = union.variants.get(at) else {
            let tag = union.tag.map_or("", |tag| self.name(tag));
            return Doc::Object(vec![(tag.to_owned(), Doc::Text("something-else".to_owned()))]);
        };
        let Some(tag) = union.tag else { return self.value(variant.content, key) };
        let spelled = self.one_of(&variant.tags).map_or("", |text| self.name(text));
        let mut members = vec![(self.name(tag).to_owned(), Doc::Text(spelled.to_owned()))];
        if let Some(Type::Record(record)) = self.program.types.get(variant.content.index()) {
            let tag = self.name(tag);
            members.extend(self.record(record).into_iter().filter(|(name, _)| name != tag));
        }
        Doc::Object(members)
    }

    fn entity(&mut self, kinds: &[EntityIndex]) -> Doc {
        let Some(kind) = self.one_of(kinds) else { return Doc::Absent };
        let ids = self.ids(kind);
        let id = self.one_of(&ids).unwrap_or_default();
        let shown = self.program.entities.get(kind.index()).map_or("", |entity| self.name(entity.shown));
        Doc::Entity(shown.to_owned(), id)
    }

    /// The ids of the entities of a type that a drawn store holds.
    pub(super) fn ids(&self, kind: EntityIndex) -> Vec<String> {
        let shown = self.program.entities.get(kind.index()).map_or("", |entity| self.name(entity.shown));
        let mut ids: Vec<String> = ["a", "b", "c"].map(str::to_owned).to_vec();
        ids.extend(
            self.hints.ids_of(shown).filter(|id| !["a", "b", "c"].contains(id)).take(6).map(str::to_owned),
        );
        ids
    }
}
