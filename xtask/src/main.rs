//! The laws of this repository, as a program.
fn main() {}
