//! The common case of scalars: read at once, without keeping track of where.
//!
//! What is anything but plain and fitting is left where it stands, for the reader that can say what is wrong.

use super::layout::Plain;
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
                let (start, end) = self.scan.simple_string()?;
                let value = self.simple_text(start, end)?;
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
}
