//! Stores: where text, structures and patterns lie.

use crate::failure::{Code, Failure};
use crate::lookup::{Contents, Lookups};
use crate::pattern::Pattern;
use crate::value::{Cells, Region, Span, Value};
use crate::word::Mark;

/// Text, values and patterns, each in one contiguous run that handles point into.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) text: String,
    pub(crate) cells: Vec<Value>,
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) lookups: Lookups,
}

impl Store {
    pub(crate) const fn new() -> Self {
        Self { text: String::new(), cells: Vec::new(), patterns: Vec::new(), lookups: Lookups::none() }
    }

    fn contents(&self, region: Region) -> Contents<'_> {
        Contents { region, text: &self.text, cells: &self.cells }
    }

    /// Makes tables for the large sets and maps of a store that changes no more, and of values outside it.
    pub(crate) fn settle(&mut self, region: Region, roots: impl Iterator<Item = Value>) {
        self.lookups = Lookups::of(self.contents(region), roots);
    }

    /// The position of a text in a set (`stride` 1) or among the keys of a map (2), if there is a table that tells.
    #[inline]
    pub(crate) fn look_up(&self, of: Span, stride: usize, mark: Mark, text: &[u8]) -> Option<Option<usize>> {
        self.lookups.find(self.contents(of.region), (of, stride), (mark, text))
    }

    /// Forgets everything and keeps the room.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.cells.clear();
        self.patterns.clear();
    }

    #[inline]
    pub(crate) fn text(&self, span: Span) -> &str {
        let start = span.start();
        self.text.get(start..start.saturating_add(span.len())).unwrap_or("")
    }

    #[inline]
    pub(crate) fn bytes(&self, span: Span) -> &[u8] {
        let start = span.start();
        self.text.as_bytes().get(start..start.saturating_add(span.len())).unwrap_or(&[])
    }

    #[inline]
    pub(crate) fn values(&self, start: u32, count: usize) -> &[Value] {
        let start = start as usize;
        self.cells.get(start..start.saturating_add(count)).unwrap_or(&[])
    }

    pub(crate) fn push_text(&mut self, region: Region, text: &str) -> Result<Span, Failure> {
        let start = position(self.text.len())?;
        let len = position(text.len())?;
        position(self.text.len().saturating_add(text.len()))?;
        self.text.push_str(text);
        Ok(Span { region, start, len })
    }

    pub(crate) fn push_cells(&mut self, region: Region, values: &[Value]) -> Result<Cells, Failure> {
        let start = position(self.cells.len())?;
        position(self.cells.len().saturating_add(values.len()))?;
        self.cells.extend_from_slice(values);
        Ok(Cells { region, start })
    }

    pub(crate) fn push_pattern(&mut self, region: Region, pattern: Pattern) -> Result<Value, Failure> {
        let start = position(self.patterns.len())?;
        self.patterns.push(pattern);
        Ok(Value::Pattern(Cells { region, start }))
    }
}

/// A position as handles hold it: stores end at 4 GiB.
pub(crate) fn position(at: usize) -> Result<u32, Failure> {
    u32::try_from(at).map_err(|_| Failure::new(Code::MemoryLimit))
}

/// What a decision may still use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meter {
    pub(crate) fuel: u64,
    pub(crate) memory: u64,
}

impl Meter {
    /// Takes units of fuel.
    #[inline]
    pub(crate) fn charge(&mut self, units: u64) -> Result<(), Failure> {
        if let Some(left) = self.fuel.checked_sub(units) {
            self.fuel = left;
            Ok(())
        } else {
            self.fuel = 0;
            Err(Failure::new(Code::FuelLimit))
        }
    }

    /// Takes bytes of memory.
    #[inline]
    pub(crate) fn allocate(&mut self, bytes: usize) -> Result<(), Failure> {
        if let Some(left) = self.memory.checked_sub(bytes as u64) {
            self.memory = left;
            Ok(())
        } else {
            self.memory = 0;
            Err(Failure::new(Code::MemoryLimit))
        }
    }
}

/// What a decision writes to: the arena, values staged for structures, room for text, and the meter.
///
/// It is kept between decisions, so that a warm one allocates nothing.
///
/// ```
/// use policy_vm::{Context, Heap, Value};
///
/// let mut heap = Heap::new(100, 1_000);
/// Context::alone(&mut heap, "").charge(40)?;
/// assert_eq!(heap.fuel(), 60);
/// heap.reset(100, 1_000);
/// assert_eq!(heap.fuel(), 100);
/// # Ok::<(), policy_vm::Failure>(())
/// ```
#[derive(Debug)]
pub struct Heap {
    pub(crate) arena: Store,
    pub(crate) stage: Vec<Value>,
    pub(crate) scratch: String,
    pub(crate) meter: Meter,
}

impl Heap {
    /// A heap with limits: units of fuel, and bytes of memory.
    #[must_use]
    pub fn new(fuel: u64, memory: u64) -> Self {
        Self {
            arena: Store::default(),
            stage: Vec::new(),
            scratch: String::new(),
            meter: Meter { fuel, memory },
        }
    }

    /// Forgets what was made and sets the limits anew.
    pub fn reset(&mut self, fuel: u64, memory: u64) {
        self.arena.clear();
        self.stage.clear();
        self.scratch.clear();
        self.meter = Meter { fuel, memory };
    }

    /// The units of fuel that are left.
    #[must_use]
    pub const fn fuel(&self) -> u64 {
        self.meter.fuel
    }

    pub(crate) fn text(&mut self, text: &str) -> Result<Span, Failure> {
        self.meter.allocate(text.len())?;
        self.arena.push_text(Region::Arena, text)
    }

    pub(crate) fn cells(&mut self, values: &[Value]) -> Result<Cells, Failure> {
        self.meter.allocate(values.len().saturating_mul(size_of::<Value>()))?;
        self.arena.push_cells(Region::Arena, values)
    }

    /// Moves what was staged since `mark` into the arena; gives where it lies and how much it was.
    pub(crate) fn unstage(&mut self, mark: usize) -> Result<(Cells, usize), Failure> {
        let staged = self.stage.get(mark..).unwrap_or(&[]);
        let count = staged.len();
        self.meter.allocate(count.saturating_mul(size_of::<Value>()))?;
        let cells = self.arena.push_cells(Region::Arena, staged)?;
        self.stage.truncate(mark);
        Ok((cells, count))
    }
}
