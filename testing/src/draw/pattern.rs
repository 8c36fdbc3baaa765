//! Texts that patterns match, and texts that they nearly match.

use regex_syntax::hir::{Class, Hir, HirKind};

/// So many texts are made of one pattern.
const MAX_SAMPLES: usize = 12;
/// The longest text that a sample grows to.
const MAX_LENGTH: usize = 200;

/// Texts around what a regular expression matches.
pub(super) fn of_regex(pattern: &str) -> Vec<String> {
    let Ok(hir) = regex_syntax::Parser::new().parse(pattern) else { return Vec::new() };
    let whole = (0..4).map(|variant| {
        let mut out = Vec::new();
        sample(&hir, variant, &mut out);
        String::from_utf8_lossy(&out).into_owned()
    });
    around(whole.collect())
}

fn sample(hir: &Hir, variant: usize, out: &mut Vec<u8>) {
    if out.len() > MAX_LENGTH {
        return;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.extend_from_slice(&literal.0),
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.ranges();
            let range = ranges.get(variant % ranges.len().max(1));
            let c = range.map_or('x', |range| {
                // A letter reads better than what a negated class begins with.
                let usual =
                    ['a', 'x', '1', ' '].into_iter().find(|c| range.start() <= *c && *c <= range.end());
                usual.unwrap_or(if variant.is_multiple_of(2) { range.start() } else { range.end() })
            });
            let mut buffer = [0; 4];
            out.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
        }
        HirKind::Class(Class::Bytes(class)) => {
            out.push(class.ranges().first().map_or(b'x', |range| range.start()));
        }
        HirKind::Repetition(repetition) => {
            let least = repetition.min as usize;
            let most = repetition.max.map_or(least + 2, |max| max as usize);
            let count = match variant {
                0 => least,
                1 => most.min(least + 1),
                2 => most.min(least + 2),
                _ => least.max(1).min(most),
            };
            for _ in 0..count.min(MAX_LENGTH) {
                sample(&repetition.sub, variant, out);
            }
        }
        HirKind::Capture(capture) => sample(&capture.sub, variant, out),
        HirKind::Concat(parts) => parts.iter().for_each(|part| sample(part, variant, out)),
        HirKind::Alternation(parts) => {
            if let Some(part) = parts.get(variant % parts.len().max(1)) {
                sample(part, variant, out);
            }
        }
    }
}

/// Texts around what a glob, or a wildcard in which `*` crosses everything, matches.
pub(super) fn of_glob(pattern: &str) -> Vec<String> {
    around((0..3).map(|variant| glob(pattern, variant)).collect())
}

fn glob(pattern: &str, variant: usize) -> String {
    let mut out = String::new();
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '*' => {
                let deep = chars.next_if_eq(&'*').is_some();
                let slash = deep && chars.peek() == Some(&'/');
                if deep && variant == 0 && slash {
                    chars.next();
                } else {
                    out.push_str(match (deep, variant) {
                        (true, 2) => "a/b",
                        (_, 1) => "b",
                        (_, _) => "a",
                    });
                }
            }
            '?' => out.push('a'),
            '{' => {
                let inside: String = chars.by_ref().take_while(|c| *c != '}').collect();
                let parts: Vec<&str> = inside.split(',').collect();
                if let Some(part) = parts.get(variant % parts.len().max(1)) {
                    out.push_str(&glob(part, variant));
                }
            }
            '[' => {
                let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                out.push(if inside.starts_with(['!', '^']) {
                    '_'
                } else {
                    inside.chars().next().unwrap_or('a')
                });
            }
            '\\' => out.extend(chars.next()),
            c => out.push(c),
        }
    }
    out
}

/// Samples, and texts that are nearly so.
fn around(samples: Vec<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut add = |text: String| {
        if !out.contains(&text) && out.len() < MAX_SAMPLES {
            out.push(text);
        }
    };
    samples.iter().for_each(|text| add(text.clone()));
    for text in &samples {
        let mut shorter = text.clone();
        shorter.pop();
        add(shorter);
        add(format!("{text}x"));
        add(format!("x{text}"));
        add(text.chars().skip(1).collect());
        let upper = text.to_uppercase();
        add(if upper == *text { text.to_lowercase() } else { upper });
    }
    out
}
