//! Repositories, teams and roles.

use policy_benches::clock::{Pace, Row};
use policy_benches::random::Random;
use serde_json::json;

use crate::apps::{App, Attribute, Store, Uid};

const ROLES: [&str; 5] = ["readers", "triagers", "writers", "maintainers", "admins"];

/// What is asked for.
pub const ACTIONS: [&str; 6] = ["pull", "fork", "triage", "push", "protect", "delete"];

const OURS: &str = r"module app
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

fn group(name: String) -> Uid {
    ("UserGroup", name)
}

/// A repository has a group a role, a group of a stronger role is in that of the weaker, and groups of users are in some of
/// them.
fn store(n: usize) -> Store {
    let mut random = Random::new(11);
    let mut store = Store::default();
    for at in 0..n {
        let role_group = |role: &str| group(format!("r{at}-{role}"));
        let attributes = ROLES.iter().map(|role| (*role, Attribute::Entity(role_group(role)))).collect();
        store.add(("Repository", format!("r{at}")), attributes, &[]);
        for (rank, role) in ROLES.iter().enumerate() {
            let weaker: Vec<Uid> =
                rank.checked_sub(1).map(|rank| role_group(ROLES[rank])).into_iter().collect();
            store.add(role_group(role), vec![], &weaker);
        }
        let mut above: Vec<Uid> =
            (0..3).map(|_| group(format!("r{}-{}", random.to(n), ROLES[random.to(ROLES.len())]))).collect();
        if at > 0 {
            above.push(group(format!("g{}", random.to(at))));
        }
        store.add(group(format!("g{at}")), vec![], &above);
        store.add(("User", format!("u{at}")), vec![], &[group(format!("g{}", random.to(n)))]);
    }
    store
}

/// Measures it at `n` entities a kind.
pub fn run(n: usize, pace: Pace) -> Vec<Row> {
    let app = App {
        name: format!("A github {n}"),
        ours: OURS,
        rules: 5,
        cedar: CEDAR.parse().expect("policies"),
        store: store(n),
        data: json!({}),
    };
    app.run(pace, |random| {
        let (user, repository) = (random.to(n), random.to(n));
        (("User", format!("u{user}")), ACTIONS[random.to(6)], ("Repository", format!("r{repository}")))
    })
}
