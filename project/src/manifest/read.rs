//! Reading `policy.toml`, with every complaint at its place.

use std::ops::Range;

use policy_syntax::{Diagnostic, FileId, Location, Span};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{At, EDITION, LintLevel, Manifest};
use crate::nearest::nearest;
use crate::problem::Problem;

pub(super) type Item<'a> = Spanned<DeValue<'a>>;

/// A key of a section and what it does to the manifest.
type Key = (&'static str, fn(&mut Reader, &Item<'_>, &mut Manifest));

const ROOT: &[Key] = &[
    ("name", |r, item, m| r.text("name", item, &mut m.name)),
    ("version", |r, item, m| r.version(item, m)),
    ("edition", |r, item, m| r.edition(item, m)),
    ("sources", |r, item, m| r.sources(item, m)),
    ("data", |r, item, m| {
        if let Some(path) = r.string("data", "the path of a folder", item) {
            m.data = path;
        }
    }),
    ("entities", |r, item, m| r.section("[entities]", ENTITIES, item, m)),
    ("entry", |r, item, m| r.entries(item, m)),
    ("dependencies", |r, item, m| r.dependencies(item, m)),
    ("modes", |r, item, m| r.modes(item, m)),
    ("lints", |r, item, m| r.lints(item, m)),
    ("limits", |r, item, m| r.section("[limits]", LIMITS, item, m)),
    ("test", |r, item, m| r.section("[test]", TEST, item, m)),
];

const LIMITS: &[Key] = &[
    ("fuel", |r, item, m| m.limits.fuel = r.count("fuel", item)),
    ("memory", |r, item, m| m.limits.memory = r.count("memory", item)),
    ("input", |r, item, m| m.limits.input = r.count("input", item)),
    ("steps", |r, item, m| m.limits.steps = r.count("steps", item)),
    ("degree", |r, item, m| m.limits.degree = r.count("degree", item)),
];

const ENTITIES: &[Key] = &[
    ("file", |r, item, m| m.entities.extend(r.string("file", "the path of a file", item))),
    ("files", |r, item, m| {
        let wanted = "a list of files such as [\"data/users.json\", \"data/groups.json\"]";
        match item.get_ref().as_array() {
            Some(items) => m.entities.extend(items.iter().filter_map(|item| r.string("files", wanted, item))),
            None => r.wrong("files", wanted, item),
        }
    }),
];

const TEST: &[Key] = &[
    ("threads", |r, item, m| m.test.threads = r.count("threads", item)),
    ("cases", |r, item, m| m.test.cases = r.count("cases", item)),
    ("coverage", |r, item, m| r.coverage(item, m)),
    ("mutants", |r, item, m| r.mutants(item, m)),
];

pub(super) fn manifest(text: &str, file: FileId) -> (Manifest, Vec<Diagnostic>) {
    let mut reader = Reader { file, found: Vec::new() };
    let mut manifest = Manifest::default();
    manifest.data.place.file = file;
    for source in &mut manifest.sources {
        source.place.file = file;
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let place = reader.place(error.span().unwrap_or(0..0));
        let reason = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
        reader.found.push(Problem::NotToml { reason }.at(place));
    }
    reader.keys("policy.toml", ROOT, table.get_ref(), &mut manifest);
    if reader.found.is_empty() && !table.get_ref().contains_key("name") {
        reader.found.push(
            Problem::MissingKey {
                key: "name".to_owned(),
                section: "policy.toml".to_owned(),
                example: "name = \"my-policies\"".to_owned(),
            }
            .at(reader.place(0..0)),
        );
    }
    policy_syntax::diagnostic::sort(&mut reader.found);
    (manifest, reader.found)
}

pub(super) struct Reader {
    file: FileId,
    pub(super) found: Vec<Diagnostic>,
}

impl Reader {
    pub(super) fn place(&self, range: Range<usize>) -> Location {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Location { file: self.file, span: Span { lo: offset(range.start), hi: offset(range.end) } }
    }

    pub(super) fn wrong(&mut self, key: &str, wanted: &str, item: &Item<'_>) {
        let found = match item.get_ref() {
            DeValue::String(text) => format!("{:?}", text.as_ref()),
            DeValue::Integer(number) => number.to_string(),
            DeValue::Float(number) => number.to_string(),
            DeValue::Boolean(value) => value.to_string(),
            DeValue::Datetime(when) => when.to_string(),
            DeValue::Array(_) => "a list".to_owned(),
            DeValue::Table(_) => "a table".to_owned(),
        };
        let place = self.place(item.span());
        self.found
            .push(Problem::WrongValue { key: key.to_owned(), wanted: wanted.to_owned(), found }.at(place));
    }

