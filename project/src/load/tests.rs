use super::*;
use crate::fixtures::Fixtures;

fn project(files: &[(&str, &str)]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let root = folder.path().canonicalize().unwrap();
    (folder, root)
}

fn open(path: &Path) -> Project {
    Project::open(path, &Overlay::new()).unwrap()
}

fn messages(project: &Project) -> Vec<String> {
    project.diagnostics.iter().map(|d| d.message.clone()).collect()
}

#[test]
fn modules_are_named_after_their_paths() {
    let (_keep, root) = project(&[
        ("policy.toml", "name = \"p\"\nsources = [\"policies\", \"tests\"]\n"),
        ("policies/ci/ai_changes.policy", "module ci.ai_changes\n"),
        ("policies/a.policy", "module a\n"),
        ("policies/notes.txt", ""),
        ("policies/.hidden/x.policy", ""),
        ("policies/other/policy.toml", "name = \"q\"\n"),
        ("policies/other/x.policy", ""),
        ("tests/t.policy", "module t\n"),
    ]);
    let found = open(&root);
    assert_eq!(messages(&found), Vec::<String>::new());
    let names: Vec<_> = found.modules.iter().map(|m| m.name.as_deref().unwrap()).collect();
    assert_eq!(names, ["a", "ci.ai_changes", "t"]);
    let paths: Vec<_> =
        found.modules.iter().map(|m| found.files.get(m.file).unwrap().path.as_str()).collect();
    assert_eq!(paths, ["policies/a.policy", "policies/ci/ai_changes.policy", "tests/t.policy"]);
    assert_eq!(open(&root.join("policies/ci")).root, root);
    assert_eq!(open(&root.join("policies/ci/ai_changes.policy")).root, root);
    assert_eq!(open(&root.join("policy.toml")).root, root);
}

#[test]
fn a_lone_file_is_a_project_of_its_own() {
    let (_keep, root) = project(&[("x.policy", "module any.name\n")]);
    let found = open(&root.join("x.policy"));
    assert_eq!(found.modules.len(), 1);
    assert_eq!(found.modules[0].name, None);
    assert_eq!(found.manifest_file, None);
    assert!(matches!(Project::open(&root, &Overlay::new()), Err(LoadError::NoProject { .. })));
    assert!(matches!(Project::open(&root.join("no"), &Overlay::new()), Err(LoadError::Unreadable { .. })));
}

#[test]
fn unsaved_text_stands_in_for_a_file() {
    let (_keep, root) = project(&[("policy.toml", "name = \"p\"\n"), ("policies/a.policy", "old")]);
    let overlay = Overlay::from([(root.join("policies/a.policy"), "new".to_owned())]);
    let found = Project::open(&root, &overlay).unwrap();
    assert_eq!(found.files.get(found.modules[0].file).unwrap().text.as_ref(), "new");
}

#[test]
fn what_is_wrong_with_sources_is_reported() {
    let (_keep, root) = project(&[
        ("policy.toml", "name = \"p\"\nsources = [\"a\", \"b\", \"gone\", \"../up\"]\n"),
        ("a/m.policy", ""),
        ("b/m.policy", ""),
        ("b/1st.policy", ""),
    ]);
    std::fs::write(root.join("a/bad.policy"), b"\xFFx").unwrap();
    let all = messages(&open(&root)).join("\n");
    for words in ["both module m", "`1st` is no name", "gone cannot be used", "../up leads out", "not UTF-8"]
    {
        assert!(all.contains(words), "{words}: {all}");
    }
    let (_keep, empty) = project(&[("policy.toml", "name = \"p\"\n"), ("policies/readme", "")]);
    assert!(messages(&open(&empty))[0].contains("no .policy file"));
}

#[cfg(unix)]
#[test]
fn links_out_of_the_project_are_refused() {
    let (_keep, outside) = project(&[("evil.policy", ""), ("evil.json", "1")]);
    let (_keep2, root) =
        project(&[("policy.toml", "name = \"p\"\n"), ("policies/a.policy", ""), ("data/d.json", "1")]);
    std::os::unix::fs::symlink(outside.join("evil.policy"), root.join("policies/evil.policy")).unwrap();
    std::os::unix::fs::symlink(outside.join("evil.json"), root.join("data/evil.json")).unwrap();
    std::os::unix::fs::symlink(root.join("policies"), root.join("policies/loop")).unwrap();
    let found = open(&root);
    let all = messages(&found).join("\n");
    assert!(all.contains("policies/evil.policy leads out"), "{all}");
    assert!(all.contains("data/evil.json leads out"), "{all}");
    assert!(all.contains("leads back"), "{all}");
    assert_eq!(found.modules.len(), 1);
    assert_eq!(found.data.len(), 1);
}

