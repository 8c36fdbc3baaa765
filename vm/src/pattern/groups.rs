//! Where a regular expression matches, and what its groups took.

use std::ops::Range;
use std::sync::OnceLock;

use regex_automata::Input;
use regex_automata::meta::Regex;
use regex_automata::util::syntax;

use super::ascii;

/// An expression that tells places, compiled when it is first asked.
#[derive(Debug, Default)]
pub(super) struct Groups(OnceLock<Option<Regex>>);

impl Groups {
    fn regex(&self, source: &str) -> Option<&Regex> {
        // What compiled for yes or no compiles here too: the size limit leaves room for groups.
        self.0
            .get_or_init(|| {
                Regex::builder()
                    .syntax(syntax::Config::new().dot_matches_new_line(true))
                    .configure(Regex::config().nfa_size_limit(Some(4 << 20)))
                    .build(&ascii::plain(source).ok()?)
                    .ok()
            })
            .as_ref()
    }

    pub(super) fn find_at(&self, source: &str, text: &str, at: usize) -> Option<Range<usize>> {
        if at > text.len() {
            return None;
        }
        self.regex(source)?.find(Input::new(text).range(at..)).map(|found| found.range())
    }

    pub(super) fn captures(&self, source: &str, text: &str) -> Option<Vec<Option<Range<usize>>>> {
        let regex = self.regex(source)?;
        let mut captures = regex.create_captures();
        regex.captures(text, &mut captures);
        if !captures.is_match() {
            return None;
        }
        Some(captures.iter().map(|span| span.map(|span| span.range())).collect())
    }

    pub(super) fn names(&self, source: &str) -> Vec<Option<String>> {
        let Some(regex) = self.regex(source) else { return Vec::new() };
        regex.group_info().all_names().map(|(_, _, name)| name.map(str::to_owned)).collect()
    }
}
