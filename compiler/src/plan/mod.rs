//! The plan of a policy: which parts of its input it can read.

pub mod readable;
pub(crate) mod table;

pub(crate) use readable::rule_pointers;
pub use readable::{Readable, Step, readable};
