//! Bytes and bundles are one to one; what is damaged is refused by name.

use super::{
    Bundle, Caps, Container, DATA, DEBUG, DecodeError, Document, DocumentKind, FORMAT, MAGIC, Manifest,
    Material, Packing, Signature, digest, link, read, write,
};
use crate::inst::Inst;
use crate::op::Op;
use crate::program::{Constant, Debug, Function, Program, TextId};
use sha2::{Digest as _, Sha256};

const CAPS: Caps = Caps { bytes: 1 << 20, unpacked: 1 << 22 };

fn library() -> Vec<String> {
    ["b.two fn two()", "a.one fn one()", "c.three fn three()"].map(str::to_owned).to_vec()
}

fn program() -> Program {
    Program {
        edition: "2027".to_owned(),
        texts: vec!["a".to_owned(), "é".to_owned(), "long ".repeat(100)],
        consts: vec![Constant::Text(TextId(1)), Constant::Int(i64::MIN)],
        code: vec![
            Inst::wide(Op::Const, 0, 1),
            Inst::new(Op::Intrinsic, 0, 2, 0),
            Inst::new(Op::Intrinsic, 0, 0, 0),
            Inst::new(Op::Return, 0, 0, 0),
        ],
        functions: vec![Function { start: 0, end: 4, params: 0, registers: 1, lets: 0, result: None }],
        debug: Debug { files: vec!["a.policy".to_owned()], ..Debug::default() },
        ..Program::default()
    }
}

fn bundle() -> Bundle {
    let text = "[1, 2, 3]".to_owned();
    let document = Document {
        kind: DocumentKind::Data,
        name: "a.b".to_owned(),
        length: text.len() as u64,
        digest: Sha256::digest(&text).into(),
    };
    let manifest = Manifest {
        name: "gate".to_owned(),
        edition: "2027".to_owned(),
        documents: vec![document],
        ..Manifest::default()
    };
    let materials = vec![Material { path: "a.policy".to_owned(), digest: [7; 32] }];
    Bundle {
        manifest,
        program: program(),
        documents: Some(vec![text]),
        materials,
        has_debug: true,
        ..Bundle::default()
    }
}

fn reread(bytes: &[u8]) -> Result<Bundle, DecodeError> {
    read(&Container::open(bytes, CAPS)?, &[])
}

fn linked(mut bundle: Bundle) -> Bundle {
    let library = library();
    let position = |name: &str| library.iter().position(|other| other == name).map(|at| at as u16);
    link(&mut bundle.program, &bundle.functions, position).expect("all are there");
    Bundle { functions: Vec::new(), ..bundle }
}

#[test]
fn what_is_written_reads_back() {
    for packed in [false, true] {
        let bytes = write(&bundle(), &library(), packed);
        let again = reread(&bytes).expect("it reads");
        assert_eq!(again.functions, ["b.two fn two()", "c.three fn three()"]);
        assert_eq!(linked(again.clone()), bundle());
        assert_eq!(write(&linked(again), &library(), packed), bytes);
    }
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
    let bytes = write(&bundle(), &library(), true);
    assert_eq!(bytes.get(..8), Some(&MAGIC[..]));
    assert_eq!(bytes.get(8..10), Some(&FORMAT.to_le_bytes()[..]));
    assert_eq!(bytes.get(12..16), Some(&[8, 0, 0, 0][..]));
    assert_eq!(bytes.get(16..25), Some(&b"manifest\0"[..]));
}

#[test]
fn other_bytes_are_refused_by_name() {
    assert_eq!(reread(b""), Err(DecodeError::Magic));
    assert_eq!(reread(b"PK\x03\x04 something else"), Err(DecodeError::Magic));
    let good = write(&bundle(), &library(), true);
    let changed = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        reread(&bytes).expect_err("it is damaged")
    };
    assert_eq!(changed(8, 2), DecodeError::Format(2));
    assert_eq!(changed(10, 9), DecodeError::Reader(9));
    assert_eq!(changed(16, b'M'), DecodeError::Table("it has another digest"));
    let mut longer = good.clone();
    longer.push(0);
    assert!(matches!(reread(&longer), Err(DecodeError::Signatures(_))));
    let small = Caps { bytes: 100, unpacked: 100 };
    assert!(matches!(Container::open(&good, small), Err(DecodeError::TooLarge { .. })));
    let packed = Caps { bytes: 1 << 20, unpacked: 100 };
    assert!(matches!(Container::open(&good, packed), Err(DecodeError::TooLarge { .. })));
}

