//! One test, with its rows.

use policy_bytecode::program::{FunctionIndex, Place};
use policy_compiler::hir::{Compare, ExpectKind, Expr, ExprKind, GivenTarget, IsTest, Step as HirStep};
use policy_compiler::test_plan::{Expectation, Step, TestCase};
use policy_syntax::{Location, Span};
use policy_vm::observer::Quiet;
use policy_vm::{Evaluator, Program, Raise, Request, Value};

use super::host::Files;
use super::verdict::judge;
use super::watch::{Values, Watch};
use super::{Shared, TestResults};
use crate::diff;
use crate::modes;
use crate::result::{Failure, Part, Status, TestResult};

/// After so many rows the machine starts afresh, so that a long table does not keep all of its values.
const ROWS_KEPT: usize = 64;
/// The longest value that is kept of a part, in characters.
const MAX_VALUE: usize = 2000;

/// What came of one `test` block.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) results: TestResults,
    pub(super) left_out: usize,
}

/// Runs tests, one after the other.
pub(super) struct Runner<'a> {
    shared: &'a Shared<'a>,
    evaluator: Evaluator,
    observed: Option<Evaluator>,
    files: Files<'a>,
}

/// Why a test stops.
enum Stop {
    /// Something is not as expected; values of sub-expressions would help.
    Failed(Failure),
    /// An expression has no value.
    Raised(Raise, Location),
}

impl<'a> Runner<'a> {
    pub(super) fn new(shared: &'a Shared<'a>) -> Self {
        let mut evaluator = Evaluator::new(&shared.plain.program, shared.snapshot);
        modes::apply(&mut evaluator, shared.modes);
        Self { shared, evaluator, observed: None, files: Files::new(&shared.workspace.project) }
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
        let result = |name: String, row: Option<usize>, status: Status| TestResult {
            module: test.module.clone(),
            name,
            row,
            location: test.location,
            status,
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
                let failure = self.raised(&raise, test.location, &self.shared.plain.program);
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
            self.add(&mut outcome, result(name.unwrap_or_else(unnamed), Some(index + 1), status));
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
            shared: self.shared,
            evaluator: &mut self.evaluator,
            program: &self.shared.plain.program,
            files: &mut self.files,
            request: *request,
            at,
        };
        let Err(stop) = run.steps(test, environment, &mut Quiet) else { return (name, Status::Passed) };
        let failure = match self.again(at, request, row.map(|(index, _)| index)) {
            Some(failure) => failure,
            None => match stop {
                Stop::Failed(failure) => failure,
                Stop::Raised(raise, location) => self.raised(&raise, location, &self.shared.plain.program),
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
            shared: self.shared,
            evaluator,
            program: &linked.program,
            files: &mut self.files,
            request: *request,
            at,
        };
        let stop = run.steps(test, environment, &mut values).err()?;
        let mut failure = match stop {
            Stop::Failed(failure) => failure,
            Stop::Raised(raise, location) => self.raised(&raise, location, &linked.program),
        };
        self.show(at, &mut failure, &values, &linked.program);
        Some(failure)
    }

    /// The failure of an expression.
    fn raised(&self, raise: &Raise, step: Location, program: &Program) -> Failure {
        let place = raise.place.and_then(|place| self.location(place, program));
        let mut failure = Failure::new(place.unwrap_or(step), raise.to_string());
        let text = place.map_or("", |place| self.shared.workspace.project.files.text(place));
        if raise.failure.code == policy_vm::Code::MissingData
            && let Some(name) = self.missing(text)
        {
            failure.message = format!(
                "data {name} has no value: say `given data {text} = …`, or add a file of its name below data/"
            );
        }
        if raise.failure.code == policy_vm::Code::MissingEntities {
            failure.message = "no entities were given: say `given entities = …`, or list files below [entities] in policy.toml".to_owned();
        }
        for place in &raise.trace {
            if let Some(location) = self.location(*place, program) {
                failure.notes.push(format!("from {}", self.shared.workspace.project.files.show(location)));
            }
        }
        failure
    }

    /// The data item that a text names, if it has neither a file nor a default.
    fn missing(&self, text: &str) -> Option<&str> {
        let workspace = self.shared.workspace;
        let position = workspace.checked.hir.data.iter().position(|item| {
            item.name == text || item.name.strip_suffix(text).is_some_and(|module| module.ends_with('.'))
        })?;
        let item = workspace.checked.hir.data.get(position)?;
        let has_file = workspace.data.iter().any(|(at, _)| *at == position);
        (!has_file && item.default.is_none()).then_some(item.name.as_str())
    }

    /// The location of a place of the program, where it is in a file of the project.
    fn location(&self, place: Place, program: &Program) -> Option<Location> {
        let path = program.bytecode().debug.files.get(place.file as usize)?;
        let (file, _) = self.shared.workspace.project.files.iter().find(|(_, file)| file.path == *path)?;
        Some(Location { file, span: Span { lo: place.lo, hi: place.hi } })
    }

    /// Puts the values of sub-expressions, and the difference of a comparison, into a failure.
    fn show(&self, at: usize, failure: &mut Failure, values: &Values, program: &Program) {
        let workspace = self.shared.workspace;
        let Some(file) = workspace.project.files.get(failure.location.file) else { return };
        let number = program.bytecode().debug.files.iter().position(|path| *path == file.path);
        let Some(number) = number.and_then(|number| u32::try_from(number).ok()) else { return };
        let step = self.step(at, failure.location);
        let outer = step.map_or(failure.location, |step| step.location);
        let constants = step.map(constants).unwrap_or_default();
        let seen = values.seen();
        for ((in_file, lo, hi), value) in &seen {
            let hi = hi.0;
            let inside = *in_file == number && outer.span.lo <= *lo && hi <= outer.span.hi;
            let whole =
                step.is_some_and(|step| matches!(step.root, Root::Condition(e) if span(e) == (*lo, hi)));
            if inside && !whole && !constants.contains(&(*lo, hi)) {
                let location = Location { file: outer.file, span: Span { lo: *lo, hi } };
                failure.parts.push(Part { location, value: cut(value) });
            }
        }
        if let Some((left, right)) = step.and_then(|step| step.sides()) {
            let value = |e: &Expr| {
                let (lo, hi) = span(e);
                seen.get(&(number, lo, std::cmp::Reverse(hi)))
            };
            if let (Some(left), Some(right)) = (value(left), value(right)) {
                failure.diff = diff::json(left, right).unwrap_or_default();
            }
        }
    }

    /// The `expect` of a test that a place belongs to.
    fn step(&self, at: usize, place: Location) -> Option<Expected<'a>> {
        let test = self.shared.workspace.checked.hir.tests.get(at)?;
        test.steps.iter().find_map(|step| match step {
            HirStep::Expect(expect)
                if expect.location.file == place.file
                    && expect.location.span.lo <= place.span.lo
                    && place.span.hi <= expect.location.span.hi =>
            {
                let root = match &expect.kind {
                    ExpectKind::Holds(e) => Root::Condition(e),
                    ExpectKind::Decision { input, .. } => Root::Input(input),
                };
                Some(Expected { root, location: expect.location })
            }
            HirStep::Expect(_) | HirStep::Given(_) | HirStep::Let(_) => None,
        })
    }
}