    pub(super) fn unknown(
        &mut self,
        section: &str,
        known: &[&str],
        key: &Spanned<std::borrow::Cow<'_, str>>,
    ) {
        let problem = Problem::UnknownKey {
            key: key.get_ref().to_string(),
            section: section.to_owned(),
            nearest: nearest(key.get_ref(), known.iter().copied()).map(str::to_owned),
            known: known.iter().map(|name| (*name).to_owned()).collect(),
        };
        let place = self.place(key.span());
        self.found.push(problem.at(place));
    }

    fn keys(&mut self, section: &str, known: &[Key], table: &DeTable<'_>, manifest: &mut Manifest) {
        for (key, item) in table {
            match known.iter().find(|(name, _)| name == key.get_ref()) {
                Some((_, read)) => read(self, item, manifest),
                None => {
                    let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
                    self.unknown(section, &names, key);
                }
            }
        }
    }

    fn section(&mut self, name: &str, known: &[Key], item: &Item<'_>, manifest: &mut Manifest) {
        match item.get_ref().as_table() {
            Some(table) => self.keys(name, known, table, manifest),
            None => self.wrong(name, "a table", item),
        }
    }

    pub(super) fn string(&mut self, key: &str, wanted: &str, item: &Item<'_>) -> Option<At<String>> {
        match item.get_ref().as_str() {
            Some(text) if !text.is_empty() => {
                Some(At { value: text.to_owned(), place: self.place(item.span()) })
            }
            Some(_) | None => {
                self.wrong(key, wanted, item);
                None
            }
        }
    }

    fn text(&mut self, key: &str, item: &Item<'_>, to: &mut String) {
        if let Some(text) = self.string(key, "a text", item) {
            *to = text.value;
        }
    }

    pub(super) fn count(&mut self, key: &str, item: &Item<'_>) -> Option<u64> {
        let count = item
            .get_ref()
            .as_integer()
            .and_then(|number| u64::from_str_radix(number.as_str(), number.radix()).ok())
            .filter(|count| *count > 0);
        if count.is_none() {
            self.wrong(key, "a whole number above 0", item);
        }
        count
    }

    fn version(&mut self, item: &Item<'_>, manifest: &mut Manifest) {
        let wanted = "a version such as \"1.4.0\"";
        let Some(text) = self.string("version", wanted, item) else { return };
        let plain = text.value.split(['-', '+']).next().unwrap_or("");
        let parts: Vec<&str> = plain.split('.').collect();
        let numbers = parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
        if parts.len() == 3 && numbers {
            manifest.version = Some(text.value);
        } else {
            self.wrong("version", wanted, item);
        }
    }

    fn edition(&mut self, item: &Item<'_>, manifest: &mut Manifest) {
        match item.get_ref().as_str() {
            Some(EDITION) => EDITION.clone_into(&mut manifest.edition),
            Some(_) | None => {
                self.wrong("edition", "\"2027\", the one edition that this release speaks", item)
            }
        }
    }

    fn sources(&mut self, item: &Item<'_>, manifest: &mut Manifest) {
        let wanted = "a list of folders such as [\"policies\"]";
        let Some(items) = item.get_ref().as_array() else {
            return self.wrong("sources", wanted, item);
        };
        if items.iter().next().is_none() {
            return self.wrong("sources", wanted, item);
        }
        manifest.sources = items.iter().filter_map(|item| self.string("sources", wanted, item)).collect();
    }

    fn lints(&mut self, item: &Item<'_>, manifest: &mut Manifest) {
        let Some(table) = item.get_ref().as_table() else {
            return self.wrong("lints", "a table", item);
        };
        for (name, item) in table {
            let level = match item.get_ref().as_str() {
                Some("allow") => LintLevel::Allow,
                Some("warn") => LintLevel::Warn,
                Some("deny") => LintLevel::Deny,
                Some(_) | None => {
                    self.wrong(name.get_ref(), "\"allow\", \"warn\" or \"deny\"", item);
                    continue;
                }
            };
            let at = At { value: level, place: self.place(name.span()) };
            manifest.lints.insert(name.get_ref().to_string(), at);
        }
    }
}
