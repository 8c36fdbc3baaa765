//! Printing values.

use crate::failure::{Code, Failure};
use crate::memory::Memory;
use crate::value::Value;

/// Writes a value of `Json` as JSON text.
pub(crate) fn json_value(memory: Memory<'_>, value: Value, out: &mut String) -> Result<(), Failure> {
    let _ = (memory, value, out);
    Err(Failure::new(Code::Internal))
}
