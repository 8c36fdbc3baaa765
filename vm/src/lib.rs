//! The deterministic machine that runs compiled policies; the crate that a service embeds.

pub mod compare;
pub mod context;
pub mod failure;
mod ingest;
pub mod intrinsic;
pub mod locator;
pub mod memory;
pub mod pattern;
mod print;
pub mod store;
mod structure;
pub mod value;

pub use context::Context;
pub use failure::{Code, Failure};
pub use intrinsic::{Cost, Growth, Intrinsic, Intrinsics};
pub use memory::Memory;
pub use store::Heap;
pub use value::Value;
