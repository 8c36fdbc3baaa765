//! What the library's functions work with: reading arguments, building results, and paying for both.

use std::cmp::Ordering;
use std::net::IpAddr;
use std::ops::Range;

use ipnet::IpNet;
use policy_bytecode::program::PatternKind;
use policy_bytecode::scalar::{Date, Duration, TimeOfDay, Timestamp};
use rust_decimal::Decimal;

use crate::compare::Compare;
use crate::failure::{Code, Failure};
use crate::memory::Memory;
use crate::pattern::{Pattern, PatternError};
use crate::store::{Heap, Store};
use crate::structure;
use crate::value::{Span, Value};

/// The machine as a function of the library sees it.
///
/// Reading borrows the context, so a function that reads text to build text does so in one of the
/// methods that take both ([`Context::map_text`], [`Context::slice`]).
///
/// ```
/// use policy_vm::{Context, Heap, Value};
///
/// let mut heap = Heap::new(1_000, 1_000);
/// let mut context = Context::alone(&mut heap, "");
/// let name = context.make_text("Ann")?;
/// let lower = context.map_text(name, |text, out| out.extend(text.chars().flat_map(char::to_lowercase)))?;
/// assert_eq!(context.text(lower)?, "ann");
/// # Ok::<(), policy_vm::Failure>(())
/// ```
pub struct Context<'a> {
    pub(crate) heap: &'a mut Heap,
    pub(crate) constants: &'a Store,
    pub(crate) data: &'a Store,
    pub(crate) input: &'a str,
    pub(crate) now: Option<Timestamp>,
}

static NOTHING: Store = Store::new();

impl<'a> Context<'a> {
    /// A context without a program: for tests of functions, and for constants.
    #[must_use]
    pub fn alone(heap: &'a mut Heap, input: &'a str) -> Self {
        Self { heap, constants: &NOTHING, data: &NOTHING, input, now: None }
    }

