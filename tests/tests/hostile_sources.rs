//! Hostile sources: an answer, in reasonable time, and never a panic.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::Path;
use std::time::{Duration, Instant};

use policy_compiler::{Sources, check};
use policy_syntax::{FileId, format, parse};
use policy_tests::generate::{self, Rng};

/// Runs with the stack of an ordinary thread, which is what hosts and editors give.
fn on_small_stack(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(work).unwrap();
    assert!(thread.join().is_ok(), "a panic, or a stack that overflowed");
}

/// The front end on a text: whatever it says, it says it in time.
fn front(source: &str) {
    let start = Instant::now();
    let parsed = parse(FileId(0), source);
    for diagnostic in &parsed.diagnostics {
        let span = diagnostic.primary.span;
        assert!(span.lo <= span.hi && span.hi as usize <= source.len(), "{diagnostic:?}");
    }
    let formatted = format(source);
    assert_eq!(formatted.is_ok(), parsed.diagnostics.is_empty(), "formatting refuses what does not parse");
    let mut sources = Sources::default();
    sources.add("hostile.policy", source);
    let checked = check(&sources);
    assert!(!parsed.diagnostics.is_empty() <= checked.has_errors(), "a syntax error is an error");
    assert!(start.elapsed() < Duration::from_secs(20), "{} bytes took {:?}", source.len(), start.elapsed());
}

/// Sources to damage: every file of the examples, and generated ones.
fn samples() -> Vec<String> {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let mut samples: Vec<String> = walkdir::WalkDir::new(examples)
        .sort_by_file_name()
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.path().extension().is_some_and(|e| e == "policy"))
        .map(|entry| std::fs::read_to_string(entry.path()).unwrap())
        .collect();
    samples.extend((0..4).flat_map(|seed| generate::program(seed).modules("gen")).map(|(_, text)| text));
    samples
}

/// How many damaged texts of each kind the ordinary run looks at; `POLICY_TESTS_SCALE` multiplies it.
fn scaled(count: usize) -> usize {
    let scale = std::env::var("POLICY_TESTS_SCALE").ok().and_then(|text| text.parse::<usize>().ok());
    count * scale.unwrap_or(1)
}

#[test]
fn prefixes() {
    for source in samples() {
        // Of a long source as many as come to so many bytes: all would grow with the square of its length.
        let apart = (source.len() * source.len() / scaled(2_000_000)).max(1);
        let ends: Vec<usize> =
            (0..=source.len()).step_by(apart).filter(|end| source.is_char_boundary(*end)).collect();
        // All of them are parsed; a part of them is also checked, which takes longer.
        let every = (ends.len() / scaled(40)).max(1);
        for (index, end) in ends.iter().enumerate() {
            let prefix = source.get(..*end).unwrap();
            if index % every == 0 {
                front(prefix);
            } else {
                drop(parse(FileId(0), prefix));
            }
        }
    }
}

#[test]
fn mutations() {
    let words = [
        "(", ")", "{", "}", "[", "]", "\"", "\\", "deny", "when", "policy", "=>", "any", "module", "let",
        ":", "@", "é", "\u{0}", "re\"", "}}", "{{", "is", "for", "match", "1_000", "0.", "..", "?.", "??",
        "\n", "//", "/*", "\"\"\"",
    ];
    let mut rng = Rng::new(7);
    for source in samples() {
        for round in 0..scaled(200) {
            let mut text: Vec<char> = source.chars().collect();
            for _ in 0..=rng.below(3) {
                let at = rng.below(text.len());
                match rng.below(4) {
                    0 => {
                        text.remove(at.min(text.len().saturating_sub(1)));
                    }
                    1 => {
                        let word = rng.pick(&words);
                        text.splice(at..at, word.chars());
                    }
                    2 => {
                        let end = (at + rng.below(40)).min(text.len());
                        text.drain(at..end);
                    }
                    _ => {
                        let end = (at + rng.below(60)).min(text.len());
                        let copy: Vec<char> = text.get(at..end).unwrap().to_vec();
                        let to = rng.below(text.len());
                        text.splice(to..to, copy);
                    }
                }
                if text.is_empty() {
                    break;
                }
            }
            let text: String = text.into_iter().collect();
            if round % 10 == 0 {
                front(&text);
            } else {
                drop(parse(FileId(0), &text));
            }
        }
    }
}

#[test]
fn deep_nesting() {
    on_small_stack(|| {
        let head = "module deep\nfn f(a: Int, b: Bool) -> Int = ";
        let deep = 100_000;
        let texts = [
            format!("{head}{}", "(".repeat(deep)),
            format!("{head}{}1{}", "(".repeat(deep), ")".repeat(deep)),
            format!("{head}{}", "[".repeat(deep)),
            format!("{head}{}", "{a: ".repeat(deep)),
            format!("{head}{}1", "if b then 1 else ".repeat(deep)),
            format!("{head}{}1", "1 + ".repeat(deep)),
            format!("{head}{}1", "-".repeat(deep)),
            format!("{head}{}b", "not ".repeat(deep)),
            format!("{head}a{}", ".f()".repeat(deep)),
            format!("{head}{}", "any x in xs: ".repeat(deep)),
            format!("{head}{}", "\"{".repeat(deep)),
            format!("module deep\ntype T = {}Int{}", "List<".repeat(deep), ">".repeat(deep)),
            format!("module deep\ntype T = {}", "{ a: ".repeat(deep)),
            "policy p on x: T { ".repeat(deep),
            "}".repeat(deep),
            "@a(".repeat(deep),
        ];
        for text in &texts {
            front(text);
        }
    });
}

#[test]
fn long_lines() {
    on_small_stack(|| {
        let long = 10_000_000;
        front(&format!("module long\nlet s = \"{}\"", "a".repeat(long)));
        front(&"x".repeat(long));
        front(&format!("// {}", "é".repeat(long / 2)));
        front(&" ".repeat(long));
        front(&"9".repeat(long / 10));
    });
}

/// Much of one thing takes time in proportion, far below what is allowed here: what took its square took minutes.
#[test]
fn many_of_one_thing() {
    on_small_stack(|| {
        let each = |count: usize, one: &dyn Fn(usize) -> String| (0..count).map(one).collect::<String>();
        let head = "module many\ntype T = { a: Int }\n";
        let policy = |body: &str| format!("{head}policy p on x: T {{\n  default allow\n{body}}}\n");
        let lets = each(10_000, &|n| format!("  let v{n} = x.a + {n}\n"));
        let names = each(5_000, &|n| format!("v{n} in x, "));
        let texts = [
            format!("{head}let x = {}", "[1,".repeat(1_000_000)),
            policy(&format!("{lets}  deny d when v9999 > 1\n")),
            format!("{head}fn f(x: T) -> Int {{\n{lets}  return v9999\n}}\n"),
            format!("{head}fn f(x: List<Int>) -> Int = count(1 for {names}y in x)\n"),
            policy(&"deny d when x.a > 1 ".repeat(20_000)),
            policy(&"let a = = ".repeat(100_000)),
            format!("{head}{}", "let a = = ".repeat(100_000)),
        ];
        for text in &texts {
            let start = Instant::now();
            front(text);
            assert!(
                start.elapsed() < Duration::from_secs(6),
                "{:?} took {:?}",
                text.get(40..80),
                start.elapsed()
            );
        }
    });
}

#[test]
fn odd_bytes() {
    for text in
        ["", "\u{feff}module a\r\n", "\u{0}", "\u{202e}", "module a\rmodule b", "\u{fffe}", "🦀", "#!/bin/sh"]
    {
        front(text);
    }
}
