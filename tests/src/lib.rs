//! The executable specification, the reference evaluator, and the suites that hold the whole together.

pub mod both;
pub mod bundles;
mod damage;
pub mod differential;
pub mod failing;
pub mod generate;
pub mod library;
pub mod pages;
pub mod reference;
pub mod spec;
