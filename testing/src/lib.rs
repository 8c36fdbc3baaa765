//! Projects, checked and compiled, and the running of their tests.

pub mod diff;
pub mod explain;
pub mod report;
pub mod result;
pub mod workspace;

pub use result::{Failure, Part, Results, Status, TestResult};
pub use workspace::Workspace;
