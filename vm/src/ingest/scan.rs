//! The grammar of JSON: white space, strings, numbers, and values that are passed over.

use super::Stop;

/// The deepest nesting of arrays and objects.
pub(super) const MAX_NESTING: u32 = 256;

/// A string of the document: the bytes between its quotes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Raw {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether there are escapes.
    pub(super) escaped: bool,
    /// Whether there is half of a surrogate pair.
    pub(super) lone: bool,
}

/// A position in a text that ought to be JSON.
#[derive(Debug)]
pub(super) struct Scan<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    /// Arrays and objects that are open.
    pub(super) nesting: u32,
}

impl<'t> Scan<'t> {
    #[inline(always)]
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline(always)]
    pub(super) fn space(&mut self) {
        if self.peek().is_none_or(|byte| byte > b' ') {
            return;
        }
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    #[cold]
    pub(super) fn wrong<T>(&self, message: &'static str) -> Result<T, Stop> {
        Err(Stop::syntax(self.at, message))
    }

    #[inline]
    pub(super) fn expect(&mut self, byte: u8, message: &'static str) -> Result<(), Stop> {
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            self.wrong(message)
        }
    }

    /// Opens an array or object.
    pub(super) fn open(&mut self) -> Result<(), Stop> {
        self.at += 1;
        self.nesting += 1;
        if self.nesting > MAX_NESTING { Err(Stop::too_deep()) } else { Ok(()) }
    }

    pub(super) fn close(&mut self) {
        self.at += 1;
        self.nesting = self.nesting.saturating_sub(1);
    }

    /// `true`, `false` or `null`.
    pub(super) fn word(&mut self, word: &'static str) -> Result<(), Stop> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or(&[]);
        if rest.starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(())
        } else {
            self.wrong("no JSON value begins so")
        }
    }

    /// Where a string here begins, behind its quote, and where its plain characters end; nothing is passed over.
    #[inline(always)]
    pub(super) fn beginning(&self) -> Option<(usize, usize)> {
        let bytes = self.text.as_bytes();
        if bytes.get(self.at) != Some(&b'"') {
            return None;
        }
        let start = self.at + 1;
        Some((start, start + plain(bytes.get(start..)?)))
    }

    /// The places of a string here that has no escapes, between its quotes; nothing is passed over.
    #[inline(always)]
    pub(super) fn simple_string(&self) -> Option<(usize, usize)> {
        let (start, end) = self.beginning()?;
        (self.text.as_bytes().get(end) == Some(&b'"')).then_some((start, end))
    }

    /// Passes over a key whose bytes are expected here, with its colon and the space behind that, and gives where it stands. Where
    /// another one stands, or it is written in another way, nothing is passed over.
    #[inline(always)]
    pub(super) fn expected_key(
        &mut self,
        is: impl Fn(&[u8], usize) -> bool,
        len: usize,
    ) -> Option<(usize, usize)> {
        let bytes = self.text.as_bytes();
        let start = self.at + 1;
        let end = start + len;
        let here = bytes.get(self.at) == Some(&b'"')
            && bytes.get(end) == Some(&b'"')
            && bytes.get(end + 1) == Some(&b':')
            && is(bytes, start);
        if !here {
            return None;
        }
        self.at = end + 2;
        self.space();
        Some((start, end))
    }

    /// A key that has no escapes, between its quotes; it is passed over with its colon and the space behind that. Where
    /// it is no such key nothing is passed over.
    #[inline(always)]
    pub(super) fn simple_key(&mut self) -> Option<(usize, usize)> {
        let (start, end) = self.simple_string()?;
        if self.text.as_bytes().get(end + 1) != Some(&b':') {
            return None;
        }
        self.at = end + 2;
        self.space();
        Some((start, end))
    }

    /// An integer here of at most 18 digits, and where it ends; nothing is passed over.
    #[inline(always)]
    pub(super) fn simple_int(&self) -> Option<(i64, usize)> {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        let mut number = 0_i64;
        while let Some(digit @ b'0'..=b'9') = bytes.get(at) {
            number = number.wrapping_mul(10).wrapping_add(i64::from(digit - b'0'));
            at += 1;
        }
        let digits = at - self.at;
        let zero = digits > 1 && bytes.get(self.at) == Some(&b'0');
        let plain = (1..=18).contains(&digits) && !zero;
        let more = matches!(bytes.get(at), Some(b'.' | b'e' | b'E'));
        (plain && !more).then_some((number, at))
    }

    /// A string, from its opening quote on.
    #[inline]
    pub(super) fn string(&mut self) -> Result<Raw, Stop> {
        self.expect(b'"', "a string was expected")?;
        let bytes = self.text.as_bytes();
        let start = self.at;
        let end = start + plain(bytes.get(start..).unwrap_or(&[]));
        if bytes.get(end) == Some(&b'"') {
            self.at = end + 1;
            return Ok(Raw { start, end, escaped: false, lone: false });
        }
        self.hard_string(start, end)
    }

    /// The rest of a string that holds more than plain characters.
    fn hard_string(&mut self, start: usize, plain_to: usize) -> Result<Raw, Stop> {
        let bytes = self.text.as_bytes();
        self.at = plain_to;
        let mut raw = Raw { start, end: start, escaped: false, lone: false };
        let mut high = false;
        loop {
            let plain = plain(bytes.get(self.at..).unwrap_or(&[]));
            if plain > 0 {
                raw.lone |= high;
                high = false;
                self.at += plain;
            }
            match self.peek() {
                Some(b'"') => {
                    raw.lone |= high;
                    raw.end = self.at;
                    self.at += 1;
                    return Ok(raw);
                }
                Some(b'\\') => {
                    raw.escaped = true;
                    let unit = self.escape()?;
                    let is_low = unit.is_some_and(|unit| (0xDC00..0xE000).contains(&unit));
                    raw.lone |= high != is_low;
                    high = unit.is_some_and(|unit| (0xD800..0xDC00).contains(&unit));
                }
                Some(_) => return self.wrong("a control character stands in a string"),
                None => return self.wrong("a string is not closed"),
            }
        }
    }

    /// An escape; gives the unit of `\u`.
    fn escape(&mut self) -> Result<Option<u16>, Stop> {
        let bytes = self.text.as_bytes();
        match bytes.get(self.at + 1) {
            Some(&byte) if short_escape(byte).is_some() => {
                self.at += 2;
                Ok(None)
            }
            Some(b'u') => match unit(bytes, self.at + 2) {
                Some(unit) => {
                    self.at += 6;
                    Ok(Some(unit))
                }
                None => self.wrong("`\\u` takes four hexadecimal digits"),
            },
            _ => self.wrong("no such escape"),
        }
    }

    /// A number, from its first character on.
    pub(super) fn number(&mut self) -> Result<&'t str, Stop> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits(),
            _ => return self.wrong("no JSON value begins so"),
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.some_digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.some_digits()?;
        }
        Ok(self.text.get(start..self.at).unwrap_or(""))
    }

    fn digits(&mut self) {
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
    }

    fn some_digits(&mut self) -> Result<(), Stop> {
        let start = self.at;
        self.digits();
        if self.at == start { self.wrong("a digit was expected") } else { Ok(()) }
    }

    /// The text of a string without escapes.
    pub(super) fn plain(&self, raw: Raw) -> &'t str {
        self.text.get(raw.start..raw.end).unwrap_or("")
    }

    /// Passes over a value; gives whether it holds half of a surrogate pair.
    pub(super) fn skip(&mut self) -> Result<bool, Stop> {
        let outer = self.nesting;
        // One bit for each open array or object: whether it is an object.
        let mut objects = [0_u64; MAX_NESTING as usize / 64 + 1];
        let mut lone = false;
        loop {
            self.space();
            match self.peek() {
                Some(b'"') => lone |= self.string()?.lone,
                Some(b'{') => {
                    self.open()?;
                    self.space();
                    if self.peek() == Some(b'}') {
                        self.close();
                    } else {
                        mark(&mut objects, self.nesting, true);
                        lone |= self.member()?;
                        continue;
                    }
                }
                Some(b'[') => {
                    self.open()?;
                    self.space();
                    if self.peek() == Some(b']') {
                        self.close();
                    } else {
                        mark(&mut objects, self.nesting, false);
                        continue;
                    }
                }
                Some(b't') => self.word("true")?,
                Some(b'f') => self.word("false")?,
                Some(b'n') => self.word("null")?,
                Some(_) => {
                    self.number()?;
                }
                None => return self.wrong("the text ends where a value was expected"),
            }
            // What follows a value.
            loop {
                if self.nesting == outer {
                    return Ok(lone);
                }
                self.space();
                let object = marked(&objects, self.nesting);
                match self.peek() {
                    Some(b',') => {
                        self.at += 1;
                        if object {
                            self.space();
                            lone |= self.member()?;
                        }
                        break;
                    }
                    Some(b'}') if object => self.close(),
                    Some(b']') if !object => self.close(),
                    _ if object => return self.wrong("`,` or `}` was expected"),
                    _ => return self.wrong("`,` or `]` was expected"),
                }
            }
        }
    }

    /// A key and its colon.
    fn member(&mut self) -> Result<bool, Stop> {
        let lone = self.string()?.lone;
        self.space();
        self.expect(b':', "`:` was expected")?;
        Ok(lone)
    }
}

