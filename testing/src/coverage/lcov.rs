//! LCOV, which `genhtml` and editors read: rules are functions, the truths of conditions are branches.

use policy_project::Files;

use super::{Coverage, Kind, join::lines_of};

/// The coverage in LCOV's form; paths are those of `files`.
#[must_use]
pub fn lcov(coverage: &Coverage, files: &Files) -> String {
    let mut out = String::new();
    for of in &coverage.files {
        let Some(file) = files.get(of.file) else { continue };
        out.push_str(&format!("TN:\nSF:{}\n", file.path));
        let rules: Vec<_> = of.items.iter().filter(|item| item.kind == Kind::Rule).collect();
        for rule in &rules {
            out.push_str(&format!("FN:{},{}\n", file.position(rule.location.span.lo).0, rule.name));
        }
        for rule in &rules {
            out.push_str(&format!("FNDA:{},{}\n", rule.hits[1], rule.name));
        }
        let found = rules.iter().filter(|rule| rule.hits[1] > 0).count();
        out.push_str(&format!("FNF:{}\nFNH:{found}\n", rules.len()));
        let (mut all, mut taken) = (0, 0);
        for (block, item) in of.items.iter().filter(|item| item.kind == Kind::Condition).enumerate() {
            let line = file.position(item.location.span.lo).0;
            let asked = item.hits.iter().any(|hits| *hits > 0);
            for (branch, hits) in item.hits.iter().enumerate() {
                let hits_shown = if asked { hits.to_string() } else { "-".to_owned() };
                out.push_str(&format!("BRDA:{line},{block},{branch},{hits_shown}\n"));
                all += 1;
                taken += u64::from(*hits > 0);
            }
        }
        out.push_str(&format!("BRF:{all}\nBRH:{taken}\n"));
        let lines = lines_of(of, file);
        for (line, hits) in &lines {
            out.push_str(&format!("DA:{line},{hits}\n"));
        }
        let hit = lines.values().filter(|hits| **hits > 0).count();
        out.push_str(&format!("LF:{}\nLH:{hit}\nend_of_record\n", lines.len()));
    }
    out
}
