use super::*;

#[cfg(unix)]
#[test]
fn nothing_outside_is_reached() {
    let outer = tempfile::tempdir().unwrap();
    let outer = outer.path().canonicalize().unwrap();
    let root = outer.join("project");
    std::fs::create_dir_all(root.join("in")).unwrap();
    std::fs::write(outer.join("secret"), "s").unwrap();
    std::fs::write(root.join("in/a"), "a").unwrap();
    std::os::unix::fs::symlink(outer.join("secret"), root.join("link")).unwrap();
    std::os::unix::fs::symlink(&outer, root.join("up")).unwrap();
    std::os::unix::fs::symlink(root.join("in/a"), root.join("good")).unwrap();

    let ask = |path: &str| confine(&root, &root.join("in"), Path::new(path));
    assert_eq!(ask("a").unwrap(), root.join("in/a"));
    assert_eq!(ask("../in/a").unwrap(), root.join("in/a"));
    assert_eq!(ask("../good").unwrap(), root.join("in/a"));
    for outside in
        ["../link", "../up/secret", "../../secret", "../../nothing", "/etc/hosts", "../up/project/../secret"]
    {
        assert_eq!(ask(outside), Err(Refused::Outside), "{outside}");
    }
    assert!(matches!(ask("nothing"), Err(Refused::System(_))));
}

#[test]
fn sizes_are_held() {
    assert_eq!(read_from(&b"abc"[..], 3).unwrap(), b"abc");
    assert_eq!(read_from(&b"abcd"[..], 3), Err(Refused::TooLarge(3)));
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(read(folder.path(), 3), Err(Refused::System("it is a folder".to_owned())));
    std::fs::write(folder.path().join("f"), "abcd").unwrap();
    assert_eq!(read(&folder.path().join("f"), 3), Err(Refused::TooLarge(3)));
    assert_eq!(read(&folder.path().join("f"), 4).unwrap(), b"abcd");
}
