//! Workload D: a hundred thousand users with three roles each, as data.

use std::collections::HashMap;

use policy_benches::random::Random;
use serde_json::{Map, Value, json};

use crate::clock::{Contender, Pace, Row, measure};
use crate::ours::Ours;
use crate::rego::Rego;

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
            grants[&role][usize::try_from(random.below(10)).unwrap_or(0)].as_str().unwrap_or_default().to_owned()
        } else {
            format!("p{}", 1_000 + random.below(50))
        };
        inputs.push(json!({ "user": user, "permission": permission }));
    }
    let texts: Vec<String> = inputs.iter().map(ToString::to_string).collect();
    let native: HashMap<&str, Vec<&str>> = assignments
        .iter()
        .map(|(user, roles)| (user.as_str(), roles.as_array().into_iter().flatten().filter_map(Value::as_str).collect()))
        .collect();
    let rights: HashMap<&str, Vec<&str>> = grants
        .iter()
        .map(|(role, rights)| (role.as_str(), rights.as_array().into_iter().flatten().filter_map(Value::as_str).collect()))
        .collect();
    let data = json!({ "assignments": assignments, "grants": grants });
    let ours = Ours::new(
        OURS,
        "rbac.access",
        &json!({ "rbac.assignments": data["assignments"], "rbac.grants": data["grants"] }),
        None,
    );
    let rego = Rego::new(REGO, "data.rbac.allow", &data);
    let values: Vec<regorus::Value> =
        texts.iter().map(|input| regorus::Value::from_json_str(input).expect("JSON")).collect();
    let mut machine = rego.machine();
    let mut contenders = vec![
        Contender::new("ours", ours.evaluate(&texts)),
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
    measure(&format!("D {users} users"), CASES, pace, &mut contenders)
}
