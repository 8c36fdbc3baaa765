//! The common case of scalars: read at once, without keeping track of where.
//!
//! What is anything but plain and fitting is left where it stands, for the reader that can say what is wrong.

use super::layout::Plain;
use super::scan::{plain, short_escape};
use super::{Hooks, Reader, What};
use crate::value::{Region, Span, Value};

impl<H: Hooks> Reader<'_, '_, H> {
    /// How plain values of a part are read; not at all where it is passed over.
    pub(super) fn plainly(&self, what: What) -> Plain {
        if what.plan.is_some() && self.is_skipped(what) {
            return Plain::No;
        }
        let layout = self.loaded.and_then(|loaded| loaded.layouts.get(what.ty.index()));
        layout.map_or(Plain::No, |layout| layout.plain)
    }

    /// A scalar, if the value here is one that fits and is written in the plainest way. Otherwise nothing is read.
    #[inline(always)]
    pub(super) fn fast(&mut self, plain: Plain) -> Option<Value> {
        match plain {
            Plain::Text => {
                let (start, end) = self.scan.beginning()?;
                let (value, end) = match self.scan.text.as_bytes().get(end) {
                    Some(b'"') => (self.simple_text(start, end)?, end),
                    Some(b'\\') => self.escaped_text(start, end)?,
                    _ => return None,
                };
                self.scan.at = end + 1;
                Some(value)
            }
            Plain::Int { lo, hi } => {
                let (number, end) = self.scan.simple_int()?;
                if !(lo..=hi).contains(&number) {
                    return None;
                }
                self.scan.at = end;
                Some(Value::Int(number))
            }
            Plain::Bool => {
                let rest = self.scan.text.as_bytes().get(self.scan.at..)?;
                if rest.starts_with(b"true") {
                    self.scan.at += 4;
                    Some(Value::Bool(true))
                } else if rest.starts_with(b"false") {
                    self.scan.at += 5;
                    Some(Value::Bool(false))
                } else {
                    None
                }
            }
            Plain::Enum(id) => {
                let (start, end) = self.scan.simple_string()?;
                let spelling = self.scan.text.get(start..end)?;
                let loaded = self.loaded?;
                let variant = loaded.layouts.get(id.index())?.variant(loaded, spelling)?;
                // As much as if its text were kept.
                self.hooks.heap().meter.allocate(spelling.len()).ok()?;
                self.scan.at = end + 1;
                Some(Value::Variant(variant))
            }
            Plain::No => None,
        }
    }

    /// A text of the document, counted as if it were copied.
    #[inline(always)]
    fn simple_text(&mut self, start: usize, end: usize) -> Option<Value> {
        if self.copy {
            let text = self.scan.text.get(start..end)?;
            return self.hooks.heap().text(text).ok().map(Value::Text);
        }
        let (from, len) = (u32::try_from(start).ok()?, u32::try_from(end - start).ok()?);
        self.hooks.heap().meter.allocate(end - start).ok()?;
        Some(Value::Text(Span { region: Region::Input, start: from, len }))
    }
    /// A text with escapes of one character, and where it ends: what is plain up to the first of them is known. It is counted as
    /// it is everywhere else, by what was written.
    #[inline(never)]
    fn escaped_text(&mut self, start: usize, first: usize) -> Option<(Value, usize)> {
        let text = self.scan.text;
        let heap = self.hooks.heap();
        let began = heap.arena.text.len();
        let made = write_escaped(text, (start, first), &mut heap.arena.text).and_then(|end| {
            let written = heap.arena.text.len();
            let (from, len) = (u32::try_from(began).ok()?, u32::try_from(written - began).ok()?);
            u32::try_from(written).ok()?;
            heap.meter.allocate(written - began).ok()?;
            Some((Value::Text(Span { region: Region::Arena, start: from, len }), end))
        });
        if made.is_none() {
            heap.arena.text.truncate(began);
        }
        made
    }
}

/// Writes a string without its escapes, and gives where it ends; none where there is more to it than escapes of one character.
fn write_escaped(text: &str, (start, first): (usize, usize), out: &mut String) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut from, mut at) = (start, first);
    loop {
        out.push_str(text.get(from..at)?);
        match bytes.get(at)? {
            b'"' => return Some(at),
            b'\\' => out.push(short_escape(*bytes.get(at + 1)?)?),
            _ => return None,
        }
        from = at + 2;
        at = from + plain(bytes.get(from..)?);
    }
}
