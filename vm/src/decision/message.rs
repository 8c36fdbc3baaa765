//! Messages: their text is made only when a decision is built.

use policy_bytecode::program::{Message, MessagePart, NoteType, TypeId};
use policy_bytecode::types::Type;
use serde_json::value::RawValue;

use super::{Entries, Source};
use crate::machine::Note;
use crate::print::{MAX_PRINTED, Printer, shown};
use crate::value::Value;

/// What stands where a value failed.
const FAILED: &str = "‹error›";

/// The notes of one finding: bindings, then values.
#[derive(Clone, Copy)]
pub(super) struct Notes<'a> {
    pub(super) all: &'a [Note],
    pub(super) bindings: usize,
}

impl Notes<'_> {
    fn value(self, at: usize) -> Option<Note> {
        self.all.get(self.bindings + at).copied()
    }
}

impl Source<'_> {
    /// The text of a message.
    pub(super) fn message(&self, message: &Message, values: &[NoteType], notes: Notes<'_>) -> String {
        let mut out = String::new();
        for part in &message.parts {
            match part {
                MessagePart::Literal(text) => out.push_str(self.loaded.text(*text)),
                MessagePart::Value(at) => {
                    let ty = values.get(usize::from(*at)).map(|value| value.ty);
                    match (notes.value(usize::from(*at)), ty) {
                        (Some(Note::Value(value)), Some(ty)) => self.show(ty, value, &mut out),
                        _ => out.push_str(FAILED),
                    }
                }
            }
        }
        out
    }

    /// A message as written.
    pub(super) fn template(&self, message: &Message, values: &[NoteType]) -> String {
        let mut out = String::new();
        for part in &message.parts {
            match part {
                MessagePart::Literal(text) => {
                    out.push_str(&self.loaded.text(*text).replace('{', "{{").replace('}', "}}"));
                }
                MessagePart::Value(at) => {
                    let name = values.get(usize::from(*at)).map_or("", |value| self.loaded.text(value.name));
                    out.push('{');
                    out.push_str(name);
                    out.push('}');
                }
            }
        }
        out
    }

    /// A value as messages show it.
    fn show(&self, ty: TypeId, value: Value, out: &mut String) {
        let mut text = String::new();
        // Only the beginning is shown; a long value stops early, and what was written of it is shown.
        let mut printer = Printer { loaded: self.loaded, memory: self.memory, out: &mut text, limit: 4_096 };
        let written = printer.plain(ty, value);
        if written.is_err() && text.is_empty() {
            out.push_str(FAILED);
            return;
        }
        shown(&text, self.is_structure(ty, value), out);
    }

    /// Whether a value prints as JSON.
    fn is_structure(&self, ty: TypeId, value: Value) -> bool {
        if let Value::Union { variant, .. } = value {
            return match self.loaded.code.types.get(ty.index()) {
                // Told apart by shape it prints as what it holds.
                Some(Type::Union(union)) if union.tag.is_none() => {
                    match (union.variants.get(variant as usize), self.memory.content(value)) {
                        (Some(variant), Ok(content)) => self.is_structure(variant.content, content),
                        _ => true,
                    }
                }
                Some(Type::Option(inner)) => self.is_structure(*inner, value),
                _ => true,
            };
        }
        if let (Value::Read(_), Some(Type::Read { base, .. })) =
            (value, self.loaded.code.types.get(ty.index()))
            && let (Ok(Value::Absent), Ok(value)) =
                (self.memory.read_text(value), self.memory.read_value(value))
        {
            return self.is_structure(*base, value);
        }
        // An entity has its id in quotes already.
        matches!(
            value,
            Value::List(_)
                | Value::Set(_)
                | Value::Map(_)
                | Value::Tuple(_)
                | Value::Record(_)
                | Value::Entity { .. }
        )
    }

    /// A value as JSON.
    pub(super) fn raw(&self, ty: TypeId, note: Note) -> Option<Box<RawValue>> {
        let mut text = String::new();
        match note {
            Note::Value(value) => {
                let mut printer =
                    Printer { loaded: self.loaded, memory: self.memory, out: &mut text, limit: MAX_PRINTED };
                if printer.json(ty, value).is_err() {
                    text.clear();
                    text.push_str("null");
                }
            }
            Note::Failed(_) => crate::print::json_string(FAILED, &mut text),
        }
        RawValue::from_string(text).ok()
    }

    /// Values with their names.
    pub(super) fn entries(&self, types: &[NoteType], notes: &[Note]) -> Entries {
        let mut entries: Vec<(String, Box<RawValue>)> = Vec::new();
        for (ty, note) in types.iter().zip(notes) {
            let name = self.loaded.text(ty.name);
            if entries.iter().any(|(known, _)| known == name) {
                continue;
            }
            if let Some(value) = self.raw(ty.ty, *note) {
                entries.push((name.to_owned(), value));
            }
        }
        Entries(entries)
    }
}
