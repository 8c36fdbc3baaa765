//! What a deployment says of how much policies and rules count.

use std::collections::BTreeMap;

pub use policy_bytecode::program::Mode;

use crate::program::Program;

/// There is no policy or rule of this name.
///
/// ```
/// # let bundle = std::fs::read("examples/gate.pbundle")?;
/// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
/// use policy_vm::{Entry, Mode, UnknownName};
///
/// let mut gate = Entry::open(&program, "gate")?;
/// let refused = gate.evaluator().set_mode("gate.changes.too_big", Mode::Observe);
/// assert_eq!(refused, Err(UnknownName("gate.changes.too_big".to_owned())));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName(pub String);

impl std::fmt::Display for UnknownName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the program has no policy or rule {}", self.0)
    }
}

impl std::error::Error for UnknownName {}

/// The mode of a name: `observe`, `advise` or `enforce`.
///
/// ```
/// use policy_vm::{Mode, mode_name, mode_named};
///
/// assert_eq!(mode_named("observe"), Some(Mode::Observe));
/// assert_eq!(mode_named(mode_name(Mode::Advise)), Some(Mode::Advise));
/// assert_eq!(mode_named("off"), None);
/// ```
#[must_use]
pub fn mode_named(name: &str) -> Option<Mode> {
    [Mode::Observe, Mode::Advise, Mode::Enforce].into_iter().find(|mode| mode_name(*mode) == name)
}

/// The name of a mode.
#[must_use]
pub const fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Observe => "observe",
        Mode::Advise => "advise",
        Mode::Enforce => "enforce",
    }
}

/// The modes that a deployment gives to policies and rules of one program, whatever these say themselves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Modes {
    policies: BTreeMap<u32, Mode>,
    rules: BTreeMap<(u32, u32), Mode>,
}

impl Modes {
    pub(crate) fn of_policy(&self, policy: u32) -> Option<Mode> {
        self.policies.get(&policy).copied()
    }

    pub(crate) fn of_rule(&self, policy: u32, rule: u32) -> Option<Mode> {
        self.rules.get(&(policy, rule)).copied()
    }

    /// Sets the mode of a policy, `module.policy`, or of a rule, `module.policy.rule`.
    pub(crate) fn set(&mut self, program: &Program, name: &str, mode: Mode) -> Result<(), UnknownName> {
        if let Some(policy) = program.policy(name) {
            self.policies.insert(policy, mode);
            return Ok(());
        }
        let place = name.rsplit_once('.').and_then(|(policy, rule)| {
            let at = program.policy(policy)?;
            let rules = &program.loaded.code.policies.get(at as usize)?.rules;
            let found = rules.iter().position(|described| program.loaded.text(described.name) == rule)?;
            Some((at, u32::try_from(found).ok()?))
        });
        let place = place.ok_or_else(|| UnknownName(name.to_owned()))?;
        self.rules.insert(place, mode);
        Ok(())
    }
}
