//! One test, with its rows.

use policy_bytecode::program::FunctionIndex;
use policy_compiler::test_plan::{Step, TestCase};
use policy_vm::{Evaluator, Quiet, Raise, Request, Value};

use super::host::Files;
use super::steps::{Run, Stop};
use super::watch::{Values, Watch};
use super::{Shared, TestResults};
use crate::modes;
use crate::result::{Failure, Status, TestResult};

/// After so many rows the machine starts afresh, so that a long table does not keep all of its values.
const ROWS_KEPT: usize = 64;

/// What came of one `test` block.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) results: TestResults,
    pub(super) left_out: usize,
}

/// Runs tests, one after the other.
pub(super) struct Runner<'a, W> {
    shared: &'a Shared<'a>,
    evaluator: Evaluator,
    observed: Option<Evaluator>,
    files: Files<'a>,
    /// Watches all that tests do.
    pub(super) watch: W,
}

impl<'a, W: Watch> Runner<'a, W> {
    pub(super) fn new(shared: &'a Shared<'a>, watch: W) -> Self {
        let mut evaluator = Evaluator::new(&shared.plain.program, shared.snapshot);
        modes::apply(&mut evaluator, shared.modes);
        Self { shared, evaluator, observed: None, files: shared.files(), watch }
    }

    /// Runs a test, or all its rows.
    pub(super) fn test(&mut self, at: usize, test: &TestCase) -> Outcome {
        let mut outcome = Outcome::default();
        let name = test.fixed_name.clone();
        // A name that says no already spares the rows; a name that interpolates is asked row by row.
        if let Some(name) = &name
            && !self.shared.wanted(&test.module, name)
        {
            outcome.left_out += 1;
            return outcome;
        }
        let mut began = self.shared.clock.map(|clock| clock());
        let mut result = |name: String, row: Option<usize>, status: Status| {
            let now = self.shared.clock.map(|clock| clock());
            let time = now.zip(began).map(|(now, began)| now.saturating_sub(began));
            began = now;
            TestResult { module: test.module.clone(), name, row, location: test.location, status, time }
        };
        let unnamed = || {
            name.clone().unwrap_or_else(|| {
                self.shared
                    .workspace
                    .project
                    .files
                    .text(test.location)
                    .lines()
                    .next()
                    .unwrap_or("")
                    .trim_end_matches(['{', ' '])
                    .to_owned()
            })
        };
        if let Some(reason) = &test.skip {
            outcome.results.push(result(unnamed(), None, Status::Skipped(reason.clone())));
            return outcome;
        }
        let expects = test.steps.iter().any(|step| matches!(step, Step::Expect { .. }));
        if !expects {
            let failure = Failure::new(test.location, "the test expects nothing: add an `expect`");
            outcome.results.push(result(unnamed(), None, Status::Failed(vec![failure])));
            return outcome;
        }
        let request = self.shared.request(test.at);
        let Some(rows) = test.rows else {
            let (name, status) = self.row(at, test, &request, None);
            self.add(&mut outcome, result(name.unwrap_or_else(unnamed), None, status));
            return outcome;
        };
        let count = match self.fresh_rows(rows, &request) {
            Ok(values) => values.len(),
            Err(raise) => {
                let failure = self.shared.explain(&self.shared.plain.program).raised(&raise, test.location);
                outcome.results.push(result(unnamed(), None, Status::Failed(vec![failure])));
                return outcome;
            }
        };
        if count == 0 {
            let failure = Failure::new(test.location, "the test has no rows: `for` goes over nothing");
            outcome.results.push(result(unnamed(), None, Status::Failed(vec![failure])));
        }
        let mut values: Vec<Value> = Vec::new();
        for index in 0..count {
            if index % ROWS_KEPT == 0 {
                values = self.fresh_rows(rows, &request).unwrap_or_default();
            }
            let Some(value) = values.get(index).copied() else { continue };
            let (name, status) = self.row(at, test, &request, Some((index, value)));
            let failed = matches!(status, Status::Failed(_));
            self.add(&mut outcome, result(name.unwrap_or_else(unnamed), Some(index + 1), status));
            if failed && self.shared.fail_fast {
                break;
            }
        }
        outcome
    }

    fn add(&self, outcome: &mut Outcome, result: TestResult) {
        if self.shared.wanted(&result.module, &result.name) {
            outcome.results.push(result);
        } else {
            outcome.left_out += 1;
        }
    }

    /// The rows, evaluated by a machine that starts afresh.
    fn fresh_rows(&mut self, rows: FunctionIndex, request: &Request) -> Result<Vec<Value>, Raise> {
        self.evaluator.reset(request);
        rows_of(&mut self.evaluator, rows, request, &mut self.files)
    }

