//! Checks policy sources and compiles them to programs for the machine.

pub mod code;
pub mod exhaustive;
pub mod hir;
pub mod lint;
pub mod literal;
