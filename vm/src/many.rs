//! Many documents, one a line (JSON Lines), in memory that does not grow with their number.

use std::io::{self, BufRead};
use std::ops::ControlFlow;

use crate::decision::Decision;
use crate::entry::Entry;

/// The greatest length of a line where nobody says another, in bytes.
const MAX_LINE: u64 = 512 << 20;

/// A document on a line of its own.
///
/// ```
/// use policy_vm::{Line, Lines};
///
/// let mut lines = Lines::new(&b"\n{}\n"[..], 1 << 20);
/// assert_eq!(lines.next_line()?, Some(Line { number: 2, json: Some(b"{}") }));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// The number of the line, from 1.
    pub number: u64,
    /// What stands on it, without space around; none where it is longer than lines may be.
    pub json: Option<&'a [u8]>,
}

/// The lines of a stream that hold something. One line is kept at a time.
///
/// ```
/// # fn main() -> std::io::Result<()> {
/// let mut lines = policy_vm::Lines::new(&b"{\"size\": 1}\n\n[1, 2, 3, 4, 5, 6]\n"[..], 16);
/// assert_eq!(lines.next_line()?.and_then(|line| line.json), Some(&br#"{"size": 1}"#[..]));
/// let second = lines.next_line()?.expect("another");
/// assert_eq!((second.number, second.json), (3, None));
/// assert!(lines.next_line()?.is_none());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Lines<R> {
    from: R,
    line: Vec<u8>,
    number: u64,
    limit: usize,
}

impl<R: BufRead> Lines<R> {
    /// The lines of a stream, each of at most so many bytes.
    pub fn new(from: R, limit: u64) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Self { from, line: Vec::new(), number: 0, limit }
    }

    /// The next line that holds something.
    ///
    /// # Errors
    /// What the stream says.
    pub fn next_line(&mut self) -> io::Result<Option<Line<'_>>> {
        loop {
            self.line.clear();
            let Some(long) = self.read()? else { return Ok(None) };
            self.number = self.number.saturating_add(1);
            if long || !self.held().is_empty() {
                let (number, json) = (self.number, (!long).then(|| self.held()));
                return Ok(Some(Line { number, json }));
            }
        }
    }

    /// What stands on the line, without a mark of the byte order on the first.
    fn held(&self) -> &[u8] {
        let mark = if self.number <= 1 { "\u{feff}".as_bytes() } else { b"" };
        self.line.strip_prefix(mark).unwrap_or(&self.line).trim_ascii()
    }

    /// Reads to the end of a line: whether it is too long, whose rest is passed over; none at the end of the stream.
    fn read(&mut self) -> io::Result<Option<bool>> {
        let (mut some, mut long) = (false, false);
        loop {
            let buffer = match self.from.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if buffer.is_empty() {
                return Ok(some.then_some(long));
            }
            some = true;
            let end = memchr::memchr(b'\n', buffer);
            let part = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or(buffer);
            let used = part.len() + usize::from(end.is_some());
            long |= part.len() > self.limit.saturating_sub(self.line.len());
            if !long {
                self.line.extend_from_slice(part);
            }
            self.from.consume(used);
            if end.is_some() {
                return Ok(Some(long));
            }
        }
    }
}

impl Entry {
    /// Decides on each line of a stream of JSON Lines, in order, and hands the number of the line and the decision on. Empty
    /// lines are passed over; any other is decided, as [`Entry::decide_json`] does. Gives how many were.
    ///
    /// Nothing is kept from one line to the next, so that memory does not grow with their number. A line may have as many
    /// bytes as the bundle allows an input, or 512 MiB where it says nothing.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let bundle = std::fs::read("examples/gate.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// use std::ops::ControlFlow;
    ///
    /// let mut gate = policy_vm::Entry::open(&program, "gate")?;
    /// let changes = "{\"size\": 3}\n{\"size\": 12}\nno JSON\n{\"size\": 4}\n";
    /// let mut stopped = Vec::new();
    /// let decided = gate.decide_many(changes.as_bytes(), |line, decision| {
    ///     if !decision.proceed {
    ///         stopped.push(line);
    ///     }
    ///     if stopped.len() < 2 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    /// })?;
    /// assert_eq!((decided, stopped), (3, vec![2, 3]));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What the stream says; what was decided before was handed on.
    pub fn decide_many(
        &mut self,
        from: impl BufRead,
        mut each: impl FnMut(u64, Decision) -> ControlFlow<()>,
    ) -> io::Result<u64> {
        let limit = self.input_limit().unwrap_or(MAX_LINE);
        let mut lines = Lines::new(from, limit);
        let mut decided = 0;
        while let Some(line) = lines.next_line()? {
            let decision = match line.json {
                Some(json) => self.decide_json(json),
                None => self.too_long(limit, "a longer line".to_owned()),
            };
            decided += 1;
            if each(line.number, decision).is_break() {
                break;
            }
        }
        Ok(decided)
    }
}

#[cfg(test)]
mod tests;
