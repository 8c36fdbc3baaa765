//! Documents in folders, shared with people, groups or everybody.

use policy_benches::clock::{Pace, Row};
use policy_benches::random::Random;
use serde_json::json;

use crate::apps::{App, Attribute, Store, Uid};

/// What is asked for.
pub const ACTIONS: [&str; 5] = ["read", "write", "share", "create", "delete"];

const OURS: &str = r"module app
entity User in Group { views: Share, documents: Set<Document>, folders: Set<Folder> }
entity Group in Group { views: Share }
entity Share
entity Folder in Folder, Share
entity Document in Folder, Share { public: Bool }
enum Action { read, write, share, create, delete }
policy access on { principal: User, action: Action, resource: Document } {
  default deny
  allow shared when action == read and resource in principal.views
  allow open when action == read and resource.public
  allow owner when resource in principal.documents
  allow holder when action in [read, write, create] and resource in principal.folders
}
";

const CEDAR: &str = r#"
permit(principal, action == Action::"read", resource) when { resource in principal.views };
permit(principal, action == Action::"read", resource) when { resource.public };
permit(principal, action, resource) when { resource in principal.documents };
permit(principal, action in [Action::"read", Action::"write", Action::"create"], resource) when { resource in principal.folders };
"#;

fn store(n: usize) -> Store {
    let mut random = Random::new(13);
    let mut store = Store::default();
    let share = |of: String| -> Uid { ("Share", of) };
    for at in 0..n {
        store.add(share(format!("u{at}")), vec![], &[]);
        store.add(share(format!("g{at}")), vec![], &[]);
        let above: Vec<Uid> = if at > 0 { vec![("Group", format!("g{}", random.to(at)))] } else { vec![] };
        store.add(
            ("Group", format!("g{at}")),
            vec![("views", Attribute::Entity(share(format!("g{at}"))))],
            &above,
        );
        let folder: Vec<Uid> = if at > 0 { vec![("Folder", format!("f{}", random.to(at)))] } else { vec![] };
        let shared = share(format!("u{}", random.to(n)));
        let above: Vec<Uid> = folder.into_iter().chain([shared]).collect();
        store.add(("Folder", format!("f{at}")), vec![], &above);
        let above = [("Folder", format!("f{}", random.to(n))), share(format!("u{}", random.to(n)))];
        let public = random.chance(10);
        store.add(("Document", format!("d{at}")), vec![("public", Attribute::Bool(public))], &above);
        let documents = (0..2).map(|_| ("Document", format!("d{}", random.to(n)))).collect();
        let folders = (0..2).map(|_| ("Folder", format!("f{}", random.to(n)))).collect();
        let attributes = vec![
            ("views", Attribute::Entity(share(format!("u{at}")))),
            ("documents", Attribute::Entities(documents)),
            ("folders", Attribute::Entities(folders)),
        ];
        store.add(("User", format!("u{at}")), attributes, &[("Group", format!("g{}", random.to(n)))]);
    }
    store
}

/// Measures it at `n` entities a kind.
pub fn run(n: usize, pace: Pace) -> Vec<Row> {
    let app = App {
        name: format!("A gdrive {n}"),
        ours: OURS,
        rules: 4,
        cedar: CEDAR.parse().expect("policies"),
        store: store(n),
        data: json!({}),
    };
    app.run(pace, |random| {
        let (user, document) = (random.to(n), random.to(n));
        (("User", format!("u{user}")), ACTIONS[random.to(5)], ("Document", format!("d{document}")))
    })
}
