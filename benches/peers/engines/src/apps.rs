//! Workload A: applications with an entity graph, as those of Cedar's paper, beside Cedar. Every rule decides some request,
//! and half of the requests are allowed.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr as _;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
};
use policy_benches::clock::{Contender, Pace, Row, measure};
use policy_benches::ours::Ours;
use policy_benches::random::Random;
use serde_json::{Map, Value, json};

const CASES: usize = 1_000;

/// How many requests are drawn at most to find as many allowed as denied ones.
const DRAWS: usize = 400_000;

/// An entity by type and id.
pub type Uid = (&'static str, String);

/// An entity as both engines write it.
pub fn uid((kind, id): &Uid) -> Value {
    json!({ "type": kind, "id": id })
}

/// Entities, in the form of either engine.
#[derive(Default)]
pub struct Store {
    ours: Vec<Value>,
    cedar: Vec<Value>,
}

/// What an attribute holds.
pub enum Attribute {
    /// A `Bool`.
    Bool(bool),
    /// An entity.
    Entity(Uid),
    /// A set of entities.
    Entities(Vec<Uid>),
}

impl Store {
    /// Adds an entity.
    pub fn add(&mut self, entity: Uid, attributes: Vec<(&str, Attribute)>, parents: &[Uid]) {
        let (mut ours, mut cedar) = (Map::new(), Map::new());
        let marked = |of: &Uid| json!({ "__entity": uid(of) });
        for (name, attribute) in attributes {
            let (mine, theirs) = match attribute {
                Attribute::Bool(value) => (value.into(), value.into()),
                Attribute::Entity(of) => (uid(&of), marked(&of)),
                Attribute::Entities(all) => (all.iter().map(uid).collect(), all.iter().map(marked).collect()),
            };
            ours.insert(name.to_owned(), mine);
            cedar.insert(name.to_owned(), theirs);
        }
        let parents: Vec<Value> = parents.iter().map(uid).collect();
        self.ours.push(json!({ "uid": uid(&entity), "attrs": ours, "parents": parents }));
        self.cedar.push(json!({ "uid": uid(&entity), "attrs": cedar, "parents": parents }));
    }
}

/// A request.
pub type Asked = (Uid, &'static str, Uid);

/// An application.
pub struct App {
    /// Its name and size in the table.
    pub name: String,
    /// Our policy; it is `app.access`.
    pub ours: &'static str,
    /// How many rules it has.
    pub rules: usize,
    /// Cedar's policies, templates linked.
    pub cedar: PolicySet,
    /// The entities.
    pub store: Store,
    /// Our data, by item.
    pub data: Value,
}

fn theirs((kind, id): &Uid) -> EntityUid {
    EntityUid::from_type_name_and_id(EntityTypeName::from_str(kind).expect("a type"), EntityId::new(id))
}

/// Cedar's name of an entity, for the links of templates.
pub fn cedar_uid(of: &Uid) -> EntityUid {
    theirs(of)
}

impl App {
    /// Measures it on requests drawn by `draw`.
    pub fn run(self, pace: Pace, draw: impl FnMut(&mut Random) -> Asked) -> Vec<Row> {
        let entities = Value::from(self.store.ours).to_string();
        let ours = Ours::new(self.ours, "app.access", &self.data, Some(&entities)).expect("ours is ready");
        let (asked, inputs) = requests(&ours, self.rules, &self.name, draw);
        let entities = Entities::from_json_value(self.store.cedar.into(), None).expect("entities");
        let authorizer = Authorizer::new();
        let asked: Vec<Request> = asked
            .iter()
            .map(|(who, action, on)| {
                let action = theirs(&("Action", (*action).to_owned()));
                Request::new(theirs(who), action, theirs(on), Context::empty(), None).expect("a request")
            })
            .collect();
        let mut contenders = vec![
            Contender::new("ours", ours.evaluate(&inputs).expect("the inputs fit")),
            Contender::new("ours, from JSON", ours.json(&inputs)),
            Contender::new("cedar", |case| {
                let answer = authorizer.is_authorized(&asked[case], &self.cedar, &entities);
                u64::from(answer.decision() == Decision::Allow)
            }),
        ];
        measure(&self.name, inputs.len(), pace, &mut contenders)
    }
}

/// Requests such that half are allowed, evenly over actions as far as there are such, and every rule decides one at least.
fn requests(
    ours: &Ours,
    rules: usize,
    name: &str,
    mut draw: impl FnMut(&mut Random) -> Asked,
) -> (Vec<Asked>, Vec<String>) {
    let mut random = Random::new(3);
    let mut evaluator = ours.evaluator();
    let (mut asked, mut inputs) = (Vec::new(), Vec::new());
    let mut sides: BTreeMap<(bool, &str), usize> = BTreeMap::new();
    let (mut seen, mut found) = (BTreeSet::new(), BTreeSet::new());
    let mut allowed_so_far = 0;
    for draws in 0..DRAWS {
        if inputs.len() == CASES {
            break;
        }
        let request = draw(&mut random);
        let (who, action, on) = &request;
        let input = json!({ "principal": uid(who), "action": action, "resource": uid(on) }).to_string();
        let verdict = evaluator.judge_json(ours.policy, input.as_bytes(), &policy_vm::Request::default());
        let allowed = verdict.proceed();
        let side = sides.entry((allowed, *action)).or_default();
        let full = if allowed { allowed_so_far } else { inputs.len() - allowed_so_far } >= CASES / 2;
        // Small graphs have fewer requests than are wanted: then some come again.
        let again = draws < DRAWS / 8 && seen.contains(&input);
        if full || again || *side >= CASES / 4 {
            continue;
        }
        *side += 1;
        allowed_so_far += usize::from(allowed);
        found.extend(verdict.rules().map(|(rule, _)| rule));
        seen.insert(input.clone());
        asked.push(request);
        inputs.push(input);
    }
    assert_eq!(found.len(), rules, "{name}: every rule decides some request");
    (asked, inputs)
}
