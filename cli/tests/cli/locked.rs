//! Dependencies that are recorded, come as bundles, and are copied into the project.

use crate::support::Folder;

const TEAM: &str = "module team\nuse org.clean\n\npolicy gate on title: String {\n  default allow\n  deny unclean when not clean(title) because \"say what changes\"\n}\n";

const ORG: &str = "module org\n\ndata banned: Set<String>\n\npub fn clean(title: String) -> Bool =\n  none word in banned: title contains word\n";

fn manifest(dependency: &str) -> String {
    format!("name = \"team\"\n\n[dependencies]\nbase = {{ {dependency} }}\n")
}

fn folder(dependency: &str) -> Folder {
    Folder::with(&[
        ("team/policy.toml", &manifest(dependency)),
        ("team/policies/team.policy", TEAM),
        ("base/policy.toml", "name = \"base\"\nversion = \"1.4.0\"\nsources = [\"policies\", \"tests\"]\n"),
        ("base/policies/org.policy", ORG),
        ("base/tests/README", "none yet"),
        ("base/data/banned.yaml", "- wip\n- todo\n"),
        ("wip.json", "\"wip\""),
    ])
}

fn refused(folder: &Folder) {
    folder.run(&["check", "team"]).code(1).says(&["P0930", "policyc lock"]);
    folder.run(&["build", "team", "-o", "t.pbundle"]).code(2).complains(&["P0930"]);
    folder.run(&["eval", "-p", "team", "wip.json"]).code(2).complains(&["P0930"]);
}

#[test]
fn a_dependency_that_changed_is_refused_until_it_is_accepted() {
    let folder = folder("path = \"../base\", version = \"1.4\"");
    folder.run(&["check", "team"]).code(0);
    folder.run(&["build", "team", "--locked", "-o", "t.pbundle"]).code(2).complains(&["policyc lock"]);
    assert!(!folder.at("t.pbundle").exists());
    folder.run(&["build", "team", "-o", "t.pbundle"]).code(0).says(&["team/policy.lock"]);
    let first = folder.read("team/policy.lock");
    assert!(first.contains("path = \"../base\"\ndigest = \"sha256:"), "{first}");
    folder.run(&["build", "team", "--locked", "-o", "t.pbundle"]).code(0);
    folder.run(&["lock", "team", "--check"]).code(0).says(&["as it was"]);

    for (path, before, after) in [
        ("base/policies/org.policy", "module org", "// Words.\nmodule org"),
        ("base/data/banned.yaml", "todo", "todos"),
        ("base/policy.toml", "1.4.0", "1.4.1"),
    ] {
        let text = folder.read(path);
        folder.write(path, text.replace(before, after));
        refused(&folder);
        folder.run(&["lock", "team", "--check"]).code(1).says(&["changed"]);
        folder.write(path, text);
        folder.run(&["check", "team"]).code(0);
    }
    folder.write("base/data/banned.yaml", "[wip]");
    folder
        .run(&["lock", "team"])
        .code(0)
        .says(&["base 1.4.0  ../base  changed", "the digest of what it holds was"]);
    assert_ne!(folder.read("team/policy.lock"), first);
    folder.run(&["eval", "-p", "team", "wip.json"]).code(1);
    // The same content is the same, however it is written and wherever it stands.
    folder.write("base/data/banned.yaml", "- wip\n- todo\n");
    folder.run(&["lock", "team"]).code(0);
    assert_eq!(folder.read("team/policy.lock"), first);
}

#[test]
fn a_lock_that_is_none_is_refused() {
    let folder = folder("path = \"../base\"");
    for (text, code) in [
        ("version = 2\n", "P0928"),
        ("version = 1\n", "P0929"),
        ("version = 1\n[[dependency]]\nname = \"base\"\ndigest = \"\"\n", "P0928"),
        ("version = 1\n[[dependency]]\nname = \"bass\"\npath = \"../base\"\ndigest = \"\"\n", "P0931"),
        ("\u{1}", "P0928"),
    ] {
        folder.write("team/policy.lock", text);
        folder.run(&["check", "team"]).code(1).says(&[code]);
    }
    folder.run(&["lock", "team"]).code(0);
    folder.run(&["check", "team"]).code(0);
    // Without dependencies there is nothing to record, and nothing is written.
    folder.run(&["lock", "base"]).code(0);
    assert!(!folder.at("base/policy.lock").exists());
}

