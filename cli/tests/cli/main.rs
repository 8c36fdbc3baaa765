//! The command line as users run it: the real binary, real files, real exit codes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod basics;
mod bundles;
mod check;
mod compared;
mod composed;
mod cost;
mod editor;
mod eval;
mod locked;
mod projects;
mod reached;
mod support;
mod tests;
