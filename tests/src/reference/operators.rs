//! Operators on values.

use std::cmp::Ordering;

use policy_compiler::hir::{Arith, Compare, InKind};
use policy_syntax::Location;

use super::decimal::Inexact;
use super::fault::{Result, Stop};
use super::print::operand;
use super::value::{PatternKind, Value};
use super::{net, pattern, time};

/// A comparison of two values of one type.
///
/// # Errors
/// Never, of a checked program.
pub fn compare(op: Compare, left: &Value, right: &Value) -> Result<bool> {
    let order = match (left, right) {
        // Versions are ordered by precedence; equality looks at all parts.
        (Value::SemVer(a), Value::SemVer(b)) if !matches!(op, Compare::Eq | Compare::Ne) => {
            a.cmp_precedence(b)
        }
        _ => left.cmp(right),
    };
    Ok(match op {
        Compare::Eq => order == Ordering::Equal,
        Compare::Ne => order != Ordering::Equal,
        Compare::Lt => order == Ordering::Less,
        Compare::Le => order != Ordering::Greater,
        Compare::Gt => order == Ordering::Greater,
        Compare::Ge => order != Ordering::Less,
    })
}

/// The code of an error of arithmetic.
#[must_use]
pub fn code(error: Inexact) -> &'static str {
    match error {
        Inexact::Overflow => "overflow",
        Inexact::Digits => "inexact",
        Inexact::Zero => "division_by_zero",
    }
}

/// `left op right`.
///
/// # Errors
/// `overflow`, `inexact`, `division_by_zero`.
pub fn arithmetic(op: Arith, left: &Value, right: &Value, location: Location) -> Result<Value> {
    let fail = |code| Stop::fault(code, location, vec![operand(left), operand(right)]);
    let overflow = || fail("overflow");
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => {
            let (wide_a, wide_b) = (i128::from(*a), i128::from(*b));
            let result = match op {
                Arith::Add => wide_a + wide_b,
                Arith::Sub => wide_a - wide_b,
                Arith::Mul => wide_a * wide_b,
                Arith::IntDiv | Arith::Rem if *b == 0 => return Err(fail("division_by_zero")),
                Arith::IntDiv => wide_a.div_euclid(wide_b),
                Arith::Rem => wide_a.rem_euclid(wide_b),
                Arith::Div => return Err(Stop::bug("`/` of integers")),
            };
            i64::try_from(result).map(Value::Int).map_err(|_| overflow())
        }
        (Value::Decimal(a), Value::Decimal(b)) => {
            let result = match op {
                Arith::Add => a.add(*b),
                Arith::Sub => a.sub(*b),
                Arith::Mul => a.mul(*b),
                Arith::Div => a.div(*b),
                Arith::IntDiv | Arith::Rem => return Err(Stop::bug("`div` of decimals")),
            };
            result.map(Value::Decimal).map_err(|error| fail(code(error)))
        }
        (Value::Duration(a), Value::Duration(b)) => {
            let (a, b) = (time::nanos(*a), time::nanos(*b));
            let result = match op {
                Arith::Add => a + b,
                Arith::Sub => a - b,
                Arith::Mul | Arith::Div | Arith::IntDiv | Arith::Rem => {
                    return Err(Stop::bug("arithmetic of durations"));
                }
            };
            time::duration_from_nanos(result).map(Value::Duration).ok_or_else(overflow)
        }
        (Value::Duration(length), Value::Int(times)) | (Value::Int(times), Value::Duration(length))
            if op == Arith::Mul =>
        {
            time::nanos(*length)
                .checked_mul(i128::from(*times))
                .and_then(time::duration_from_nanos)
                .map(Value::Duration)
                .ok_or_else(overflow)
        }
        (Value::Timestamp(at), Value::Duration(length)) | (Value::Duration(length), Value::Timestamp(at)) => {
            let by = time::nanos(*length);
            let by = if op == Arith::Sub { -by } else { by };
            time::shift(*at, by).map(Value::Timestamp).ok_or_else(overflow)
        }
        (Value::Timestamp(a), Value::Timestamp(b)) if op == Arith::Sub => {
            time::between(*a, *b).map(Value::Duration).ok_or_else(overflow)
        }
        (Value::Date(a), Value::Date(b)) if op == Arith::Sub => {
            Ok(Value::Int(i64::from(a.0) - i64::from(b.0)))
        }
        _ => Err(Stop::bug(format!("arithmetic of {left:?} and {right:?}"))),
    }
}

/// `-value`.
///
/// # Errors
/// `overflow`.
pub fn negate(value: &Value, location: Location) -> Result<Value> {
    let overflow = || Stop::fault("overflow", location, vec![operand(value)]);
    match value {
        Value::Int(value) => value.checked_neg().map(Value::Int).ok_or_else(overflow),
        Value::Decimal(value) => Ok(Value::Decimal(value.negate())),
        Value::Duration(length) => {
            time::duration_from_nanos(-time::nanos(*length)).map(Value::Duration).ok_or_else(overflow)
        }
        other => Err(Stop::bug(format!("minus {other:?}"))),
    }
}

/// `elem in container`.
///
/// # Errors
/// Never, of a checked program.
pub fn member(kind: InKind, elem: &Value, container: &Value) -> Result<bool> {
    Ok(match (kind, elem, container) {
        (InKind::List, _, Value::List(values)) => values.iter().any(|value| value == elem),
        (InKind::Set, _, Value::Set(values)) => values.contains(elem),
        (InKind::MapKey, _, Value::Map(entries)) => entries.contains_key(elem),
        (InKind::IpInCidr, Value::Ip(ip), Value::Cidr(net)) => net::ip_in(*ip, net),
        (InKind::CidrInCidr, Value::Cidr(inner), Value::Cidr(outer)) => net::cidr_in(inner, outer),
        _ => return Err(Stop::bug(format!("{elem:?} in {container:?}"))),
    })
}

/// `text matches pattern`.
///
/// # Errors
/// Never, of a checked program.
pub fn matches(text: &Value, pattern: &Value, host: bool) -> Result<bool> {
    match (text, pattern) {
        (Value::String(text), Value::Pattern(kind, pattern)) => {
            Ok(pattern::matches(*kind, pattern, text, host))
        }
        (Value::SemVer(version), Value::SemVerRange(range, _)) => Ok(range.matches(version)),
        _ => Err(Stop::bug(format!("{text:?} matches {pattern:?}"))),
    }
}

/// `text contains what`.
///
/// # Errors
/// Never, of a checked program.
pub fn contains(text: &Value, what: &Value) -> Result<bool> {
    match (text, what) {
        (Value::String(text), Value::String(what)) => Ok(text.contains(&**what)),
        (Value::String(text), Value::Pattern(PatternKind::Regex, regex)) => Ok(pattern::search(regex, text)),
        _ => Err(Stop::bug(format!("{text:?} contains {what:?}"))),
    }
}
