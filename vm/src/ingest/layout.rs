//! What reading needs to know of each type beyond its description, found out once when a program loads.

use policy_bytecode::Program;
use policy_bytecode::program::{TextId, TypeId};
use policy_bytecode::types::{FieldType, Type};

use super::scan::{self, Scan};
use crate::program::Loaded;
use crate::word::Mark;

/// What reading needs to know of a type.
#[derive(Debug)]
pub(crate) struct Layout {
    /// How a plain value of it is read.
    pub(super) plain: Plain,
    names: Names,
    /// Where its places in [`Order`] begin.
    order: usize,
}

/// The order in which the keys of each record came last: documents keep one, and seldom that of ranks. A guess that is held
/// against the document, so that what is read never depends on it.
#[derive(Debug, Default)]
pub(super) struct Order(Vec<u32>);

impl Order {
    /// Has places for the layouts of a program.
    pub(super) fn fit(&mut self, layouts: &[Layout]) {
        let places = layouts.last().map_or(0, |last| last.order + last.fields().len() + 1);
        if self.0.len() != places {
            self.0.clear();
            self.0.resize(places, 0);
        }
    }

    /// The place of what came first in a record.
    pub(super) const fn first(layout: &Layout) -> usize {
        layout.order
    }

    /// The place of what came behind a field.
    pub(super) const fn behind(layout: &Layout, rank: usize) -> usize {
        layout.order + 1 + rank
    }

    /// The rank at a place.
    #[inline(always)]
    pub(super) fn at(&self, place: usize) -> usize {
        self.0.get(place).map_or(0, |rank| *rank as usize)
    }

    /// Keeps the rank that was found at a place.
    pub(super) fn keep(&mut self, place: usize, rank: usize) {
        if let Some(kept) = self.0.get_mut(place) {
            *kept = u32::try_from(rank).unwrap_or(0);
        }
    }
}

/// Scalars that are read at once where they are written in the plainest way; of an option those of what it holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Plain {
    /// A text.
    Text,
    /// A number, and its bounds.
    Int { lo: i64, hi: i64 },
    /// `true` or `false`.
    Bool,
    /// An enum, by its type.
    Enum(TypeId),
    /// None.
    No,
}

/// Names that belong to a type.
#[derive(Debug)]
enum Names {
    /// A record's fields, by rank.
    Fields(Vec<FieldLayout>),
    /// An enum: its spellings in the order of their texts, with the positions of their variants.
    Spellings(Vec<(TextId, u32)>),
    /// None.
    None,
}

/// A field of a record.
#[derive(Clone, Copy, Debug)]
pub(super) struct FieldLayout {
    mark: Mark,
    name: TextId,
    /// Whether documents may spell the name as it is: without escapes.
    verbatim: bool,
    pub(super) plain: Plain,
}

impl Plain {
    fn of(program: &Program, id: TypeId) -> Self {
        let Some(ty) = program.types.get(id.index()) else { return Self::No };
        if let Type::Option(inner) = ty {
            // An option of an option is none that the checker makes.
            return match program.types.get(inner.index()) {
                Some(ty) => Self::scalar(ty, *inner),
                None => Self::No,
            };
        }
        Self::scalar(ty, id)
    }

    fn scalar(ty: &Type, id: TypeId) -> Self {
        if matches!(ty, Type::Text) {
            Self::Text
        } else if let Type::Int { lo, hi } = ty {
            Self::Int { lo: *lo, hi: *hi }
        } else if matches!(ty, Type::Bool) {
            Self::Bool
        } else if matches!(ty, Type::Enum(_)) {
            Self::Enum(id)
        } else {
            Self::No
        }
    }
}

impl Layout {
    /// The layouts of all types of a program.
    pub(crate) fn all(program: &Program) -> Vec<Self> {
        let ids = (0_u32..).map(TypeId);
        let mut order = 0;
        let mut next = |(ty, id): (&Type, TypeId)| {
            let layout = Self::of(program, ty, id, order);
            order += layout.fields().len() + 1;
            layout
        };
        program.types.iter().zip(ids).map(&mut next).collect()
    }

    fn of(program: &Program, ty: &Type, id: TypeId, order: usize) -> Self {
        let names = if let Type::Enum(of) = ty {
            let mut all: Vec<(TextId, u32)> =
                of.spellings.iter().copied().zip(0..).chain(of.also.iter().copied()).collect();
            // Of a spelling that stands twice the first counts.
            all.sort_by(|(a, at), (b, bt)| text(program, *a).cmp(text(program, *b)).then(at.cmp(bt)));
            Names::Spellings(all)
        } else if let Type::Record(record) = ty {
            let field = |field: &FieldType| FieldLayout {
                mark: Mark::of(text(program, field.name).as_bytes()),
                name: field.name,
                verbatim: scan::plain(text(program, field.name).as_bytes())
                    == text(program, field.name).len(),
                plain: Plain::of(program, field.ty),
            };
            Names::Fields(record.fields.iter().map(field).collect())
        } else {
            Names::None
        };
        Self { plain: Plain::of(program, id), names, order }
    }

    /// The fields of a record, by rank.
    pub(super) fn fields(&self) -> &[FieldLayout] {
        if let Names::Fields(fields) = &self.names { fields } else { &[] }
    }

    /// The position of the variant with a spelling.
    #[inline]
    pub(crate) fn variant(&self, loaded: &Loaded, spelling: &str) -> Option<u32> {
        let Names::Spellings(all) = &self.names else { return None };
        let at = all.partition_point(|(text, _)| loaded.text(*text) < spelling);
        all.get(at).filter(|(text, _)| loaded.text(*text) == spelling).map(|(_, variant)| *variant)
    }
}

fn text(program: &Program, id: TextId) -> &str {
    program.texts.get(id.index()).map_or("", String::as_str)
}

/// Passes over the key of a field where it is the next one, and gives where it stands.
#[inline(always)]
pub(super) fn expected(
    loaded: &Loaded,
    field: Option<&FieldLayout>,
    scan: &mut Scan<'_>,
) -> Option<(usize, usize)> {
    let field = field.filter(|field| field.verbatim)?;
    let len = field.mark.len;
    let is = |text: &[u8], start: usize| {
        Mark::at(text, start, len) == field.mark
            && (field.mark.is_whole()
                || text.get(start..start + len) == Some(loaded.text(field.name).as_bytes()))
    };
    scan.expected_key(is, len)
}

/// The rank of the field with a name that stands in a text.
#[inline(always)]
pub(super) fn rank(
    loaded: &Loaded,
    fields: &[FieldLayout],
    (text, start, end): (&[u8], usize, usize),
) -> Option<usize> {
    let mark = Mark::at(text, start, end.saturating_sub(start));
    let is = |field: &FieldLayout| {
        field.mark == mark
            && (mark.is_whole() || text.get(start..end) == Some(loaded.text(field.name).as_bytes()))
    };
    fields.iter().position(is)
}
