//! Patterns: regular expressions, globs, wildcards, and ranges of versions.
//!
//! A pattern is compiled once, with a limit on its size, and runs in time linear in the text. Simple ones
//! (a text, a prefix, a suffix) are compared as text.

mod affixes;
mod ascii;
mod automaton;
mod glob;
mod groups;
mod lazy;
mod loose;
mod regex;
mod size;
mod wildcard;

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::OnceLock;

use policy_bytecode::program::PatternKind;

pub(crate) use self::affixes::Affixes;
use self::automaton::Automaton;
use self::groups::Groups;

/// The longest source of a pattern, in bytes.
///
/// ```
/// use policy_bytecode::program::PatternKind;
/// use policy_vm::pattern::{MAX_SOURCE, Pattern};
///
/// assert!(Pattern::compile(PatternKind::Glob, &"a".repeat(MAX_SOURCE)).is_ok());
/// assert!(Pattern::compile(PatternKind::Glob, &"a".repeat(MAX_SOURCE + 1)).is_err());
/// ```
pub const MAX_SOURCE: usize = 16 * 1024;

/// The most bytes that the states of a pattern take.
const MAX_STATES: u64 = 1 << 20;

/// Why a text is no pattern.
///
/// ```
/// use policy_bytecode::program::PatternKind;
/// use policy_vm::pattern::{Pattern, PatternError};
///
/// let error: PatternError = Pattern::compile(PatternKind::Regex, "a(b").expect_err("it is none");
/// assert!(error.at.end <= 3 && !error.message.is_empty());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    /// What is wrong, in a policy author's words.
    pub message: String,
    /// Where in the source, in bytes.
    pub at: Range<usize>,
}

impl std::fmt::Display for PatternError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for PatternError {}

/// A compiled pattern.
///
/// ```
/// use policy_bytecode::program::PatternKind;
/// use policy_vm::pattern::Pattern;
///
/// let ticket = Pattern::compile(PatternKind::Regex, "[A-Z]+-[0-9]+")?;
/// assert!(ticket.matches("OPS-12") && !ticket.matches("see OPS-12") && ticket.contained_in("see OPS-12"));
/// assert_eq!(ticket.source(), "[A-Z]+-[0-9]+");
/// # Ok::<(), policy_vm::pattern::PatternError>(())
/// ```
#[derive(Debug)]
pub struct Pattern {
    source: String,
    form: Form,
}

#[derive(Debug)]
enum Form {
    Regex { whole: Automaton, part: Automaton, groups: Groups },
    Glob { path: Matcher, host: OnceLock<Matcher> },
    Wildcard(Matcher),
    Range(semver::VersionReq),
}

/// What decides a whole match.
#[derive(Debug)]
enum Matcher {
    /// The text itself.
    Exact(String),
    /// A beginning and an end, and what may stand between.
    Affixes(Affixes),
    /// Anything else.
    Automaton(Automaton),
}

impl Matcher {
    #[inline]
    fn matches(&self, text: &[u8]) -> bool {
        match self {
            Self::Exact(exact) => text == exact.as_bytes(),
            Self::Affixes(affixes) => affixes.matches(text),
            Self::Automaton(automaton) => automaton.is_match(text),
        }
    }
}

impl Pattern {
    /// Compiles a regular expression, glob or wildcard.
    ///
    /// ```
    /// use policy_bytecode::program::PatternKind;
    /// use policy_vm::pattern::Pattern;
    ///
    /// let glob = Pattern::compile(PatternKind::Glob, "src/**/*.rs")?;
    /// assert!(glob.matches("src/a/b.rs") && !glob.matches("src/a/b.toml"));
    /// # Ok::<(), policy_vm::pattern::PatternError>(())
    /// ```
    ///
    /// # Errors
    /// What is wrong with the source, and where.
    pub fn compile(kind: PatternKind, source: &str) -> Result<Self, PatternError> {
        if source.len() > MAX_SOURCE {
            return Err(PatternError {
                message: format!("a pattern of {} bytes; at most {MAX_SOURCE} are allowed", source.len()),
                at: 0..source.len(),
            });
        }
        let form = match kind {
            PatternKind::Regex => {
                let (whole, part) = regex::compile(source)?;
                Form::Regex { whole, part, groups: Groups::default() }
            }
            PatternKind::Glob => Form::Glob { path: glob::of_text(source)?, host: OnceLock::new() },
            PatternKind::Wildcard => Form::Wildcard(wildcard::compile(source)?),
        };
        Ok(Self { source: source.to_owned(), form })
    }

    /// Compiles a requirement on versions, as Cargo writes them.
    ///
    /// ```
    /// use policy_vm::pattern::Pattern;
    ///
    /// let range = Pattern::range(">=1.2, <2")?;
    /// assert!(range.matches("1.9.3") && !range.matches("2.0.0"));
    /// assert!(range.as_range().is_some_and(|range| range.comparators.len() == 2));
    /// # Ok::<(), policy_vm::pattern::PatternError>(())
    /// ```
    ///
    /// # Errors
    /// What is wrong with the source.
    pub fn range(source: &str) -> Result<Self, PatternError> {
        match semver::VersionReq::parse(source) {
            Ok(range) => Ok(Self { source: source.to_owned(), form: Form::Range(range) }),
            Err(error) => Err(PatternError { message: error.to_string(), at: 0..source.len() }),
        }
    }

