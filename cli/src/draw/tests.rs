use policy_project::SourceFile;
use policy_syntax::{Code, Span};

use super::*;

fn files(text: &str) -> Files {
    let mut files = Files::default();
    files.add(SourceFile::new("a.policy".to_owned(), text));
    files
}

fn at(lo: u32, hi: u32) -> Location {
    Location { file: FileId(0), span: Span { lo, hi } }
}

fn draw(text: &str, found: &Diagnostic) -> String {
    diagnostic(found, &files(text), false, 100)
}

#[test]
fn a_diagnostic_shows_its_place_and_its_words() {
    let text = "module a\n\nlet x = 1 + \"a\"\n";
    let found = Diagnostic::error(Code(12), at(18, 25), "cannot add")
        .with_label("Int and String")
        .with_secondary(at(14, 15), "this")
        .with_note("why")
        .with_help("how");
    let drawn = draw(text, &found);
    assert!(drawn.starts_with("error[P0012]: cannot add\n"), "{drawn}");
    for words in ["a.policy:3:9", "3 │ let x = 1 + \"a\"", "Int and String", "this", "Note: why", "Help: how"]
    {
        assert!(drawn.contains(words), "{words}\n{drawn}");
    }
}

#[test]
fn any_span_in_any_text_is_drawn() {
    let texts = [
        "",
        "\n",
        "a",
        "\u{feff}x\r\ny\r\n",
        "\t\u{1F600}\u{e4}\tb\n\u{202e}evil\u{1b}[31m\n",
        "a\u{2028}b\u{85}c\n\n\nlast without end",
    ];
    for text in texts {
        let end = u32::try_from(text.len()).unwrap() + 3;
        for lo in 0..end {
            for hi in [0, lo, lo + 1, lo + 2, end, u32::MAX] {
                let found = Diagnostic::error(Code(1), at(lo, hi), "m")
                    .with_secondary(at(hi.min(5), lo), "s")
                    .with_secondary(at(0, 1), "t");
                let drawn = draw(text, &found);
                assert!(!drawn.contains(['\u{1b}', '\u{202e}', MARK]), "{drawn:?}");
                assert!(drawn.contains("a.policy:"), "{text:?} {lo}..{hi}\n{drawn}");
            }
        }
    }
}

#[test]
fn a_huge_line_is_cut_around_the_place() {
    let text = format!("{}HERE{}", "x".repeat(5_000_000), "\u{e4}".repeat(1_000_000));
    let found = Diagnostic::error(Code(1), at(5_000_000, 5_000_004), "m").with_label("this");
    let drawn = draw(&text, &found);
    assert!(drawn.contains("HERE") && drawn.contains("a.policy:1:5000001"), "{drawn}");
    assert!(drawn.chars().count() < 2000, "{}", drawn.len());
    assert!(drawn.lines().all(|line| line.chars().count() < 260), "{drawn}");
}

#[test]
fn a_span_over_many_lines_is_not_drawn_in_full() {
    let text = "line\n".repeat(100_000);
    let found = Diagnostic::error(Code(1), at(2, 400_000), "m").with_label("all of this");
    assert!(draw(&text, &found).lines().count() < 30);
}

#[test]
fn a_long_message_is_cut() {
    let found = Diagnostic::error(Code(1), at(0, 0), "m".repeat(5000)).with_note("n".repeat(5000));
    assert!(draw("a", &found).len() < 4000);
}

#[test]
fn a_place_without_a_file_still_gets_its_words() {
    let nowhere = Location { file: FileId(7), span: Span::default() };
    let found = Diagnostic::error(Code(1), nowhere, "message").with_help("mend it");
    assert_eq!(draw("a", &found), "error[P0001]: message\n  help: mend it\n");
}

#[test]
fn text_is_wrapped_at_spaces() {
    assert_eq!(wrap("aaa bbb ccc", 24, "    "), "aaa bbb ccc");
    assert_eq!(wrap("aaaaaaaaaa bbbbbbbbbb cccc", 24, "    "), "aaaaaaaaaa\n    bbbbbbbbbb cccc");
}
