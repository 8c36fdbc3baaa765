//! The deterministic machine that runs compiled policies; the crate that a service embeds.
//!
//! Load a [`Program`], make a [`Snapshot`] of its data, give each thread an [`Evaluator`], and decide:
//! [`Evaluator::decide_json`] gives a [`Decision`], whose one field to obey is `proceed`.

mod arithmetic;
pub mod base64;
mod compare;
mod context;
pub mod decision;
mod digest;
mod entities;
mod entry;
mod evaluator;
mod failure;
mod host;
mod ingest;
mod intrinsic;
pub mod locator;
mod lookup;
mod machine;
mod many;
mod memory;
mod modes;
mod observer;
pub mod pattern;
mod print;
mod program;
mod request;
mod shipped;
mod shortcut;
mod snapshot;
mod store;
mod structure;
#[cfg(test)]
mod testkit;
pub mod time;
mod value;
mod word;

/// The guide runs with the examples.
#[cfg(doctest)]
#[doc = include_str!("../../docs/embedding.md")]
mod guide {}

pub use compare::MAX_DEPTH;
pub use context::Context;
pub use decision::{Decision, Outcome};
pub use entry::{Entry, OpenError};
pub use evaluator::{Evaluator, Mark, Raise, Verdict, print_observed};
pub use failure::{Code, Failure};
pub use host::{FixtureRequest, Host, NoHost};
pub use ingest::{Misfit, Misfits};
pub use intrinsic::{Cost, Growth, Intrinsic, Intrinsics, Run};
pub use many::{Line, Lines};
pub use memory::Memory;
pub use modes::{Mode, UnknownName, mode_name, mode_named};
pub use observer::{Observer, Quiet};
pub use program::{Duties, EDITION, EntryError, LoadError, Program};
pub use request::{Limits, Request};
pub use snapshot::{Data, Snapshot, SnapshotBuilder, SnapshotError};
pub use store::Heap;
pub use value::{Cells, Region, Span, Value};
