//! Numbers of other formats in the spelling of JSON, with every digit kept.

/// A decimal integer or decimal fraction, perhaps with an exponent, as JSON spells it: no `+` before it, no zeros
/// before its first digit, digits on both sides of the point. None where `text` is no such number.
pub(super) fn decimal(text: &str) -> Option<String> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (rest.get(..at)?, Some(rest.get(at + 1..)?)),
        None => (rest, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !fraction.is_none_or(digits) {
        return None;
    }
    if whole.is_empty() && fraction.is_none_or(str::is_empty) {
        return None;
    }
    let mut out = String::with_capacity(text.len() + 1);
    if negative {
        out.push('-');
    }
    let whole = whole.trim_start_matches('0');
    out.push_str(if whole.is_empty() { "0" } else { whole });
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(if fraction.is_empty() { "0" } else { fraction });
    }
    if let Some(exponent) = exponent {
        let unsigned = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if unsigned.is_empty() || !digits(unsigned) {
            return None;
        }
        out.push('e');
        out.push_str(exponent);
    }
    Some(out)
}

/// An unsigned integer in another base, as a JSON number; none where it has other digits or is beyond 128 bits.
pub(super) fn based(digits: &str, base: u32) -> Option<String> {
    if digits.is_empty() || digits.starts_with(['+', '-']) {
        return None;
    }
    u128::from_str_radix(digits, base).ok().map(|value| value.to_string())
}

/// Whether `text` is spelled exactly as JSON spells a number.
pub(super) fn is_json(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let whole = unsigned.find(['.', 'e', 'E']).map_or(unsigned, |at| unsigned.get(..at).unwrap_or(""));
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    !whole.is_empty()
        && !leading_zero
        && !text.starts_with('+')
        && !unsigned.contains(".e")
        && !unsigned.contains(".E")
        && !unsigned.ends_with('.')
        && decimal(text).is_some()
}
