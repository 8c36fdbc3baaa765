//! What the columns of a table are read as.

use std::collections::BTreeMap;

/// What the cells of a column are read as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cell {
    /// What their spelling says: a bare number, `true` or `false` is that, an empty one absent, all else text.
    #[default]
    Any,
    /// Text, an empty one too.
    Text,
    /// Text; an empty bare cell is absent.
    TextOrAbsent,
    /// A number, in quotes or not.
    Number,
    /// `true` or `false`, in any of the ways that spreadsheets write them.
    Bool,
    /// A list or an object as JSON; otherwise what the spelling says.
    Json,
}

/// The columns of which it is known what they are read as, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Columns {
    known: BTreeMap<String, Cell>,
}

impl Columns {
    /// What a column is read as.
    #[must_use]
    pub fn of(&self, name: &str) -> Cell {
        self.known.get(name).copied().unwrap_or_default()
    }
}

impl FromIterator<(String, Cell)> for Columns {
    fn from_iter<I: IntoIterator<Item = (String, Cell)>>(columns: I) -> Self {
        Self { known: columns.into_iter().collect() }
    }
}
