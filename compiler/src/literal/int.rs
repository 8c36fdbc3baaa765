//! `Int` literals.

use super::{LiteralError, codes, shown};
use crate::hir::Const;

/// Reads the digits of an `Int` (a `_` between them is skipped); `negative` where a minus stands before them.
///
/// # Errors
/// Where the value does not fit 64 bits.
pub fn int(digits: &str, negative: bool) -> Result<Const, LiteralError> {
    let refuse = || {
        LiteralError::new(
            codes::INT,
            0..digits.len(),
            format!("{} does not fit `Int`", shown(digits)),
            "too large",
        )
        .note("an `Int` has 64 bits: -9_223_372_036_854_775_808 to 9_223_372_036_854_775_807")
        .help(format!("write `{digits}.0` for a `Decimal`, which holds 28 digits exactly"))
    };
    let plain: String = digits.chars().filter(|&c| c != '_').collect();
    let signed = if negative { format!("-{plain}") } else { plain };
    signed.parse().map(Const::Int).map_err(|_| refuse())
}
