//! dogwood: Cedar with conditions on history, which it keeps itself.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use cedar_policy::Schema;
use dogwood_language::{
    Authorizer, Error, Event, EventSignature, InMemoryTemporalEngine, LoweredPolicySet, PartitionKey, PolicySchema,
    ServiceSchema, TemporalBindings, TemporalEngine, TemporalField, Value,
};
use policy_benches::clock::{median, nanoseconds};
use policy_benches::histories::{Call, Kind, Rule, TOOLS, Workload, label};

/// What was measured.
pub struct Timed {
    pub median: f64,
    pub allocations: f64,
    pub cases: usize,
    pub allowed: usize,
}

pub struct Engine {
    authorizer: Authorizer,
    forget: Arc<AtomicBool>,
}

fn schema() -> String {
    let mut text = String::from("namespace Agent {\n  type Input = { label: String };\n  type Output = { };\n  entity Gate;\n  entity User;\n");
    for tool in 0..TOOLS {
        let _ = writeln!(
            text,
            "  action \"t{tool}\" appliesTo {{ principal: [User], resource: [Gate], context: {{ input: Input, output?: Output }} }};"
        );
    }
    text.push_str("}\n");
    text
}

fn policy(rules: &[Rule]) -> String {
    let mut text = String::from("permit (principal, action, resource);\n");
    for (at, rule) in rules.iter().enumerate() {
        let Rule { call, kind, first, second, hours } = rule;
        let label = label(at);
        let event = |tool: &usize| format!("Agent::Action::\"t{tool}\"::response{{ input.label: \"{label}\" }}");
        let condition = match kind {
            Kind::Count { most } => {
                format!("exists (n: Long). ((count_within({hours}h, {})) == n && n > {most})", event(first))
            }
            Kind::Sequence => format!("formerly within {hours}h ({} && formerly within 24h {})", event(second), event(first)),
            // An event of any tool is written tool by tool; there is no `or`, so that it is the one the rule looks for.
            Kind::Taint => format!("formerly within {hours}h {}", event(first)),
        };
        let _ = writeln!(
            text,
            "forbid (principal, action == Agent::Action::\"t{call}\", resource) when temporal {{ {condition} }};"
        );
    }
    text
}

impl Engine {
    pub fn new(rules: &[Rule], best: bool) -> Result<Self, String> {
        let service = ServiceSchema::defaults();
        let schema = PolicySchema::from_cedarschema_str(&schema()).map_err(|error| format!("{error:?}"))?;
        let lowered =
            LoweredPolicySet::from_str(&policy(rules), &service, &schema).map_err(|error| format!("{error:?}"))?;
        let forget = Arc::new(AtomicBool::new(false));
        let engine = Forgetful { forget: forget.clone(), best, inner: fresh(best), prepared: None, keys: Vec::new() };
        let builder = Authorizer::builder(lowered).temporal_engine(engine);
        let builder = if best { builder.partition_temporal() } else { builder };
        Ok(Self { authorizer: builder.build().map_err(|error| format!("{error:?}"))?, forget })
    }

    /// Decides calls for a while, each after the history before it; only the decisions are timed.
    pub fn run(&mut self, work: &Workload, budget: Duration, mut check: impl FnMut(&Call, bool)) -> Timed {
        let (mut samples, mut allocations, mut allowed) = (Vec::new(), 0, 0);
        let (begun, mut spent, mut last) = (Instant::now(), Duration::ZERO, None);
        // Long histories are visited in steps, so that all of them are; the rest is as much as there is time for.
        let mut order: Vec<usize> = (0..work.calls.len()).collect();
        let each = work.calls.len().div_ceil(work.histories.len());
        let groups = work.histories.len().min(4);
        if groups > 0 && each > 8 {
            order.sort_by_key(|case| (case % each / 8, *case));
        }
        for case in order {
            if samples.len() >= 8 && (spent > budget || begun.elapsed() > budget * 4) {
                break;
            }
            let call = &work.calls[case];
            let history = &work.histories[call.history];
            if last != Some(call.history) {
                self.forget.store(true, Ordering::Relaxed);
                for event in &history.events {
                    let none = self.authorizer.is_authorized(&made(event.tool, "response", &event.label, event.at));
                    assert!(none.is_none(), "what was done is not decided");
                }
                last = Some(call.history);
            }
            let event = made(call.tool, "request", &format!("h{}", call.target), history.now);
            let before = policy_allocations::count();
            let asked = Instant::now();
            let answer = self.authorizer.is_authorized(&event);
            let took = asked.elapsed();
            allocations += policy_allocations::count() - before;
            spent += took;
            samples.push(nanoseconds(took));
            let answer = answer.expect("a call is decided");
            assert_eq!(answer.diagnostics().errors().next(), None, "a failure decides nothing");
            allowed += usize::from(answer.allowed());
            check(call, answer.allowed());
        }
        let cases = samples.len();
        Timed { median: median(samples), allocations: allocations as f64 / cases as f64, cases, allowed }
    }
}

fn made(tool: usize, kind: &str, label: &str, at: i64) -> Event {
    Event::builder(&format!("Agent::Action::t{tool}"), kind)
        .timestamp(at)
        .principal("Agent::User::\"ann\"")
        .resource("Agent::Gate::\"gate\"")
        .logged_field("callerPrincipal", Value::Entity { ty: "Agent::User".into(), id: "ann".into() })
        .field("input", "label", Value::String(label.to_owned()))
        .build()
}

fn fresh(best: bool) -> InMemoryTemporalEngine {
    let engine = InMemoryTemporalEngine::new();
    if best { engine.slice_leaves() } else { engine }
}

/// Their engine, which can be made to forget, so that one set of rules is used for many histories.
struct Forgetful {
    forget: Arc<AtomicBool>,
    best: bool,
    inner: InMemoryTemporalEngine,
    prepared: Option<(Vec<TemporalField>, Schema, Vec<EventSignature>)>,
    keys: Vec<PartitionKey>,
}

impl TemporalEngine for Forgetful {
    fn prepare(
        &mut self,
        leaves: &[TemporalField],
        schema: &Schema,
        events: &[EventSignature],
    ) -> Result<(), Error> {
        self.prepared = Some((leaves.to_vec(), schema.clone(), events.to_vec()));
        self.inner.prepare(leaves, schema, events)
    }

    fn observe(&mut self, event: &Event) {
        if self.forget.swap(false, Ordering::Relaxed) {
            self.inner = fresh(self.best);
            if !self.keys.is_empty() {
                self.inner.set_partition_keys(&self.keys);
            }
            if let Some((leaves, schema, events)) = &self.prepared {
                self.inner.prepare(leaves, schema, events).expect("it was prepared before");
            }
        }
        self.inner.observe(event);
    }

    fn evaluate(&mut self) -> Result<TemporalBindings, String> {
        self.inner.evaluate()
    }

    fn supports_partitioning(&self) -> bool {
        self.inner.supports_partitioning()
    }

    fn set_partition_keys(&mut self, keys: &[PartitionKey]) {
        self.keys = keys.to_vec();
        self.inner.set_partition_keys(keys);
    }
}
