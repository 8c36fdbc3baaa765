//! Snapshots: everything that a decision sees besides its input and the time.

mod data;
mod error;
mod frozen;

use std::sync::{Arc, OnceLock};

use policy_bytecode::Op;
use policy_bytecode::program::{FunctionIndex, PlanId, TypeId};
use policy_bytecode::scalar::{Duration, Timestamp};
use sha2::{Digest as _, Sha256};

use crate::entities::{Entities, Known, Loading};
use crate::failure::Failure;
use crate::host::NoHost;
use crate::ingest::{self, How, Misfits, Unread, What};
use crate::machine::{LED, Machine, Run, Slot};
use crate::memory::Memory;
use crate::observer::Quiet;
use crate::program::{Loaded, Program};
use crate::request::Limits;
use crate::store::Store;
use crate::value::{Region, Value};

pub use self::data::Data;
pub use self::error::SnapshotError;
use self::frozen::{freeze_store, frozen, frozen_slot, span};

/// One immutable view of data and parameters, checked against their types. Cheap to share.
///
/// ```
/// # let bundle = std::fs::read("examples/gate.pbundle")?;
/// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
/// use policy_vm::{Entry, Duties, Snapshot};
///
/// let snapshot = Snapshot::builder(&program).data("gate.greatest", "20").build()?;
/// let mut gate = Entry::with_snapshot(&program, "gate", &Duties::default(), &snapshot)?;
/// let decision = gate.decide_json(br#"{"size": 12}"#);
/// assert!(decision.proceed);
/// // A decision tells which data it saw.
/// assert_eq!(decision.data, snapshot.digest());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    /// The program whose snapshot it is: its values point into that program's constants.
    program: Program,
    pub(crate) store: Store,
    pub(crate) entities: Option<Entities>,
    pub(crate) items: Vec<Slot>,
    pub(crate) globals: Vec<Slot>,
    /// The parameters of each policy; none where one has no value.
    pub(crate) params: Vec<Option<Vec<Value>>>,
    sources: Vec<(String, String)>,
    digest: OnceLock<String>,
}

impl Inner {
    /// Whether a program can decide with it.
    pub(crate) fn is_of(&self, program: &Program) -> bool {
        self.program.is_same(program)
    }

    /// `sha256:` and the digest of the documents that were given, with their names.
    pub(crate) fn digest(&self) -> &str {
        self.digest.get_or_init(|| {
            let mut hash = Sha256::new();
            for (name, text) in &self.sources {
                for part in [name, text] {
                    hash.update((part.len() as u64).to_le_bytes());
                    hash.update(part.as_bytes());
                }
            }
            crate::digest::shown(&hash.finalize().into())
        })
    }
}

impl Snapshot {
    /// Begins a snapshot of a program's data.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// let more = policy_vm::Snapshot::builder(&program).data("gate.greatest", "20").build()?;
    /// assert_ne!(more.digest(), policy_vm::Snapshot::of_defaults(&program)?.digest());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn builder(program: &Program) -> SnapshotBuilder {
        SnapshotBuilder {
            program: program.clone(),
            items: Vec::new(),
            entities: Vec::new(),
            params: Vec::new(),
            loaded: None,
            limits: Limits::default(),
            partial: false,
        }
    }

    /// A snapshot of a program's defaults.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// use policy_vm::{Evaluator, Request, Snapshot};
    ///
    /// let policy = program.policy("gate.changes").ok_or("no policy")?;
    /// let mut evaluator = Evaluator::new(&program, &Snapshot::of_defaults(&program)?);
    /// // `data greatest: Int = 10`
    /// assert!(!evaluator.allowed(policy, br#"{"size": 11}"#, &Request::default()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// An item without a default.
    pub fn of_defaults(program: &Program) -> Result<Self, SnapshotError> {
        Self::builder(program).build()
    }

    /// `sha256:` and the digest of the documents that were given.
    #[must_use]
    pub fn digest(&self) -> &str {
        self.inner.digest()
    }

    /// How many entities there are; none where no store was given.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/records.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// use policy_vm::Snapshot;
    ///
    /// assert_eq!(Snapshot::of_bundle(&program, Some("read"))?.entities(), Some(3));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn entities(&self) -> Option<usize> {
        self.inner.entities.as_ref().map(Entities::len)
    }
}

