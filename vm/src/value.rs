//! Values: sixteen bytes, `Copy`, and describing themselves.
//!
//! A scalar lies in the value itself. Text and structures are handles: a [`Region`] that says which store
//! holds them, and a position in it. A handle means something only to the evaluator whose stores it
//! points into, and what lies in its arena only until that is reset; a stale or foreign handle reads as
//! something else or as nothing, never as a crash.

use policy_bytecode::scalar::{Date, DecimalBits, Duration, TimeOfDay, Timestamp};
use rust_decimal::Decimal;

/// The store that a handle points into.
///
/// ```
/// use policy_vm::{Context, Heap, Region, Value};
///
/// /// How long what a handle points to is there.
/// const fn lasts(region: Region) -> &'static str {
///     match region {
///         Region::Constants => "as long as the program",
///         Region::Data => "as long as the snapshot",
///         Region::Arena | Region::Input => "as long as the decision",
///     }
/// }
///
/// let mut heap = Heap::new(100, 100);
/// let name = Context::alone(&mut heap, "").make_text("Ann")?;
/// assert!(matches!(name, Value::Text(span) if lasts(span.region()) == "as long as the decision"));
/// # Ok::<(), policy_vm::Failure>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Region {
    /// The program's constants.
    Constants,
    /// The snapshot: data, parameters, and what is computed from them.
    Data,
    /// What this decision made; gone with the next.
    Arena,
    /// The bytes of the input document (text only).
    Input,
}

/// A run of text or of values in a store.
///
/// ```
/// use policy_vm::{Context, Heap, Span, Value};
///
/// let mut heap = Heap::new(100, 100);
/// let three = Context::alone(&mut heap, "").make_list(&[Value::Int(1), Value::Int(2), Value::Int(3)])?;
/// let span: Option<Span> = if let Value::List(span) = three { Some(span) } else { None };
/// assert!(span.is_some_and(|span| span.len() == 3 && !span.is_empty()));
/// # Ok::<(), policy_vm::Failure>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub(crate) region: Region,
    pub(crate) start: u32,
    pub(crate) len: u32,
}

impl Span {
    /// Where it lies.
    #[must_use]
    pub const fn region(self) -> Region {
        self.region
    }

    /// How long it is: bytes of text, elements, or entries of a map.
    #[must_use]
    pub const fn len(self) -> usize {
        self.len as usize
    }

    /// Whether it holds nothing.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.len == 0
    }

    pub(crate) const fn start(self) -> usize {
        self.start as usize
    }
}

/// A fixed number of values in a store; the kind of value says how many.
///
/// ```
/// use policy_vm::{Cells, Context, Heap, Value};
///
/// let mut heap = Heap::new(100, 100);
/// let address = Context::alone(&mut heap, "").make_ip(std::net::Ipv6Addr::LOCALHOST.into())?;
/// let halves: Option<Cells> = if let Value::Ip6(cells) = address { Some(cells) } else { None };
/// assert!(halves.is_some());
/// # Ok::<(), policy_vm::Failure>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cells {
    pub(crate) region: Region,
    pub(crate) start: u32,
}

impl Cells {
    pub(crate) const fn span(self, len: u32) -> Span {
        Span { region: self.region, start: self.start, len }
    }
}

