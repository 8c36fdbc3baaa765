//! The standard library: one table of functions and their implementations.
