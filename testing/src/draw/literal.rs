//! Drawn values as sources write them.

use policy_bytecode::Program;
use policy_bytecode::program::{TextId, TypeId};
use policy_bytecode::types::{RecordType, Type, UnionType};

use super::doc::Doc;

/// How a value is written in a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// As a literal of its type.
    Literal(String),
    /// As JSON that is read as the type: a part of it has no literal.
    Json(String),
}

/// A value of a type as a source writes it.
#[must_use]
pub fn source(program: &Program, ty: TypeId, doc: &Doc) -> Source {
    let mut writer = Writer { program, out: String::new(), told: true };
    writer.value(ty, doc);
    if writer.told {
        return Source::Literal(writer.out);
    }
    Source::Json(json_source(doc))
}

/// JSON as sources write it.
fn json_source(doc: &Doc) -> String {
    let mut out = String::new();
    json(doc, &mut out);
    out
}

struct Writer<'a> {
    program: &'a Program,
    out: String,
    /// Whether everything so far has a literal.
    told: bool,
}

impl<'a> Writer<'a> {
    fn name(&self, text: TextId) -> &'a str {
        self.program.texts.get(text.index()).map_or("", String::as_str)
    }

    fn ty(&self, ty: TypeId) -> Option<&'a Type> {
        self.program.types.get(ty.index())
    }

    fn value(&mut self, ty: TypeId, doc: &Doc) {
        if *doc == Doc::Absent {
            self.out.push_str("absent");
            return;
        }
        match (self.ty(ty), doc) {
            (Some(Type::Option(inner)), doc) => self.value(*inner, doc),
            (Some(Type::Read { from, .. }), doc) => self.value(*from, doc),
            (Some(Type::Json), doc) => json(doc, &mut self.out),
            (Some(Type::Timestamp | Type::Date | Type::TimeOfDay), Doc::Text(text)) => {
                self.out.push('@');
                self.out.push_str(text);
            }
            (Some(Type::Duration), Doc::Text(text)) => self.out.push_str(&length(text)),
            (Some(Type::Ip), Doc::Text(text)) => self.checked("ip", text),
            (Some(Type::Cidr), Doc::Text(text)) => self.checked("cidr", text),
            (Some(Type::SemVer), Doc::Text(text)) => self.checked("semver", text),
            (Some(Type::SemVerRange), Doc::Text(text)) => self.checked("range", text),
            (Some(Type::Regex), Doc::Text(text)) => self.checked("re", text),
            (Some(Type::Glob), Doc::Text(text)) => self.checked("glob", text),
            (Some(Type::Wildcard), Doc::Text(text)) => self.checked("wild", text),
            (Some(Type::Enum(of)), Doc::Text(text)) => {
                let at = of.spellings.iter().position(|spelling| self.name(*spelling) == text);
                match at.and_then(|at| of.names.get(at)) {
                    Some(name) => self.out.push_str(self.name(*name)),
                    None => self.told = false,
                }
            }
            (Some(Type::List { elem, .. }), Doc::List(elements)) => {
                self.list(('[', ']'), elements, &|_| *elem)
            }
            (Some(Type::Set { elem, .. }), Doc::List(elements)) => {
                self.list(('{', '}'), elements, &|_| *elem)
            }
            (Some(Type::Tuple(parts)), Doc::List(elements)) => {
                self.list(('(', ')'), elements, &|at| parts.get(at).copied().unwrap_or(TypeId(u32::MAX)));
            }
            (Some(Type::Map { key, value, .. }), Doc::Object(members)) => self.map(*key, *value, members),
            (Some(Type::Record(record)), Doc::Object(members)) => self.record(record, None, members),
            (Some(Type::Union(union)), doc) => self.union(union, doc),
            (_, Doc::Text(text)) => self.text(text),
            (_, Doc::Number(number)) => self.out.push_str(number),
            (_, Doc::Bool(truth)) => self.out.push_str(if *truth { "true" } else { "false" }),
            (_, Doc::Entity(kind, id)) => {
                self.out.push_str(kind);
                self.out.push_str("::");
                self.text(id);
            }
            (_, Doc::List(_) | Doc::Object(_) | Doc::Absent) => self.told = false,
        }
    }

    fn list(&mut self, (open, close): (char, char), elements: &[Doc], ty: &dyn Fn(usize) -> TypeId) {
        self.out.push(open);
        for (at, element) in elements.iter().enumerate() {
            if at > 0 {
                self.out.push_str(", ");
            }
            self.value(ty(at), element);
        }
        self.out.push(close);
    }

    fn map(&mut self, key: TypeId, value: TypeId, members: &[(String, Doc)]) {
        self.out.push('{');
        for (at, (name, member)) in members.iter().enumerate() {
            if at > 0 {
                self.out.push_str(", ");
            }
            match self.ty(key) {
                Some(Type::Text | Type::Host | Type::Path) | None => self.text(name),
                Some(Type::Int { .. }) => self.out.push_str(&format!("[{name}]")),
                Some(Type::Entity(kinds)) => match (kinds.as_slice(), name.split_once("::")) {
                    ([kind], None) => {
                        let shown =
                            self.program.entities.get(kind.index()).map_or("", |e| self.name(e.shown));
                        self.out.push_str(&format!("[{shown}::"));
                        self.text(name);
                        self.out.push(']');
                    }
                    (_, _) => self.out.push_str(&format!("[{name}]")),
                },
                Some(_) => {
                    self.out.push('[');
                    self.value(key, &Doc::Text(name.clone()));
                    self.out.push(']');
                }
            }
            self.out.push_str(": ");
            self.value(value, member);
        }
        self.out.push('}');
    }

    fn record(&mut self, record: &RecordType, tag: Option<&str>, members: &[(String, Doc)]) {
        self.out.push_str("{ ");
        let mut first = true;
        for (name, member) in members.iter().filter(|(_, member)| *member != Doc::Absent) {
            if !std::mem::take(&mut first) {
                self.out.push_str(", ");
            }
            self.field_name(name);
            self.out.push_str(": ");
            let field = record.fields.iter().find(|field| self.name(field.name) == name);
            match (field, tag) {
                (Some(field), _) => self.value(field.ty, member),
                (None, Some(tag)) if tag == name => self.value(TypeId(u32::MAX), member),
                (None, _) => self.told = false,
            }
        }
        self.out.push_str(" }");
    }

    fn union(&mut self, union: &UnionType, doc: &Doc) {
        let Some(tag) = union.tag.map(|tag| self.name(tag)) else {
            // Which variant it is shows in its shape.
            let fits = union.variants.iter().find(|variant| self.shaped(variant.content, doc));
            return match fits {
                Some(variant) => self.value(variant.content, doc),
                None => self.told = false,
            };
        };
        let Doc::Object(members) = doc else {
            self.told = false;
            return;
        };
        let spelled = members.iter().find(|(name, _)| name == tag).map(|(_, value)| value);
        let variant = union.variants.iter().find(|variant| {
            variant
                .tags
                .iter()
                .any(|text| matches!(spelled, Some(Doc::Text(known)) if known == self.name(*text)))
        });
        match variant.map(|variant| self.ty(variant.content)) {
            Some(Some(Type::Record(record))) => self.record(record, Some(tag), members),
            Some(_) | None => self.told = false,
        }
    }

    /// Whether a document has the shape of a type.
    fn shaped(&self, ty: TypeId, doc: &Doc) -> bool {
        match (self.ty(ty), doc) {
            (Some(Type::Read { from, .. }), doc) => self.shaped(*from, doc),
            (Some(Type::Bool), Doc::Bool(_)) => true,
            (Some(Type::Int { .. }), Doc::Number(number)) => number.parse::<i64>().is_ok(),
            (Some(Type::Decimal), Doc::Number(_)) => true,
            (Some(Type::List { .. } | Type::Set { .. } | Type::Tuple(_)), Doc::List(_)) => true,
            (Some(Type::Map { .. } | Type::Record(_)), Doc::Object(_)) => true,
            (Some(Type::Entity(_)), Doc::Entity(..)) => true,
            (
                Some(
                    Type::Bool
                    | Type::Int { .. }
                    | Type::Decimal
                    | Type::List { .. }
                    | Type::Set { .. }
                    | Type::Tuple(_)
                    | Type::Map { .. }
                    | Type::Record(_),
                ),
                _,
            ) => false,
            (_, doc) => matches!(doc, Doc::Text(_)),
        }
    }

    fn field_name(&mut self, name: &str) {
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && name.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
        if plain { self.out.push_str(name) } else { self.text(name) }
    }

    fn checked(&mut self, kind: &str, text: &str) {
        if text.contains(['"', '\n']) {
            self.told = false;
        }
        self.out.push_str(&format!("{kind}\"{text}\""));
    }

    fn text(&mut self, text: &str) {
        quoted(text, &mut self.out);
    }
}

