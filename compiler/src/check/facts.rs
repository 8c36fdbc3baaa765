//! What tests have shown of values: facts about stable paths.
//!
//! A stable path is a variable followed by fields and by `[…]` with a constant or a stable path inside. Values never change,
//! so a fact about a path holds wherever the path means the same.

use std::rc::Rc;
use std::sync::Arc;

use crate::hir::{DataId, EntityId, GlobalId, LocalId, Ty};

/// What a path begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Root {
    Local(LocalId),
    Global(GlobalId),
    Data(DataId),
}

/// A key in brackets.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    Int(i64),
    Text(Arc<str>),
    /// A constant of another type, by how it prints.
    Other(String),
    Path(Path),
}

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum PathStep {
    Field(Arc<str>),
    Key(Box<Key>),
    /// The content of a variant that is a union itself, of which other things are known.
    Content(u32),
}

/// A stable path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Path {
    pub(crate) root: Root,
    pub(crate) steps: Vec<PathStep>,
}

impl Path {
    /// The path of a variable.
    pub(crate) fn root(root: Root) -> Self {
        Self { root, steps: Vec::new() }
    }

    /// One step further.
    pub(crate) fn then(&self, step: PathStep) -> Self {
        let mut steps = self.steps.clone();
        steps.push(step);
        Self { root: self.root, steps }
    }
}

/// What is known of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fact {
    /// It is present.
    Present,
    /// It is absent.
    Absent,
    /// It is `Json` of this kind.
    Kind(Ty),
    /// If present, it is an entity of one of these types.
    Entities(Vec<EntityId>),
    /// It is one of these variants of an enum, by position.
    Variants(Vec<u32>),
    /// It is none of these variants of an enum.
    NotVariants(Vec<u32>),
}

/// A fact about a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) path: Path,
    pub(crate) fact: Fact,
}

/// What a condition tells where it is true and where it is false.
#[derive(Clone, Debug, Default)]
pub(crate) struct Branches {
    pub(crate) yes: Vec<Known>,
    pub(crate) no: Vec<Known>,
}

impl Branches {
    /// The other way round.
    pub(crate) fn swapped(self) -> Self {
        Self { yes: self.no, no: self.yes }
    }
}

/// What both lists tell.
pub(crate) fn both<'b>(a: &[Known], b: impl Iterator<Item = &'b Known> + Clone) -> Vec<Known> {
    let mut out: Vec<Known> = Vec::new();
    for known in a {
        for other in b.clone().filter(|o| o.path == known.path) {
            let common = match (&known.fact, &other.fact) {
                (x, y) if x == y => Some(x.clone()),
                (Fact::Entities(x), Fact::Entities(y)) => {
                    let mut all: Vec<EntityId> = x.iter().chain(y).copied().collect();
                    all.sort_unstable();
                    all.dedup();
                    Some(Fact::Entities(all))
                }
                (Fact::Variants(x), Fact::Variants(y)) => {
                    let mut all: Vec<u32> = x.iter().chain(y).copied().collect();
                    all.sort_unstable();
                    all.dedup();
                    Some(Fact::Variants(all))
                }
                (Fact::NotVariants(x), Fact::NotVariants(y)) => {
                    let all: Vec<u32> = x.iter().filter(|v| y.contains(v)).copied().collect();
                    (!all.is_empty()).then_some(Fact::NotVariants(all))
                }
                _ => None,
            };
            out.extend(common.map(|fact| Known { path: known.path.clone(), fact }));
        }
    }
    out
}

#[derive(Debug)]
struct Node {
    known: Vec<Known>,
    before: Option<Rc<Node>>,
}

/// All that is known at a place. Sharing keeps copies cheap.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts(Option<Rc<Node>>);

impl Facts {
    /// With more known.
    pub(crate) fn with(&self, known: &[Known]) -> Self {
        Self(Some(Rc::new(Node { known: known.to_vec(), before: self.0.clone() })))
    }

    /// What is known of a path, the newest first.
    pub(crate) fn of<'f>(&'f self, path: &'f Path) -> impl Iterator<Item = &'f Fact> {
        std::iter::successors(self.0.as_deref(), |node| node.before.as_deref())
            .flat_map(|node| &node.known)
            .filter(move |known| known.path == *path)
            .map(|known| &known.fact)
    }
}