#[test]
fn a_bundle_stands_in_for_the_project_it_was_made_from() {
    let folder = folder("path = \"../base\", version = \"1.4\"");
    let by_path = folder
        .run(&["eval", "-p", "team", "wip.json", "--format", "json", "--now", "2026-11-21T00:00:00Z"])
        .code(1)
        .out;
    folder.run(&["build", "team", "-o", "t.pbundle"]).code(0);
    let digest = |folder: &Folder| {
        let lock = folder.read("team/policy.lock");
        lock.lines().find(|line| line.starts_with("digest")).unwrap().to_owned()
    };
    let path_digest = digest(&folder);

    folder.run(&["build", "base", "-o", "team/base.pbundle"]).code(0);
    folder.write("team/policy.toml", manifest("bundle = \"base.pbundle\", version = \"1.4\""));
    folder.run(&["lock", "team"]).code(2).complains(&["P0918", "policyc build --sources"]);
    folder.run(&["build", "base", "--sources", "-o", "team/base.pbundle"]).code(0);
    std::fs::remove_dir_all(folder.at("base")).unwrap();
    folder.run(&["check", "team"]).code(1).says(&["P0930"]);
    folder.run(&["lock", "team"]).code(0).says(&["the bundle base.pbundle"]);
    assert_eq!(digest(&folder), path_digest);
    let by_bundle = folder
        .run(&["eval", "-p", "team", "wip.json", "--format", "json", "--now", "2026-11-21T00:00:00Z"])
        .code(1)
        .out;
    assert_eq!(by_bundle, by_path);

    folder.write("team/policy.toml", manifest("bundle = \"base.pbundle\", version = \"2\""));
    folder.run(&["check", "team"]).code(1).says(&["P0920", "1.4.0"]);
    folder.write("team/policy.toml", manifest("bundle = \"base.pbundle\", path = \"../base\""));
    folder.run(&["check", "team"]).code(1).says(&["P0902"]);
    folder.write("team/policy.toml", manifest("bundle = \"base.pbundle\""));
    let whole = std::fs::read(folder.at("team/base.pbundle")).unwrap();
    let mut broken = whole.clone();
    let middle = broken.len() / 2;
    broken[middle] ^= 1;
    folder.write("team/base.pbundle", &broken);
    folder.run(&["check", "team"]).code(1).says(&["P0918", "digest"]);
    folder.write("team/base.pbundle", &whole);
    folder.run(&["strip", "team/base.pbundle"]).code(0);
    folder.run(&["check", "team"]).code(1).says(&["P0918", "beside"]);
}

#[test]
fn a_bundle_brings_what_it_depends_on() {
    let folder = folder("path = \"../base\"");
    folder.write(
        "app/policy.toml",
        "name = \"app\"\n\n[dependencies]\nteam = { bundle = \"../team.pbundle\" }\n",
    );
    folder.write(
        "app/policies/app.policy",
        "module app\nuse team.gate\n\npolicy whole on title: String {\n  default allow\n  include gate(title) as gate\n}\n",
    );
    folder.run(&["build", "team", "--sources", "-o", "team.pbundle"]).code(0);
    std::fs::remove_dir_all(folder.at("base")).unwrap();
    std::fs::remove_dir_all(folder.at("team")).unwrap();
    folder
        .run(&["lock", "app"])
        .code(0)
        .says(&["base 1.4.0  ../team.pbundle  new", "team  ../team.pbundle  new"]);
    folder.run(&["eval", "-p", "app", "-e", "app.whole", "wip.json"]).code(1).says(&["say what changes"]);
}

#[test]
fn copies_stand_in_for_what_they_were_made_from() {
    for bundle in [false, true] {
        let place = if bundle { "bundle = \"../base.pbundle\"" } else { "path = \"../base\"" };
        let folder = folder(place);
        folder.run(&["build", "base", "--sources", "-o", "base.pbundle"]).code(0);
        let copy = if bundle { "team/vendor/base.pbundle" } else { "team/vendor/base" };
        folder.run(&["vendor", "team"]).code(0).says(&[copy, "team/policy.lock"]);
        folder.run(&["vendor", "team", "--check"]).code(0);
        let lock = folder.read("team/policy.lock");
        std::fs::rename(folder.at("base"), folder.at("away")).unwrap();
        std::fs::rename(folder.at("base.pbundle"), folder.at("away.pbundle")).unwrap();
        folder.run(&["eval", "-p", "team", "wip.json"]).code(1).says(&["say what changes"]);
        folder.run(&["build", "team", "--locked", "-o", "t.pbundle"]).code(0);
        folder.run(&["vendor", "team", "--check"]).code(2).complains(&["P0918"]);
        // A copy that somebody changed is not what was recorded.
        if !bundle {
            folder.write("team/vendor/base/data/banned.yaml", "- todo\n");
            refused(&folder);
        }
        std::fs::rename(folder.at("away"), folder.at("base")).unwrap();
        std::fs::rename(folder.at("away.pbundle"), folder.at("base.pbundle")).unwrap();
        folder.write("team/vendor/old/policy.toml", "name = \"old\"\n");
        let stale = folder.run(&["vendor", "team", "--check"]).code(1);
        stale.says(&["team/vendor/old  not what it should be"]);
        folder.run(&["vendor", "team"]).code(0);
        folder.run(&["vendor", "team", "--check"]).code(0);
        assert!(!folder.at("team/vendor/old").exists());
        assert_eq!(folder.read("team/policy.lock"), lock);
    }
}
