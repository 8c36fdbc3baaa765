//! Types of which a value has too many parts.
//!
//! What a policy reads and what it costs is told of each place of its input, and a type stands at as many places as there are
//! ways to it: ten lines can declare a type of a thousand million. A type that holds itself has no place of its own below
//! itself.

use std::collections::HashMap;

use policy_syntax::Diagnostic;

use crate::diagnostics::Finding;
use crate::diagnostics::types::Types as Problem;
use crate::hir::{Makeup, Ty, TyKind, Types};

/// The most parts that a value may have, each counted wherever it stands; the elements of a list are one.
pub(crate) const MAX_PARTS: u32 = 1 << 16;

/// The most places that are counted of all types that hold each other.
const MAX_COUNTED: u32 = 1 << 24;

/// What is said of such a type.
pub(crate) fn too_wide() -> Problem {
    Problem::BadType {
        what: format!("a value of this type has more than {MAX_PARTS} parts"),
        help: vec![
            "a part counts wherever it stands; what is in a list counts once, and `Json` is one part"
                .to_owned(),
        ],
    }
}

/// Reports the first type that has too many parts.
pub(super) fn check(types: &Types, diagnostics: &mut Vec<Diagnostic>) {
    let mut count = Count { types, known: HashMap::new(), above: Vec::new(), left: 0, all: MAX_COUNTED };
    let records =
        types.records.iter().map(|def| (Vec::from_iter(def.fields.iter().map(|f| f.ty)), def.location));
    let unions =
        types.unions.iter().map(|def| (Vec::from_iter(def.variants.iter().map(|v| v.payload)), def.location));
    let records = (0..).map(|id| TyKind::Record(crate::hir::RecordId(id))).zip(records);
    let unions = (0..).map(|id| TyKind::Union(crate::hir::UnionId(id))).zip(unions);
    for (kind, (_, location)) in records.chain(unions) {
        let Some(ty) = types.find(&kind) else { continue };
        count.left = MAX_PARTS;
        count.above.clear();
        if count.of(ty).is_none() {
            return diagnostics.push(too_wide().render(location));
        }
    }
}

struct Count<'t> {
    types: &'t Types,
    /// Of types that hold nothing which stands above them.
    known: HashMap<Ty, u32>,
    /// The named types that hold the one at hand.
    above: Vec<Ty>,
    /// How many parts there may still be.
    left: u32,
    /// How many may still be counted one by one.
    all: u32,
}

impl Count<'_> {
    fn take(&mut self, parts: u32) -> Option<()> {
        self.left = self.left.checked_sub(parts)?;
        Some(())
    }

    /// Counts the parts of a value; tells which types above it it holds. None where they are too many.
    fn of(&mut self, ty: Ty) -> Option<Held> {
        if let Some(&known) = self.known.get(&ty) {
            return self.take(known).map(|()| Held::default());
        }
        self.take(1)?;
        self.all = self.all.checked_sub(1)?;
        if !matches!(self.types.kind(ty), TyKind::Record(_) | TyKind::Union(_)) {
            return self.inside(ty);
        }
        if let Some(at) = self.above.iter().position(|above| *above == ty) {
            return Some(Held { highest: Some(at), through: false });
        }
        let (before, own) = (self.left, self.above.len());
        self.above.push(ty);
        let held = self.inside(ty)?;
        self.above.pop();
        if held.highest.is_some_and(|highest| highest < own) {
            return Some(Held { through: true, ..held });
        }
        // Types that hold each other are counted wherever one of them stands: it depends on which of them are above.
        if !held.through {
            self.known.insert(ty, (before - self.left).saturating_add(1));
        }
        Some(Held::default())
    }

    fn inside(&mut self, ty: Ty) -> Option<Held> {
        let mut all = Held::default();
        for part in parts(self.types, ty) {
            let held = self.of(part)?;
            all.through |= held.through;
            all.highest = match (all.highest, held.highest) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            };
        }
        Some(all)
    }
}

/// Which of the types above it a type holds.
#[derive(Default)]
struct Held {
    /// The highest one, by its position.
    highest: Option<usize>,
    /// Whether another type between them holds one of them.
    through: bool,
}

/// The types of what a value holds directly.
fn parts(types: &Types, ty: Ty) -> Vec<Ty> {
    match types.kind(ty).makeup() {
        Makeup::Option(part) | Makeup::List(part) | Makeup::Set(part) => vec![part],
        Makeup::Map(key, value) => vec![key, value],
        Makeup::Tuple(parts) => parts.to_vec(),
        Makeup::Record(id) => {
            types.record(id).map_or_else(Vec::new, |def| def.fields.iter().map(|f| f.ty).collect())
        }
        Makeup::Union(id) => {
            types.union(id).map_or_else(Vec::new, |def| def.variants.iter().map(|v| v.payload).collect())
        }
        Makeup::Read(id) => types.read(id).map_or_else(Vec::new, |def| vec![def.base]),
        Makeup::Scalar
        | Makeup::Text
        | Makeup::Json
        | Makeup::Enum(_)
        | Makeup::Entity(_)
        | Makeup::Nothing => Vec::new(),
    }
}