/// Collects documents for a snapshot.
///
/// ```
/// # let bundle = std::fs::read("examples/gate.pbundle")?;
/// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
/// use policy_vm::{Snapshot, SnapshotBuilder};
///
/// /// Data as a service finds it: names of items, and JSON.
/// fn with_files(builder: SnapshotBuilder, files: &[(&str, &str)]) -> SnapshotBuilder {
///     files.iter().fold(builder, |builder, (name, json)| builder.data(name, json))
/// }
///
/// let files = [("gate.greatest", "20")];
/// assert!(with_files(Snapshot::builder(&program), &files).build().is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct SnapshotBuilder {
    program: Program,
    items: Vec<(String, String)>,
    entities: Vec<(String, String)>,
    params: Vec<(String, String, String)>,
    loaded: Option<Timestamp>,
    limits: Limits,
    partial: bool,
}

impl SnapshotBuilder {
    pub(crate) const fn program(&self) -> &Program {
        &self.program
    }

    /// Gives a data item its value, as JSON text. `name` is qualified: `ci.gate.approved_models`.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// use policy_vm::Snapshot;
    ///
    /// assert!(Snapshot::builder(&program).data("gate.greatest", "20").build().is_ok());
    /// // What no policy reads is refused: it may be a slip.
    /// assert!(Snapshot::builder(&program).data("gate.gretaest", "20").build().is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn data(mut self, name: &str, json: &str) -> Self {
        self.items.push((name.to_owned(), json.to_owned()));
        self
    }

    /// Adds entities, as JSON text: a list of `{"uid": …, "attrs": {…}, "parents": […]}`. `name` is for messages. All
    /// that are added make one store, which may be empty.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/records.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// use policy_vm::Snapshot;
    ///
    /// let teams = r#"[{"uid": {"type": "Team", "id": "support"}}]"#;
    /// let people = r#"[{"uid": {"type": "User", "id": "eve"}, "attrs": {"email": "eve@example.com"},
    ///     "parents": [{"type": "Team", "id": "support"}]}]"#;
    /// let snapshot = Snapshot::builder(&program).entities("teams", teams).entities("people", people).build()?;
    /// assert_eq!(snapshot.entities(), Some(2));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn entities(mut self, name: &str, json: &str) -> Self {
        self.entities.push((name.to_owned(), json.to_owned()));
        self
    }

    /// Gives a parameter of a policy its value, as JSON text.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/records.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// use policy_vm::{Evaluator, Outcome, Request, Snapshot};
    ///
    /// let snapshot = Snapshot::builder(&program).shipped(None)?.parameter("records.read", "most", "1").build()?;
    /// let mut evaluator = Evaluator::new(&program, &snapshot);
    /// let policy = program.policy("records.read").ok_or("no policy")?;
    /// let request = br#"{"user": "ann", "rows": 2, "purpose": "billing"}"#;
    /// let decision = evaluator.decide_json(policy, request, &Request::default());
    /// assert_eq!(decision.outcome, Outcome::Escalate);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn parameter(mut self, policy: &str, name: &str, json: &str) -> Self {
        self.params.push((policy.to_owned(), name.to_owned(), json.to_owned()));
        self
    }

    /// Says when the data was loaded, for items with a greatest age.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// use policy_vm::Snapshot;
    ///
    /// let read = std::fs::metadata("examples/gate.pbundle")?.modified()?;
    /// let snapshot = Snapshot::builder(&program).data("gate.greatest", "20").loaded_at(read.into()).build();
    /// assert!(snapshot.is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn loaded_at(mut self, time: Timestamp) -> Self {
        self.loaded = Some(time);
        self
    }

    /// Sets what reading may use.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/records.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// use policy_vm::{Limits, Snapshot, SnapshotError};
    ///
    /// let builder = Snapshot::builder(&program).entities("people", r#"[{"uid": {"type": "Team", "id": "support"}}]"#);
    /// let refused = builder.limits(Limits { memory: 1, ..Limits::default() }).build();
    /// assert!(matches!(refused, Err(SnapshotError::Limit { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Allows items without value and default, for tests: reading one is then the failure `missing_data`.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/records.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// use policy_vm::Snapshot;
    ///
    /// assert!(Snapshot::builder(&program).build().is_err());
    /// assert!(Snapshot::builder(&program).partial().build().is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn partial(mut self) -> Self {
        self.partial = true;
        self
    }

    /// Checks everything and makes the snapshot.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// use policy_vm::Snapshot;
    ///
    /// let snapshot = Snapshot::builder(&program).data("gate.greatest", "20").build()?;
    /// assert!(snapshot.entities().is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The first document that does not fit, item that is missing, or name that is unknown.
    pub fn build(self) -> Result<Snapshot, SnapshotError> {
        let Self { program, items, entities, params, loaded: time, limits, partial } = self;
        let loaded = &program.loaded;
        let mut machine = Machine::new();
        machine.reset(limits.fuel, limits.memory);
        let mut sources = Vec::new();
        for (name, _) in &items {
            if !loaded.code.data.iter().any(|item| loaded.text(item.name) == name) {
                return Err(SnapshotError::Unknown(format!("data item {name}")));
            }
        }
        let entities = stored(loaded, &mut machine, &entities, &mut sources)?;
        if entities.is_none() && !partial && asks_for_entities(loaded) {
            return Err(SnapshotError::NoEntities);
        }
        let mut slots = Vec::new();
        for item in &loaded.code.data {
            let name = loaded.text(item.name);
            let given = items.iter().rev().find(|(other, _)| other == name);
            let value = match (given, item.default) {
                (Some((_, json)), _) => {
                    sources.push((name.to_owned(), json.clone()));
                    read(loaded, &mut machine, (entities.as_ref(), &slots), name, json, item.ty)?
                }
                (None, Some(default)) => loaded.consts.get(default.index()).copied().unwrap_or(Value::Absent),
                (None, None) if partial => {
                    slots.push(Slot::Failed {
                        failure: Failure::new(crate::Code::MissingData),
                        led: [None; LED],
                    });
                    continue;
                }
                (None, None) => return Err(SnapshotError::Missing(format!("data {name}"))),
            };
            slots.push(match (item.max_age, time, given) {
                (Some(max_age), Some(loaded), Some(_)) => Slot::Aging { value, loaded, max_age },
                _ => Slot::Value(value),
            });
        }
        let params = parameters(loaded, &mut machine, (entities.as_ref(), &slots), &params, &mut sources)?;
        let reads = Reads { data: &Store::default(), entities: entities.as_ref(), items: &slots };
        let globals = globals(loaded, &mut machine, reads, None, "");
        let entities = entities.map(|mut entities| {
            entities.moved(frozen, span);
            entities
        });
        let mut store = std::mem::take(&mut machine.heap.arena);
        freeze_store(&mut store);
        let slots: Vec<Slot> = slots.into_iter().map(frozen_slot).collect();
        let globals: Vec<Slot> = globals.into_iter().map(frozen_slot).collect();
        let params: Vec<Option<Vec<Value>>> = params
            .into_iter()
            .map(|values| values.map(|values| values.into_iter().map(frozen).collect()))
            .collect();
        let given = params.iter().flatten().flatten().copied();
        store.settle(Region::Data, slots.iter().chain(&globals).filter_map(Slot::known).chain(given));
        let inner = Inner {
            program: program.clone(),
            store,
            entities,
            items: slots,
            globals,
            params,
            sources,
            digest: OnceLock::new(),
        };
        Ok(Snapshot { inner: Arc::new(inner) })
    }
}

