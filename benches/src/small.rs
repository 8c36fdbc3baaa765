//! Decisions that are over at once, so that what every decision costs can be counted: entering a policy, and telling what was found.

use std::fmt::Write as _;

/// A policy without a rule that could apply, and a document for it.
pub const NOTHING: (&str, &str) = (
    "module small\npolicy main on { size: Int } {\n  default allow\n  deny large when size > 1_000\n}\n",
    r#"{"size":7}"#,
);

/// Users, their roles and what roles may, as data.
pub const ROLES: (&str, &str) = (
    "module small\ndata assignments: Map<String, Set<String>>\ndata grants: Map<String, Set<String>>\n\
     policy main on { user: String, permission: String } {\n  default deny\n  \
     allow granted when any r in (assignments[user] ?? {}): permission in (grants[r] ?? {})\n}\n",
    r#"{"user":"user000123","permission":"p20"}"#,
);

/// Data for [`ROLES`]: a thousand users of three roles each, and what 200 roles may.
#[must_use]
pub fn roles() -> serde_json::Value {
    let assignments: serde_json::Map<String, serde_json::Value> = (0..1_000)
        .map(|user| {
            let roles: Vec<String> = (0..3).map(|at| format!("role{}", (user * 7 + at * 31) % 200)).collect();
            (format!("user{user:06}"), roles.into())
        })
        .collect();
    let grants: serde_json::Map<String, serde_json::Value> = (0..200)
        .map(|role| {
            let permissions: Vec<String> = (0..10).map(|at| format!("p{}", role * 7 % 300 + at)).collect();
            (format!("role{role}"), permissions.into())
        })
        .collect();
    serde_json::json!({ "small.assignments": assignments, "small.grants": grants })
}

/// A thousand rules of which each is for one principal, action and resource; and a request that one of them allows.
#[must_use]
pub fn statics() -> (String, &'static str) {
    let mut source = String::from(
        "module small\nentity User\nentity Photo\nenum Action { view, edit, share }\n\
         policy main on { principal: User, action: Action, resource: Photo } {\n  default deny\n",
    );
    for at in 0..1_000 {
        let action = ["view", "edit", "share"].get(at % 3).unwrap_or(&"view");
        let _ = writeln!(
            source,
            "  allow r{at} when principal == User::\"u{}\" and action == {action} and resource == Photo::\"p{at}\"",
            at % 100
        );
    }
    source.push_str("}\n");
    (source, r#"{"principal":"u45","action":"view","resource":"p345"}"#)
}

/// Ten filters over a flat record, as a firewall has them.
pub const FILTERS: (&str, &str) = (
    r#"module small
type Request = { port: Int 0..65_535, method: String, path: String, agent: String, country: String }
policy main on Request {
  default allow
  deny f0 when port == 8080
  deny f1 when method == "DELETE"
  deny f2 when country in ["c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "c10", "c11", "c12", "c13", "c14", "c15", "c16", "c17"]
  deny f3 when path contains re"^/admin/[a-z]+$"
  deny f4 when agent contains "bot"
  deny f5 when port < 100 and method == "POST"
  deny f6 when method == "PUT" and path contains "/internal"
  deny f7 when port >= 60000
  deny f8 when agent contains re"^(curl|wget)/[0-9]+"
  deny f9 when path == "/health" and method == "GET"
}
"#,
    r#"{"port":443,"method":"GET","path":"/items/7","agent":"Mozilla/5.0 (X11)","country":"zz"}"#,
);
