//! The nearest name to one that does not exist.

/// The candidate that `name` was most likely meant to be: the one with the fewest edits, at most a third of its length;
/// of several the first in alphabetical order.
pub(crate) fn nearest<'n>(name: &str, candidates: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let length = name.chars().count();
    if length == 0 || length > 100 {
        return None;
    }
    let allowed = (length / 3).clamp(1, 4);
    let folded = name.to_lowercase().replace('_', "");
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name && !candidate.is_empty() && candidate.len() <= 200)
        // A character has at most four bytes; underscores may be left out.
        .filter(|candidate| {
            candidate.len() / 4 <= length + allowed && candidate.len() + allowed >= length / 2
        })
        .filter_map(|candidate| {
            let edits = if candidate.to_lowercase().replace('_', "") == folded {
                0
            } else {
                distance(name, candidate, allowed)?
            };
            // One letter for another is a typo only where something is left that agrees.
            (edits < length).then_some((edits, candidate))
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// Insertions, deletions, replacements and swaps of neighbours from `a` to `b`; none where more than `limit`.
fn distance(a: &str, b: &str, limit: usize) -> Option<usize> {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, &x) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        for (j, &y) in b.iter().enumerate() {
            let at = |row: &[usize], n: usize| row.get(n).copied().unwrap_or(usize::MAX / 2);
            let replace = at(&above, j) + usize::from(x != y);
            let mut best = replace.min(at(&above, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(&y) && b.get(j - 1) == Some(&x);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().filter(|&d| d <= limit)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_typos() {
        assert_eq!(nearest("aproved", ["approved", "author"]), Some("approved"));
        assert_eq!(nearest("humna", ["human", "bot"]), Some("human"));
        assert_eq!(nearest("authorId", ["author_id"]), Some("author_id"));
    }

    #[test]
    fn leaves_strangers_alone() {
        assert_eq!(nearest("x", ["y"]), None);
        assert_eq!(nearest("labels", ["number", "title"]), None);
    }
}
