//! What a host says about a decision besides its input.

use policy_bytecode::scalar::Timestamp;

/// How much a decision may use. Reaching a limit denies.
///
/// ```
/// # let bundle = std::fs::read("examples/gate.pbundle")?;
/// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
/// use policy_vm::{Entry, Limits};
///
/// let mut gate = Entry::open(&program, "gate")?;
/// gate.request().limits = Limits { fuel: 1, memory: 1 << 20 };
/// assert_eq!(gate.decide_json(br#"{"size": 3}"#).errors[0].code, "fuel_limit");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Units of fuel.
    pub fuel: u64,
    /// Bytes of values and text.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { fuel: 100_000_000, memory: 1 << 30 }
    }
}

/// What a host says about a decision besides its input.
///
/// ```
/// use policy_vm::{Limits, Request};
///
/// let request = Request {
///     limits: Limits { fuel: 10_000, ..Limits::default() },
///     strict_input: true,
///     not_applicable_proceeds: false,
///     ..Request::at(std::time::SystemTime::now().into())
/// };
/// assert!(request.now.is_some());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The time of the decision; where there is none, reading `now` fails with `no_now`.
    pub now: Option<Timestamp>,
    /// How much it may use.
    pub limits: Limits,
    /// Whether all of the input must fit its type, not only what the policy can read.
    pub strict_input: bool,
    /// Whether the host may go on where the policy is not applicable.
    pub not_applicable_proceeds: bool,
}

impl Request {
    /// A request at a time.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self { now: Some(now), ..Self::default() }
    }
}
