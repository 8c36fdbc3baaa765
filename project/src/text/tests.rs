use super::*;

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

#[test]
fn plain_and_marked_utf8_read_alike() {
    assert_eq!(decode(b"a\xC3\xA4").unwrap(), "a\u{e4}");
    assert_eq!(decode(b"\xEF\xBB\xBFa\xC3\xA4").unwrap(), "a\u{e4}");
    assert_eq!(decode(b"").unwrap(), "");
}

#[test]
fn utf16_reads_with_and_without_mark() {
    let text = "{\"k\": \"\u{1F600}\"}";
    assert_eq!(decode(&utf16(&format!("\u{feff}{text}"), u16::to_le_bytes)).unwrap(), text);
    assert_eq!(decode(&utf16(&format!("\u{feff}{text}"), u16::to_be_bytes)).unwrap(), text);
    assert_eq!(decode(&utf16(text, u16::to_le_bytes)).unwrap(), text);
    assert_eq!(decode(&utf16(text, u16::to_be_bytes)).unwrap(), text);
}

#[test]
fn broken_text_says_where() {
    assert_eq!(decode(b"ab\xFFcd"), Err(TextError::NotUtf8 { at: 2 }));
    assert_eq!(decode(b"\xEF\xBB\xBFab\xFFcd"), Err(TextError::NotUtf8 { at: 5 }));
    assert_eq!(decode(b"\xFF\xFEa\0\x00\xD8b\0"), Err(TextError::NotUtf16 { at: 4 }));
    assert_eq!(decode(b"\xFF\xFEa\0b"), Err(TextError::NotUtf16 { at: 4 }));
    assert_eq!(decode(b"\xFF\xFE\0\0a\0\0\0"), Err(TextError::Utf32));
    assert_eq!(decode(b"{\0\0\0"), Err(TextError::Utf32));
}
