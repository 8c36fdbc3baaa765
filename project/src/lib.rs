//! Projects on disk: `policy.toml`, source files, data files, and documents in JSON, YAML, TOML and CSV.
//!
//! This is the one place that reads files for the command line, the test runner and editors. Everything it
//! reads stays inside the project, symbolic links included, and below stated sizes.

pub mod formats;
pub mod text;

pub use formats::{Document, Format, FormatError};
