//! What only programs of tests do: reading fixtures, and showing values to an observer.

use policy_bytecode::op::FixtureForm;
use policy_bytecode::program::TypeId;

use super::Run;
use crate::failure::{Code, Failure};
use crate::host::FixtureRequest;
use crate::ingest;
use crate::memory::Memory;
use crate::observer::Observer;
use crate::value::Value;

const FORMS: [FixtureForm; 4] =
    [FixtureForm::One, FixtureForm::Documents, FixtureForm::Many, FixtureForm::Table];

impl<O: Observer> Run<'_, O> {
    #[inline(never)]
    pub(super) fn observe(&mut self, node: u32, value: Value) {
        let memory = Memory {
            constants: &self.loaded.constants,
            data: self.data,
            arena: &self.machine.heap.arena,
            input: self.input,
        };
        self.observer.probe(node, value, memory);
    }

    #[inline(never)]
    pub(super) fn fixture(
        &mut self,
        form: u8,
        path: Value,
        pointer: Value,
        at: usize,
    ) -> Result<Value, Failure> {
        let form = FORMS.into_iter().find(|known| *known as u8 == form).ok_or(Failure::internal())?;
        let debug = &self.loaded.code.debug;
        let source = crate::decision::place_of(self.loaded, at)
            .and_then(|place| debug.files.get(place.file as usize))
            .map(String::as_str);
        let memory = Memory {
            constants: &self.loaded.constants,
            data: self.data,
            arena: &self.machine.heap.arena,
            input: self.input,
        };
        // The operand is a pointer into the document, or the type that documents are read as.
        let rows = pointer.as_int().and_then(|ty| u32::try_from(ty).ok()).map(TypeId);
        let pointer = if pointer.is_present() && rows.is_none() { Some(memory.text(pointer)?) } else { None };
        let path = memory.text(path)?;
        let request = FixtureRequest { form, path, pointer, rows, source, types: &self.loaded.code };
        let read = self.host.fixture(&request);
        let failed = match read {
            Ok(bytes) => match std::str::from_utf8(&bytes) {
                Ok(text) => match ingest::json_value(&mut self.context(), text)? {
                    Some(value) => return Ok(value),
                    None => "the file is no JSON that can be read exactly".to_owned(),
                },
                Err(_) => "the file is not UTF-8".to_owned(),
            },
            Err(message) => message,
        };
        let message = self.context().make_text(&failed)?;
        Err(Failure::of(Code::Fixture, message))
    }
}
