//! Bytes and programs are one to one.

use super::{DecodeError, FORMAT, MAGIC, decode, digest, encode};
use crate::inst::Inst;
use crate::op::Op;
use crate::program::{Constant, Function, Program, TextId};

fn program() -> Program {
    Program {
        edition: "2027".to_owned(),
        texts: vec!["a".to_owned(), "é".to_owned()],
        consts: vec![Constant::Text(TextId(1)), Constant::Int(i64::MIN)],
        code: vec![Inst::wide(Op::Const, 0, 1), Inst::new(Op::Return, 0, 0, 0)],
        functions: vec![Function { start: 0, end: 2, params: 0, registers: 1, lets: 0, result: None }],
        ..Program::default()
    }
}

#[test]
fn what_is_written_reads_back() {
    for program in [Program::default(), program()] {
        assert_eq!(decode(&encode(&program)), Ok(program.clone()));
        assert_eq!(encode(&program), encode(&program));
    }
    assert_ne!(digest(&program()), digest(&Program::default()));
}

#[test]
fn every_instruction_reads_back() {
    for (byte, op) in Op::ALL.iter().enumerate() {
        let inst = Inst { op: *op, x: 1, a: 2, b: 0xFFFF, c: 0x8000 };
        assert_eq!(Inst::decode(inst.encode()), Some(inst));
        assert_eq!(*op as usize, byte);
    }
    assert_eq!(Inst::decode([0xFF; 8]), None);
}

/// The first bytes of the format, which readers of other languages rely on.
#[test]
fn the_header_is_as_documented() {
    let bytes = encode(&Program::default());
    assert_eq!(bytes.get(..8), Some(&MAGIC[..]));
    assert_eq!(bytes.get(8..10), Some(&FORMAT.to_le_bytes()[..]));
    assert_eq!(bytes.get(10..14), Some(&[5, 0, 1, 0][..]));
}

#[test]
fn other_bytes_are_refused_by_name() {
    assert_eq!(decode(b""), Err(DecodeError::Magic));
    assert_eq!(decode(b"PK\x03\x04 something else"), Err(DecodeError::Magic));
    let mut later = encode(&program());
    later[8] = 9;
    assert_eq!(decode(&later), Err(DecodeError::Format(9)));
    let mut longer = encode(&program());
    longer.push(0);
    assert_eq!(decode(&longer), Err(DecodeError::Layout));
    let mut damaged = encode(&program());
    if let Some(last) = damaged.last_mut() {
        *last ^= 1;
    }
    assert_eq!(decode(&damaged), Err(DecodeError::Digest(5)));
}
