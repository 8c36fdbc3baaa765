//! The checker, from sources to diagnostics.

mod accepts;
mod hostile;
mod library;
mod page_one;
mod pages;
mod representation;
mod support;
