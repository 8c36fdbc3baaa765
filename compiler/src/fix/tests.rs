use std::sync::Arc;

use policy_syntax::{Applicability, Code, Diagnostic, FileId, Location, Span};

use super::{Texts, fix};

fn texts(text: &str) -> Texts {
    [(FileId(0), Arc::from(text))].into()
}

fn at(lo: usize, hi: usize) -> Location {
    Location::new(FileId(0), Span::new(u32::try_from(lo).unwrap(), u32::try_from(hi).unwrap()))
}

/// A check that wants every `from` written `to`.
fn wants<'a>(
    pairs: &'a [(&'a str, &'a str)],
    applicability: Applicability,
) -> impl FnMut(&Texts) -> Vec<Diagnostic> + 'a {
    move |texts| {
        let text = &texts[&FileId(0)];
        let mut out = Vec::new();
        for (from, to) in pairs {
            for (lo, _) in text.match_indices(from) {
                let place = at(lo, lo + from.len());
                out.push(Diagnostic::warning(Code(600), place, *from).with_fix(
                    "mend",
                    place,
                    *to,
                    applicability,
                ));
            }
        }
        out
    }
}

#[track_caller]
fn expect(text: &str, pairs: &[(&str, &str)], wanted: &str, applied: usize) {
    let fixed = fix(&texts(text), &mut wants(pairs, Applicability::Safe));
    let now = fixed.changed.get(&FileId(0)).map_or(text, |text| text);
    assert_eq!((now, fixed.applied.len()), (wanted, applied), "{fixed:?}");
}

#[test]
fn fixes_apply_in_one_go() {
    expect(
        "module m\nlet aa = 1\nlet bb = 2\n",
        &[("aa", "x"), ("bb", "yyy")],
        "module m\nlet x = 1\nlet yyy = 2\n",
        2,
    );
}

#[test]
fn what_overlaps_waits_for_the_next_round() {
    expect("module m\nlet abc = 1\n", &[("abc", "ab"), ("bc", "b")], "module m\nlet ab = 1\n", 1);
    expect("module m\nlet abc = 1\n", &[("ab", "b"), ("bc", "d")], "module m\nlet d = 1\n", 2);
}

#[test]
fn fixes_that_undo_each_other_come_to_an_end() {
    let fixed =
        fix(&texts("module m\nlet a1 = 1\n"), &mut wants(&[("a1", "b1"), ("b1", "a1")], Applicability::Safe));
    assert_eq!(fixed.applied.len(), super::ROUNDS);
}

#[test]
fn what_breaks_the_syntax_is_not_kept() {
    expect(
        "module m\nlet aa = 1\nlet bb = 2\n",
        &[("aa", "("), ("bb", "y")],
        "module m\nlet aa = 1\nlet y = 2\n",
        1,
    );
}

#[test]
fn only_safe_fixes_are_applied() {
    let fixed = fix(&texts("module m\nlet aa = 1\n"), &mut wants(&[("aa", "x")], Applicability::MaybeWrong));
    assert!(fixed.changed.is_empty() && fixed.applied.is_empty());
    assert_eq!(fixed.left.len(), 1);
}

#[test]
fn edits_that_fit_no_text_are_refused() {
    let text = "module m // é\n";
    let inside = text.find('é').unwrap() + 1;
    for place in [at(5, 900), at(inside, inside + 1), Location::new(FileId(7), Span::new(0, 1))] {
        let mut check = |_: &Texts| {
            vec![Diagnostic::warning(Code(600), place, "x").with_fix("mend", place, "y", Applicability::Safe)]
        };
        let fixed = fix(&texts(text), &mut check);
        assert!(fixed.changed.is_empty() && fixed.applied.is_empty(), "{place:?}");
    }
}

#[test]
fn a_fix_is_applied_whole() {
    let text = "module m\nlet a = (1)\n";
    let open = text.find('(').unwrap();
    let mut check = |texts: &Texts| {
        if !texts[&FileId(0)].contains('(') {
            return Vec::new();
        }
        let edits = vec![(at(open, open + 1), String::new()), (at(open + 2, open + 3), String::new())];
        vec![Diagnostic::warning(Code(600), at(open, open + 3), "x").with_edits(
            "mend",
            edits,
            Applicability::Safe,
        )]
    };
    let fixed = fix(&texts(text), &mut check);
    assert_eq!(fixed.changed.get(&FileId(0)).map(|t| &**t), Some("module m\nlet a = 1\n"));
}
