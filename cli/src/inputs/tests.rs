use super::*;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("in/deep")).unwrap();
    for (path, text) in [
        ("in/b.json", "{}"),
        ("in/a.yaml", "a: 1\n---\nb: 2\n"),
        ("in/deep/c.json", "1"),
        ("in/notes.md", "x"),
        ("plain", "{\"a\": 1}"),
        ("riddle", "what am I"),
    ] {
        std::fs::write(folder.path().join(path), text).unwrap();
    }
    folder
}

fn shown(root: &Path, found: &[Input]) -> Vec<String> {
    let path = |input: &Input| input.path.clone().unwrap();
    found.iter().map(|input| path(input).strip_prefix(root).unwrap().display().to_string()).collect()
}

#[test]
fn folders_and_patterns_become_files_in_order() {
    let folder = folder();
    let root = folder.path();
    let (found, problems) = find(&[root.join("in"), root.join("in/b.json")]);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(shown(root, &found), ["in/a.yaml", "in/b.json", "in/deep/c.json"]);
    let (found, _) = find(&[root.join("in/*.json")]);
    assert_eq!(shown(root, &found), ["in/b.json"]);
    let (found, _) = find(&[root.join("**/*.json")]);
    assert_eq!(shown(root, &found), ["in/b.json", "in/deep/c.json"]);
}

#[test]
fn names_that_lead_nowhere_are_told() {
    let folder = folder();
    let root = folder.path();
    std::fs::create_dir(root.join("empty")).unwrap();
    let (found, problems) = find(&[root.join("in/*.toml"), root.join("empty")]);
    assert!(found.is_empty());
    assert!(problems[0].starts_with("no file matches"), "{problems:?}");
    assert!(problems[1].contains("holds no input"), "{problems:?}");
}

#[test]
fn documents_are_read_by_ending_by_request_or_by_look() {
    let folder = folder();
    let root = folder.path();
    let one = |path: &str| Input { path: Some(root.join(path)), named: true };
    assert_eq!(read(&one("in/a.yaml"), None, 1000, &Columns::default()).unwrap().len(), 2);
    assert_eq!(
        read(&one("plain"), None, 1000, &Columns::default()).unwrap()[0].as_ref().unwrap().json,
        b"{\"a\": 1}"
    );
    assert!(read(&one("riddle"), None, 1000, &Columns::default()).unwrap_err().contains("--input-format"));
    assert_eq!(read(&one("riddle"), Some(Format::Yaml), 1000, &Columns::default()).unwrap().len(), 1);
    assert!(read(&one("gone.json"), None, 1000, &Columns::default()).unwrap_err().contains("no such file"));
    assert!(read(&one("in/a.yaml"), None, 3, &Columns::default()).unwrap_err().contains("larger than"));
}
