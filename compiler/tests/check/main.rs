//! The checker, from sources to diagnostics.

#![expect(clippy::unwrap_used, reason = "this is a test, helpers included")]

mod accepts;
mod composition;
mod exceptions;
mod hostile;
mod library;
mod lints;
mod meant;
mod page_one;
mod pages;
mod representation;
mod support;
