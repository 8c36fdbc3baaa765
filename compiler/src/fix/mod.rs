//! Applies the safe fixes of diagnostics to sources.
//!
//! Fixes are taken in source order; one that overlaps a fix taken before waits for the next round, in which the sources
//! are checked anew. A fix is applied whole or not at all, and one that breaks the syntax of a file is not kept. The
//! result depends on the sources alone.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use policy_syntax::{Applicability, Code, Diagnostic, FileId, Fix, Location, Severity, parse};

/// The texts of files.
pub type Texts = BTreeMap<FileId, Arc<str>>;

/// Rounds after which no more fixes are looked for: fixes that undo each other must come to an end.
const ROUNDS: usize = 20;

/// How many fixes are applied in one round.
const MOST: usize = 1_000;

/// A fix that was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The diagnostic that offered it.
    pub code: Code,
    /// Where the diagnostic stood, in the text of its round.
    pub at: Location,
    /// What the fix did.
    pub title: String,
}

/// What [`fix`] gives.
#[derive(Clone, Debug, Default)]
pub struct Fixed {
    /// The files that changed, with their new texts.
    pub changed: Texts,
    /// What was applied, in the order of application.
    pub applied: Vec<Applied>,
    /// What the last check found: what the fixes left over.
    pub left: Vec<Diagnostic>,
}

/// Applies safe fixes until none is left. `check` gives the diagnostics of the texts.
///
/// Files that `texts` does not have are left alone.
pub fn fix(texts: &Texts, check: &mut dyn FnMut(&Texts) -> Vec<Diagnostic>) -> Fixed {
    let mut now = texts.clone();
    let mut fixed = Fixed { left: check(&now), ..Fixed::default() };
    // Fixes that did not help; they are not tried again on the same text.
    let mut refused: Vec<Fix> = Vec::new();
    for _ in 0..ROUNDS {
        let offered = offers(&fixed.left).filter(|(_, fix)| fits(&now, fix) && !refused.contains(fix));
        let mut taken: Vec<(&Diagnostic, &Fix)> = Vec::new();
        for (diagnostic, offer) in offered {
            if taken.len() < MOST && taken.iter().all(|(_, other)| apart(other, offer)) {
                taken.push((diagnostic, offer));
            }
        }
        let round = keep_sound(&now, &mut taken, &mut refused);
        if taken.is_empty() {
            break;
        }
        fixed.applied.extend(taken.iter().map(|(diagnostic, fix)| Applied {
            code: diagnostic.code,
            at: diagnostic.primary,
            title: fix.title.clone(),
        }));
        now = round;
        refused.clear();
        fixed.left = check(&now);
    }
    fixed.changed = now.into_iter().filter(|(file, text)| texts.get(file) != Some(text)).collect();
    fixed
}

/// The texts after the fixes taken; those that break the syntax are taken back.
fn keep_sound(now: &Texts, taken: &mut Vec<(&Diagnostic, &Fix)>, refused: &mut Vec<Fix>) -> Texts {
    let all: Vec<&Fix> = taken.iter().map(|(_, fix)| *fix).collect();
    let round = apply(now, &all);
    if !breaks(now, &round, &all) {
        return round;
    }
    let mut kept: Vec<&Fix> = Vec::new();
    let mut round = now.clone();
    taken.retain(|(_, offer)| {
        kept.push(offer);
        let after = apply(now, &kept);
        let sound = !breaks(&round, &after, &[offer]);
        if sound {
            round = after;
        } else {
            kept.pop();
            refused.push((*offer).clone());
        }
        sound
    });
    round
}

/// The fixes that are applied to what was found: the first safe one of each diagnostic, in source order. While there are
/// errors, theirs alone: what an error hides may make a warning that is none, such as an import that nothing seems to use.
pub fn offers(diagnostics: &[Diagnostic]) -> impl Iterator<Item = (&Diagnostic, &Fix)> {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by(|a, b| a.order(b));
    if sorted.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
        sorted.retain(|diagnostic| diagnostic.severity == Severity::Error);
    }
    sorted.into_iter().filter_map(|diagnostic| {
        let fix = diagnostic.fixes.iter().find(|fix| fix.applicability == Applicability::Safe)?;
        Some((diagnostic, fix))
    })
}

/// Whether every edit of a fix stands in a text, at boundaries of characters, and none touches another.
fn fits(texts: &Texts, fix: &Fix) -> bool {
    let within = |(at, _): &(Location, String)| {
        let text = texts.get(&at.file);
        text.is_some_and(|text| text.get(at.span.lo as usize..at.span.hi as usize).is_some())
    };
    let alone = |i: usize, at: &Location| fix.edits.iter().skip(i + 1).all(|(other, _)| clear(*at, *other));
    !fix.edits.is_empty()
        && fix.edits.iter().all(within)
        && fix.edits.iter().enumerate().all(|(i, (at, _))| alone(i, at))
}

/// Whether two edits can both be made, in one way only.
fn clear(a: Location, b: Location) -> bool {
    let before = |x: Location, y: Location| {
        x.span.hi < y.span.lo || (x.span.hi == y.span.lo && !x.span.is_empty() && !y.span.is_empty())
    };
    a.file != b.file || before(a, b) || before(b, a)
}

fn apart(a: &Fix, b: &Fix) -> bool {
    a.edits.iter().all(|(x, _)| b.edits.iter().all(|(y, _)| clear(*x, *y)))
}

/// The texts after fixes that do not touch each other.
fn apply(texts: &Texts, fixes: &[&Fix]) -> Texts {
    let mut edits: Vec<&(Location, String)> = fixes.iter().flat_map(|fix| &fix.edits).collect();
    // From the end of each file, so that places stay true.
    edits.sort_by_key(|(at, _)| std::cmp::Reverse((at.file, at.span)));
    let mut strings: BTreeMap<FileId, String> = BTreeMap::new();
    for (at, new) in edits {
        let Some(text) = texts.get(&at.file) else { continue };
        let string = strings.entry(at.file).or_insert_with(|| text.to_string());
        string.replace_range(at.span.lo as usize..at.span.hi as usize, new);
    }
    let mut out = texts.clone();
    out.extend(strings.into_iter().map(|(file, text)| (file, Arc::from(text))));
    out
}

/// Whether fixes added syntax errors to a file that they changed.
fn breaks(before: &Texts, after: &Texts, fixes: &[&Fix]) -> bool {
    let errors = |texts: &Texts, file: FileId| {
        texts.get(&file).map_or(0, |text| {
            parse(file, text).diagnostics.iter().filter(|d| d.severity == Severity::Error).count()
        })
    };
    let files: BTreeSet<FileId> = fixes.iter().flat_map(|fix| &fix.edits).map(|(at, _)| at.file).collect();
    files.into_iter().any(|file| errors(after, file) > errors(before, file))
}
