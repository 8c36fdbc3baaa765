//! Reading what handles point to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use crate::compare::TEXT_A_UNIT;
use crate::failure::Failure;
use crate::lookup;
use crate::pattern::Pattern;
use crate::store::Store;
use crate::value::{Cells, Region, Span, Value};
use crate::word::Mark;

/// The stores that the values of one decision point into. Cheap to copy.
///
/// ```
/// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
/// # let mut context = policy_vm::Context::alone(&mut heap, "");
/// use policy_vm::{Memory, Value};
///
/// fn greets(memory: Memory<'_>, name: Value) -> String {
///     memory.text(name).map_or_else(|_| "nobody".to_owned(), |name| format!("Hello, {name}"))
/// }
///
/// let ann = context.make_text("Ann")?;
/// assert_eq!(greets(context.memory(), ann), "Hello, Ann");
/// assert_eq!(greets(context.memory(), Value::Absent), "nobody");
/// # Ok::<(), policy_vm::Failure>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Memory<'a> {
    pub(crate) constants: &'a Store,
    pub(crate) data: &'a Store,
    pub(crate) arena: &'a Store,
    pub(crate) input: &'a str,
}

/// One field of many records.
#[derive(Clone, Copy)]
pub(crate) struct Column<'a> {
    memory: Memory<'a>,
    /// Where most of the records lie.
    region: Region,
    cells: &'a [Value],
    rank: usize,
}

impl<'a> Column<'a> {
    /// The field of an element; none where it has no such field.
    #[inline(always)]
    pub(crate) fn of(&self, element: &Value) -> Option<&'a Value> {
        if let Value::Record(span) = element
            && span.region == self.region
            && self.rank < span.len()
        {
            self.cells.get(span.start() + self.rank)
        } else {
            self.memory.part(element, self.rank)
        }
    }
}

/// Texts that mostly lie in one place.
#[derive(Clone, Copy)]
pub(crate) struct Texts<'a> {
    memory: Memory<'a>,
    region: Region,
    near: &'a [u8],
}

impl Texts<'_> {
    /// The mark of a text.
    #[inline(always)]
    pub(crate) fn mark(&self, span: Span) -> Mark {
        match span.region == self.region {
            true => Mark::at(self.near, span.start(), span.len()),
            false => self.memory.mark(span),
        }
    }
}

