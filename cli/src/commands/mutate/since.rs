//! What differs from a revision of git.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;
use std::process::Command;

/// The lines of files that differ from a revision, by their paths below the project.
#[derive(Debug, Default)]
pub(super) struct Changed {
    files: BTreeMap<String, Vec<RangeInclusive<u32>>>,
}

impl Changed {
    /// Whether some lines of a file differ.
    pub(super) fn touches(&self, path: &str, lines: RangeInclusive<u32>) -> bool {
        let overlaps = |one: &RangeInclusive<u32>| one.start() <= lines.end() && lines.start() <= one.end();
        self.files.get(path).is_some_and(|all| all.iter().any(overlaps))
    }
}

/// The lines below a folder that differ from a revision.
pub(super) fn changed(root: &Path, revision: &str) -> Result<Changed, String> {
    if revision.starts_with('-') {
        return Err(format!("{revision} is no revision"));
    }
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(["diff", "--relative", "--no-color", "--no-ext-diff", "--unified=0", revision, "--", "."])
        .output()
        .map_err(|error| format!("git cannot be run: {error}"))?;
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stderr);
        return Err(format!("git does not know what differs from {revision}: {}", told.trim()));
    }
    Ok(read(&String::from_utf8_lossy(&output.stdout)))
}

/// Reads a difference without context.
fn read(text: &str) -> Changed {
    let mut changed = Changed::default();
    let mut path: Option<String> = None;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("+++ ") {
            path = name.strip_prefix("b/").map(str::to_owned);
        } else if let (Some(rest), Some(path)) = (line.strip_prefix("@@ "), &path) {
            let Some(new) = rest.split(' ').find_map(|part| part.strip_prefix('+')) else { continue };
            let (start, count) = new.split_once(',').unwrap_or((new, "1"));
            let (start, count) = (start.parse().unwrap_or(0), count.parse().unwrap_or(0_u32));
            if count > 0 {
                changed.files.entry(path.clone()).or_default().push(start..=start + count - 1);
            }
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_those_of_the_new_version() {
        let text = "diff --git a/x.policy b/x.policy\n--- a/x.policy\n+++ b/x.policy\n@@ -3,0 +4,2 @@ policy\n+a\n+b\n@@ -9 +11 @@\n-c\n+d\n@@ -20,2 +22,0 @@\n-e\n";
        let changed = read(text);
        assert!(changed.touches("x.policy", 5..=9) && changed.touches("x.policy", 11..=11));
        assert!(!changed.touches("x.policy", 6..=10) && !changed.touches("y.policy", 4..=4));
        assert!(!changed.touches("x.policy", 22..=22));
    }
}