    /// Runs one row, or a test without rows; gives its name and what came of it.
    fn row(
        &mut self,
        at: usize,
        test: &TestCase,
        request: &Request,
        row: Option<(usize, Value)>,
    ) -> (Option<String>, Status) {
        if row.is_none() {
            self.evaluator.reset(request);
        }
        // What an earlier row gave to data is not there for this one.
        self.evaluator.use_snapshot(self.shared.snapshot);
        let environment: Vec<Value> = row.iter().map(|(_, value)| *value).collect();
        let name = test.fixed_name.clone().or_else(|| self.name(test, &environment, request));
        if let Some(name) = &name
            && !self.shared.wanted(&test.module, name)
        {
            return (Some(name.clone()), Status::Passed);
        }
        let mut run = Run {
            workspace: self.shared.workspace,
            evaluator: &mut self.evaluator,
            program: &self.shared.plain.program,
            files: &mut self.files,
            request: *request,
            test: test.location,
            outcomes: None,
        };
        let Err(stop) = run.steps(test, environment, &mut self.watch) else { return (name, Status::Passed) };
        if self.shared.bare {
            let failure = match stop {
                Stop::Failed(failure) => failure,
                Stop::Raised(raise, location) => Failure::new(location, raise.to_string()),
            };
            return (name, Status::Failed(vec![failure]));
        }
        let failure = match self.again(at, request, row.map(|(index, _)| index)) {
            Some(failure) => failure,
            None => match stop {
                Stop::Failed(failure) => failure,
                Stop::Raised(raise, location) => {
                    self.shared.explain(&self.shared.plain.program).raised(&raise, location)
                }
            },
        };
        (name, Status::Failed(vec![failure]))
    }

    fn name(&mut self, test: &TestCase, environment: &[Value], request: &Request) -> Option<String> {
        let value = self
            .evaluator
            .eval_function(test.name, environment, request, &mut Quiet, &mut self.files)
            .ok()?;
        self.evaluator.memory().text(value).ok().map(str::to_owned)
    }

    /// Runs what failed once more with a program that shows values.
    fn again(&mut self, at: usize, request: &Request, row: Option<usize>) -> Option<Failure> {
        let (linked, snapshot) = self.shared.observed()?;
        let test = linked.tests.tests.get(at)?;
        let evaluator = self.observed.get_or_insert_with(|| {
            let mut evaluator = Evaluator::new(&linked.program, snapshot);
            modes::apply(&mut evaluator, self.shared.modes);
            evaluator
        });
        evaluator.reset(request);
        let environment = match (row, test.rows) {
            (Some(index), Some(rows)) => {
                vec![rows_of(evaluator, rows, request, &mut self.files).ok()?.get(index).copied()?]
            }
            (_, _) => Vec::new(),
        };
        let mut values = Values::new(&linked.program);
        let mut run = Run {
            workspace: self.shared.workspace,
            evaluator,
            program: &linked.program,
            files: &mut self.files,
            request: *request,
            test: test.location,
            outcomes: None,
        };
        let stop = run.steps(test, environment, &mut values).err()?;
        let mut failure = match stop {
            Stop::Failed(failure) => failure,
            Stop::Raised(raise, location) => self.shared.explain(&linked.program).raised(&raise, location),
        };
        let steps = self.shared.workspace.checked.hir.tests.get(at).map_or(&[][..], |test| &test.steps);
        self.shared.explain(&linked.program).show(steps, &mut failure, &values);
        Some(failure)
    }
}

/// The rows of a test: elements of a list or set, entries of a map as pairs.
fn rows_of(
    evaluator: &mut Evaluator,
    rows: FunctionIndex,
    request: &Request,
    files: &mut Files<'_>,
) -> Result<Vec<Value>, Raise> {
    let value = evaluator.eval_function(rows, &[], request, &mut Quiet, files)?;
    if !matches!(value, Value::Map(_)) {
        return Ok(evaluator.memory().elements(value)?.to_vec());
    }
    let entries = evaluator.memory().entries(value)?.to_vec();
    let (pairs, _) = entries.as_chunks::<2>();
    evaluator.with_context(request, |context| {
        let pair = |pair: &[Value; 2]| {
            let mark = context.begin();
            for value in pair {
                context.push(*value)?;
            }
            context.finish_tuple(mark)
        };
        pairs.iter().map(pair).collect::<Result<Vec<_>, _>>().map_err(Raise::from)
    })
}
