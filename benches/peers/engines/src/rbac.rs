//! Workload D: a hundred thousand users with three roles each, as data.

use std::collections::HashMap;

use policy_benches::random::Random;
use policy_benches::{bundle, engine};
use serde_json::{Map, Value, json};

use crate::rego::Rego;
use policy_benches::clock::{Contender, Pace, Row, make, measure};
use policy_benches::ours::Ours;

const CASES: usize = 1_000;

const OURS: &str = "module rbac
data assignments: Map<String, Set<String>>
data grants: Map<String, Set<String>>
policy access on { user: String, permission: String } {
  default deny
  allow granted when any r in (assignments[user] ?? {}): permission in (grants[r] ?? {})
}
";

const REGO: &str = "package rbac
import rego.v1
default allow := false
allow if { some r in data.assignments[input.user]; input.permission in data.grants[r] }
";

/// Measures it.
pub fn run(users: usize, pace: Pace) -> Vec<Row> {
    let mut random = Random::new(21);
    let mut assignments = Map::new();
    for user in 0..users {
        let roles: Vec<Value> = (0..3).map(|_| format!("role{}", random.below(200)).into()).collect();
        assignments.insert(format!("user{user:06}"), roles.into());
    }
    let mut grants = Map::new();
    for role in 0..200 {
        let permissions: Vec<Value> = (0..10).map(|at| format!("p{}", role * 7 % 300 + at).into()).collect();
        grants.insert(format!("role{role}"), permissions.into());
    }
    let mut inputs = Vec::new();
    for case in 0..CASES {
        let user = format!("user{:06}", random.below(users as u64));
        let permission = if case % 2 == 0 {
            let role = assignments[&user][0].as_str().unwrap_or_default().to_owned();
            grants[&role][usize::try_from(random.below(10)).unwrap_or(0)]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        } else {
            format!("p{}", 1_000 + random.below(50))
        };
        inputs.push(json!({ "user": user, "permission": permission }));
    }
    let texts: Vec<String> = inputs.iter().map(ToString::to_string).collect();
    let native: HashMap<&str, Vec<&str>> = assignments
        .iter()
        .map(|(user, roles)| {
            (user.as_str(), roles.as_array().into_iter().flatten().filter_map(Value::as_str).collect())
        })
        .collect();
    let rights: HashMap<&str, Vec<&str>> = grants
        .iter()
        .map(|(role, rights)| {
            (role.as_str(), rights.as_array().into_iter().flatten().filter_map(Value::as_str).collect())
        })
        .collect();
    let data = json!({ "assignments": assignments, "grants": grants });
    let name = format!("D {users} users");
    let program = engine::program(OURS).expect("the policy compiles");
    let items = json!({ "rbac.assignments": data["assignments"], "rbac.grants": data["grants"] });
    let mut rows = Vec::new();
    let mut ready = None;
    for (engine, packed) in [("ours, bundle to ready", false), ("ours, packed bundle to ready", true)] {
        let bytes = bundle::of(&program, "rbac.access", &items, packed);
        let (row, entry) = make(&name, engine, 3, || bundle::open(&bytes)).expect("it loads");
        rows.push(row);
        ready = Some(entry);
    }
    drop(ready);
    let ours = Ours::of(program, "rbac.access", &items, None).expect("ours is ready");
    let text = items.to_string();
    rows.push(
        make(&name, "serde_json::Value alone", 1, || serde_json::from_str::<Value>(&text)).expect("JSON").0,
    );
    let rego = Rego::new(REGO, "data.rbac.allow", &data);
    let values: Vec<regorus::Value> =
        texts.iter().map(|input| regorus::Value::from_json_str(input).expect("JSON")).collect();
    let mut machine = rego.machine();
    let mut contenders = vec![
        Contender::new("ours", ours.evaluate(&texts).expect("the inputs fit")),
        Contender::new("ours, from JSON", ours.json(&texts)),
        Contender::new("hash maps", |case| {
            let user = inputs[case]["user"].as_str().unwrap_or_default();
            let wanted = inputs[case]["permission"].as_str().unwrap_or_default();
            let roles = native.get(user).map_or(&[][..], Vec::as_slice);
            u64::from(roles.iter().any(|role| rights.get(role).is_some_and(|all| all.contains(&wanted))))
        }),
        Contender::new("regorus RVM", |case| {
            u64::from(machine(values[case].clone()) == regorus::Value::from(true))
        }),
    ];
    rows.extend(measure(&name, CASES, pace, &mut contenders));
    rows
}
