//! `[test.mutants]` of `policy.toml`.

use policy_syntax::Location;
use toml::de::DeTable;

use super::read::{Item, Reader};
use super::{At, Manifest};

const MUTANTS: &[&str] = &["score", "unexplained", "explained"];
const EXPLAINED: &[&str] = &["within", "change", "before", "after", "because"];

/// What is asked of the tests when policies are changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MutantSettings {
    /// `score`: the least share of changes that tests must notice, in percent.
    pub score: Option<At<u64>>,
    /// `unexplained`: how many changes that no test notices may stand without an explanation.
    pub unexplained: Option<At<u64>>,
    /// `[[test.mutants.explained]]`.
    pub explained: Vec<Explained>,
}

/// Why no test notices a change, or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// `within`: the rule, policy, function or exception.
    pub within: String,
    /// `change`: the kind of change; none for all.
    pub change: Option<String>,
    /// `before`: the source that is changed; none for all.
    pub before: Option<String>,
    /// `after`: what stands there then; none for all.
    pub after: Option<String>,
    /// `because`: the explanation.
    pub because: String,
    /// Where it stands.
    pub place: Location,
}

impl Explained {
    /// Whether it is about a change.
    #[must_use]
    pub fn is_about(&self, within: &str, change: &str, before: &str, after: &str) -> bool {
        let same = |said: &Option<String>, text: &str| {
            said.as_ref().is_none_or(|said| said.split_whitespace().eq(text.split_whitespace()))
        };
        self.within == within
            && same(&self.change, change)
            && same(&self.before, before)
            && same(&self.after, after)
    }
}

impl Reader {
    /// `[test.mutants]`.
    pub(super) fn mutants(&mut self, item: &Item<'_>, manifest: &mut Manifest) {
        let Some(table) = item.get_ref().as_table() else {
            return self.wrong("mutants", "a table such as { score = 95 }", item);
        };
        self.known("[test.mutants]", MUTANTS, table);
        let settings = &mut manifest.test.mutants;
        settings.score = table.get("score").and_then(|item| self.number("score", Some(100), item));
        settings.unexplained =
            table.get("unexplained").and_then(|item| self.number("unexplained", None, item));
        let Some(explained) = table.get("explained") else { return };
        let Some(list) = explained.get_ref().as_array() else {
            return self.wrong("explained", "a list, each as [[test.mutants.explained]]", explained);
        };
        for item in list.iter() {
            match item.get_ref().as_table() {
                Some(table) => {
                    let one = self.explained(table, self.place(item.span()));
                    manifest.test.mutants.explained.extend(one);
                }
                None => self.wrong("[[test.mutants.explained]]", "a table", item),
            }
        }
    }

    fn explained(&mut self, table: &DeTable<'_>, place: Location) -> Option<Explained> {
        const SECTION: &str = "[[test.mutants.explained]]";
        self.known(SECTION, EXPLAINED, table);
        let mut text = |key: &'static str, wanted: &str| {
            let item = table.get(key)?;
            self.string(key, wanted, item).map(|text| text.value)
        };
        let within = text("within", "the qualified name of a rule, policy, function or exception");
        let change = text("change", "the kind of change, as `policyc mutate` calls it");
        let (before, after) =
            (text("before", "the source that is changed"), text("after", "the changed source"));
        let because = text("because", "why no test can notice it, or need not");
        for key in ["within", "because"] {
            if table.get(key).is_none() {
                self.lacks(key, SECTION, &format!("{key} = \"…\""), place);
            }
        }
        Some(Explained { within: within?, change, before, after, because: because?, place })
    }

    fn number(&mut self, key: &str, most: Option<u64>, item: &Item<'_>) -> Option<At<u64>> {
        let number = item
            .get_ref()
            .as_integer()
            .and_then(|number| u64::from_str_radix(number.as_str(), number.radix()).ok())
            .filter(|number| most.is_none_or(|most| *number <= most));
        if number.is_none() {
            let wanted = if most.is_some() { "a whole number from 0 to 100" } else { "a whole number" };
            self.wrong(key, wanted, item);
        }
        number.map(|value| At { value, place: self.place(item.span()) })
    }
}