#[test]
fn every_bit_and_every_end_counts() {
    let signed = {
        let bytes = write(&bundle(), &library(), true);
        let container = Container::open(&bytes, CAPS).expect("it opens");
        container.with_signatures(&[Signature { key: [1; 32], expires: Some(9), bytes: [2; 64] }])
    };
    assert!(reread(&signed).is_ok());
    for at in 0..signed.len() {
        assert!(reread(&signed[..at]).is_err(), "the first {at} bytes");
        for bit in 0..8 {
            let mut bytes = signed.clone();
            bytes[at] ^= 1 << bit;
            assert!(reread(&bytes).is_err(), "bit {bit} of byte {at}");
        }
    }
}

#[test]
fn sections_move_beside_and_back() {
    let whole = write(&bundle(), &library(), true);
    let container = Container::open(&whole, CAPS).expect("it opens");
    let main = container.keeping(|name| name != DEBUG && name != DATA);
    let side = container.keeping(|name| name == DEBUG || name == DATA);
    let (main, side) = (Container::open(&main, CAPS), Container::open(&side, CAPS));
    let (main, side) = (main.expect("it opens"), side.expect("it opens"));
    assert_eq!([main.id(), side.id()], [container.id(); 2]);
    let stripped = read(&main, &[]).expect("it reads without");
    assert!(!stripped.has_debug && stripped.documents.is_none());
    assert_eq!(linked(read(&main, &[side]).expect("it reads with")), bundle());
    let mut other = bundle();
    other.manifest.name = "other".to_owned();
    let other = write(&other, &library(), true);
    let other = Container::open(&other, CAPS).expect("it opens");
    assert_eq!(read(&main, &[other]), Err(DecodeError::Foreign));
}

/// A bundle of sections that a test chooses.
fn forged(change: impl Fn(&mut Vec<super::Part>)) -> Vec<u8> {
    let bytes = write(&bundle(), &library(), false);
    let container = Container::open(&bytes, CAPS).expect("it opens");
    let names = super::KNOWN.iter().copied();
    let part = |name: &'static str| {
        let section = container.section(name)?;
        let bytes = container.content(name).ok()??.into_owned();
        let length = bytes.len();
        Some(super::Part { name, required: section.required, packing: Packing::Verbatim, bytes, length })
    };
    let mut parts: Vec<super::Part> = names.filter_map(part).collect();
    change(&mut parts);
    super::container::write(&parts)
}

#[test]
fn forged_sections_are_refused_by_name() {
    assert_eq!(reread(&forged(|_| {})).map(linked), Ok(bundle()));
    let extra = |required| super::Part {
        name: "later",
        required,
        packing: Packing::Verbatim,
        bytes: b"?".to_vec(),
        length: 1,
    };
    assert_eq!(reread(&forged(|parts| parts.push(extra(false)))).map(linked), Ok(bundle()));
    assert_eq!(
        reread(&forged(|parts| parts.push(extra(true)))),
        Err(DecodeError::Unknown("later".to_owned()))
    );
    assert_eq!(reread(&forged(|parts| drop(parts.remove(3)))), Err(DecodeError::Missing("code")));
    assert_eq!(reread(&forged(|parts| parts[3].bytes.push(0))), Err(DecodeError::Packed("code".to_owned())));
    let unknown = forged(|parts| {
        let at = parts[1].bytes.iter().position(|byte| *byte == b'r').expect("a letter");
        parts[1].bytes[at] = b'R';
    });
    assert!(matches!(reread(&unknown), Err(DecodeError::Instruction(name)) if name.contains('R')));
    // Lengths that lie.
    for at in 0..6 {
        let lying = forged(|parts| {
            let part = &mut parts[2];
            part.bytes.splice(at..at, [0xFD, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]);
            part.length = part.bytes.len();
        });
        assert!(reread(&lying).is_err());
    }
    // A packed section that is larger than it says, or smaller.
    for length in [0, 99, 101, 1 << 20] {
        let bomb = forged(|parts| {
            let part = &mut parts[2];
            part.bytes = miniz_oxide::deflate::compress_to_vec(&[0; 100], 9);
            (part.packing, part.length) = (Packing::Deflate, length);
        });
        assert_eq!(reread(&bomb), Err(DecodeError::Packed("tables".to_owned())), "{length}");
    }
}

#[test]
fn digests_leave_out_where_things_stand() {
    let library = library();
    let mut moved = program();
    moved.debug = Debug::default();
    assert_eq!(digest(&program(), &library), digest(&moved, &library));
    // Neither does the digest care where the library has its functions.
    let mut turned = library.clone();
    turned.swap(0, 2);
    let mut relinked = program();
    relinked.code[1].b = 0;
    relinked.code[2].b = 2;
    assert_eq!(digest(&program(), &library), digest(&relinked, &turned));
    let mut other = program();
    other.code[1].b = 1;
    assert_ne!(digest(&program(), &library), digest(&other, &library));
}
