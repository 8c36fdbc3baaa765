//! Choices, patterns and shrinking; what is drawn of types is tested through properties.

use super::choices::Choices;
use super::pattern::{of_glob, of_regex};
use super::shrink::shrink;
use super::{Doc, choices};

#[test]
fn the_same_choices_give_the_same_values() {
    let draw = |choices: &mut Choices| (0..20).map(|n| choices.below(n + 2)).collect::<Vec<_>>();
    let mut first = Choices::random(7);
    let drawn = draw(&mut first);
    assert_eq!(drawn, draw(&mut Choices::replay(first.made().to_vec())));
    assert_eq!(draw(&mut Choices::replay(Vec::new())), vec![0; 20]);
    assert_ne!(drawn, draw(&mut Choices::random(8)));
    let varied = choices::vary(first.made(), &mut choices::Random::new(1));
    assert_eq!(varied.len(), 20);
    assert_ne!(varied, first.made());
}

#[test]
fn samples_of_patterns_match_and_nearly_match() {
    let samples = of_regex(r"v\d+\.(alpha|beta)?x{2,3}");
    let regex = regex_automata_free(&samples);
    assert!(regex.0 > 0 && regex.1 > 0, "{samples:?}");
    let globs = of_glob("src/**/*.{rs,toml}");
    assert!(globs.contains(&"src/a.rs".to_owned()), "{globs:?}");
    assert!(globs.iter().any(|text| text.starts_with("xsrc")), "{globs:?}");
}

/// How many samples do, and how many do not, begin with `v` and a digit and end in `xx`.
fn regex_automata_free(samples: &[String]) -> (usize, usize) {
    let fits = |text: &&String| {
        text.starts_with('v') && text[1..].starts_with(|c: char| c.is_ascii_digit()) && text.ends_with("xx")
    };
    let good = samples.iter().filter(fits).count();
    (good, samples.len() - good)
}

#[test]
fn what_fails_becomes_small() {
    // Fails where three numbers above 10 come in a row.
    let mut fails = |made: Vec<u64>| made.windows(3).any(|w| w.iter().all(|n| *n > 10)).then_some(made);
    let small = shrink(vec![3, 90, 77, 45, 1, 99, 98, 97, 96, 0, 4], &mut fails);
    assert_eq!(small, [11, 11, 11]);
}

#[test]
fn documents_leave_out_what_is_absent() {
    let doc = Doc::Object(vec![
        ("a".to_owned(), Doc::Absent),
        (
            "b\"".to_owned(),
            Doc::List(vec![Doc::Absent, Doc::int(-3), Doc::Entity("User".to_owned(), "x".to_owned())]),
        ),
    ]);
    assert_eq!(doc.json(), r#"{"b\"":[null,-3,{"type":"User","id":"x"}]}"#);
}
