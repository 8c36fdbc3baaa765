//! The command line as users run it: the real binary, real files, real exit codes.

mod basics;
mod check;
mod support;
