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
