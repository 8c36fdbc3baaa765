//! Benchmarks of every stage beside hand-written floors.
