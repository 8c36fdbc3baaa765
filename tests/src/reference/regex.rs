//! The language's reading of regular expressions: `\d \w \s \b` are of ASCII, and so is `(?i)` unless `(?iu)` says
//! otherwise. One walk over the characters, which writes the expression that means the same to a library in
//! which one switch makes all of that Unicode.

/// The flags that matter here, which hold to the end of their group.
#[derive(Clone, Copy, Default)]
struct Flags {
    fold: bool,
    unicode: bool,
}

struct Walk {
    chars: Vec<char>,
    at: usize,
    out: String,
    /// The flags of each group that is open, innermost last.
    groups: Vec<Flags>,
}

/// What the expression is to the library.
#[must_use]
pub fn plain(pattern: &str) -> String {
    let mut walk =
        Walk { chars: pattern.chars().collect(), at: 0, out: String::new(), groups: vec![Flags::default()] };
    while let Some(c) = walk.next() {
        walk.one(c);
    }
    walk.out
}

impl Walk {
    fn next(&mut self) -> Option<char> {
        let c = self.chars.get(self.at).copied();
        self.at += 1;
        c
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    /// Whether letters are taken whatever their case, in ASCII only.
    fn folds(&self) -> bool {
        self.groups.last().is_some_and(|flags| flags.fold && !flags.unicode)
    }

    fn one(&mut self, c: char) {
        match c {
            '\\' => self.escape(),
            '[' => self.class(),
            '(' => self.group(),
            ')' => {
                if self.groups.len() > 1 {
                    self.groups.pop();
                }
                self.out.push(')');
            }
            c => self.literal(c, &c.to_string()),
        }
    }

    /// A character that stands for itself, as it is `written`.
    fn literal(&mut self, c: char, written: &str) {
        if !self.folds() || c.is_ascii() && !c.is_alphabetic() {
            self.out.push_str(written);
        } else if c.is_ascii() {
            self.out.push_str(&format!("(?-i:[{}{}])", c.to_ascii_lowercase(), c.to_ascii_uppercase()));
        } else {
            self.out.push_str(&format!("(?-i:{written})"));
        }
    }

    fn escape(&mut self) {
        let Some(c) = self.next() else { return self.out.push('\\') };
        if let Some(class) = ascii_class(c) {
            return self.out.push_str(class);
        }
        match c {
            'b' | 'B' => {
                let braced = if self.peek() == Some('{') { self.braced() } else { String::new() };
                self.out.push_str(&format!(r"(?-u:\{c}{braced})"));
            }
            '<' | '>' => self.out.push_str(&format!(r"(?-u:\{c})")),
            'p' | 'P' => {
                let name = self.property();
                let fold = if self.folds() { ("(?-i:", ")") } else { ("", "") };
                self.out.push_str(&format!(r"{}\{c}{name}{}", fold.0, fold.1));
            }
            'x' | 'u' | 'U' => {
                let digits = self.digits(c);
                let written = format!(r"\{c}{digits}");
                match code_point(&digits) {
                    Some(named) => self.literal(named, &written),
                    None => self.out.push_str(&written),
                }
            }
            other => self.out.extend(['\\', other]),
        }
    }

    /// `{…}` as it is written.
    fn braced(&mut self) -> String {
        let mut text = String::new();
        while let Some(c) = self.next() {
            text.push(c);
            if c == '}' {
                break;
            }
        }
        text
    }

    fn property(&mut self) -> String {
        if self.peek() == Some('{') {
            self.braced()
        } else {
            self.next().map(String::from).unwrap_or_default()
        }
    }

    fn digits(&mut self, kind: char) -> String {
        if self.peek() == Some('{') {
            return self.braced();
        }
        let count = match kind {
            'x' => 2,
            'u' => 4,
            _ => 8,
        };
        (0..count).filter_map(|_| self.next()).collect()
    }

    /// `(`, with the flags behind it: `(?i)` holds to the end of the group that is open, `(?i:` of its own.
    fn group(&mut self) {
        self.out.push('(');
        let mut flags = self.groups.last().copied().unwrap_or_default();
        if self.peek() != Some('?') {
            return self.groups.push(flags);
        }
        let mut on = true;
        let from = self.at;
        for (index, c) in self.chars.iter().enumerate().skip(from + 1) {
            match c {
                '-' => on = false,
                'i' => flags.fold = on,
                'u' => flags.unicode = on,
                's' | 'm' | 'U' | 'x' | 'R' => {}
                ':' => {
                    self.out.extend(self.chars.get(from..=index).unwrap_or_default());
                    self.at = index + 1;
                    return self.groups.push(flags);
                }
                ')' => {
                    self.out.extend(self.chars.get(from..=index).unwrap_or_default());
                    self.at = index + 1;
                    if let Some(open) = self.groups.last_mut() {
                        *open = flags;
                    }
                    return;
                }
                // A name, `(?P<n>…)`.
                _ => break,
            }
        }
        while let Some(c) = self.next() {
            self.out.push(c);
            if c == '>' {
                break;
            }
        }
        self.groups.push(self.groups.last().copied().unwrap_or_default());
    }

    /// `[…]`: where case does not count, each ASCII letter and range of letters brings its counterpart.
    fn class(&mut self) {
        let folds = self.folds();
        self.out.push_str(if folds { "(?-i:[" } else { "[" });
        let mut depth = 1_usize;
        let mut last: Option<char> = None;
        while depth > 0 {
            let Some(c) = self.next() else { return };
            match c {
                '[' if self.peek() == Some(':') => {
                    self.out.push('[');
                    self.named_class(folds);
                    last = None;
                }
                '[' => {
                    depth += 1;
                    self.out.push('[');
                    last = None;
                }
                ']' if last.is_some() || !self.begins() => {
                    depth -= 1;
                    self.out.push(']');
                    last = None;
                }
                '-' if last.is_some() && self.peek().is_some_and(|c| c != ']' && c != '-') => {
                    let Some(high) = self.item() else { return };
                    self.out.push_str(&format!("-{}", high.1));
                    if let (true, Some(low)) = (folds, last) {
                        self.counterparts(low, high.0);
                    }
                    last = None;
                }
                _ => {
                    self.at -= 1;
                    let Some((one, written)) = self.item() else { return };
                    self.out.push_str(&written);
                    // A class such as `\d` stands for no one character.
                    last = (written.chars().count() == 1 || code_point_of(&written).is_some()).then_some(one);
                    if folds && last.is_some() && self.peek() != Some('-') {
                        self.counterparts(one, one);
                    }
                }
            }
        }
        if folds {
            self.out.push(')');
        }
    }

    /// Whether the class has just begun, so that `]` stands for itself.
    fn begins(&self) -> bool {
        self.out.ends_with('[') || self.out.ends_with("[^")
    }

    /// `[:alpha:]`, behind its first bracket.
    fn named_class(&mut self, folds: bool) {
        let mut text = String::new();
        while let Some(c) = self.next() {
            text.push(c);
            if c == ']' {
                break;
            }
        }
        let letters =
            ["lower", "upper"].iter().any(|name| text.trim_start_matches([':', '^']).starts_with(name));
        if folds && letters && !text.starts_with(":^") {
            self.out.push_str(":alpha:]");
        } else {
            self.out.push_str(&text);
        }
    }

    /// One item of a class: the character, and how it is written.
    fn item(&mut self) -> Option<(char, String)> {
        let c = self.next()?;
        if c != '\\' {
            return Some((c, c.to_string()));
        }
        let c = self.next()?;
        if let Some(class) = ascii_class(c) {
            return Some((c, class.to_owned()));
        }
        Some(match c {
            'p' | 'P' => {
                let name = self.property();
                (c, format!(r"\{c}{name}"))
            }
            'x' | 'u' | 'U' => {
                let digits = self.digits(c);
                (code_point(&digits).unwrap_or(c), format!(r"\{c}{digits}"))
            }
            other => (other, format!(r"\{other}")),
        })
    }

    /// The letters of the other case that belong to those in a range.
    fn counterparts(&mut self, low: char, high: char) {
        for (from, to) in [('a', 'z'), ('A', 'Z')] {
            let (low, high) = (low.max(from), high.min(to));
            if low <= high {
                let swap = |c: char| {
                    if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
                };
                self.out.push_str(&format!("{}-{}", swap(low), swap(high)));
            }
        }
    }
}

/// `\d` and its kin, inside and outside of brackets.
fn ascii_class(c: char) -> Option<&'static str> {
    Some(match c {
        'd' => "[0-9]",
        'D' => "[^0-9]",
        'w' => "[0-9A-Za-z_]",
        'W' => "[^0-9A-Za-z_]",
        's' => r"[\t\n\x0B\x0C\r ]",
        'S' => r"[^\t\n\x0B\x0C\r ]",
        _ => return None,
    })
}

fn code_point(digits: &str) -> Option<char> {
    char::from_u32(u32::from_str_radix(digits.trim_matches(['{', '}']), 16).ok()?)
}

/// The character that an escape of digits, or an escaped sign, stands for.
fn code_point_of(written: &str) -> Option<char> {
    let rest = written.strip_prefix('\\')?;
    let mut chars = rest.chars();
    match (chars.next()?, chars.as_str()) {
        ('x' | 'u' | 'U', digits) => code_point(digits),
        (c, "") if !c.is_ascii_alphanumeric() => Some(c),
        (_, _) => None,
    }
}
