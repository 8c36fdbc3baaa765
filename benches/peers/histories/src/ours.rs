//! Our engine: histories are read once, and each call is put together with the one before it.

use std::collections::BTreeSet;

use policy_benches::histories::{self, Workload};
use policy_benches::ours::Ours;
use policy_bytecode::scalar::Timestamp;
use policy_vm::{Evaluator, Quiet, Request, Value};
use serde_json::json;

/// Midnight of the day of the histories.
const DAY: i64 = 1_793_491_200;

pub struct Engine {
    ours: Ours,
}

impl Engine {
    pub fn new(work: &Workload) -> Result<Self, String> {
        let source = histories::policy(&work.rules);
        Ok(Self { ours: Ours::new(&source, "histories.calls", &json!({}), None)? })
    }

    fn requests(work: &Workload) -> Vec<Request> {
        let at = |now: i64| Request::at(Timestamp { seconds: DAY + now, nanos: 0 });
        work.calls.iter().map(|call| at(work.histories[call.history].now)).collect()
    }

    fn values(&self, work: &Workload) -> Result<(Evaluator, Vec<Value>), String> {
        let mut evaluator = self.ours.evaluator();
        let request = Request::default();
        evaluator.reset(&request);
        let ty = self.ours.input();
        let (mut values, mut last) = (Vec::new(), None);
        for call in &work.calls {
            let history = &work.histories[call.history];
            if last.is_none_or(|(at, _)| at != call.history) {
                let text = histories::input(call, Some(history));
                let whole = evaluator.read_json(ty, &text, &request).map_err(|misfits| format!("{misfits:?}"))?;
                last = Some((call.history, whole));
            }
            let Some((_, whole)) = last else { continue };
            let text = histories::input(call, None);
            let alone = evaluator.read_json(ty, &text, &request).map_err(|misfits| format!("{misfits:?}"))?;
            let value = evaluator.with_context(&request, |context| {
                let memory = context.memory();
                let fields: Result<Vec<Value>, _> = (0..2)
                    .map(|rank| {
                        let of_call = memory.field(alone, rank)?;
                        // The list is the long history; the rest is of the call.
                        if matches!(of_call, Value::List(_)) { memory.field(whole, rank) } else { Ok(of_call) }
                    })
                    .collect();
                let mark = context.begin();
                for field in fields? {
                    context.push(field)?;
                }
                context.finish_record(mark)
            });
            values.push(value.map_err(|failure| format!("{failure:?}"))?);
        }
        Ok((evaluator, values))
    }

    /// From values.
    pub fn evaluate(&self, work: &Workload) -> Result<impl FnMut(usize) -> u64 + use<>, String> {
        let (evaluator, values) = self.values(work)?;
        Ok(self.ours.judge(evaluator, values, Self::requests(work)))
    }

    /// From the bytes of whole documents, for some of the calls.
    pub fn json<'a>(
        &self,
        work: &Workload,
        some: &[usize],
        documents: &'a [String],
    ) -> impl FnMut(usize) -> u64 + use<'a> {
        let mut evaluator = self.ours.evaluator();
        let (policy, all) = (self.ours.policy, Self::requests(work));
        let requests: Vec<Request> = some.iter().map(|case| all[*case]).collect();
        move |case| {
            let verdict = evaluator.judge_json(policy, documents[case].as_bytes(), &requests[case]);
            u64::from(verdict.proceed())
        }
    }

    /// Each rule is broken by some call.
    pub fn each_rule_decides(&self, work: &Workload) {
        let (mut evaluator, values) = self.values(work).expect("the calls fit");
        let mark = evaluator.mark();
        let mut found = BTreeSet::new();
        for (value, request) in values.iter().zip(Self::requests(work)) {
            evaluator.rewind(mark);
            let verdict = evaluator.judge_value(self.ours.policy, *value, None, &request, &mut Quiet);
            found.extend(verdict.rules().map(|(rule, _)| rule));
        }
        assert_eq!(found.len(), work.rules.len(), "every rule decides something");
    }
}
