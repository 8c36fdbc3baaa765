//! Workload A: repositories, teams and roles, as in the applications of Cedar's paper, with every role deciding some request.

use cedar_policy::{Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request};
use policy_benches::random::Random;
use serde_json::{Value, json};

use crate::clock::{Contender, Pace, Row, measure};
use crate::ours::Ours;

const CASES: usize = 1_000;
const ROLES: [&str; 5] = ["readers", "triagers", "writers", "maintainers", "admins"];
const ACTIONS: [&str; 6] = ["pull", "fork", "triage", "push", "protect", "delete"];

const OURS: &str = r"module github
entity User in UserGroup
entity UserGroup in UserGroup
entity Repository { readers: UserGroup, triagers: UserGroup, writers: UserGroup, maintainers: UserGroup, admins: UserGroup }
enum Action { pull, fork, triage, push, protect, delete }
policy access on { principal: User, action: Action, resource: Repository } {
  default deny
  allow read when action in [pull, fork] and principal in resource.readers
  allow triage when action == triage and principal in resource.triagers
  allow write when action == push and principal in resource.writers
  allow protect when action == protect and principal in resource.maintainers
  allow delete when action == delete and principal in resource.admins
}
";

const CEDAR: &str = r#"
permit(principal, action in [Action::"pull", Action::"fork"], resource) when { principal in resource.readers };
permit(principal, action == Action::"triage", resource) when { principal in resource.triagers };
permit(principal, action == Action::"push", resource) when { principal in resource.writers };
permit(principal, action == Action::"protect", resource) when { principal in resource.maintainers };
permit(principal, action == Action::"delete", resource) when { principal in resource.admins };
"#;

fn uid(kind: &str, id: &str) -> Value {
    json!({ "type": kind, "id": id })
}

/// Entities, with `n` of each kind: a repository has a group a role, a group of a stronger role is in that of the weaker, and
/// groups of users are in some of them.
fn store(n: usize) -> (Value, Value) {
    let mut random = Random::new(11);
    let mut pick = |end: usize| usize::try_from(random.below(end as u64)).unwrap_or(0);
    let mut ours = Vec::new();
    let mut cedar = Vec::new();
    let mut add = |kind: &str, id: &str, attributes: Value, of_cedar: Value, parents: Vec<(&str, String)>| {
        let above: Vec<Value> = parents.iter().map(|(kind, id)| uid(kind, id)).collect();
        ours.push(json!({ "uid": uid(kind, id), "attrs": attributes, "parents": above }));
        cedar.push(json!({ "uid": uid(kind, id), "attrs": of_cedar, "parents": above }));
    };
    for at in 0..n {
        let mut attributes = serde_json::Map::new();
        let mut of_cedar = serde_json::Map::new();
        for role in ROLES {
            attributes.insert(role.into(), uid("UserGroup", &format!("r{at}-{role}")));
            of_cedar.insert(role.into(), json!({ "__entity": uid("UserGroup", &format!("r{at}-{role}")) }));
        }
        add("Repository", &format!("r{at}"), attributes.into(), of_cedar.into(), vec![]);
        for (rank, role) in ROLES.iter().enumerate() {
            let weaker = rank.checked_sub(1).map(|rank| ("UserGroup", format!("r{at}-{}", ROLES[rank])));
            add("UserGroup", &format!("r{at}-{role}"), json!({}), json!({}), weaker.into_iter().collect());
        }
        let mut above: Vec<(&str, String)> =
            (0..3).map(|_| ("UserGroup", format!("r{}-{}", pick(n), ROLES[pick(ROLES.len())]))).collect();
        if at > 0 {
            above.push(("UserGroup", format!("g{}", pick(at))));
        }
        add("UserGroup", &format!("g{at}"), json!({}), json!({}), above);
        add("User", &format!("u{at}"), json!({}), json!({}), vec![("UserGroup", format!("g{}", pick(n)))]);
    }
    (ours.into(), cedar.into())
}

/// Measures it at `n` entities a kind.
pub fn run(n: usize, pace: Pace) -> Vec<Row> {
    let (ours_store, cedar_store) = store(n);
    let ours = Ours::new(OURS, "github.access", &json!({}), Some(&ours_store.to_string()));
    let policies: PolicySet = CEDAR.parse().expect("policies");
    let entities = Entities::from_json_value(cedar_store, None).expect("entities");
    let authorizer = Authorizer::new();
    let parse = |kind: &str, id: &str| -> EntityUid { format!("{kind}::{id:?}").parse().expect("a uid") };
    let mut random = Random::new(3);
    let mut requests = Vec::new();
    let mut inputs = Vec::new();
    let (mut allows, mut denies) = (0, 0);
    // As many allows as denies, drawn from all requests.
    for _ in 0..200_000 {
        if requests.len() == CASES {
            break;
        }
        let (user, repository) = (format!("u{}", random.below(n as u64)), format!("r{}", random.below(n as u64)));
        let action = random.pick(&ACTIONS);
        let request = Request::new(
            parse("User", &user),
            parse("Action", action),
            parse("Repository", &repository),
            Context::empty(),
            None,
        )
        .expect("a request");
        let allowed = authorizer.is_authorized(&request, &policies, &entities).decision() == Decision::Allow;
        let side = if allowed { &mut allows } else { &mut denies };
        if *side >= CASES / 2 && CASES - requests.len() > CASES / 10 {
            continue;
        }
        *side += 1;
        requests.push(request);
        inputs.push(format!(r#"{{"principal":"{user}","action":"{action}","resource":"{repository}"}}"#));
    }
    let mut contenders = vec![
        Contender::new("ours", ours.evaluate(&inputs)),
        Contender::new("ours, from JSON", ours.json(&inputs)),
        Contender::new("cedar", |case| {
            let answer = authorizer.is_authorized(&requests[case], &policies, &entities);
            u64::from(answer.decision() == Decision::Allow)
        }),
    ];
    measure(&format!("A github {n}"), requests.len(), pace, &mut contenders)
}
