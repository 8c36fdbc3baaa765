//! The executable specification: Markdown whose headings are the names of tests.

pub mod annotations;
pub mod case;
pub mod console;
pub mod markdown;