/// A value of the language.
///
/// `Host`, `Url` and `Path` are [`Value::Text`] in their normal forms. Equality and order are those of
/// [`crate::memory::Memory`], which can look behind the handles; there is no `PartialEq` here on purpose.
///
/// ```
/// use policy_vm::Value;
///
/// /// Whether a value holds all of itself; others point into a store.
/// const fn is_whole(value: Value) -> bool {
///     match value {
///         Value::Absent | Value::Null | Value::Bool(_) | Value::Int(_) | Value::Decimal { .. } => true,
///         Value::Timestamp { .. } | Value::Date(_) | Value::TimeOfDay(_) | Value::Duration { .. } => true,
///         Value::Ip4(_) | Value::Cidr4 { .. } | Value::Variant(_) => true,
///         Value::Text(_) | Value::Bytes(_) | Value::SemVer(_) | Value::Pattern(_) | Value::Unknown(_) => false,
///         Value::Ip6(_) | Value::Cidr6 { .. } | Value::Entity { .. } | Value::Read(_) => false,
///         Value::List(_) | Value::Set(_) | Value::Map(_) => false,
///         Value::Tuple(_) | Value::Record(_) | Value::Union { .. } => false,
///     }
/// }
///
/// assert_eq!(size_of::<Value>(), 16);
/// assert!(is_whole(Value::Int(7)));
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Value {
    /// The absent value of an option.
    Absent,
    /// JSON `null`, inside `Json`.
    Null,
    /// A `Bool`.
    Bool(bool),
    /// An `Int`.
    Int(i64),
    /// A `Decimal`; see [`Value::decimal`] and [`Value::as_decimal`].
    Decimal {
        /// Digits after the point; the highest bit is the sign.
        flags: u8,
        /// The low word of the mantissa.
        lo: u32,
        /// The middle word.
        mid: u32,
        /// The high word.
        hi: u32,
    },
    /// A `String`, `Host`, `Url` or `Path`.
    Text(Span),
    /// `Bytes`, as lower-case hexadecimal text, whose order is that of the bytes.
    Bytes(Span),
    /// A `Timestamp`.
    Timestamp {
        /// Nanoseconds after `seconds`.
        nanos: u32,
        /// Whole seconds since 1970, rounded down.
        seconds: i64,
    },
    /// A `Date`: days since 1970-01-01.
    Date(i32),
    /// A `TimeOfDay`: nanoseconds since midnight.
    TimeOfDay(u64),
    /// A `Duration`.
    Duration {
        /// Nanoseconds after `seconds`.
        nanos: u32,
        /// Whole seconds, rounded down.
        seconds: i64,
    },
    /// An `Ip` of version 4.
    Ip4(u32),
    /// An `Ip` of version 6: two `Int`s, whose bits are the halves of the address.
    Ip6(Cells),
    /// A `Cidr` of version 4.
    Cidr4 {
        /// The length of the prefix.
        prefix: u8,
        /// The address; host bits are zero.
        address: u32,
    },
    /// A `Cidr` of version 6; the address as in [`Value::Ip6`].
    Cidr6 {
        /// The length of the prefix.
        prefix: u8,
        /// The address.
        address: Cells,
    },
    /// A `SemVer`: major, minor and patch as `Int`s (bits of a `u64`), pre-release and build as text.
    SemVer(Cells),
    /// A compiled `Regex`, `Glob`, `Wildcard` or `SemVerRange`, by its position in a store.
    Pattern(Cells),
    /// A variant of an enum, by position.
    Variant(u32),
    /// An unknown spelling of an open enum.
    Unknown(Span),
    /// A list.
    List(Span),
    /// A set: sorted, each once.
    Set(Span),
    /// A map: key and value in turn, sorted by key; its length counts entries.
    Map(Span),
    /// A tuple.
    Tuple(Span),
    /// A record: its fields by rank.
    Record(Span),
    /// A value of a union: its content, and then its tag as spelled, which is absent where shapes tell variants apart.
    Union {
        /// Where they lie.
        region: Region,
        /// The variant, by position; one past the last for an unknown one of an open union.
        variant: u32,
        /// The position of the content.
        start: u32,
    },
    /// A `read by` value: the value, and its original text, absent where it was made from a structure.
    Read(Cells),
    /// An entity: a text within its type.
    Entity {
        /// Where its id lies.
        region: Region,
        /// Its type, by position.
        kind: u16,
        /// Where its id begins.
        start: u32,
        /// How long its id is.
        len: u32,
        /// Where it was found in the entity store when it was read; only a hint, which every use holds against the store.
        slot: u32,
    },
}

/// The hint of an entity that was not looked for, or not found.
pub(crate) const NO_SLOT: u32 = u32::MAX;

const _: () = assert!(size_of::<Value>() == 16, "a value is sixteen bytes");

const SIGN: u8 = 0x80;

