//! What a host says about a decision besides its input.

use policy_bytecode::scalar::Timestamp;

/// How much a decision may use. Reaching a limit denies.
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
/// let request = Request { limits: Limits { fuel: 10_000, ..Limits::default() }, ..Request::default() };
/// assert!(request.now.is_none());
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
