//! The table of lints: to add one is to add a file and its rows here.

use policy_syntax::Code;

use super::report::Reporter;
use super::{
    Input, Level, allow, coalesce, condition, exceptions, naming, operand, other, patterns, reach, rules,
    transforms, unused,
};
use crate::code::CodeInfo;
use crate::constant::Known;

/// One kind of finding that an author can allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lint {
    /// Its name, in `@allow` and in `policy.toml`.
    pub name: &'static str,
    /// Its code.
    pub code: Code,
    /// How loud it is where nothing else is said.
    pub level: Level,
    /// What it finds, as a heading has it.
    pub title: &'static str,
}

/// All lints, in the order of their codes.
pub const LINTS: &[&Lint] = &[
    &allow::UNUSED_ALLOW,
    &unused::LET,
    &unused::IMPORT,
    &unused::FUNCTION,
    &unused::DATA,
    &unused::PARAMETER,
    &unused::TYPE,
    &unused::VARIABLE,
    &naming::NAMING,
    &operand::OPERAND,
    &coalesce::ARITHMETIC,
    &condition::CONSTANT,
    &condition::NEVER_EQUAL,
    &reach::RULE,
    &rules::DEFAULT_COMPARED,
    &rules::VACUOUS,
    &rules::NEVER_ALLOWS,
    &patterns::ANCHORED,
    &patterns::UNANCHORED,
    &patterns::PATH_GLOB,
    &patterns::OPEN_ENDED,
    &other::MEMBER,
    &exceptions::UNEXPLAINED,
    &exceptions::ENDLESS,
    &exceptions::LAPSED,
    &transforms::READ,
];

/// The codes of this part: of the lints, and of what is wrong with an `@allow` itself.
#[must_use]
pub fn codes() -> Vec<CodeInfo> {
    let lints = LINTS.iter().map(|lint| CodeInfo { code: lint.code, title: lint.title });
    let mut all: Vec<CodeInfo> = allow::CODES.iter().copied().chain(lints).collect();
    all.sort_by_key(|info| info.code);
    all
}

/// What runs.
pub(super) type Check = for<'h> fn(&Input<'h>, &Known<'h>, &mut Reporter);

pub(super) const CHECKS: &[Check] = &[
    unused::check,
    naming::check,
    operand::check,
    coalesce::check,
    condition::check,
    reach::check,
    rules::check,
    patterns::check,
    other::check,
    exceptions::check,
    transforms::check,
];

/// The lint of a name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Lint> {
    LINTS.iter().copied().find(|lint| lint.name == name)
}

/// The lint whose name is nearest to one that does not exist.
pub(super) fn nearest(name: &str) -> Option<&'static str> {
    let most = name.chars().count() / 3 + 1;
    LINTS
        .iter()
        .map(|lint| (distance(name, lint.name), lint.name))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, name)| name)
}

/// The sentence for a name that no lint has.
pub(super) fn unknown(name: &str) -> String {
    match nearest(name) {
        Some(nearest) => format!("there is no lint `{name}`; there is `{nearest}`"),
        None => format!("there is no lint `{name}`"),
    }
}

/// How many letters must be put in, taken out or replaced to make `b` of `a`; two swapped ones count once.
fn distance(a: &str, b: &str) -> usize {
    /// Longer names are not compared.
    const LONGEST: usize = 64;
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len() > LONGEST || b.len() > LONGEST {
        return usize::MAX;
    }
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for (i, &x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &y) in b.iter().enumerate() {
            let cell = |back: usize, column: usize| -> usize {
                rows.len()
                    .checked_sub(back)
                    .and_then(|r| rows.get(r)?.get(column).copied())
                    .unwrap_or(usize::MAX / 2)
            };
            let left = row.last().copied().unwrap_or(0);
            let mut best = (cell(1, j + 1) + 1).min(left + 1).min(cell(1, j) + usize::from(x != y));
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(&y) && b.get(j - 1) == Some(&x);
            if swapped {
                best = best.min(cell(2, j - 1) + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows.last().and_then(|row| row.last()).copied().unwrap_or(usize::MAX)
}
