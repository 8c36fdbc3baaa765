//! Loops that pass over elements: the test that a loop begins with is run here, element by element, without
//! going through the loop of instructions for each.
//!
//! A loop that begins with `charge`, `next`, perhaps `field`, perhaps `jump.absent`, and a test that goes back to the `charge`,
//! is seen as it runs. Fuel is taken as those instructions take it, to the unit; an observed run does not come here.

use policy_bytecode::Op;
use policy_bytecode::inst::Inst;

use super::cycle::source;
use super::positions::{Advice, passed};
use super::{Machine, Run};
use crate::compare::{Compare, TEXT_A_UNIT};
use crate::failure::Failure;
use crate::memory::Memory;
use crate::observer::Observer;
use crate::store::{Heap, Meter};
use crate::value::Value;

/// How a loop begins.
#[derive(Clone, Copy)]
pub(super) struct Filter {
    /// The units of its `charge`.
    units: u32,
    next: Inst,
    /// The register and rank of the field that is tested; otherwise the element is.
    field: Option<(u16, u16)>,
    /// Whether elements are passed over that lack what is tested.
    optional: bool,
    test: Inst,
    /// Where the loop's body goes on.
    after: usize,
}

/// How a search of elements ended.
pub(super) enum Filtered {
    /// One passes: the body runs for it.
    Body(usize),
    /// There are no more.
    Exit,
}

/// The filter of the loop whose `next` stands before `pc`.
#[inline]
pub(super) fn filter(code: &[Inst], pc: usize) -> Option<Filter> {
    let &[head, next] = code.get(pc.checked_sub(2)?..pc)? else { return None };
    let rest = code.get(pc..)?;
    let (field, rest) = match rest {
        [first, rest @ ..] if first.op == Op::Field && first.b == next.a => (Some((first.a, first.c)), rest),
        _ => (None, rest),
    };
    let tested = field.map_or(next.a, |(register, _)| register);
    let goes_back = |inst: &Inst| inst.bc() as usize == pc - 2;
    let (optional, rest) = match rest {
        [first, rest @ ..] if first.op == Op::JumpAbsent && first.a == tested && goes_back(first) => {
            (true, rest)
        }
        _ => (false, rest),
    };
    let test = *rest.first()?;
    let after = code.len() - rest.len() + 1;
    let back = after.wrapping_add_signed(isize::from(test.near())) == pc - 2;
    // What it is held against is the same for every element.
    let fits = back && test.a == tested && test.b != tested && test.b != next.a && is_test(test.op);
    (fits && head.op == Op::Charge).then(|| Filter { units: head.bc(), next, field, optional, test, after })
}

const fn is_test(op: Op) -> bool {
    matches!(op, Op::JumpMatches | Op::JumpContains | Op::JumpEqText | Op::JumpEq | Op::JumpEqInt)
}

impl<O: Observer> Run<'_, O> {
    /// Goes from the position of a loop on to the first element that passes.
    #[inline(never)]
    pub(super) fn pass_over(&mut self, frame: &mut [Value], filter: &Filter) -> Result<Filtered, Failure> {
        let loaded = self.loaded;
        let iter = usize::from(filter.next.b);
        let Some(&[container, Value::Int(position)]) = frame.get(iter..iter + 2) else {
            return Err(Failure::internal());
        };
        let (Value::List(span) | Value::Set(span)) = container else { return Err(Failure::kind(container)) };
        let against = *source(frame, &loaded.consts, filter.test.b).ok_or(Failure::internal())?;
        let Machine { heap: Heap { arena, meter, .. }, positions, .. } = &mut *self.machine;
        let memory = Memory { constants: &loaded.constants, data: self.data, arena, input: self.input };
        let elements = memory.span_values(span);
        let from = usize::try_from(position).map_err(|_| Failure::internal())?;
        let rest = elements.get(from..).unwrap_or(&[]);
        let sense = filter.test.x == 1;
        let field = filter.field.map(|(_, rank)| usize::from(rank));
        let equal = matches!(filter.test.op, Op::JumpEqText | Op::JumpEq | Op::JumpEqInt);
        if equal && !sense {
            let advice = positions.next(memory, span, (field, filter.optional), against, from);
            if let Advice::Known(next) = advice {
                passed(meter, next.unwrap_or(rest.len()), u64::from(filter.units))?;
                return go_on(frame, filter, (&memory, meter), (position, rest), next);
            }
        }
        let optional = filter.optional;
        let mut each = Each { memory, meter, units: u64::from(filter.units), field, optional, sense };
        let found = match (filter.test.op, against) {
            (Op::JumpMatches, _) => {
                let pattern = each.memory.pattern(against)?;
                match pattern.affixes() {
                    Some(affixes) => each.find_text::<4>(rest, |text| affixes.matches(text)),
                    None => each.find_text::<4>(rest, |text| pattern.matches_bytes(text)),
                }
            }
            (Op::JumpContains, Value::Pattern(_)) => {
                let pattern = each.memory.pattern(against)?;
                each.find_text::<4>(rest, |text| pattern.contained_in_bytes(text))
            }
            (Op::JumpContains, _) => {
                let what = each.memory.text(against)?;
                let kept = loaded.finder(against);
                let finder = kept.map_or_else(|| memchr::memmem::Finder::new(what), |f| f.as_ref());
                each.find_text::<16>(rest, |text| finder.find(text).is_some())
            }
            (Op::JumpEqText, Value::Text(other)) => {
                let (mark, wanted) = (each.memory.mark(other), each.memory.span_bytes(other));
                each.find(rest, |memory, meter, value| {
                    let Value::Text(span) = *value else { return Err(Failure::kind(*value)) };
                    if span.len != other.len {
                        return Ok(false);
                    }
                    meter.charge(u64::from(span.len / TEXT_A_UNIT))?;
                    let alike = memory.mark(span) == mark;
                    Ok(alike && (mark.is_whole() || memory.span_bytes(span) == wanted))
                })
            }
            (Op::JumpEqText, _) => Err(Failure::kind(against)),
            _ => each.find(rest, |memory, meter, value| {
                Compare { memory: *memory, fuel: &mut meter.fuel }.equal(*value, against)
            }),
        }?;
        let Each { memory, meter, .. } = each;
        go_on(frame, filter, (&memory, meter), (position, rest), found)
    }
}

