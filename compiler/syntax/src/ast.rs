//! The syntax tree: what the text says, before any name is looked up.
//!
//! - Expressions, types and patterns live in arenas and are named by ids; items and statements own the rest.
//! - A damaged part is an `Error` node; its diagnostic has been reported, so whoever meets it stays silent.
//! - The tree is never higher than [`MAX_DEPTH`]: what can get long (`+`, `and`, `.f()`, `else if`) is one node with many
//!   children, and deeper nesting is a diagnostic and an `Error` node. A recursive walk is therefore safe.
//! - Comments are not in the tree; they are in [`crate::Trivia`], by position.

mod expr;
mod item;
mod pattern;
mod stmt;
mod tight;
mod types;

use std::fmt;
use std::marker::PhantomData;
use std::ops::Index;
use std::sync::Arc;

use crate::span::Span;

pub use expr::*;
pub use item::*;
pub use pattern::*;
pub use stmt::*;
pub use types::*;

/// The greatest height of a tree of expressions, types and patterns below one item or statement.
pub const MAX_DEPTH: u32 = 256;

/// One source file.
#[derive(Clone, Debug, Default)]
pub struct Ast {
    /// The `//!` lines, in order.
    pub docs: Vec<Doc>,
    /// `module a.b.c`.
    pub module: Option<ModuleDecl>,
    /// Everything else, in source order.
    pub items: Vec<Item>,
    /// All expressions.
    pub exprs: Arena<Expr>,
    /// All types.
    pub types: Arena<Type>,
    /// All patterns.
    pub patterns: Arena<Pattern>,
}

impl Ast {
    /// This tree, with the nodes of another whose ids begin at `base`. None where the ids of this one reach so far.
    pub(crate) fn followed_by(self, nodes: Self, base: u32) -> Option<Self> {
        Some(Self {
            exprs: self.exprs.followed_by(nodes.exprs, base)?,
            types: self.types.followed_by(nodes.types, base)?,
            patterns: self.patterns.followed_by(nodes.patterns, base)?,
            ..self
        })
    }
}

/// `module a.b.c`.
#[derive(Clone, Debug)]
pub struct ModuleDecl {
    /// The dotted name.
    pub path: Path,
    /// From the word `module` to the end of the path.
    pub span: Span,
}

/// One `///` or `//!` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doc {
    /// The text after the slashes, without one leading blank and without trailing blanks.
    pub text: Arc<str>,
    /// The whole line, slashes included.
    pub span: Span,
}

/// How a name was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum NameStyle {
    /// `name`.
    #[default]
    Plain,
    /// `` `name` ``: always a name, and as an expression always a local or module-level name, never a variant.
    Backquoted,
    /// `"name"`: a field whose name is no identifier.
    Quoted,
}

/// A name and where it stands.
#[derive(Clone, Debug)]
pub struct Name {
    /// The name itself: without backquotes, quotes and escapes. Empty where a name is missing.
    pub text: Arc<str>,
    /// The place, quotes included.
    pub span: Span,
    /// How it was written.
    pub style: NameStyle,
}

impl Name {
    /// Whether no name was written, which was reported; `""` is one.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.text.is_empty() && self.span.is_empty()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A dotted name with at least one segment.
#[derive(Clone, Debug)]
pub struct Path {
    /// The segments, in order.
    pub segments: Vec<Name>,
    /// From the first segment to the last.
    pub span: Span,
}

impl Path {
    /// The last segment.
    #[must_use]
    pub fn last(&self) -> Option<&Name> {
        self.segments.last()
    }

    /// The only segment, where there is just one.
    #[must_use]
    pub fn single(&self) -> Option<&Name> {
        match self.segments.as_slice() {
            [name] => Some(name),
            _ => None,
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, segment) in self.segments.iter().enumerate() {
            if i > 0 {
                f.write_str(".")?;
            }
            f.write_str(&segment.text)?;
        }
        Ok(())
    }
}

/// A string literal without interpolation, with its escapes decoded.
#[derive(Clone, Debug)]
pub struct Text {
    /// What it stands for.
    pub value: Arc<str>,
    /// The place, quotes included.
    pub span: Span,
}

/// A kind of node that lives in an arena.
pub trait Node: Sized + 'static {
    /// What names a node of this kind.
    type Id: Copy + Into<u32> + From<u32>;
    /// The node that an unknown id stands for: an error node.
    const MISSING: &'static Self;
}