fn read(
    loaded: &Loaded,
    machine: &mut Machine,
    (entities, items): (Option<&Entities>, &[Slot]),
    name: &str,
    json: &str,
    ty: TypeId,
) -> Result<Value, SnapshotError> {
    let nothing = Store::default();
    let (mut observer, mut host) = (Quiet, NoHost);
    let mut run = Run {
        loaded,
        data: &nothing,
        entities: Known::of(entities),
        items,
        globals: &[],
        input: "",
        now: None,
        machine,
        observer: &mut observer,
        host: &mut host,
        modes: None,
    };
    let what = What { ty, plan: None::<PlanId> };
    ingest::document(&mut run, json, what, How { copy: true, closed: true }).map_err(|unread| match unread {
        Unread::Misfits(misfits) => SnapshotError::Misfits { name: name.to_owned(), misfits },
        Unread::Failure(failure) => SnapshotError::Limit { name: name.to_owned(), failure },
    })
}

/// Whether a program asks the entity store for anything.
fn asks_for_entities(loaded: &Loaded) -> bool {
    loaded.code.code.iter().any(|inst| matches!(inst.op, Op::InEntity | Op::Attributes))
}

/// Reads documents of an entity store; none where there is none.
fn stored(
    loaded: &Loaded,
    machine: &mut Machine,
    documents: &[(String, String)],
    sources: &mut Vec<(String, String)>,
) -> Result<Option<Entities>, SnapshotError> {
    if documents.is_empty() {
        return Ok(None);
    }
    let nothing = Store::default();
    let mut loading = Loading::default();
    let limit = |name: &str, failure| SnapshotError::Limit { name: name.to_owned(), failure };
    for (at, (name, json)) in documents.iter().enumerate() {
        sources.push(("entities".to_owned(), json.clone()));
        let (mut observer, mut host) = (Quiet, NoHost);
        let mut run = Run {
            loaded,
            data: &nothing,
            entities: None,
            items: &[],
            globals: &[],
            input: "",
            now: None,
            machine,
            observer: &mut observer,
            host: &mut host,
            modes: None,
        };
        ingest::store(&mut run, json, at, &mut loading).map_err(|unread| match unread {
            Unread::Misfits(misfits) => SnapshotError::Entities { name: name.clone(), misfits },
            Unread::Failure(failure) => limit(name, failure),
        })?;
    }
    let named = |at: usize| documents.get(at).map_or("", |(name, _)| name);
    let finished = finished(loaded, machine, &nothing, loading, None);
    match finished.map_err(|failure| limit(named(0), failure))? {
        Ok(entities) => Ok(Some(entities)),
        Err((document, misfits)) => {
            Err(SnapshotError::Entities { name: named(document).to_owned(), misfits })
        }
    }
}

