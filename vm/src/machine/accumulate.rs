//! Sums and extremes over loops.

use std::cmp::Ordering;

use policy_bytecode::op::Accumulator;

use super::Run;
use crate::arithmetic::{self, Sum};
use crate::failure::Failure;
use crate::observer::Observer;
use crate::time;
use crate::value::Value;

/// An accumulator at work.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Accumulating {
    Int(i128),
    Duration(i128),
    Decimal(Sum),
    Least(Value),
    Greatest(Value),
    Mean(Sum, u64),
}

impl<O: Observer> Run<'_, O> {
    #[inline(never)]
    pub(super) fn accumulate(&mut self, what: u16) -> Result<(), Failure> {
        const KINDS: [(Accumulator, Accumulating); 6] = [
            (Accumulator::SumInt, Accumulating::Int(0)),
            (Accumulator::SumDecimal, Accumulating::Decimal(Sum::ZERO)),
            (Accumulator::SumDuration, Accumulating::Duration(0)),
            (Accumulator::Min, Accumulating::Least(Value::Absent)),
            (Accumulator::Max, Accumulating::Greatest(Value::Absent)),
            (Accumulator::Avg, Accumulating::Mean(Sum::ZERO, 0)),
        ];
        let (_, kind) = KINDS.into_iter().find(|(kind, _)| *kind as u16 == what).ok_or(Failure::internal())?;
        self.machine.heap.meter.allocate(size_of::<Accumulating>())?;
        self.machine.accumulators.push(kind);
        Ok(())
    }

    #[inline(never)]
    pub(super) fn accumulate_value(&mut self, value: Value) -> Result<(), Failure> {
        let floor = self.machine.frames.last().map_or(0, |frame| frame.outer.accumulators as usize);
        let at = self.machine.accumulators.len();
        if at <= floor {
            return Err(Failure::internal());
        }
        let mut current = *self.machine.accumulators.last().ok_or(Failure::internal())?;
        match &mut current {
            Accumulating::Int(sum) => {
                *sum = sum.wrapping_add(i128::from(value.as_int().ok_or(Failure::kind(value))?));
            }
            Accumulating::Duration(sum) => {
                *sum = sum.wrapping_add(time::nanos(value.as_duration().ok_or(Failure::kind(value))?));
            }
            Accumulating::Decimal(sum) => sum.add(value.as_decimal().ok_or(Failure::kind(value))?),
            Accumulating::Least(least) => {
                if !least.is_present() || self.comparing().rank(value, *least)? == Ordering::Less {
                    *least = value;
                }
            }
            Accumulating::Greatest(greatest) => {
                if !greatest.is_present() || self.comparing().rank(value, *greatest)? == Ordering::Greater {
                    *greatest = value;
                }
            }
            Accumulating::Mean(sum, count) => {
                sum.add(value.as_decimal().ok_or(Failure::kind(value))?);
                *count += 1;
            }
        }
        *self.machine.accumulators.last_mut().ok_or(Failure::internal())? = current;
        Ok(())
    }

    #[inline(never)]
    pub(super) fn accumulated(&mut self) -> Result<Value, Failure> {
        let floor = self.machine.frames.last().map_or(0, |frame| frame.outer.accumulators as usize);
        if self.machine.accumulators.len() <= floor {
            return Err(Failure::internal());
        }
        match self.machine.accumulators.pop().ok_or(Failure::internal())? {
            Accumulating::Int(sum) => arithmetic::int_of(sum),
            Accumulating::Duration(sum) => time::duration_of(sum),
            Accumulating::Decimal(sum) => sum.total().map(Value::decimal),
            Accumulating::Least(value) | Accumulating::Greatest(value) => Ok(value),
            Accumulating::Mean(_, 0) => Ok(Value::Absent),
            Accumulating::Mean(sum, count) => sum.mean(count).map(Value::decimal),
        }
    }
}
