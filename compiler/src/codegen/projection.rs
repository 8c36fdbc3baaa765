//! How values of wider records become values of narrower ones.

use policy_bytecode::program::Projection;

use super::context::Context;
use crate::hash::HashMap;
use crate::hir::{RecordId, Ty, TyKind};

/// The table of projections while it is made.
#[derive(Debug, Default)]
pub(crate) struct Projections {
    pub(crate) entries: Vec<Projection>,
    states: HashMap<(Ty, Ty), State>,
    /// The one that changes nothing.
    same: Option<u32>,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// It is being made, and has no position yet.
    Open,
    /// It changes nothing.
    Same,
    /// It has a position.
    At(u32),
}

impl Context<'_> {
    /// How a value of `from` becomes one of `to`, as a position in the table; none where it is one already.
    pub(crate) fn projection(&mut self, from: Ty, to: Ty) -> Option<u32> {
        if from == to {
            return None;
        }
        let key = (from, to);
        match self.projections.states.get(&key).copied() {
            Some(State::Same) => return None,
            Some(State::At(position)) => return Some(position),
            // Types that hold themselves: the projection gets its position before its parts.
            Some(State::Open) => return Some(self.place_projection(key, Projection::Same)),
            None => {}
        }
        self.projections.states.insert(key, State::Open);
        let made = self.make_projection(from, to);
        match (self.projections.states.get(&key).copied(), made) {
            (Some(State::At(position)), made) => {
                if let Some(slot) = self.projections.entries.get_mut(position as usize) {
                    *slot = made.unwrap_or(Projection::Same);
                }
                Some(position)
            }
            (Some(State::Open | State::Same) | None, Some(made)) => Some(self.place_projection(key, made)),
            (Some(State::Open | State::Same) | None, None) => {
                self.projections.states.insert(key, State::Same);
                None
            }
        }
    }

    fn place_projection(&mut self, key: (Ty, Ty), made: Projection) -> u32 {
        let position = self.push_projection(made);
        self.projections.states.insert(key, State::At(position));
        position
    }

    fn push_projection(&mut self, made: Projection) -> u32 {
        let position = u32::try_from(self.projections.entries.len()).unwrap_or(u32::MAX);
        self.projections.entries.push(made);
        position
    }

    /// The position of the projection of a part, that of one that changes nothing included.
    fn part_projection(&mut self, how: Option<u32>) -> u32 {
        how.unwrap_or_else(|| {
            let same = self.projections.same.unwrap_or_else(|| self.push_projection(Projection::Same));
            self.projections.same = Some(same);
            same
        })
    }

    /// None where nothing changes.
    fn make_projection(&mut self, from: Ty, to: Ty) -> Option<Projection> {
        let hir = self.hir;
        match (hir.types.kind(from), hir.types.kind(to)) {
            (TyKind::Record(wide), TyKind::Record(narrow)) => self.record_projection(*wide, *narrow),
            (
                TyKind::List { elem: a, .. } | TyKind::Set { elem: a, .. },
                TyKind::List { elem: b, .. } | TyKind::Set { elem: b, .. },
            ) => self.projection(*a, *b).map(Projection::Elements),
            (TyKind::Map { value: a, .. }, TyKind::Map { value: b, .. }) => {
                self.projection(*a, *b).map(Projection::Values)
            }
            (TyKind::Option(a), TyKind::Option(b)) => self.projection(*a, *b).map(Projection::Option),
            (_, TyKind::Option(b)) => self.projection(from, *b).map(Projection::Option),
            (TyKind::Tuple(a), TyKind::Tuple(b)) => {
                let parts: Vec<Option<u32>> = a.iter().zip(b).map(|(a, b)| self.projection(*a, *b)).collect();
                if parts.iter().all(Option::is_none) {
                    return None;
                }
                Some(Projection::Parts(parts.into_iter().map(|how| self.part_projection(how)).collect()))
            }
            (_, _) => None,
        }
    }

    fn record_projection(&mut self, wide: RecordId, narrow: RecordId) -> Option<Projection> {
        let hir = self.hir;
        let (wide, narrow) = (hir.types.record(wide)?, hir.types.record(narrow)?);
        let mut fields = Vec::with_capacity(narrow.fields.len());
        let mut same = wide.fields.len() == narrow.fields.len();
        for field in &narrow.fields {
            let Some(rank) = wide.fields.iter().position(|f| f.name == field.name) else {
                self.broken("a projection to a field that the wider record lacks");
                continue;
            };
            let from = wide.fields.get(rank).map_or(field.ty, |f| f.ty);
            let how = self.projection(from, field.ty);
            same &= how.is_none();
            fields.push((u16::try_from(rank).unwrap_or(u16::MAX), how));
        }
        if same {
            return None;
        }
        let fields = fields.into_iter().map(|(rank, how)| (rank, self.part_projection(how))).collect();
        Some(Projection::Record(fields))
    }
}
