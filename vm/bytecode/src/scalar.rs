//! Scalar values that the language has and Rust does not, in one normal form each.

use serde::{Deserialize, Serialize};

/// An instant: seconds since 1970-01-01T00:00:00Z, rounded down, and nanoseconds after that.
///
/// `nanos` is below 1,000,000,000, so that the derived order is the order in time. Years 1 to 9999.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp {
    /// Whole seconds, rounded down.
    pub seconds: i64,
    /// Nanoseconds after `seconds`, below 1,000,000,000.
    pub nanos: u32,
}

impl From<std::time::SystemTime> for Timestamp {
    /// The instant of a clock that the host has read. What lies before 1970 counts as its beginning.
    fn from(time: std::time::SystemTime) -> Self {
        let since = time.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Self { seconds: i64::try_from(since.as_secs()).unwrap_or(i64::MAX), nanos: since.subsec_nanos() }
    }
}

/// A length of time: whole seconds, rounded down, and nanoseconds after that (below 1,000,000,000).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Duration {
    /// Whole seconds, rounded down.
    pub seconds: i64,
    /// Nanoseconds after `seconds`, below 1,000,000,000.
    pub nanos: u32,
}

/// A calendar day: days since 1970-01-01.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Date(pub i32);

/// A time of day: nanoseconds since midnight, below 86,400,000,000,000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TimeOfDay(pub u64);

/// An exact decimal: `(-1)^negative * mantissa / 10^scale`, the mantissa in three words, `scale` at most 28.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DecimalBits {
    /// The low word of the mantissa.
    pub lo: u32,
    /// The middle word.
    pub mid: u32,
    /// The high word.
    pub hi: u32,
    /// Whether the value is below zero.
    pub negative: bool,
    /// Digits after the point.
    pub scale: u8,
}
