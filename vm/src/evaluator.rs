//! Deciding.

mod brought;
mod mark;
mod values;
mod verdict;

#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use policy_bytecode::program::TypeId;
use serde::Serialize;

pub use self::mark::Mark;
pub use self::values::{Raise, print_observed};
pub use self::verdict::Verdict;
use crate::decision::{Decision, Ending};
use crate::entities::{Entities, Known};
use crate::failure::Failure;
use crate::host::{Host, NoHost};
use crate::ingest::{self, How, Misfits, Unread, What};
use crate::machine::{Machine, Run, Slot};
use crate::memory::Memory;
use crate::modes::{Mode, Modes, UnknownName};
use crate::observer::{Observer, Quiet};
use crate::program::Program;
use crate::request::Request;
use crate::snapshot::{Data, Inner, Snapshot};
use crate::value::Value;

/// Decides: one for each thread, kept between decisions so that a warm one allocates nothing.
///
/// ```
/// use policy_vm::{Evaluator, Program, Request, Snapshot};
///
/// let program = Program::load(&std::fs::read("examples/gate.pbundle")?, policy_stdlib::table())?;
/// let policy = program.policy("gate.changes").ok_or("no such policy")?;
/// let mut evaluator = Evaluator::new(&program, &Snapshot::of_defaults(&program)?);
/// let decision = evaluator.decide_json(policy, br#"{"size": 12}"#, &Request::default());
/// assert_eq!(decision.reasons[0].message, "12 is too large");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Evaluator {
    program: Program,
    snapshot: Snapshot,
    /// Whether the snapshot is of another program, so that nothing can be decided with it.
    foreign: bool,
    version: Option<u64>,
    machine: Machine,
    /// Data that a test gives, and what modules compute from it.
    given: Option<Given>,
    /// What the deployment says of modes.
    modes: Option<Modes>,
    /// Room for input that comes as a value.
    serialized: Vec<u8>,
}

impl std::fmt::Debug for Evaluator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Evaluator").field("program", &self.program.digest()).finish_non_exhaustive()
    }
}

struct Given {
    items: Vec<Slot>,
    globals: Vec<Slot>,
    entities: Option<Entities>,
}

/// The store that a decision sees: the one that a test gave, otherwise the snapshot's.
fn given_entities<'a>(given: Option<&'a Given>, snapshot: &'a Inner) -> Option<&'a Entities> {
    given.and_then(|given| given.entities.as_ref()).or(snapshot.entities.as_ref())
}

/// How a judgement ended, and what it began with.
struct Judged {
    policy: u32,
    request: Request,
    mode: Mode,
    ending: Ending,
}

/// The input of a judgement.
enum Input<'a> {
    Bytes(&'a [u8]),
    Value(Value),
    /// A document, and entities that come with it.
    With(&'a [u8], &'a [u8]),
}

impl Evaluator {
    /// An evaluator of a program and a snapshot of its data.
    #[must_use]
    pub fn new(program: &Program, snapshot: &Snapshot) -> Self {
        Self {
            program: program.clone(),
            snapshot: snapshot.clone(),
            foreign: !snapshot.inner.is_of(program),
            version: None,
            machine: Machine::new(),
            given: None,
            modes: None,
            serialized: Vec::new(),
        }
    }

