//! The command line as users run it: the real binary, real files, real exit codes.

mod basics;
mod check;
mod eval;
mod support;
mod tests;
