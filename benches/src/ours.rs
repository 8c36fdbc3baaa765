//! Our engine, made ready for a workload.

use policy_bytecode::program::TypeId;
use policy_vm::{Evaluator, Program, Quiet, Request, Snapshot, Value};

use crate::engine;

/// A program with its data, ready to decide.
#[derive(Debug)]
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
    ///
    /// # Errors
    /// What is wrong with the policy or its data, in words.
    pub fn new(
        source: &str,
        policy: &str,
        data: &serde_json::Value,
        entities: Option<&str>,
    ) -> Result<Self, String> {
        Self::of(engine::program(source)?, policy, data, entities)
    }

    /// The same of a program that is compiled already.
    ///
    /// # Errors
    /// What is wrong with the data, in words.
    pub fn of(
        program: Program,
        policy: &str,
        data: &serde_json::Value,
        entities: Option<&str>,
    ) -> Result<Self, String> {
        let snapshot = engine::snapshot(&program, data, entities)?;
        let policy = program.policy(policy).ok_or_else(|| format!("no policy {policy}"))?;
        Ok(Self { program, snapshot, policy })
    }

    /// An evaluator of its own.
    #[must_use]
    pub fn evaluator(&self) -> Evaluator {
        Evaluator::new(&self.program, &self.snapshot)
    }

    /// The type of what the policy decides on.
    #[must_use]
    pub fn input(&self) -> TypeId {
        let policies = &self.program.bytecode().policies;
        policies.get(self.policy as usize).map(|policy| policy.input).unwrap_or_default()
    }

    /// From JSON bytes to whether the host may go on, with the reasons known.
    pub fn json<'a>(&self, inputs: &'a [String]) -> impl FnMut(usize) -> u64 + 'a {
        let (mut evaluator, policy) = (Evaluator::new(&self.program, &self.snapshot), self.policy);
        let request = Request::default();
        move |case| {
            let verdict = evaluator.judge_json(
                policy,
                inputs.get(case).map_or(&[][..], |input| input.as_bytes()),
                &request,
            );
            std::hint::black_box(verdict.rules().count());
            u64::from(verdict.proceed())
        }
    }

    /// From JSON bytes to the whole decision with its messages.
    pub fn decision<'a>(&self, inputs: &'a [String]) -> impl FnMut(usize) -> u64 + 'a {
        let (mut evaluator, policy) = (Evaluator::new(&self.program, &self.snapshot), self.policy);
        let request = Request::default();
        move |case| {
            u64::from(
                evaluator
                    .decide_json(policy, inputs.get(case).map_or(&[][..], |input| input.as_bytes()), &request)
                    .proceed,
            )
        }
    }

    /// From values that were read before.
    ///
    /// # Errors
    /// An input does not fit.
    pub fn evaluate(&self, inputs: &[String]) -> Result<impl FnMut(usize) -> u64 + use<>, String> {
        let mut evaluator = self.evaluator();
        let request = Request::default();
        evaluator.reset(&request);
        let ty = self.input();
        let values: Result<Vec<Value>, _> =
            inputs.iter().map(|input| evaluator.read_json(ty, input, &request)).collect();
        let values = values.map_err(|misfits| format!("{misfits:?}"))?;
        let requests = vec![request; values.len()];
        Ok(self.judge(evaluator, values, requests))
    }

    /// From values of an evaluator, each with what the host says besides.
    pub fn judge(
        &self,
        mut evaluator: Evaluator,
        values: Vec<Value>,
        requests: Vec<Request>,
    ) -> impl FnMut(usize) -> u64 + use<> {
        let policy = self.policy;
        // What a decision makes is forgotten before the next one; the inputs stay.
        let mark = evaluator.mark();
        move |case| {
            evaluator.rewind(mark);
            let (Some(value), Some(request)) = (values.get(case), requests.get(case)) else { return 2 };
            let verdict = evaluator.judge_value(policy, *value, None, request, &mut Quiet);
            std::hint::black_box(verdict.rules().count());
            u64::from(verdict.proceed())
        }
    }
}