/// Nodes of one kind, named by their ids. Indexing never panics: an id of another tree gives an error node.
#[derive(Clone, Debug)]
pub struct Arena<T> {
    nodes: Vec<T>,
    /// Nodes from this position on are named by ids that are `skipped` higher: two threads made them, and neither knew how
    /// many the other makes.
    straight: u32,
    skipped: u32,
    kind: PhantomData<T>,
}

impl<T> Default for Arena<T> {
    fn default() -> Self {
        Self { nodes: Vec::new(), straight: 0, skipped: 0, kind: PhantomData }
    }
}

impl<T: Node> Arena<T> {
    /// Adds a node and names it.
    pub fn push(&mut self, node: T) -> T::Id {
        let id = self.id(self.nodes.len());
        self.nodes.push(node);
        id
    }

    /// The id of the node at a position.
    fn id(&self, at: usize) -> T::Id {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        let skipped = if at < self.straight { 0 } else { self.skipped };
        at.saturating_add(skipped).into()
    }

    /// The position of the node of an id.
    fn position(&self, id: T::Id) -> Option<usize> {
        let id: u32 = id.into();
        if id < self.straight {
            return Some(id as usize);
        }
        id.checked_sub(self.skipped).filter(|at| *at >= self.straight).map(|at| at as usize)
    }

    /// The node that `id` names.
    #[must_use]
    pub fn get(&self, id: T::Id) -> Option<&T> {
        self.nodes.get(self.position(id)?)
    }

    /// The node that `id` names, to be changed.
    pub fn get_mut(&mut self, id: T::Id) -> Option<&mut T> {
        let at = self.position(id)?;
        self.nodes.get_mut(at)
    }

    /// All nodes with their ids, in the order in which they were made: children before parents.
    pub fn iter(&self) -> impl Iterator<Item = (T::Id, &T)> {
        self.nodes.iter().enumerate().map(|(at, node)| (self.id(at), node))
    }

    /// All nodes, to be changed.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.nodes.iter_mut()
    }

    /// Names nodes from `base` on, where there is none yet.
    pub(crate) fn skip(&mut self, base: u32) {
        self.skipped = base;
    }

    /// These nodes, and behind them those of another arena that were named from `base` on. None where these reach so far.
    fn followed_by(mut self, other: Self, base: u32) -> Option<Self> {
        let straight = u32::try_from(self.nodes.len()).ok()?;
        self.skipped = base.checked_sub(straight)?;
        self.straight = straight;
        self.nodes.reserve_exact(other.nodes.len());
        self.nodes.extend(other.nodes);
        Some(self)
    }

    /// Makes room for so many nodes.
    pub(crate) fn reserve(&mut self, nodes: usize) {
        self.nodes.reserve(nodes);
    }

    /// Gives back the room that it was grown with.
    pub(crate) fn tighten(&mut self) {
        self.nodes.shrink_to_fit();
    }

    /// How many nodes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}

impl<T: Node<Id = I>, I: Copy + Into<u32> + From<u32>> Index<I> for Arena<T> {
    type Output = T;

    fn index(&self, id: I) -> &T {
        self.get(id).unwrap_or(T::MISSING)
    }
}

/// Declares the id of an arena.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl From<u32> for $name {
            fn from(id: u32) -> Self {
                Self(id)
            }
        }

        impl From<$name> for u32 {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

id! {
    /// Names an expression: `ast.exprs[id]`.
    ExprId
}
id! {
    /// Names a type: `ast.types[id]`.
    TypeId
}
id! {
    /// Names a pattern: `ast.patterns[id]`.
    PatternId
}
