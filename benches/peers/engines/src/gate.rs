//! Workload B: the pull-request gate.

use std::sync::Arc;

use policy_benches::gate::floor::{Change, Gate};
use policy_benches::gate::{self, PROTECTED, approved_models};

use crate::rego::Rego;
use policy_benches::clock::{Contender, Pace, Row, measure};
use policy_benches::ours::Ours;

/// Measures it: evaluation only, and from JSON bytes.
pub fn run(pace: Pace) -> Vec<Row> {
    let documents = gate::inputs::mixed(1_000);
    let inputs: Vec<String> = documents.iter().map(ToString::to_string).collect();
    let ours = Ours::new(gate::POLICY, "gate.gate", &gate::data(), None).expect("ours is ready");
    let protected: Vec<_> = PROTECTED
        .iter()
        .map(|(glob, owners)| serde_json::json!({ "glob": glob, "owners": owners }))
        .collect();
    let data = serde_json::json!({ "approved_models": approved_models(), "protected": protected });
    let rego = Rego::new(include_str!("gate.rego"), "data.gate.deny", &data);
    let changes: Vec<Change<'_>> =
        inputs.iter().map(|input| serde_json::from_str(input).expect("it fits")).collect();
    let values: Vec<regorus::Value> =
        inputs.iter().map(|input| regorus::Value::from_json_str(input).expect("JSON")).collect();
    let none = |value: &regorus::Value| u64::from(value.as_set().is_ok_and(|set| set.is_empty()));

    let gate = Gate::default();
    let (mut reviewers, mut reasons) = (Vec::new(), Vec::new());
    let (mut interpreter, mut machine) = (rego.interpreter(), rego.machine());
    let cel = Cel::new();
    let contexts: Vec<serde_json::Value> = documents.clone();
    let mut evaluate = vec![
        Contender::new("ours", ours.evaluate(&inputs).expect("the inputs fit")),
        Contender::new("hand-written", |case| {
            gate.decide(&changes[case], &mut reviewers, &mut reasons);
            u64::from(reasons.is_empty())
        }),
        Contender::new("regorus RVM", |case| none(&machine(values[case].clone()))),
        Contender::new("regorus", |case| none(&interpreter(values[case].clone()))),
        Contender::new("cel", |case| cel.decide(&contexts[case])),
    ];
    let mut rows = measure("B evaluate", inputs.len(), pace, &mut evaluate);
    drop(evaluate);

    let (mut interpreter, mut machine) = (rego.interpreter(), rego.machine());
    let mut json = vec![
        Contender::new("ours", ours.json(&inputs)),
        Contender::new("ours, whole decision", ours.decision(&inputs)),
        Contender::new("hand-written, serde_json", |case| {
            let change: Change<'_> = serde_json::from_str(&inputs[case]).expect("it fits");
            let (mut reviewers, mut reasons) = (Vec::new(), Vec::new());
            gate.decide(&change, &mut reviewers, &mut reasons);
            u64::from(reasons.is_empty())
        }),
        Contender::new("hand-written, sonic-rs", |case| {
            let change: Change<'_> = sonic_rs::from_str(&inputs[case]).expect("it fits");
            let (mut reviewers, mut reasons) = (Vec::new(), Vec::new());
            gate.decide(&change, &mut reviewers, &mut reasons);
            u64::from(reasons.is_empty())
        }),
        Contender::yardstick("serde_json::Value alone", |case| {
            let value: serde_json::Value = serde_json::from_str(&inputs[case]).expect("JSON");
            u64::from(value.is_object())
        }),
        Contender::new("regorus RVM", |case| {
            none(&machine(regorus::Value::from_json_str(&inputs[case]).expect("JSON")))
        }),
        Contender::new("regorus", |case| {
            none(&interpreter(regorus::Value::from_json_str(&inputs[case]).expect("JSON")))
        }),
        Contender::new("cel", |case| cel.decide(&serde_json::from_str(&inputs[case]).expect("JSON"))),
    ];
    rows.extend(measure("B json", inputs.len(), pace, &mut json));
    rows
}

/// CEL has one expression and no bindings: who reviewed is computed by the host.
struct Cel {
    program: cel::Program,
    base: Arc<serde_json::Value>,
}

impl Cel {
    fn new() -> Self {
        let protected: Vec<_> = PROTECTED
            .iter()
            .map(|(glob, owners)| {
                let regex = match glob.strip_suffix("/**") {
                    Some(folder) => format!("^{}(/.*)?$", regex::escape(folder)),
                    None => format!("^{}$", regex::escape(glob).replace("\\*", "[^/]*")),
                };
                serde_json::json!({ "regex": regex, "owners": owners })
            })
            .collect();
        Self {
            program: cel::Program::compile(include_str!("gate.cel")).expect("it compiles"),
            base: Arc::new(serde_json::json!({ "approved": approved_models(), "protected": protected })),
        }
    }

    fn decide(&self, input: &serde_json::Value) -> u64 {
        let mut context = cel::Context::default();
        for (name, value) in
            input.as_object().into_iter().flatten().chain(self.base.as_object().into_iter().flatten())
        {
            context.add_variable(name.as_str(), value).expect("a variable");
        }
        let reviewers: Vec<&str> = gate::reviewers(input).collect();
        context.add_variable("reviewers", reviewers).expect("a variable");
        match self.program.execute(&context) {
            Ok(cel::Value::Bool(value)) => u64::from(value),
            other => panic!("cel: {other:?}"),
        }
    }
}
