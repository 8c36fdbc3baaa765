//! The implementations, a file for each concern.
//!
//! Each function takes its arguments as its signature says, charges for the work before it does it, and
//! builds its result through the [`Context`], which counts it against the limit of memory.

pub(crate) mod calendar;
pub(crate) mod decimal;
pub(crate) mod distance;
pub(crate) mod encoding;
pub(crate) mod graph;
pub(crate) mod host;
pub(crate) mod json;
pub(crate) mod keys;
pub(crate) mod list;
pub(crate) mod map;
pub(crate) mod math;
pub(crate) mod net;
pub(crate) mod order;
pub(crate) mod parse;
pub(crate) mod path;
pub(crate) mod pattern;
pub(crate) mod semver;
pub(crate) mod set;
pub(crate) mod text;
pub(crate) mod text_build;
pub(crate) mod text_split;
pub(crate) mod time;
pub(crate) mod url;
#[cfg(feature = "zones")]
pub(crate) mod zone;

use policy_vm::{Code, Context, Failure, Value};

/// The result of every function.
pub(crate) type Result<T = Value> = std::result::Result<T, Failure>;

/// The greatest number of bytes of text that a function makes of shorter ones.
pub(crate) const MAX_TEXT: usize = 1 << 20;

/// The greatest number of elements that a function makes of fewer ones.
pub(crate) const MAX_ELEMENTS: i64 = 1_000_000;

/// The arguments, which are as many as the signature has parameters.
pub(crate) fn take<const N: usize>(args: &[Value]) -> Result<[Value; N]> {
    args.try_into().map_err(|_| Failure::internal())
}

/// Pays for looking at all of some texts, lists, sets or maps.
pub(crate) fn pay(context: &mut Context<'_>, values: &[Value]) -> Result<()> {
    for &value in values {
        let length = context.len(value)?;
        let units = if let Value::Text(_) | Value::Bytes(_) = value { length / 16 } else { length };
        context.charge(units as u64 + 1)?;
    }
    Ok(())
}

/// A count as an `Int`.
pub(crate) fn count(n: usize) -> Value {
    Value::Int(i64::try_from(n).unwrap_or(i64::MAX))
}

/// A place that an author wrote, as one of a sequence of `length`: below 0 is 0, past the end is the end.
pub(crate) fn place(at: i64, length: usize) -> usize {
    usize::try_from(at.max(0)).unwrap_or(usize::MAX).min(length)
}

/// The failure `overflow` of a call on a value.
pub(crate) fn overflow(of: Value) -> Failure {
    Failure::of(Code::Overflow, of)
}

/// The failure `mismatch` of a call on a value.
#[cfg(feature = "zones")]
pub(crate) fn mismatch(of: Value) -> Failure {
    Failure::of(Code::Mismatch, of)
}

/// A text, or absent.
pub(crate) fn optional_text(context: &mut Context<'_>, text: Option<&str>) -> Result {
    text.map_or(Ok(Value::Absent), |text| context.make_text(text))
}

/// A text made by `write`, or `overflow` of `of` where that makes more than [`MAX_TEXT`] bytes.
pub(crate) fn bounded_text(
    context: &mut Context<'_>,
    of: Value,
    bytes: Option<usize>,
    write: impl FnOnce(policy_vm::Memory<'_>, &mut String) -> Result<()>,
) -> Result {
    let bytes = bytes.filter(|bytes| *bytes <= MAX_TEXT).ok_or(overflow(of))?;
    context.charge(bytes as u64 / 16)?;
    context.write_text(write)
}
