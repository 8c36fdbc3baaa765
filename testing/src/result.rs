//! What came of a run of tests.

use policy_syntax::Location;

use crate::diff::Line;

/// What came of a run.
#[derive(Clone, Debug, Default)]
pub struct Results {
    /// Tests, in the order of modules and source; each row of a table is one.
    pub tests: Vec<TestResult>,
    /// Properties, which are not run yet.
    pub properties: Vec<Unrun>,
    /// Tests and properties that the filter left out.
    pub left_out: usize,
}

/// A property, which is not run yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unrun {
    /// The module.
    pub module: String,
    /// The name.
    pub name: String,
    /// Where it stands.
    pub location: Location,
}

/// What came of one test.
#[derive(Clone, Debug)]
pub struct TestResult {
    /// The module.
    pub module: String,
    /// The name, with what the row binds.
    pub name: String,
    /// The row, from 1, of a test that has rows.
    pub row: Option<usize>,
    /// Where it stands.
    pub location: Location,
    /// What came of it.
    pub status: Status,
}

/// What came of a test.
#[derive(Clone, Debug)]
pub enum Status {
    /// Everything was as expected.
    Passed,
    /// Something was not: all that the run came across.
    Failed(Vec<Failure>),
    /// It was not run, for a reason that its author gave.
    Skipped(String),
}

/// Something that was not as expected.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Where.
    pub location: Location,
    /// What, in one sentence.
    pub message: String,
    /// The parts of the expression and their values, in source order.
    pub parts: Vec<Part>,
    /// Left and right side of a comparison of structures.
    pub diff: Vec<Line>,
    /// More lines, such as the decision's reasons.
    pub notes: Vec<String>,
}

impl Failure {
    /// A failure with nothing but its place and its message.
    #[must_use]
    pub fn new(location: Location, message: impl Into<String>) -> Self {
        Self { location, message: message.into(), parts: Vec::new(), diff: Vec::new(), notes: Vec::new() }
    }
}

/// A part of an expression and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where the part stands.
    pub location: Location,
    /// Its value, as it is shown.
    pub value: String,
}

impl Results {
    /// How many tests passed, failed and were skipped.
    #[must_use]
    pub fn counts(&self) -> (usize, usize, usize) {
        self.tests.iter().fold((0, 0, 0), |(passed, failed, skipped), test| match test.status {
            Status::Passed => (passed + 1, failed, skipped),
            Status::Failed(_) => (passed, failed + 1, skipped),
            Status::Skipped(_) => (passed, failed, skipped + 1),
        })
    }
}
