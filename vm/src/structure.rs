//! Building structures from staged values.

use std::cmp::Ordering;
use std::net::IpAddr;

use ipnet::IpNet;

use crate::compare::Compare;
use crate::failure::{Code, Failure};
use crate::memory::Memory;
use crate::pattern::Pattern;
use crate::store::{Heap, Store, position};
use crate::value::{Region, Span, Value};

pub(crate) fn push(heap: &mut Heap, value: Value) -> Result<(), Failure> {
    heap.meter.allocate(size_of::<Value>())?;
    heap.stage.push(value);
    Ok(())
}

fn span(heap: &mut Heap, mark: usize) -> Result<Span, Failure> {
    let (cells, count) = heap.unstage(mark)?;
    Ok(cells.span(position(count)?))
}

pub(crate) fn list(heap: &mut Heap, mark: usize) -> Result<Value, Failure> {
    span(heap, mark).map(Value::List)
}

pub(crate) fn tuple(heap: &mut Heap, mark: usize) -> Result<Value, Failure> {
    span(heap, mark).map(Value::Tuple)
}

pub(crate) fn record(heap: &mut Heap, mark: usize) -> Result<Value, Failure> {
    span(heap, mark).map(Value::Record)
}

/// A value of a union; the tag as spelled, absent where shapes tell variants apart.
pub(crate) fn union(heap: &mut Heap, variant: u32, content: Value, tag: Value) -> Result<Value, Failure> {
    let cells = heap.cells(&[content, tag])?;
    Ok(Value::Union { region: cells.region, variant, start: cells.start })
}

pub(crate) fn read(heap: &mut Heap, value: Value, text: Value) -> Result<Value, Failure> {
    heap.cells(&[value, text]).map(Value::Read)
}

pub(crate) fn pattern(heap: &mut Heap, pattern: Pattern) -> Result<Value, Failure> {
    heap.meter.allocate(pattern.source().len().saturating_add(size_of::<Pattern>()))?;
    heap.arena.push_pattern(Region::Arena, pattern)
}

/// Runs `work` on what is staged above a mark, with a comparison that reads everything else.
fn sorting(
    heap: &mut Heap,
    fixed: (&Store, &Store, &str),
    mark: usize,
    work: impl FnOnce(&mut [Value], &mut Compare<'_, '_>) -> Result<usize, Failure>,
) -> Result<(), Failure> {
    let Heap { arena, stage, meter, .. } = heap;
    let memory = Memory { constants: fixed.0, data: fixed.1, arena, input: fixed.2 };
    let mut compare = Compare { memory, fuel: &mut meter.fuel };
    let staged = stage.get_mut(mark..).unwrap_or(&mut []);
    let kept = work(staged, &mut compare)?;
    stage.truncate(mark.saturating_add(kept));
    Ok(())
}

/// How many values stand in a run that is sorted in place.
const RUN: usize = 4;

