//! `std.encoding` and `std.hash`: functions of `Bytes`.

use crate::function::Failure::Overflow;
use policy_vm::Run;

use crate::function::Function;
use crate::run;

const fn e(signature: &'static str, doc: &'static str, run: Run) -> Function {
    Function::new("std.encoding", signature, doc, run)
}

const fn h(signature: &'static str, doc: &'static str, run: Run) -> Function {
    Function::new("std.hash", signature, doc, run)
}

const TOO_LONG: (crate::Failure, &str) = (Overflow, "if the result is longer than 1 MiB");

/// The functions of encodings, in the order in which the library's pages show them.
pub(crate) const ENCODING: &[Function] = &[
    e("fn to_bytes(text: String) -> Bytes", "The bytes of `text` in UTF-8.", run::encoding::to_bytes)
        .examples(&[(r#"to_bytes("añ").byte_count()"#, "3")]),
    e("fn byte_count(bytes: Bytes) -> Int 0..4_294_967_295", "How many bytes there are.", run::encoding::byte_count)
        .examples(&[(r#"to_bytes("abc").byte_count()"#, "3")]),
    e("fn utf8(bytes: Bytes) -> String?", "The text that the bytes are in UTF-8; absent where they are none.", run::encoding::utf8)
        .examples(&[(r#"to_bytes("añ").utf8()"#, r#""añ""#), (r#"hex_decode("ff")?.utf8() is absent"#, "true")]),
    e("fn base64_encode(bytes: Bytes) -> String", "The bytes in base64 with padding (RFC 4648, the standard alphabet).", run::encoding::base64_encode)
        .fails(&[TOO_LONG])
        .examples(&[(r#"to_bytes("hi?").base64_encode()"#, r#""aGk/""#)]),
    e("fn base64_decode(text: String) -> Bytes?", "The bytes that `text` is in base64, in the standard or the URL alphabet, with or without padding; absent where it is neither.", run::encoding::base64_decode)
    .examples(&[(r#"base64_decode("aGk_")?.utf8()"#, r#""hi?""#)]),
    e("fn base64_text(text: String) -> String?", "The text that `text` is in base64; absent where it is no base64, or no UTF-8.", run::encoding::base64_text)
        .examples(&[(r#"base64_text("aGk/")"#, r#""hi?""#)]),
    e("fn hex_encode(bytes: Bytes) -> String", "The bytes in lower-case hexadecimal digits.", run::encoding::hex_encode)
        .fails(&[TOO_LONG])
        .examples(&[(r#"to_bytes("hi").hex_encode()"#, r#""6869""#)]),
    e("fn hex_decode(text: String) -> Bytes?", "The bytes that `text` is in hexadecimal digits; absent where it is not.", run::encoding::hex_decode)
        .examples(&[(r#"hex_decode("6869")?.utf8()"#, r#""hi""#)]),
    e("fn percent_encode(text: String) -> String", "`text` with all but letters, digits and `-._~` as `%XX` in UTF-8.", run::encoding::percent_encode)
        .fails(&[TOO_LONG])
        .examples(&[(r#"percent_encode("a b/c")"#, r#""a%20b%2Fc""#)]),
    e("fn percent_decode(text: String) -> String?", "`text` with each `%XX` as the byte it is; absent where a `%` begins no byte, or the result is no UTF-8.", run::encoding::percent_decode)
    .examples(&[(r#"percent_decode("a%20b")"#, r#""a b""#), (r#"percent_decode("100%") is absent"#, "true")]),
];

/// The functions of digests, in the order in which the library's pages show them.
pub(crate) const HASH: &[Function] = &[
    h("fn sha256(bytes: Bytes) -> Bytes", "The SHA-256 digest of the bytes.", run::encoding::sha256)
        .examples(&[(r#"sha256(to_bytes("")).hex_encode().starts_with("e3b0c442")"#, "true")]),
    h(
        "fn sha256_text(text: String) -> String",
        "The SHA-256 digest of `text` in UTF-8, in lower-case hexadecimal digits.",
        run::encoding::sha256_text,
    )
    .examples(&[(
        r#"sha256_text("abc")"#,
        r#""ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad""#,
    )]),
];
