//! Watching a program run.

use policy_bytecode::Inst;

use crate::decision::Outcome;
use crate::memory::Memory;
use crate::value::Value;

/// Sees what a program does: for coverage, explanation, profiles and debuggers.
///
/// It is a type parameter of the evaluator's methods; with [`Quiet`] the loop is compiled without it.
/// It cannot change anything.
///
/// ```
/// # let bundle = std::fs::read("examples/records.pbundle")?;
/// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
/// # let snapshot = policy_vm::Snapshot::of_bundle(&program, Some("read"))?;
/// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
/// # let policy = program.policy("records.read").ok_or("no policy")?;
/// use policy_vm::{Observer, Request};
///
/// /// What happened, in order.
/// #[derive(Default)]
/// struct Log(Vec<String>);
///
/// impl Observer for Log {
///     fn include(&mut self, _instance: u32, _parent: u32, _rule: u32, _policy: u32, name: &str) {
///         self.0.push(format!("includes {name}"));
///     }
///     fn exception(&mut self, exception: u32, holds: bool) {
///         self.0.push(format!("exception {exception} {}", if holds { "holds" } else { "has lapsed" }));
///     }
///     fn rule(&mut self, _policy: u32, rule: u32, failed: bool) {
///         self.0.push(format!("rule {rule} {}", if failed { "fails" } else { "finds something" }));
///     }
///     fn default_outcome(&mut self, _policy: u32) {
///         self.0.push("default".to_owned());
///     }
/// }
///
/// let audit = br#"{"user": "ann", "rows": 2, "purpose": "audit"}"#;
/// let mut log = Log::default();
/// let noon = policy_vm::time::read_timestamp("2026-11-21T12:00:00Z").ok_or("no time")?;
/// let verdict = evaluator.judge_observed(policy, audit, &Request::at(noon), &mut log);
/// assert!(verdict.proceed());
/// assert!(log.0.contains(&"exception 0 holds".to_owned()) && log.0.contains(&"includes limits".to_owned()));
/// assert_eq!(log.0.last().map(String::as_str), Some("default"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Observer {
    /// Whether it wants to be called at all.
    const ACTIVE: bool = true;

    /// An instruction is about to run, at a position in the program's code.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_defaults(&program)?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("gate.changes").ok_or("no policy")?;
    /// use policy_bytecode::Inst;
    /// use policy_vm::{Observer, Request};
    ///
    /// struct Steps(usize);
    ///
    /// impl Observer for Steps {
    ///     fn instruction(&mut self, _at: usize, _inst: Inst) {
    ///         self.0 += 1;
    ///     }
    /// }
    ///
    /// let mut steps = Steps(0);
    /// evaluator.judge_observed(policy, br#"{"size": 3}"#, &Request::default(), &mut steps);
    /// assert!(steps.0 > 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn instruction(&mut self, at: usize, inst: Inst) {
        let _ = (at, inst);
    }

    /// A `probe` ran: a node of the source has a value.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_defaults(&program)?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("gate.changes").ok_or("no policy")?;
    /// use policy_vm::{Memory, Observer, Outcome, Request, Value};
    ///
    /// /// What tests hear: probes are compiled in for coverage alone, and only tests ask policies within expressions.
    /// #[derive(Default)]
    /// struct Tests {
    ///     probes: usize,
    ///     decided: usize,
    /// }
    ///
    /// impl Observer for Tests {
    ///     fn probe(&mut self, _node: u32, _value: Value, _memory: Memory<'_>) {
    ///         self.probes += 1;
    ///     }
    ///     fn decided(&mut self, _policy: u32, _outcome: Outcome) {
    ///         self.decided += 1;
    ///     }
    /// }
    ///
    /// let mut tests = Tests::default();
    /// evaluator.judge_observed(policy, br#"{"size": 3}"#, &Request::default(), &mut tests);
    /// assert_eq!((tests.probes, tests.decided), (0, 0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn probe(&mut self, node: u32, value: Value, memory: Memory<'_>) {
        let _ = (node, value, memory);
    }

    /// A policy is about to be evaluated for a rule that includes it: the new evaluation, the one that the rule belongs to, the
    /// rule, the included policy and the name of the evaluation. The evaluation that was asked for is 0.
    fn include(&mut self, instance: u32, parent: u32, rule: u32, policy: u32, name: &str) {
        let _ = (instance, parent, rule, policy, name);
    }

    /// The condition of an exception is true for a finding, and it holds or has lapsed.
    fn exception(&mut self, exception: u32, holds: bool) {
        let _ = (exception, holds);
    }

    /// A policy that was asked for, or whose outcome joins, has come to its default: it applies, and no rule decided.
    fn default_outcome(&mut self, policy: u32) {
        let _ = policy;
    }

    /// A policy was asked within an expression of a test, and decided.
    fn decided(&mut self, policy: u32, outcome: Outcome) {
        let _ = (policy, outcome);
    }

    /// A rule found something, or failed.
    fn rule(&mut self, policy: u32, rule: u32, failed: bool) {
        let _ = (policy, rule, failed);
    }
}

/// Sees nothing.
///
/// ```
/// use policy_vm::{Observer, Quiet};
/// const { assert!(!Quiet::ACTIVE) };
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Quiet;

impl Observer for Quiet {
    const ACTIVE: bool = false;
}
