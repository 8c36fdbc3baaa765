//! The search for values that no row takes.

use super::heads::{Head, heads};
use crate::hir::{MatchPattern, Ty, Types};

/// Patterns for the columns that are still to be looked at.
pub(super) type Row<'a> = Vec<&'a MatchPattern>;

/// Steps after which a search gives up: the patterns of a tuple can combine without end.
const STEPS: usize = 4_000;

/// How many missing rows are looked for.
const ENOUGH: usize = super::MOST_MISSING + 1;

pub(super) struct Search<'t> {
    types: &'t Types,
    steps: usize,
    /// Whether the search gave up; what it says is then incomplete.
    pub(super) cut: bool,
    /// Whether something missing has no name of its own.
    pub(super) open: bool,
}

impl<'t> Search<'t> {
    pub(super) fn new(types: &'t Types) -> Self {
        Self { types, steps: 0, cut: false, open: false }
    }

    fn step(&mut self) -> bool {
        self.steps += 1;
        self.cut |= self.steps > STEPS;
        !self.cut
    }

    /// Whether `row` takes a value that no row of `before` takes. Yes, where the search gives up.
    pub(super) fn useful(&mut self, columns: &[Ty], before: &[Row<'_>], row: &[&MatchPattern]) -> bool {
        if !self.step() {
            return true;
        }
        let (Some((&ty, columns)), Some((first, rest))) = (columns.split_first(), row.split_first()) else {
            return before.is_empty();
        };
        // A pattern other than `_` takes values with its own head only: the rest need not be told apart.
        let mut named = vec![*first];
        if matches!(first, MatchPattern::Any) {
            named.extend(firsts(before));
        }
        let Some(heads) = heads(self.types, ty, &named) else { return true };
        heads.iter().any(|head| {
            let Some(mut row) = head.taken_by(first) else { return false };
            row.extend(rest);
            self.useful(&below(head, columns), &keep(head, before), &row)
        })
    }

    /// Values that no row takes, each as the texts of its columns.
    pub(super) fn missing(&mut self, columns: &[Ty], rows: &[Row<'_>]) -> Vec<Vec<String>> {
        if !self.step() {
            return Vec::new();
        }
        let Some((&ty, rest)) = columns.split_first() else {
            return if rows.is_empty() { vec![Vec::new()] } else { Vec::new() };
        };
        let named = firsts(rows);
        let Some(heads) = heads(self.types, ty, &named) else { return Vec::new() };
        // Where no row looks at this column, one text stands for all its values.
        if !rest.is_empty() && named.iter().all(|pattern| matches!(pattern, MatchPattern::Any)) {
            let tails: Vec<Row<'_>> = rows.iter().map(|row| row.get(1..).unwrap_or(&[]).to_vec()).collect();
            let mut found = self.missing(rest, &tails);
            found.iter_mut().for_each(|row| row.insert(0, "_".to_owned()));
            return found;
        }
        let mut found = Vec::new();
        for head in &heads {
            let parts = head.parts().len();
            for mut row in self.missing(&below(head, rest), &keep(head, rows)) {
                let tail = row.split_off(parts.min(row.len()));
                self.open |= *head == Head::Other;
                let mut whole = vec![head.shown(self.types, &row)];
                whole.extend(tail);
                found.push(whole);
            }
            if found.len() >= ENOUGH {
                break;
            }
        }
        found
    }
}

fn firsts<'a>(rows: &[Row<'a>]) -> Vec<&'a MatchPattern> {
    rows.iter().filter_map(|row| row.first().copied()).collect()
}

fn below(head: &Head, rest: &[Ty]) -> Vec<Ty> {
    head.parts().iter().chain(rest).copied().collect()
}

/// The rows that take `head`, with what they ask of its parts and of the other columns.
fn keep<'a>(head: &Head, rows: &[Row<'a>]) -> Vec<Row<'a>> {
    rows.iter()
        .filter_map(|row| {
            let (first, rest) = row.split_first()?;
            let mut kept = head.taken_by(first)?;
            kept.extend(rest);
            Some(kept)
        })
        .collect()
}
