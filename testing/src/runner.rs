//! Running tests.
//!
//! Every test, and every row of one, runs by itself on the machine, with the project's data as it is on disk and the
//! files of the project as fixtures. What fails is run once more with a program that shows the values of sub-expressions.

mod case;
mod explain;
mod host;
mod property;
mod steps;
mod verdict;
mod watch;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use policy_compiler::Options;
use policy_project::problem::Problem;
use policy_syntax::Diagnostic;
use policy_vm::{Limits, Program, Quiet, Request, Snapshot};

use crate::coverage::{self, Coverage, Recorder};
use crate::draw::Hints;
use crate::link::Linked;
use crate::modes::Modes;
use crate::result::{PropertyResult, Results, Status, TestResult};
use crate::workspace::Workspace;
pub(crate) use host::Shelf;
pub(crate) use watch::Watch;

/// What is asked of a run.
#[derive(Clone, Debug, Default)]
pub struct TestOptions {
    /// Only tests whose module and name, `module: name`, contain this, whatever the case.
    pub filter: Option<String>,
    /// How many tests run at once; none for what `policy.toml` says, or as many as the machine has processors.
    pub threads: Option<usize>,
    /// Modes of policies and rules, whatever these say themselves.
    pub modes: Modes,
    /// Whether nothing runs any more once a test has failed.
    pub fail_fast: bool,
    /// What the cases of properties are drawn from.
    pub seed: u64,
    /// How many cases a property is tried on, whatever it says itself.
    pub cases: Option<u64>,
    /// Whether properties are left aside.
    pub without_properties: bool,
    /// Whether to measure what the tests reach.
    pub coverage: bool,
    /// The time since some moment, to tell how long tests take.
    pub clock: Option<fn() -> Duration>,
    /// Only these tests, by position, and no properties.
    pub only: Option<Vec<usize>>,
    /// Whether the program is written as a bundle and read again before it runs.
    pub shipped: bool,
    /// Once this is set, no more tests are begun: nobody waits for them.
    pub stop: Option<Arc<AtomicBool>>,
}

/// Is told how many tests and properties have run, of how many; a test with rows counts as one.
pub type Progress<'a> = &'a (dyn Fn(usize, usize) + Sync);

/// The stack of a thread that runs tests.
const STACK: usize = 16 << 20;

/// What the threads of a run share.
struct Shared<'a> {
    workspace: &'a Workspace,
    plain: &'a Linked,
    snapshot: &'a Snapshot,
    limits: Limits,
    filter: Option<String>,
    modes: &'a Modes,
    fail_fast: bool,
    /// Whether failures are not explained: nobody reads them.
    bare: bool,
    seed: u64,
    cases: Option<u64>,
    clock: Option<fn() -> Duration>,
    /// The program that shows values, once something failed or a property runs.
    observed: OnceLock<Option<(Linked, Snapshot)>>,
    /// What properties are drawn from.
    hints: OnceLock<Hints>,
    shelf: &'a Shelf,
}

impl<'a> Shared<'a> {
    fn new(
        workspace: &'a Workspace,
        plain: &'a Linked,
        snapshot: &'a Snapshot,
        options: &'a TestOptions,
        shelf: &'a Shelf,
    ) -> Self {
        Self {
            workspace,
            plain,
            snapshot,
            limits: workspace.limits(),
            filter: options.filter.as_ref().map(|filter| filter.to_lowercase()),
            modes: &options.modes,
            fail_fast: options.fail_fast,
            bare: false,
            seed: options.seed,
            cases: options.cases,
            clock: options.clock,
            observed: OnceLock::new(),
            hints: OnceLock::new(),
            shelf,
        }
    }

    fn files(&self) -> host::Files<'a> {
        host::Files::new(&self.workspace.project, self.shelf)
    }

    fn request(&self, now: Option<policy_bytecode::scalar::Timestamp>) -> Request {
        Request { now, limits: self.limits, ..Request::default() }
    }

    /// Whether a test is one of those that are asked for.
    fn wanted(&self, module: &str, name: &str) -> bool {
        self.filter.as_ref().is_none_or(|filter| format!("{module}: {name}").to_lowercase().contains(filter))
    }

    fn explain(&self, program: &'a Program) -> explain::Explain<'a> {
        explain::Explain { workspace: self.workspace, program }
    }

    /// The program that shows values; none where it cannot be made.
    fn observed(&self) -> Option<&(Linked, Snapshot)> {
        self.observed
            .get_or_init(|| {
                let linked = self.workspace.link(Options { instrument: true, tests: true }).ok()?;
                let snapshot = self.workspace.data(&linked.program, &[]).partial().build().ok()?;
                Some((linked, snapshot))
            })
            .as_ref()
    }

    fn hints(&self) -> &Hints {
        self.hints.get_or_init(|| {
            Hints::of(&self.workspace.checked.hir, &self.workspace.data_json(&self.plain.program))
        })
    }
}