/// An `expect` and its expression.
#[derive(Clone, Copy)]
struct Expected<'a> {
    root: Root<'a>,
    location: Location,
}

#[derive(Clone, Copy)]
enum Root<'a> {
    /// What must be true.
    Condition(&'a Expr),
    /// What the policy is asked about.
    Input(&'a Expr),
}

impl<'a> Expected<'a> {
    /// The sides of a comparison for equality.
    fn sides(self) -> Option<(&'a Expr, &'a Expr)> {
        let Root::Condition(e) = self.root else { return None };
        if let ExprKind::Compare { op: Compare::Eq, left, right } = &e.kind {
            return Some((left, right));
        }
        if let ExprKind::Is { value, test: IsTest::Equal(other) } = &e.kind {
            return Some((value, other));
        }
        None
    }
}

fn span(e: &Expr) -> (u32, u32) {
    (e.location.span.lo, e.location.span.hi)
}

/// Places of constants in an `expect`: the source shows their values.
fn constants(step: Expected<'_>) -> Vec<(u32, u32)> {
    let mut out = Vec::new();
    let mut open = match step.root {
        Root::Condition(e) | Root::Input(e) => vec![e],
    };
    while let Some(e) = open.pop() {
        if matches!(e.kind, ExprKind::Const(_)) {
            out.push(span(e));
        }
        policy_compiler::hir::walk::parts(&e.kind, &mut |child| open.push(child));
    }
    out
}

fn cut(value: &str) -> String {
    match value.char_indices().nth(MAX_VALUE) {
        Some((at, _)) => format!("{}…", value.get(..at).unwrap_or("")),
        None => value.to_owned(),
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

/// The steps of one row.
struct Run<'r, 'a> {
    shared: &'r Shared<'a>,
    evaluator: &'r mut Evaluator,
    program: &'r Program,
    files: &'r mut Files<'a>,
    request: Request,
    at: usize,
}

impl Run<'_, '_> {
    fn steps<W: Watch>(
        &mut self,
        test: &TestCase,
        mut environment: Vec<Value>,
        watch: &mut W,
    ) -> Result<(), Stop> {
        for step in &test.steps {
            match step {
                Step::Given { target, value: function, location } => {
                    let value = self.value(*function, &environment, *location, watch)?;
                    let request = self.request;
                    match target {
                        GivenTarget::Data(data) => self.evaluator.give_data(data.0, value, &request),
                        GivenTarget::Entities => {
                            let json = self.json(*function, value, *location)?;
                            self.evaluator.give_entities(&json, &request).map_err(|misfits| {
                                let notes = misfits.iter().map(ToString::to_string).collect();
                                let failure = Failure::new(*location, "these entities are no store");
                                Stop::Failed(Failure { notes, ..failure })
                            })?;
                        }
                    }
                }
                Step::Let { value, location } => {
                    environment.push(self.value(*value, &environment, *location, watch)?);
                }
                Step::Expect { what, location } => self.expect(what, &environment, *location, watch)?,
            }
        }
        Ok(())
    }

    fn value<W: Watch>(
        &mut self,
        function: FunctionIndex,
        environment: &[Value],
        location: Location,
        watch: &mut W,
    ) -> Result<Value, Stop> {
        watch.begin();
        let request = self.request;
        self.evaluator
            .eval_function(function, environment, &request, watch.observer(), self.files)
            .map_err(|raise| Stop::Raised(raise, location))
    }

    fn expect<W: Watch>(
        &mut self,
        what: &Expectation,
        environment: &[Value],
        location: Location,
        watch: &mut W,
    ) -> Result<(), Stop> {
        match what {
            Expectation::Holds(function) => {
                let holds = self.value(*function, environment, location, watch)?;
                if matches!(holds, Value::Bool(true)) {
                    Ok(())
                } else {
                    Err(Stop::Failed(Failure::new(location, "this is false")))
                }
            }
            Expectation::Decision { policy, input, document, params, verb, by } => {
                let mut given = Vec::new();
                for (position, function) in params {
                    given.push((*position, self.value(*function, environment, location, watch)?));
                }
                let value = self.value(*input, environment, location, watch)?;
                let params = self.parameters(*policy, &given, location)?;
                let request = self.request;
                let decision = if *document {
                    let json = self.json(*input, value, location)?;
                    self.evaluator.decide_document(
                        *policy,
                        json.as_bytes(),
                        params.as_deref(),
                        &request,
                        &mut Quiet,
                    )
                } else {
                    self.evaluator.decide_value(*policy, value, params.as_deref(), &request, &mut Quiet)
                };
                let Some(described) = self.shared.workspace.checked.hir.policies.get(*policy as usize) else {
                    return Err(Stop::Failed(Failure::new(location, "the policy is not there")));
                };
                match judge(&decision, described, verb, by) {
                    None => Ok(()),
                    Some(complaint) => Err(Stop::Failed(Failure {
                        notes: complaint.notes,
                        ..Failure::new(location, complaint.message)
                    })),
                }
            }
        }
    }

    /// All parameters of a policy, in order; none where none is given, so that those of the project hold.
    fn parameters(
        &self,
        policy: u32,
        given: &[(u32, Value)],
        location: Location,
    ) -> Result<Option<Vec<Value>>, Stop> {
        if given.is_empty() {
            return Ok(None);
        }
        let described = self.program.bytecode().policies.get(policy as usize);
        let mut out = Vec::new();
        for (position, param) in described.iter().flat_map(|policy| &policy.params).enumerate() {
            let value = given
                .iter()
                .find(|(at, _)| usize::try_from(*at) == Ok(position))
                .map(|(_, value)| *value)
                .or_else(|| param.default.and_then(|default| self.evaluator.constant(default)));
            let Some(value) = value else {
                let name = self.program.bytecode().texts.get(param.name.index()).map_or("?", String::as_str);
                let message = format!("the policy's parameter {name} has no value");
                return Err(Stop::Failed(Failure::new(location, message)));
            };
            out.push(value);
        }
        Ok(Some(out))
    }

    /// A `Json` value as the document that it is.
    fn json(&self, function: FunctionIndex, value: Value, location: Location) -> Result<String, Stop> {
        let ty = self.program.bytecode().functions.get(function.index()).and_then(|function| function.result);
        let printed = ty.and_then(|ty| self.evaluator.print_json(ty, value).ok());
        printed.ok_or_else(|| {
            let at =
                self.shared.workspace.checked.hir.tests.get(self.at).map_or(location, |test| test.location);
            Stop::Failed(Failure::new(at, "the document is too large to be decided about"))
        })
    }
}
