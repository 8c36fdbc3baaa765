//! Checks policy sources and compiles them to programs for the machine.

pub mod code;
pub mod constant;
pub mod exhaustive;
pub mod fix;
pub mod hir;
pub mod lint;
pub mod literal;

mod codegen;
pub mod plan;

pub use codegen::{
    Compiled, EDITION, NOT_COMPILED, Options, SourceMap, TestPlan, compile, tests as test_plan,
};