/// The store of entities that were read into the machine's arena, or what is brought beside a store; or what is wrong with
/// the first document at fault. References that were read before they were there get their places.
pub(crate) fn finished(
    loaded: &Loaded,
    machine: &mut Machine,
    data: &Store,
    loading: Loading,
    beside: Option<&Entities>,
) -> Result<Result<Entities, (usize, Misfits)>, Failure> {
    let entities = match loading.finish(loaded, data, &mut machine.heap, beside)? {
        Ok(entities) => entities,
        Err(mut wrong) => {
            return Ok(Err(wrong.pop_first().unwrap_or_default()));
        }
    };
    let mut cells = std::mem::take(&mut machine.heap.arena.cells);
    let memory = Memory { constants: &loaded.constants, data, arena: &machine.heap.arena, input: "" };
    for cell in &mut cells {
        if let Some((kind, id)) = cell.as_entity()
            && let Some(slot) = entities.find(memory, kind, memory.span_text(id))
            && let Some(value) = entities.value(slot)
        {
            *cell = value;
        }
    }
    machine.heap.arena.cells = cells;
    Ok(Ok(entities))
}

fn parameters(
    loaded: &Loaded,
    machine: &mut Machine,
    given_data: (Option<&Entities>, &[Slot]),
    given: &[(String, String, String)],
    sources: &mut Vec<(String, String)>,
) -> Result<Vec<Option<Vec<Value>>>, SnapshotError> {
    for (policy, name, _) in given {
        let known = loaded.code.policies.iter().any(|described| {
            loaded.text(described.name) == policy
                && described.params.iter().any(|param| loaded.text(param.name) == name)
        });
        if !known {
            return Err(SnapshotError::Unknown(format!("parameter {name} of policy {policy}")));
        }
    }
    let mut all = Vec::new();
    for policy in &loaded.code.policies {
        let policy_name = loaded.text(policy.name);
        let mut values = Some(Vec::with_capacity(policy.params.len()));
        for param in &policy.params {
            let name = loaded.text(param.name);
            let json = given.iter().rev().find(|(policy, other, _)| policy == policy_name && other == name);
            let value = match (json, param.default) {
                (Some((_, _, json)), _) => {
                    let shown = format!("{policy_name}({name})");
                    sources.push((shown.clone(), json.clone()));
                    Some(read(loaded, machine, given_data, &shown, json, param.ty)?)
                }
                (None, Some(default)) => loaded.consts.get(default.index()).copied(),
                (None, None) => None,
            };
            match (value, &mut values) {
                (Some(value), Some(values)) => values.push(value),
                _ => values = None,
            }
        }
        all.push(values);
    }
    Ok(all)
}

