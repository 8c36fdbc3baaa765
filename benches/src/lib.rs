//! Workloads for the benchmarks: policies, inputs made deterministically, and hand-written floors.

pub mod gate;
pub mod random;
