//! The one place that knows how tables are encoded: bincode with integers of variable length, flat types only, and
//! within a limit of memory that grows with the bytes there are.

use bincode::config::{Configuration, Limit, LittleEndian, Varint};
use bincode::{Decode, Encode};

use super::imports::Imports;
use super::manifest::{Manifest, Material};
use super::sources::Package;
use crate::program::{Place, Program};

const fn config<const LIMIT: usize>() -> Configuration<LittleEndian, Varint, Limit<LIMIT>> {
    bincode::config::standard().with_limit::<LIMIT>()
}

fn write(value: impl Encode) -> Vec<u8> {
    // Writing into memory fails only past the limit; such a section does not decode again.
    bincode::encode_to_vec(value, config::<{ 1 << 30 }>()).unwrap_or_default()
}

/// Decodes all of some bytes. A length that lies about what follows may claim what the class of their number may, which is
/// thirty-two times the greatest number in it or more: no sound table takes as much. Each class is a copy of the code, so there are few.
fn read<T: Decode<()>>(bytes: &[u8]) -> Option<T> {
    fn within<T: Decode<()>, const LIMIT: usize>(bytes: &[u8]) -> Option<T> {
        let (value, used) = bincode::decode_from_slice(bytes, config::<LIMIT>()).ok()?;
        (used == bytes.len()).then_some(value)
    }
    match bytes.len() {
        0..=0x1000 => within::<T, { 1 << 18 }>(bytes),
        0x1001..=0x1_0000 => within::<T, { 1 << 22 }>(bytes),
        0x1_0001..=0x10_0000 => within::<T, { 1 << 26 }>(bytes),
        0x10_0001..=0x80_0000 => within::<T, { 1 << 28 }>(bytes),
        0x80_0001.. => within::<T, { 1 << 30 }>(bytes),
    }
}

pub(super) fn manifest(manifest: &Manifest) -> Vec<u8> {
    write(manifest)
}

pub(super) fn read_manifest(bytes: &[u8]) -> Option<Manifest> {
    read(bytes)
}

pub(super) fn imports(imports: &Imports) -> Vec<u8> {
    write(imports)
}

pub(super) fn read_imports(bytes: &[u8]) -> Option<Imports> {
    read(bytes)
}

pub(super) fn documents(texts: &[String]) -> Vec<u8> {
    write(texts)
}

pub(super) fn read_documents(bytes: &[u8]) -> Option<Vec<String>> {
    read(bytes)
}

pub(super) fn materials(materials: &[Material]) -> Vec<u8> {
    write(materials)
}

pub(super) fn read_materials(bytes: &[u8]) -> Option<Vec<Material>> {
    read(bytes)
}

pub(super) fn sources(packages: &[Package]) -> Vec<u8> {
    write(packages)
}

pub(super) fn read_sources(bytes: &[u8]) -> Option<Vec<Package>> {
    read(bytes)
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

/// What the machine runs. Where things stand in sources is in [`debug`].
pub(super) fn items(program: &Program) -> Vec<u8> {
    let mut obligations = program.obligations.clone();
    let mut exceptions = program.exceptions.clone();
    let mut policies = program.policies.clone();
    obligations.iter_mut().for_each(|obligation| obligation.place = Place::default());
    exceptions.iter_mut().for_each(|exception| exception.place = Place::default());
    policies.iter_mut().flat_map(|policy| &mut policy.rules).for_each(|rule| rule.place = Place::default());
    write((&program.functions, &program.data, &program.globals, &obligations, &exceptions, &policies))
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
    let obligations = program.obligations.iter().map(|obligation| obligation.place);
    let exceptions = program.exceptions.iter().map(|exception| exception.place);
    let rules = program.policies.iter().flat_map(|policy| &policy.rules).map(|rule| rule.place);
    let places: Vec<Place> = obligations.chain(exceptions).chain(rules).collect();
    write((&program.debug, &places))
}

pub(super) fn read_debug(bytes: &[u8], program: &mut Program) -> Option<()> {
    let places: Vec<Place>;
    (program.debug, places) = read(bytes)?;
    let mut places = places.into_iter();
    for obligation in &mut program.obligations {
        obligation.place = places.next()?;
    }
    for exception in &mut program.exceptions {
        exception.place = places.next()?;
    }
    for rule in program.policies.iter_mut().flat_map(|policy| &mut policy.rules) {
        rule.place = places.next()?;
    }
    places.next().is_none().then_some(())
}
