//! `eval` of what is composed: explanations of included policies, entity stores.

use crate::support::Folder;

const FILES: &str = r#"module files

type File = { path: Path, size: Int }
type Pull = { title: String, files: List<File>, main: File }

policy small(most: Int) on f: File {
  default allow
  deny large when f.size > most because "{f.path} is too large"
}

policy pull on pull: Pull {
  default allow
  deny untitled when pull.title is empty
  include small(pull.main, most: 10) as main
  include small(f, most: 5) as "{f.path}" for f in pull.files
}
"#;

#[test]
fn explanations_go_into_included_policies() {
    let folder = Folder::with(&[
        ("files.policy", FILES),
        (
            "pull.json",
            r#"{"title":"x","main":{"path":"a","size":11},"files":[{"path":"b","size":4},{"path":"c","size":9}]}"#,
        ),
    ]);
    let run = folder.run(&["eval", "-p", "files.policy", "-e", "pull", "--explain", "pull.json"]).code(1);
    run.says(&[
        "include main: included",
        "deny main.large: found",
        "f.size = 11  /main/size",
        "include {f.path}: included 2 times",
        "deny b.large: not found",
        "stopped by f.size > most is false",
        "f.size = 4  /files/*/size",
        "deny c.large: found",
    ]);
}

const TEAMS: &str = r#"module teams

entity Team
entity User in Team { email: String }

policy ask on { who: User } {
  default deny
  allow core when who in Team::"core" because "{who.email} is of the core team"
}
"#;

fn store(team: &str) -> String {
    format!(
        r#"[{{"uid": {{"type": "Team", "id": "core"}}}}, {{"uid": {{"type": "Team", "id": "docs"}}}},
           {{"uid": {{"type": "User", "id": "ann"}}, "attrs": {{"email": "ann@example.com"}},
             "parents": [{{"type": "Team", "id": "{team}"}}]}}]"#
    )
}

#[test]
fn entities_come_from_the_project_or_from_the_call() {
    let folder = Folder::with(&[
        ("policy.toml", "name = \"teams\"\n\n[entities]\nfile = \"data/own.json\"\n"),
        ("policies/teams.policy", TEAMS),
        ("ann.json", r#"{"who": "ann"}"#),
        ("data/own.json", &store("core")),
        ("other.json", &store("docs")),
        ("broken.json", r#"[{"uid": {"type": "Usr", "id": "ann"}}]"#),
    ]);
    let ask = ["eval", "-e", "ask", "ann.json"];
    folder.run(&ask).code(0).says(&["ann@example.com is of the core team"]);
    folder.run(&[&ask[..], &["--entities", "other.json"]].concat()).code(1);
    let broken = folder.run(&[&ask[..], &["--entities", "broken.json"]].concat()).code(2);
    broken.complains(&["broken.json", "Usr"]);
    folder.run(&[&ask[..], &["--entities", "nowhere.json"]].concat()).code(2).complains(&["nowhere.json"]);
}
