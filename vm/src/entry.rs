//! The five lines: a bundle's entry, ready to be asked.

use policy_bytecode::scalar::Timestamp;
use serde::Serialize;

use crate::decision::Decision;
use crate::evaluator::Evaluator;
use crate::ingest::Misfits;
use crate::modes::UnknownName;
use crate::program::{Duties, EntryError, Program};
use crate::request::Request;
use crate::snapshot::{Data, Snapshot, SnapshotError};

/// Why an entry cannot be asked.
///
/// ```
/// # let bundle = std::fs::read("examples/records.pbundle")?;
/// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
/// use policy_vm::{Entry, EntryError, OpenError};
///
/// let refused = |name| match Entry::open(&program, name) {
///     Ok(_) => "nothing",
///     Err(OpenError::Entry(EntryError::Unknown(_))) => "there is no such entry",
///     Err(OpenError::Entry(_)) => "the policy asks for more than this host does",
///     Err(OpenError::Snapshot(_)) => "data is missing",
///     Err(OpenError::Mode(_)) => "a mode for what is not there",
/// };
/// assert_eq!(refused("write"), "there is no such entry");
/// // It asks for notes in a log.
/// assert_eq!(refused("read"), "the policy asks for more than this host does");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub enum OpenError {
    /// There is no such entry, or it could ask for what the host does not do.
    Entry(EntryError),
    /// What the bundle brings makes no snapshot.
    Snapshot(SnapshotError),
    /// The bundle speaks of the mode of a policy or rule that it does not have.
    Mode(UnknownName),
}

impl std::fmt::Display for OpenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Entry(error) => error.fmt(f),
            Self::Snapshot(error) => error.fmt(f),
            Self::Mode(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for OpenError {}

/// An entry of a bundle with all that the bundle says of it: data, entities, parameters, modes and limits. One for each
/// thread; a program is shared between them.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use policy_vm::{Entry, Program};
///
/// let bundle = std::fs::read("examples/gate.pbundle")?;
/// let program = Program::load(&bundle, policy_stdlib::table())?;
/// let mut gate = Entry::open(&program, "gate")?;
/// let decision = gate.decide_json(br#"{"size": 12}"#);
/// assert!(!decision.proceed);
/// assert_eq!(decision.reasons[0].message, "12 is too large");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Entry {
    evaluator: Evaluator,
    policy: u32,
    request: Request,
    input: Option<u64>,
}

impl Entry {
    /// The entry of a name, or the policy of a qualified name, for a host that fulfils no obligations and makes no
    /// transforms: a policy that could ask for any is refused here, and not when it is too late.
    ///
    /// # Errors
    /// Why it cannot be asked.
    pub fn open(program: &Program, name: &str) -> Result<Self, OpenError> {
        Self::open_for(program, name, &Duties::default())
    }

    /// [`Entry::open`], for a host that says what it can do.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/records.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// use policy_vm::{Duties, Entry};
    ///
    /// let can = Duties::of(["records.log"]).and_transforms();
    /// let mut read = Entry::open_for(&program, "read", &can)?;
    /// let decision = read.decide_json(br#"{"user": "ann", "rows": 2, "purpose": "billing", "iban": "DE1"}"#);
    /// assert_eq!(decision.obligations[0].obligation, "records.log");
    /// assert_eq!(decision.transforms[0].path, "/iban");
    /// assert!(Entry::open_for(&program, "read", &Duties::of(["records.log"])).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Why it cannot be asked.
    pub fn open_for(program: &Program, name: &str, can: &Duties) -> Result<Self, OpenError> {
        let snapshot = Snapshot::of_bundle(program, Some(name)).map_err(OpenError::Snapshot)?;
        Self::with_snapshot(program, name, can, &snapshot)
    }

