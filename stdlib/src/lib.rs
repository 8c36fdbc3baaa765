//! The standard library: one table of functions and their implementations.
//!
//! [`functions`] is the table as the checker and the documentation see it: a row's position is its
//! [`policy_bytecode::IntrinsicId`]. [`sources`] are the modules that are written in the language, and [`home`]
//! says in which module the methods of a built-in type are found.

pub mod docs;
mod function;
mod rows;
mod run;
mod sources;

use std::sync::LazyLock;

use policy_vm::{Intrinsic, Intrinsics};

pub use function::{Failure, Function};
pub use sources::{Source, home, sources};

/// The functions of the library, in the order of their positions.
pub fn functions() -> impl Iterator<Item = &'static Function> {
    rows::GROUPS.iter().copied().flatten()
}

/// The table as the machine sees it: what a program is loaded with.
///
/// ```
/// let (id, lower) = policy_stdlib::table().find("std.text", "lower_ascii").ok_or("no such function")?;
/// assert_eq!(lower.signature, "fn lower_ascii(text: String) -> String");
/// assert_eq!(policy_stdlib::functions().nth(id.0.into()).map(|row| row.name()), Some("lower_ascii"));
/// # Ok::<(), &str>(())
/// ```
#[must_use]
pub fn table() -> &'static Intrinsics {
    static ROWS: LazyLock<Vec<Intrinsic>> = LazyLock::new(|| functions().map(Function::intrinsic).collect());
    static TABLE: LazyLock<Intrinsics> = LazyLock::new(|| Intrinsics::new(&[ROWS.as_slice()]));
    &TABLE
}

#[cfg(test)]
mod tests;