    /// What values point into.
    #[must_use]
    pub fn memory(&self) -> Memory<'_> {
        Memory { constants: self.constants, data: self.data, arena: &self.heap.arena, input: self.input }
    }

    /// Takes units of fuel. One unit is about a simple instruction, or 16 bytes of text looked at.
    ///
    /// # Errors
    /// `fuel_limit` where there are not as many.
    pub fn charge(&mut self, units: u64) -> Result<(), Failure> {
        self.heap.meter.charge(units)
    }

    /// The time of the decision.
    ///
    /// # Errors
    /// `no_now` where the host gave none.
    pub fn now(&self) -> Result<Timestamp, Failure> {
        self.now.ok_or(Failure::new(Code::NoNow))
    }

    // Reading.

    /// The `Bool`.
    ///
    /// # Errors
    /// `internal` for another kind of value; so do all accessors here.
    pub fn bool(&self, value: Value) -> Result<bool, Failure> {
        value.as_bool().ok_or(Failure::kind(value))
    }

    /// The `Int`.
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn int(&self, value: Value) -> Result<i64, Failure> {
        value.as_int().ok_or(Failure::kind(value))
    }

    /// The `Decimal`.
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn decimal(&self, value: Value) -> Result<Decimal, Failure> {
        value.as_decimal().ok_or(Failure::kind(value))
    }

    /// The `Timestamp`.
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn timestamp(&self, value: Value) -> Result<Timestamp, Failure> {
        value.as_timestamp().ok_or(Failure::kind(value))
    }

    /// The `Duration`.
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn duration(&self, value: Value) -> Result<Duration, Failure> {
        value.as_duration().ok_or(Failure::kind(value))
    }

    /// The `Date`.
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn date(&self, value: Value) -> Result<Date, Failure> {
        value.as_date().ok_or(Failure::kind(value))
    }

    /// The `TimeOfDay`.
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn time_of_day(&self, value: Value) -> Result<TimeOfDay, Failure> {
        value.as_time_of_day().ok_or(Failure::kind(value))
    }

    /// The text of a `String`, `Host`, `Url` or `Path`.
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn text(&self, value: Value) -> Result<&str, Failure> {
        self.memory().text(value)
    }

    /// The elements of a list or set, the parts of a tuple, the fields of a record by rank.
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn elements(&self, value: Value) -> Result<&[Value], Failure> {
        self.memory().elements(value)
    }

    /// The element of a list or set at a position; none past the end.
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn element(&self, value: Value, at: usize) -> Result<Option<Value>, Failure> {
        Ok(self.memory().elements(value)?.get(at).copied())
    }

    /// How many elements, entries or bytes of text there are.
    ///
    /// # Errors
    /// `internal` for a value that has no length.
    pub fn len(&self, value: Value) -> Result<usize, Failure> {
        structure::length(value)
    }

    /// The entries of a map: key and value in turn, sorted by key.
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn entries(&self, value: Value) -> Result<&[Value], Failure> {
        self.memory().entries(value)
    }

    /// The `Ip`.
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn ip(&self, value: Value) -> Result<IpAddr, Failure> {
        self.memory().ip(value)
    }

    /// The `Cidr`.
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn cidr(&self, value: Value) -> Result<IpNet, Failure> {
        self.memory().cidr(value)
    }

    /// The `SemVer`.
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn semver(&self, value: Value) -> Result<semver::Version, Failure> {
        self.memory().semver(value)
    }

    /// The compiled `Regex`, `Glob`, `Wildcard` or `SemVerRange`.
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn pattern(&self, value: Value) -> Result<&Pattern, Failure> {
        self.memory().pattern(value)
    }

    /// The bytes of `Bytes`.
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn bytes(&self, value: Value) -> Result<Vec<u8>, Failure> {
        self.memory().bytes(value)
    }

    /// `==`, structures by content. Takes fuel.
    ///
    /// # Errors
    /// A limit.
    pub fn equal(&mut self, left: Value, right: Value) -> Result<bool, Failure> {
        self.comparing().equal(left, right)
    }

    /// The order of sets, maps and output. Takes fuel.
    ///
    /// # Errors
    /// A limit.
    pub fn compare(&mut self, left: Value, right: Value) -> Result<Ordering, Failure> {
        self.comparing().compare(left, right)
    }

    fn comparing(&mut self) -> Compare<'_, '_> {
        let Heap { arena, meter, .. } = &mut *self.heap;
        let memory = Memory { constants: self.constants, data: self.data, arena, input: self.input };
        Compare { memory, fuel: &mut meter.fuel }
    }

    // Building. All of it counts against the limit of memory.

    /// A `String`.
    ///
    /// # Errors
    /// A limit.
    pub fn make_text(&mut self, text: &str) -> Result<Value, Failure> {
        self.heap.text(text).map(Value::Text)
    }

    /// A `String` made from another: `make` is given the text and where to write.
    ///
    /// # Errors
    /// `internal` where the value is no text; a limit.
    pub fn map_text(&mut self, value: Value, make: impl FnOnce(&str, &mut String)) -> Result<Value, Failure> {
        self.write_text(|memory, out| {
            make(memory.text(value)?, out);
            Ok(())
        })
    }

    /// A `String` from whatever `write` reads.
    ///
    /// # Errors
    /// What `write` gives; a limit.
    pub fn write_text(
        &mut self,
        write: impl FnOnce(Memory<'_>, &mut String) -> Result<(), Failure>,
    ) -> Result<Value, Failure> {
        let mut scratch = std::mem::take(&mut self.heap.scratch);
        scratch.clear();
        let written = write(self.memory(), &mut scratch);
        let value = written.and_then(|()| self.heap.text(&scratch));
        self.heap.scratch = scratch;
        value.map(Value::Text)
    }

    /// A part of a text, by bytes, without copying it. Ends are moved down to borders of characters.
    ///
    /// # Errors
    /// `internal` where the value is no text.
    pub fn slice(&self, value: Value, bytes: Range<usize>) -> Result<Value, Failure> {
        let Value::Text(span) = value else { return Err(Failure::kind(value)) };
        let text = self.memory().span_text(span);
        let end = text.floor_char_boundary(bytes.end);
        let start = text.floor_char_boundary(bytes.start).min(end);
        let (Ok(at), Ok(len)) = (u32::try_from(span.start() + start), u32::try_from(end - start)) else {
            return Err(Failure::kind(value));
        };
        Ok(Value::Text(Span { region: span.region, start: at, len }))
    }

    /// Begins to stage elements; give the mark to the method that makes something of them.
    #[must_use]
    pub fn begin(&self) -> usize {
        self.heap.stage.len()
    }

    /// Stages an element.
    ///
    /// # Errors
    /// A limit.
    pub fn push(&mut self, value: Value) -> Result<(), Failure> {
        structure::push(self.heap, value)
    }

    /// What is staged above a mark, to be put in another order.
    pub fn staged(&mut self, mark: usize) -> &mut [Value] {
        self.heap.stage.get_mut(mark..).unwrap_or(&mut [])
    }

    /// A list of what was staged since the mark.
    ///
    /// # Errors
    /// A limit.
    pub fn finish_list(&mut self, mark: usize) -> Result<Value, Failure> {
        structure::list(self.heap, mark)
    }

    /// A tuple of what was staged since the mark.
    ///
    /// # Errors
    /// A limit.
    pub fn finish_tuple(&mut self, mark: usize) -> Result<Value, Failure> {
        structure::tuple(self.heap, mark)
    }

    /// A record of what was staged since the mark: its fields by rank of their names.
    ///
    /// # Errors
    /// A limit.
    pub fn finish_record(&mut self, mark: usize) -> Result<Value, Failure> {
        structure::record(self.heap, mark)
    }

    /// A set of what was staged since the mark.
    ///
    /// # Errors
    /// A limit.
    pub fn finish_set(&mut self, mark: usize) -> Result<Value, Failure> {
        structure::set(self.heap, self.constants, self.data, self.input, mark)
    }

    /// A map of what was staged since the mark, key and value in turn.
    ///
    /// # Errors
    /// `duplicate_key` for two different values of one key; a limit.
    pub fn finish_map(&mut self, mark: usize) -> Result<Value, Failure> {
        structure::map(self.heap, self.constants, self.data, self.input, mark)
    }

    /// A list.
    ///
    /// # Errors
    /// A limit.
    pub fn make_list(&mut self, values: &[Value]) -> Result<Value, Failure> {
        let mark = self.begin();
        for &value in values {
            self.push(value)?;
        }
        self.finish_list(mark)
    }

    /// A set.
    ///
    /// # Errors
    /// A limit.
    pub fn make_set(&mut self, values: &[Value]) -> Result<Value, Failure> {
        let mark = self.begin();
        for &value in values {
            self.push(value)?;
        }
        self.finish_set(mark)
    }

    /// An `Ip`; version 4 within version 6 becomes version 4.
    ///
    /// # Errors
    /// A limit.
    pub fn make_ip(&mut self, ip: IpAddr) -> Result<Value, Failure> {
        structure::ip(self.heap, ip)
    }

    /// A `Cidr`, without host bits.
    ///
    /// # Errors
    /// A limit.
    pub fn make_cidr(&mut self, net: IpNet) -> Result<Value, Failure> {
        structure::cidr(self.heap, net)
    }

    /// A `SemVer`.
    ///
    /// # Errors
    /// A limit.
    pub fn make_semver(&mut self, version: &semver::Version) -> Result<Value, Failure> {
        structure::semver(self.heap, version)
    }

    /// `Bytes`.
    ///
    /// # Errors
    /// A limit.
    pub fn make_bytes(&mut self, bytes: &[u8]) -> Result<Value, Failure> {
        structure::bytes(self.heap, bytes)
    }

    /// A `Regex`, `Glob` or `Wildcard`; the inner error says what is wrong with the text.
    ///
    /// # Errors
    /// A limit.
    pub fn make_pattern(
        &mut self,
        kind: PatternKind,
        text: &str,
    ) -> Result<Result<Value, PatternError>, Failure> {
        match Pattern::compile(kind, text) {
            Ok(pattern) => structure::pattern(self.heap, pattern).map(Ok),
            Err(error) => Ok(Err(error)),
        }
    }

    /// A `SemVerRange`; none where the text is no range.
    ///
    /// # Errors
    /// A limit.
    pub fn make_range(&mut self, text: &str) -> Result<Option<Value>, Failure> {
        match Pattern::range(text) {
            Ok(pattern) => structure::pattern(self.heap, pattern).map(Some),
            Err(_) => Ok(None),
        }
    }

    /// `Json` from JSON text; none where it is not JSON, or holds a number that is neither an `Int` nor a `Decimal`.
    ///
    /// # Errors
    /// A limit.
    pub fn parse_json(&mut self, text: &str) -> Result<Option<Value>, Failure> {
        crate::ingest::json_value(self, text)
    }

    /// Writes a value of `Json` as JSON text: keys sorted, numbers in their shortest form.
    ///
    /// # Errors
    /// `internal` where it holds what `Json` cannot.
    pub fn write_json(&self, value: Value, out: &mut String) -> Result<(), Failure> {
        crate::print::json_value(self.memory(), value, out)
    }
}
