//! A cursor over the text of a literal, for readers that say where they stopped.

use std::ops::Range;

/// A position in a text.
pub(super) struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// A cursor that stands before byte `at`.
    pub(super) fn from(text: &'a str, at: usize) -> Self {
        Self { text, at }
    }

    /// The byte that the cursor stands before.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// The next character.
    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The place of the next character; empty at the end.
    pub(super) fn here(&self) -> Range<usize> {
        self.at..self.at + self.peek().map_or(0, char::len_utf8)
    }

    /// Steps over `c` where it is next.
    pub(super) fn eat(&mut self, c: char) -> bool {
        let next = self.peek() == Some(c);
        if next {
            self.at += c.len_utf8();
        }
        next
    }

    /// Steps over characters as long as they are `wanted`, and gives them with their place.
    pub(super) fn while_(&mut self, wanted: impl Fn(char) -> bool) -> (&'a str, Range<usize>) {
        let rest = self.rest();
        let len = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        let place = self.at..self.at + len;
        self.at = place.end;
        (rest.get(..len).unwrap_or(""), place)
    }

    /// Steps over ASCII digits.
    pub(super) fn digits(&mut self) -> (&'a str, Range<usize>) {
        self.while_(|c| c.is_ascii_digit())
    }
}