impl<'a> Memory<'a> {
    #[inline(always)]
    fn store(&self, region: Region) -> Option<&'a Store> {
        match region {
            Region::Constants => Some(self.constants),
            Region::Data => Some(self.data),
            Region::Arena => Some(self.arena),
            Region::Input => None,
        }
    }

    /// Text, by its handle.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// use policy_vm::Value;
    ///
    /// let name = context.make_text("Ann")?;
    /// assert!(matches!(name, Value::Text(span) if context.memory().span_text(span) == "Ann"));
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    #[inline]
    #[must_use]
    pub fn span_text(&self, span: Span) -> &'a str {
        if let Some(store) = self.store(span.region) {
            store.text(span)
        } else {
            let start = span.start();
            self.input.get(start..start.saturating_add(span.len())).unwrap_or("")
        }
    }

    /// The position of a text in a set (`stride` 1) or among the keys of a map (2); none at all where that takes comparing.
    #[inline]
    pub(crate) fn look_up(&self, of: Span, stride: usize, text: Span) -> Option<Option<usize>> {
        if of.len < lookup::FEW {
            return self.among_few(of, stride, text);
        }
        self.store(of.region)?.look_up(of, stride, self.mark(text), self.span_bytes(text))
    }

    /// [`Memory::look_up`] where few texts, one after the other, are looked at sooner than some of them by halves.
    #[inline]
    fn among_few(&self, of: Span, stride: usize, text: Span) -> Option<Option<usize>> {
        if of.is_empty() || text.len >= TEXT_A_UNIT {
            return None;
        }
        let store = self.store(of.region)?;
        let values = store.values(of.start, of.len().checked_mul(stride)?);
        // Texts mostly lie where their set does.
        let near = store.text.as_bytes();
        let mark = self.mark(text);
        let marked = |span: Span| match span.region == of.region {
            true => Mark::at(near, span.start(), text.len()),
            false => self.mark(span),
        };
        for (at, value) in values.chunks_exact(stride).filter_map(<[Value]>::first).enumerate() {
            let Value::Text(span) = *value else { return None };
            let alike = span.len == text.len && marked(span) == mark;
            if alike && (mark.is_whole() || self.span_bytes(span) == self.span_bytes(text)) {
                return Some(Some(at));
            }
        }
        Some(None)
    }

    /// Values, by their handle. A map's handle counts entries; see [`Memory::entries`].
    #[inline(always)]
    #[must_use]
    pub(crate) fn span_values(&self, span: Span) -> &'a [Value] {
        self.store(span.region).map_or(&[], |store| store.values(span.start, span.len()))
    }

    pub(crate) fn cells(&self, cells: Cells, count: usize) -> &'a [Value] {
        self.store(cells.region).map_or(&[], |store| store.values(cells.start, count))
    }

    pub(crate) fn cell(&self, region: Region, start: u32) -> Option<Value> {
        self.store(region)?.cells.get(start as usize).copied()
    }

    /// The text of a `String`, `Host`, `Url` or `Path`; of a `read by` value over one as well.
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn text(&self, value: Value) -> Result<&'a str, Failure> {
        if let Value::Text(span) = value {
            Ok(self.span_text(span))
        } else if let Value::Read(_) = value {
            self.text(self.read_value(value)?)
        } else {
            Err(Failure::kind(value))
        }
    }

    /// The bytes of [`Memory::text`].
    #[inline(always)]
    pub(crate) fn text_bytes(&self, value: Value) -> Result<&'a [u8], Failure> {
        if let Value::Text(span) = value {
            Ok(self.span_bytes(span))
        } else {
            self.text(value).map(str::as_bytes)
        }
    }

    /// The bytes of [`Memory::span_text`].
    #[inline(always)]
    pub(crate) fn span_bytes(&self, span: Span) -> &'a [u8] {
        if let Some(store) = self.store(span.region) {
            store.bytes(span)
        } else {
            let start = span.start();
            self.input.as_bytes().get(start..start.saturating_add(span.len())).unwrap_or(&[])
        }
    }

    /// Texts that mostly lie where one of them lies.
    #[inline]
    pub(crate) fn texts(&self, one: Option<Value>) -> Texts<'a> {
        let region = if let Some(Value::Text(span)) = one { span.region } else { Region::Input };
        let near = self.store(region).map_or(self.input.as_bytes(), |store| store.text.as_bytes());
        Texts { memory: *self, region, near }
    }

    /// The mark of a text: like that of [`Memory::span_bytes`], without a look at where it ends.
    #[inline(always)]
    pub(crate) fn mark(&self, span: Span) -> Mark {
        let all = match self.store(span.region) {
            Some(store) => store.text.as_bytes(),
            None => self.input.as_bytes(),
        };
        Mark::at(all, span.start(), span.len())
    }

    /// One field of elements that mostly lie where the first of them lies.
    #[inline]
    pub(crate) fn column(&self, elements: &[Value], rank: usize) -> Column<'a> {
        let region = match elements.first() {
            Some(Value::Record(span)) => span.region,
            _ => Region::Arena,
        };
        Column { memory: *self, region, cells: self.store(region).map_or(&[], |store| &store.cells), rank }
    }

    /// The elements of a list or set, the parts of a tuple, the fields of a record by rank.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// let list = context.make_list(&[policy_vm::Value::Int(1)])?;
    /// assert_eq!(context.memory().elements(list)?.len(), 1);
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn elements(&self, value: Value) -> Result<&'a [Value], Failure> {
        if let Value::List(span) | Value::Set(span) | Value::Tuple(span) | Value::Record(span) = value {
            Ok(self.span_values(span))
        } else {
            Err(Failure::kind(value))
        }
    }

    /// The entries of a map: key and value in turn, sorted by key.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// use policy_vm::Value;
    ///
    /// let mark = context.begin();
    /// context.push(Value::Int(1))?;
    /// context.push(Value::Bool(true))?;
    /// let map = context.finish_map(mark)?;
    /// assert!(matches!(context.memory().entries(map)?, [Value::Int(1), Value::Bool(true)]));
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn entries(&self, value: Value) -> Result<&'a [Value], Failure> {
        if let Value::Map(span) = value {
            let count = span.len().saturating_mul(2);
            Ok(self.store(span.region).map_or(&[], |store| store.values(span.start, count)))
        } else {
            Err(Failure::kind(value))
        }
    }

    /// A field of a record, or a part of a tuple.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// use policy_vm::Value;
    ///
    /// let mark = context.begin();
    /// context.push(Value::Int(1))?;
    /// let record = context.finish_record(mark)?;
    /// assert_eq!(context.memory().field(record, 0)?.as_int(), Some(1));
    /// assert!(context.memory().field(record, 1).is_err());
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    ///
    /// # Errors
    /// `internal` for another kind of value, or where there is no such field.
    #[inline]
    pub fn field(&self, value: Value, rank: usize) -> Result<Value, Failure> {
        self.part(&value, rank).copied().ok_or(Failure::kind(value))
    }

    /// [`Memory::field`], where it lies.
    #[inline(always)]
    pub(crate) fn part(&self, value: &Value, rank: usize) -> Option<&'a Value> {
        let (Value::Record(span) | Value::Tuple(span)) = *value else { return None };
        self.span_values(span).get(rank)
    }

    /// The content of a union's value.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/records.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_bundle(&program, Some("read"))?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("records.read").ok_or("no policy")?;
    /// let input = program.bytecode().policies[policy as usize].input;
    /// let request = r#"{"user": "ann", "rows": 1, "purpose": "Billing", "channel": {"kind": "web"}}"#;
    /// let read = evaluator.read_json(input, request, &program.request())?;
    /// let memory = evaluator.memory();
    ///
    /// let channel = memory.field(read, 0)?;
    /// assert_eq!(memory.text(memory.tag(channel)?)?, "web");
    /// assert_eq!(memory.content(channel)?.kind(), "record");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn content(&self, value: Value) -> Result<Value, Failure> {
        if let Value::Union { region, start, .. } = value {
            self.cell(region, start).ok_or(Failure::kind(value))
        } else {
            Err(Failure::kind(value))
        }
    }

    /// The tag of a union's value as it is spelled; absent where shapes tell variants apart.
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn tag(&self, value: Value) -> Result<Value, Failure> {
        if let Value::Union { region, start, .. } = value {
            start.checked_add(1).and_then(|at| self.cell(region, at)).ok_or(Failure::kind(value))
        } else {
            Err(Failure::kind(value))
        }
    }

    /// The value behind a `read by` value.
    ///
    /// ```
    /// # let bundle = std::fs::read("examples/records.pbundle")?;
    /// # let program = policy_vm::Program::load(&bundle, policy_stdlib::table())?;
    /// # let snapshot = policy_vm::Snapshot::of_bundle(&program, Some("read"))?;
    /// # let mut evaluator = policy_vm::Evaluator::new(&program, &snapshot);
    /// # let policy = program.policy("records.read").ok_or("no policy")?;
    /// let input = program.bytecode().policies[policy as usize].input;
    /// let request = r#"{"user": "ann", "rows": 1, "purpose": "Billing", "channel": {"kind": "web"}}"#;
    /// let read = evaluator.read_json(input, request, &program.request())?;
    /// let memory = evaluator.memory();
    ///
    /// let purpose = memory.field(read, 2)?;
    /// assert_eq!(memory.text(memory.read_value(purpose)?)?, "billing");
    /// assert_eq!(memory.text(memory.read_text(purpose)?)?, "Billing");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn read_value(&self, value: Value) -> Result<Value, Failure> {
        self.read_part(value, 0)
    }

    /// The original text of a `read by` value.
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn read_text(&self, value: Value) -> Result<Value, Failure> {
        self.read_part(value, 1)
    }

    fn read_part(&self, value: Value, part: usize) -> Result<Value, Failure> {
        if let Value::Read(cells) = value {
            self.cells(cells, 2).get(part).copied().ok_or(Failure::kind(value))
        } else {
            Err(Failure::kind(value))
        }
    }

    fn wide(&self, cells: Cells) -> Option<u128> {
        let &[high, low] = self.cells(cells, 2) else { return None };
        let (high, low) = (high.as_int()?.cast_unsigned(), low.as_int()?.cast_unsigned());
        Some(u128::from(high) << 64 | u128::from(low))
    }

    /// The `Ip`.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// let ip = context.make_ip(std::net::Ipv6Addr::LOCALHOST.into())?;
    /// assert_eq!(context.memory().ip(ip)?.to_string(), "::1");
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn ip(&self, value: Value) -> Result<IpAddr, Failure> {
        if let Value::Ip4(bits) = value {
            Ok(IpAddr::V4(Ipv4Addr::from_bits(bits)))
        } else if let Value::Ip6(cells) = value {
            let bits = self.wide(cells).ok_or(Failure::kind(value))?;
            Ok(IpAddr::V6(Ipv6Addr::from_bits(bits)))
        } else {
            Err(Failure::kind(value))
        }
    }

    /// The `Cidr`.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// let net = context.make_cidr("2001:db8::/32".parse().expect("a network"))?;
    /// assert_eq!(context.memory().cidr(net)?.prefix_len(), 32);
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn cidr(&self, value: Value) -> Result<IpNet, Failure> {
        let net = if let Value::Cidr4 { prefix, address } = value {
            Ipv4Net::new(Ipv4Addr::from_bits(address), prefix).ok().map(IpNet::V4)
        } else if let Value::Cidr6 { prefix, address } = value {
            let bits = self.wide(address).ok_or(Failure::kind(value))?;
            Ipv6Net::new(Ipv6Addr::from_bits(bits), prefix).ok().map(IpNet::V6)
        } else {
            None
        };
        net.ok_or(Failure::kind(value))
    }

    /// The `SemVer`.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// let version = context.make_semver(&"1.2.3".parse().expect("a version"))?;
    /// assert_eq!(context.memory().semver(version)?.minor, 2);
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn semver(&self, value: Value) -> Result<semver::Version, Failure> {
        let parts = self.semver_parts(value)?;
        let (Ok(pre), Ok(build)) =
            (semver::Prerelease::new(parts.pre), semver::BuildMetadata::new(parts.build))
        else {
            return Err(Failure::kind(value));
        };
        let [major, minor, patch] = parts.numbers;
        Ok(semver::Version { major, minor, patch, pre, build })
    }

    pub(crate) fn semver_parts(&self, value: Value) -> Result<SemVerParts<'a>, Failure> {
        let Value::SemVer(cells) = value else { return Err(Failure::kind(value)) };
        let &[Value::Int(major), Value::Int(minor), Value::Int(patch), pre, build] = self.cells(cells, 5)
        else {
            return Err(Failure::kind(value));
        };
        Ok(SemVerParts {
            numbers: [major.cast_unsigned(), minor.cast_unsigned(), patch.cast_unsigned()],
            pre: self.text(pre)?,
            build: self.text(build)?,
        })
    }

    /// The compiled `Regex`, `Glob`, `Wildcard` or `SemVerRange`.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// let range = context.make_range(">=2, <3")?.expect("a range");
    /// assert_eq!(context.memory().pattern(range)?.source(), ">=2, <3");
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn pattern(&self, value: Value) -> Result<&'a Pattern, Failure> {
        if let Value::Pattern(cells) = value {
            self.store(cells.region)
                .and_then(|store| store.patterns.get(cells.start as usize))
                .ok_or(Failure::kind(value))
        } else {
            Err(Failure::kind(value))
        }
    }

    /// The bytes of `Bytes`.
    ///
    /// ```
    /// # let mut heap = policy_vm::Heap::new(1_000, 1_000);
    /// # let mut context = policy_vm::Context::alone(&mut heap, "");
    /// let bytes = context.make_bytes(b"key")?;
    /// assert_eq!(context.memory().bytes(bytes)?, b"key");
    /// # Ok::<(), policy_vm::Failure>(())
    /// ```
    ///
    /// # Errors
    /// `internal` for another kind of value.
    pub fn bytes(&self, value: Value) -> Result<Vec<u8>, Failure> {
        let Value::Bytes(span) = value else { return Err(Failure::kind(value)) };
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let pairs = self.span_text(span).as_bytes().chunks_exact(2);
        pairs
            .map(|pair| match pair {
                [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
                _ => None,
            })
            .collect::<Option<Vec<u8>>>()
            .ok_or(Failure::kind(value))
    }
}

/// The parts of a version.
pub(crate) struct SemVerParts<'a> {
    pub(crate) numbers: [u64; 3],
    pub(crate) pre: &'a str,
    pub(crate) build: &'a str,
}
