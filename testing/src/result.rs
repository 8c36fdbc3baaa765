//! What came of a run of tests.

use std::collections::BTreeMap;
use std::time::Duration;

use policy_syntax::Location;

use crate::coverage::Coverage;
use crate::diff::Line;

/// What came of a run.
#[derive(Clone, Debug, Default)]
pub struct Results {
    /// Tests, in the order of modules and source; each row of a table is one.
    pub tests: Vec<TestResult>,
    /// Properties, in the order of modules and source.
    pub properties: Vec<PropertyResult>,
    /// Tests and properties that the filter left out.
    pub left_out: usize,
    /// Tests and properties that did not run because one before them failed.
    pub not_run: usize,
    /// What the tests reach, where that was asked for.
    pub coverage: Option<Coverage>,
}

/// What came of a property.
#[derive(Clone, Debug)]
pub struct PropertyResult {
    /// The module.
    pub module: String,
    /// The name.
    pub name: String,
    /// Where it stands.
    pub location: Location,
    /// What came of it.
    pub status: Status,
    /// How many cases counted: they fit their types, and all that is assumed holds for them.
    pub cases: u64,
    /// How many cases an `assume` rejected.
    pub rejected: u64,
    /// What policies decided, by outcome.
    pub outcomes: BTreeMap<&'static str, u64>,
    /// How often an `implies` of an `expect` was asked, and how often its left side was true.
    pub implied: (u64, u64),
    /// The seed, with which the same cases are drawn again.
    pub seed: u64,
    /// The smallest case found that fails, as a `test` that is ready to stand beside the property.
    pub counter_example: Option<String>,
    /// How long it took, where a clock was given.
    pub time: Option<Duration>,
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
    /// How long it took, where a clock was given.
    pub time: Option<Duration>,
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

/// A test or a property, as reports list them.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The module.
    pub module: &'a str,
    /// The name.
    pub name: &'a str,
    /// The row, from 1.
    pub row: Option<usize>,
    /// Whether it is a property.
    pub property: Option<&'a PropertyResult>,
    /// Where it stands.
    pub location: Location,
    /// What came of it.
    pub status: &'a Status,
    /// How long it took.
    pub time: Option<Duration>,
}

impl Case<'_> {
    /// The name with the row behind it.
    #[must_use]
    pub fn title(&self) -> String {
        match (self.row, self.property) {
            (Some(row), _) => format!("{} [row {row}]", self.name),
            (None, Some(_)) => format!("property {}", self.name),
            (None, None) => self.name.to_owned(),
        }
    }
}

impl Results {
    /// Tests, and properties behind them.
    pub fn cases(&self) -> impl Iterator<Item = Case<'_>> {
        let tests = self.tests.iter().map(|test| Case {
            module: &test.module,
            name: &test.name,
            row: test.row,
            property: None,
            location: test.location,
            status: &test.status,
            time: test.time,
        });
        let properties = self.properties.iter().map(|property| Case {
            module: &property.module,
            name: &property.name,
            row: None,
            property: Some(property),
            location: property.location,
            status: &property.status,
            time: property.time,
        });
        tests.chain(properties)
    }

    /// How many tests and properties passed, failed and were skipped.
    #[must_use]
    pub fn counts(&self) -> (usize, usize, usize) {
        self.cases().fold((0, 0, 0), |(passed, failed, skipped), case| match case.status {
            Status::Passed => (passed + 1, failed, skipped),
            Status::Failed(_) => (passed, failed + 1, skipped),
            Status::Skipped(_) => (passed, failed, skipped + 1),
        })
    }
}
