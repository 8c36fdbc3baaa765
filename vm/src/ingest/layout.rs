//! What reading needs to know of each type beyond its description, found out once when a program loads.

use policy_bytecode::Program;
use policy_bytecode::program::TextId;
use policy_bytecode::types::Type;

/// What reading needs to know of a type.
#[derive(Debug)]
pub(crate) enum Layout {
    /// A record: the length and first byte of each field's name, by rank, so that most wrong names are
    /// passed over without looking at them.
    Record(Vec<(usize, u8)>),
    /// Nothing.
    Plain,
}

impl Layout {
    /// The layouts of all types of a program.
    pub(crate) fn all(program: &Program) -> Vec<Self> {
        program.types.iter().map(|ty| Self::of(program, ty)).collect()
    }

    fn of(program: &Program, ty: &Type) -> Self {
        let Type::Record(record) = ty else { return Self::Plain };
        Self::Record(record.fields.iter().map(|field| mark(text(program, field.name))).collect())
    }
}

fn text(program: &Program, id: TextId) -> &str {
    program.texts.get(id.index()).map_or("", String::as_str)
}

/// What is compared of a name before the name itself.
pub(super) fn mark(name: &str) -> (usize, u8) {
    (name.len(), name.as_bytes().first().copied().unwrap_or(0))
}
