//! Functions of bytes: encodings and digests.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use policy_vm::{Context, Value};
use sha2::{Digest, Sha256};

use super::{Result, bounded_text, count, optional_text, pay, take};

/// Takes padding and does without it.
const EITHER: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, EITHER);
const URL: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, EITHER);

pub(crate) fn to_bytes(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    let bytes = context.text(text)?.as_bytes().to_vec();
    context.make_bytes(&bytes)
}

pub(crate) fn byte_count(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [bytes] = take(args)?;
    Ok(count(context.bytes(bytes)?.len()))
}

pub(crate) fn utf8(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [bytes] = take(args)?;
    let text = String::from_utf8(context.bytes(bytes)?).ok();
    optional_text(context, text.as_deref())
}

pub(crate) fn base64_encode(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [bytes] = take(args)?;
    let held = context.bytes(bytes)?;
    bounded_text(context, bytes, held.len().checked_mul(2), |_, out| {
        STANDARD.encode_string(&held, out);
        Ok(())
    })
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).or_else(|_| URL.decode(text)).ok()
}

pub(crate) fn base64_decode(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    match from_base64(context.text(text)?) {
        Some(bytes) => context.make_bytes(&bytes),
        None => Ok(Value::Absent),
    }
}

pub(crate) fn base64_text(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    let text = from_base64(context.text(text)?).and_then(|bytes| String::from_utf8(bytes).ok());
    optional_text(context, text.as_deref())
}

fn hex(byte: u8) -> [char; 2] {
    [byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16).unwrap_or('0'))
}

pub(crate) fn hex_encode(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [bytes] = take(args)?;
    let held = context.bytes(bytes)?;
    bounded_text(context, bytes, held.len().checked_mul(2), |_, out| {
        out.extend(held.iter().flat_map(|byte| hex(*byte)));
        Ok(())
    })
}

pub(crate) fn hex_decode(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    match from_hex(context.text(text)?) {
        Some(bytes) => context.make_bytes(&bytes),
        None => Ok(Value::Absent),
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| match pair {
            &[high, low] => Some(digit(high)? << 4 | digit(low)?),
            _ => None,
        })
        .collect()
}

pub(crate) fn percent_encode(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    let most = context.text(text)?.len().checked_mul(3);
    bounded_text(context, text, most, |memory, out| {
        for byte in memory.text(text)?.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
                out.push(byte.into());
            } else {
                out.push('%');
                out.extend(hex(byte).map(|c| c.to_ascii_uppercase()));
            }
        }
        Ok(())
    })
}

/// The text behind `%XX`; none where a `%` begins no byte, or the bytes are no UTF-8.
pub(crate) fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        if byte == b'%' {
            let pair = std::str::from_utf8(after.get(..2)?).ok()?;
            bytes.extend(from_hex(pair)?);
            rest = after.get(2..)?;
        } else {
            bytes.push(byte);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

pub(crate) fn percent_decode(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    let text = percent_decoded(context.text(text)?);
    optional_text(context, text.as_deref())
}

pub(crate) fn sha256(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [bytes] = take(args)?;
    let digest = Sha256::digest(context.bytes(bytes)?);
    context.make_bytes(&digest)
}

pub(crate) fn sha256_text(context: &mut Context<'_>, args: &[Value]) -> Result {
    pay(context, args)?;
    let [text] = take(args)?;
    let digest = Sha256::digest(context.text(text)?);
    let text: String = digest.iter().flat_map(|byte| hex(*byte)).collect();
    context.make_text(&text)
}
