//! What programs of tests may ask of whoever runs them.

use policy_bytecode::op::FixtureForm;
use policy_bytecode::program::TypeId;

/// A file that a test asks for.
#[derive(Clone, Copy, Debug)]
pub struct FixtureRequest<'a> {
    /// How it is read.
    pub form: FixtureForm,
    /// The path, or for [`FixtureForm::Many`] a pattern of paths, relative to `source`.
    pub path: &'a str,
    /// A JSON Pointer into the document.
    pub pointer: Option<&'a str>,
    /// What each document or row is read as, where the program says so: cells of tables are read by it.
    pub rows: Option<TypeId>,
    /// The program that asks, whose type `rows` is.
    pub types: &'a policy_bytecode::Program,
    /// The source file that asks, relative to the project, where the program knows it.
    pub source: Option<&'a str>,
}

/// What a program of tests may ask of whoever runs it. Policies cannot.
pub trait Host {
    /// The contents of a file, as JSON text: a document, or an array of documents or rows.
    ///
    /// # Errors
    /// Why there is none, in words for the author of the test.
    fn fixture(&mut self, request: &FixtureRequest<'_>) -> Result<Vec<u8>, String>;
}

/// A host that has no files.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoHost;

impl Host for NoHost {
    fn fixture(&mut self, request: &FixtureRequest<'_>) -> Result<Vec<u8>, String> {
        Err(format!("{} cannot be read here: fixtures belong to tests", request.path))
    }
}
