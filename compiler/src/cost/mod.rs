//! What policies cost at most: steps and sizes as polynomials over the sizes of input and data.
//!
//! **What is promised.** The fuel that the machine uses for a decision is never more than [`Promise::steps`] at the
//! sizes of its input and data. It follows from three things that have to stay true together:
//!
//! - every instruction costs what its row in the table of instructions says, and is charged with the region of code that it stands in;
//! - what takes time beyond that (comparing, sorting, searching, reading, the library) takes fuel as it goes;
//! - [`price`] and its users are at least what the code generator writes for a node, with all of its alternatives.
//!
//! The differential suite holds every generated decision against the promise.
//!
//! Costs are computed over the typed representation, so that they are there for editors and before any code is
//! written. A function is looked at once, over the sizes of its own parameters; a call replaces these by the sizes of
//! its arguments. See `docs/decisions/0800-static-cost.md`.

mod codes;
mod convert;
mod expr;
mod library;
mod limits;
mod loops;
mod matching;
mod measure;
mod model;
mod path;
mod policy;
mod poly;
mod price;
mod report;
mod shape;
mod structure;

#[cfg(test)]
mod tests;

pub use codes::CODES;
pub use limits::{Limits, check};
pub use measure::Sizes;
pub use path::{PathId, Root};
pub use poly::{Poly, Symbol};
pub use report::{Costs, Measure, Promise, RuleCost, grouped, of_expr};