/// Goes on with the body for an element of those that begin at a position, or behind the loop.
fn go_on(
    frame: &mut [Value],
    filter: &Filter,
    (memory, meter): (&Memory<'_>, &mut Meter),
    (position, rest): (i64, &[Value]),
    found: Option<usize>,
) -> Result<Filtered, Failure> {
    let Some(at) = found else {
        meter.charge(1)?;
        return Ok(Filtered::Exit);
    };
    let element = *rest.get(at).ok_or(Failure::internal())?;
    if let Some((register, rank)) = filter.field {
        set(frame, register, memory.field(element, usize::from(rank))?)?;
    }
    let position = position.wrapping_add(i64::try_from(at).unwrap_or(i64::MAX)).wrapping_add(1);
    set(frame, filter.next.b.wrapping_add(1), Value::Int(position))?;
    set(frame, filter.next.a, element)?;
    Ok(Filtered::Body(filter.after))
}

fn set(frame: &mut [Value], register: u16, value: Value) -> Result<(), Failure> {
    *frame.get_mut(usize::from(register)).ok_or(Failure::internal())? = value;
    Ok(())
}

/// What is done for each element.
struct Each<'a, 'm> {
    memory: Memory<'a>,
    meter: &'m mut Meter,
    units: u64,
    field: Option<usize>,
    optional: bool,
    /// The outcome of the test that passes over an element.
    sense: bool,
}

impl Each<'_, '_> {
    /// The position of the first element that passes a test of its text, each byte of which takes its part of a unit.
    #[inline(always)]
    fn find_text<const BYTES: u64>(
        &mut self,
        elements: &[Value],
        mut test: impl FnMut(&[u8]) -> bool,
    ) -> Result<Option<usize>, Failure> {
        self.find(elements, |memory, meter, value| {
            let text = if let Value::Text(span) = *value {
                memory.span_bytes(span)
            } else {
                memory.text_bytes(*value)?
            };
            meter.charge(text.len() as u64 / BYTES)?;
            Ok(test(text))
        })
    }

    /// The position of the first element that passes.
    // A function for each test, so that what the test needs stays in registers.
    #[inline(never)]
    fn find(
        &mut self,
        elements: &[Value],
        mut test: impl FnMut(&Memory<'_>, &mut Meter, &Value) -> Result<bool, Failure>,
    ) -> Result<Option<usize>, Failure> {
        let Each { memory, meter, units, field, optional, sense } = self;
        let column = field.map(|rank| memory.column(elements, rank));
        // A copy stays in registers.
        let mut spent = **meter;
        let mut found = Ok(None);
        for (at, element) in elements.iter().enumerate() {
            let tested = match &column {
                None => element,
                Some(column) => match column.of(element) {
                    Some(part) => part,
                    None => {
                        found = Err(Failure::kind(*element));
                        break;
                    }
                },
            };
            let lacks = *optional && !tested.is_some();
            let outcome = if lacks { Ok(*sense) } else { test(memory, &mut spent, tested) };
            let passes = match outcome {
                Ok(holds) => holds != *sense,
                Err(failure) => {
                    found = Err(failure);
                    break;
                }
            };
            if passes {
                found = Ok(Some(at));
                break;
            }
            if let Err(failure) = spent.charge(*units) {
                found = Err(failure);
                break;
            }
        }
        **meter = spent;
        found
    }
}
