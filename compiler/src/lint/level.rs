//! How loud a lint is, and what a project says about it.

use std::collections::BTreeMap;

use policy_syntax::Severity;

use super::table;

/// How loud a lint is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Not reported.
    Allow,
    /// A warning.
    Warn,
    /// An error.
    Deny,
}

impl Level {
    /// The level that `text` names in `policy.toml`: `allow`, `warn` or `deny`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "allow" => Some(Self::Allow),
            "warn" => Some(Self::Warn),
            "deny" => Some(Self::Deny),
            _ => None,
        }
    }

    /// What a finding is then; none where it is not reported.
    #[must_use]
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Allow => None,
            Self::Warn => Some(Severity::Warning),
            Self::Deny => Some(Severity::Error),
        }
    }
}

/// The levels that a project sets; lints that are not named keep their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels {
    set: BTreeMap<String, Level>,
}

impl Levels {
    /// Reads lint names with levels, as the table `[lints]` of `policy.toml` has them.
    ///
    /// # Errors
    /// A sentence for each lint or level that does not exist.
    ///
    /// ```
    /// use policy_compiler::lint::Levels;
    ///
    /// assert!(Levels::read([("unused_let", "allow")]).is_ok());
    /// let errors = Levels::read([("unused_lte", "allow"), ("unused_let", "loud")]).unwrap_err();
    /// assert_eq!(errors[0], "there is no lint `unused_lte`; there is `unused_let`");
    /// assert_eq!(errors[1], "the lint `unused_let` has no level `loud`; the levels are `allow`, `warn` and `deny`");
    /// ```
    pub fn read<'a>(entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Vec<String>> {
        let mut levels = Self::default();
        let mut errors = Vec::new();
        for (name, level) in entries {
            match (table::find(name), Level::parse(level)) {
                (None, _) => errors.push(table::unknown(name)),
                (Some(_), None) => errors.push(format!(
                    "the lint `{name}` has no level `{level}`; the levels are `allow`, `warn` and `deny`"
                )),
                (Some(_), Some(level)) => {
                    levels.set.insert(name.to_owned(), level);
                }
            }
        }
        if errors.is_empty() { Ok(levels) } else { Err(errors) }
    }

    /// Sets one level.
    pub fn set(&mut self, lint: &str, level: Level) {
        self.set.insert(lint.to_owned(), level);
    }

    /// The level of a lint.
    #[must_use]
    pub fn of(&self, lint: &table::Lint) -> Level {
        self.set.get(lint.name).copied().unwrap_or(lint.level)
    }
}
