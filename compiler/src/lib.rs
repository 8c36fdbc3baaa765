//! Checks policy sources and compiles them to programs for the machine.

mod check;
mod checked;
pub mod code;
mod codegen;
pub mod constant;
pub mod cost;
pub mod deep;
pub mod diagnostics;
pub mod exhaustive;
mod finish;
pub mod fix;
mod hash;
pub mod hir;
pub mod lint;
pub mod literal;
mod names;
pub mod plan;
pub mod probe;
mod session;
mod ty;
mod world;

pub use checked::{Checked, CheckedModule, Resolutions, check, check_library};
pub use codegen::{
    Base, Compiled, EDITION, NOT_COMPILED, Options, SourceMap, TestPlan, compile, tests as test_plan,
};
pub use session::Session;
pub use world::{FIRST_STD_FILE, Sources, World};