/// A length of time with one unit, as literals have it.
fn length(text: &str) -> String {
    let Some(length) = policy_vm::time::read_duration(text) else { return text.to_owned() };
    let units = [(86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")];
    let unit = units.into_iter().find(|(seconds, _)| length.seconds % seconds == 0);
    match unit {
        Some((seconds, unit)) if length.nanos == 0 => format!("{}{unit}", length.seconds / seconds),
        Some(_) | None => text.to_owned(),
    }
}

/// A store as `given entities` writes it.
#[must_use]
pub fn store_source(program: &Program, store: &Doc) -> String {
    let mut writer = Writer { program, out: String::from("["), told: true };
    let Doc::List(entities) = store else { return "[]".to_owned() };
    for entity in entities {
        let Doc::Object(members) = entity else { continue };
        let member = |name: &str| members.iter().find(|(known, _)| known == name).map(|(_, value)| value);
        let Some(uid @ Doc::Entity(kind, _)) = member("uid") else { continue };
        writer.out.push_str("{ uid: ");
        writer.value(TypeId(u32::MAX), uid);
        let described = program.entities.iter().find(|entity| writer.name(entity.shown) == kind);
        if let (Some(described), Some(attributes)) = (described, member("attrs"))
            && !matches!(attributes, Doc::Object(members) if members.is_empty())
        {
            writer.out.push_str(", attrs: ");
            writer.value(described.attributes, attributes);
        }
        if let Some(Doc::List(parents)) =
            member("parents").filter(|parents| **parents != Doc::List(Vec::new()))
        {
            writer.out.push_str(", parents: ");
            writer.list(('[', ']'), parents, &|_| TypeId(u32::MAX));
        }
        writer.out.push_str(" },");
    }
    writer.out.push(']');
    writer.out
}

/// JSON as sources write it: nothing becomes `Json` by itself, so that every node is made into it.
fn json(doc: &Doc, out: &mut String) {
    out.push_str("to_json(");
    match doc {
        // An element that is null has no other spelling.
        Doc::Absent => out.push_str("\"\""),
        Doc::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Doc::Number(number) => out.push_str(number),
        Doc::Text(text) => quoted(text, out),
        Doc::List(elements) if elements.is_empty() => out.push_str("[] as (List<Json>)"),
        Doc::List(elements) => {
            out.push('[');
            for (at, element) in elements.iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                json(element, out);
            }
            out.push(']');
        }
        Doc::Object(members) => {
            let present: Vec<_> = members.iter().filter(|(_, member)| *member != Doc::Absent).collect();
            members_of(present.iter().map(|(name, member)| (name.as_str(), member)), out);
        }
        Doc::Entity(kind, id) => {
            let (kind, id) = (Doc::Text(kind.clone()), Doc::Text(id.clone()));
            members_of([("type", &kind), ("id", &id)].into_iter(), out);
        }
    }
    out.push(')');
}

fn members_of<'d>(members: impl Iterator<Item = (&'d str, &'d Doc)>, out: &mut String) {
    let mut first = true;
    out.push('{');
    for (name, member) in members {
        if !std::mem::take(&mut first) {
            out.push_str(", ");
        }
        quoted(name, out);
        out.push_str(": ");
        json(member, out);
    }
    // `{}` alone says not of what it is a map.
    out.push_str(if first { "} as (Map<String, Json>)" } else { "}" });
}

/// A text as a source writes it.
fn quoted(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '{' => out.push_str("{{"),
            '}' => out.push_str("}}"),
            c if c.is_control() || unseen(c) => out.push_str(&format!("\\u{{{:X}}}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Characters that are not seen where they stand.
fn unseen(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{9f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
