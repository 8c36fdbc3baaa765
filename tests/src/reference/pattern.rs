//! Patterns: regular expressions, globs, wildcards.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use regex_automata::meta::Regex;
use regex_automata::util::syntax;

use super::regex::plain;
use super::value::PatternKind;

/// Whether the whole of `text` matches. `host` says that a glob's segments are labels.
#[must_use]
pub fn matches(kind: PatternKind, pattern: &str, text: &str, host: bool) -> bool {
    match kind {
        PatternKind::Regex => {
            compile(&format!(r"\A(?:{})\z", plain(pattern))).is_some_and(|re| re.is_match(text))
        }
        PatternKind::Glob => glob(pattern, text, if host { '.' } else { '/' }),
        PatternKind::Wildcard => {
            let pattern: Vec<char> = pattern.chars().collect();
            let text: Vec<char> = text.chars().collect();
            wildcard(&pattern, &text)
        }
    }
}

/// Whether a match of a regular expression stands anywhere.
#[must_use]
pub fn search(pattern: &str, text: &str) -> bool {
    compile(&plain(pattern)).is_some_and(|re| re.is_match(text))
}

fn compile(pattern: &str) -> Option<Rc<Regex>> {
    thread_local! {
        static KNOWN: RefCell<BTreeMap<String, Option<Rc<Regex>>>> = RefCell::default();
    }
    KNOWN.with_borrow_mut(|known| {
        known
            .entry(pattern.to_owned())
            .or_insert_with(|| {
                let flags = syntax::Config::new().dot_matches_new_line(true).unicode(true);
                Regex::builder().syntax(flags).build(pattern).ok().map(Rc::new)
            })
            .clone()
    })
}

/// Segment by segment; `**` takes zero or more of them. Braces stand for several globs.
fn glob(pattern: &str, text: &str, separator: char) -> bool {
    braces(pattern).iter().any(|pattern| plain_glob(pattern, text, separator))
}

/// The globs that one with `{a,b}` stands for.
fn braces(pattern: &str) -> Vec<String> {
    let mut escaped = false;
    let mut depth = 0u32;
    let mut class = false;
    let mut open = None;
    let mut parts: Vec<(usize, usize)> = Vec::new();
    let mut start = 0;
    for (at, c) in pattern.char_indices() {
        let skip = escaped;
        escaped = !skip && c == '\\';
        match c {
            _ if skip => {}
            '[' if !class => class = true,
            ']' => class = false,
            _ if class => {}
            '{' => {
                depth += 1;
                if depth == 1 {
                    open = Some(at);
                    start = at + 1;
                }
            }
            ',' if depth == 1 => {
                parts.push((start, at));
                start = at + 1;
            }
            '}' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    parts.push((start, at));
                    let (before, after) = (pattern.get(..open.unwrap_or(0)), pattern.get(at + 1..));
                    let mut all = Vec::new();
                    for (lo, hi) in parts {
                        let middle = pattern.get(lo..hi).unwrap_or_default();
                        let one = [before.unwrap_or_default(), middle, after.unwrap_or_default()].concat();
                        all.extend(braces(&one));
                    }
                    return all;
                }
            }
            _ => {}
        }
    }
    vec![pattern.to_owned()]
}

fn plain_glob(pattern: &str, text: &str, separator: char) -> bool {
    let pattern: Vec<&str> = pattern.split(separator).collect();
    let text: Vec<&str> = text.split(separator).collect();
    segments(&pattern, &text)
}

fn segments(pattern: &[&str], text: &[&str]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((&"**", rest)) => {
            (0..=text.len()).any(|skip| text.get(skip..).is_some_and(|t| segments(rest, t)))
        }
        Some((first, rest)) => match text.split_first() {
            None => false,
            Some((segment, others)) => {
                let first: Vec<char> = first.chars().collect();
                let segment: Vec<char> = segment.chars().collect();
                glob_segment(&first, &segment) && segments(rest, others)
            }
        },
    }
}

fn glob_segment(pattern: &[char], text: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some(('*', rest)) => {
            (0..=text.len()).any(|skip| text.get(skip..).is_some_and(|t| glob_segment(rest, t)))
        }
        Some(('?', rest)) => text.split_first().is_some_and(|(_, others)| glob_segment(rest, others)),
        Some(('[', rest)) => match (class(rest), text.split_first()) {
            (Some((negated, ranges, rest)), Some((c, others))) => {
                ranges.iter().any(|(lo, hi)| (lo..=hi).contains(&c)) != negated && glob_segment(rest, others)
            }
            (Some(_), None) | (None, _) => false,
        },
        Some(('\\', rest)) => match (rest.split_first(), text.split_first()) {
            (Some((p, rest)), Some((t, others))) => p == t && glob_segment(rest, others),
            (Some(_) | None, _) => false,
        },
        Some((p, rest)) => text.split_first().is_some_and(|(t, others)| p == t && glob_segment(rest, others)),
    }
}

/// A class after its `[`: whether it is negated, its ranges, what follows it.
#[allow(clippy::type_complexity, reason = "read in one place")]
fn class(pattern: &[char]) -> Option<(bool, Vec<(char, char)>, &[char])> {
    let (negated, mut rest) = match pattern.split_first() {
        Some(('!' | '^', rest)) => (true, rest),
        Some(_) | None => (false, pattern),
    };
    let mut ranges = Vec::new();
    loop {
        match rest {
            [']', tail @ ..] if !ranges.is_empty() => return Some((negated, ranges, tail)),
            [lo, '-', hi, tail @ ..] if *hi != ']' => {
                ranges.push((*lo, *hi));
                rest = tail;
            }
            [one, tail @ ..] => {
                ranges.push((*one, *one));
                rest = tail;
            }
            [] => return None,
        }
    }
}

fn wildcard(pattern: &[char], text: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some(('*', rest)) => (0..=text.len()).any(|skip| text.get(skip..).is_some_and(|t| wildcard(rest, t))),
        Some(('?', rest)) => text.split_first().is_some_and(|(_, others)| wildcard(rest, others)),
        Some((p, rest)) => text.split_first().is_some_and(|(t, others)| p == t && wildcard(rest, others)),
    }
}

/// Whether a text is a pattern of a kind.
#[must_use]
pub fn valid(kind: PatternKind, pattern: &str) -> bool {
    match kind {
        PatternKind::Regex => compile(&plain(pattern)).is_some(),
        PatternKind::Glob => pattern.split('/').all(|segment| segment == "**" || !segment.contains("**")),
        PatternKind::Wildcard => true,
    }
}
