//! Unions: told apart by a field, or by the kind of JSON value.

use policy_bytecode::makeup::Makeup;
use policy_bytecode::program::TypeId;
use policy_bytecode::types::{Type, UnionType};

use super::{Hooks, Reader, Step, Stop, What};
use crate::failure::Failure;
use crate::program::Loaded;
use crate::structure;
use crate::value::{Span, Value};

/// The keys of an object that belong to the unions around a record, innermost first.
pub(super) struct Tags<'t> {
    name: &'t str,
    outer: Option<&'t Tags<'t>>,
}

impl Tags<'_> {
    /// Whether a key is one of them.
    pub(super) fn hold(&self, key: &str) -> bool {
        let mut tags = Some(self);
        while let Some(tag) = tags {
            if tag.name == key {
                return true;
            }
            tags = tag.outer;
        }
        false
    }
}

/// What stands in the field that tells variants apart.
enum Tag {
    Text(Span),
    /// No text; where it begins.
    Other(usize),
    Missing,
}

impl<H: Hooks> Reader<'_, '_, H> {
    /// Reads a value of a union. `outer` are keys that belong to the unions around it.
    pub(super) fn union(
        &mut self,
        what: What,
        union: &UnionType,
        outer: Option<&Tags<'_>>,
    ) -> Result<Value, Stop> {
        let Some(tag) = union.tag else { return self.shape(what, union) };
        let Some(loaded) = self.loaded else { return Err(Failure::internal().into()) };
        if self.scan.peek() != Some(b'{') {
            return self.wrong_kind(what.ty);
        }
        let name = loaded.text(tag);
        let spelled = match self.tag(name)? {
            Tag::Text(spelled) => spelled,
            other @ (Tag::Other(_) | Tag::Missing) => {
                let expected = if union.open { "String".to_owned() } else { known_tags(loaded, union) };
                self.reading.path.push(Step::Name(tag));
                match other {
                    Tag::Other(start) => {
                        let after = std::mem::replace(&mut self.scan.at, start);
                        let nesting = self.scan.nesting;
                        self.scan.skip()?;
                        self.unfit_text(start, &expected);
                        self.scan.at = after;
                        self.scan.nesting = nesting;
                    }
                    Tag::Text(_) | Tag::Missing => self.misfit(&expected, "nothing".to_owned()),
                }
                self.reading.path.pop();
                self.skip()?;
                return Ok(Value::Absent);
            }
        };
        let text = self.span_text(spelled);
        let found = union.variants.iter().enumerate().find_map(|(at, variant)| {
            let tag = variant.tags.iter().find(|tag| loaded.text(**tag) == text)?;
            Some((at, variant, *tag))
        });
        match found {
            Some((at, variant, tag)) => {
                let content = self.part(what, at, variant.content);
                let tags = Tags { name, outer };
                let value = match loaded.code.types.get(variant.content.index()) {
                    Some(Type::Record(record)) => self.record(content, record, Some(&tags))?,
                    Some(Type::Union(inner)) => {
                        self.deeper()?;
                        let value = self.union(content, inner, Some(&tags))?;
                        self.steps -= 1;
                        value
                    }
                    _ => self.value(content)?,
                };
                let tag = loaded.text_value(tag).ok_or(Failure::internal())?;
                Ok(structure::union(self.hooks.heap(), number(at), value, tag)?)
            }
            None if union.open => {
                let other = self.part(what, union.variants.len(), what.ty);
                let value = if self.is_skipped(other) {
                    self.keys_once()?;
                    Value::Absent
                } else {
                    self.any()?
                };
                let at = number(union.variants.len());
                Ok(structure::union(self.hooks.heap(), at, value, Value::Text(spelled))?)
            }
            None => {
                let found = format!("the string {:?}", self.span_text(spelled));
                self.skip()?;
                self.reading.path.push(Step::Name(tag));
                self.misfit(&known_tags(loaded, union), found);
                self.reading.path.pop();
                Ok(Value::Absent)
            }
        }
    }

    /// What stands in an object's field, without going on. The first of a name counts; the second is a misfit anyway.
    fn tag(&mut self, name: &str) -> Result<Tag, Stop> {
        let (at, nesting) = (self.scan.at, self.scan.nesting);
        let mut found = Tag::Missing;
        let mut more = self.begin(b'}')?;
        while more {
            let key = self.key()?;
            if self.step_text(key) == name {
                found = if self.scan.peek() == Some(b'"') {
                    let raw = self.scan.string()?;
                    Tag::Text(self.keep(raw)?)
                } else {
                    Tag::Other(self.scan.at)
                };
                break;
            }
            self.scan.skip()?;
            more = self.more(b'}', "`,` or `}` was expected")?;
        }
        // What stands before the tag is looked at twice.
        let passed = self.scan.at.saturating_sub(at) as u64;
        self.hooks.heap().meter.charge(passed / 16)?;
        self.scan.at = at;
        self.scan.nesting = nesting;
        Ok(found)
    }

    /// A union whose variants the kind of value tells apart.
    fn shape(&mut self, what: What, union: &UnionType) -> Result<Value, Stop> {
        let Some(loaded) = self.loaded else { return Err(Failure::internal().into()) };
        let Some(first) = self.scan.peek() else {
            return self.scan.wrong("the text ends where a value was expected");
        };
        let chosen = union.variants.iter().position(|variant| fits(loaded, variant.content, first, 0));
        let Some((at, variant)) = chosen.and_then(|at| union.variants.get(at).map(|variant| (at, variant)))
        else {
            return self.wrong_kind(what.ty);
        };
        let value = self.value(self.part(what, at, variant.content))?;
        Ok(structure::union(self.hooks.heap(), number(at), value, Value::Absent)?)
    }
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The tags that a union knows, as JSON texts; of very many the first.
fn known_tags(loaded: &Loaded, union: &UnionType) -> String {
    const SHOWN: usize = 16;
    let all = union.variants.iter().flat_map(|variant| &variant.tags);
    let mut tags: Vec<String> =
        all.clone().take(SHOWN).map(|tag| format!("{:?}", loaded.text(*tag))).collect();
    if all.count() > SHOWN {
        tags.push("…".to_owned());
    }
    tags.join(" | ")
}

/// Whether a value that begins with a byte may be one of a type.
pub(crate) fn fits(loaded: &crate::program::Loaded, ty: TypeId, first: u8, depth: u32) -> bool {
    if depth > 16 {
        return false;
    }
    let Some(ty) = loaded.code.types.get(ty.index()) else { return false };
    match ty.makeup() {
        Makeup::Bool => matches!(first, b't' | b'f'),
        Makeup::Number => matches!(first, b'-' | b'0'..=b'9'),
        Makeup::Text | Makeup::Time | Makeup::Spelled | Makeup::Enum(_) => first == b'"',
        Makeup::Json => true,
        Makeup::Option(inner) => first == b'n' || fits(loaded, inner, first, depth + 1),
        Makeup::List { elem, or_one, .. } => first == b'[' || or_one && fits(loaded, elem, first, depth + 1),
        Makeup::Set { .. } | Makeup::Tuple(_) => first == b'[',
        Makeup::Map { .. } | Makeup::Record(_) => first == b'{',
        Makeup::Entity(kinds) => first == b'{' || first == b'"' && kinds.len() == 1,
        Makeup::Union(union) => {
            if union.tag.is_some() {
                first == b'{'
            } else {
                union.variants.iter().any(|variant| fits(loaded, variant.content, first, depth + 1))
            }
        }
        Makeup::Read { from, .. } => fits(loaded, from, first, depth + 1),
    }
}
