//! Whether an edit can have made a mistake of something elsewhere, or mended one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use policy_project::Project;
use policy_syntax::{FileId, Span, TokenKind};

use super::Window;
use super::areas::Area;

/// An edit: the texts before and after it, and what stood and stands around it.
pub(super) struct Here<'a> {
    pub(super) before: &'a str,
    pub(super) text: &'a str,
    pub(super) window: &'a Window,
    pub(super) old: &'a [Area],
    pub(super) new: &'a [Area],
    /// Whether what stands between the areas says what it said.
    pub(super) same_heads: bool,
}

impl Here<'_> {
    /// Whether only comments and blanks are different.
    pub(super) fn same_tokens(&self) -> bool {
        let (old, new) = self.texts();
        tokens(old) == tokens(new)
    }

    /// Whether nothing hangs on what was changed, unless by its name: what others hang on says what it said.
    pub(super) fn apart(&self) -> bool {
        self.same_heads && declared(self.old, self.before) == declared(self.new, self.text)
    }

    /// What the window held and holds.
    fn texts(&self) -> (&str, &str) {
        let end = u32::try_from(self.before.len()).unwrap_or(u32::MAX);
        let old = Span::new(self.window.before.lo, self.window.before.hi.min(end));
        (old.text(self.before), self.window.now.text(self.text))
    }

    /// Whether no other text has a name that is new or gone.
    pub(super) fn unheard_of(
        &self,
        project: &Project,
        file: FileId,
        instead: &BTreeMap<FileId, Arc<str>>,
    ) -> bool {
        let (old, new) = (names(self.old, self.before), names(self.new, self.text));
        if old.1 + new.1 != old.0.len() + new.0.len() {
            // Two of one name are a mistake of their own.
            return false;
        }
        let changed: Vec<&str> = old.0.symmetric_difference(&new.0).copied().collect();
        if changed.is_empty() {
            return true;
        }
        let Span { lo, hi } = self.window.now;
        let around = [self.text.get(..lo as usize), self.text.get(hi as usize..)];
        let others = project.files.iter().filter(|(other, _)| *other != file);
        let others = others.map(|(other, source)| &**instead.get(&other).unwrap_or(&source.text));
        let all: Vec<&str> = around.into_iter().flatten().chain(others).collect();
        !changed.iter().any(|name| all.iter().any(|text| has_word(text, name)))
    }
}

/// Kinds and texts.
fn tokens(text: &str) -> Vec<(TokenKind, &str)> {
    policy_syntax::lex(text).iter().map(|token| (token.kind, token.span.text(text))).collect()
}

/// What stands in the areas that others hang on.
fn declared<'t>(areas: &[Area], text: &'t str) -> Vec<Vec<(TokenKind, &'t str)>> {
    areas.iter().filter(|area| !area.apart).map(|area| tokens(area.span.text(text))).collect()
}

/// Names, and how many areas have one.
fn names<'t>(areas: &[Area], text: &'t str) -> (BTreeSet<&'t str>, usize) {
    let place = |area: &Area| Span::new(area.span.lo + area.name.lo, area.span.lo + area.name.hi);
    let named = areas.iter().filter(|area| !area.name.is_empty());
    let all: Vec<&str> = named.map(|area| place(area).text(text)).collect();
    (all.iter().copied().collect(), all.len())
}

/// Whether a text has a word, as a name or in one.
fn has_word(text: &str, word: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let behind = text.get(at + word.len()..).and_then(|behind| behind.chars().next());
        !before.is_some_and(inside) && !behind.is_some_and(inside)
    })
}