    /// [`Entry::open_for`], with data from elsewhere.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// use policy_vm::{Duties, Entry, Snapshot};
    ///
    /// let snapshot = Snapshot::builder(&program).data("gate.greatest", "20").build()?;
    /// let mut gate = Entry::with_snapshot(&program, "gate", &Duties::default(), &snapshot)?;
    /// assert!(gate.decide_json(br#"{"size": 12}"#).proceed);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Why it cannot be asked.
    pub fn with_snapshot(
        program: &Program,
        name: &str,
        can: &Duties,
        snapshot: &Snapshot,
    ) -> Result<Self, OpenError> {
        let unknown = || OpenError::Entry(EntryError::Unknown(name.to_owned()));
        let (policy, proceeds) = program.asked(name).ok_or_else(unknown)?;
        if !snapshot.inner.is_of(program) {
            return Err(OpenError::Snapshot(SnapshotError::OtherProgram));
        }
        program.within_duties(policy, name, can).map_err(OpenError::Entry)?;
        let mut evaluator = Evaluator::new(program, snapshot);
        let manifest = program.manifest();
        for (of, mode) in manifest.map_or(&[][..], |manifest| &manifest.modes) {
            evaluator.set_mode(of, *mode).map_err(OpenError::Mode)?;
        }
        let request = Request { not_applicable_proceeds: proceeds, ..program.request() };
        Ok(Self { evaluator, policy, request, input: manifest.and_then(|manifest| manifest.limits.input) })
    }

