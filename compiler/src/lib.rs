//! Checks policy sources and compiles them to programs for the machine.

pub mod hir;
