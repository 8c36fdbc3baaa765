//! The pages hold together: every link leads somewhere, and every mark that begins ends.

use super::*;
use crate::coverage::tests::measured;

#[test]
fn links_lead_to_pages_and_marks_are_closed() {
    let (workspace, coverage) = measured();
    let pages = html(&coverage, &workspace.project.files);
    let names: Vec<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["index.html", "source-1.html", "style.css", "sort.js"]);
    for (name, text) in pages.iter().filter(|(name, _)| name.ends_with(".html")) {
        assert_eq!(text.matches("<mark").count(), text.matches("</mark>").count(), "{name}");
        for link in text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let (page, anchor) = link.split_once('#').unwrap_or((link, ""));
            let there = pages.iter().find(|(name, _)| name == page);
            let there = there.unwrap_or_else(|| panic!("{name} leads to {link}, which is not there"));
            assert!(anchor.is_empty() || there.1.contains(&format!("id=\"{anchor}\"")), "{link}");
        }
    }
    assert!(pages[1].1.contains("true 0 times"), "{}", pages[1].1);
    assert!(pages[0].1.contains("never true"));
}
