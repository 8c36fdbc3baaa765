//! Projects, checked and compiled, and the running of their tests.

pub mod affected;
pub mod bundle;
pub mod columns;
pub mod compare;
pub mod coverage;
pub mod diff;
pub mod draw;
pub mod explain;
pub mod fuzz;
pub mod link;
pub mod modes;
pub mod mutate;
pub mod parameters;
pub mod probe;
mod reach;
pub mod report;
pub mod result;
pub mod runner;
pub mod search;
pub mod workspace;

pub use link::Linked;
pub use result::{Case, Failure, Part, PropertyResult, Results, Status, TestResult};
pub use runner::{Progress, TestOptions, run, run_told};
pub use workspace::{Asked, Workspace};
