//! Values across the border: for tests, constants and tools.

use std::panic::{AssertUnwindSafe, catch_unwind};

use policy_bytecode::op::Op;
use policy_bytecode::program::{FunctionIndex, Place, TypeId};

use super::{Evaluator, Given, brought, given_entities};
use crate::entities::{Entities, Known};
use crate::failure::{Code, Failure};
use crate::host::{Host, NoHost};
use crate::ingest::{self, How, Misfits, Unread, What};
use crate::machine::{Machine, Run, Slot};
use crate::observer::{Observer, Quiet};
use crate::print::{MAX_PRINTED, Printer};
use crate::request::Request;
use crate::snapshot::Reads;
use crate::value::Value;

/// A failure of a function, with where it happened.
///
/// ```
/// # let bundle = std::fs::read("examples/records.pbundle")?;
/// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
/// # let snapshot = policy_vm::Snapshot::of_bundle(&program, Some("read"))?;
/// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
/// # let policy = program.policy("records.read").ok_or("no policy")?;
/// use policy_vm::{Code, NoHost, Quiet, Request, Value};
///
/// let batches = program.function("records.batches").ok_or("no function")?;
/// let called = evaluator.eval_function(batches, &[Value::Null], &Request::default(), &mut Quiet, &mut NoHost);
/// let raise = called.expect_err("null is no number");
/// assert_eq!(raise.failure.code, Code::Internal);
/// // No place in the sources is at fault: the checker lets no such call through.
/// assert!(raise.place.is_none() && raise.trace.is_empty());
/// assert!(raise.message.is_none() && raise.misfits.is_empty());
/// assert_eq!(raise.to_string(), "the program or the machine is damaged");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Raise {
    /// The failure.
    pub failure: Failure,
    /// Where, if the program knows.
    pub place: Option<Place>,
    /// The calls and `let`s that led there, innermost first.
    pub trace: Vec<Place>,
    /// For [`Code::Fixture`], why the file cannot be read.
    pub message: Option<String>,
    /// For [`Code::Mismatch`] of `as`, what does not fit, and where in the value.
    pub misfits: Misfits,
}

impl std::fmt::Display for Raise {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.message.as_deref().unwrap_or(self.failure.code.says()))?;
        if self.misfits.is_empty() { Ok(()) } else { write!(f, ": {}", self.misfits) }
    }
}

impl std::error::Error for Raise {}

impl From<Failure> for Raise {
    fn from(failure: Failure) -> Self {
        Self { failure, place: None, trace: Vec::new(), message: None, misfits: Misfits::default() }
    }
}

/// Calls a function; a panic, which is a mistake of the machine, is the failure `internal`.
pub(super) fn call<O: Observer>(
    evaluator: &mut Evaluator,
    function: FunctionIndex,
    args: &[Value],
    request: &Request,
    observer: &mut O,
    host: &mut dyn Host,
) -> Result<Value, Raise> {
    let loaded = evaluator.program.loaded.clone();
    let snapshot = evaluator.snapshot.inner.clone();
    let params = loaded.code.functions.get(function.index()).map(|function| usize::from(function.params));
    if params != Some(args.len()) {
        return Err(Failure::internal().into());
    }
    let given = evaluator.given.as_ref();
    let mut run = Run {
        loaded: &loaded,
        data: &snapshot.store,
        entities: Known::of(given_entities(given, &snapshot)),
        items: given.map_or(&snapshot.items, |given| &given.items),
        globals: given.map_or(&snapshot.globals, |given| &given.globals),
        input: "",
        now: request.now,
        machine: &mut evaluator.machine,
        observer,
        host,
        modes: None,
    };
    match catch_unwind(AssertUnwindSafe(|| run.call(function, args))) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(raised)) => Err(raise(evaluator, raised, request)),
        Err(_) => {
            evaluator.machine = Machine::new();
            evaluator.given = None;
            Err(Failure::internal().into())
        }
    }
}

fn raise(evaluator: &mut Evaluator, raised: u32, request: &Request) -> Raise {
    let misfits = misfits_of(evaluator, raised, request).unwrap_or_default();
    let machine = &evaluator.machine;
    let Some(raised) = machine.raised.get(raised as usize) else { return Failure::internal().into() };
    let loaded = &evaluator.program.loaded;
    let place = |at: u32| crate::decision::place_of(loaded, at as usize).copied();
    let trail = machine.trail.get(raised.trail.0 as usize..raised.trail.1 as usize).unwrap_or(&[]);
    let message = match raised.failure {
        Failure { code: Code::Fixture, operands: [text, _], .. } => {
            evaluator.memory().text(text).ok().map(str::to_owned)
        }
        _ => None,
    };
    Raise {
        failure: raised.failure,
        place: place(raised.at),
        trace: trail.iter().filter_map(|at| place(*at)).collect(),
        message,
        misfits,
    }
}

