//! Words that look like another: typing mistakes, and what other languages say.

use crate::lexer::TokenKind;

/// What other languages write, and the word here.
const ELSEWHERE: &[(&str, TokenKind)] = &[
    ("permit", TokenKind::Allow),
    ("forbid", TokenKind::Deny),
    ("reject", TokenKind::Deny),
    ("block", TokenKind::Deny),
    ("import", TokenKind::Use),
    ("function", TokenKind::Fn),
    ("func", TokenKind::Fn),
    ("fun", TokenKind::Fn),
    ("def", TokenKind::Fn),
    ("package", TokenKind::Module),
    ("namespace", TokenKind::Module),
    ("const", TokenKind::Let),
    ("var", TokenKind::Let),
    ("val", TokenKind::Let),
    ("public", TokenKind::Pub),
    ("struct", TokenKind::Type),
    ("some", TokenKind::Any),
    ("exists", TokenKind::Any),
    ("every", TokenKind::All),
    ("forall", TokenKind::All),
    ("switch", TokenKind::Match),
    ("where", TokenKind::When),
    ("message", TokenKind::Because),
    ("reason", TokenKind::Because),
    ("suggest", TokenKind::Fix),
    ("assert", TokenKind::Expect),
    ("like", TokenKind::Matches),
    ("mod", TokenKind::Percent),
];

/// The one of `candidates` that `found` was probably meant to be.
pub(super) fn meant(found: &str, candidates: impl Iterator<Item = TokenKind>) -> Option<TokenKind> {
    let found = found.to_lowercase();
    if found.len() < 2 || found.len() > 16 {
        return None;
    }
    let mut best: Option<(usize, TokenKind)> = None;
    for kind in candidates {
        if ELSEWHERE.contains(&(found.as_str(), kind)) {
            return Some(kind);
        }
        let word = kind.text();
        let allowed = match word.len() {
            0..=2 => 0,
            3..=4 => 1,
            _ => 2,
        };
        let distance = distance(&found, word);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, kind));
        }
    }
    best.map(|(_, kind)| kind)
}

/// How many letters must be put in, left out, changed or swapped with their neighbours.
pub(super) fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let get = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
            let mut least =
                (get(&row, j + 1) + 1).min(get(&next, j) + 1).min(get(&row, j) + usize::from(x != y));
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                least = least.min(get(&before, j - 1) + 1);
            }
            next.push(least);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or(0)
}
