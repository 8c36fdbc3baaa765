//! Globs.
//!
//! `*` and `?` take anything but the separator, `**` is a whole segment and takes any number of them, `[…]`
//! is a class that never takes the separator, `{a,b}` either part, and `\` makes the next character
//! ordinary. Case matters, and a leading dot is ordinary.

use std::iter::Peekable;
use std::ops::Range;
use std::str::CharIndices;
use std::sync::Arc;

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, Repetition};

use super::automaton::Automaton;
use super::wildcard::{any_character, any_number};
use super::{Affixes, Matcher, PatternError};

/// The most globs that the braces of one glob may stand for.
const MAX_ALTERNATIVES: usize = 1_000;

/// What parts segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    /// Of paths and of ordinary text.
    Slash,
    /// Of hosts.
    Dot,
}

impl Separator {
    const fn char(self) -> char {
        match self {
            Self::Slash => '/',
            Self::Dot => '.',
        }
    }
}

/// A part of a glob.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Separator,
    /// `*`
    Any,
    /// `**`
    Segments,
    /// `?`
    One,
    Class(Vec<(char, char)>, bool),
}

/// Compiles a glob for paths and ordinary text. One whose `**` are whole labels of a host, like
/// `**.example.com`, and that has no `/`, takes those labels here too.
pub(super) fn of_text(source: &str) -> Result<Matcher, PatternError> {
    compile(source, Separator::Slash).or_else(|error| {
        if source.contains('/') {
            return Err(error);
        }
        compile(source, Separator::Dot).map_err(|_| error)
    })
}

pub(super) fn compile(source: &str, separator: Separator) -> Result<Matcher, PatternError> {
    let alternatives = Parser { source, chars: source.char_indices().peekable(), separator }.glob(0)?;
    for parts in &alternatives {
        check_segments(parts, source)?;
    }
    if let [parts] = alternatives.as_slice()
        && let Some(matcher) = simple(parts, separator)
    {
        return Ok(matcher);
    }
    let hirs = alternatives.iter().map(|parts| hir(parts, separator)).collect();
    Automaton::new(Arc::new(Hir::alternation(hirs)), true)
        .map(Matcher::Automaton)
        .ok_or_else(|| error("the pattern is too large", 0..source.len()))
}

fn error(message: &str, at: Range<usize>) -> PatternError {
    PatternError { message: message.to_owned(), at }
}

struct Parser<'a> {
    source: &'a str,
    chars: Peekable<CharIndices<'a>>,
    separator: Separator,
}

impl Parser<'_> {
    /// Reads up to the end, or within braces up to `,` or `}`.
    fn glob(&mut self, depth: usize) -> Result<Vec<Vec<Part>>, PatternError> {
        let mut found: Vec<Vec<Part>> = vec![Vec::new()];
        while let Some(&(at, character)) = self.chars.peek() {
            if depth > 0 && matches!(character, ',' | '}') {
                break;
            }
            self.chars.next();
            let part = match character {
                '*' => {
                    if self.chars.next_if(|(_, next)| *next == '*').is_some() {
                        if self.chars.peek().is_some_and(|(_, next)| *next == '*') {
                            return Err(error("`***` means nothing; write `**` or `*`", at..at + 3));
                        }
                        Part::Segments
                    } else {
                        Part::Any
                    }
                }
                '?' => Part::One,
                '[' => self.class(at)?,
                '{' => {
                    found = self.braces(at, &found, depth)?;
                    continue;
                }
                '}' => return Err(error("`}` without `{`; write `\\}` for the character", at..at + 1)),
                '\\' => match self.chars.next() {
                    Some((_, escaped)) => Part::Text(escaped.to_string()),
                    None => return Err(error("`\\` at the end escapes nothing", at..at + 1)),
                },
                other if other == self.separator.char() => Part::Separator,
                other => Part::Text(other.to_string()),
            };
            for parts in &mut found {
                push(parts, part.clone());
            }
        }
        Ok(found)
    }

    fn braces(
        &mut self,
        open: usize,
        before: &[Vec<Part>],
        depth: usize,
    ) -> Result<Vec<Vec<Part>>, PatternError> {
        if depth >= 16 {
            return Err(error("braces nest too deep", open..open + 1));
        }
        let mut alternatives = Vec::new();
        loop {
            alternatives.extend(self.glob(depth + 1)?);
            match self.chars.next() {
                Some((_, ',')) => {}
                Some((_, '}')) => break,
                Some(_) | None => return Err(error("`{` is not closed", open..open + 1)),
            }
            if alternatives.len() > MAX_ALTERNATIVES {
                break;
            }
        }
        if alternatives.len().saturating_mul(before.len()) > MAX_ALTERNATIVES {
            return Err(error("the braces stand for too many globs", open..self.source.len()));
        }
        let mut found = Vec::with_capacity(alternatives.len() * before.len());
        for beginning in before {
            for alternative in &alternatives {
                let mut parts = beginning.clone();
                for part in alternative {
                    push(&mut parts, part.clone());
                }
                found.push(parts);
            }
        }
        Ok(found)
    }

    fn class(&mut self, open: usize) -> Result<Part, PatternError> {
        let unclosed = || error("`[` is not closed; write `\\[` for the character", open..open + 1);
        let negated = self.chars.next_if(|(_, next)| matches!(next, '!' | '^')).is_some();
        let mut ranges = Vec::new();
        let mut first = true;
        loop {
            let (at, mut low) = self.chars.next().ok_or_else(unclosed)?;
            if low == ']' && !first {
                break;
            }
            first = false;
            if low == '\\' {
                low = self.chars.next().ok_or_else(unclosed)?.1;
            }
            let mut high = low;
            let mut ahead = self.chars.clone();
            if ahead.next_if(|(_, next)| *next == '-').is_some()
                && ahead.peek().is_some_and(|(_, next)| *next != ']')
            {
                self.chars = ahead;
                high = self.chars.next().ok_or_else(unclosed)?.1;
                if high == '\\' {
                    high = self.chars.next().ok_or_else(unclosed)?.1;
                }
            }
            if high < low {
                return Err(error("the range of the class runs backwards", at..at + low.len_utf8()));
            }
            ranges.push((low, high));
        }
        Ok(Part::Class(ranges, negated))
    }
}