/// What does not fit, of a value that `as` refused: it is read once more, which decisions do not pay for.
fn misfits_of(evaluator: &mut Evaluator, raised: u32, request: &Request) -> Option<Misfits> {
    let raised = evaluator.machine.raised.get(raised as usize)?;
    let inst = evaluator.program.loaded.code.code.get(raised.at as usize)?;
    let Failure { code: Code::Mismatch, operands: [value, _], .. } = raised.failure else { return None };
    if inst.op != Op::Cast {
        return None;
    }
    let to = TypeId(u32::from(inst.c));
    let mut json = String::new();
    crate::print::json_limited(evaluator.memory(), value, &mut json, MAX_PRINTED).ok()?;
    read(evaluator, to, &json, request).err()
}

pub(super) fn read(
    evaluator: &mut Evaluator,
    ty: TypeId,
    json: &str,
    request: &Request,
) -> Result<Value, Misfits> {
    let loaded = evaluator.program.loaded.clone();
    let snapshot = evaluator.snapshot.inner.clone();
    let (mut observer, mut host) = (Quiet, NoHost);
    let mut run = Run {
        loaded: &loaded,
        data: &snapshot.store,
        entities: Known::of(given_entities(evaluator.given.as_ref(), &snapshot)),
        items: &snapshot.items,
        globals: &snapshot.globals,
        input: "",
        now: request.now,
        machine: &mut evaluator.machine,
        observer: &mut observer,
        host: &mut host,
        modes: None,
    };
    let what = What { ty, plan: None };
    ingest::document(&mut run, json, what, How { copy: true, closed: false }).map_err(misfits)
}

/// Why a document was not read, as misfits alone.
fn misfits(unread: Unread) -> Misfits {
    match unread {
        Unread::Misfits(misfits) => misfits,
        Unread::Failure(failure) => {
            Misfits::root("a document within the limits", failure.code.says().to_owned())
        }
    }
}

/// Reads an entity store into the machine's arena.
fn stored(evaluator: &mut Evaluator, json: &str) -> Result<Entities, Misfits> {
    let (loaded, snapshot) = (&evaluator.program.loaded, &evaluator.snapshot.inner);
    brought::read_store(loaded, snapshot, None, &mut evaluator.machine, json).map_err(misfits)
}

