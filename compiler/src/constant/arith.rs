//! Arithmetic on constants.

use policy_bytecode::scalar::{Date, Duration, Timestamp};
use rust_decimal::Decimal;

use crate::hir::{Arith, Const};

/// Why an operation on constants fails, whatever the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The result does not fit.
    Overflow,
    /// The divisor is zero.
    DivisionByZero,
}

const SECOND: i128 = 1_000_000_000;
/// The first second of the year 1 and the last of the year 9999.
const YEARS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

/// The result of an operation: none where only the machine can tell.
pub(super) fn binary(op: Arith, left: &Const, right: &Const) -> Result<Option<Const>, Why> {
    if divides(op) && is_zero(right) {
        return Err(Why::DivisionByZero);
    }
    match (left, right) {
        (Const::Int(a), Const::Int(b)) => int(op, *a, *b).map(|n| n.map(Const::Int)),
        (Const::Decimal(a), Const::Decimal(b)) => decimal(op, *a, *b).map(|n| n.map(Const::Decimal)),
        (Const::Duration(a), Const::Duration(b)) => durations(op, *a, *b),
        (Const::Duration(a), Const::Int(n)) | (Const::Int(n), Const::Duration(a)) if op == Arith::Mul => {
            let product = nanos(*a).checked_mul(i128::from(*n)).ok_or(Why::Overflow)?;
            duration(product).map(|d| Some(Const::Duration(d)))
        }
        (Const::Timestamp(at), Const::Duration(by)) => shift(op, *at, *by),
        (Const::Timestamp(a), Const::Timestamp(b)) if op == Arith::Sub => {
            let a = i128::from(a.seconds) * SECOND + i128::from(a.nanos);
            let b = i128::from(b.seconds) * SECOND + i128::from(b.nanos);
            duration(a - b).map(|d| Some(Const::Duration(d)))
        }
        (Const::Date(Date(a)), Const::Date(Date(b))) if op == Arith::Sub => {
            Ok(Some(Const::Int(i64::from(*a) - i64::from(*b))))
        }
        (_, _) => Ok(None),
    }
}

/// Unary minus.
pub(super) fn negate(value: &Const) -> Result<Option<Const>, Why> {
    if let Const::Int(n) = value {
        return n.checked_neg().map(|n| Some(Const::Int(n))).ok_or(Why::Overflow);
    }
    if let Const::Decimal(n) = value {
        return Ok(Some(Const::Decimal(-n)));
    }
    if let Const::Duration(d) = value {
        return duration(-nanos(*d)).map(|d| Some(Const::Duration(d)));
    }
    Ok(None)
}

/// Whether an operation fails on a zero at its right.
pub(super) fn divides(op: Arith) -> bool {
    match op {
        Arith::Div | Arith::IntDiv | Arith::Rem => true,
        Arith::Add | Arith::Sub | Arith::Mul => false,
    }
}

/// Whether a constant is a number and zero.
pub(super) fn is_zero(value: &Const) -> bool {
    matches!(value, Const::Int(0)) || matches!(value, Const::Decimal(d) if d.is_zero())
}

fn int(op: Arith, a: i64, b: i64) -> Result<Option<i64>, Why> {
    let result = match op {
        Arith::Add => a.checked_add(b),
        Arith::Sub => a.checked_sub(b),
        Arith::Mul => a.checked_mul(b),
        Arith::IntDiv => a.checked_div_euclid(b),
        Arith::Rem => a.checked_rem_euclid(b),
        Arith::Div => return Ok(None),
    };
    result.map(Some).ok_or(Why::Overflow)
}

/// Exact results only; where digits might be lost the machine decides.
fn decimal(op: Arith, a: Decimal, b: Decimal) -> Result<Option<Decimal>, Why> {
    let exact =
        |result: Decimal, scale: u32| (result.scale() == scale && digits(result) <= 28).then_some(result);
    match op {
        Arith::Add => Ok(a.checked_add(b).and_then(|sum| exact(sum, a.scale().max(b.scale())))),
        Arith::Sub => Ok(a.checked_sub(b).and_then(|sum| exact(sum, a.scale().max(b.scale())))),
        Arith::Mul => Ok(a.checked_mul(b).and_then(|product| exact(product, a.scale() + b.scale()))),
        Arith::Div => {
            let back = |q: &Decimal| q.checked_mul(b).filter(|p| p.scale() == q.scale() + b.scale());
            Ok(a.checked_div(b).filter(|q| back(q) == Some(a)))
        }
        Arith::IntDiv | Arith::Rem => Ok(None),
    }
}

fn digits(value: Decimal) -> usize {
    value.mantissa().unsigned_abs().to_string().len()
}

fn nanos(d: Duration) -> i128 {
    i128::from(d.seconds) * SECOND + i128::from(d.nanos)
}

fn duration(nanos: i128) -> Result<Duration, Why> {
    let seconds = i64::try_from(nanos.div_euclid(SECOND)).map_err(|_| Why::Overflow)?;
    let nanos = u32::try_from(nanos.rem_euclid(SECOND)).map_err(|_| Why::Overflow)?;
    Ok(Duration { seconds, nanos })
}

fn durations(op: Arith, a: Duration, b: Duration) -> Result<Option<Const>, Why> {
    let result = match op {
        Arith::Add => nanos(a) + nanos(b),
        Arith::Sub => nanos(a) - nanos(b),
        Arith::Mul | Arith::Div | Arith::IntDiv | Arith::Rem => return Ok(None),
    };
    duration(result).map(|d| Some(Const::Duration(d)))
}

fn shift(op: Arith, at: Timestamp, by: Duration) -> Result<Option<Const>, Why> {
    let sign = match op {
        Arith::Add => 1,
        Arith::Sub => -1,
        Arith::Mul | Arith::Div | Arith::IntDiv | Arith::Rem => return Ok(None),
    };
    let moved = i128::from(at.seconds) * SECOND + i128::from(at.nanos) + sign * nanos(by);
    let Duration { seconds, nanos } = duration(moved)?;
    if YEARS.contains(&seconds) {
        Ok(Some(Const::Timestamp(Timestamp { seconds, nanos })))
    } else {
        Err(Why::Overflow)
    }
}
