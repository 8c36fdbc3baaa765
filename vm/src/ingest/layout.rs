//! What reading needs to know of each type beyond its description, found out once when a program loads.

use policy_bytecode::Program;
use policy_bytecode::program::TextId;
use policy_bytecode::types::Type;

use crate::program::Loaded;

/// What reading needs to know of a type.
#[derive(Debug)]
pub(crate) enum Layout {
    /// A record: the length and first byte of each field's name, by rank, so that most wrong names are
    /// passed over without looking at them.
    Record(Vec<(usize, u8)>),
    /// An enum: its spellings in the order of their texts, with the positions of their variants.
    Enum(Vec<(TextId, u32)>),
    /// Nothing.
    Plain,
}

impl Layout {
    /// The layouts of all types of a program.
    pub(crate) fn all(program: &Program) -> Vec<Self> {
        program.types.iter().map(|ty| Self::of(program, ty)).collect()
    }

    fn of(program: &Program, ty: &Type) -> Self {
        if let Type::Enum(of) = ty {
            let mut all: Vec<(TextId, u32)> =
                of.spellings.iter().copied().zip(0..).chain(of.also.iter().copied()).collect();
            // Of a spelling that stands twice the first counts.
            all.sort_by(|(a, at), (b, bt)| text(program, *a).cmp(text(program, *b)).then(at.cmp(bt)));
            return Self::Enum(all);
        }
        let Type::Record(record) = ty else { return Self::Plain };
        Self::Record(record.fields.iter().map(|field| mark(text(program, field.name).as_bytes())).collect())
    }

    /// The position of the variant with a spelling.
    #[inline]
    pub(crate) fn variant(&self, loaded: &Loaded, spelling: &str) -> Option<u32> {
        let Self::Enum(all) = self else { return None };
        let at = all.partition_point(|(text, _)| loaded.text(*text) < spelling);
        all.get(at).filter(|(text, _)| loaded.text(*text) == spelling).map(|(_, variant)| *variant)
    }
}

fn text(program: &Program, id: TextId) -> &str {
    program.texts.get(id.index()).map_or("", String::as_str)
}

/// What is compared of a name before the name itself.
#[inline(always)]
pub(super) fn mark(name: &[u8]) -> (usize, u8) {
    (name.len(), name.first().copied().unwrap_or(0))
}
