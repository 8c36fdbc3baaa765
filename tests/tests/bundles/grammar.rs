//! A reader that knows nothing but the grammar of `docs/bundle-format.md` reads bundles to their last byte.

use std::collections::BTreeMap;

use policy_project::Overlay;
use policy_testing::Workspace;
use policy_tests::bundles::Parts;
use serde_json::{Value, json};

use crate::{build, project, repository};

#[derive(Clone, Debug)]
enum Shape {
    Named(String),
    Many(Box<Shape>),
    Maybe(Box<Shape>),
    Fields(Vec<(String, Shape)>),
    Choice(Vec<(String, Shape)>),
}

struct Words<'a> {
    words: std::iter::Peekable<std::vec::IntoIter<&'a str>>,
}

impl<'a> Words<'a> {
    fn next(&mut self) -> &'a str {
        self.words.next().expect("the grammar goes on")
    }

    fn takes(&mut self, word: &str) -> bool {
        self.words.next_if(|next| *next == word).is_some()
    }

    fn shape(&mut self) -> Shape {
        let shape = match self.next() {
            "[" => {
                let inner = self.shape();
                assert!(self.takes("]"));
                Shape::Many(Box::new(inner))
            }
            "{" => Shape::Fields(self.fields()),
            name => Shape::Named(name.to_owned()),
        };
        if self.takes("?") { Shape::Maybe(Box::new(shape)) } else { shape }
    }

    /// Fields up to the closing brace.
    fn fields(&mut self) -> Vec<(String, Shape)> {
        let mut fields = Vec::new();
        while !self.takes("}") {
            let name = self.next().to_owned();
            assert!(self.takes(":"), "{name}");
            fields.push((name, self.shape()));
            let _ = self.takes(",");
        }
        fields
    }

    fn rule(&mut self) -> Shape {
        if ["{", "["].iter().any(|word| self.words.peek() == Some(word)) {
            return self.shape();
        }
        let mut variants = Vec::new();
        loop {
            let name = self.next().to_owned();
            let fields = if self.takes("{") { self.fields() } else { Vec::new() };
            variants.push((name, Shape::Fields(fields)));
            if !self.takes("|") {
                break;
            }
        }
        match variants.as_slice() {
            [(name, Shape::Fields(fields))] if fields.is_empty() => Shape::Named(name.clone()),
            _ => Shape::Choice(variants),
        }
    }
}

/// The rules of the page.
fn grammar() -> BTreeMap<String, Shape> {
    let page = std::fs::read_to_string(repository("docs/bundle-format.md")).unwrap();
    let text = page.split("```grammar\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let mut spaced = String::new();
    for letter in text.chars() {
        if letter.is_alphanumeric() || letter == '_' || letter.is_whitespace() {
            spaced.push(letter);
        } else {
            spaced.extend([' ', letter, ' ']);
        }
    }
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut words = Words { words: words.into_iter().peekable() };
    let mut rules = BTreeMap::new();
    while words.words.peek().is_some() {
        let mut name = words.next().to_owned();
        if name == "section" {
            name = format!("section {}", words.next());
        }
        assert!(words.takes("="), "{name}");
        assert!(rules.insert(name, words.rule()).is_none());
    }
    rules
}

struct Reader<'a> {
    rules: &'a BTreeMap<String, Shape>,
    bytes: &'a [u8],
}

impl Reader<'_> {
    fn take(&mut self, count: usize) -> &[u8] {
        let (taken, rest) = self.bytes.split_at(count);
        self.bytes = rest;
        taken
    }

    fn unsigned(&mut self) -> u64 {
        let wide = match self.take(1)[0] {
            251 => 2,
            252 => 4,
            253 => 8,
            small => return u64::from(small),
        };
        self.take(wide).iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    fn read(&mut self, shape: &Shape) -> Value {
        match shape {
            Shape::Many(inner) => (0..self.unsigned()).map(|_| self.read(inner)).collect(),
            Shape::Maybe(inner) => match self.take(1)[0] {
                0 => Value::Null,
                1 => self.read(inner),
                other => panic!("{other} is neither there nor not"),
            },
            Shape::Fields(fields) => fields
                .iter()
                .map(|(name, shape)| (name.clone(), self.read(shape)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
            Shape::Choice(variants) => {
                let at = self.unsigned() as usize;
                let (name, shape) = &variants[at];
                json!([name, self.read(shape)])
            }
            Shape::Named(name) => match name.as_str() {
                "unsigned" => json!(self.unsigned()),
                "signed" => {
                    let number = self.unsigned();
                    json!((number >> 1) as i64 ^ -((number & 1) as i64))
                }
                "bool" => json!(self.take(1)[0] == 1),
                "byte" => json!(self.take(1)[0]),
                "digest" => json!(self.take(32)),
                "text" => {
                    let length = self.unsigned() as usize;
                    json!(std::str::from_utf8(self.take(length)).unwrap())
                }
                "bytes" => {
                    let length = self.unsigned() as usize;
                    json!(self.take(length))
                }
                rule => {
                    let shape = self.rules.get(rule).unwrap_or_else(|| panic!("the page has no {rule}"));
                    self.read(shape)
                }
            },
        }
    }
}

/// Every section of a bundle but the code, read by the grammar.
fn read(bytes: &[u8]) -> BTreeMap<String, Value> {
    let rules = grammar();
    let mut out = BTreeMap::new();
    for section in Parts::of(bytes).sections.iter().filter(|section| section.name() != "code") {
        let shape = rules.get(&format!("section {}", section.name())).expect("the page has the section");
        let mut reader = Reader { rules: &rules, bytes: &section.bytes };
        let value = reader.read(shape);
        assert!(reader.bytes.is_empty(), "{} bytes of {} are left", reader.bytes.len(), section.name());
        out.insert(section.name(), value);
    }
    out
}

#[test]
fn the_page_is_enough_to_read_bundles() {
    let mut bundles: Vec<Vec<u8>> =
        ["pull-requests", "kubernetes", "terraform", "data-records", "authorization", "agents"]
            .iter()
            .map(|name| build(&repository("examples").join(name), true))
            .collect();
    let web = Workspace::open(&repository("examples/composition/web"), &Overlay::new()).unwrap();
    bundles.push(web.bundle_with(true, true).unwrap().bytes);
    let packages = read(bundles.last().unwrap()).remove("sources").unwrap();
    let names: Vec<&str> =
        packages.as_array().unwrap().iter().map(|package| package["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["web", "base"]);
    let folder = project(include_str!("rich.policy"));
    std::fs::create_dir(folder.path().join("data")).unwrap();
    std::fs::write(folder.path().join("data/teams.json"), r#"["core"]"#).unwrap();
    bundles.push(build(folder.path(), true));
    for bundle in &bundles {
        read(bundle);
    }
    let rich = read(bundles.last().unwrap());
    let text = |id: &Value| rich["tables"]["texts"][id.as_u64().unwrap() as usize].as_str().unwrap();
    let policies: Vec<&str> =
        rich["items"]["policies"].as_array().unwrap().iter().map(|policy| text(&policy["name"])).collect();
    assert_eq!(policies, ["m.inner", "m.p"]);
    let rules: Vec<&str> = rich["items"]["policies"][1]["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| text(&rule["name"]))
        .collect();
    assert!(rules.contains(&"large") && rules.contains(&"night"), "{rules:?}");
    assert_eq!(rich["data"], json!([r#"["core"]"#]));
    assert_eq!(rich["debug"]["files"], json!(["policies/m.policy"]));
    assert_eq!(rich["manifest"]["version"], "0.1.0");
}
