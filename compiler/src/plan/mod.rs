//! The plan of a policy: which parts of its input it can read.

mod alias;
pub mod readable;
pub(crate) mod table;

pub use readable::{Readable, Step, readable};
pub(crate) use readable::{Reads, include_pointers};
