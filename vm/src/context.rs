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
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// let name = context.make_text("Ann")?;
    /// assert_eq!(context.memory().text(name)?, "Ann");
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    #[must_use]
    pub fn memory(&self) -> Memory<'_> {
        Memory { constants: self.constants, data: self.data, arena: &self.heap.arena, input: self.input }
    }

    /// Takes units of fuel. One unit is about a simple instruction, or 16 bytes of text looked at.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// use policy_vm::Code;
    ///
    /// context.charge(400)?;
    /// assert_eq!(context.charge(601).map_err(|failure| failure.code), Err(Code::FuelLimit));
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    ///
    /// # Errors
    /// `fuel_limit` where there are not as many.
    pub fn charge(&mut self, units: u64) -> Result<(), Failure> {
        self.heap.meter.charge(units)
    }

    /// The time of the decision.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// use policy_vm::Code;
    /// assert_eq!(context.now().map_err(|failure| failure.code), Err(Code::NoNow));
    /// ```
    ///
    /// # Errors
    /// `no_now` where the host gave none.
    pub fn now(&self) -> Result<Timestamp, Failure> {
        self.now.ok_or(Failure::new(Code::NoNow))
    }

    // Reading.

    /// The `Bool`.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// use policy_vm::Value;
    /// assert!(context.bool(Value::Bool(true))?);
    /// assert!(context.bool(Value::Int(1)).is_err());
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    ///
    /// # Errors
    /// `internal` for another kind of value; so do all accessors here.
    pub fn bool(&self, value: Value) -> Result<bool, Failure> {
        value.as_bool().ok_or(Failure::kind(value))
    }

    /// The `Int`.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// assert_eq!(context.int(policy_vm::Value::Int(7))?, 7);
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn int(&self, value: Value) -> Result<i64, Failure> {
        value.as_int().ok_or(Failure::kind(value))
    }

    /// The `Decimal`.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// assert_eq!(context.decimal(policy_vm::Value::Int(7))?, rust_decimal::Decimal::from(7));
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn decimal(&self, value: Value) -> Result<Decimal, Failure> {
        value.as_decimal().ok_or(Failure::kind(value))
    }

    /// The `Timestamp`.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// use policy_vm::{Value, time};
    ///
    /// let read = time::read_timestamp("2026-11-21T09:30:00Z").expect("it is one");
    /// assert_eq!(context.timestamp(Value::timestamp(read))?, read);
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn timestamp(&self, value: Value) -> Result<Timestamp, Failure> {
        value.as_timestamp().ok_or(Failure::kind(value))
    }

    /// The `Duration`.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// use policy_vm::{Value, time};
    ///
    /// let read = time::read_duration("1h30m").expect("it is one");
    /// assert_eq!(context.duration(Value::duration(read))?, read);
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn duration(&self, value: Value) -> Result<Duration, Failure> {
        value.as_duration().ok_or(Failure::kind(value))
    }

    /// The `Date`.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// use policy_vm::{Value, time};
    ///
    /// let read = time::read_date("2026-12-31").expect("it is one");
    /// assert_eq!(context.date(Value::date(read))?, read);
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn date(&self, value: Value) -> Result<Date, Failure> {
        value.as_date().ok_or(Failure::kind(value))
    }

    /// The `TimeOfDay`.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// use policy_vm::{Value, time};
    ///
    /// let read = time::read_time("18:00").expect("it is one");
    /// assert_eq!(context.time_of_day(Value::time_of_day(read))?, read);
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn time_of_day(&self, value: Value) -> Result<TimeOfDay, Failure> {
        value.as_time_of_day().ok_or(Failure::kind(value))
    }

    /// The text of a `String`, `Host`, `Url` or `Path`.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// let name = context.make_text("Ann")?;
    /// assert_eq!(context.text(name)?, "Ann");
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn text(&self, value: Value) -> Result<&str, Failure> {
        self.memory().text(value)
    }

    /// The elements of a list or set, the parts of a tuple, the fields of a record by rank.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// use policy_vm::Value;
    ///
    /// let list = context.make_list(&[Value::Int(1), Value::Int(2)])?;
    /// let sum: i64 = context.elements(list)?.iter().filter_map(|value| value.as_int()).sum();
    /// assert_eq!(sum, 3);
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn elements(&self, value: Value) -> Result<&[Value], Failure> {
        self.memory().elements(value)
    }

    /// The element of a list or set at a position; none past the end.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// use policy_vm::Value;
    ///
    /// let list = context.make_list(&[Value::Int(1)])?;
    /// assert_eq!(context.element(list, 0)?.and_then(Value::as_int), Some(1));
    /// assert!(context.element(list, 1)?.is_none());
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn element(&self, value: Value, at: usize) -> Result<Option<Value>, Failure> {
        Ok(self.memory().elements(value)?.get(at).copied())
    }

    /// How many elements, entries or bytes of text there are.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// let name = context.make_text("Zoë")?;
    /// assert_eq!(context.len(name)?, 4);
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    ///
    /// # Errors
    /// `internal` for a value that has no length.
    pub fn len(&self, value: Value) -> Result<usize, Failure> {
        structure::length(value)
    }

    /// The entries of a map: key and value in turn, sorted by key.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// use policy_vm::Value;
    ///
    /// let mark = context.begin();
    /// for value in [2, 20, 1, 10] {
    ///     context.push(Value::Int(value))?;
    /// }
    /// let map = context.finish_map(mark)?;
    /// let entries: Vec<Option<i64>> = context.entries(map)?.iter().map(|value| value.as_int()).collect();
    /// assert_eq!(entries, [1, 10, 2, 20].map(Some));
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn entries(&self, value: Value) -> Result<&[Value], Failure> {
        self.memory().entries(value)
    }

    /// The `Ip`.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// let address = "::ffff:10.0.0.1".parse().expect("an address");
    /// let ip = context.make_ip(address)?;
    /// assert_eq!(context.ip(ip)?.to_string(), "10.0.0.1");
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn ip(&self, value: Value) -> Result<IpAddr, Failure> {
        self.memory().ip(value)
    }

    /// The `Cidr`.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// let net = context.make_cidr("10.1.2.3/8".parse().expect("a network"))?;
    /// assert_eq!(context.cidr(net)?.to_string(), "10.0.0.0/8");
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn cidr(&self, value: Value) -> Result<IpNet, Failure> {
        self.memory().cidr(value)
    }

    /// The `SemVer`.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// let version = context.make_semver(&"1.2.3-rc.1".parse().expect("a version"))?;
    /// assert_eq!(context.semver(version)?.pre.as_str(), "rc.1");
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn semver(&self, value: Value) -> Result<semver::Version, Failure> {
        self.memory().semver(value)
    }

    /// The compiled `Regex`, `Glob`, `Wildcard` or `SemVerRange`.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// let range = context.make_range("^1.2")?.expect("a range");
    /// assert!(context.pattern(range)?.matches("1.4.0"));
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn pattern(&self, value: Value) -> Result<&Pattern, Failure> {
        self.memory().pattern(value)
    }

    /// The bytes of `Bytes`.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// let bytes = context.make_bytes(b"\x00\xff")?;
    /// assert_eq!(context.bytes(bytes)?, [0, 255]);
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn bytes(&self, value: Value) -> Result<Vec<u8>, Failure> {
        self.memory().bytes(value)
    }

    /// `==`, structures by content. Takes fuel.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// use policy_vm::Value;
    ///
    /// let (one, other) = (context.make_list(&[Value::Int(1)])?, context.make_list(&[Value::Int(1)])?);
    /// assert!(context.equal(one, other)?);
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    ///
    /// # Errors
    /// A limit.
    pub fn equal(&mut self, left: Value, right: Value) -> Result<bool, Failure> {
        self.comparing().equal(left, right)
    }

    /// The order of sets, maps and output. Takes fuel.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// let (ann, bob) = (context.make_text("ann")?, context.make_text("bob")?);
    /// assert!(context.compare(ann, bob)?.is_lt());
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
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
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// let name = context.make_text("Ann")?;
    /// assert_eq!(name.kind(), "String");
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
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
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// let (first, last) = (context.make_text("Ann")?, context.make_text("Lee")?);
    /// let whole = context.write_text(|memory, out| {
    ///     out.push_str(memory.text(first)?);
    ///     out.push(' ');
    ///     out.push_str(memory.text(last)?);
    ///     Ok(())
    /// })?;
    /// assert_eq!(context.text(whole)?, "Ann Lee");
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
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
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// let name = context.make_text("Zoë Lee")?;
    /// let first = context.slice(name, 0..4)?;
    /// assert_eq!(context.text(first)?, "Zoë");
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
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
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// use policy_vm::Value;
    ///
    /// let mark = context.begin();
    /// context.push(Value::Int(1))?;
    /// context.push(Value::Int(2))?;
    /// let list = context.finish_list(mark)?;
    /// assert_eq!(context.len(list)?, 2);
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
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
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// use policy_vm::Value;
    ///
    /// let mark = context.begin();
    /// context.push(Value::Int(1))?;
    /// context.push(Value::Int(2))?;
    /// context.staged(mark).reverse();
    /// let list = context.finish_list(mark)?;
    /// assert_eq!(context.element(list, 0)?.and_then(Value::as_int), Some(2));
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
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
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// use policy_vm::Value;
    ///
    /// let mark = context.begin();
    /// context.push(Value::Bool(true))?;
    /// context.push(Value::Int(2))?;
    /// let pair = context.finish_tuple(mark)?;
    /// assert_eq!(context.memory().field(pair, 1)?.as_int(), Some(2));
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    ///
    /// # Errors
    /// A limit.
    pub fn finish_tuple(&mut self, mark: usize) -> Result<Value, Failure> {
        structure::tuple(self.heap, mark)
    }

    /// A record of what was staged since the mark: its fields by rank of their names.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// use policy_vm::Value;
    ///
    /// // A record of `name` and `size`.
    /// let name = context.make_text("main")?;
    /// let mark = context.begin();
    /// context.push(name)?;
    /// context.push(Value::Int(12))?;
    /// let branch = context.finish_record(mark)?;
    /// assert_eq!(context.memory().field(branch, 1)?.as_int(), Some(12));
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    ///
    /// # Errors
    /// A limit.
    pub fn finish_record(&mut self, mark: usize) -> Result<Value, Failure> {
        structure::record(self.heap, mark)
    }

    /// A set of what was staged since the mark.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// use policy_vm::Value;
    ///
    /// let mark = context.begin();
    /// for value in [2, 1, 2] {
    ///     context.push(Value::Int(value))?;
    /// }
    /// let set = context.finish_set(mark)?;
    /// assert_eq!(context.elements(set)?.first().and_then(|least| least.as_int()), Some(1));
    /// assert_eq!(context.len(set)?, 2);
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
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
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// use policy_vm::Value;
    ///
    /// let list = context.make_list(&[Value::Int(2), Value::Int(2)])?;
    /// assert_eq!(context.len(list)?, 2);
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
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
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// use policy_vm::Value;
    ///
    /// let set = context.make_set(&[Value::Int(2), Value::Int(2)])?;
    /// assert_eq!(context.len(set)?, 1);
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
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
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// use policy_bytecode::program::PatternKind;
    ///
    /// let glob = context.make_pattern(PatternKind::Glob, "src/**")?.expect("a glob");
    /// assert!(context.pattern(glob)?.matches("src/main.rs"));
    /// assert!(context.make_pattern(PatternKind::Regex, "(")?.is_err());
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
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
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// assert!(context.make_range("^1.2")?.is_some() && context.make_range("newest")?.is_none());
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
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
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// let json = context.parse_json(r#"{"b": 1.50, "a": null}"#)?.expect("JSON");
    /// let mut text = String::new();
    /// context.write_json(json, &mut text)?;
    /// assert_eq!(text, r#"{"a":null,"b":1.5}"#);
    /// assert!(context.parse_json("{")?.is_none());
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
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
