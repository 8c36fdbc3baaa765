//! Why an expression has no value, or a decision none of its own.

use crate::value::Value;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident $name:literal $says:literal;)*) => {
        /// The kind of a failure.
        ///
        /// ```
        /// use policy_vm::Code;
        ///
        /// assert_eq!(Code::NoNow.name(), "no_now");
        /// assert_eq!(Code::NoNow.says(), "the time of the decision was not given");
        /// assert!(Code::ALL.iter().filter(|code| code.is_limit()).count() < Code::ALL.len());
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Code {
            $($(#[doc = $doc])+ $variant,)*
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name, as decisions carry it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What happened, in a policy author's words.
            #[must_use]
            pub const fn says(self) -> &'static str {
                match self { $(Self::$variant => $says,)* }
            }
        }
    };
}

codes! {
    /// The result does not fit its type.
    Overflow "overflow" "the result does not fit its type";
    /// The exact result has more digits than a `Decimal` holds.
    Inexact "inexact" "the exact result has more digits than a Decimal holds";
    /// Division by zero.
    DivisionByZero "division_by_zero" "division by zero";
    /// `as` on a value of another kind.
    Mismatch "mismatch" "the value is not of the type asked for";
    /// An entity that the store does not hold.
    NoEntity "no_entity" "the entity is not in the store";
    /// No entities were given, in a test.
    MissingEntities "missing_entities" "no entities were given, not even an empty store";
    /// `with` through what is absent.
    AbsentPath "absent_path" "a part of the path is absent";
    /// Two different values for one key.
    DuplicateKey "duplicate_key" "two different values for one key";
    /// Data older than it may be.
    StaleData "stale_data" "the data is older than it may be";
    /// Data that was never loaded, in a test.
    MissingData "missing_data" "the data has no value: nothing was loaded, and it has no default";
    /// `now` where the host gave none.
    NoNow "no_now" "the time of the decision was not given";
    /// Two changes of one path.
    Conflict "conflict" "two transforms change one path";
    /// Two instances of an included policy under one name.
    DuplicateInstance "duplicate_instance" "two instances have one name";
    /// A file of a test that cannot be read.
    Fixture "fixture" "the fixture cannot be read";
    /// The limit of fuel.
    FuelLimit "fuel_limit" "the limit of evaluation steps was reached";
    /// The limit of memory.
    MemoryLimit "memory_limit" "the limit of memory was reached";
    /// The limit of nesting, of documents, values or calls.
    DepthLimit "depth_limit" "the limit of nesting was reached";
    /// A mistake in the machine or the program's bytes.
    Internal "internal" "the program or the machine is damaged";
}

impl Code {
    /// Whether it ends the decision, whatever guard stands.
    #[must_use]
    pub const fn is_limit(self) -> bool {
        matches!(self, Self::FuelLimit | Self::MemoryLimit | Self::DepthLimit | Self::Internal)
    }
}

/// A failure: a code and up to two operands.
///
/// The machine adds where it happened, and the calls and `let`s that led there.
///
/// ```
/// use policy_vm::{Code, Failure, Value};
///
/// let failure = Failure::of(Code::Overflow, Value::Int(i64::MAX));
/// assert_eq!((failure.code.name(), failure.count), ("overflow", 1));
/// assert!(matches!(failure.operands(), [Value::Int(i64::MAX)]));
/// assert_eq!(failure.to_string(), "the result does not fit its type");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Failure {
    /// The kind.
    pub code: Code,
    /// The operands; [`Value::Absent`] where there are fewer than two.
    pub operands: [Value; 2],
    /// How many operands there are.
    pub count: u8,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code.says())
    }
}

impl std::error::Error for Failure {}

impl Failure {
    // Inlined, since many are given to `ok_or`, which would otherwise call for one that is not needed.
    /// A failure without operands.
    ///
    /// ```
    /// use policy_vm::{Code, Failure};
    /// assert!(Failure::new(Code::NoNow).operands().is_empty());
    /// ```
    #[must_use]
    #[inline(always)]
    pub const fn new(code: Code) -> Self {
        Self { code, operands: [Value::Absent; 2], count: 0 }
    }

    /// A failure of one operand.
    #[must_use]
    #[inline(always)]
    pub const fn of(code: Code, operand: Value) -> Self {
        Self { code, operands: [operand, Value::Absent], count: 1 }
    }

    /// A failure of two operands.
    ///
    /// ```
    /// use policy_vm::{Code, Failure, Value};
    /// assert_eq!(Failure::of_two(Code::Overflow, Value::Int(1), Value::Int(2)).operands().len(), 2);
    /// ```
    #[must_use]
    #[inline(always)]
    pub const fn of_two(code: Code, left: Value, right: Value) -> Self {
        Self { code, operands: [left, right], count: 2 }
    }

    /// The failure of a value that is not of the kind its place wants: a mistake in the program's bytes.
    ///
    /// ```
    /// use policy_vm::{Code, Failure, Value};
    /// assert_eq!(Failure::kind(Value::Null).code, Code::Internal);
    /// ```
    #[must_use]
    #[inline(always)]
    pub const fn kind(found: Value) -> Self {
        Self::of(Code::Internal, found)
    }

    /// A mistake in the machine or the program's bytes.
    ///
    /// ```
    /// use policy_vm::Failure;
    /// assert!(Failure::internal().code.is_limit());
    /// ```
    #[must_use]
    #[inline(always)]
    pub const fn internal() -> Self {
        Self::new(Code::Internal)
    }

    /// The operands.
    #[must_use]
    pub fn operands(&self) -> &[Value] {
        self.operands.get(..usize::from(self.count)).unwrap_or(&self.operands)
    }
}
