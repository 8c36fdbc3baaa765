use regex_automata::nfa::thompson::Compiler;
use regex_automata::nfa::thompson::pikevm::PikeVM;
use regex_syntax::hir::{Hir, Look};

use super::loosened;
use crate::pattern::ascii;

/// Numbers that look as if they were drawn, always the same.
struct Drawn(u64);

impl Drawn {
    fn of(&mut self, all: &[&str]) -> String {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        all[(self.0 >> 33) as usize % all.len()].to_owned()
    }

    fn several(&mut self, all: &[&str]) -> String {
        let count: usize = self.of(&["1", "2", "3", "4", "5"]).parse().unwrap();
        (0..count).map(|_| self.of(all)).collect()
    }
}

fn machine(hir: &Hir, whole: bool) -> PikeVM {
    let hir = match whole {
        false => hir.clone(),
        true => Hir::concat(vec![Hir::look(Look::Start), hir.clone(), Hir::look(Look::End)]),
    };
    PikeVM::builder().build_from_nfa(Compiler::new().build_from_hir(&hir).unwrap()).unwrap()
}

/// Patterns drawn from parts, with texts in which characters of one to four bytes stand side by side.
#[test]
fn what_matches_stays_the_same() {
    const PARTS: [&str; 22] = [
        ".*",
        ".+",
        ".{2,}",
        "[^a]*",
        "[^/]*?",
        "[^/]+",
        "[é-\u{10FFFF}]*",
        ".",
        "a",
        "é",
        "/",
        "[^é]",
        "\\p{L}",
        "x?",
        "(?:.*a|é)",
        "(?:[^/]*/)*",
        "(?m:$)",
        "(?m:^)",
        "\\b",
        "\\B",
        "$",
        "(?-s:.)*",
    ];
    const CHARACTERS: [&str; 8] = ["a", "b", "/", "é", "ü", "\u{20AC}", "\u{1F600}", "\n"];
    let mut drawn = Drawn(7);
    let (mut yes, mut changed) = (0, 0);
    for _ in 0..250 {
        let pattern = drawn.several(&PARTS);
        let hir = ascii::parse(&pattern).unwrap();
        let loose = loosened(hir.clone(), !drawn.of(&["", "spelled"]).is_empty());
        changed += usize::from(loose != hir);
        for whole in [false, true] {
            let (before, after) = (machine(&hir, whole), machine(&loose, whole));
            let caches = (&mut before.create_cache(), &mut after.create_cache());
            for _ in 0..20 {
                let text = drawn.several(&CHARACTERS);
                let expected = before.is_match(&mut *caches.0, text.as_str());
                assert_eq!(after.is_match(&mut *caches.1, text.as_str()), expected, "{pattern} on {text:?}");
                yes += usize::from(expected);
            }
        }
    }
    assert!(yes > 2_000 && changed > 100, "{yes} matches, {changed} patterns");
}
