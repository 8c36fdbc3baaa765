//! What the tree leaves out: comments and blank lines, by position.

use crate::span::Span;

/// The kinds of comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CommentKind {
    /// `// …`.
    Line,
    /// `/// …`.
    Doc,
    /// `//! …`.
    ModuleDoc,
}

/// One comment, from its slashes to the end of its line, without blanks at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Which kind.
    pub kind: CommentKind,
    /// The place.
    pub span: Span,
    /// Whether nothing but blanks stands before it on its line.
    pub own_line: bool,
}

/// Everything between the tokens that matters to a reader.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trivia {
    /// All comments, in source order, those included that the tree holds as docs.
    pub comments: Vec<Comment>,
    /// Where lines begin that hold nothing but blanks, in source order.
    pub blank_lines: Vec<u32>,
}
