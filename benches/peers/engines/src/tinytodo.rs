//! Lists of things to do, with an owner, readers and editors.

use policy_benches::clock::{Pace, Row};
use policy_benches::random::Random;
use serde_json::json;

use crate::apps::{App, Attribute, Store, Uid};

const OURS: &str = r#"module app
entity User in Team
entity Team in Team
entity Application
entity Todo { owner: User, readers: Team, editors: Team }
enum Action { create_list, get_lists, get_list, update_list, delete_list, create_task, update_task, delete_task }
policy access on { principal: User, action: Action, resource: Todo | Application } {
  default deny
  allow anybody when action in [create_list, get_lists] and resource is Application
  allow owner when resource is Todo and resource.owner == principal
  allow reader when action == get_list and resource is Todo
    and (principal in resource.readers or principal in resource.editors)
  allow editor when action in [update_list, create_task, update_task, delete_task] and resource is Todo
    and principal in resource.editors
}
"#;

const CEDAR: &str = r#"
permit(principal, action in [Action::"create_list", Action::"get_lists"], resource is Application);
permit(principal, action, resource is Todo) when { resource.owner == principal };
permit(principal, action == Action::"get_list", resource is Todo)
  when { principal in resource.readers || principal in resource.editors };
permit(
  principal,
  action in [Action::"update_list", Action::"create_task", Action::"update_task", Action::"delete_task"],
  resource is Todo
) when { principal in resource.editors };
"#;

const ACTIONS: [&str; 8] = [
    "create_list",
    "get_lists",
    "get_list",
    "update_list",
    "delete_list",
    "create_task",
    "update_task",
    "delete_task",
];

fn store(n: usize) -> Store {
    let mut random = Random::new(17);
    let mut store = Store::default();
    let team = |at: usize| -> Uid { ("Team", format!("t{at}")) };
    store.add(("Application", "TinyTodo".to_owned()), vec![], &[]);
    for at in 0..n {
        let above: Vec<Uid> = if at > 0 { vec![team(random.to(at))] } else { vec![] };
        store.add(team(at), vec![], &above);
        store.add(("User", format!("u{at}")), vec![], &[team(random.to(n)), team(random.to(n))]);
        let attributes = vec![
            ("owner", Attribute::Entity(("User", format!("u{}", random.to(n))))),
            ("readers", Attribute::Entity(team(random.to(n)))),
            ("editors", Attribute::Entity(team(random.to(n)))),
        ];
        store.add(("Todo", format!("l{at}")), attributes, &[]);
    }
    store
}

/// Measures it at `n` entities a kind.
pub fn run(n: usize, pace: Pace) -> Vec<Row> {
    let app = App {
        name: format!("A tinytodo {n}"),
        ours: OURS,
        rules: 4,
        cedar: CEDAR.parse().expect("policies"),
        store: store(n),
        data: json!({}),
    };
    app.run(pace, |random| {
        let user = ("User", format!("u{}", random.to(n)));
        let action = ACTIONS[random.to(8)];
        if random.chance(10) {
            return (user, action, ("Application", "TinyTodo".to_owned()));
        }
        (user, action, ("Todo", format!("l{}", random.to(n))))
    })
}
