//! Any number of characters of a class that takes all but some of ASCII, such as `.*` and the `*` of globs, as any number of
//! bytes.
//!
//! A text is UTF-8, so a run of such bytes that ends within a character can go on only within it: whatever comes next begins
//! with the first byte of a character, or is the end of the text. Whether there is a match is so the same, and an automaton
//! over bytes has a state where one over characters has one for each place in them. Only assertions about words could tell
//! the inside of a character from its borders; expressions with one stay as they are.

use regex_syntax::hir::{
    Capture, Class, ClassBytes, ClassBytesRange, ClassUnicode, Hir, HirKind, Repetition,
};
use regex_syntax::utf8::{Utf8Range, Utf8Sequences};

/// The most ranges of a class that is written as bytes where it stands alone. There is room and time set aside in the library
/// for classes with thousands of them, which takes longer than all else where there is only `.`.
const RANGES: usize = 4;

/// An expression that matches the same texts. Where matches begin and end may differ. Classes are written as bytes where that
/// is said: there are more states then.
pub(super) fn loosened(hir: Hir, spell: bool) -> Hir {
    if hir.properties().look_set().contains_word() { hir } else { walk(hir, spell) }
}

fn walk(hir: Hir, spell: bool) -> Hir {
    let walk = |hir| walk(hir, spell);
    match hir.into_kind() {
        HirKind::Empty => Hir::empty(),
        HirKind::Literal(literal) => Hir::literal(literal.0),
        HirKind::Class(Class::Unicode(class)) if spell && class.ranges().len() <= RANGES => spelled(&class),
        HirKind::Class(class) => Hir::class(class),
        HirKind::Look(look) => Hir::look(look),
        HirKind::Repetition(Repetition { min, max, greedy, sub }) => {
            let loose =
                if let HirKind::Class(Class::Unicode(class)) = sub.kind() { bytes(class) } else { None };
            let Some(loose) = loose.filter(|_| max.is_none()) else {
                let sub = Box::new(walk(*sub));
                return Hir::repetition(Repetition { min, max, greedy, sub });
            };
            let many = Repetition { min: 0, max: None, greedy, sub: Box::new(Hir::class(loose)) };
            match min {
                0 => Hir::repetition(many),
                _ => Hir::concat(vec![
                    Hir::repetition(Repetition { min, max: Some(min), greedy, sub: Box::new(walk(*sub)) }),
                    Hir::repetition(many),
                ]),
            }
        }
        HirKind::Capture(Capture { index, name, sub }) => {
            Hir::capture(Capture { index, name, sub: Box::new(walk(*sub)) })
        }
        HirKind::Concat(parts) => Hir::concat(parts.into_iter().map(walk).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.into_iter().map(walk).collect()),
    }
}

/// The characters of a class as what bytes they are.
fn spelled(class: &ClassUnicode) -> Hir {
    let range = |range: &Utf8Range| {
        Hir::class(Class::Bytes(ClassBytes::new([ClassBytesRange::new(range.start, range.end)])))
    };
    let sequences = class.ranges().iter().flat_map(|range| Utf8Sequences::new(range.start(), range.end()));
    Hir::alternation(
        sequences.map(|sequence| Hir::concat(sequence.as_slice().iter().map(range).collect())).collect(),
    )
}

/// The bytes of the characters of a class that takes all characters beyond ASCII.
fn bytes(class: &ClassUnicode) -> Option<Class> {
    let last = class.ranges().last()?;
    if last.end() != char::MAX || last.start() > '\u{80}' {
        return None;
    }
    let ranges = class.ranges().iter().map(|range| {
        let byte = |c: char| u8::try_from(u32::from(c)).unwrap_or(u8::MAX);
        let end = if range.end().is_ascii() { byte(range.end()) } else { u8::MAX };
        ClassBytesRange::new(byte(range.start()), end)
    });
    Some(Class::Bytes(ClassBytes::new(ranges)))
}

#[cfg(test)]
mod tests;
