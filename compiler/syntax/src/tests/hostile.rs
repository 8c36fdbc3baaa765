//! Text that means harm, or is merely broken: an answer, soon, on a small stack.

use super::EXAMPLES;
use crate::visit::walk_file;
use crate::{FileId, dump, format, parse};

/// Runs on the smallest stack that anybody gives us.
fn on_small_stack(job: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(job).unwrap();
    thread.join().unwrap();
}

/// Parses, walks and dumps; gives the number of diagnostics.
fn survive(source: &str) -> usize {
    let parsed = parse(FileId(0), source);
    let mut nodes = 0usize;
    walk_file(&parsed.ast, &mut |_| {
        nodes += 1;
        true
    });
    let _ = dump(&parsed.ast);
    for pair in parsed.diagnostics.windows(2) {
        assert!(pair[0].primary <= pair[1].primary, "not in source order");
    }
    for d in &parsed.diagnostics {
        let (lo, hi) = (d.primary.span.lo as usize, d.primary.span.hi as usize);
        assert!(lo <= hi && source.get(lo..hi).is_some(), "{d:?}");
    }
    parsed.diagnostics.len()
}

#[test]
fn deep_nesting() {
    on_small_stack(|| {
        let n = 100_000;
        for (open, close) in [("(", ")"), ("[", "]"), ("{", "}"), ("f(", ")"), ("{[", "]: 1}"), ("x[", "]")] {
            for body in [
                format!("let a = {}1{}", open.repeat(n), close.repeat(n)),
                format!("let a = {}", open.repeat(n)),
                format!("let a = {}", close.repeat(n)),
                format!("policy p on x: T {{\n  deny a when {}1{}\n}}", open.repeat(n), close.repeat(n)),
            ] {
                survive(&body);
            }
        }
        for prefix in [
            "not ",
            "- ",
            "any x in xs: ",
            "if a then ",
            "if a then b else ",
            "secret ",
            "\"{",
            "\"\"\"{",
            "x => ",
            "@a(",
            "a implies ",
        ] {
            survive(&format!("let a = {}1", prefix.repeat(n)));
            survive(&format!("type A = {}1", prefix.repeat(n)));
        }
        for chain in [
            " + 1",
            " * 2",
            " and b",
            " or b",
            " ?? b",
            " implies b",
            ".f()",
            ".f",
            "[1]",
            " as T",
            " == b",
            " is b",
            " else if a then b",
            " | B",
            "?",
        ] {
            survive(&format!("let a = b{}", chain.repeat(n)));
            survive(&format!("type A = B{}", chain.repeat(n)));
        }
        survive(&format!("let a = if a then b{} else c", " else if a then b".repeat(n)));
    });
}

#[test]
fn long_chains_are_low_trees() {
    for chain in [" + 1", " * 2", " and b", " or b", " ?? b", " implies b", ".f()", "[1]"] {
        let source = format!("let a = b{}\n", chain.repeat(10_000));
        assert_eq!(survive(&source), 0, "{chain}");
    }
    assert_eq!(survive(&format!("let a = if a then b{} else c\n", " else if a then b".repeat(10_000))), 0);
}

#[test]
fn nesting_is_limited_not_forbidden() {
    let nested = |n: usize| format!("let a = {}1{}\n", "[".repeat(n), "]".repeat(n));
    assert_eq!(survive(&nested(255)), 0);
    let parsed = parse(FileId(0), &nested(256));
    let codes: Vec<String> = parsed.diagnostics.iter().map(|d| d.code.to_string()).collect();
    assert_eq!(codes, ["P0025"]);
}

#[test]
fn one_long_line() {
    on_small_stack(|| {
        for unit in [
            "a",
            " a",
            "(",
            "}",
            "\"",
            "\u{e4}",
            "deny x ",
            "1+",
            "{a:1},",
            "// ",
            "'",
            "@",
            "`",
            "policy p on x: T { ",
        ] {
            let text = unit.repeat((17 << 20) / unit.len());
            assert!(parse(FileId(0), &text).diagnostics.iter().any(|d| d.code.to_string() == "P0025"));
            survive(&unit.repeat((256 << 10) / unit.len()));
        }
    });
}

#[test]
fn every_prefix() {
    for (_, source) in EXAMPLES {
        for (end, _) in source.char_indices() {
            survive(&source[..end]);
        }
    }
}

#[test]
fn mutations() {
    // A fixed sequence: the test does the same on every machine.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below.max(1) as u64).unwrap()
    };
    let pieces = [
        "(", ")", "{", "}", "[", "]", "\"", "`", "'", ".", ",", ":", "=", "?", "@", "\n", "\r\n", "\\", "{{",
        "\"\"\"", "///", " deny ", " when ", " policy ", " expect ", " not ", " any ", " else ", " in ",
        "\u{feff}", "\u{202e}", "1.", "5x", "re\"", "::", "..", "=>", "\0",
    ];
    for (_, source) in EXAMPLES {
        for _ in 0..500 {
            let mut text: Vec<char> = source.chars().collect();
            for _ in 0..=next(3) {
                let at = next(text.len());
                match next(4) {
                    0 => drop(text.drain(at..(at + next(12)).min(text.len()))),
                    1 => drop(text.splice(at..at, pieces[next(pieces.len())].chars())),
                    2 => {
                        let from = next(text.len());
                        let copy: Vec<char> = text[from..(from + next(40)).min(text.len())].to_vec();
                        drop(text.splice(at..at, copy));
                    }
                    _ => drop(text.splice(at..(at + 1).min(text.len()), pieces[next(pieces.len())].chars())),
                }
            }
            let text: String = text.into_iter().collect();
            survive(&text);
            let _ = format(&text);
        }
    }
}

#[test]
fn thousands_of_mistakes_are_not_all_told() {
    let source = format!("policy p on x: T {{\n{}}}\n", "  denny x when a = 1\n".repeat(50_000));
    let told = survive(&source);
    assert!((1_000..1_100).contains(&told), "{told}");
}
