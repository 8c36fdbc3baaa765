//! `Host`, `Url` and `Path`: from text to the one normal form that each value has.
//!
//! Whatever reads one (documents, data, literals, the library) goes through here, so that two spellings of
//! one place are one value.

mod host;
mod path;
#[cfg(test)]
mod tests;
mod url;

pub use host::host;
pub use path::path;
pub use url::{Url, url};
