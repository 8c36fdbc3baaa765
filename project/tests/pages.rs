//! The pages on this crate's diagnostics hold a project that fails and one that does not; both are opened here.
//! Pages that need the checker (`P0912`, `P0913`) are held by the crate that runs it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::path::Path;

use policy_project::{DataItem, Overlay, Project};

/// The files of a section: each code block names its path.
fn files(page: &str, section: &str) -> Vec<(String, String)> {
    let body = page.split(&format!("\n## {section}\n")).nth(1).unwrap_or("");
    let body = body.split("\n## ").next().unwrap_or("");
    let mut out = Vec::new();
    let mut lines = body.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let path = info.split("path=").nth(1).expect("a block without a path");
        let text: String =
            lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
        out.push((path.to_owned(), text));
    }
    out
}

/// The codes that opening the project gives.
fn codes(files: &[(String, String)]) -> Vec<u16> {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    // A page with several projects has the one that is asked for in `app`.
    let app = folder.path().join("app");
    let project = if app.is_dir() { app } else { folder.path().to_path_buf() };
    let project = Project::open(&project, &Overlay::new()).unwrap();
    let items: Vec<String> = project
        .modules
        .iter()
        .flat_map(|module| {
            let text = &project.files.get(module.file).unwrap().text;
            let name = module.name.clone().unwrap();
            let items: Vec<String> = text
                .lines()
                .filter_map(|line| line.strip_prefix("pub ").unwrap_or(line).strip_prefix("data "))
                .map(|rest| format!("{name}.{}", rest.split(':').next().unwrap()))
                .collect();
            items
        })
        .collect();
    let items: Vec<DataItem<'_>> = items.iter().map(|name| DataItem { name, package: 0 }).collect();
    let mut found = project.diagnostics.clone();
    found.extend(project.bind_data(&items).1);
    found.iter().map(|one| one.code.0).collect()
}

#[test]
fn every_page_fails_and_is_mended() {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/diagnostics");
    for code in (900..=914).chain(918..=922).chain(927..=931).filter(|code| !matches!(code, 912 | 913)) {
        let path = pages.join(format!("P{code:04}.md"));
        let page =
            std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("there is no {}", path.display()));
        assert!(page.starts_with(&format!("# P{code:04}: ")), "P{code:04}");
        let fails = codes(&files(&page, "Fails"));
        assert!(fails.contains(&code), "P{code:04} fails with {fails:?}");
        assert_eq!(codes(&files(&page, "Mended")), Vec::<u16>::new(), "P{code:04} is not mended");
    }
}