/// Runs the tests and properties of a project.
///
/// # Errors
/// What stands in the way, as diagnostics: errors of the project, or data that does not fit.
pub fn run(workspace: &Workspace, options: &TestOptions) -> Result<Results, Vec<Diagnostic>> {
    run_told(workspace, options, &|_, _| {})
}

/// [`run`], which tells how far it has come.
///
/// # Errors
/// As those of [`run`].
pub fn run_told(
    workspace: &Workspace,
    options: &TestOptions,
    progress: Progress<'_>,
) -> Result<Results, Vec<Diagnostic>> {
    run_with(workspace, options, progress, &Shelf::default())
}

/// [`run_told`], with what was read of files before.
pub(crate) fn run_with(
    workspace: &Workspace,
    options: &TestOptions,
    progress: Progress<'_>,
    shelf: &Shelf,
) -> Result<Results, Vec<Diagnostic>> {
    let mut plain = workspace.link(Options { instrument: options.coverage, tests: true })?;
    if options.shipped {
        plain.program = workspace.through_a_bundle(&plain.program)?;
    }
    let problems = workspace.content_problems(&plain.program);
    if !problems.is_empty() {
        return Err(problems);
    }
    let snapshot = tested_snapshot(workspace, &plain.program)?;
    let shared = Shared::new(workspace, &plain, &snapshot, options, shelf);
    if !options.coverage {
        let (results, _) = all(&shared, options, progress, &|| Quiet);
        return Ok(results);
    }
    let points = Arc::new(coverage::Points::of(workspace, &plain.nodes));
    let (mut results, recorders) = all(&shared, options, progress, &|| Recorder::new(&points));
    let mut recorders = recorders.into_iter();
    let mut whole = recorders.next().unwrap_or_else(|| Recorder::new(&points));
    recorders.for_each(|other| whole.join(other));
    results.coverage = Some(Coverage::of(workspace, &points, &whole));
    Ok(results)
}

/// A snapshot of the project's data in which items without a value may stay so: tests give them theirs.
pub(crate) fn tested_snapshot(workspace: &Workspace, program: &Program) -> Result<Snapshot, Vec<Diagnostic>> {
    workspace.data(program, &[]).partial().build().map_err(|error| {
        vec![Problem::NotLoaded { reason: error.to_string() }.at(workspace.project.own_place())]
    })
}

/// The first test of a program that fails, by its name, and whether that is for a limit. For mutants of a project.
pub(crate) fn first_failure(
    workspace: &Workspace,
    linked: &Linked,
    snapshot: &Snapshot,
    limits: Limits,
    shelf: &Shelf,
) -> Option<(String, bool)> {
    let options = TestOptions { fail_fast: true, ..TestOptions::default() };
    let shared = Shared { bare: true, limits, ..Shared::new(workspace, linked, snapshot, &options, shelf) };
    let mut runner = case::Runner::new(&shared, Quiet);
    linked.tests.tests.iter().enumerate().find_map(|(at, test)| {
        let results = runner.test(at, test).results;
        results.into_iter().find_map(|result| match result.status {
            Status::Failed(failures) => {
                let told = |failure: &crate::result::Failure| {
                    let notes = failure.notes.iter().any(|note| note.contains("limit of"));
                    notes || failure.message.contains("limit of")
                };
                Some((format!("{}: {}", result.module, result.name), failures.iter().any(told)))
            }
            Status::Passed | Status::Skipped(_) => None,
        })
    })
}

/// What came of one piece of work, in its place.
enum Done {
    Test(case::Outcome),
    Property(Option<PropertyResult>),
}

impl Done {
    fn failed(&self) -> bool {
        let failed = |status: &Status| matches!(status, Status::Failed(_));
        match self {
            Self::Test(outcome) => outcome.results.iter().any(|result| failed(&result.status)),
            Self::Property(result) => result.as_ref().is_some_and(|result| failed(&result.status)),
        }
    }
}