/// How many bytes stand before the next quote, backslash or control character, looked at eight at a time.
#[inline]
pub(super) fn plain(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    // The highest bit of each byte that is zero; above the first such byte others may be set too.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let (words, tail) = bytes.as_chunks::<8>();
    let mut at = 0;
    for word in words {
        let word = u64::from_le_bytes(*word);
        let quotes = zeros(word ^ (ONES * b'"' as u64));
        let backslashes = zeros(word ^ (ONES * b'\\' as u64));
        let controls = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
        let found = quotes | backslashes | controls;
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let end = tail.iter().position(|byte| matches!(byte, b'"' | b'\\' | ..0x20));
    at + end.unwrap_or(tail.len())
}

fn mark(bits: &mut [u64], at: u32, object: bool) {
    if let Some(word) = bits.get_mut(at as usize / 64) {
        let bit = 1 << (at % 64);
        if object {
            *word |= bit;
        } else {
            *word &= !bit;
        }
    }
}

fn marked(bits: &[u64], at: u32) -> bool {
    bits.get(at as usize / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
}

/// What an escape of one character stands for.
pub(super) const fn short_escape(byte: u8) -> Option<char> {
    match byte {
        b'"' | b'\\' | b'/' => Some(byte as char),
        b'b' => Some('\u{8}'),
        b'f' => Some('\u{c}'),
        b'n' => Some('\n'),
        b'r' => Some('\r'),
        b't' => Some('\t'),
        _ => None,
    }
}

/// Four hexadecimal digits.
fn unit(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + 4)?;
    digits.iter().try_fold(0_u16, |unit, digit| {
        let digit = char::from(*digit).to_digit(16)?;
        Some(unit << 4 | u16::try_from(digit).ok()?)
    })
}

/// Writes a string without its escapes. Halves of surrogate pairs become replacement characters; the
/// caller has refused them.
pub(super) fn unescape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        out.push_str(rest.get(..at).unwrap_or(""));
        let bytes = rest.as_bytes();
        let mut used = at + 2;
        match bytes.get(at + 1) {
            Some(b'u') => {
                let first = unit(bytes, at + 2).unwrap_or(0xFFFD);
                used = at + 6;
                let second = if (0xD800..0xDC00).contains(&first) { unit(bytes, at + 8) } else { None };
                used += if second.is_some() { 6 } else { 0 };
                let units = std::iter::once(first).chain(second);
                out.extend(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
            }
            Some(other) => out.extend(short_escape(*other)),
            None => {}
        }
        rest = rest.get(used..).unwrap_or("");
    }
    out.push_str(rest);
}
