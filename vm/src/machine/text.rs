//! Instructions on text and patterns, and conversions.

use policy_bytecode::op::JsonKind;
use policy_bytecode::program::{FormatPart, TypeId};

use super::Run;
use crate::failure::Failure;
use crate::ingest;
use crate::observer::Observer;
use crate::print::Printer;
use crate::value::Value;

/// The most text that a value may print as, where it is converted.
const MAX_TEXT: usize = 64 << 20;

/// What a pattern is held against.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Whole,
    Host,
}

/// Whether a value of `Json?` is present and of a kind.
pub(super) fn is_json(value: Value, kind: u16) -> bool {
    match value {
        Value::Bool(_) => kind == JsonKind::Bool as u16,
        Value::Int(_) => kind == JsonKind::Int as u16 || kind == JsonKind::Number as u16,
        Value::Decimal { .. } => kind == JsonKind::Number as u16,
        Value::Text(_) => kind == JsonKind::Text as u16,
        Value::List(_) => kind == JsonKind::List as u16,
        Value::Map(_) => kind == JsonKind::Object as u16,
        Value::Absent
        | Value::Null
        | Value::Bytes(_)
        | Value::Timestamp { .. }
        | Value::Date(_)
        | Value::TimeOfDay(_)
        | Value::Duration { .. }
        | Value::Ip4(_)
        | Value::Ip6(_)
        | Value::Cidr4 { .. }
        | Value::Cidr6 { .. }
        | Value::SemVer(_)
        | Value::Pattern(_)
        | Value::Variant(_)
        | Value::Unknown(_)
        | Value::Set(_)
        | Value::Tuple(_)
        | Value::Record(_)
        | Value::Union { .. }
        | Value::Entity { .. }
        | Value::Read(_) => false,
    }
}

impl<O: Observer> Run<'_, O> {
    #[inline(never)]
    pub(super) fn matches(&mut self, text: Value, pattern: Value, how: How) -> Result<bool, Failure> {
        // A pattern looks at every byte; plain search, below, at many at once.
        let length = self.memory().text_bytes(text)?.len() as u64;
        self.machine.heap.meter.charge(length / 4)?;
        let memory = self.memory();
        let pattern = memory.pattern(pattern)?;
        Ok(match how {
            How::Whole => pattern.matches_bytes(memory.text_bytes(text)?),
            How::Host => pattern.matches_host(memory.text(text)?),
        })
    }

    #[inline(never)]
    pub(super) fn contains(&mut self, text: Value, what: Value) -> Result<bool, Failure> {
        let length = self.memory().text_bytes(text)?.len() as u64;
        let unit = if let Value::Pattern(_) = what { 4 } else { 16 };
        self.machine.heap.meter.charge(length / unit)?;
        let memory = self.memory();
        let text = memory.text_bytes(text)?;
        if let Value::Pattern(_) = what {
            Ok(memory.pattern(what)?.contained_in_bytes(text))
        } else {
            if let Some(finder) = self.loaded.finder(what) {
                return Ok(finder.find(text).is_some());
            }
            let what = memory.text(what)?;
            Ok(memchr::memmem::find(text, what.as_bytes()).is_some())
        }
    }

    /// Text from the staged values, by a format.
    #[inline(never)]
    pub(super) fn concat(&mut self, format: u32) -> Result<Value, Failure> {
        let mark = self.mark()?;
        let loaded = self.loaded;
        let format = loaded.code.formats.get(format as usize).ok_or(Failure::internal())?;
        let mut context = self.context();
        let mut staged = mark;
        let left = usize::try_from(context.heap.meter.memory).unwrap_or(usize::MAX);
        let mut scratch = std::mem::take(&mut context.heap.scratch);
        scratch.clear();
        let mut written = Ok(());
        for part in &format.parts {
            match part {
                FormatPart::Literal(text) => scratch.push_str(loaded.text(*text)),
                FormatPart::Value(ty) => {
                    let value = context.heap.stage.get(staged).copied();
                    staged += 1;
                    let mut printer =
                        Printer { loaded, memory: context.memory(), out: &mut scratch, limit: left };
                    written = value.ok_or(Failure::internal()).and_then(|value| printer.plain(*ty, value));
                    if written.is_err() {
                        break;
                    }
                }
            }
        }
        let value = written
            .and_then(|()| context.charge(scratch.len() as u64 / 16))
            .and_then(|()| context.heap.text(&scratch));
        context.heap.stage.truncate(mark);
        context.heap.scratch = scratch;
        value.map(Value::Text)
    }

    pub(super) fn text_limit(&self) -> usize {
        usize::try_from(self.machine.heap.meter.memory).unwrap_or(usize::MAX).min(MAX_TEXT)
    }

    /// The original text of a `read by` value; of one that was made from a structure its JSON.
    #[inline(never)]
    pub(super) fn original(&mut self, value: Value) -> Result<Value, Failure> {
        let text = self.memory().read_text(value)?;
        if text.is_present() {
            return Ok(text);
        }
        let value = self.memory().read_value(value)?;
        let mut text = String::new();
        let limit = self.text_limit();
        crate::print::json_limited(self.memory(), value, &mut text, limit)?;
        self.machine.heap.meter.charge(text.len() as u64 / 4)?;
        Ok(Value::Text(self.machine.heap.text(&text)?))
    }

    /// A value of a type as `Json`.
    #[inline(never)]
    pub(super) fn as_json(&mut self, value: Value, from: u16) -> Result<Value, Failure> {
        self.as_json_of(value, TypeId(u32::from(from)))
    }

    /// A value of a type as `Json`.
    pub(crate) fn as_json_of(&mut self, value: Value, from: TypeId) -> Result<Value, Failure> {
        let mut text = String::new();
        let limit = self.text_limit();
        let mut printer = Printer { loaded: self.loaded, memory: self.memory(), out: &mut text, limit };
        printer.json(from, value)?;
        self.machine.heap.meter.charge(text.len() as u64 / 4)?;
        ingest::json_value(&mut self.context(), &text)?.ok_or(Failure::internal())
    }
}
