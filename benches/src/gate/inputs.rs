//! Inputs of the gate: about 2 kB each, thirty files, ten commits; every rule fires for some and not for others.

use serde_json::{Value, json};

use crate::random::Random;

const USERS: &[&str] = &["ann", "bob", "carol", "dave", "zoe", "erin", "mallory"];
const HEAD: &str = "a1b2c3d4";

/// The document that breaks no rule.
#[must_use]
pub fn passing() -> Value {
    document(&mut Random::new(1), 0)
}

/// A document that breaks rules of every kind.
#[must_use]
pub fn failing() -> Value {
    let mut change = document(&mut Random::new(2), 0);
    change["pr"]["base"] = json!("release/2.1");
    change["pr"]["title"] = json!("Rotate the session keys");
    change["pr"]["additions"] = json!(1_812);
    change["approvals"] = json!([
        { "user": "ci-bot", "type": "bot", "sha": HEAD },
        { "user": "dave", "type": "human", "sha": "00ff00ff" },
    ]);
    change["ai"] = json!({ "used": true, "tool": "cli", "model": "acme/unknown", "provider": "vendor3", "reviewed_by": "ann" });
    change["files"][0] = json!("infra/main.tf");
    change["files"][1] = json!(".github/workflows/ci.yml");
    change["files"][2] = json!("db/migrations/1.sql");
    change["labels"] = json!(["area/auth", "kind/feature", "size/l", "Weird Label"]);
    change["commits"][0]["ai"] = json!(true);
    change["commits"][4]["msg"] = json!("wip");
    change
}

/// `count` documents, of which about half pass.
#[must_use]
pub fn mixed(count: usize) -> Vec<Value> {
    let mut random = Random::new(7);
    (0..count)
        .map(|index| {
            let defects = if index % 2 == 0 { 0 } else { 25 };
            document(&mut random, defects)
        })
        .collect()
}

/// A document in which each thing that could be wrong is, `defects` times in a hundred.
fn document(random: &mut Random, defects: u64) -> Value {
    let author = "ann";
    let release = random.chance(defects);
    let size = if random.chance(defects) { 1_700 } else { 100 + random.below(1_300) };
    let title = if random.chance(defects) { "Change things" } else { "feat(auth): rotate session keys" };
    json!({
        "pr": {
            "number": random.below(10_000),
            "title": title,
            "author": author,
            "base": if release { "release/2.1" } else { "main" },
            "head": HEAD,
            "additions": size,
            "deletions": random.below(90),
        },
        "files": files(random, defects),
        "approvals": approvals(random, defects),
        "ai": disclosure(random, defects),
        "labels": if random.chance(defects) { json!(["area/auth", "Weird Label"]) } else { json!(["area/auth", "kind/feature", "size/l"]) },
        "commits": (0..10).map(|step| commit(random, step, defects)).collect::<Vec<_>>(),
    })
}

fn files(random: &mut Random, defects: u64) -> Vec<String> {
    let mut files: Vec<String> =
        (0..20).map(|file| format!("src/m{}/f{file}.rs", random.below(20))).collect();
    files.extend((0..8).map(|page| format!("docs/p{page}.md")));
    files.push(if random.chance(defects) {
        "db/migrations/1.sql".into()
    } else {
        "src/auth/login.rs".into()
    });
    files.push(if random.chance(defects) { "deploy/prod.yaml".into() } else { "README.md".into() });
    files
}

fn approvals(random: &mut Random, defects: u64) -> Vec<Value> {
    let mut approvals = vec![json!({ "user": "ci-bot", "type": "bot", "sha": HEAD })];
    if !random.chance(defects) {
        approvals.push(json!({ "user": "bob", "type": "human", "sha": HEAD }));
        approvals.push(json!({ "user": "carol", "type": "human", "sha": HEAD }));
    }
    let user = random.pick(USERS);
    approvals.push(json!({ "user": user, "type": "human", "sha": "00ff00ff" }));
    approvals
}

fn disclosure(random: &mut Random, defects: u64) -> Value {
    let model = random.below(50);
    let mut disclosure = json!({
        "used": true,
        "tool": "cli",
        "model": format!("vendor{}/model-{model}", model % 7),
        "provider": format!("vendor{}", model % 7),
        "extent": "assisted",
        "reviewed_by": "ann",
    });
    if random.chance(defects) {
        disclosure["model"] = json!("acme/unknown");
    }
    if random.chance(defects)
        && let Some(fields) = disclosure.as_object_mut()
    {
        fields.remove("extent");
    }
    disclosure
}

fn commit(random: &mut Random, step: u64, defects: u64) -> Value {
    let ai = step.is_multiple_of(3);
    let mut message = format!("feat(m{step}): step {step}\n\n");
    if ai && !random.chance(defects / 4) {
        message.push_str("Assisted-by: model-3\n");
    }
    if !random.chance(defects / 4) {
        message.push_str("Signed-off-by: Ann <a@x.io>");
    }
    json!({ "sha": format!("{:08x}", random.bits() & 0xffff_ffff), "ai": ai, "msg": message })
}
