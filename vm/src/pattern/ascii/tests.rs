use policy_bytecode::program::PatternKind;

use crate::pattern::Pattern;

#[track_caller]
fn expect(source: &str, takes: &[&str], refuses: &[&str]) {
    let pattern = Pattern::compile(PatternKind::Regex, source).unwrap_or_else(|e| panic!("{source}: {e}"));
    for text in takes {
        assert!(pattern.matches(text), "{source} takes {text:?}");
        assert!(pattern.captures(text).is_some(), "{source} finds {text:?}");
    }
    for text in refuses {
        assert!(!pattern.matches(text), "{source} refuses {text:?}");
    }
}

#[test]
fn classes_are_of_ascii() {
    expect(r"\d+", &["0123"], &["٣", "１"]);
    expect(r"\w+", &["aZ_9"], &["é", "ß"]);
    expect(r"a\sb", &["a b", "a\tb", "a\x0Bb"], &["a\u{a0}b"]);
    expect(r"\D\W\S", &["éé\u{a0}"], &["1é\u{a0}", "éa\u{a0}", "éé "]);
    expect(r"[\d\-x]+", &["1-x"], &["٣"]);
    expect(r"[^\w]", &["é"], &["a"]);
    expect(r"[\w&&[^\d]]+", &["ab"], &["a1"]);
}

#[test]
fn unicode_classes_and_any_character_stay() {
    expect(r"\p{Greek}+", &["αβ"], &["ab"]);
    expect(".", &["é", "\n", "😀"], &["", "ab"]);
    expect("é+", &["éé"], &["É"]);
}

#[test]
fn word_boundaries_are_of_ascii() {
    let pattern = Pattern::compile(PatternKind::Regex, r"\bb").unwrap();
    assert!(pattern.contained_in("éb"));
    assert!(!pattern.contained_in("ab"));
}

#[test]
fn case_folds_in_ascii() {
    expect("(?i)kelvin's", &["KELVIN'S", "kelvin's"], &["\u{212a}elvin's", "kelvin'\u{17f}"]);
    expect("(?i)é", &["é"], &["É"]);
    expect("(?i)[a-fx]+", &["AFx", "X"], &["g"]);
    expect("(?i)[^k]", &["\u{212a}", "x"], &["k", "K"]);
    expect("(?i)[é]", &["é"], &["É"]);
    expect("(?i)[[:upper:]]", &["a", "A"], &["1"]);
    expect("(?i:a)b", &["Ab"], &["AB"]);
    expect("a(?i)b|c", &["aB", "C"], &["AB"]);
    expect("(?i)a(?-i)b", &["Ab"], &["AB"]);
    expect("(?i)(?x) a  [ b ] # note", &["AB"], &["a b"]);
    expect(r"(?i)\x6b", &["K", "k"], &["\u{212a}"]);
}

#[test]
fn case_folds_in_unicode_where_asked() {
    expect("(?iu)k", &["K", "\u{212a}"], &["l"]);
    expect("(?iu)é", &["É"], &["e"]);
    expect(r"(?iu)\d", &["1"], &["٣"]);
}

#[test]
fn mistakes_are_located() {
    let error = Pattern::compile(PatternKind::Regex, "ab(c").unwrap_err();
    assert_eq!(error.at, 2..3);
}
