//! `Decimal` literals: exact, or an error.

use rust_decimal::Decimal;

use super::{LiteralError, codes, shown};
use crate::hir::Const;

/// The most digits that a `Decimal` holds, and the most of them after the point.
const DIGITS: usize = 28;

/// Reads digits, a point and digits (a `_` between them is skipped), exactly.
///
/// # Errors
/// Where the value needs more than 28 digits.
pub fn decimal(text: &str) -> Result<Const, LiteralError> {
    let plain: String = text.chars().filter(|&c| c != '_').collect();
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    let significant =
        if whole.is_empty() { fraction.trim_start_matches('0').len() } else { whole.len() + fraction.len() };
    if significant > DIGITS || fraction.len() > DIGITS {
        let digits = if fraction.len() > DIGITS { fraction.len() } else { significant };
        let which = if fraction.len() > DIGITS { "digits after the point" } else { "digits" };
        return Err(refuse(text, format!("has {digits} {which}; a `Decimal` holds {DIGITS}")));
    }
    let whole = if whole.is_empty() { "0" } else { whole };
    let exact = if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") };
    Decimal::from_str_exact(&exact)
        .map(Const::Decimal)
        .map_err(|_| refuse(text, format!("does not fit a `Decimal`, which holds {DIGITS} digits")))
}

fn refuse(text: &str, why: String) -> LiteralError {
    LiteralError::new(codes::DECIMAL, 0..text.len(), format!("{} {why}", shown(text)), "too many digits")
        .note("a `Decimal` is exact: a number that it cannot hold is an error, never rounded")
}
