//! What programs of tests may ask of whoever runs them.

use policy_bytecode::op::FixtureForm;
use policy_bytecode::program::TypeId;

/// A file that a test asks for.
///
/// ```
/// use policy_bytecode::op::FixtureForm;
/// use policy_vm::{FixtureRequest, Host, NoHost};
///
/// let types = policy_bytecode::Program::default();
/// let source = Some("tests/gate.policy");
/// let asked = FixtureRequest {
///     form: FixtureForm::One, path: "small.json", pointer: Some("/0"), rows: None, types: &types, source,
/// };
/// let refused = NoHost.fixture(&asked).expect_err("it has no files");
/// assert!(refused.starts_with("small.json"));
/// ```
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
///
/// ```
/// use policy_bytecode::op::FixtureForm;
/// use policy_vm::{FixtureRequest, Host};
///
/// /// Files that lie in memory.
/// struct Files(Vec<(String, Vec<u8>)>);
///
/// impl Host for Files {
///     fn fixture(&mut self, request: &FixtureRequest<'_>) -> Result<Vec<u8>, String> {
///         let found = self.0.iter().find(|(path, _)| path == request.path);
///         found.map(|(_, json)| json.clone()).ok_or_else(|| format!("there is no {}", request.path))
///     }
/// }
///
/// let mut files = Files(vec![("small.json".to_owned(), b"{}".to_vec())]);
/// let types = policy_bytecode::Program::default();
/// let asked = FixtureRequest {
///     form: FixtureForm::One, path: "small.json", pointer: None, rows: None, types: &types, source: None,
/// };
/// assert_eq!(files.fixture(&asked), Ok(b"{}".to_vec()));
/// ```
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
