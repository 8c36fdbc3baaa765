use super::*;

fn read(format: Format, text: &str) -> Vec<Result<String, String>> {
    documents(format, text.as_bytes())
        .into_iter()
        .map(|read| match read {
            Ok(document) => {
                let json = String::from_utf8(document.json).unwrap();
                if format != Format::Json {
                    serde_json::from_str::<serde::de::IgnoredAny>(&json).expect(&json);
                }
                Ok(json)
            }
            Err(error) => Err(error.to_string()),
        })
        .collect()
}

fn one(format: Format, text: &str) -> String {
    match read(format, text).as_slice() {
        [Ok(json)] => json.clone(),
        other => panic!("{other:?}"),
    }
}

fn problem(format: Format, text: &str) -> String {
    match read(format, text).as_slice() {
        [Err(error)] => error.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn formats_are_told_by_the_ending() {
    for (name, format) in [
        ("a.json", Some(Format::Json)),
        ("a.JSON", Some(Format::Json)),
        ("a.jsonl", Some(Format::JsonLines)),
        ("a.ndjson", Some(Format::JsonLines)),
        ("a.yml", Some(Format::Yaml)),
        ("a.b.yaml", Some(Format::Yaml)),
        ("a.toml", Some(Format::Toml)),
        ("a.csv", Some(Format::Csv)),
        ("a.tsv", Some(Format::Tsv)),
        ("a.txt", None),
        ("json", None),
    ] {
        assert_eq!(Format::of_path(Path::new(name)), format, "{name}");
    }
}

#[test]
fn yaml_scalars_follow_the_core_schema() {
    for (yaml, json) in [
        ("9007199254740993", "9007199254740993"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("1.10", "1.10"),
        ("+1", "1"),
        ("007", "7"),
        ("0x1F", "31"),
        ("0o17", "15"),
        (".5", "0.5"),
        ("5.", "5.0"),
        ("1e3", "1e3"),
        ("-0", "-0"),
        ("-12.50e-3", "-12.50e-3"),
        ("~", "null"),
        ("Null", "null"),
        ("True", "true"),
        ("yes", "\"yes\""),
        ("on", "\"on\""),
        ("'1'", "\"1\""),
        ("\"a\\tb\"", "\"a\\tb\""),
        ("1.2.3", "\"1.2.3\""),
        ("2026-11-21", "\"2026-11-21\""),
        ("12:30", "\"12:30\""),
        ("1_000", "\"1_000\""),
        ("!!str 12", "\"12\""),
        ("!!int 12", "12"),
        ("! 12", "\"12\""),
        ("e3", "\"e3\""),
        (".", "\".\""),
        ("-", "[null]"),
    ] {
        assert_eq!(one(Format::Yaml, yaml), json, "{yaml}");
    }
}

#[test]
fn yaml_structures_become_json() {
    assert_eq!(
        one(Format::Yaml, "a: 1\nb:\n  - x\n  - {c: [1, 2], d: }\n8080: tcp\n\"q\": |\n  l1\n  l2\n"),
        r#"{"a":1,"b":["x",{"c":[1,2],"d":null}],"8080":"tcp","q":"l1\nl2\n"}"#
    );
    assert_eq!(one(Format::Yaml, "{}"), "{}");
    assert_eq!(one(Format::Yaml, "- []\n- {}"), "[[],{}]");
}

#[test]
fn yaml_keys_that_occur_twice_are_left_for_the_reader_of_values() {
    assert_eq!(one(Format::Yaml, "a: 1\na: 2"), r#"{"a":1,"a":2}"#);
}

#[test]
fn yaml_holds_several_documents() {
    assert_eq!(
        read(Format::Yaml, "---\na: 1\n---\n---\n# nothing\n---\nb: 2\n...\n---\nnull\n"),
        [Ok(r#"{"a":1}"#.to_owned()), Ok(r#"{"b":2}"#.to_owned()), Ok("null".to_owned())]
    );
    assert!(read(Format::Yaml, "# only a comment\n").is_empty());
    let lines: Vec<_> =
        documents(Format::Yaml, b"a: 1\n---\nb: 2\n").into_iter().map(|d| d.unwrap().line).collect();
    assert_eq!(lines, [1, 2]);
}

#[test]
fn a_broken_yaml_document_does_not_hide_the_next() {
    let all = read(Format::Yaml, "a: [1\n---\nb: 2\n");
    assert!(all[0].is_err(), "{all:?}");
    assert_eq!(all.last().unwrap().as_deref(), Ok(r#"{"b":2}"#));
}

#[test]
fn yaml_aliases_are_written_out() {
    assert_eq!(
        one(Format::Yaml, "base: &b {x: 1, y: &t text}\ncopy: *b\n*t : 3\n"),
        r#"{"base":{"x":1,"y":"text"},"copy":{"x":1,"y":"text"},"text":3}"#
    );
}

#[test]
fn yaml_that_json_cannot_say_is_refused_with_its_place() {
    for (yaml, words) in [
        ("a: &b {x: 1}\nc:\n  <<: *b\n", "merge keys"),
        ("a: !Ref Bucket", "!Ref"),
        ("a: .inf", "finite"),
        ("a: .nan", "finite"),
        ("? [a]\n: 1", "a key is text"),
        ("a: &x [*x]", "alias"),
        ("a: !!int no", "!!int"),
        ("a: *gone", "anchor"),
    ] {
        let error = problem(Format::Yaml, yaml);
        assert!(error.contains(words), "{yaml}: {error}");
        assert!(error.contains("line "), "{error}");
    }
}

#[test]
fn yaml_bombs_and_towers_are_refused() {
    let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for level in 1..12 {
        let below = format!("*a{}", level - 1);
        bomb += &format!("a{level}: &a{level} [{}]\n", vec![below; 9].join(","));
    }
    assert!(problem(Format::Yaml, &bomb).contains("aliases"));
    let tower = "[".repeat(100_000);
    assert!(!problem(Format::Yaml, &tower).is_empty());
    let steps: String = (0..2000).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
    assert!(!problem(Format::Yaml, &steps).is_empty());
}

#[test]
fn toml_keeps_numbers_and_names_times_as_text() {
    assert_eq!(
        one(
            Format::Toml,
            "b = 9007199254740993\na = 1.10\nh = 0xff\nu = 1_000\nd = 2026-11-21\n[t]\nx = [1, 'y']\n"
        ),
        r#"{"a":1.10,"b":9007199254740993,"d":"2026-11-21","h":255,"t":{"x":[1,"y"]},"u":1000}"#
    );
    assert!(problem(Format::Toml, "a = 1\na = 2").contains("line 2"));
    assert!(problem(Format::Toml, "a = inf").contains("finite"));
}

#[test]
fn csv_rows_are_objects() {
    assert_eq!(
        read(Format::Csv, "name,n,ok,note\r\nann,42,true,\"a, \"\"b\"\"\"\r\n\r\n007,\"42\",yes,\n"),
        [
            Ok(r#"{"name":"ann","n":42,"ok":true,"note":"a, \"b\""}"#.to_owned()),
            Ok(r#"{"name":"007","n":"42","ok":"yes","note":null}"#.to_owned()),
        ]
    );
    assert_eq!(one(Format::Tsv, "a\tb\n1.10\tx,y\n"), r#"{"a":1.10,"b":"x,y"}"#);
    assert!(read(Format::Csv, "a,b\n").is_empty());
    assert!(problem(Format::Csv, "a,a\n1,2\n").contains("two columns"));
    assert!(problem(Format::Csv, "a,b\n1\n").contains("1 cells"));
    assert!(problem(Format::Csv, "a\n\"x\n").contains("does not end"));
    assert!(problem(Format::Csv, "a\n\"x\"y\n").contains("closing quote"));
}

#[test]
fn json_lines_are_documents_of_their_own() {
    assert_eq!(
        read(Format::JsonLines, "{\"a\":1}\n\n  {\"b\":2}\r\n"),
        [Ok("{\"a\":1}".to_owned()), Ok("{\"b\":2}".to_owned())]
    );
}

#[test]
fn a_list_of_documents_holds_exactly_those() {
    assert_eq!(one_document(Format::JsonLines, b"{}\n1\n").unwrap(), b"[{},1]");
    assert_eq!(one_document(Format::Yaml, b"a: 1").unwrap(), b"{\"a\":1}");
    assert!(one_document(Format::Yaml, b"a: 1\n---\nb: 2").is_err());
    assert!(one_document(Format::Yaml, b"").is_err());
    let smuggled = one_document(Format::JsonLines, b"{}\n1,2\n").unwrap_err();
    assert_eq!(smuggled.line, 2);
    assert_eq!(all_documents(Format::Yaml, b"a: 1\n---\nb: 2").unwrap(), b"[{\"a\":1},{\"b\":2}]");
}

#[test]
fn json_is_handed_on_as_it_stands_without_its_mark() {
    let marked = documents(Format::Json, b"\xEF\xBB\xBF{nonsense").remove(0).unwrap();
    assert_eq!(marked.json, b"{nonsense");
    let wide: Vec<u8> = "{\"a\": \"\u{e4}\"}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(documents(Format::Json, &wide).remove(0).unwrap().json, "{\"a\": \"\u{e4}\"}".as_bytes());
}

#[test]
fn a_nameless_text_tells_its_format_or_does_not() {
    for (text, format) in [
        ("  {\"a\": 1}", Some(Format::Json)),
        ("[1]", Some(Format::Json)),
        ("\"x\"", Some(Format::Json)),
        ("12", Some(Format::Json)),
        ("null", Some(Format::Json)),
        ("# c\napiVersion: v1\n", Some(Format::Yaml)),
        ("---\n", Some(Format::Yaml)),
        ("- a\n", Some(Format::Yaml)),
        ("hello world", None),
        ("a = 1", None),
        ("", None),
        ("\u{0}\u{1}", None),
    ] {
        assert_eq!(sniff(text.as_bytes()), format, "{text:?}");
    }
}
