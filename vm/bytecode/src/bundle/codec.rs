//! The one place that knows how tables are encoded: bincode, fixed-width and little endian, flat types
//! only, and within a limit of memory.

use bincode::config::{Configuration, Fixint, Limit, LittleEndian};
use bincode::{Decode, Encode};

use crate::program::Program;

/// The most bytes that decoding a section may claim.
const LIMIT: usize = 256 << 20;

const fn config() -> Configuration<LittleEndian, Fixint, Limit<LIMIT>> {
    bincode::config::standard().with_little_endian().with_fixed_int_encoding().with_limit::<LIMIT>()
}

fn write(value: impl Encode) -> Vec<u8> {
    // Writing into memory fails only past the limit; such a section does not decode again.
    bincode::encode_to_vec(value, config()).unwrap_or_default()
}

fn read<T: Decode<()>>(bytes: &[u8]) -> Option<T> {
    let (value, used) = bincode::decode_from_slice(bytes, config()).ok()?;
    (used == bytes.len()).then_some(value)
}

pub(super) fn meta(program: &Program) -> Vec<u8> {
    write((&program.edition, &program.intrinsics))
}

pub(super) fn read_meta(bytes: &[u8], program: &mut Program) -> Option<()> {
    (program.edition, program.intrinsics) = read(bytes)?;
    Some(())
}

pub(super) fn tables(program: &Program) -> Vec<u8> {
    write((
        &program.texts,
        &program.types,
        &program.entities,
        &program.consts,
        &program.patterns,
        &program.formats,
        &program.projections,
        &program.plans,
    ))
}

pub(super) fn read_tables(bytes: &[u8], program: &mut Program) -> Option<()> {
    (
        program.texts,
        program.types,
        program.entities,
        program.consts,
        program.patterns,
        program.formats,
        program.projections,
        program.plans,
    ) = read(bytes)?;
    Some(())
}

pub(super) fn items(program: &Program) -> Vec<u8> {
    write((
        &program.functions,
        &program.data,
        &program.globals,
        &program.obligations,
        &program.exceptions,
        &program.policies,
    ))
}

pub(super) fn read_items(bytes: &[u8], program: &mut Program) -> Option<()> {
    (
        program.functions,
        program.data,
        program.globals,
        program.obligations,
        program.exceptions,
        program.policies,
    ) = read(bytes)?;
    Some(())
}

pub(super) fn debug(program: &Program) -> Vec<u8> {
    write(&program.debug)
}

pub(super) fn read_debug(bytes: &[u8], program: &mut Program) -> Option<()> {
    program.debug = read(bytes)?;
    Some(())
}