    /// The text that it was compiled from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether the whole text matches. A range matches the texts of versions in it.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.matches_bytes(text.as_bytes())
    }

    /// [`Pattern::matches`] of a text's bytes.
    #[inline]
    pub(crate) fn matches_bytes(&self, text: &[u8]) -> bool {
        match &self.form {
            Form::Regex { whole, .. } => whole.is_match(text),
            Form::Glob { path, .. } => path.matches(text),
            Form::Wildcard(matcher) => matcher.matches(text),
            Form::Range(range) => std::str::from_utf8(text)
                .ok()
                .and_then(|text| semver::Version::parse(text).ok())
                .is_some_and(|version| range.matches(&version)),
        }
    }

    /// The fuel of its states.
    pub(crate) fn states(&self) -> u64 {
        let size = match &self.form {
            Form::Regex { whole, .. } => whole.size(),
            Form::Glob { path: Matcher::Automaton(automaton), .. }
            | Form::Wildcard(Matcher::Automaton(automaton)) => automaton.size(),
            Form::Glob { .. } | Form::Wildcard(_) | Form::Range(_) => 0,
        };
        size / (MAX_STATES / PatternKind::COMPILE_STATES)
    }

    /// The beginning and end that decide a whole match, where they do.
    pub(crate) fn affixes(&self) -> Option<&Affixes> {
        let (Form::Glob { path: matcher, .. } | Form::Wildcard(matcher)) = &self.form else { return None };
        if let Matcher::Affixes(affixes) = matcher { Some(affixes) } else { None }
    }

    /// Whether the whole of a `Host` matches: in a glob `*` is one label, `**` any number of them.
    pub(crate) fn matches_host(&self, host: &str) -> bool {
        match &self.form {
            Form::Glob { host: matcher, .. } => matcher
                .get_or_init(|| {
                    // What compiled with one separator compiles with the other, short of the size limit;
                    // a pattern past it matches nothing but itself.
                    glob::compile(&self.source, glob::Separator::Dot)
                        .unwrap_or_else(|_| Matcher::Exact(self.source.clone()))
                })
                .matches(host.as_bytes()),
            Form::Regex { .. } | Form::Wildcard(_) | Form::Range(_) => self.matches(host),
        }
    }

    /// Whether a match stands anywhere in the text; for all but regular expressions, whether the whole matches.
    #[must_use]
    pub fn contained_in(&self, text: &str) -> bool {
        self.contained_in_bytes(text.as_bytes())
    }

    /// [`Pattern::contained_in`] of a text's bytes.
    #[inline]
    pub(crate) fn contained_in_bytes(&self, text: &[u8]) -> bool {
        match &self.form {
            Form::Regex { part, .. } => part.is_match(text),
            Form::Glob { .. } | Form::Wildcard(_) | Form::Range(_) => self.matches_bytes(text),
        }
    }

    /// The leftmost match of a regular expression in the text from a byte on; none for other patterns.
    ///
    /// ```
    /// use policy_bytecode::program::PatternKind;
    /// use policy_vm::pattern::Pattern;
    ///
    /// let number = Pattern::compile(PatternKind::Regex, "[0-9]+")?;
    /// assert_eq!(number.find_at("a1b22", 0), Some(1..2));
    /// assert_eq!(number.find_at("a1b22", 2), Some(3..5));
    /// # Ok::<(), policy_vm::pattern::PatternError>(())
    /// ```
    #[must_use]
    pub fn find_at(&self, text: &str, at: usize) -> Option<Range<usize>> {
        if let Form::Regex { groups, .. } = &self.form {
            groups.find_at(&self.source, text, at)
        } else {
            None
        }
    }

    /// What the groups of a regular expression took in its leftmost match, the match itself first; none
    /// where there is no match, and for other patterns.
    ///
    /// ```
    /// use policy_bytecode::program::PatternKind;
    /// use policy_vm::pattern::Pattern;
    ///
    /// let ticket = Pattern::compile(PatternKind::Regex, "(?<team>[A-Z]+)-([0-9]+)?")?;
    /// assert_eq!(ticket.captures("OPS-"), Some(vec![Some(0..4), Some(0..3), None]));
    /// assert_eq!(ticket.group_names(), [None, Some("team".to_owned()), None]);
    /// # Ok::<(), policy_vm::pattern::PatternError>(())
    /// ```
    #[must_use]
    pub fn captures(&self, text: &str) -> Option<Vec<Option<Range<usize>>>> {
        if let Form::Regex { groups, .. } = &self.form { groups.captures(&self.source, text) } else { None }
    }

    /// The names of the groups of a regular expression, in the order of [`Pattern::captures`].
    #[must_use]
    pub fn group_names(&self) -> Vec<Option<String>> {
        if let Form::Regex { groups, .. } = &self.form { groups.names(&self.source) } else { Vec::new() }
    }

    /// The range of versions, where it is one.
    #[must_use]
    pub const fn as_range(&self) -> Option<&semver::VersionReq> {
        if let Form::Range(range) = &self.form { Some(range) } else { None }
    }
}
