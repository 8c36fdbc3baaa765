//! `std.math` and `std.decimal`.

use super::{Given, Miss};
use crate::reference::decimal::{Dec, Direction};
use crate::reference::value::Value;

fn fits(number: i128) -> Given {
    i64::try_from(number).map(Value::Int).map_err(|_| Miss::Code("overflow"))
}

pub(super) fn math(name: &str, args: &[Value]) -> Given {
    match (name, args) {
        ("least", [a, b]) => Ok(if b < a { b.clone() } else { a.clone() }),
        ("greatest", [a, b]) => Ok(if b > a { b.clone() } else { a.clone() }),
        ("abs", [Value::Int(n)]) => fits(i128::from(*n).abs()),
        ("sign", [Value::Int(n)]) => Ok(Value::Int(n.signum())),
        ("clamp", [Value::Int(n), Value::Int(least), Value::Int(most)]) => {
            Ok(Value::Int((*n).max(*least).min(*most)))
        }
        ("power", [Value::Int(base), Value::Int(exponent)]) => power(*base, *exponent),
        ("bit_and", [Value::Int(a), Value::Int(b)]) => Ok(Value::Int(a & b)),
        ("bit_or", [Value::Int(a), Value::Int(b)]) => Ok(Value::Int(a | b)),
        ("bit_xor", [Value::Int(a), Value::Int(b)]) => Ok(Value::Int(a ^ b)),
        ("to_decimal", [Value::Int(n)]) => Ok(Value::Decimal(Dec::from_int(*n))),
        ("to_text", [Value::Int(n)]) => Ok(Value::text(&n.to_string())),
        _ => Err(Miss::Unknown),
    }
}

fn power(base: i64, exponent: i64) -> Given {
    if exponent < 0 {
        return Err(Miss::Code("overflow"));
    }
    match base {
        0 | 1 => return Ok(Value::Int(if exponent == 0 { 1 } else { base })),
        -1 => return Ok(Value::Int(if exponent % 2 == 0 { 1 } else { -1 })),
        _ => {}
    }
    let mut result: i128 = 1;
    for _ in 0..exponent.min(64) {
        result = result.checked_mul(base.into()).ok_or(Miss::Code("overflow"))?;
    }
    if exponent > 64 { Err(Miss::Code("overflow")) } else { fits(result) }
}

pub(super) fn decimal(name: &str, args: &[Value]) -> Given {
    let whole = |d: Dec| d.to_int().map(Value::Int).ok_or(Miss::Code("overflow"));
    match (name, args) {
        ("abs", [Value::Decimal(d)]) => Ok(Value::Decimal(d.magnitude())),
        ("sign", [Value::Decimal(d)]) => Ok(Value::Int(match d.cmp(&Dec::default()) {
            std::cmp::Ordering::Less => -1,
            std::cmp::Ordering::Equal => 0,
            std::cmp::Ordering::Greater => 1,
        })),
        ("clamp", [Value::Decimal(d), Value::Decimal(least), Value::Decimal(most)]) => {
            Ok(Value::Decimal((*d).max(*least).min(*most)))
        }
        ("round", [Value::Decimal(d), Value::Int(places)]) => {
            let places = u32::try_from((*places).clamp(0, 28)).unwrap_or(28);
            Ok(Value::Decimal(d.rounded(places)))
        }
        ("floor", [Value::Decimal(d)]) => whole(d.whole(Direction::Floor)),
        ("ceiling", [Value::Decimal(d)]) => whole(d.whole(Direction::Ceiling)),
        ("truncate", [Value::Decimal(d)]) => {
            let below = *d < Dec::default();
            whole(d.whole(if below { Direction::Ceiling } else { Direction::Floor }))
        }
        ("to_int", [Value::Decimal(d)]) => Ok(Value::option(d.to_int().map(Value::Int))),
        ("to_text", [Value::Decimal(d)]) => Ok(Value::text(&d.to_string())),
        _ => Err(Miss::Unknown),
    }
}
