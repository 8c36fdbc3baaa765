//! The standard library: one table of functions and their implementations.
//!
//! [`functions`] is the table as the checker and the documentation see it: a row's position is its
//! [`policy_bytecode::IntrinsicId`]. [`sources`] are the modules that are written in the language, and [`home`]
//! says in which module the methods of a built-in type are found.

mod function;
mod rows;
mod sources;

pub use function::{Failure, Function};
pub use sources::{Source, home, sources};

/// The functions of the library, in the order of their positions.
pub fn functions() -> impl Iterator<Item = &'static Function> {
    rows::GROUPS.iter().copied().flatten()
}

#[cfg(test)]
mod tests;
