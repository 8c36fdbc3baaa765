//! Our engine, made ready for a workload.

use policy_benches::engine;
use policy_vm::{Evaluator, Program, Quiet, Request, Snapshot, Value};

/// A program with its data, ready to decide.
pub struct Ours {
    /// The program.
    pub program: Program,
    /// Its data.
    pub snapshot: Snapshot,
    /// The policy.
    pub policy: u32,
}

impl Ours {
    /// Compiles a policy and loads data and entities.
    pub fn new(source: &str, policy: &str, data: &serde_json::Value, entities: Option<&str>) -> Self {
        let program = engine::program(source).expect("the policy compiles");
        Self::of(program, policy, data, entities)
    }

    /// The same of a program that is compiled already.
    pub fn of(program: Program, policy: &str, data: &serde_json::Value, entities: Option<&str>) -> Self {
        let mut builder = Snapshot::builder(&program);
        for (name, value) in data.as_object().into_iter().flatten() {
            builder = builder.data(name, &value.to_string());
        }
        if let Some(entities) = entities {
            builder = builder.entities("entities", entities);
        }
        let snapshot = builder.build().expect("the data fits");
        let policy = program.policy(policy).expect("the policy is there");
        Self { program, snapshot, policy }
    }

    /// From JSON bytes to whether the host may go on, with the reasons known.
    pub fn json<'a>(&self, inputs: &'a [String]) -> impl FnMut(usize) -> u64 + 'a {
        let (mut evaluator, policy) = (Evaluator::new(&self.program, &self.snapshot), self.policy);
        let request = Request::default();
        move |case| {
            let verdict = evaluator.judge_json(policy, inputs[case].as_bytes(), &request);
            std::hint::black_box(verdict.rules().count());
            u64::from(verdict.proceed())
        }
    }

    /// From JSON bytes to the whole decision with its messages.
    pub fn decision<'a>(&self, inputs: &'a [String]) -> impl FnMut(usize) -> u64 + 'a {
        let (mut evaluator, policy) = (Evaluator::new(&self.program, &self.snapshot), self.policy);
        let request = Request::default();
        move |case| u64::from(evaluator.decide_json(policy, inputs[case].as_bytes(), &request).proceed)
    }

    /// From values that were read before.
    pub fn evaluate(&self, inputs: &[String]) -> impl FnMut(usize) -> u64 + use<> {
        let (mut evaluator, policy) = (Evaluator::new(&self.program, &self.snapshot), self.policy);
        let request = Request::default();
        evaluator.reset(&request);
        let ty = self.program.bytecode().policies[policy as usize].input;
        let values: Vec<Value> =
            inputs.iter().map(|input| evaluator.read_json(ty, input, &request).expect("it fits")).collect();
        let mark = evaluator.mark();
        move |case| {
            evaluator.rewind(mark);
            let verdict = evaluator.judge_value(policy, values[case], None, &request, &mut Quiet);
            std::hint::black_box(verdict.rules().count());
            u64::from(verdict.proceed())
        }
    }
}
