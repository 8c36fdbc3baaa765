//! Loops that pass over elements: the test that a loop begins with is run here, element by element, without
//! going through the loop of instructions for each.
//!
//! A loop that begins with `charge`, `next`, perhaps `field`, and a test that goes back to the `charge`, is
//! seen as it runs. Fuel is taken as those instructions take it, to the unit; an observed run does not come here.

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
    let &[head, next, first, second] = code.get(pc.checked_sub(2)?..pc + 2)? else { return None };
    let (field, test, after) = if first.op == Op::Field && first.b == next.a {
        (Some((first.a, first.c)), second, pc + 2)
    } else {
        (None, first, pc + 1)
    };
    let tested = field.map_or(next.a, |(register, _)| register);
    let back = after.wrapping_add_signed(isize::from(test.near())) == pc - 2;
    // What it is held against is the same for every element.
    let fits = back && test.a == tested && test.b != tested && test.b != next.a && is_test(test.op);
    (fits && head.op == Op::Charge).then(|| Filter { units: head.bc(), next, field, test, after })
}

const fn is_test(op: Op) -> bool {
    matches!(op, Op::JumpMatches | Op::JumpContains | Op::JumpEqText | Op::JumpEq | Op::JumpEqInt)
}

impl<O: Observer> Run<'_, O> {
    /// Goes from the position of a loop on to the first element that passes.
    pub(super) fn pass_over(&mut self, frame: &mut [Value], filter: &Filter) -> Result<Filtered, Failure> {
        let loaded = self.loaded;
        let iter = usize::from(filter.next.b);
        let Some(&[container, Value::Int(position)]) = frame.get(iter..iter + 2) else {
            return Err(Failure::internal());
        };
        let (Value::List(span) | Value::Set(span)) = container else { return Err(Failure::kind(container)) };
        let against = source(frame, &loaded.consts, filter.test.b).ok_or(Failure::internal())?;
        let Machine { heap: Heap { arena, meter, .. }, positions, .. } = &mut *self.machine;
        let memory = Memory { constants: &loaded.constants, data: self.data, arena, input: self.input };
        let elements = memory.span_values(span);
        let from = usize::try_from(position).map_err(|_| Failure::internal())?;
        let rest = elements.get(from..).unwrap_or(&[]);
        let sense = filter.test.x == 1;
        let field = filter.field.map(|(_, rank)| usize::from(rank));
        let equal = matches!(filter.test.op, Op::JumpEqText | Op::JumpEq | Op::JumpEqInt);
        if equal && !sense {
            let advice = positions.next(memory, span, field, against, from)?;
            if let Advice::Known(next) = advice {
                passed(meter, next.unwrap_or(rest.len()), u64::from(filter.units))?;
                let Some(at) = next else {
                    meter.charge(1)?;
                    return Ok(Filtered::Exit);
                };
                let element = rest.get(at).copied().ok_or(Failure::internal())?;
                let tested = match field {
                    Some(rank) => memory.field(element, rank)?,
                    None => element,
                };
                return body(frame, filter, position, at, element, tested);
            }
        }
        let mut each = Each { memory, meter, units: u64::from(filter.units), field, sense };
        let found = match (filter.test.op, against) {
            (Op::JumpMatches, _) => {
                let pattern = memory.pattern(against)?;
                if let Some(affixes) = pattern.affixes() {
                    each.find(rest, |memory, meter, value| {
                        let text = memory.text_bytes(value)?;
                        meter.charge(text.len() as u64 / 4)?;
                        Ok(affixes.matches(text))
                    })
                } else {
                    each.find(rest, |memory, meter, value| {
                        let text = memory.text_bytes(value)?;
                        meter.charge(text.len() as u64 / 4)?;
                        Ok(pattern.matches_bytes(text))
                    })
                }
            }
            (Op::JumpContains, Value::Pattern(_)) => {
                let pattern = memory.pattern(against)?;
                each.find(rest, |memory, meter, value| {
                    let text = memory.text_bytes(value)?;
                    meter.charge(text.len() as u64 / 4)?;
                    Ok(pattern.contained_in_bytes(text))
                })
            }
            (Op::JumpContains, _) => {
                let what = memory.text(against)?;
                let kept = loaded.finder(against);
                let finder = kept.map_or_else(|| memchr::memmem::Finder::new(what), |f| f.as_ref());
                each.find(rest, |memory, meter, value| {
                    let text = memory.text_bytes(value)?;
                    meter.charge(text.len() as u64 / 16)?;
                    Ok(finder.find(text).is_some())
                })
            }
            (Op::JumpEqText, Value::Text(other)) => {
                let wanted = memory.span_bytes(other);
                each.find(rest, |memory, meter, value| {
                    let Value::Text(span) = value else { return Err(Failure::kind(value)) };
                    if span.len != other.len {
                        return Ok(false);
                    }
                    if span.len >= TEXT_A_UNIT {
                        meter.charge(u64::from(span.len / TEXT_A_UNIT))?;
                    }
                    Ok(memory.span_bytes(span) == wanted)
                })
            }
            (Op::JumpEqText, _) => Err(Failure::kind(against)),
            _ => each.find(rest, |memory, meter, value| {
                Compare { memory, fuel: &mut meter.fuel }.equal(value, against)
            }),
        }?;
        if equal && !sense {
            positions.searched(found.map_or(rest.len(), |(at, ..)| at + 1));
        }
        let Some((at, element, tested)) = found else {
            self.machine.heap.meter.charge(1)?;
            return Ok(Filtered::Exit);
        };
        body(frame, filter, position, at, element, tested)
    }
}

/// Goes on with the body for an element that stands `at` elements behind a position.
fn body(
    frame: &mut [Value],
    filter: &Filter,
    position: i64,
    at: usize,
    element: Value,
    tested: Value,
) -> Result<Filtered, Failure> {
    let position = position.wrapping_add(i64::try_from(at).unwrap_or(i64::MAX)).wrapping_add(1);
    set(frame, filter.next.b.wrapping_add(1), Value::Int(position))?;
    set(frame, filter.next.a, element)?;
    if let Some((register, _)) = filter.field {
        set(frame, register, tested)?;
    }
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
    /// The outcome of the test that passes over an element.
    sense: bool,
}

impl<'a> Each<'a, '_> {
    /// The first element that passes: how many stand before it, itself, and what of it was tested.
    #[inline(always)]
    fn find(
        &mut self,
        elements: &[Value],
        mut test: impl FnMut(Memory<'a>, &mut Meter, Value) -> Result<bool, Failure>,
    ) -> Result<Option<(usize, Value, Value)>, Failure> {
        for (at, &element) in elements.iter().enumerate() {
            let tested = match self.field {
                Some(rank) => self.memory.field(element, rank)?,
                None => element,
            };
            if test(self.memory, self.meter, tested)? != self.sense {
                return Ok(Some((at, element, tested)));
            }
            self.meter.charge(self.units)?;
        }
        Ok(None)
    }
}
