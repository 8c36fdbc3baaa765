//! Generated programs: well-typed sources, and documents that fit them or do not.

#![expect(clippy::wildcard_enum_match_arm, reason = "most choices concern a few of the types")]

mod composition;
pub mod entities;
pub mod expr;
pub mod features;
mod forms;
mod loops;
pub mod program;
pub mod rng;
mod rules;
mod shapes;
pub mod types;

pub use composition::COMPOSED;
pub use features::{FEATURES, Used};
pub use program::{Generated, program};
pub use rng::Rng;