    /// The entry at a time. Without one, a policy that reads `now` denies.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// let mut gate = policy_vm::Entry::open(&program, "gate")?.at(std::time::SystemTime::now());
    /// let decision = gate.decide_json(br#"{"size": 1}"#);
    /// assert!(decision.proceed && decision.now.is_some());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn at(mut self, now: impl Into<Timestamp>) -> Self {
        self.request.now = Some(now.into());
        self
    }

    /// Decides on a document at a time, which holds from then on.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let mut gate = policy_vm::Entry::open(&program, "gate")?;
    /// let now = policy_vm::time::read_timestamp("2026-11-21T00:00:00Z").expect("a time");
    /// let decision = gate.decide_json_at(now, br#"{"size": 3}"#);
    /// assert_eq!(decision.now.as_deref(), Some("2026-11-21T00:00:00Z"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn decide_json_at(&mut self, now: impl Into<Timestamp>, input: &[u8]) -> Decision {
        self.request.now = Some(now.into());
        self.decide_json(input)
    }

    /// What is said of each decision: the time, limits, and how strictly input is read.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let mut gate = policy_vm::Entry::open(&program, "gate")?;
    /// gate.request().limits.fuel = 1;
    /// let decision = gate.decide_json(br#"{"size": 3}"#);
    /// assert!(!decision.proceed && decision.errors[0].code == "fuel_limit");
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&mut self) -> &mut Request {
        &mut self.request
    }

    /// Decides on a document: JSON bytes. Any bytes are decided: what is no JSON, or does not fit, is denied.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let mut gate = policy_vm::Entry::open(&program, "gate")?;
    /// assert!(gate.decide_json(br#"{"size": 3}"#).proceed);
    /// let decision = gate.decide_json(b"no JSON");
    /// assert!(!decision.proceed && !decision.errors.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub fn decide_json(&mut self, input: &[u8]) -> Decision {
        match self.input {
            Some(limit) if input.len() as u64 > limit => {
                self.too_long(limit, format!("{} bytes", input.len()))
            }
            Some(_) | None => self.evaluator.decide_json(self.policy, input, &self.request),
        }
    }

    /// Decides on a document with entities that come with it, beside those of the store: a list of
    /// `{"uid": …, "attrs": {…}, "parents": […]}` as in a store, JSON bytes. Their parents may be in the store; whoever is in
    /// the store already is a misfit. They are known for this decision only.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let mut gate = policy_vm::Entry::open(&program, "gate")?;
    /// let decision = gate.decide_json_with(br#"{"size": 3}"#, b"[]");
    /// assert!(decision.proceed && decision.entities_digest.is_some());
    ///
    /// // This bundle declares no type of entities.
    /// let ann = br#"[{"uid": {"type": "User", "id": "ann"}}]"#;
    /// let decision = gate.decide_json_with(br#"{"size": 3}"#, ann);
    /// assert_eq!(decision.errors[0].pointer.as_deref(), Some("entities#/0/uid/type"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn decide_json_with(&mut self, input: &[u8], entities: &[u8]) -> Decision {
        let longest = input.len().max(entities.len());
        match self.input {
            Some(limit) if longest as u64 > limit => self.too_long(limit, format!("{longest} bytes")),
            Some(_) | None => self.evaluator.decide_json_with(self.policy, input, entities, &self.request),
        }
    }

    /// The decision on an input that is longer than it may be.
    pub(crate) fn too_long(&mut self, limit: u64, found: String) -> Decision {
        let misfits = Misfits::root(&format!("an input of at most {limit} bytes"), found);
        self.evaluator.refuse(self.policy, misfits, &self.request)
    }

    /// The most bytes that an input may have, where the bundle says so.
    pub(crate) const fn input_limit(&self) -> Option<u64> {
        self.input
    }

    /// Decides on anything that serde can write.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let mut gate = policy_vm::Entry::open(&program, "gate")?;
    /// #[derive(serde::Serialize)]
    /// struct Change { size: u32 }
    ///
    /// assert!(gate.decide(&Change { size: 3 }).proceed);
    /// # Ok(())
    /// # }
    /// ```
    pub fn decide(&mut self, input: &impl Serialize) -> Decision {
        self.evaluator.decide(self.policy, input, &self.request)
    }

    /// Whether the host may go on; the same as `proceed` of the decision, without building it.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let mut gate = policy_vm::Entry::open(&program, "gate")?;
    /// assert!(gate.allowed(br#"{"size": 3}"#));
    /// assert!(!gate.allowed(b"no JSON"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn allowed(&mut self, input: &[u8]) -> bool {
        self.input.is_none_or(|limit| input.len() as u64 <= limit)
            && self.evaluator.allowed(self.policy, input, &self.request)
    }

    /// Takes the current snapshot of a service, if it changed. A decision goes on with the one that it began with. With one of
    /// another program everything is denied: a new bundle needs new entries, and data of its own.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let mut gate = policy_vm::Entry::open(&program, "gate")?;
    /// use policy_vm::{Data, Snapshot};
    ///
    /// let data = Data::new(Snapshot::of_bundle(&program, Some("gate"))?);
    /// assert!(!gate.decide_json(br#"{"size": 12}"#).proceed);
    /// // Elsewhere, while others decide:
    /// data.swap(Snapshot::builder(&program).data("gate.greatest", "20").build()?);
    /// gate.refresh(&data);
    /// assert!(gate.decide_json(br#"{"size": 12}"#).proceed);
    /// # Ok(())
    /// # }
    /// ```
    pub fn refresh(&mut self, data: &Data) {
        self.evaluator.refresh(data);
    }

    /// The position of the policy, for the methods of the evaluator.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// use policy_vm::Entry;
    ///
    /// let gate = Entry::open(&program, "gate")?;
    /// assert_eq!(Some(gate.policy()), program.policy("gate.changes"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn policy(&self) -> u32 {
        self.policy
    }

    /// The evaluator alone, with the modes that the bundle says.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// use policy_vm::{Entry, Request};
    ///
    /// let gate = Entry::open(&program, "gate")?;
    /// let policy = gate.policy();
    /// let mut evaluator = gate.into_evaluator();
    /// assert!(evaluator.allowed(policy, br#"{"size": 3}"#, &Request::default()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn into_evaluator(self) -> Evaluator {
        self.evaluator
    }

    /// The evaluator, for observers and what else an entry does not offer.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// use policy_vm::{Entry, Mode};
    ///
    /// let mut gate = Entry::open(&program, "gate")?;
    /// gate.evaluator().set_mode("gate.changes.too_large", Mode::Advise)?;
    /// assert!(gate.decide_json(br#"{"size": 12}"#).proceed);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn evaluator(&mut self) -> &mut Evaluator {
        &mut self.evaluator
    }
}
