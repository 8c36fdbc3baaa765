//! Workloads for the benchmarks: policies, inputs made deterministically, and hand-written floors.

pub mod bundle;
pub mod clock;
pub mod engine;
pub mod fuel;
pub mod gate;
pub mod histories;
pub mod large;
pub mod ours;
pub mod random;
pub mod small;
