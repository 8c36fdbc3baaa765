//! Projects, checked and compiled, and the running of their tests.

pub mod columns;
pub mod diff;
pub mod explain;
pub mod link;
pub mod modes;
pub mod parameters;
pub mod report;
pub mod result;
pub mod runner;
pub mod workspace;

pub use link::Linked;
pub use result::{Failure, Part, Results, Status, TestResult};
pub use runner::{TestOptions, run};
pub use workspace::{Asked, Workspace};
