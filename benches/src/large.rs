//! Sources of many lines, for what compiling takes.

use std::fmt::Write as _;

/// What both begin with.
const HEAD: &str =
    "module large\ntype T = { name: String, size: Int 0..1_000_000, tags: List<String>, kind: String }\n";

/// Writes a policy of so many rules.
fn policy(source: &mut String, name: usize, rules: usize) {
    let _ = writeln!(source, "policy p{name} on T {{\n  default allow");
    for rule in 0..rules {
        let size = rule * 40;
        let _ = writeln!(
            source,
            "  deny r{rule}\n    when size > {size} and name != \"n{rule}\" and \"t{rule}\" not in tags\n    \
             because \"{{name}} of {{size}} lacks t{rule}\""
        );
    }
    source.push_str("}\n");
}

/// A module of about so many lines: policies of twenty rules on one type.
///
/// ```
/// assert!(policy_benches::large::source(1_000).lines().count() >= 1_000);
/// ```
#[must_use]
pub fn source(lines: usize) -> String {
    let mut source = HEAD.to_owned();
    // A policy of twenty rules is 63 lines.
    for name in 0..lines.saturating_sub(2).div_ceil(63) {
        policy(&mut source, name, 20);
    }
    source
}

/// A module of one policy, `large.p0`, of so many rules.
///
/// ```
/// assert_eq!(policy_benches::large::rules(1_000).matches("deny r").count(), 1_000);
/// ```
#[must_use]
pub fn rules(count: usize) -> String {
    let mut source = HEAD.to_owned();
    policy(&mut source, 0, count);
    source
}

/// What a rule of [`statics`] is about, by its position: a user, an action and a photo.
#[must_use]
pub fn static_rule(at: usize, count: usize) -> (usize, &'static str, usize) {
    let users = (count / 10).max(10);
    let action = ["view", "edit", "share"].get(at % 3).unwrap_or(&"view");
    (at % users, action, at / users * 7 + at % 7)
}

/// The most rules of [`statics`] in one file: a source has its limit.
const A_FILE: usize = 100_000;

/// So many rules of which each is for one principal, action and resource, in the policy `static.access`. Where they are more than a
/// file takes, it includes policies of other files.
///
/// ```
/// assert_eq!(policy_benches::large::statics(1_000).len(), 1);
/// assert_eq!(policy_benches::large::statics(100_001).len(), 4);
/// ```
#[must_use]
pub fn statics(count: usize) -> Vec<String> {
    const TYPES: &str = "entity User\nentity Photo\nenum Action { view, edit, share }\n";
    const SUBJECT: &str = "on { principal: User, action: Action, resource: Photo }";
    if count <= A_FILE {
        let mut source = format!("module static\n{TYPES}policy access {SUBJECT} {{\n  default deny\n");
        static_rules(&mut source, 0..count, count);
        return vec![source];
    }
    let parts = count.div_ceil(A_FILE);
    let mut things = format!(
        "module things\n{TYPES}type Asked = {{ principal: User, action: Action, resource: Photo }}\n"
    );
    for kind in ["entity", "enum", "type"] {
        things = things.replace(&format!("\n{kind}"), &format!("\npub {kind}"));
    }
    let mut all = "module static\nuse things.{Asked}\n".to_owned();
    for part in 0..parts {
        let _ = writeln!(all, "use part{part}.{{access as access{part}}}");
    }
    all.push_str("policy access on asked: Asked {\n  default deny\n");
    for part in 0..parts {
        let _ = writeln!(all, "  include access{part}(asked) as part{part}");
    }
    all.push_str("}\n");
    let mut files = vec![things, all];
    for part in 0..parts {
        let mut source = format!(
            "module part{part}\nuse things.{{User, Photo, Action, Asked}}\npub policy access on Asked {{\n  default deny\n"
        );
        static_rules(&mut source, part * A_FILE..((part + 1) * A_FILE).min(count), count);
        files.push(source);
    }
    files
}

fn static_rules(source: &mut String, positions: std::ops::Range<usize>, count: usize) {
    for at in positions {
        let (user, action, photo) = static_rule(at, count);
        let _ = writeln!(
            source,
            "  allow r{at} when principal == User::\"u{user}\" and action == {action} and resource == Photo::\"p{photo}\""
        );
    }
    source.push_str("}\n");
}