#[test]
fn data_files_belong_to_items() {
    let (_keep, root) = project(&[
        ("policy.toml", "name = \"p\"\n"),
        ("policies/a.policy", ""),
        ("data/models.yaml", "- m-1\n- 1.10\n"),
        ("data/k8s/limits.json", "{\"a\": 1}"),
        ("data/rows.csv", "n,v\na,1\n"),
        ("data/modles.toml", "a = 1"),
        ("data/notes.md", ""),
        ("data/broken.yaml", "a: [1"),
    ]);
    let found = open(&root);
    assert!(messages(&found)[0].contains("broken.yaml"), "{:?}", messages(&found));
    let items = ["ci.models", "k8s.limits", "other.limits", "x.rows", "y.rows"];
    let named = items.map(|name| DataItem { name, package: 0 });
    let (bound, problems) = found.bind_data(&named);
    let shown: Vec<_> =
        bound.iter().map(|(item, file)| (items[*item], found.data[*file].path.as_str())).collect();
    assert_eq!(shown, [("ci.models", "data/models.yaml"), ("k8s.limits", "data/k8s/limits.json")]);
    assert_eq!(found.data.iter().find(|f| f.name == "models").unwrap().json, b"[\"m-1\",1.10]");
    let text: Vec<_> = problems.iter().map(|d| d.message.as_str()).collect();
    assert_eq!(text.len(), 2, "{text:?}");
    assert!(text[0].contains("modles.toml belongs to no data item"), "{text:?}");
    assert_eq!(problems[0].help, ["rename it if `models` was meant"]);
    assert!(text[1].contains("x.rows and y.rows"), "{text:?}");
}

#[test]
fn fixtures_are_read_below_the_project() {
    let (_keep, root) = project(&[
        ("policy.toml", "name = \"p\"\n"),
        ("policies/a.policy", ""),
        ("tests/in/b.yaml", "b: 2\n"),
        ("tests/in/a.json", "{\"a\": 1}"),
        ("tests/in/deep/c.json", "3"),
        ("tests/two.yaml", "1\n---\n2\n"),
        ("tests/t.csv", "a\n1\n"),
        ("tests/x.bin", ""),
    ]);
    let read = Fixtures::new(&root, &root.join("tests"));
    assert_eq!(read.one("in/b.yaml").unwrap(), b"{\"b\":2}");
    assert_eq!(read.documents("two.yaml").unwrap(), b"[1,2]");
    assert_eq!(read.table("t.csv").unwrap(), b"[{\"a\":1}]");
    assert_eq!(read.many("in/*").unwrap(), b"[{\"a\": 1},{\"b\":2}]");
    assert_eq!(read.many("in/**/*.json").unwrap(), b"[{\"a\": 1},3]");
    for (problem, words) in [
        (read.one("two.yaml"), "2 documents"),
        (read.one("../../secret.json"), "out of the project"),
        (read.one("gone.json"), "no such file"),
        (read.one("x.bin"), "format cannot be told"),
        (read.one("in"), "format cannot be told"),
        (read.table("in/a.json"), "no table"),
        (read.many("in/*.toml"), "no file matches"),
        (read.many("../../*"), "out of the project"),
        (read.many("in/[a"), "cannot be read"),
    ] {
        let problem = problem.unwrap_err();
        assert!(problem.contains(words), "{words}: {problem}");
    }
}

#[test]
fn positions_count_characters_from_one() {
    let file = SourceFile::new("f".to_owned(), "\u{feff}a\u{e4}b\r\nc\n".to_owned());
    assert_eq!(file.position(0), (1, 1));
    assert_eq!(file.position(4), (1, 2));
    assert_eq!(file.position(5), (1, 2));
    assert_eq!(file.position(6), (1, 3));
    assert_eq!(file.position(9), (2, 1));
    assert_eq!(file.position(9999), (3, 1));
    assert_eq!(file.line(1), "\u{feff}a\u{e4}b");
    assert_eq!(file.line(2), "c");
    assert_eq!(file.line(9), "");
}
