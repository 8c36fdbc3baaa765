use super::*;

#[test]
fn positions_and_offsets_are_each_others_inverse_in_every_encoding() {
    let text = "a\u{e9}\u{1F600}b\r\nsecond\rthird\n\n\u{10FFFF}";
    let lines = Lines::new(text);
    assert_eq!(lines.count(), 5);
    for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
        for (at, _) in text.char_indices().filter(|(_, c)| !matches!(c, '\r' | '\n')) {
            let at = u32::try_from(at).unwrap();
            let position = lines.position(text, at, encoding);
            assert_eq!(lines.offset(text, position, encoding), at, "{encoding:?} {position:?}");
        }
    }
}

#[test]
fn columns_count_what_was_agreed() {
    let text = "\u{1F600}x";
    let lines = Lines::new(text);
    let column = |encoding| lines.position(text, 4, encoding).character;
    assert_eq!((column(Encoding::Utf8), column(Encoding::Utf16), column(Encoding::Utf32)), (4, 2, 1));
}

#[test]
fn what_lies_outside_is_the_nearest_place_inside() {
    let text = "ab\ncd";
    let lines = Lines::new(text);
    let offset = |line, character| lines.offset(text, Position { line, character }, Encoding::Utf16);
    assert_eq!((offset(0, 99), offset(1, 99), offset(99, 0)), (2, 5, 5));
    assert_eq!(lines.position(text, 99, Encoding::Utf16), Position { line: 1, character: 2 });
}

#[test]
fn lines_follow_changes() {
    let pieces = ["", "\n", "\r", "\r\n", "a", "b\rc\nd", "\u{e9}\n\n"];
    let mut text = String::from("ab\r\ncd\ref\n\ngh");
    let mut lines = Lines::new(&text);
    let mut number = 7usize;
    for _ in 0..2000 {
        number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let lo = text.floor_char_boundary((number >> 33) % (text.len() + 1));
        let hi = text.floor_char_boundary((lo + (number >> 40) % 4).min(text.len())).max(lo);
        let piece = pieces[(number >> 50) % pieces.len()];
        text.replace_range(lo..hi, piece);
        lines.replace(Span::new(small(lo), small(hi)), small(piece.len()), &text);
        assert_eq!(lines, Lines::new(&text), "{text:?}");
    }
}
