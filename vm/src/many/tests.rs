use std::io::{self, BufReader, Read};

use super::Lines;

/// Gives its bytes a few at a time.
struct Slow<'a>(&'a [u8]);

impl Read for Slow<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.0.len().min(into.len()).min(3);
        into[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

fn lines(text: &[u8], limit: u64) -> Vec<(u64, Option<String>)> {
    let mut lines = Lines::new(BufReader::with_capacity(2, Slow(text)), limit);
    let mut out = Vec::new();
    while let Some(line) = lines.next_line().unwrap() {
        out.push((line.number, line.json.map(|json| String::from_utf8_lossy(json).into_owned())));
    }
    out
}

#[test]
fn lines_are_what_stands_between_breaks() {
    let some = |number, text: &str| (number, Some(text.to_owned()));
    assert_eq!(lines(b"", 10), []);
    assert_eq!(lines(b"\n \r\n\t\n", 10), []);
    assert_eq!(lines(b"1\n22\r\n\n 333 ", 10), [some(1, "1"), some(2, "22"), some(4, "333")]);
    assert_eq!(lines(b"\xEF\xBB\xBF1\n\xEF\xBB\xBF2", 10), [some(1, "1"), some(2, "\u{feff}2")]);
    assert_eq!(lines(b"1234\n12345\n123456789\n1", 4), [some(1, "1234"), (2, None), (3, None), some(4, "1")]);
}

#[test]
fn a_long_line_is_not_kept() {
    let endless = io::repeat(b'1').take(10 << 20);
    let mut lines = Lines::new(BufReader::new(endless), 100);
    assert_eq!(lines.next_line().unwrap().map(|line| line.json), Some(None));
    assert!(lines.line.capacity() <= 200);
}
