//! The code generator: golden disassembly of small programs.

#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "a test that cannot go on fails")]

mod build;
mod examples;
mod listing;
mod programs;
mod rules;
mod runs;
