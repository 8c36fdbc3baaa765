//! What was decided, before its text is made.

use super::{Evaluator, Judged};
use crate::decision::{self, Decision, Ending, Frame, Outcome, Source};
use crate::ingest::Misfits;
use crate::machine::Weight;

/// What was decided: the outcome at once, the whole [`Decision`] when it is asked for.
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
/// assert_eq!((verdict.outcome(), verdict.proceed()), (Outcome::Deny, false));
/// assert_eq!(verdict.rules().collect::<Vec<_>>(), [(0, false)]);
/// assert!(verdict.by_rule() && verdict.misfits().is_none() && verdict.fuel() > 0);
/// assert_eq!(verdict.decision().fuel, verdict.fuel());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Verdict<'e> {
    evaluator: &'e Evaluator,
    judged: Judged,
    input: &'e [u8],
    /// What came beside the store of entities.
    brought: Option<&'e [u8]>,
    outcome: Outcome,
    proceed: bool,
}

impl std::fmt::Debug for Verdict<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verdict")
            .field("outcome", &self.outcome)
            .field("proceed", &self.proceed)
            .finish_non_exhaustive()
    }
}

impl<'e> Verdict<'e> {
    pub(super) fn new(evaluator: &'e Evaluator, judged: Judged, input: &'e [u8]) -> Self {
        let policy = evaluator.program.loaded.code.policies.get(judged.policy as usize);
        let (outcome, proceed) = policy.map_or((Outcome::Deny, false), |policy| {
            let proceeds = judged.request.not_applicable_proceeds;
            decision::outcome(policy, judged.mode, &evaluator.machine.findings, &judged.ending, proceeds)
        });
        Self { evaluator, judged, input, brought: None, outcome, proceed }
    }

    /// The verdict, with entities that came beside the store.
    pub(super) fn with_entities(self, entities: &'e [u8]) -> Self {
        Self { brought: Some(entities), ..self }
    }

    /// What the policy says.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Whether the host may go on.
    #[must_use]
    pub const fn proceed(&self) -> bool {
        self.proceed
    }

    /// The rules of the policy itself that found something or failed, by position, with whether they failed: in order, once for
    /// each listed finding. What included policies found is in [`Verdict::included_rules`].
    pub fn rules(&self) -> impl Iterator<Item = (u32, bool)> + '_ {
        let own = self.evaluator.machine.findings.list.iter().filter(|found| found.instance == 0);
        own.map(|found| (found.rule, found.kind.is_failure()))
    }

    /// The rules of included policies that found something or failed: the policy, the rule, and whether it failed.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/records.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_bundle(&program, Some("read"))?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("records.read").ok_or("no policy")?;
    /// use policy_vm::Request;
    ///
    /// let read = br#"{"user": "ann", "rows": 60, "purpose": "billing"}"#;
    /// let limits = program.policy("records.limits").ok_or("no policy")?;
    /// let verdict = evaluator.judge_json(policy, read, &Request::default());
    /// // Its first rule, `warn bulk`, found something.
    /// assert_eq!(verdict.included_rules().collect::<Vec<_>>(), [(limits, 0, false)]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn included_rules(&self) -> impl Iterator<Item = (u32, u32, bool)> + '_ {
        let findings = &self.evaluator.machine.findings;
        findings.list.iter().filter(|found| found.instance != 0).filter_map(|found| {
            let instance = findings.instance(found.instance)?;
            Some((instance.policy, found.rule, found.kind.is_failure()))
        })
    }

    /// Whether a rule decided, and not the default.
    #[must_use]
    pub fn by_rule(&self) -> bool {
        match self.evaluator.machine.findings.root() {
            Some(root) => matches!(root.strictest, Some(Weight::Allow | Weight::Escalate | Weight::Deny)),
            None => false,
        }
    }

    /// What of the input does not fit.
    #[must_use]
    pub const fn misfits(&self) -> Option<&Misfits> {
        if let Ending::Misfits(misfits) = &self.judged.ending { Some(misfits) } else { None }
    }

    /// Units of fuel that it took.
    #[must_use]
    pub const fn fuel(&self) -> u64 {
        self.judged.request.limits.fuel.saturating_sub(self.evaluator.machine.heap.meter.fuel)
    }

    /// Bytes of values and text that it took.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_defaults(&program)?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("gate.changes").ok_or("no policy")?;
    /// use policy_vm::Request;
    /// let verdict = evaluator.judge_json(policy, br#"{"size": 12}"#, &Request::default());
    /// assert!(verdict.memory_used() < 1_000);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn memory_used(&self) -> u64 {
        self.judged.request.limits.memory.saturating_sub(self.evaluator.machine.heap.meter.memory)
    }

    /// The whole decision, with its messages and digests.
    #[must_use]
    pub fn decision(&self) -> Decision {
        let machine = &self.evaluator.machine;
        let loaded = &self.evaluator.program.loaded;
        let input = std::str::from_utf8(self.input).unwrap_or("");
        let source = Source {
            loaded,
            memory: self.evaluator.memory_with(input),
            raised: &machine.raised,
            trail: &machine.trail,
            findings: &machine.findings,
            policy: self.judged.policy,
            mode: self.judged.mode,
            ending: &self.judged.ending,
        };
        let frame = Frame {
            bundle: loaded.digest(),
            data: self.evaluator.snapshot.digest().to_owned(),
            input: crate::digest::of(self.input),
            entities: self.brought.map(crate::digest::of),
            now: self.judged.request.now,
            fuel: self.fuel(),
            not_applicable_proceeds: self.judged.request.not_applicable_proceeds,
        };
        decision::build(&source, &frame).unwrap_or_else(|| decision::none(self.judged.policy, &frame))
    }
}