/// Adds a part; texts join.
fn push(parts: &mut Vec<Part>, part: Part) {
    if let (Some(Part::Text(last)), Part::Text(text)) = (parts.last_mut(), &part) {
        last.push_str(text);
    } else {
        parts.push(part);
    }
}

fn check_segments(parts: &[Part], source: &str) -> Result<(), PatternError> {
    for (at, part) in parts.iter().enumerate() {
        if *part == Part::Segments {
            let before = at.checked_sub(1).and_then(|before| parts.get(before));
            let after = parts.get(at + 1);
            if [before, after].into_iter().flatten().any(|beside| *beside != Part::Separator) {
                let star = source.find("**").unwrap_or(0);
                return Err(error(
                    "`**` must be a whole segment; within a segment write `*`",
                    star..star + 2,
                ));
            }
        }
    }
    Ok(())
}

/// Globs that are decided by how a text begins and ends.
fn simple(parts: &[Part], separator: Separator) -> Option<Matcher> {
    let mark = separator.char();
    if let Some(exact) = literal(parts, mark) {
        return Some(Matcher::Exact(exact));
    }
    // `a/**`: what stands below `a`, and `a` itself; `**` alone: everything.
    if let Some((Part::Segments, before)) = parts.split_last() {
        return match before.split_last() {
            None => Some(Matcher::Affixes(Affixes::new("", "", None))),
            Some((_, folder)) => {
                literal(folder, mark).map(|folder| Matcher::Affixes(Affixes::below(&folder, mark)))
            }
        };
    }
    let star = parts.iter().position(|part| *part == Part::Any)?;
    let (before, after) = (parts.get(..star)?, parts.get(star + 1..)?);
    let suffix = literal(after, mark)?;
    // `a/**/*b`, where `b` is within a segment: `**` takes what `*` may not.
    if let [folder @ .., Part::Segments, Part::Separator] = before {
        let within = !suffix.contains(mark);
        return literal(folder, mark)
            .filter(|_| within)
            .map(|prefix| Matcher::Affixes(Affixes::new(&prefix, &suffix, None)));
    }
    let without = u8::try_from(mark).ok();
    literal(before, mark).map(|prefix| Matcher::Affixes(Affixes::new(&prefix, &suffix, without)))
}

/// The text of parts that stand for themselves.
fn literal(parts: &[Part], mark: char) -> Option<String> {
    let mut text = String::new();
    for part in parts {
        match part {
            Part::Text(words) => text.push_str(words),
            Part::Separator => text.push(mark),
            Part::Any | Part::Segments | Part::One | Part::Class(..) => return None,
        }
    }
    Some(text)
}

fn hir(parts: &[Part], separator: Separator) -> Hir {
    let within = || not_separator(separator);
    let mark = || Hir::literal(separator.char().to_string().into_bytes());
    let anything = || any_number(any_character());
    let optional = |hirs: Vec<Hir>| {
        Hir::repetition(Repetition { min: 0, max: Some(1), greedy: true, sub: Box::new(Hir::concat(hirs)) })
    };
    let mut hirs = Vec::new();
    let mut at = 0;
    while let Some(part) = parts.get(at) {
        match part {
            Part::Text(text) => hirs.push(Hir::literal(text.clone().into_bytes())),
            // `a/**` takes `a` too: the separator before a last `**` belongs to it.
            Part::Separator if parts.get(at + 1) == Some(&Part::Segments) && parts.len() == at + 2 => {
                hirs.push(optional(vec![mark(), anything()]));
                at += 1;
            }
            Part::Separator => hirs.push(mark()),
            Part::Any => hirs.push(any_number(within())),
            Part::One => hirs.push(within()),
            Part::Segments if parts.get(at + 1) == Some(&Part::Separator) => {
                hirs.push(optional(vec![anything(), mark()]));
                at += 1;
            }
            Part::Segments => hirs.push(anything()),
            Part::Class(ranges, negated) => hirs.push(class(ranges, *negated, separator)),
        }
        at += 1;
    }
    Hir::concat(hirs)
}

fn not_separator(separator: Separator) -> Hir {
    class(&[], true, separator)
}

fn class(ranges: &[(char, char)], negated: bool, separator: Separator) -> Hir {
    let mut class = ClassUnicode::new(ranges.iter().map(|&(low, high)| ClassUnicodeRange::new(low, high)));
    if negated {
        class.negate();
    }
    let mark = separator.char();
    class.difference(&ClassUnicode::new([ClassUnicodeRange::new(mark, mark)]));
    Hir::class(Class::Unicode(class))
}
