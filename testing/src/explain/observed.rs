//! The observer that feeds a recorder.

use policy_compiler::hir::Policy;
use policy_vm::evaluator::print_observed;
use policy_vm::observer::Observer;
use policy_vm::{Memory, Program, Value};

use super::{Recorder, Seen};

/// The longest value that is kept, in characters.
const MAX_VALUE: usize = 300;

/// Watches one policy of an instrumented program.
#[derive(Debug)]
pub struct Observed {
    program: Program,
    policy: u32,
    recorder: Recorder,
}

impl Observed {
    /// Watches a policy, given by position and as it was checked.
    #[must_use]
    pub fn new(program: &Program, policy: u32, described: &Policy) -> Self {
        Self { program: program.clone(), policy, recorder: Recorder::new(described) }
    }

    /// What was seen.
    #[must_use]
    pub fn recorder(&self) -> &Recorder {
        &self.recorder
    }
}

impl Observer for Observed {
    fn probe(&mut self, node: u32, value: Value, memory: Memory<'_>) {
        let number = node;
        let Some(node) = self.program.bytecode().debug.nodes.get(number as usize) else { return };
        if node.policy != Some(self.policy) {
            return;
        }
        let rule = node.rule.map(|rule| rule as usize);
        let truth = if let Value::Bool(truth) = value { Some(truth) } else { None };
        let shown = if self.recorder.full(rule) {
            String::new()
        } else {
            let text = print_observed(&self.program, memory, node.ty, value);
            cut(text.unwrap_or_else(|_| "‹too long to show›".to_owned()))
        };
        let input = node.input.and_then(|text| self.program.bytecode().texts.get(text.index())).cloned();
        let span = (node.place.lo, node.place.hi);
        self.recorder.value(rule, Seen { span, node: number, value: shown, truth, input });
    }

    fn rule(&mut self, policy: u32, rule: u32, failed: bool) {
        if policy == self.policy {
            self.recorder.ended(rule as usize, failed);
        }
    }
}

fn cut(text: String) -> String {
    match text.char_indices().nth(MAX_VALUE) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or("")),
        None => text,
    }
}
