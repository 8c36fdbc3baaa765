//! Lists, sets, maps, tuples, and values that a function reads.

use policy_bytecode::program::TypeId;
use policy_bytecode::types::Type;

use super::{Hooks, Reader, Step, Stop, What};
use crate::failure::{Code, Failure};
use crate::structure;
use crate::value::Value;

impl<H: Hooks> Reader<'_, '_, H> {
    /// The elements of an array, staged; none where there is no array.
    fn elements(&mut self, elem: What) -> Result<u64, Stop> {
        let mut count = 0;
        let plain = self.plainly(elem);
        let mut more = self.begin(b']')?;
        while more {
            if let Some(value) = self.fast(plain) {
                self.push(value)?;
                count += 1;
                more = self.more(b']', "`,` or `]` was expected")?;
                continue;
            }
            self.reading.path.push(Step::Index(usize::try_from(count).unwrap_or(usize::MAX)));
            let value = self.value(elem)?;
            self.push(value)?;
            self.reading.path.pop();
            count += 1;
            more = self.more(b']', "`,` or `]` was expected")?;
        }
        Ok(count)
    }

    pub(super) fn bounded(&mut self, count: u64, max: Option<u64>, of: &str) {
        if let Some(max) = max
            && count > max
        {
            self.misfit(&format!("at most {max} {of}"), format!("{count}"));
        }
    }

    pub(super) fn list(
        &mut self,
        what: What,
        elem: TypeId,
        max: Option<u64>,
        or_one: bool,
    ) -> Result<Value, Stop> {
        let mark = self.staged();
        let elem = self.part(what, 0, elem);
        match self.scan.peek() {
            Some(b'[') => {
                let count = self.elements(elem)?;
                self.bounded(count, max, "elements");
            }
            Some(b'n') | None => return self.wrong_kind(what.ty),
            Some(_) if or_one => {
                let value = self.value(elem)?;
                self.push(value)?;
            }
            Some(_) => return self.wrong_kind(what.ty),
        }
        Ok(structure::list(self.hooks.heap(), mark)?)
    }

    pub(super) fn set(&mut self, what: What, elem: TypeId, max: Option<u64>) -> Result<Value, Stop> {
        if self.scan.peek() != Some(b'[') {
            return self.wrong_kind(what.ty);
        }
        let mark = self.staged();
        self.elements(self.part(what, 0, elem))?;
        let set = self.hooks.set(mark)?;
        if let Value::Set(span) = set {
            self.bounded(span.len() as u64, max, "elements");
        }
        Ok(set)
    }

    pub(super) fn tuple(&mut self, what: What, parts: &[TypeId]) -> Result<Value, Stop> {
        if self.scan.peek() != Some(b'[') {
            return self.wrong_kind(what.ty);
        }
        let start = self.scan.at;
        let mark = self.staged();
        let mut more = self.begin(b']')?;
        let mut at = 0;
        while more {
            self.reading.path.push(Step::Index(at));
            match parts.get(at) {
                Some(part) => {
                    let value = self.value(self.part(what, at, *part))?;
                    self.push(value)?;
                }
                None => self.skip()?,
            }
            self.reading.path.pop();
            at += 1;
            more = self.more(b']', "`,` or `]` was expected")?;
        }
        if at != parts.len() {
            self.unfit(start, what.ty);
        }
        Ok(structure::tuple(self.hooks.heap(), mark)?)
    }

    pub(super) fn map(
        &mut self,
        what: What,
        key: TypeId,
        value: TypeId,
        max: Option<u64>,
    ) -> Result<Value, Stop> {
        if self.scan.peek() != Some(b'{') {
            return self.wrong_kind(what.ty);
        }
        let mark = self.staged();
        // A map whose keys alone are read has a skipped part for its values.
        let (key, value) = (self.part(what, 0, key), self.part(what, 1, value));
        let mut count = 0;
        let mut more = self.begin(b'}')?;
        while more {
            let step = self.key()?;
            self.reading.path.push(step);
            let name = self.map_key(key.ty, step)?;
            let read = self.value(value)?;
            // A key that does not fit is a misfit already.
            if name.is_present() {
                self.push(name)?;
                self.push(read)?;
            }
            self.reading.path.pop();
            count += 1;
            more = self.more(b'}', "`,` or `}` was expected")?;
        }
        self.bounded(count, max, "entries");
        self.finish_map(mark)
    }

