//! The checker, from sources to diagnostics.

mod accepts;
mod page_one;
mod pages;
mod support;
