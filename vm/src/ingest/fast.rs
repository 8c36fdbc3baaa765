//! The common case of scalars: read at once, without keeping track of where.
//!
//! What is anything but plain and fitting is left where it stands, for the reader that can say what is wrong.

use policy_bytecode::types::Type;

use super::{Hooks, Reader, What};
use crate::value::{Region, Span, Value};

impl<H: Hooks> Reader<'_, '_, H> {
    /// A scalar, if the value here is one that fits and is written in the plainest way. Otherwise nothing is read.
    #[inline]
    pub(super) fn fast(&mut self, what: What) -> Option<Value> {
        let loaded = self.loaded?;
        let whole = match what.plan {
            None => true,
            Some(_) => !self.is_skipped(what),
        };
        if !whole {
            return None;
        }
        let mut id = what.ty;
        let mut ty = loaded.code.types.get(id.index())?;
        if let Type::Option(inner) = ty {
            id = *inner;
            ty = loaded.code.types.get(id.index())?;
        }
        if matches!(ty, Type::Text) {
            let (start, end) = self.scan.simple_string()?;
            let value = self.simple_text(start, end)?;
            self.scan.at = end + 1;
            Some(value)
        } else if let Type::Int { lo, hi } = ty {
            let (number, end) = self.scan.simple_int()?;
            if !(*lo..=*hi).contains(&number) {
                return None;
            }
            self.scan.at = end;
            Some(Value::Int(number))
        } else if matches!(ty, Type::Bool) {
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
        } else if matches!(ty, Type::Enum(_)) {
            let (start, end) = self.scan.simple_string()?;
            let spelling = self.scan.text.get(start..end)?;
            let variant = loaded.layouts.get(id.index())?.variant(loaded, spelling)?;
            // As much as if its text were kept.
            self.hooks.heap().meter.allocate(spelling.len()).ok()?;
            self.scan.at = end + 1;
            Some(Value::Variant(variant))
        } else {
            None
        }
    }

    /// A text of the document, counted as if it were copied.
    #[inline]
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