    /// The program.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_defaults(&program)?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("gate.changes").ok_or("no policy")?;
    /// assert_eq!(evaluator.program().digest(), program.digest());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn program(&self) -> &Program {
        &self.program
    }

    /// Decides with another snapshot from now on.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_defaults(&program)?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("gate.changes").ok_or("no policy")?;
    /// use policy_vm::{Request, Snapshot};
    ///
    /// let large = br#"{"size": 12}"#;
    /// assert!(!evaluator.allowed(policy, large, &Request::default()));
    /// evaluator.use_snapshot(&Snapshot::builder(&program).data("gate.greatest", "20").build()?);
    /// assert!(evaluator.allowed(policy, large, &Request::default()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn use_snapshot(&mut self, snapshot: &Snapshot) {
        self.take_snapshot(snapshot.clone());
    }

    fn take_snapshot(&mut self, snapshot: Snapshot) {
        self.foreign = !snapshot.inner.is_of(&self.program);
        self.snapshot = snapshot;
        self.given = None;
    }

    /// Takes the current snapshot of a service, if it changed. With one of another program, as after a new bundle where data of
    /// the old one is still shared, everything is denied.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_defaults(&program)?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("gate.changes").ok_or("no policy")?;
    /// use policy_vm::{Data, Request, Snapshot};
    ///
    /// let data = Data::new(Snapshot::of_defaults(&program)?);
    /// data.swap(Snapshot::builder(&program).data("gate.greatest", "20").build()?);
    /// evaluator.refresh(&data);
    /// assert!(evaluator.allowed(policy, br#"{"size": 12}"#, &Request::default()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn refresh(&mut self, data: &Data) {
        let version = data.version();
        if self.version != Some(version) {
            self.take_snapshot(data.current());
            self.version = Some(version);
        }
    }

    /// Gives a policy (`module.policy`) or a rule of one (`module.policy.rule`) a mode, whatever it says itself.
    ///
    /// What is said of a policy counts for all its rules, wherever it is included, except for those of which something is said on
    /// their own. The policy that is decided keeps its mode as a whole: in `observe` and `advise` its outcome is
    /// `not_applicable`, and `enforced` of the decision holds what `enforce` would have given.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_defaults(&program)?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("gate.changes").ok_or("no policy")?;
    /// use policy_vm::{Mode, Outcome, Request};
    ///
    /// evaluator.set_mode("gate.changes.too_large", Mode::Observe)?;
    /// let decision = evaluator.decide_json(policy, br#"{"size": 12}"#, &Request::default());
    /// assert_eq!((decision.outcome, decision.observed[0].rule.as_str()), (Outcome::Allow, "too_large"));
    /// assert!(evaluator.set_mode("gate.changes.too_big", Mode::Observe).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The program has no policy or rule of this name.
    pub fn set_mode(&mut self, name: &str, mode: Mode) -> Result<(), UnknownName> {
        let modes = self.modes.get_or_insert_default();
        modes.set(&self.program, name, mode)
    }

    /// Forgets what was said of modes.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_defaults(&program)?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("gate.changes").ok_or("no policy")?;
    /// use policy_vm::{Mode, Request};
    ///
    /// evaluator.set_mode("gate.changes.too_large", Mode::Observe)?;
    /// assert!(evaluator.allowed(policy, br#"{"size": 12}"#, &Request::default()));
    /// evaluator.clear_modes();
    /// assert!(!evaluator.allowed(policy, br#"{"size": 12}"#, &Request::default()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn clear_modes(&mut self) {
        self.modes = None;
    }

    /// Decides on a document: JSON bytes.
    ///
    /// Any bytes are decided: what is no JSON, or does not fit, is denied with its misfits listed.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_defaults(&program)?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("gate.changes").ok_or("no policy")?;
    /// use policy_vm::Request;
    ///
    /// assert!(evaluator.decide_json(policy, br#"{"size": 3}"#, &Request::default()).proceed);
    /// let decision = evaluator.decide_json(policy, b"no JSON", &Request::default());
    /// assert!(!decision.proceed && decision.errors[0].code == "misfit");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn decide_json(&mut self, policy: u32, input: &[u8], request: &Request) -> Decision {
        self.judge_json(policy, input, request).decision()
    }

    /// Decides on anything that serde can write: a `serde_json::Value`, or a type of the host's own.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_defaults(&program)?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("gate.changes").ok_or("no policy")?;
    /// use policy_vm::Request;
    ///
    /// let change = serde_json::json!({"size": 12});
    /// assert_eq!(evaluator.decide(policy, &change, &Request::default()).reasons[0].rule, "too_large");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn decide(&mut self, policy: u32, input: &impl Serialize, request: &Request) -> Decision {
        let mut bytes = std::mem::take(&mut self.serialized);
        bytes.clear();
        let written = serde_json::to_writer(&mut bytes, input);
        let decision = match written {
            Ok(()) => self.decide_json(policy, &bytes, request),
            Err(error) => {
                let misfits = Misfits::root("JSON", format!("a value that is none: {error}"));
                self.refuse(policy, misfits, request)
            }
        };
        self.serialized = bytes;
        decision
    }

    /// The decision on input that is not even read.
    pub(crate) fn refuse(&mut self, policy: u32, misfits: Misfits, request: &Request) -> Decision {
        self.machine.reset(request.limits.fuel, request.limits.memory);
        let judged =
            Judged { policy, request: *request, mode: Mode::Enforce, ending: Ending::Misfits(misfits) };
        Verdict::new(self, judged, b"").decision()
    }

    /// Whether the host may go on; the same as `proceed` of the decision, without building it.
    ///
    /// For entries that ask nothing of the host: where the policy could oblige or transform it is false, since the duty would be lost.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_defaults(&program)?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("gate.changes").ok_or("no policy")?;
    /// use policy_vm::Request;
    /// assert!(evaluator.allowed(policy, br#"{"size": 3}"#, &Request::default()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn allowed(&mut self, policy: u32, input: &[u8], request: &Request) -> bool {
        !self.program.asks(policy) && self.judge_json(policy, input, request).proceed()
    }

    /// Decides on a document, without building the decision yet. Allocates nothing once warm.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_defaults(&program)?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("gate.changes").ok_or("no policy")?;
    /// use policy_vm::{Outcome, Request};
    ///
    /// let verdict = evaluator.judge_json(policy, br#"{"size": 12}"#, &Request::default());
    /// assert_eq!(verdict.outcome(), Outcome::Deny);
    /// // Only now are messages made.
    /// assert_eq!(verdict.decision().reasons[0].message, "12 is too large");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn judge_json<'e>(&'e mut self, policy: u32, input: &'e [u8], request: &Request) -> Verdict<'e> {
        self.judge_observed(policy, input, request, &mut Quiet)
    }

    /// [`Evaluator::judge_json`], watched.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_defaults(&program)?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("gate.changes").ok_or("no policy")?;
    /// use policy_vm::{Observer, Request};
    ///
    /// /// Whether any rule found something.
    /// struct Found(bool);
    ///
    /// impl Observer for Found {
    ///     fn rule(&mut self, _policy: u32, _rule: u32, _failed: bool) {
    ///         self.0 = true;
    ///     }
    /// }
    ///
    /// let mut found = Found(false);
    /// let proceed = evaluator.judge_observed(policy, br#"{"size": 12}"#, &Request::default(), &mut found).proceed();
    /// assert!(found.0 && !proceed);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn judge_observed<'e, O: Observer>(
        &'e mut self,
        policy: u32,
        input: &'e [u8],
        request: &Request,
        observer: &mut O,
    ) -> Verdict<'e> {
        self.machine.reset(request.limits.fuel, request.limits.memory);
        let (mode, ending) = self.guarded(policy, &Input::Bytes(input), None, request, observer);
        let judged = Judged { policy, request: *request, mode, ending };
        Verdict::new(self, judged, input)
    }

    /// Decides on a value, with parameters in order (those of the snapshot where there are none): for
    /// tests. Values of this evaluator stay valid.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_defaults(&program)?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("gate.changes").ok_or("no policy")?;
    /// use policy_vm::{Quiet, Request};
    ///
    /// let input = program.bytecode().policies[policy as usize].input;
    /// let change = evaluator.read_json(input, r#"{"size": 12}"#, &Request::default())?;
    /// let decision = evaluator.decide_value(policy, change, None, &Request::default(), &mut Quiet);
    /// assert_eq!(decision.reasons[0].rule, "too_large");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn decide_value<O: Observer>(
        &mut self,
        policy: u32,
        input: Value,
        params: Option<&[Value]>,
        request: &Request,
        observer: &mut O,
    ) -> Decision {
        self.judge_value(policy, input, params, request, observer).decision()
    }

    /// Decides on a value, without building the decision yet. Values of this evaluator stay valid.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_defaults(&program)?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("gate.changes").ok_or("no policy")?;
    /// use policy_vm::{Quiet, Request};
    ///
    /// let input = program.bytecode().policies[policy as usize].input;
    /// let change = evaluator.read_json(input, r#"{"size": 12}"#, &Request::default())?;
    /// // The value is read once and decided as often as one likes.
    /// for _ in 0..3 {
    ///     assert!(!evaluator.judge_value(policy, change, None, &Request::default(), &mut Quiet).proceed());
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn judge_value<O: Observer>(
        &mut self,
        policy: u32,
        input: Value,
        params: Option<&[Value]>,
        request: &Request,
        observer: &mut O,
    ) -> Verdict<'_> {
        self.renew(request);
        let (mode, ending) = self.guarded(policy, &Input::Value(input), params, request, observer);
        let judged = Judged { policy, request: *request, mode, ending };
        Verdict::new(self, judged, b"")
    }

    /// Decides on a document as a policy reads it, keeping values of this evaluator valid: for tests.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_defaults(&program)?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("gate.changes").ok_or("no policy")?;
    /// use policy_vm::{Quiet, Request};
    ///
    /// let request = Request::default();
    /// let most = evaluator.with_context(&request, |context| context.make_list(&[]))?;
    /// let decision = evaluator.decide_document(policy, br#"{"size": 3}"#, None, &request, &mut Quiet);
    /// // What was made before is still there.
    /// assert!(decision.proceed && evaluator.memory().elements(most)?.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn decide_document<O: Observer>(
        &mut self,
        policy: u32,
        input: &[u8],
        params: Option<&[Value]>,
        request: &Request,
        observer: &mut O,
    ) -> Decision {
        self.renew(request);
        let (mode, ending) = self.guarded(policy, &Input::Bytes(input), params, request, observer);
        let judged = Judged { policy, request: *request, mode, ending };
        Verdict::new(self, judged, input).decision()
    }

    /// Sets limits anew and keeps values.
    fn renew(&mut self, request: &Request) {
        self.machine.forget_frames();
        self.machine.heap.meter.fuel = request.limits.fuel;
        self.machine.heap.meter.memory = request.limits.memory;
        self.machine.findings.clear();
    }

    /// Runs a judgement; a panic, which is a mistake of the machine, is the failure `internal`.
    fn guarded<O: Observer>(
        &mut self,
        policy: u32,
        input: &Input<'_>,
        params: Option<&[Value]>,
        request: &Request,
        observer: &mut O,
    ) -> (Mode, Ending) {
        let run = AssertUnwindSafe(|| self.run(policy, input, params, request, observer));
        match catch_unwind(run) {
            Ok(judged) => return judged,
            // The tests of this crate want to see it.
            Err(panic) if cfg!(test) => resume_unwind(panic),
            Err(_) => {}
        }
        self.machine = Machine::new();
        self.given = None;
        (Mode::Enforce, Ending::Unread(Failure::internal()))
    }

    /// Runs a judgement; gives the policy's mode with how it ended.
    fn run<O: Observer>(
        &mut self,
        policy: u32,
        input: &Input<'_>,
        params: Option<&[Value]>,
        request: &Request,
        observer: &mut O,
    ) -> (Mode, Ending) {
        // Borrowed, not shared anew: threads would wait for each other at a counter.
        let loaded = &*self.program.loaded;
        let snapshot = &*self.snapshot.inner;
        let Some(described) = loaded.code.policies.get(policy as usize) else {
            return (Mode::Enforce, Ending::Unread(Failure::internal()));
        };
        if self.foreign {
            let what = "a snapshot of the program that decides";
            let misfits = Misfits::root(what, "one of another program".to_owned());
            return (Mode::Enforce, Ending::Misfits(misfits));
        }
        let Some(params) = params.or(snapshot.params.get(policy as usize).and_then(Option::as_deref)) else {
            let what = "every parameter of the policy";
            let misfits = Misfits::root(what, "one without a value".to_owned());
            return (described.mode, Ending::Misfits(misfits));
        };
        let text = match input {
            Input::Bytes(bytes) | Input::With(bytes, _) => std::str::from_utf8(bytes),
            Input::Value(_) => Ok(""),
        };
        let given = self.given.as_ref();
        let store = given_entities(given, snapshot);
        let nobody = Entities::default();
        let brought = match input {
            Input::With(_, entities) => {
                let store = store.unwrap_or(&nobody);
                Some(brought::read(loaded, snapshot, store, &mut self.machine, entities))
            }
            Input::Bytes(_) | Input::Value(_) => None,
        };
        let entities = match &brought {
            Some(Ok(brought)) => Some(Known { store, brought: Some(brought) }),
            Some(Err(_)) | None => Known::of(store),
        };
        let mut host = NoHost;
        let mut run = Run {
            loaded,
            data: &snapshot.store,
            entities,
            items: given.map_or(&snapshot.items, |given| &given.items),
            globals: given.map_or(&snapshot.globals, |given| &given.globals),
            input: text.unwrap_or(""),
            now: request.now,
            machine: &mut self.machine,
            observer,
            host: &mut host,
            modes: self.modes.as_ref(),
        };
        // Known before the input is read, so that a policy that is only watched stops nothing, whatever it is given.
        let root = match run.root_mode(policy, params) {
            Ok(root) => root,
            Err(raised) => return (Mode::Enforce, Ending::Stopped(raised)),
        };
        if let Some(Err(unread)) = brought {
            return (root.mode, unread);
        }
        let value = match (input, text) {
            (Input::Value(value), _) => *value,
            (Input::Bytes(_) | Input::With(..), Err(error)) => {
                return (root.mode, Ending::Misfits(Misfits::no_text(error)));
            }
            (Input::Bytes(_) | Input::With(..), Ok(text)) => {
                let plan = (!request.strict_input).then_some(described.plan);
                let what = What { ty: described.input, plan };
                match ingest::document(&mut run, text, what, How { copy: false, closed: false }) {
                    Ok(value) => value,
                    Err(Unread::Misfits(misfits)) => return (root.mode, Ending::Misfits(misfits)),
                    Err(Unread::Failure(failure)) => return (root.mode, Ending::Unread(failure)),
                }
            }
        };
        let ending = match run.run_policy(policy, root, value, params) {
            Ok(()) => Ending::Ran,
            Err(raised) => Ending::Stopped(raised),
        };
        (root.mode, ending)
    }

    /// Reads what values of this evaluator point to.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_defaults(&program)?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("gate.changes").ok_or("no policy")?;
    /// let input = program.bytecode().policies[policy as usize].input;
    /// let change = evaluator.read_json(input, r#"{"size": 12}"#, &program.request())?;
    /// assert_eq!(evaluator.memory().field(change, 0)?.as_int(), Some(12));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn memory(&self) -> Memory<'_> {
        self.memory_with("")
    }

    fn memory_with<'a>(&'a self, input: &'a str) -> Memory<'a> {
        Memory {
            constants: &self.program.loaded.constants,
            data: &self.snapshot.inner.store,
            arena: &self.machine.heap.arena,
            input,
        }
    }

    /// Calls a function with values of this evaluator: for tests, and for constants at compile time.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/records.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_bundle(&program, Some("read"))?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("records.read").ok_or("no policy")?;
    /// use policy_vm::{NoHost, Quiet, Request, Value};
    ///
    /// // `fn batches(rows: Int) -> Int = (rows / 10).ceiling()`
    /// let batches = program.function("records.batches").ok_or("no function")?;
    /// let arguments = [Value::Int(25)];
    /// let result = evaluator.eval_function(batches, &arguments, &Request::default(), &mut Quiet, &mut NoHost)?;
    /// assert_eq!(result.as_int(), Some(3));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The failure, with its place.
    pub fn eval_function<O: Observer>(
        &mut self,
        function: policy_bytecode::program::FunctionIndex,
        args: &[Value],
        request: &Request,
        observer: &mut O,
        host: &mut dyn Host,
    ) -> Result<Value, Raise> {
        self.renew(request);
        values::call(self, function, args, request, observer, host)
    }

    /// Reads a document as a type, into values of this evaluator.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_defaults(&program)?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("gate.changes").ok_or("no policy")?;
    /// use policy_vm::Request;
    ///
    /// let input = program.bytecode().policies[policy as usize].input;
    /// assert!(evaluator.read_json(input, r#"{"size": 12}"#, &Request::default()).is_ok());
    /// let misfits = evaluator.read_json(input, "{}", &Request::default()).expect_err("a size is missing");
    /// assert_eq!(misfits.iter().next().map(|misfit| misfit.pointer.as_str()), Some("/size"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// What does not fit; a limit is one misfit at the root.
    pub fn read_json(&mut self, ty: TypeId, json: &str, request: &Request) -> Result<Value, Misfits> {
        self.renew(request);
        values::read(self, ty, json, request)
    }
}