impl Evaluator {
    /// Forgets all values that this evaluator made.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_defaults(&program)?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("gate.changes").ok_or("no policy")?;
    /// use policy_vm::{Limits, Request};
    ///
    /// let request = Request { limits: Limits { fuel: 50, ..Limits::default() }, ..Request::default() };
    /// evaluator.reset(&request);
    /// assert_eq!(evaluator.fuel_left(), 50);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reset(&mut self, request: &Request) {
        self.machine.reset(request.limits.fuel, request.limits.memory);
        self.given = None;
    }

    /// The units of fuel that were not taken since the last decision or reset.
    #[must_use]
    pub const fn fuel_left(&self) -> u64 {
        self.machine.heap.fuel()
    }

    /// The value of a data item for what follows, and of what modules compute from it: `given data` of a
    /// test. Lasts until [`Evaluator::reset`] or another snapshot.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_defaults(&program)?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("gate.changes").ok_or("no policy")?;
    /// use policy_vm::{Quiet, Request, Value};
    ///
    /// let request = Request::default();
    /// let greatest = 0;
    /// evaluator.give_data(greatest, Value::Int(20), &request);
    /// assert!(evaluator.decide_document(policy, br#"{"size": 12}"#, None, &request, &mut Quiet).proceed);
    /// evaluator.reset(&request);
    /// assert!(!evaluator.decide_document(policy, br#"{"size": 12}"#, None, &request, &mut Quiet).proceed);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn give_data(&mut self, item: u32, value: Value, request: &Request) {
        let snapshot = self.snapshot.inner.clone();
        let (mut items, entities) = self
            .given
            .take()
            .map_or_else(|| (snapshot.items.clone(), None), |given| (given.items, given.entities));
        if let Some(slot) = items.get_mut(item as usize) {
            *slot = Slot::Value(value);
        }
        self.give(items, entities, request);
    }

    /// The entity store for what follows, as JSON text: `given entities` of a test. Lasts as [`Evaluator::give_data`].
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/records.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_bundle(&program, Some("read"))?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("records.read").ok_or("no policy")?;
    /// use policy_vm::{Quiet, Request};
    ///
    /// let request = Request::default();
    /// let bob = br#"{"user": "bob", "rows": 1, "purpose": "billing"}"#;
    /// assert!(!evaluator.decide_document(policy, bob, None, &request, &mut Quiet).proceed);
    /// let store = r#"[{"uid": {"type": "Team", "id": "support"}}, {"uid": {"type": "User", "id": "bob"},
    ///     "attrs": {"email": "bob@example.com"}, "parents": [{"type": "Team", "id": "support"}]}]"#;
    /// evaluator.give_entities(store, &request)?;
    /// assert!(evaluator.decide_document(policy, bob, None, &request, &mut Quiet).proceed);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// What does not fit; a limit is one misfit at the root.
    pub fn give_entities(&mut self, json: &str, request: &Request) -> Result<(), Misfits> {
        self.renew(request);
        let entities = stored(self, json)?;
        let snapshot = self.snapshot.inner.clone();
        let items = self.given.take().map_or_else(|| snapshot.items.clone(), |given| given.items);
        self.give(items, Some(entities), request);
        Ok(())
    }

    fn give(&mut self, items: Vec<Slot>, entities: Option<Entities>, request: &Request) {
        let snapshot = self.snapshot.inner.clone();
        let loaded = self.program.loaded.clone();
        self.renew(request);
        let reads = Reads {
            data: &snapshot.store,
            entities: entities.as_ref().or(snapshot.entities.as_ref()),
            items: &items,
        };
        let globals = crate::snapshot::globals(&loaded, &mut self.machine, reads, request.now, "");
        self.given = Some(Given { items, globals, entities });
    }

    /// A constant of the program: the default of a parameter, for example.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/records.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_bundle(&program, Some("read"))?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("records.read").ok_or("no policy")?;
    /// use policy_vm::Value;
    ///
    /// // `policy read(most: Int = 10)`
    /// let most = program.bytecode().policies[policy as usize].params[0].default.ok_or("no default")?;
    /// assert_eq!(evaluator.constant(most).and_then(Value::as_int), Some(10));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn constant(&self, id: policy_bytecode::program::ConstId) -> Option<Value> {
        self.program.loaded.consts.get(id.index()).copied()
    }

    /// A value of a type as canonical JSON.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_defaults(&program)?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("gate.changes").ok_or("no policy")?;
    /// let input = program.bytecode().policies[policy as usize].input;
    /// let change = evaluator.read_json(input, r#"{ "size": 12, "ignored": true }"#, &program.request())?;
    /// assert_eq!(evaluator.print_json(input, change)?, r#"{"size":12}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// `internal` where the value is none of the type; a limit.
    pub fn print_json(&self, ty: TypeId, value: Value) -> Result<String, Failure> {
        let mut text = String::new();
        let mut printer = Printer {
            loaded: &self.program.loaded,
            memory: self.memory(),
            out: &mut text,
            limit: MAX_PRINTED,
        };
        printer.json(ty, value)?;
        Ok(text)
    }

    /// Works on values of this evaluator, for example to build arguments.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_defaults(&program)?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("gate.changes").ok_or("no policy")?;
    /// use policy_vm::{Request, Value};
    ///
    /// let pair = evaluator.with_context(&Request::default(), |context| {
    ///     context.make_list(&[Value::Int(1), Value::Int(2)])
    /// })?;
    /// assert_eq!(evaluator.memory().elements(pair)?.len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_context<T>(
        &mut self,
        request: &Request,
        work: impl FnOnce(&mut crate::context::Context<'_>) -> T,
    ) -> T {
        self.renew(request);
        let mut context = crate::context::Context {
            heap: &mut self.machine.heap,
            constants: &self.program.loaded.constants,
            data: &self.snapshot.inner.store,
            input: "",
            now: request.now,
        };
        work(&mut context)
    }
}

/// A value of a type as canonical JSON, read through the memory that an [`Observer`] is given.
///
/// ```
/// # let bundle = std::fs::read("examples/gate.pbundle")?;
/// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
/// # let snapshot = policy_vm::Snapshot::of_defaults(&program)?;
/// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
/// # let policy = program.policy("gate.changes").ok_or("no policy")?;
/// let input = program.bytecode().policies[policy as usize].input;
/// let change = evaluator.read_json(input, r#"{"size": 12}"#, &program.request())?;
/// let text = policy_vm::print_observed(&program, evaluator.memory(), input, change)?;
/// assert_eq!(text, r#"{"size":12}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// `internal` where the value is none of the type; a limit.
pub fn print_observed(
    program: &crate::program::Program,
    memory: crate::memory::Memory<'_>,
    ty: TypeId,
    value: Value,
) -> Result<String, Failure> {
    let mut text = String::new();
    let mut printer = Printer { loaded: &program.loaded, memory, out: &mut text, limit: 1 << 20 };
    printer.json(ty, value)?;
    Ok(text)
}
