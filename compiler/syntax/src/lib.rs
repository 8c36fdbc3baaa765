//! Lexer, grammar, syntax tree and formatter of the policy language.

pub mod span;

pub use span::{FileId, Location, Span};
