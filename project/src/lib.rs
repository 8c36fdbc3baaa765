//! Projects on disk: `policy.toml`, source files, data files, and documents in JSON, YAML, TOML and CSV.
//!
//! This is the one place that reads files for the command line, the test runner and editors. Everything it
//! reads stays inside the project, symbolic links included, and below stated sizes.

pub mod confine;
pub mod contents;
pub mod files;
pub mod fixtures;
pub mod formats;
pub mod load;
pub mod lock;
pub mod manifest;
pub mod nearest;
pub mod pointer;
pub mod problem;
pub mod text;
pub mod vendor;
pub mod write;

pub use files::{Files, SourceFile};
pub use formats::{Document, Format, FormatError};
pub use load::{DataFile, DataItem, LoadError, ModuleFile, Overlay, Package, ParameterFile, Project};
pub use manifest::Manifest;
