//! Running tests.
//!
//! Every test, and every row of one, runs by itself on the machine, with the project's data as it is on disk and the
//! files of the project as fixtures. What fails is run once more with a program that shows the values of sub-expressions.

mod case;
mod host;
mod verdict;
mod watch;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use policy_compiler::Options;
use policy_syntax::Diagnostic;
use policy_vm::{Limits, Request, Snapshot};

use crate::link::Linked;
use crate::modes::Modes;
use crate::result::{Results, TestResult, Unrun};
use crate::workspace::Workspace;

/// What is asked of a run.
#[derive(Clone, Debug, Default)]
pub struct TestOptions {
    /// Only tests whose module and name, `module: name`, contain this, whatever the case.
    pub filter: Option<String>,
    /// How many tests run at once; none for what `policy.toml` says, or as many as the machine has processors.
    pub threads: Option<usize>,
    /// Modes of policies and rules, whatever these say themselves.
    pub modes: Modes,
}

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
    /// The program that shows values, once something failed.
    observed: std::sync::OnceLock<Option<(Linked, Snapshot)>>,
}

impl Shared<'_> {
    fn request(&self, now: Option<policy_bytecode::scalar::Timestamp>) -> Request {
        Request { now, limits: self.limits, ..Request::default() }
    }

    /// Whether a test is one of those that are asked for.
    fn wanted(&self, module: &str, name: &str) -> bool {
        let full = format!("{module}: {name}").to_lowercase();
        self.filter.as_ref().is_none_or(|filter| full.contains(filter))
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
}

/// Runs the tests of a project.
///
/// # Errors
/// What stands in the way, as diagnostics: errors of the project, or data that does not fit.
pub fn run(workspace: &Workspace, options: &TestOptions) -> Result<Results, Vec<Diagnostic>> {
    let plain = workspace.link(Options { instrument: false, tests: true })?;
    let problems = workspace.content_problems(&plain.program);
    if !problems.is_empty() {
        return Err(problems);
    }
    let built = workspace.data(&plain.program, &[]).partial().build();
    let snapshot = match built {
        Ok(snapshot) => snapshot,
        Err(error) => {
            let problem = policy_project::problem::Problem::NotLoaded { reason: error.to_string() };
            return Err(vec![problem.at(workspace.project.own_place())]);
        }
    };
    let shared = Shared {
        workspace,
        plain: &plain,
        snapshot: &snapshot,
        limits: workspace.limits(),
        filter: options.filter.as_ref().map(|filter| filter.to_lowercase()),
        modes: &options.modes,
        observed: std::sync::OnceLock::new(),
    };
    let threads = threads(workspace, options).min(plain.tests.tests.len()).max(1);
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, case::Outcome)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let spawned = std::thread::Builder::new()
                .stack_size(STACK)
                .spawn_scoped(scope, || work(&shared, &next, &done));
            // With no thread to be had, this one works.
            if spawned.is_err() {
                work(&shared, &next, &done);
            }
        }
    });
    let mut done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    let mut results = Results::default();
    for (_, outcome) in done {
        results.tests.extend(outcome.results);
        results.left_out += outcome.left_out;
    }
    for property in &workspace.checked.hir.properties {
        if !workspace.is_own(property.location.file) {
            continue;
        }
        if shared.wanted(&property.module, &property.name) {
            results.properties.push(Unrun {
                module: property.module.clone(),
                name: property.name.clone(),
                location: property.location,
            });
        } else {
            results.left_out += 1;
        }
    }
    Ok(results)
}

/// Takes tests until there are none left.
fn work(shared: &Shared<'_>, next: &AtomicUsize, done: &Mutex<Vec<(usize, case::Outcome)>>) {
    let mut runner = case::Runner::new(shared);
    loop {
        let at = next.fetch_add(1, Ordering::Relaxed);
        let Some(test) = shared.plain.tests.tests.get(at) else { return };
        // Tests of what a project depends on are for those who work on that.
        if !shared.workspace.is_own(test.location.file) {
            continue;
        }
        let outcome = runner.test(at, test);
        done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((at, outcome));
    }
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
