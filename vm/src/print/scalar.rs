//! Scalars as text.

use std::fmt::Write as _;

use rust_decimal::Decimal;

use crate::failure::Failure;
use crate::memory::Memory;
use crate::time;
use crate::value::Value;

/// Writes a decimal without needless digits: `1.5`, `-3`, `0`.
fn decimal_text(value: Decimal, out: &mut String) {
    let _ = write!(out, "{}", value.normalize());
}

/// Writes a scalar as text.
pub(super) fn text(memory: Memory<'_>, value: Value, out: &mut String) -> Result<(), Failure> {
    match value {
        Value::Int(value) => {
            let _ = write!(out, "{value}");
        }
        Value::Decimal { .. } => decimal_text(value.as_decimal().unwrap_or_default(), out),
        Value::Text(span) | Value::Unknown(span) => out.push_str(memory.span_text(span)),
        // Without its type, which only the program can name.
        Value::Entity { .. } => {
            out.push_str(value.as_entity().map_or("", |(_, id)| memory.span_text(id)));
        }
        Value::Bytes(_) => crate::base64::write(&memory.bytes(value)?, out),
        Value::Timestamp { nanos, seconds } => {
            time::timestamp_text(policy_bytecode::scalar::Timestamp { seconds, nanos }, out);
        }
        Value::Date(days) => time::date_text(policy_bytecode::scalar::Date(days), out),
        Value::TimeOfDay(nanos) => time::time_text(policy_bytecode::scalar::TimeOfDay(nanos), out),
        Value::Duration { nanos, seconds } => {
            time::duration_text(policy_bytecode::scalar::Duration { seconds, nanos }, out);
        }
        Value::Ip4(_) | Value::Ip6(_) => {
            let _ = write!(out, "{}", memory.ip(value)?);
        }
        Value::Cidr4 { .. } | Value::Cidr6 { .. } => {
            let _ = write!(out, "{}", memory.cidr(value)?);
        }
        Value::SemVer(_) => {
            let parts = memory.semver_parts(value)?;
            let [major, minor, patch] = parts.numbers;
            let _ = write!(out, "{major}.{minor}.{patch}");
            if !parts.pre.is_empty() {
                let _ = write!(out, "-{}", parts.pre);
            }
            if !parts.build.is_empty() {
                let _ = write!(out, "+{}", parts.build);
            }
        }
        Value::Pattern(_) => out.push_str(memory.pattern(value)?.source()),
        Value::Absent
        | Value::Null
        | Value::Bool(_)
        | Value::Variant(_)
        | Value::List(_)
        | Value::Set(_)
        | Value::Map(_)
        | Value::Tuple(_)
        | Value::Record(_)
        | Value::Union { .. }
        | Value::Read(_) => return Err(Failure::kind(value)),
    }
    Ok(())
}