impl Value {
    /// A `Decimal`.
    ///
    /// ```
    /// use policy_vm::Value;
    /// use rust_decimal::Decimal;
    ///
    /// let price = Value::decimal(Decimal::new(12_50, 2));
    /// assert_eq!(price.as_decimal(), Some(Decimal::new(125, 1)));
    /// assert_eq!(Value::Int(3).as_decimal(), Some(Decimal::from(3)));
    /// ```
    #[must_use]
    pub fn decimal(value: Decimal) -> Self {
        let parts = value.unpack();
        let scale = u8::try_from(parts.scale).unwrap_or(0);
        let sign = if parts.negative && !value.is_zero() { SIGN } else { 0 };
        Self::Decimal { flags: scale | sign, lo: parts.lo, mid: parts.mid, hi: parts.hi }
    }

    /// A `Decimal` from a program's parts. A scale past 28 is no decimal.
    ///
    /// ```
    /// use policy_bytecode::scalar::DecimalBits;
    /// use policy_vm::Value;
    ///
    /// let bits = DecimalBits { lo: 125, mid: 0, hi: 0, negative: true, scale: 1 };
    /// assert_eq!(Value::decimal_bits(bits).and_then(Value::as_decimal), Some("-12.5".parse()?));
    /// assert!(Value::decimal_bits(DecimalBits { scale: 29, ..bits }).is_none());
    /// # Ok::<(), rust_decimal::Error>(())
    /// ```
    #[must_use]
    pub fn decimal_bits(bits: DecimalBits) -> Option<Self> {
        (bits.scale <= 28).then(|| {
            Self::decimal(Decimal::from_parts(
                bits.lo,
                bits.mid,
                bits.hi,
                bits.negative,
                u32::from(bits.scale),
            ))
        })
    }

    /// An entity that was not looked for in a store: the position of its type, and its id.
    #[must_use]
    pub(crate) const fn entity(kind: u16, id: Span) -> Self {
        Self::Entity { region: id.region, kind, start: id.start, len: id.len, slot: NO_SLOT }
    }

