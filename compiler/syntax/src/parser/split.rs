//! Cuts a file into items, and bodies into statements, before anything is parsed, so that a damaged one cannot swallow its
//! neighbours. On a valid file the cuts fall exactly between items and statements.
//!
//! A cut is made where a word begins an item or statement in a way that nothing else does. Brackets count, but never so much that
//! one left open hides the rest: what begins a line like a statement (for items: in the first column) is one at any depth.

#![allow(clippy::wildcard_enum_match_arm, reason = "asks about a few of more than a hundred kinds of tokens")]

use std::ops::Range;

use crate::lexer::{Token, TokenClass, TokenKind as T};

/// Which statements a body holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Body {
    Policy,
    Test,
}

/// The tokens of a file, to be cut.
pub(super) struct Splitter<'t> {
    pub(super) source: &'t str,
    pub(super) tokens: &'t [Token],
}

impl Splitter<'_> {
    pub(super) fn kind(&self, i: usize) -> Option<T> {
        self.tokens.get(i).map(|t| t.kind)
    }

    fn is_name(&self, i: usize) -> bool {
        self.kind(i).is_some_and(T::is_name)
    }

    /// Whether the token stands in the first column.
    fn first_column(&self, i: usize) -> bool {
        self.tokens.get(i).is_some_and(|t| {
            let lo = t.span.lo as usize;
            lo == 0
                || matches!(self.source.as_bytes().get(lo - 1), Some(b'\n'))
                || (lo == 3 && self.source.starts_with('\u{feff}'))
        })
    }

    fn first_on_line(&self, i: usize) -> bool {
        self.tokens.get(i).is_some_and(|t| t.first_on_line)
    }

    fn same_line(&self, i: usize) -> bool {
        self.tokens.get(i).is_some_and(|t| !t.first_on_line)
    }

    /// Whether an expression, a type or a clause could end with the token before `i`.
    fn can_end_before(&self, i: usize) -> bool {
        let Some(kind) = i.checked_sub(1).and_then(|i| self.kind(i)) else { return true };
        match kind.class() {
            TokenClass::Name | TokenClass::Soft | TokenClass::Literal => {
                !matches!(kind, T::StrHead | T::StrMid)
            }
            TokenClass::Reserved => {
                matches!(kind, T::True | T::False | T::Absent | T::Present | T::Empty)
            }
            TokenClass::Sign => {
                matches!(kind, T::RParen | T::RBracket | T::RBrace | T::Question | T::Coalesce | T::Gt)
            }
            TokenClass::Marker => false,
        }
    }

    /// Whether an expression certainly ends with the token before `i`.
    fn ends_before(&self, i: usize) -> bool {
        let Some(kind) = i.checked_sub(1).and_then(|i| self.kind(i)) else { return true };
        let wants_more = match kind {
            // `default allow` is complete, and so is `x == allow`; `allow` at the beginning wants a name.
            T::Deny | T::Allow | T::Escalate => {
                i.checked_sub(2).and_then(|i| self.kind(i)) != Some(T::Default) && self.can_end_before(i - 1)
            }
            // Most of these want something behind them; where they are names, a cut may be missed, but none is wrong.
            _ => kind.class() == TokenClass::Soft || matches!(kind, T::Question | T::Coalesce | T::Gt),
        };
        self.can_end_before(i) && !wants_more
    }

    /// Whether a word stands alone on its line, where nothing goes on with a word: somebody has just begun to write.
    fn alone(&self, i: usize) -> bool {
        let word = matches!(
            self.kind(i),
            Some(T::Ident | T::Deny | T::Allow | T::Escalate | T::Default | T::Type | T::Data | T::Test)
        );
        let last = i + 1 >= self.tokens.len() || self.first_on_line(i + 1);
        word && last && self.first_on_line(i) && self.ends_before(i)
    }

    /// Cuts `range` at every token where `starts(i, depth)` says so, `depth` being the number of open brackets. `starts` gives the
    /// number of tokens that belong to the beginning. The third argument says whether the token follows right behind a beginning, and so
    /// is what that is about.
    fn cut(
        &self,
        range: Range<usize>,
        starts: impl Fn(usize, usize, bool) -> Option<usize>,
    ) -> Vec<Range<usize>> {
        let mut cuts = Vec::new();
        let mut begin = range.start;
        let mut depth = 0usize;
        let mut i = range.start;
        let mut head_end = usize::MAX;
        while i < range.end {
            if let Some(len) = starts(i, depth, i == head_end) {
                if i > begin {
                    cuts.push(begin..i);
                }
                begin = i;
                depth = 0;
                // The beginning has no brackets that stay open.
                i = (i + len.max(1)).min(range.end);
                head_end = i;
                if len > 0 {
                    continue;
                }
                i -= 1;
            }
            let Some(kind) = self.kind(i) else { break };
            if kind.opens() {
                depth += 1;
            } else if kind.closes() {
                depth = depth.saturating_sub(1);
            }
            i += 1;
        }
        if begin < range.end {
            cuts.push(begin..range.end);
        }
        cuts
    }

    /// Where the annotations that begin at `i` end: the index of what follows them.
    pub(super) fn after_annotations(&self, mut i: usize, body: Option<Body>) -> usize {
        while self.kind(i) == Some(T::AtSign) {
            i += 1;
            if self.kind(i).is_some_and(|k| k.is_name() || k.class() == TokenClass::Reserved)
                && self.same_line(i)
            {
                i += 1;
            }
            if self.kind(i) != Some(T::LParen) || !self.same_line(i) {
                continue;
            }
            let mut depth = 0usize;
            let mut j = i;
            while let Some(kind) = self.kind(j) {
                if j > i && self.first_on_line(j) {
                    let begins = match body {
                        None => self.item_word(j).is_some() || kind == T::AtSign,
                        Some(body) => self.statement_word(j, body) || kind == T::AtSign,
                    };
                    if begins {
                        break;
                    }
                }
                if kind.opens() {
                    depth += 1;
                } else if kind.closes() {
                    depth = depth.saturating_sub(1);
                }
                j += 1;
                if depth == 0 {
                    break;
                }
            }
            i = j;
        }
        i
    }

    /// The file's items.
    pub(super) fn items(&self) -> Vec<Range<usize>> {
        self.cut(0..self.tokens.len(), |i, depth, behind_head| {
            let first = self.first_column(i);
            if depth > 0 && !first {
                return None;
            }
            if self.kind(i) == Some(T::AtSign) {
                let next = self.after_annotations(i, None);
                let item = self.item_word(next);
                // In a body that is not indented annotations stand in the first column too.
                let rule = item.is_none() && self.statement_word(next, Body::Policy);
                if depth == 0 && !rule || item.is_some_and(|word| word != T::Let) {
                    return Some(next - i + self.head(next));
                }
                return None;
            }
            match self.item_word(i) {
                Some(T::Let) if depth > 0 => None,
                Some(_) => Some(self.head(i)),
                None => (depth == 0 && first && !behind_head && (self.looks_like_item(i) || self.alone(i)))
                    .then_some(1),
            }
        })
    }

    /// How many tokens the words before an item's own word and that word make.
    fn head(&self, i: usize) -> usize {
        let mut n = 0;
        while matches!(self.kind(i + n), Some(T::Pub | T::Open | T::Ordered)) {
            n += 1;
        }
        n + usize::from(self.item_word(i + n).is_some())
    }

    /// The word that begins an item at `i`.
    pub(super) fn item_word(&self, i: usize) -> Option<T> {
        let kind = self.kind(i)?;
        let begins = match kind {
            T::Policy
            | T::Entity
            | T::Enum
            | T::Fn
            | T::Module
            | T::Use
            | T::Pub
            | T::Exception
            | T::Obligation
            | T::Property
            | T::Let => true,
            T::Type => self.is_name(i + 1) && matches!(self.kind(i + 2), Some(T::Assign | T::Lt)),
            T::Data => self.is_name(i + 1) && self.kind(i + 2) == Some(T::Colon),
            T::Test => matches!(self.kind(i + 1), Some(T::Str | T::StrHead)),
            T::Open | T::Ordered => {
                self.kind(i + 1) == Some(T::Enum)
                    || matches!(self.kind(i + 1), Some(T::Open | T::Ordered))
                        && self.kind(i + 2) == Some(T::Enum)
            }
            _ => false,
        };
        begins.then_some(kind)
    }

    /// Two words side by side at the beginning of a line, which nothing that goes on with an item has.
    fn looks_like_item(&self, i: usize) -> bool {
        let word = matches!(
            self.kind(i),
            Some(
                T::Ident
                    | T::Type
                    | T::Data
                    | T::Test
                    | T::Ordered
                    | T::Deny
                    | T::Allow
                    | T::Escalate
                    | T::Default
            )
        );
        word && self.same_line(i + 1)
            && (self.is_name(i + 1) || matches!(self.kind(i + 1), Some(T::Str | T::StrHead)))
            && self.ends_before(i)
    }

    /// The statements of a body.
    pub(super) fn statements(&self, range: Range<usize>, body: Body) -> Vec<Range<usize>> {
        self.cut(range.clone(), |i, depth, behind_head| {
            let line = self.first_on_line(i) || i == range.start;
            if self.kind(i) == Some(T::AtSign) {
                return (depth == 0 || line).then(|| {
                    let next = self.after_annotations(i, Some(body)).min(range.end);
                    next - i + usize::from(self.statement_word(next, body))
                });
            }
            let begins = match self.kind(i)? {
                T::Let => depth == 0 || line,
                T::Require | T::Warn | T::Oblige | T::Transform | T::Applies | T::Include => {
                    !self.argument_of_annotation(i)
                }
                T::Expect | T::Assume | T::Given => true,
                // An item in a body: the body's `}` is missing, or it stands in the wrong place.
                T::Policy
                | T::Entity
                | T::Enum
                | T::Fn
                | T::Module
                | T::Use
                | T::Exception
                | T::Obligation
                | T::Property => line,
                _ if body == Body::Policy && self.soft_statement(i, behind_head) => {
                    line || depth == 0 && self.can_end_before(i)
                }
                _ => line && depth == 0 && !behind_head && (self.looks_like_statement(i) || self.alone(i)),
            };
            begins.then_some(1)
        })
    }

    /// `@mode(warn`: whether the token is the first argument of an annotation.
    fn argument_of_annotation(&self, i: usize) -> bool {
        let before = |n: usize| i.checked_sub(n).and_then(|i| self.kind(i));
        !self.first_on_line(i) && before(1) == Some(T::LParen) && before(3) == Some(T::AtSign)
    }

    /// Whether a word begins a statement at `i`.
    pub(super) fn statement_word(&self, i: usize, body: Body) -> bool {
        match self.kind(i) {
            Some(
                T::Let
                | T::Require
                | T::Warn
                | T::Oblige
                | T::Transform
                | T::Applies
                | T::Include
                | T::Expect
                | T::Assume
                | T::Given,
            ) => true,
            _ => body == Body::Policy && self.soft_statement(i, false),
        }
    }

    /// `deny`, `allow`, `escalate`, `default` or `mode`, followed as only a statement is.
    fn soft_statement(&self, i: usize, behind_head: bool) -> bool {
        // `default allow`, and on the next line `deny when …`.
        if !self.first_on_line(i) && i.checked_sub(1).and_then(|i| self.kind(i)) == Some(T::Default) {
            return false;
        }
        match self.kind(i) {
            Some(T::Deny | T::Allow | T::Escalate) => {
                let clause = |i| {
                    matches!(
                        self.kind(i),
                        None | Some(
                            T::For
                                | T::When
                                | T::That
                                | T::Because
                                | T::To
                                | T::Fix
                                | T::Details
                                | T::Colon
                                | T::RBrace
                        )
                    )
                };
                // `deny when …`: the name is missing.
                self.is_name(i + 1) && clause(i + 2) && !(self.kind(i + 2) == Some(T::To) && clause(i + 3))
                    || !behind_head
                        && matches!(self.kind(i + 1), Some(T::When | T::For | T::That))
                        && self.first_on_line(i)
                    // `deny match when …`: the name is a word of the language.
                    || !behind_head
                        && self.first_on_line(i)
                        && self.kind(i + 1).is_some_and(|k| k.class() == TokenClass::Reserved)
                        && matches!(self.kind(i + 2), Some(T::When | T::For | T::That))
            }
            Some(T::Default) => matches!(self.kind(i + 1), Some(T::Allow | T::Deny | T::Escalate)),
            Some(T::Mode) => {
                self.kind(i + 1) == Some(T::Ident) && !matches!(self.kind(i + 2), Some(T::When | T::FatArrow))
            }
            _ => false,
        }
    }

    /// Two names side by side at the beginning of a line, which nothing that goes on with a statement has.
    fn looks_like_statement(&self, i: usize) -> bool {
        let effect = matches!(self.kind(i), Some(T::Deny | T::Allow | T::Escalate | T::Default));
        (self.kind(i) == Some(T::Ident) || effect)
            && self.is_name(i + 1)
            && self.same_line(i + 1)
            && self.ends_before(i)
    }

    /// The braces around the statements of the item in `range`: the opening one, and the closing one where it can be found.
    pub(super) fn body(&self, range: Range<usize>) -> Option<(usize, Option<usize>)> {
        let open = self.body_open(range.clone())?;
        let mut depth = 0usize;
        let mut close = None;
        for i in open..range.end {
            let Some(kind) = self.kind(i) else { break };
            if kind.opens() {
                depth += 1;
            } else if kind.closes() {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    close = Some(i);
                    break;
                }
            }
        }
        // Something closed the body too early if more closing braces follow; something hid its end if it was not found.
        let last = (open + 1..range.end).rev().find(|i| self.kind(*i) == Some(T::RBrace));
        match (close, last) {
            (Some(close), Some(last)) if last > close => Some((open, Some(last))),
            (Some(close), _) => Some((open, Some(close))),
            (None, Some(last)) if last + 1 == range.end && self.first_on_line(last) => {
                Some((open, Some(last)))
            }
            (None, _) => Some((open, None)),
        }
    }

    /// The brace that begins the body: the first that does not belong to a type or an expression of the head.
    fn body_open(&self, range: Range<usize>) -> Option<usize> {
        let mut depth = 0usize;
        let mut matching = false;
        for i in range {
            let kind = self.kind(i)?;
            if kind == T::LBrace && depth == 0 && self.can_end_before(i) {
                let before = |n: usize| i.checked_sub(n).and_then(|i| self.kind(i));
                let of_type = before(1) == Some(T::On)
                    || matches!(before(1), Some(T::Open | T::Closed))
                        && matches!(
                            before(2),
                            Some(T::On | T::Colon | T::Lt | T::Comma | T::Pipe | T::Arrow | T::LParen)
                        )
                    || before(2) == Some(T::By) && before(3) == Some(T::Union);
                if !of_type && !matching {
                    return Some(i);
                }
                matching = false;
            }
            if kind == T::Match {
                matching = true;
            }
            if kind.opens() {
                depth += 1;
            } else if kind.closes() {
                depth = depth.saturating_sub(1);
            }
        }
        None
    }
}
