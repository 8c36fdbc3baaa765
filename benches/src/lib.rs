//! Workloads for the benchmarks: policies, inputs made deterministically, and hand-written floors.

pub mod engine;
pub mod gate;
pub mod large;
pub mod random;