/// A stable sort whose comparison takes fuel and may fail; the first failure ends it.
///
/// It compares at most as often as there are values times the bits of their number, whatever their order, so that
/// what a program pays depends neither on the library's own sort nor on luck.
fn sort<T: Copy>(
    values: &mut [T],
    before: &mut impl FnMut(T, T) -> Result<Ordering, Failure>,
) -> Result<(), Failure> {
    // Already sorted input, the common case, is found without sorting.
    if is_sorted(values, before)? {
        return Ok(());
    }
    for run in values.chunks_mut(RUN) {
        insert(run, before)?;
    }
    if values.len() <= RUN {
        return Ok(());
    }
    let mut merged: Vec<T> = Vec::with_capacity(values.len());
    let mut run = RUN;
    while run < values.len() {
        merged.clear();
        for pair in values.chunks(run.saturating_mul(2)) {
            let (mut left, mut right) = pair.split_at(run.min(pair.len()));
            while let (Some((&a, rest_left)), Some((&b, rest_right))) =
                (left.split_first(), right.split_first())
            {
                if before(a, b)? == Ordering::Greater {
                    merged.push(b);
                    right = rest_right;
                } else {
                    merged.push(a);
                    left = rest_left;
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        values.copy_from_slice(&merged);
        run = run.saturating_mul(2);
    }
    Ok(())
}

fn is_sorted<T: Copy>(
    values: &[T],
    before: &mut impl FnMut(T, T) -> Result<Ordering, Failure>,
) -> Result<bool, Failure> {
    for pair in values.windows(2) {
        if let &[a, b] = pair
            && before(a, b)? == Ordering::Greater
        {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Sorts a short run in place.
fn insert<T: Copy>(
    values: &mut [T],
    before: &mut impl FnMut(T, T) -> Result<Ordering, Failure>,
) -> Result<(), Failure> {
    for end in 1..values.len() {
        let mut at = end;
        while at > 0 {
            let (Some(&left), Some(&right)) = (values.get(at - 1), values.get(at)) else { break };
            if before(left, right)? != Ordering::Greater {
                break;
            }
            values.swap(at - 1, at);
            at -= 1;
        }
    }
    Ok(())
}

pub(crate) fn set(
    heap: &mut Heap,
    constants: &Store,
    data: &Store,
    input: &str,
    mark: usize,
) -> Result<Value, Failure> {
    sorting(heap, (constants, data, input), mark, |values, compare| {
        sort(values, &mut |a, b| compare.compare(a, b))?;
        let mut kept = 0;
        for at in 0..values.len() {
            let Some(&value) = values.get(at) else { break };
            let again = match kept {
                0 => false,
                _ => match values.get(kept - 1) {
                    Some(&last) => compare.equal(last, value)?,
                    None => false,
                },
            };
            if !again {
                if let Some(slot) = values.get_mut(kept) {
                    *slot = value;
                }
                kept += 1;
            }
        }
        Ok(kept)
    })?;
    span(heap, mark).map(Value::Set)
}

/// Sorts staged entries by key. The same entry twice is one; two values for one key give the keys' pair.
pub(crate) fn sort_entries(
    heap: &mut Heap,
    fixed: (&Store, &Store, &str),
    mark: usize,
    same_is_one: bool,
) -> Result<(), Failure> {
    sorting(heap, fixed, mark, |values, compare| {
        let (pairs, _) = values.as_chunks::<2>();
        let mut ascending = true;
        for two in pairs.windows(2) {
            if let &[[a, _], [b, _]] = two
                && compare.compare(a, b)? != Ordering::Less
            {
                ascending = false;
                break;
            }
        }
        if ascending {
            return Ok(values.len());
        }
        let (pairs, _) = values.as_chunks_mut::<2>();
        sort(pairs, &mut |[a, _], [b, _]| compare.compare(a, b))?;
        let mut kept: usize = 0;
        for at in 0..pairs.len() {
            let Some(&[key, value]) = pairs.get(at) else { break };
            let last = kept.checked_sub(1).and_then(|last| pairs.get(last)).copied();
            if let Some([last_key, last_value]) = last
                && compare.equal(last_key, key)?
            {
                if same_is_one && compare.equal(last_value, value)? {
                    continue;
                }
                return Err(Failure::of_two(Code::DuplicateKey, last_key, key));
            }
            if let Some(slot) = pairs.get_mut(kept) {
                *slot = [key, value];
            }
            kept += 1;
        }
        Ok(kept * 2)
    })
}

pub(crate) fn map(
    heap: &mut Heap,
    constants: &Store,
    data: &Store,
    input: &str,
    mark: usize,
) -> Result<Value, Failure> {
    sort_entries(heap, (constants, data, input), mark, true)?;
    finish_sorted_map(heap, mark)
}

/// A map of staged entries that are sorted already.
pub(crate) fn finish_sorted_map(heap: &mut Heap, mark: usize) -> Result<Value, Failure> {
    let span = span(heap, mark)?;
    Ok(Value::Map(Span { len: span.len / 2, ..span }))
}

pub(crate) fn ip(heap: &mut Heap, ip: IpAddr) -> Result<Value, Failure> {
    match ip.to_canonical() {
        IpAddr::V4(ip) => Ok(Value::Ip4(ip.to_bits())),
        IpAddr::V6(ip) => heap.cells(&halves(ip.to_bits())).map(Value::Ip6),
    }
}

/// The bits of an address of version 6, as cells hold them.
#[expect(clippy::cast_possible_truncation, reason = "the halves are taken apart on purpose")]
pub(crate) const fn halves(bits: u128) -> [Value; 2] {
    [Value::Int(((bits >> 64) as u64).cast_signed()), Value::Int((bits as u64).cast_signed())]
}

pub(crate) fn cidr(heap: &mut Heap, net: IpNet) -> Result<Value, Failure> {
    match net.trunc() {
        IpNet::V4(net) => Ok(Value::Cidr4 { prefix: net.prefix_len(), address: net.addr().to_bits() }),
        IpNet::V6(net) => {
            let address = heap.cells(&halves(net.addr().to_bits()))?;
            Ok(Value::Cidr6 { prefix: net.prefix_len(), address })
        }
    }
}

pub(crate) fn semver(heap: &mut Heap, version: &semver::Version) -> Result<Value, Failure> {
    let pre = heap.text(version.pre.as_str())?;
    let build = heap.text(version.build.as_str())?;
    heap.cells(&[
        Value::Int(version.major.cast_signed()),
        Value::Int(version.minor.cast_signed()),
        Value::Int(version.patch.cast_signed()),
        Value::Text(pre),
        Value::Text(build),
    ])
    .map(Value::SemVer)
}

pub(crate) fn bytes(heap: &mut Heap, bytes: &[u8]) -> Result<Value, Failure> {
    heap.meter.allocate(bytes.len().saturating_mul(2))?;
    let mut hex = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            hex.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
    heap.arena.push_text(Region::Arena, &hex).map(Value::Bytes)
}

/// How many elements, entries or bytes of text a value has.
pub(crate) fn length(value: Value) -> Result<usize, Failure> {
    if let Value::Text(span)
    | Value::List(span)
    | Value::Set(span)
    | Value::Map(span)
    | Value::Tuple(span)
    | Value::Record(span) = value
    {
        Ok(span.len())
    } else if let Value::Bytes(span) = value {
        Ok(span.len() / 2)
    } else {
        Err(Failure::kind(value))
    }
}
