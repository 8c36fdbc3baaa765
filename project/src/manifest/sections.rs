//! Sections of `policy.toml` whose keys are names of the project's own: entries, dependencies, modes, coverage floors.

use std::borrow::Cow;
use std::collections::BTreeMap;

use policy_syntax::Location;
use semver::VersionReq;
use toml::Spanned;
use toml::de::DeTable;

use super::read::{Item, Reader};
use super::{At, Dependency, Entry, Manifest, ModeLevel, Parameters};
use crate::problem::Problem;

const ENTRY: &[&str] = &["policy", "not_applicable", "parameters"];
const NAMED_ENTRY: &[&str] = &["name", "policy", "not_applicable", "parameters"];
const DEPENDENCY: &[&str] = &["path", "bundle", "version"];
const COVERAGE: &[&str] =
    &["arms", "branches", "conditions", "defaults", "exceptions", "mcdc", "policies", "rules"];

type Named<'t, 's> = &'t Spanned<Cow<'s, str>>;

impl Reader {
    /// `[entry.NAME]`, or `[[entry]]` with a `name`.
    pub(super) fn entries(&mut self, item: &Item<'_>, manifest: &mut Manifest) {
        if let Some(list) = item.get_ref().as_array() {
            for item in list.iter() {
                self.named_entry(item, manifest);
            }
            return;
        }
        let Some(table) = item.get_ref().as_table() else {
            return self.wrong("entry", "a table for each entry, such as [entry.merge]", item);
        };
        for (name, item) in table {
            let section = format!("[entry.{}]", name.get_ref());
            let Some(table) = item.get_ref().as_table() else {
                self.wrong(&section, "a table", item);
                continue;
            };
            self.known(&section, ENTRY, table);
            let place = self.place(name.span());
            if let Some(entry) = self.entry(&section, place, table) {
                manifest.entries.insert(name.get_ref().to_string(), entry);
            }
        }
    }

    fn named_entry(&mut self, item: &Item<'_>, manifest: &mut Manifest) {
        let Some(table) = item.get_ref().as_table() else {
            return self.wrong("[[entry]]", "a table", item);
        };
        self.known("[[entry]]", NAMED_ENTRY, table);
        let place = self.place(item.span());
        let Some(name) = table.get("name") else {
            return self.lacks("name", "[[entry]]", "name = \"NAME\"", place);
        };
        let Some(name) = self.string("name", "the entry's name", name) else { return };
        let Some(entry) = self.entry(&format!("[[entry]] {}", name.value), name.place, table) else { return };
        if manifest.entries.contains_key(&name.value) {
            let problem = Problem::SameEntry { name: name.value };
            return self.found.push(problem.at(name.place));
        }
        manifest.entries.insert(name.value, entry);
    }

    pub(super) fn known(&mut self, section: &str, known: &[&str], table: &DeTable<'_>) {
        for (key, _) in table {
            if !known.contains(&key.get_ref().as_ref()) {
                self.unknown(section, known, key);
            }
        }
    }

    pub(super) fn lacks(&mut self, key: &str, section: &str, example: &str, place: Location) {
        let missing = Problem::MissingKey {
            key: key.to_owned(),
            section: section.to_owned(),
            example: example.to_owned(),
        };
        self.found.push(missing.at(place));
    }

    fn entry(&mut self, section: &str, place: Location, table: &DeTable<'_>) -> Option<Entry> {
        let not_applicable_proceeds =
            match table.get("not_applicable").map(|item| (item, item.get_ref().as_str())) {
                None | Some((_, Some("stop"))) => false,
                Some((_, Some("proceed"))) => true,
                Some((item, _)) => {
                    self.wrong("not_applicable", "\"stop\" or \"proceed\"", item);
                    false
                }
            };
        let parameters =
            table.get("parameters").map_or(Parameters::None, |item| self.parameters(section, item));
        let wanted = "the qualified name of a policy, such as \"ci.ai_changes.merge\"";
        let policy = match table.get("policy") {
            Some(item) => self.string("policy", wanted, item)?,
            None => {
                self.lacks("policy", section, "policy = \"MODULE.NAME\"", place);
                return None;
            }
        };
        Some(Entry { policy, not_applicable_proceeds, parameters, place })
    }

