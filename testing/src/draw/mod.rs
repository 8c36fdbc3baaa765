//! Drawing values of types: what properties, the fuzzer and comparisons of versions try policies on.
//!
//! A value is a pure function of a sequence of [`Choices`]: drawing records them, shrinking edits the record and draws again, so
//! that whatever is shown still fits its type. The types are those of the program, so that a bundle without sources serves too.
//! Where sources are known, [`Hints`] lead values to the constants that policies compare with.

pub mod choices;
pub mod doc;
pub mod hints;
mod json;
mod literal;
mod pattern;
mod reads;
mod scalar;
pub mod shrink;
mod store;
mod value;

#[cfg(test)]
mod tests;

pub use choices::Choices;
pub use doc::Doc;
pub use hints::{Hints, Pool};
pub use literal::{Source, source, store_source};
pub use reads::Readable;
pub use store::store;
pub use value::Drawing;
