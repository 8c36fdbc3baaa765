//! Standard base64, as `Bytes` are in JSON.

/// The bytes that a text is; none where it is no standard base64 with padding.
///
/// ```
/// use policy_vm::base64;
///
/// assert_eq!(base64::read("a2V5").as_deref(), Some(&b"key"[..]));
/// assert_eq!(base64::read("a2V5Cg"), None);
/// ```
#[must_use]
pub fn read(text: &str) -> Option<Vec<u8>> {
    let bytes = text.as_bytes();
    if !bytes.len().is_multiple_of(4) {
        return None;
    }
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3);
    let last = (bytes.len() / 4).checked_sub(1);
    for (at, group) in bytes.chunks_exact(4).enumerate() {
        let padding = group.iter().rev().take_while(|byte| **byte == b'=').count();
        if padding > 2 || padding > 0 && Some(at) != last {
            return None;
        }
        let mut bits = 0_u32;
        for byte in group.iter().take(4 - padding) {
            let digit = match byte {
                b'A'..=b'Z' => byte - b'A',
                b'a'..=b'z' => byte - b'a' + 26,
                b'0'..=b'9' => byte - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => return None,
            };
            bits = bits << 6 | u32::from(digit);
        }
        bits <<= 6 * u32::try_from(padding).ok()?;
        let [_, a, b, c] = bits.to_be_bytes();
        out.extend([a, b, c].into_iter().take(3 - padding));
        if padding > 0 && [a, b, c].into_iter().skip(3 - padding).any(|rest| rest != 0) {
            return None;
        }
    }
    Some(out)
}

/// Writes standard base64, with padding.
///
/// ```
/// let mut text = String::new();
/// policy_vm::base64::write(b"keys", &mut text);
/// assert_eq!(text, "a2V5cw==");
/// ```
pub fn write(bytes: &[u8], out: &mut String) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for group in bytes.chunks(3) {
        let bits =
            group.iter().chain([&0, &0]).take(3).fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        for at in 0..4 {
            if at > group.len() {
                out.push('=');
            } else {
                let digit = bits >> (18 - 6 * at) & 63;
                out.push(DIGITS.get(digit as usize).map_or('A', |digit| char::from(*digit)));
            }
        }
    }
}
