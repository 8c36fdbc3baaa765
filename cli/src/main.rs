//! The policyc command line.
fn main() {}
