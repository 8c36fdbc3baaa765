//! Reading documents: one pass over JSON text, straight into values, no more of it than is asked for.
//!
//! What a policy cannot read is passed over, but must still be JSON. What it reads must fit its type; all
//! misfits are collected, each with its JSON Pointer. Texts without escapes stay in the document.

mod any;
pub(crate) mod describe;
mod entity;
mod fast;
pub(crate) mod layout;
mod misfit;
mod number;
mod record;
mod scalar;
mod scan;
mod structure;
pub(crate) mod union;

#[cfg(test)]
mod tests;

use policy_bytecode::program::{PlanId, Read, TextId, TypeId};
use policy_bytecode::types::Type;

pub use misfit::{Misfit, Misfits};

use self::scan::{Raw, Scan};
use crate::context::Context;
use crate::entities::Loading;
use crate::failure::{Code, Failure};
use crate::machine::Run;
use crate::observer::Observer;
use crate::program::Loaded;
use crate::store::{Heap, position};
use crate::value::{Region, Span, Value};

/// The deepest nesting of types within each other while reading.
const MAX_STEPS: u32 = 1_024;

/// The deepest nesting of readers that cast to types with readers.
const MAX_READERS: u32 = 4;

/// Why reading stopped. It is boxed because it is rare, so that what is read is returned in two words.
#[derive(Debug)]
pub(crate) struct Stop(Box<Why>);

#[derive(Debug)]
enum Why {
    /// The text is not JSON.
    Syntax { at: usize, message: &'static str },
    /// A limit.
    Failure(Failure),
}

impl Stop {
    #[cold]
    fn syntax(at: usize, message: &'static str) -> Self {
        Self(Box::new(Why::Syntax { at, message }))
    }

    #[cold]
    fn too_deep() -> Self {
        Failure::new(Code::DepthLimit).into()
    }
}

impl From<Failure> for Stop {
    #[cold]
    fn from(failure: Failure) -> Self {
        Self(Box::new(Why::Failure(failure)))
    }
}

/// Why a document was not read.
#[derive(Debug)]
pub(crate) enum Unread {
    /// It does not fit.
    Misfits(Misfits),
    /// A limit.
    Failure(Failure),
}

/// A step from a document to a part of it.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// A key as it stands in the document.
    Raw(usize, usize),
    /// A key that had escapes.
    Made(Span),
    /// A field.
    Name(TextId),
    /// A key that the document lacks.
    Word(&'static str),
    /// An element.
    Index(usize),
}

/// A key that is not a field: a hash, and where it is.
type Seen = (u64, Step);

/// Room that reading uses, kept between decisions.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    path: Vec<Step>,
    seen: Vec<Seen>,
    flags: Vec<bool>,
    order: layout::Order,
}

/// What a part of a document is read as.
#[derive(Clone, Copy, Debug)]
pub(crate) struct What {
    pub(crate) ty: TypeId,
    /// How much of it; all where there is none.
    pub(crate) plan: Option<PlanId>,
}

/// What reading needs from whoever asks for it.
trait Hooks {
    fn heap(&mut self) -> &mut Heap;
    fn arena(&self) -> &Heap;
    /// Runs the function of a `read by` type; the inner failure is the value's.
    fn read_by(&mut self, function: u32, value: Value) -> Result<Result<Value, Failure>, Failure>;
    /// The value of an entity that the store has.
    fn entity(&self, kind: u16, id: &str) -> Option<Value>;
    fn set(&mut self, mark: usize) -> Result<Value, Failure>;
    fn sort_entries(&mut self, mark: usize) -> Result<(), Failure>;
}

impl Hooks for Context<'_> {
    fn heap(&mut self) -> &mut Heap {
        self.heap
    }

    fn arena(&self) -> &Heap {
        self.heap
    }

    fn read_by(&mut self, _: u32, _: Value) -> Result<Result<Value, Failure>, Failure> {
        Err(Failure::internal())
    }

    fn entity(&self, _: u16, _: &str) -> Option<Value> {
        None
    }

    fn set(&mut self, mark: usize) -> Result<Value, Failure> {
        self.finish_set(mark)
    }

    fn sort_entries(&mut self, mark: usize) -> Result<(), Failure> {
        let fixed = (self.constants, self.data, self.input);
        crate::structure::sort_entries(self.heap, fixed, mark, false)
    }
}

