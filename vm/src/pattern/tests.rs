//! Globs, wildcards and whole matches, as the language defines them.

use policy_bytecode::program::PatternKind;

use super::Pattern;

fn matches(kind: PatternKind, pattern: &str, text: &str) -> bool {
    always(|compiled| compiled.matches(text), &Pattern::compile(kind, pattern).expect(pattern))
}

/// What a pattern says when it is first asked, which is what it says when it was asked often enough for a table.
fn always(asked: impl Fn(&Pattern) -> bool, pattern: &Pattern) -> bool {
    let first = asked(pattern);
    assert!((0..150).all(|_| asked(pattern) == first), "{pattern:?}");
    first
}

#[test]
fn globs_stop_at_separators() {
    let table = [
        ("src/*.rs", "src/a.rs", true),
        ("src/*.rs", "src/a/b.rs", false),
        ("src/*.rs", "src/.rs", true),
        ("src/**/*.rs", "src/a.rs", true),
        ("src/**/*.rs", "src/a/b/c.rs", true),
        ("src/**/*.rs", "srca.rs", false),
        ("a/**", "a", true),
        ("a/**", "a/b/c", true),
        ("a/**", "ab", false),
        ("**/b", "b", true),
        ("**/b", "a/c/b", true),
        ("**/b", "ab", false),
        ("**", "a/b", true),
        ("a/**/b", "a/b", true),
        ("a/**/b", "a/x/y/b", true),
        ("a?c", "abc", true),
        ("a?c", "a/c", false),
        ("a?c", "aéc", true),
        ("[a-c]x", "bx", true),
        ("[!a-c]x", "bx", false),
        ("[!a-c]x", "dx", true),
        ("a[!b]c", "a/c", false),
        ("[]]", "]", true),
        ("*.{js,ts}", "a.ts", true),
        ("*.{js,ts}", "a.rs", false),
        ("{a,b/{c,d}}/x", "b/d/x", true),
        (r"\*", "*", true),
        (r"\*", "a", false),
        ("A", "a", false),
        (".*", ".env", true),
        ("*", ".env", true),
        ("*", "", true),
    ];
    for (glob, text, expected) in table {
        assert_eq!(matches(PatternKind::Glob, glob, text), expected, "{glob} {text}");
    }
}

#[test]
fn wildcards_cross_everything() {
    let table = [
        ("*", "", true),
        ("*", "a/b\n", true),
        ("arn:*:prod-*", "arn:x/y:prod-1", true),
        ("arn:*:prod-*", "arn:x:dev-1", false),
        ("a?c", "a/c", true),
        ("a?c", "ac", false),
        ("ab*ba", "aba", false),
        ("ab*ba", "abba", true),
        ("[a]", "a", false),
        ("a.c", "abc", false),
        ("**", "x", true),
    ];
    for (wildcard, text, expected) in table {
        assert_eq!(matches(PatternKind::Wildcard, wildcard, text), expected, "{wildcard} {text}");
    }
}

#[test]
fn regexes_take_the_whole_text_or_a_part() {
    let regex = |source: &str| Pattern::compile(PatternKind::Regex, source).expect(source);
    assert!(!regex("a|ab").matches("abc"));
    assert!(regex("a|ab").matches("ab"));
    assert!(regex("a|ab").contained_in("xab"));
    assert!(regex(".*").matches("a\nb"));
    assert!(!regex(r"\d").matches("٣"));
    // What backtracks elsewhere is one pass here.
    let long = "a".repeat(100_000);
    assert!(!regex("(a*)*b").matches(&long));
    assert!(!regex("(x+x+)+y").contained_in(&"x".repeat(50_000)));
}

#[test]
fn large_patterns_are_refused() {
    for source in ["(a{1000}){1000}", r"(\pL{500}){500}", "((((((a{9}){9}){9}){9}){9}){9}){9}"] {
        assert!(Pattern::compile(PatternKind::Regex, source).is_err(), "{source}");
    }
    assert!(Pattern::compile(PatternKind::Wildcard, &"?".repeat(20_000)).is_err());
    assert!(Pattern::compile(PatternKind::Glob, &"{a,b}".repeat(20)).is_err());
    assert!(Pattern::compile(PatternKind::Glob, &"{".repeat(10_000)).is_err());
}

#[test]
fn bad_globs_say_where() {
    for (glob, at) in
        [("a**", 1), ("a/**b", 2), ("[a", 0), ("a{b", 1), ("a}", 1), ("[z-a]", 1), ("***", 0), ("a\\", 1)]
    {
        let error = Pattern::compile(PatternKind::Glob, glob).expect_err(glob);
        assert_eq!(error.at.start, at, "{glob}: {error}");
    }
}

