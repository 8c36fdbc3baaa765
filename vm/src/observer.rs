//! Watching a program run.

use policy_bytecode::Inst;

use crate::decision::Outcome;
use crate::memory::Memory;
use crate::value::Value;

/// Sees what a program does: for coverage, explanation, profiles and debuggers.
///
/// It is a type parameter of the evaluator's methods; with [`Quiet`] the loop is compiled without it.
/// It cannot change anything.
pub trait Observer {
    /// Whether it wants to be called at all.
    const ACTIVE: bool = true;

    /// An instruction is about to run, at a position in the program's code.
    fn instruction(&mut self, at: usize, inst: Inst) {
        let _ = (at, inst);
    }

    /// A `probe` ran: a node of the source has a value.
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
#[derive(Clone, Copy, Debug, Default)]
pub struct Quiet;

impl Observer for Quiet {
    const ACTIVE: bool = false;
}