    /// The position of the type of an entity, and its id.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/records.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_bundle(&program, Some("read"))?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("records.read").ok_or("no policy")?;
    /// let input = program.bytecode().policies[policy as usize].input;
    /// let request = r#"{"user": "ann", "rows": 1, "purpose": "billing"}"#;
    /// let read = evaluator.read_json(input, request, &program.request())?;
    /// let user = evaluator.memory().field(read, 4)?;
    /// let (_kind, id) = user.as_entity().ok_or("no entity")?;
    /// assert_eq!(evaluator.memory().span_text(id), "ann");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn as_entity(self) -> Option<(u16, Span)> {
        if let Self::Entity { region, kind, start, len, .. } = self {
            Some((kind, Span { region, start, len }))
        } else {
            None
        }
    }

    /// A `Timestamp`.
    ///
    /// ```
    /// use policy_vm::{Value, time};
    ///
    /// let value = time::read_timestamp("2026-11-21T09:30:00Z").map(Value::timestamp);
    /// assert_eq!(value.and_then(Value::as_timestamp), time::read_timestamp("2026-11-21T09:30:00Z"));
    /// ```
    #[must_use]
    pub const fn timestamp(value: Timestamp) -> Self {
        Self::Timestamp { nanos: value.nanos, seconds: value.seconds }
    }

    /// A `Duration`.
    ///
    /// ```
    /// use policy_vm::{Value, time};
    ///
    /// let value = time::read_duration("1h30m").map(Value::duration);
    /// assert_eq!(value.and_then(Value::as_duration), time::read_duration("1h30m"));
    /// ```
    #[must_use]
    pub const fn duration(value: Duration) -> Self {
        Self::Duration { nanos: value.nanos, seconds: value.seconds }
    }

    /// A `Date`.
    ///
    /// ```
    /// use policy_vm::{Value, time};
    ///
    /// let value = time::read_date("2026-12-31").map(Value::date);
    /// assert_eq!(value.and_then(Value::as_date), time::read_date("2026-12-31"));
    /// ```
    #[must_use]
    pub const fn date(value: Date) -> Self {
        Self::Date(value.0)
    }

    /// A `TimeOfDay`.
    ///
    /// ```
    /// use policy_vm::{Value, time};
    ///
    /// let value = time::read_time("18:00").map(Value::time_of_day);
    /// assert_eq!(value.and_then(Value::as_time_of_day), time::read_time("18:00"));
    /// ```
    #[must_use]
    pub const fn time_of_day(value: TimeOfDay) -> Self {
        Self::TimeOfDay(value.0)
    }

    /// Whether it is present.
    ///
    /// ```
    /// use policy_vm::Value;
    /// assert!(Value::Int(0).is_present() && !Value::Absent.is_present());
    /// ```
    #[must_use]
    pub const fn is_present(self) -> bool {
        !matches!(self, Self::Absent)
    }

    /// Whether it is a value of an option: neither absent nor the `null` of a document.
    #[must_use]
    pub(crate) const fn is_some(self) -> bool {
        !matches!(self, Self::Absent | Self::Null)
    }

    /// The `Bool`.
    ///
    /// ```
    /// use policy_vm::Value;
    /// assert_eq!((Value::Bool(true).as_bool(), Value::Int(1).as_bool()), (Some(true), None));
    /// ```
    #[must_use]
    pub const fn as_bool(self) -> Option<bool> {
        if let Self::Bool(value) = self { Some(value) } else { None }
    }

    /// The `Int`.
    ///
    /// ```
    /// use policy_vm::Value;
    /// assert_eq!((Value::Int(7).as_int(), Value::Null.as_int()), (Some(7), None));
    /// ```
    #[must_use]
    pub const fn as_int(self) -> Option<i64> {
        if let Self::Int(value) = self { Some(value) } else { None }
    }

    /// The `Decimal`; an `Int` counts as one.
    #[must_use]
    pub fn as_decimal(self) -> Option<Decimal> {
        if let Self::Decimal { flags, lo, mid, hi } = self {
            Some(Decimal::from_parts(lo, mid, hi, flags & SIGN != 0, u32::from(flags & !SIGN)))
        } else if let Self::Int(value) = self {
            Some(Decimal::from(value))
        } else {
            None
        }
    }

    /// The `Timestamp`.
    #[must_use]
    pub const fn as_timestamp(self) -> Option<Timestamp> {
        if let Self::Timestamp { nanos, seconds } = self { Some(Timestamp { seconds, nanos }) } else { None }
    }

    /// The `Duration`.
    #[must_use]
    pub const fn as_duration(self) -> Option<Duration> {
        if let Self::Duration { nanos, seconds } = self { Some(Duration { seconds, nanos }) } else { None }
    }

    /// The `Date`.
    #[must_use]
    pub const fn as_date(self) -> Option<Date> {
        if let Self::Date(days) = self { Some(Date(days)) } else { None }
    }

    /// The `TimeOfDay`.
    #[must_use]
    pub const fn as_time_of_day(self) -> Option<TimeOfDay> {
        if let Self::TimeOfDay(nanos) = self { Some(TimeOfDay(nanos)) } else { None }
    }

    /// The position of the variant of an enum.
    pub(crate) const fn as_variant(self) -> Option<u32> {
        if let Self::Variant(position) = self { Some(position) } else { None }
    }

    /// What kind of value it is, for error messages.
    ///
    /// ```
    /// use policy_vm::Value;
    /// assert_eq!((Value::Date(0).kind(), Value::Variant(2).kind()), ("Date", "enum"));
    /// ```
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Null => "null",
            Self::Bool(_) => "Bool",
            Self::Int(_) => "Int",
            Self::Decimal { .. } => "Decimal",
            Self::Text(_) => "String",
            Self::Bytes(_) => "Bytes",
            Self::Timestamp { .. } => "Timestamp",
            Self::Date(_) => "Date",
            Self::TimeOfDay(_) => "TimeOfDay",
            Self::Duration { .. } => "Duration",
            Self::Ip4(_) | Self::Ip6(_) => "Ip",
            Self::Cidr4 { .. } | Self::Cidr6 { .. } => "Cidr",
            Self::SemVer(_) => "SemVer",
            Self::Pattern(_) => "pattern",
            Self::Variant(_) | Self::Unknown(_) => "enum",
            Self::List(_) => "List",
            Self::Set(_) => "Set",
            Self::Map(_) => "Map",
            Self::Tuple(_) => "tuple",
            Self::Record(_) => "record",
            Self::Union { .. } => "union",
            Self::Read(_) => "read",
            Self::Entity { .. } => "entity",
        }
    }
}
