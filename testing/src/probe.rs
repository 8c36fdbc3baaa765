//! Asking policies about drawn inputs: to find what covers a condition, tells two programs apart, or breaks a policy.

use policy_bytecode::program::TypeId;
use policy_bytecode::scalar::Timestamp;
use policy_vm::decision::{Decision, Outcome};
use policy_vm::{Evaluator, Limits, Observer, Program, Request, Snapshot, Value};

use crate::draw::{Choices, Doc, Drawing, Hints, Readable, Source, source, store, store_source};

/// What a policy is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The policy, by position.
    pub policy: u32,
    /// The time of the decision.
    pub now: Timestamp,
    /// The document.
    pub input: Doc,
    /// The policy's parameters, in order; none where those of the project, or defaults, are used.
    pub params: Vec<Doc>,
    /// The entities.
    pub store: Option<Doc>,
    /// The choices that it was drawn from.
    pub made: Vec<u64>,
}

/// Draws inputs and decides about them.
#[derive(Debug)]
pub struct Prober {
    program: Program,
    snapshot: Snapshot,
    evaluator: Evaluator,
    hints: Hints,
    readable: Readable,
    limits: Limits,
}

impl Prober {
    /// A prober of a program.
    #[must_use]
    pub fn new(program: &Program, snapshot: &Snapshot, hints: Hints, limits: Limits) -> Self {
        let mut evaluator = Evaluator::new(program, snapshot);
        let request = Request { limits, ..Request::default() };
        let readable = Readable::of(&mut evaluator, &hints, &request);
        Self { program: program.clone(), snapshot: snapshot.clone(), evaluator, hints, readable, limits }
    }

    /// The program.
    #[must_use]
    pub const fn program(&self) -> &Program {
        &self.program
    }

    /// Draws what to ask a policy.
    pub fn draw(&self, policy: u32, choices: &mut Choices) -> Asked {
        let code = self.program.bytecode();
        let described = code.policies.get(policy as usize);
        let mut drawing = Drawing::new(code, &self.hints, &self.readable, choices);
        let now = drawing.instant_of_now();
        let input = described.map_or(Doc::Absent, |described| drawing.value(described.input, "input"));
        let needs =
            described.is_some_and(|described| described.params.iter().any(|param| param.default.is_none()));
        let params = described.filter(|_| needs).map_or_else(Vec::new, |described| {
            let draw = |param: &policy_bytecode::program::Parameter| {
                let name = code.texts.get(param.name.index()).map_or("", String::as_str);
                drawing.value(param.ty, name)
            };
            described.params.iter().map(draw).collect()
        });
        let store = store(&mut drawing);
        Asked { policy, now, input, params, store, made: choices.made().to_vec() }
    }

    /// Decides, watched; none where what is asked does not fit its types.
    pub fn decide<O: Observer>(&mut self, asked: &Asked, observer: &mut O) -> Option<Decision> {
        let request = Request { now: Some(asked.now), limits: self.limits, ..Request::default() };
        self.evaluator.reset(&request);
        self.evaluator.use_snapshot(&self.snapshot);
        if let Some(store) = &asked.store {
            self.evaluator.give_entities(&store.json(), &request).ok()?;
        }
        let mut params: Vec<Value> = Vec::with_capacity(asked.params.len());
        if !asked.params.is_empty() {
            let types: Vec<TypeId> = {
                let described = self.program.bytecode().policies.get(asked.policy as usize)?;
                described.params.iter().map(|param| param.ty).collect()
            };
            for (ty, doc) in types.into_iter().zip(&asked.params) {
                params.push(self.evaluator.read_json(ty, &doc.json(), &request).ok()?);
            }
        }
        let given = (!params.is_empty()).then_some(params.as_slice());
        let json = asked.input.json();
        let decision =
            self.evaluator.decide_document(asked.policy, json.as_bytes(), given, &request, observer);
        let misfit = decision.errors.iter().any(|error| error.code == "misfit");
        (!misfit).then_some(decision)
    }

    /// What was asked, as a `test` that expects what was decided.
    #[must_use]
    pub fn block(&self, name: &str, asked: &Asked, decision: &Decision) -> String {
        let code = self.program.bytecode();
        let Some(described) = code.policies.get(asked.policy as usize) else { return String::new() };
        let text =
            |id: policy_bytecode::program::TextId| code.texts.get(id.index()).map_or("", String::as_str);
        let full = text(described.name);
        let policy = full.rsplit('.').next().unwrap_or(full);
        let mut now = String::new();
        policy_vm::time::timestamp_text(asked.now, &mut now);
        let name = name.replace('\\', "\\\\").replace('"', "\\\"").replace('{', "{{").replace('}', "}}");
        let mut out = format!("test \"{name}\" at @{now} {{\n");
        if let Some(store) = &asked.store {
            out.push_str(&format!("  given entities = {}\n", store_source(code, store)));
        }
        let mut arguments = match source(code, described.input, &asked.input) {
            Source::Literal(text) => text,
            Source::Json(text) => {
                out.push_str(&format!("  let document: Json = {text}\n"));
                "document".to_owned()
            }
        };
        for (param, doc) in described.params.iter().zip(&asked.params) {
            let (Source::Literal(value) | Source::Json(value)) = source(code, param.ty, doc);
            arguments.push_str(&format!(", {}: {value}", text(param.name)));
        }
        out.push_str(&format!("  expect {policy}({arguments}) {}\n}}\n", says(decision)));
        styled(out)
    }
}

/// What an `expect` says of a decision.
#[must_use]
pub fn says(decision: &Decision) -> String {
    if !decision.errors.is_empty() {
        return "fails".to_owned();
    }
    let (verb, effect) = match decision.outcome {
        Outcome::Allow => ("allows", "allow"),
        Outcome::Deny => ("denies", "deny"),
        Outcome::Escalate => ("escalates", "escalate"),
        Outcome::NotApplicable => return "is not_applicable".to_owned(),
    };
    let mut rules: Vec<&str> = Vec::new();
    for reason in decision.reasons.iter().filter(|reason| reason.effect == effect) {
        if !rules.contains(&reason.rule.as_str()) {
            rules.push(&reason.rule);
        }
    }
    match rules.is_empty() {
        true => format!("{verb} by default"),
        false => format!("{verb} exactly by {}", rules.join(", ")),
    }
}

/// A test in the one style, where it can be read.
pub(crate) fn styled(block: String) -> String {
    let head = "module m\n\n";
    match policy_syntax::format(&format!("{head}{block}")) {
        Ok(text) => text.strip_prefix(head).map_or(block, str::to_owned),
        Err(_) => block,
    }
}