#[test]
fn ranges_take_versions() {
    let range = Pattern::range("^1.4").expect("a range");
    assert!(range.matches("1.5.0") && !range.matches("2.0.0") && !range.matches("x"));
    assert!(Pattern::range(">=1.x.2.3").is_err());
}

/// What is decided by a beginning and an end agrees with the automaton, which the same glob in braces goes to.
#[test]
fn affixes_and_automata_agree() {
    let texts = [
        "",
        "a",
        "a/",
        "a/b",
        "a/b/c",
        "a/b.rs",
        "ab.rs",
        ".rs",
        "a.rs",
        "b.rs",
        "a/.rs",
        "/",
        "/a",
        "x/a/b.rs",
        "a/b.rs/",
        "abcdefghi/x",
        "abcdefghi",
        "abcdefgh",
        "abcdefghi/",
        "a\n/b.rs",
        "é/a.rs",
        "aa",
        "a/a/a",
    ];
    for glob in [
        "**",
        "a/**",
        "abcdefghi/**",
        "*",
        "a*",
        "*.rs",
        "a/*.rs",
        "**/*.rs",
        "a/**/*.rs",
        "a/*a",
        "a*a",
        "*/a",
        "a",
        "a/b",
    ] {
        let simple = Pattern::compile(PatternKind::Glob, glob).unwrap();
        let automaton = Pattern::compile(PatternKind::Glob, &format!("{{{glob},{glob}}}")).unwrap();
        for text in texts {
            assert_eq!(simple.matches(text), automaton.matches(text), "{glob} on {text:?}");
        }
    }
}

/// Searching for what every match begins with changes nothing, whatever stands before it.
#[test]
fn prefixes_are_found_in_their_places() {
    let cases = [
        (r"(?m)^abc: [^\n]+$", "xabc: y\nabc: z", true),
        (r"(?m)^abc: [^\n]+$", "xabc: y", false),
        (r"^abc", "xabc", false),
        (r"\babc\b", "xabc abcx abc", true),
        (r"\babc\b", "xabc abcx", false),
        (r"abc[0-9]", "abcabcabc7", true),
        (r"abc$", "abcabc", true),
        (r"abc$", "abcab", false),
        (r"abc|abd", "xxabd", true),
    ];
    for (regex, text, found) in cases {
        let pattern = Pattern::compile(PatternKind::Regex, regex).unwrap();
        assert_eq!(always(|pattern| pattern.contained_in(text), &pattern), found, "{regex} in {text:?}");
    }
}

/// Threads that come while there is no table, and while it is made, hear the same.
#[test]
fn patterns_are_asked_by_many_threads_from_the_first_time_on() {
    for _ in 0..50 {
        let pattern = Pattern::compile(PatternKind::Regex, "(?:[a-z]+-)+[0-9]{2,4}").unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..100 {
                        assert!(pattern.matches("agent-of-many-2027") && !pattern.matches("agent-2"));
                        assert!(
                            pattern.contained_in(": agent-of-many-2027") && !pattern.contained_in("2027")
                        );
                    }
                });
            }
        });
    }
}

/// What is told of an expression's size without compiling it is never too little.
#[test]
fn sizes_are_not_told_too_small() {
    use regex_automata::nfa::thompson::{Compiler, Config, WhichCaptures};
    let mut sources: Vec<String> = [
        "",
        "a",
        "abc",
        ".",
        ".*",
        "a|b|cd",
        "(a|b)*c{3,7}",
        "[a-z0-9]+",
        "^(x+)+$",
        "(?:a{10}){10}",
        "[^a]",
        "a{0}",
        "(?i)straße",
        "\\b[a-z]\\b",
        "[\u{80}-\u{10FFFF}]{4}",
        "(?s).{20}",
        "[αβγ\u{800}-\u{FFFF}]*",
        "(a|)(b|)(c|)",
        "a{2,}?",
        "[a-zA-Zà-ÿ]{1,30}",
    ]
    .map(str::to_owned)
    .into();
    // Ranges that begin and end anywhere.
    for low in (1..0x1_0000_u32).step_by(3_001) {
        for high in (low..0x11_0000).step_by(70_001) {
            let [Some(low), Some(high)] = [low, high].map(char::from_u32) else { continue };
            sources.push(format!("[\\x{{{:X}}}-\\x{{{:X}}}]", u32::from(low), u32::from(high)));
        }
    }
    for source in sources {
        let hir = regex_syntax::Parser::new().parse(&source).unwrap();
        let config = Config::new().which_captures(WhichCaptures::None);
        let nfa = Compiler::new().configure(config).build_from_hir(&hir).unwrap();
        assert!(super::size::at_most(&hir) + 4_096 >= nfa.memory_usage() as u64, "{source}");
    }
}
