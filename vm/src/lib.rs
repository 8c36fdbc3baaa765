//! The deterministic machine that runs compiled policies; the crate that a service embeds.
//!
//! Load a [`Program`], make a [`Snapshot`] of its data, give each thread an [`Evaluator`], and decide:
//! [`Evaluator::decide_json`] gives a [`Decision`], whose one field to obey is `proceed`.

mod arithmetic;
pub mod base64;
pub mod compare;
pub mod context;
pub mod decision;
mod digest;
mod entities;
mod entry;
pub mod evaluator;
pub mod failure;
pub mod host;
mod ingest;
pub mod intrinsic;
pub mod locator;
mod lookup;
mod machine;
pub mod many;
pub mod memory;
pub mod modes;
pub mod observer;
pub mod pattern;
mod print;
pub mod program;
pub mod request;
pub mod shipped;
mod shortcut;
pub mod snapshot;
pub mod store;
mod structure;
#[cfg(test)]
mod testkit;
pub mod time;
pub mod value;
mod word;

pub use context::Context;
pub use decision::{Decision, Outcome};
pub use entry::{Entry, OpenError};
pub use evaluator::{Evaluator, Mark, Raise, Verdict};
pub use failure::{Code, Failure};
pub use host::{FixtureRequest, Host, NoHost};
pub use ingest::{Misfit, Misfits};
pub use intrinsic::{Cost, Growth, Intrinsic, Intrinsics};
pub use many::{Line, Lines};
pub use memory::Memory;
pub use modes::{Mode, UnknownName, mode_named};
pub use observer::{Observer, Quiet};
pub use program::{Duties, EntryError, LoadError, Program};
pub use request::{Limits, Request};
pub use snapshot::{Data, Snapshot, SnapshotBuilder, SnapshotError};
pub use store::Heap;
pub use value::Value;
