//! Files stay small: most source files under 300 lines, none over 800.

use crate::tree::Tree;

const MOST: usize = 800;
const USUAL: usize = 300;
/// The share of source files that may be longer than usual, in percent.
const LONGER: usize = 25;

pub(crate) fn check(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    let mut longer = 0;
    let sources: Vec<String> = tree.files().into_iter().filter(|path| path.ends_with(".rs")).collect();
    for path in &sources {
        let lines = tree.read(path).map_or(0, |text| text.lines().count());
        if lines > USUAL {
            longer += 1;
        }
        if lines > MOST {
            found.push(format!("{path}: {lines} lines, at most {MOST} are allowed: split it by concern"));
        }
    }
    if longer * 100 > sources.len() * LONGER {
        found.push(format!(
            "{longer} of {} files are over {USUAL} lines, at most {LONGER} % may be",
            sources.len()
        ));
    }
    found
}
