//! The variants with grants for each user: Cedar links a template for each; ours are data.

use std::collections::HashMap;
use std::fmt::Write as _;

use cedar_policy::{PolicyId, PolicySet, SlotId};
use policy_benches::clock::{Pace, Row};
use policy_benches::random::Random;
use serde_json::{Map, Value, json};

use crate::apps::{App, Asked, Attribute, Store, Uid, cedar_uid, uid};
use crate::{gdrive, github};

/// Grants for each user.
const GRANTS: usize = 3;

const GITHUB: &str = r"module app
entity User
entity Repository
enum Role { reader, triager, writer, maintainer, admin }
enum Action { pull, fork, triage, push, protect, delete }
type Grant = { on: Repository, role: Role }
data grants: Map<User, List<Grant>>
policy access on { principal: User, action: Action, resource: Repository } {
  default deny
  let roles = {g.role for g in (grants[principal] ?? []) if g.on == resource}
  allow read when action in [pull, fork] and Role.reader in roles
  allow triage when action == triage and Role.triager in roles
  allow write when action == push and Role.writer in roles
  allow protect when action == protect and Role.maintainer in roles
  allow delete when action == delete and Role.admin in roles
}
";

const ROLES: [(&str, &str); 5] = [
    ("reader", r#"[Action::"pull", Action::"fork"]"#),
    ("triager", r#"[Action::"triage"]"#),
    ("writer", r#"[Action::"push"]"#),
    ("maintainer", r#"[Action::"protect"]"#),
    ("admin", r#"[Action::"delete"]"#),
];

const GDRIVE: &str = r"module app
entity User
entity Folder in Folder
entity Document in Folder { public: Bool }
enum Action { read, write, share, create, delete }
data viewers: Map<User, Set<Folder>>
data owners: Map<User, Set<Folder>>
policy access on { principal: User, action: Action, resource: Document } {
  default deny
  allow viewer when action == read and resource in (viewers[principal] ?? {})
  allow open when action == read and resource.public
  allow owner when resource in (owners[principal] ?? {})
}
";

const GDRIVE_TEMPLATES: [(&str, &str); 2] = [
    ("viewer", r#"permit(principal == ?principal, action == Action::"read", resource in ?resource);"#),
    ("owner", "permit(principal == ?principal, action, resource in ?resource);"),
];

/// Cedar's policies with a link for each grant.
fn linked(source: &str, links: impl Iterator<Item = (&'static str, Uid, Uid)>) -> PolicySet {
    let parsed: PolicySet = source.parse().expect("policies");
    let mut policies = PolicySet::new();
    // Templates are known by the names that their annotations give.
    for policy in parsed.policies() {
        policies.add(policy.clone()).expect("a policy");
    }
    for template in parsed.templates() {
        let name = template.annotation("id").expect("a name");
        policies.add_template(template.new_id(PolicyId::new(name))).expect("a template");
    }
    for (at, (template, who, on)) in links.enumerate() {
        let slots =
            HashMap::from([(SlotId::principal(), cedar_uid(&who)), (SlotId::resource(), cedar_uid(&on))]);
        policies.link(PolicyId::new(template), PolicyId::new(format!("link{at}")), slots).expect("a link");
    }
    policies
}

fn user(at: usize) -> Uid {
    ("User", format!("u{at}"))
}

/// Repositories with roles of users in them, at `n` users.
pub fn github(n: usize, pace: Pace) -> Vec<Row> {
    let mut random = Random::new(19);
    let mut store = Store::default();
    let repository = |at: usize| -> Uid { ("Repository", format!("r{at}")) };
    let mut grants: Vec<Vec<(&'static str, usize)>> = Vec::new();
    for at in 0..n {
        store.add(repository(at), vec![], &[]);
        store.add(user(at), vec![], &[]);
        grants.push((0..GRANTS).map(|_| (ROLES[random.to(5)].0, random.to(n))).collect());
    }
    let data: Map<String, Value> = grants
        .iter()
        .enumerate()
        .map(|(at, of)| {
            let of = of.iter().map(|(role, on)| json!({ "on": format!("r{on}"), "role": role }));
            (format!("u{at}"), of.collect())
        })
        .collect();
    let mut source = String::new();
    for (role, actions) in ROLES {
        let _ = writeln!(
            source,
            "@id(\"{role}\") permit(principal == ?principal, action in {actions}, resource == ?resource);"
        );
    }
    let links = grants.iter().enumerate();
    let links =
        links.flat_map(|(at, of)| of.iter().map(move |(role, on)| (*role, user(at), repository(*on))));
    let app = App {
        name: format!("A github, grants of {n} users"),
        ours: GITHUB,
        rules: 5,
        cedar: linked(&source, links),
        store,
        data: json!({ "app.grants": data }),
    };
    app.run(pace, |random| {
        let at = random.to(n);
        // Half of the requests are on what something was granted on.
        let on = if random.chance(50) { grants[at][random.to(GRANTS)].1 } else { random.to(n) };
        let asked: Asked = (user(at), github::ACTIONS[random.to(6)], repository(on));
        asked
    })
}

/// Folders that users view and own, at `n` users.
pub fn gdrive(n: usize, pace: Pace) -> Vec<Row> {
    let mut random = Random::new(23);
    let mut store = Store::default();
    let folder = |at: usize| -> Uid { ("Folder", format!("f{at}")) };
    let mut grants: Vec<Vec<(&'static str, usize)>> = Vec::new();
    let mut inside: Vec<Vec<usize>> = vec![Vec::new(); n];
    for at in 0..n {
        let above: Vec<Uid> = if at > 0 { vec![folder(random.to(at))] } else { vec![] };
        store.add(folder(at), vec![], &above);
        let place = random.to(n);
        inside[place].push(at);
        let public = random.chance(10);
        store.add(
            ("Document", format!("d{at}")),
            vec![("public", Attribute::Bool(public))],
            &[folder(place)],
        );
        store.add(user(at), vec![], &[]);
        grants.push((0..GRANTS).map(|_| (GDRIVE_TEMPLATES[random.to(2)].0, random.to(n))).collect());
    }
    let item = |role: &str| -> Value {
        let of = |of: &Vec<(&str, usize)>| -> Value {
            of.iter().filter(|(has, _)| *has == role).map(|(_, on)| uid(&folder(*on))).collect()
        };
        grants.iter().enumerate().map(|(at, all)| (format!("u{at}"), of(all))).collect::<Map<_, _>>().into()
    };
    let data = json!({ "app.viewers": item("viewer"), "app.owners": item("owner") });
    let mut source =
        String::from("permit(principal, action == Action::\"read\", resource) when { resource.public };\n");
    for (name, template) in GDRIVE_TEMPLATES {
        let _ = writeln!(source, "@id(\"{name}\") {template}");
    }
    let links = grants.iter().enumerate();
    let links = links.flat_map(|(at, of)| of.iter().map(move |(role, on)| (*role, user(at), folder(*on))));
    let app = App {
        name: format!("A gdrive, grants of {n} users"),
        ours: GDRIVE,
        rules: 3,
        cedar: linked(&source, links),
        store,
        data,
    };
    app.run(pace, |random| {
        let at = random.to(n);
        let held = &inside[grants[at][random.to(GRANTS)].1];
        let document =
            if random.chance(50) && !held.is_empty() { held[random.to(held.len())] } else { random.to(n) };
        let asked: Asked = (user(at), gdrive::ACTIONS[random.to(5)], ("Document", format!("d{document}")));
        asked
    })
}
