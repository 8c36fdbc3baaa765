//! The language server as an editor sees it: messages in, messages out, over a connection in memory.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod actions;
mod client;
mod completion;
mod diagnostics;
mod documents;
mod edits;
mod examples;
mod keystrokes;
mod large;
mod navigation;
mod running;
mod shape;
