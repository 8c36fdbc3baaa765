//! Entities that come with a request, beside the store.

use super::{Evaluator, Input, Judged, Verdict};
use crate::decision::{Decision, Ending};
use crate::entities::{Entities, Known, Loading};
use crate::host::NoHost;
use crate::ingest::{self, Misfits, Unread};
use crate::machine::{Machine, Run};
use crate::observer::{Observer, Quiet};
use crate::program::Loaded;
use crate::request::Request;
use crate::snapshot::Inner;

/// What pointers to parts of the entities begin with, so that they are none into the input.
const HERE: &str = "entities#";

impl Evaluator {
    /// Decides on a document, with entities that come with it: a list as of a store, of entities that the store does not
    /// have. Their parents may be in the store, or among them. They are known for this decision and no longer, in the
    /// input and in conditions; what data and modules' `let`s say was settled without them.
    ///
    /// What does not fit denies, like a misfit of the input: its pointers begin with `entities#`.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/records.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_bundle(&program, Some("read"))?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("records.read").ok_or("no policy")?;
    /// let request = br#"{"user": "eve", "rows": 1, "purpose": "billing"}"#;
    /// let eve = br#"[{"uid": {"type": "User", "id": "eve"}, "attrs": {"email": "eve@example.com"},
    ///     "parents": [{"type": "Team", "id": "support"}]}]"#;
    /// // Who is in no store has no e-mail address that could be written down.
    /// assert!(!evaluator.decide_json(policy, request, &program.request()).proceed);
    /// assert!(evaluator.decide_json_with(policy, request, eve, &program.request()).proceed);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn decide_json_with(
        &mut self,
        policy: u32,
        input: &[u8],
        entities: &[u8],
        request: &Request,
    ) -> Decision {
        self.judge_json_with(policy, input, entities, request, &mut Quiet).decision()
    }

    /// [`Evaluator::decide_json_with`], watched, without building the decision yet.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_defaults(&program)?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("gate.changes").ok_or("no policy")?;
    /// use policy_vm::{Quiet, Request};
    ///
    /// let verdict = evaluator.judge_json_with(policy, br#"{"size": 3}"#, b"[]", &Request::default(), &mut Quiet);
    /// assert!(verdict.proceed() && verdict.decision().entities_digest.is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn judge_json_with<'e, O: Observer>(
        &'e mut self,
        policy: u32,
        input: &'e [u8],
        entities: &'e [u8],
        request: &Request,
        observer: &mut O,
    ) -> Verdict<'e> {
        self.machine.reset(request.limits.fuel, request.limits.memory);
        let (mode, ending) = self.guarded(policy, &Input::With(input, entities), None, request, observer);
        let judged = Judged { policy, request: *request, mode, ending };
        Verdict::new(self, judged, input).with_entities(entities)
    }
}

/// Reads what comes beside the store of a decision.
pub(super) fn read(
    loaded: &Loaded,
    snapshot: &Inner,
    store: &Entities,
    machine: &mut Machine,
    bytes: &[u8],
) -> Result<Entities, Ending> {
    let ending = |unread| match unread {
        Unread::Misfits(misfits) => Ending::Misfits(misfits.below(HERE)),
        Unread::Failure(failure) => Ending::Unread(failure),
    };
    let text =
        std::str::from_utf8(bytes).map_err(|error| ending(Unread::Misfits(Misfits::no_text(error))))?;
    read_store(loaded, snapshot, Some(store), machine, text).map_err(ending)
}

/// Reads an entity store into the machine's arena, on its own or beside another.
pub(super) fn read_store(
    loaded: &Loaded,
    snapshot: &Inner,
    beside: Option<&Entities>,
    machine: &mut Machine,
    text: &str,
) -> Result<Entities, Unread> {
    let (mut observer, mut host) = (Quiet, NoHost);
    let mut run = Run {
        loaded,
        data: &snapshot.store,
        entities: Known::of(beside),
        items: &snapshot.items,
        globals: &snapshot.globals,
        input: "",
        now: None,
        machine,
        observer: &mut observer,
        host: &mut host,
        modes: None,
    };
    let mut loading = Loading::default();
    ingest::store(&mut run, text, 0, &mut loading)?;
    let finished = crate::snapshot::finished(loaded, machine, &snapshot.store, loading, beside);
    finished.map_err(Unread::Failure)?.map_err(|(_, misfits)| Unread::Misfits(misfits))
}
