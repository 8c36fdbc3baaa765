//! The checker, from sources to diagnostics.

mod page_one;
mod support;