impl<O: Observer> Hooks for Run<'_, O> {
    fn heap(&mut self) -> &mut Heap {
        &mut self.machine.heap
    }

    fn arena(&self) -> &Heap {
        &self.machine.heap
    }

    fn read_by(&mut self, function: u32, value: Value) -> Result<Result<Value, Failure>, Failure> {
        // A reader may cast to a type that another reads; each takes room on the stack.
        if self.machine.reading_depth >= MAX_READERS {
            return Err(Failure::new(Code::DepthLimit));
        }
        self.machine.reading_depth += 1;
        let result = self.call(policy_bytecode::program::FunctionIndex(function), &[value]);
        self.machine.reading_depth -= 1;
        match result {
            Ok(value) => Ok(Ok(value)),
            Err(raised) => {
                let failure = self
                    .machine
                    .raised
                    .get(raised as usize)
                    .map_or(Failure::internal(), |raised| raised.failure);
                if failure.code.is_limit() { Err(failure) } else { Ok(Err(failure)) }
            }
        }
    }

    fn entity(&self, kind: u16, id: &str) -> Option<Value> {
        self.entities?.named(self.memory(), kind, id)
    }

    fn set(&mut self, mark: usize) -> Result<Value, Failure> {
        self.finish_set(mark)
    }

    fn sort_entries(&mut self, mark: usize) -> Result<(), Failure> {
        let fixed = (&self.loaded.constants, self.data, self.input);
        crate::structure::sort_entries(&mut self.machine.heap, fixed, mark, false)
    }
}

/// A document being read.
struct Reader<'r, 't, H> {
    hooks: &'r mut H,
    loaded: Option<&'r Loaded>,
    scan: Scan<'t>,
    /// Whether texts are copied, because the document does not outlive the value.
    copy: bool,
    /// Whether records that do not say are closed.
    closed: bool,
    steps: u32,
    reading: Reading,
    misfits: Misfits,
}

/// How a document is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct How {
    /// Whether texts are copied, because the document is not the run's input.
    pub(crate) copy: bool,
    /// Whether records that do not say are closed.
    pub(crate) closed: bool,
}

/// Reads a document of an entity store, the next of those that were read before.
pub(crate) fn store<O: Observer>(
    run: &mut Run<'_, O>,
    text: &str,
    document: usize,
    loading: &mut Loading,
) -> Result<(), Unread> {
    let how = How { copy: true, closed: true };
    read(run, text, how, |reader| reader.store(document, loading)).map(drop)
}

/// Reads a document as a type.
pub(crate) fn document<O: Observer>(
    run: &mut Run<'_, O>,
    text: &str,
    what: What,
    how: How,
) -> Result<Value, Unread> {
    read(run, text, how, |reader| reader.value(what))
}