/// What is read while modules compute from data.
#[derive(Clone, Copy)]
pub(crate) struct Reads<'a> {
    pub(crate) data: &'a Store,
    pub(crate) entities: Option<&'a Entities>,
    pub(crate) items: &'a [Slot],
}

/// Computes what modules compute from data; a failure is what every use of it gives.
pub(crate) fn globals(
    loaded: &Loaded,
    machine: &mut Machine,
    Reads { data, entities, items }: Reads<'_>,
    now: Option<Timestamp>,
    input: &str,
) -> Vec<Slot> {
    let mut slots: Vec<Slot> = Vec::with_capacity(loaded.code.globals.len());
    // Data is not too old while it is loaded; what is computed from it ages with it.
    let fresh: Vec<Slot> = items.iter().map(ageless).collect();
    let ages = items.iter().any(|slot| matches!(slot, Slot::Aging { .. }));
    let mut fresh_globals: Vec<Slot> = Vec::with_capacity(loaded.code.globals.len());
    for global in &loaded.code.globals {
        let (mut observer, mut host) = (Quiet, NoHost);
        let mut run = Run {
            loaded,
            data,
            entities: Known::of(entities),
            items: &fresh,
            globals: &fresh_globals,
            input,
            now,
            machine,
            observer: &mut observer,
            host: &mut host,
            modes: None,
        };
        let slot = match run.call(global.function, &[]) {
            Ok(value) => {
                let oldest = if ages { oldest(loaded, items, &slots, global.function) } else { None };
                match oldest {
                    Some((loaded, max_age)) => Slot::Aging { value, loaded, max_age },
                    None => Slot::Value(value),
                }
            }
            Err(raised) => {
                let raised = machine.raised.get(raised as usize).copied();
                let failure = raised.map_or(Failure::internal(), |raised| raised.failure);
                let trail = raised.map_or(0..0, |raised| raised.trail.0 as usize..raised.trail.1 as usize);
                let trail = machine.trail.get(trail).unwrap_or(&[]).iter().copied();
                let mut led = [None; LED];
                for (slot, at) in led.iter_mut().zip(raised.map(|raised| raised.at).into_iter().chain(trail))
                {
                    *slot = Some(at);
                }
                Slot::Failed { failure, led }
            }
        };
        fresh_globals.push(ageless(&slot));
        slots.push(slot);
    }
    slots
}

/// A slot as it is on the day that it is loaded.
const fn ageless(slot: &Slot) -> Slot {
    match *slot {
        Slot::Aging { value, .. } => Slot::Value(value),
        Slot::Value(_) | Slot::Failed { .. } => *slot,
    }
}

/// The age limit that ends first, of the data that a function may read.
fn oldest(
    loaded: &Loaded,
    items: &[Slot],
    globals: &[Slot],
    function: FunctionIndex,
) -> Option<(Timestamp, Duration)> {
    let mut found: Option<(Timestamp, Duration)> = None;
    let mut seen = vec![false; loaded.code.functions.len()];
    let mut open = vec![function];
    while let Some(index) = open.pop() {
        match seen.get_mut(index.index()) {
            Some(seen) if !*seen => *seen = true,
            _ => continue,
        }
        let Some(function) = loaded.code.functions.get(index.index()) else { continue };
        let code = loaded.code.code.get(function.start as usize..function.end as usize).unwrap_or(&[]);
        for inst in code {
            let slot = if inst.op == Op::Call {
                open.push(FunctionIndex(u32::from(inst.b)));
                None
            } else if inst.op == Op::Data {
                items.get(inst.bc() as usize)
            } else if inst.op == Op::Global {
                globals.get(inst.bc() as usize)
            } else {
                None
            };
            if let Some(Slot::Aging { loaded, max_age, .. }) = slot {
                let ends = |(loaded, age): (Timestamp, Duration)| nanos_after(loaded, age);
                if found.is_none_or(|found| ends((*loaded, *max_age)) < ends(found)) {
                    found = Some((*loaded, *max_age));
                }
            }
        }
    }
    found
}

/// An instant with a length added, in nanoseconds since 1970.
fn nanos_after(time: Timestamp, length: Duration) -> i128 {
    let nanos = |seconds: i64, nanos: u32| i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
    nanos(time.seconds, time.nanos) + nanos(length.seconds, length.nanos)
}
