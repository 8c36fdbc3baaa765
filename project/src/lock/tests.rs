use super::{Locked, Origin, changes, parse, text};

fn locked(name: &str, origin: Origin) -> Locked {
    let id = matches!(origin, Origin::Bundle(_)).then(|| "sha256:01".to_owned());
    Locked { name: name.to_owned(), version: None, origin, digest: "sha256:00".to_owned(), id }
}

#[test]
fn what_is_written_is_read() {
    let all = vec![
        locked("a \"b\"", Origin::Folder("../a\n".to_owned())),
        Locked {
            version: Some("1.0.0".to_owned()),
            ..locked("c", Origin::Bundle("deps/c.pbundle".to_owned()))
        },
    ];
    assert_eq!(parse(&text(&all)), Ok(all));
    assert_eq!(parse(&text(&[])), Ok(Vec::new()));
}

#[test]
fn what_is_none_is_refused() {
    for none in [
        "",
        "version = 0",
        "version = 1\nmore = 2",
        "version = 1\n[[dependency]]\nname = \"a\"\npath = \"a\"\nbundle = \"a\"\ndigest = \"\"",
        "version = 1\n[[dependency]]\nname = \"a\"\npath = \"a\"",
    ] {
        assert!(parse(none).is_err(), "{none}");
    }
}

#[test]
fn every_difference_is_named() {
    let folder = locked("a", Origin::Folder("../a".to_owned()));
    assert_eq!(changes(&folder, &folder), Vec::<String>::new());
    let bundle = Locked {
        version: Some("1.0.0".to_owned()),
        digest: String::new(),
        ..locked("a", Origin::Bundle("a.pbundle".to_owned()))
    };
    assert_eq!(changes(&folder, &bundle).len(), 4);
}