fn read<'r, 'a, O: Observer>(
    run: &'r mut Run<'a, O>,
    text: &str,
    how: How,
    work: impl FnOnce(&mut Reader<'_, '_, Run<'a, O>>) -> Result<Value, Stop>,
) -> Result<Value, Unread> {
    let loaded = run.loaded;
    let mut reading = std::mem::take(&mut run.machine.reading);
    reading.order.fit(&loaded.layouts);
    let mark = run.machine.heap.stage.len();
    let mut reader = Reader {
        hooks: &mut *run,
        loaded: Some(loaded),
        scan: Scan { text, at: 0, nesting: 0 },
        copy: how.copy,
        closed: how.closed,
        steps: 0,
        reading,
        misfits: Misfits::default(),
    };
    let result = reader.whole(work);
    let Reader { mut reading, misfits, .. } = reader;
    reading.path.clear();
    reading.seen.clear();
    reading.flags.clear();
    run.machine.reading = reading;
    run.machine.heap.stage.truncate(mark);
    finish(text, result, misfits)
}

fn finish(text: &str, result: Result<Value, Stop>, misfits: Misfits) -> Result<Value, Unread> {
    match result {
        Ok(value) if misfits.is_empty() => Ok(value),
        Ok(_) => Err(Unread::Misfits(misfits)),
        Err(Stop(why)) => match *why {
            Why::Syntax { at, message } => Err(Unread::Misfits(Misfits::root(
                "JSON",
                format!("text that is none: {message}, at {}", line_of(text, at)),
            ))),
            Why::Failure(failure) => Err(Unread::Failure(failure)),
        },
    }
}

/// Line and column of a position.
fn line_of(text: &str, at: usize) -> String {
    let before = text.get(..text.floor_char_boundary(at)).unwrap_or(text);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
    format!("line {line}, column {column}")
}

/// Reads a value that is cast; none where it does not fit.
pub(crate) fn cast<O: Observer>(
    run: &mut Run<'_, O>,
    text: &str,
    to: TypeId,
) -> Result<Option<Value>, Failure> {
    match document(run, text, What { ty: to, plan: None }, How { copy: true, closed: false }) {
        Ok(value) => Ok(Some(value)),
        Err(Unread::Misfits(_)) => Ok(None),
        Err(Unread::Failure(failure)) => Err(failure),
    }
}

/// `Json` from JSON text; none where it is none.
pub(crate) fn json_value(context: &mut Context<'_>, text: &str) -> Result<Option<Value>, Failure> {
    let mark = context.heap.stage.len();
    let mut reader = Reader {
        hooks: &mut *context,
        loaded: None,
        scan: Scan { text, at: 0, nesting: 0 },
        copy: true,
        closed: false,
        steps: 0,
        reading: Reading::default(),
        misfits: Misfits::default(),
    };
    let result = reader.whole(Reader::any);
    let misfits = reader.misfits;
    context.heap.stage.truncate(mark);
    match finish(text, result, misfits) {
        Ok(value) => Ok(Some(value)),
        Err(Unread::Misfits(_)) => Ok(None),
        Err(Unread::Failure(failure)) => Err(failure),
    }
}

impl<H: Hooks> Reader<'_, '_, H> {
    /// Reads one value and the end of the text.
    fn whole(&mut self, read: impl FnOnce(&mut Self) -> Result<Value, Stop>) -> Result<Value, Stop> {
        let units = self.scan.text.len() as u64 / 16 + 1;
        self.hooks.heap().meter.charge(units)?;
        position(self.scan.text.len())?;
        self.scan.space();
        let value = read(self)?;
        self.scan.space();
        if self.scan.peek().is_some() {
            return self.scan.wrong("something follows the JSON value");
        }
        Ok(value)
    }

    /// How a part is read.
    fn part(&self, what: What, index: usize, ty: TypeId) -> What {
        let plan = what.plan.and_then(|plan| {
            let plans = &self.loaded?.code.plans;
            match &plans.get(plan.index())?.read {
                Read::Whole => None,
                Read::Skip => Some(plan),
                Read::Parts(parts) => parts.get(index).copied(),
            }
        });
        What { ty, plan }
    }

    fn is_skipped(&self, what: What) -> bool {
        let plan = what.plan.and_then(|plan| self.loaded?.code.plans.get(plan.index()));
        plan.is_some_and(|plan| plan.read == Read::Skip)
    }

    /// Reads a value as a type says.
    fn value(&mut self, what: What) -> Result<Value, Stop> {
        if self.is_skipped(what) {
            self.skip()?;
            return Ok(Value::Absent);
        }
        self.deeper()?;
        let value = self.typed(what)?;
        self.steps -= 1;
        Ok(value)
    }

    /// One type further in.
    fn deeper(&mut self) -> Result<(), Stop> {
        self.steps += 1;
        if self.steps > MAX_STEPS { Err(Stop::too_deep()) } else { Ok(()) }
    }

    fn typed(&mut self, what: What) -> Result<Value, Stop> {
        let Some(loaded) = self.loaded else { return Err(Failure::internal().into()) };
        let Some(ty) = loaded.code.types.get(what.ty.index()) else {
            return Err(Failure::internal().into());
        };
        match ty {
            Type::Text => self.string_value(what.ty),
            Type::Json => self.any(),
            Type::Option(inner) => {
                if self.scan.peek() == Some(b'n') {
                    self.scan.word("null")?;
                    Ok(Value::Absent)
                } else {
                    self.value(self.part(what, 0, *inner))
                }
            }
            Type::Record(record) => self.record(what, record, None),
            Type::List { elem, max, or_one } => self.list(what, *elem, *max, *or_one),
            Type::Set { elem, max } => self.set(what, *elem, *max),
            Type::Map { key, value, max } => self.map(what, *key, *value, *max),
            Type::Tuple(parts) => self.tuple(what, parts),
            Type::Union(union) => self.union(what, union, None),
            Type::Entity(kinds) => self.entity(what, kinds),
            Type::Read { function, from, .. } => self.read_by(what, function.0, *from),
            Type::Bool
            | Type::Int { .. }
            | Type::Decimal
            | Type::Timestamp
            | Type::Date
            | Type::TimeOfDay
            | Type::Duration
            | Type::Ip
            | Type::Cidr
            | Type::Host
            | Type::Url
            | Type::Path
            | Type::SemVer
            | Type::SemVerRange
            | Type::Regex
            | Type::Glob
            | Type::Wildcard
            | Type::Bytes
            | Type::Enum(_) => self.scalar(what, ty),
        }
    }

    /// Passes over a value, which must still be JSON without halves of surrogate pairs.
    fn skip(&mut self) -> Result<(), Stop> {
        let start = self.scan.at;
        if self.scan.skip()? {
            self.unfit_text(start, "text without unpaired surrogates");
        }
        Ok(())
    }

    // Misfits.

    /// A value of the wrong kind: passes over it and records it.
    #[cold]
    fn wrong_kind(&mut self, ty: TypeId) -> Result<Value, Stop> {
        let start = self.scan.at;
        self.scan.skip()?;
        self.unfit(start, ty);
        Ok(Value::Absent)
    }

    /// Records that what was read from `start` to here is none of a type.
    #[cold]
    fn unfit(&mut self, start: usize, ty: TypeId) {
        let expected = self.loaded.map(|loaded| describe::type_name(loaded, ty)).unwrap_or_default();
        self.unfit_text(start, &expected);
    }

    #[cold]
    fn unfit_text(&mut self, start: usize, expected: &str) {
        let found = describe::found(self.scan.text.get(start..self.scan.at).unwrap_or(""));
        self.misfit(expected, found);
    }

    fn misfit(&mut self, expected: &str, found: String) {
        self.misfit_below(None, expected, found);
    }

    /// A misfit at the current place, or at a key below it.
    #[cold]
    fn misfit_below(&mut self, key: Option<&str>, expected: &str, found: String) {
        let mut pointer = String::new();
        for step in &self.reading.path {
            pointer.push('/');
            match step {
                Step::Index(at) => pointer.push_str(&at.to_string()),
                Step::Raw(..) | Step::Made(_) | Step::Name(_) | Step::Word(_) => {
                    pointer.push_str(&self.step_text(*step).replace('~', "~0").replace('/', "~1"));
                }
            }
        }
        if let Some(key) = key {
            pointer.push('/');
            pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
        }
        self.misfits.add(Misfit { pointer, expected: expected.to_owned(), found });
    }

    fn step_text(&self, step: Step) -> &str {
        match step {
            Step::Raw(start, end) => self.scan.text.get(start..end).unwrap_or(""),
            Step::Made(span) => self.hooks.arena().arena.text(span),
            Step::Name(id) => self.loaded.map_or("", |loaded| loaded.text(id)),
            Step::Word(word) => word,
            Step::Index(_) => "",
        }
    }

    /// The bytes of [`Reader::step_text`].
    #[inline]
    fn step_bytes(&self, step: Step) -> &[u8] {
        if let Step::Raw(start, end) = step {
            self.scan.text.as_bytes().get(start..end).unwrap_or(&[])
        } else {
            self.step_text(step).as_bytes()
        }
    }

    // Texts.

    /// A `String`.
    #[inline]
    pub(super) fn string_value(&mut self, ty: TypeId) -> Result<Value, Stop> {
        if self.scan.peek() != Some(b'"') {
            return self.wrong_kind(ty);
        }
        let start = self.scan.at;
        let raw = self.scan.string()?;
        let span = self.keep(raw)?;
        if raw.lone {
            self.unfit(start, ty);
            return Ok(Value::Absent);
        }
        Ok(Value::Text(span))
    }

    /// A string as a handle.
    #[inline]
    fn keep(&mut self, raw: Raw) -> Result<Span, Stop> {
        if raw.escaped {
            return self.made(raw);
        }
        if self.copy {
            let text = self.scan.plain(raw);
            return Ok(self.hooks.heap().text(text)?);
        }
        // Counted as if it were copied, so that limits do not depend on where it lies.
        let len = raw.end.saturating_sub(raw.start);
        self.hooks.heap().meter.allocate(len)?;
        Ok(Span { region: Region::Input, start: position(raw.start)?, len: position(len)? })
    }

    fn made(&mut self, raw: Raw) -> Result<Span, Stop> {
        let text = self.scan.plain(raw);
        let heap = self.hooks.heap();
        let written = &mut heap.arena.text;
        let start = written.len();
        scan::unescape(text, written);
        let (len, end) = (written.len() - start, written.len());
        heap.meter.allocate(len)?;
        position(end)?;
        Ok(Span { region: Region::Arena, start: position(start)?, len: position(len)? })
    }

    /// A key, as a step.
    fn key(&mut self) -> Result<Step, Stop> {
        let start = self.scan.at;
        let raw = self.scan.string()?;
        if raw.lone {
            self.unfit_text(start, "a key without unpaired surrogates");
        }
        self.scan.space();
        self.scan.expect(b':', "`:` was expected")?;
        self.scan.space();
        if raw.escaped { Ok(Step::Made(self.made(raw)?)) } else { Ok(Step::Raw(raw.start, raw.end)) }
    }

    /// The text of a key, as a value that stays.
    fn key_value(&mut self, step: Step) -> Result<Value, Stop> {
        match step {
            Step::Raw(start, end) => {
                self.keep(Raw { start, end, escaped: false, lone: false }).map(Value::Text)
            }
            Step::Made(span) => Ok(Value::Text(span)),
            Step::Name(_) | Step::Word(_) | Step::Index(_) => Err(Failure::internal().into()),
        }
    }

    /// Goes on after an element or entry: true where another follows.
    fn more(&mut self, end: u8, message: &'static str) -> Result<bool, Stop> {
        self.scan.space();
        match self.scan.peek() {
            Some(b',') => {
                self.scan.at += 1;
                self.scan.space();
                Ok(true)
            }
            Some(byte) if byte == end => {
                self.scan.close();
                Ok(false)
            }
            _ => self.scan.wrong(message),
        }
    }

    /// Opens an array or object; true where it is not empty.
    fn begin(&mut self, end: u8) -> Result<bool, Stop> {
        self.scan.open()?;
        self.scan.space();
        if self.scan.peek() == Some(end) {
            self.scan.close();
            Ok(false)
        } else {
            Ok(true)
        }
    }

    /// The text of a string that was read, wherever it lies.
    fn span_text(&self, span: Span) -> &str {
        if span.region == Region::Input {
            let start = span.start();
            self.scan.text.get(start..start + span.len()).unwrap_or("")
        } else {
            self.hooks.arena().arena.text(span)
        }
    }

    #[inline]
    fn push(&mut self, value: Value) -> Result<(), Stop> {
        Ok(crate::structure::push(self.hooks.heap(), value)?)
    }

    fn staged(&self) -> usize {
        self.hooks.arena().stage.len()
    }
}