    /// `parameters = "file"`, or a table of files.
    fn parameters(&mut self, section: &str, item: &Item<'_>) -> Parameters {
        let wanted = "a file of the project such as \"data/limits.yaml\", or a table of such files";
        if item.get_ref().as_str().is_some() {
            return self.string("parameters", wanted, item).map_or(Parameters::None, Parameters::File);
        }
        let Some(table) = item.get_ref().as_table() else {
            self.wrong(&format!("parameters of {section}"), wanted, item);
            return Parameters::None;
        };
        let mut files = BTreeMap::new();
        for (name, item) in table {
            let wanted = "a file of the project, such as \"data/limits.yaml\"";
            if let Some(file) = self.string(name.get_ref(), wanted, item) {
                files.insert(name.get_ref().to_string(), file);
            }
        }
        Parameters::Files(files)
    }

    /// `[dependencies]`.
    pub(super) fn dependencies(&mut self, item: &Item<'_>, manifest: &mut Manifest) {
        let Some(table) = item.get_ref().as_table() else {
            return self.wrong("dependencies", "a table", item);
        };
        for (name, item) in table {
            let section = format!("the dependency {}", name.get_ref());
            let Some(table) = item.get_ref().as_table() else {
                self.wrong(name.get_ref(), "a table such as { path = \"../base\" }", item);
                continue;
            };
            self.known(&section, DEPENDENCY, table);
            let place = self.place(name.span());
            let version = table.get("version").and_then(|item| self.versions(item));
            let (key, wanted, path) = match (table.get("path"), table.get("bundle")) {
                (Some(_), Some(bundle)) => {
                    self.wrong("bundle", "given where `path` is not", bundle);
                    continue;
                }
                (Some(path), None) => ("path", "the path of a folder", path),
                (None, Some(path)) => ("bundle", "the path of a bundle", path),
                (None, None) => {
                    self.lacks("path", &section, "path = \"../base\"", place);
                    continue;
                }
            };
            let Some(path) = self.string(key, wanted, path) else { continue };
            let bundle = key == "bundle";
            let dependency = Dependency { path, bundle, version, place };
            manifest.dependencies.insert(name.get_ref().to_string(), dependency);
        }
    }

    fn versions(&mut self, item: &Item<'_>) -> Option<At<VersionReq>> {
        let wanted = "versions such as \"1.4\" or \">=1.2, <2\"";
        let text = self.string("version", wanted, item)?;
        match VersionReq::parse(&text.value) {
            Ok(value) => Some(At { value, place: text.place }),
            Err(_) => {
                self.wrong("version", wanted, item);
                None
            }
        }
    }

    /// `[modes]`.
    pub(super) fn modes(&mut self, item: &Item<'_>, manifest: &mut Manifest) {
        let Some(table) = item.get_ref().as_table() else {
            return self.wrong("modes", "a table such as { \"ci.gate.merge\" = \"observe\" }", item);
        };
        for (name, item) in table {
            self.mode(name, item, manifest);
        }
    }

    fn mode(&mut self, name: Named<'_, '_>, item: &Item<'_>, manifest: &mut Manifest) {
        if item.get_ref().as_table().is_some() {
            // TOML takes a bare `a.b = …` apart.
            let wanted = "a mode; write the whole name in quotes: \"MODULE.POLICY\" = \"observe\"";
            return self.wrong(name.get_ref(), wanted, item);
        }
        match item.get_ref().as_str().and_then(ModeLevel::named) {
            Some(value) => {
                let at = At { value, place: self.place(name.span()) };
                manifest.modes.insert(name.get_ref().to_string(), at);
            }
            None => self.wrong(name.get_ref(), "\"observe\", \"advise\" or \"enforce\"", item),
        }
    }

    /// `[test.coverage]`.
    pub(super) fn coverage(&mut self, item: &Item<'_>, manifest: &mut Manifest) {
        let Some(table) = item.get_ref().as_table() else {
            return self.wrong("coverage", "a table such as { rules = 100 }", item);
        };
        for (name, item) in table {
            let Some(known) = COVERAGE.iter().find(|known| *known == name.get_ref()) else {
                self.unknown("[test.coverage]", COVERAGE, name);
                continue;
            };
            let number = item
                .get_ref()
                .as_integer()
                .and_then(|number| u64::from_str_radix(number.as_str(), number.radix()).ok())
                .filter(|number| *number <= 100);
            match number {
                Some(value) => {
                    let at = At { value, place: self.place(name.span()) };
                    manifest.test.coverage.insert(known, at);
                }
                None => self.wrong(name.get_ref(), "a whole number from 0 to 100", item),
            }
        }
    }
}
