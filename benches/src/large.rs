//! Sources of many lines, for what compiling takes.

use std::fmt::Write as _;

/// A module of about so many lines: policies of twenty rules on one type.
///
/// ```
/// assert!(policy_benches::large::source(1_000).lines().count() >= 1_000);
/// ```
#[must_use]
pub fn source(lines: usize) -> String {
    let mut source = String::from(
        "module large\ntype T = { name: String, size: Int 0..1_000_000, tags: List<String>, kind: String }\n",
    );
    let mut count = 2;
    let mut policy = 0;
    while count < lines {
        let _ = writeln!(source, "policy p{policy} on T {{\n  default allow");
        for rule in 0..20 {
            let size = rule * 40;
            let _ = writeln!(
                source,
                "  deny r{rule}\n    when size > {size} and name != \"n{rule}\" and \"t{rule}\" not in tags\n    \
                 because \"{{name}} of {{size}} lacks t{rule}\""
            );
        }
        source.push_str("}\n");
        count += 63;
        policy += 1;
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
    let mut source = String::from(
        "module large\ntype T = { name: String, size: Int 0..1_000_000, tags: List<String>, kind: String }\n\
         policy p0 on T {\n  default allow\n",
    );
    for rule in 0..count {
        let size = rule * 40;
        let _ = writeln!(
            source,
            "  deny r{rule}\n    when size > {size} and name != \"n{rule}\" and \"t{rule}\" not in tags\n    \
             because \"{{name}} of {{size}} lacks t{rule}\""
        );
    }
    source.push_str("}\n");
    source
}