/// What the threads of a run take work from.
struct Queue<'a> {
    /// Positions of tests, and behind them of properties.
    work: Vec<(bool, usize)>,
    next: AtomicUsize,
    stop: AtomicBool,
    given_up: Option<&'a AtomicBool>,
    done: Mutex<Vec<(usize, Done)>>,
    progress: Progress<'a>,
}

fn all<W: Watch + Send>(
    shared: &Shared<'_>,
    options: &TestOptions,
    progress: Progress<'_>,
    watch: &(dyn Fn() -> W + Sync),
) -> (Results, Vec<W>) {
    let own = |location: policy_syntax::Location| shared.workspace.is_own(location.file);
    let plan = &shared.plain.tests;
    // Tests of what a project depends on are for those who work on that.
    let tests = plan.tests.iter().enumerate().filter(|(_, test)| own(test.location));
    let properties = plan.properties.iter().enumerate().filter(|(_, one)| own(one.location));
    let properties = properties.filter(|_| !options.without_properties && options.only.is_none());
    let tests = tests.filter(|(at, _)| options.only.as_ref().is_none_or(|only| only.contains(at)));
    let work: Vec<(bool, usize)> =
        tests.map(|(at, _)| (false, at)).chain(properties.map(|(at, _)| (true, at))).collect();
    let threads = threads(shared.workspace, options).min(work.len()).max(1);
    let queue = Queue {
        work,
        next: AtomicUsize::new(0),
        stop: AtomicBool::new(false),
        given_up: options.stop.as_deref(),
        done: Mutex::new(Vec::new()),
        progress,
    };
    let watches: Mutex<Vec<W>> = Mutex::new(Vec::new());
    let one = || {
        let watched = take(shared, &queue, watch());
        watches.lock().unwrap_or_else(PoisonError::into_inner).push(watched);
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let spawned = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, one);
            // With no thread to be had, this one works.
            if spawned.is_err() {
                one();
            }
        }
    });
    let results = gather(queue, shared.fail_fast);
    (results, watches.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Puts what was done into the order of the sources.
fn gather(queue: Queue<'_>, fail_fast: bool) -> Results {
    let all = queue.work.len();
    let mut done = queue.done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    // What ran beside the first failure would depend on the threads.
    if fail_fast && let Some(first) = done.iter().position(|(_, one)| one.failed()) {
        done.truncate(first + 1);
    }
    let mut results = Results { not_run: all - done.len(), ..Results::default() };
    for (_, one) in done {
        match one {
            Done::Test(outcome) => {
                results.tests.extend(outcome.results);
                results.left_out += outcome.left_out;
            }
            Done::Property(Some(result)) => results.properties.push(result),
            Done::Property(None) => results.left_out += 1,
        }
    }
    results
}

/// Takes work until there is none left.
fn take<W: Watch>(shared: &Shared<'_>, queue: &Queue<'_>, watch: W) -> W {
    let mut runner = case::Runner::new(shared, watch);
    let mut properties = None;
    loop {
        let at = queue.next.fetch_add(1, Ordering::Relaxed);
        let Some((property, position)) = queue.work.get(at).copied() else { break };
        let given_up = queue.given_up.is_some_and(|flag| flag.load(Ordering::Relaxed));
        if given_up || queue.stop.load(Ordering::Relaxed) {
            break;
        }
        let done = if property {
            let tried = properties.get_or_insert_with(|| property::Trial::new(shared)).as_mut();
            Done::Property(tried.and_then(|trial| trial.property(position)))
        } else {
            let Some(test) = shared.plain.tests.tests.get(position) else { continue };
            let outcome = runner.test(position, test);
            runner.watch.ended(position);
            Done::Test(outcome)
        };
        if shared.fail_fast && done.failed() {
            queue.stop.store(true, Ordering::Relaxed);
        }
        let mut all = queue.done.lock().unwrap_or_else(PoisonError::into_inner);
        all.push((at, done));
        let count = all.len();
        drop(all);
        (queue.progress)(count, queue.work.len());
    }
    runner.watch
}

fn threads(workspace: &Workspace, options: &TestOptions) -> usize {
    let said = workspace.project.manifest.test.threads.and_then(|threads| usize::try_from(threads).ok());
    options
        .threads
        .or(said)
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(2, usize::from))
        .clamp(1, 256)
}

/// The tests of one `test` block.
type TestResults = Vec<TestResult>;

#[cfg(test)]
mod tests;
