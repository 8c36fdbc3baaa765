//! The same tokens with other blanks between: the same tree, however the lines fall, and the same formatted text again.

use proptest::prelude::*;

use super::EXAMPLES;
use crate::parser::parse_whole;
use crate::{FileId, TokenKind, dump, format, parse};

/// The tokens of `source` with gaps that `choose` gives; interpolated texts stay as they are.
fn respaced(source: &str, mut choose: impl FnMut() -> u8) -> String {
    let parsed = parse(FileId(0), source);
    let mut out = String::new();
    let mut inside = 0usize;
    let mut end = 0usize;
    for (i, token) in parsed.tokens.iter().enumerate() {
        let (lo, hi) = (token.span.lo as usize, token.span.hi as usize);
        let before = i.checked_sub(1).and_then(|i| parsed.tokens.get(i));
        let adjacent = before.is_some_and(|b| b.span.hi == token.span.lo);
        let gap = &source[end..lo];
        if inside > 0 || gap.contains("//") || before.is_none() {
            out.push_str(gap);
        } else if adjacent {
            // What is written together may have to be: `a.b`, `f(`, `x?.y`.
        } else {
            out.push_str(match choose() % 8 {
                0..=3 => " ",
                4 => "\n",
                5 => "\n    ",
                6 => "\r\n  ",
                _ => "\t ",
            });
        }
        out.push_str(&source[lo..hi]);
        end = hi;
        if token.kind == TokenKind::StrHead {
            inside += 1;
        } else if token.kind == TokenKind::StrTail {
            inside -= 1;
        }
    }
    out.push_str(&source[end..]);
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lines_may_fall_anywhere(which in 0..EXAMPLES.len(), gaps in prop::collection::vec(any::<u8>(), 64..512)) {
        let (name, source) = EXAMPLES[which];
        let mut next = gaps.iter().cycle();
        let text = respaced(source, || *next.next().unwrap());
        let whole = parse_whole(FileId(0), &text);
        prop_assert!(whole.diagnostics.is_empty(), "{}: {:#?}\n{}", name, whole.diagnostics, text);
        let cut = parse(FileId(0), &text);
        if let Some(d) = cut.diagnostics.first() {
            let at = d.primary.span.lo as usize;
            let around = text.get(at.saturating_sub(80)..(at + 80).min(text.len()));
            prop_assert!(false, "{}: {} at {:?}", name, d.message, around);
        }
        prop_assert_eq!(dump(&cut.ast), dump(&whole.ast), "{}", text);
        let formatted = crate::format::checked(&text, &cut);
        prop_assert!(formatted.is_some(), "{}", text);
        let formatted = formatted.unwrap();
        prop_assert_eq!(format(&formatted).unwrap(), formatted);
    }
}