    /// A map of staged entries; a key that stands twice is a misfit.
    pub(super) fn finish_map(&mut self, mark: usize) -> Result<Value, Stop> {
        match self.hooks.sort_entries(mark) {
            Ok(()) => Ok(structure::finish_sorted_map(self.hooks.heap(), mark)?),
            Err(Failure { code: Code::DuplicateKey, operands: [key, _], .. }) => {
                if let Value::Text(_) = key {
                    for key in self.keys_twice(mark) {
                        self.misfit_below(Some(&key), "every key once", "it twice".to_owned());
                    }
                } else {
                    self.misfit("every key once", "one of them twice".to_owned());
                }
                self.hooks.heap().stage.truncate(mark);
                Ok(Value::Absent)
            }
            Err(failure) => Err(failure.into()),
        }
    }

    /// The keys that stand more than once among the staged entries, each once.
    fn keys_twice(&mut self, mark: usize) -> Vec<String> {
        let staged: Vec<Value> = self.hooks.heap().stage.get(mark..).unwrap_or(&[]).to_vec();
        let (pairs, _) = staged.as_chunks::<2>();
        let text = |[key, _]: &[Value; 2]| {
            if let Value::Text(span) = key { Some(self.span_text(*span).to_owned()) } else { None }
        };
        let mut keys: Vec<String> = pairs.iter().filter_map(text).collect();
        keys.sort_unstable();
        let mut twice: Vec<String> = keys
            .windows(2)
            .filter(|two| two.first() == two.last())
            .filter_map(|two| two.first().cloned())
            .collect();
        twice.dedup();
        twice
    }

    /// Whether a type is `Json`.
    pub(super) fn is_json(&self, ty: TypeId) -> bool {
        let found = self.loaded.and_then(|loaded| loaded.code.types.get(ty.index()));
        matches!(found, Some(Type::Json))
    }

    /// A value that a function reads.
    pub(super) fn read_by(&mut self, what: What, function: u32, from: TypeId) -> Result<Value, Stop> {
        let start = self.scan.at;
        let before = self.misfits.total();
        let is_text = self.scan.peek() == Some(b'"');
        let given = if self.is_json(from) { self.any()? } else { self.value(What { ty: from, plan: None })? };
        if self.misfits.total() != before {
            return Ok(Value::Absent);
        }
        let end = self.scan.at;
        let structure = matches!(self.scan.text.as_bytes().get(start), Some(b'{' | b'['));
        let original = if structure {
            // What was made of a structure stands for itself.
            Value::Absent
        } else if let (Value::Text(_), true) = (given, is_text) {
            given
        } else if is_text {
            // The text of a value that is no text itself, without its quotes.
            self.scan.at = start;
            let raw = self.scan.string()?;
            self.scan.at = end;
            Value::Text(self.keep(raw)?)
        } else {
            let text = self.scan.text.get(start..end).unwrap_or("").trim().to_owned();
            Value::Text(self.hooks.heap().text(&text)?)
        };
        match self.hooks.read_by(function, given)? {
            Ok(value) if value.is_present() => Ok(structure::read(self.hooks.heap(), value, original)?),
            Ok(_) => {
                self.unfit(start, what.ty);
                Ok(Value::Absent)
            }
            Err(failure) => {
                let expected = self.type_text(what.ty);
                let found = super::describe::found(self.scan.text.get(start..end).unwrap_or(""));
                self.misfit(
                    &expected,
                    format!("{found}, on which its reader fails ({})", failure.code.name()),
                );
                Ok(Value::Absent)
            }
        }
    }

    fn type_text(&self, ty: TypeId) -> String {
        self.loaded.map(|loaded| super::describe::type_name(loaded, ty)).unwrap_or_default()
    }
}
