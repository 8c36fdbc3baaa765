//! The reference evaluator: what a checked program means, straightforwardly.
//!
//! It shares nothing with the code generator and the machine but the typed representation that both read. It
//! is slow on purpose: values are copied, nothing is cached but what the language says is evaluated once.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "values and types of the wrong kind are one arm everywhere: what a checked program never does"
)]

pub mod aggregate;
pub mod convert;
pub mod decide;
pub mod decimal;
pub mod entities;
pub mod eval;
pub mod fault;
pub mod files;
pub mod json;
pub mod library;
pub mod net;
pub mod operators;
pub mod parts;
pub mod paths;
pub mod pattern;
pub mod print;
pub mod read;
pub mod regex;
pub mod sequence;
pub mod testing;
pub mod time;
pub mod value;
pub mod wide;

#[cfg(test)]
mod tests;
