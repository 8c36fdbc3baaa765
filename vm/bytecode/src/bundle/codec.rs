//! What stands in each section.

use super::imports::Imports;
use super::manifest::{Manifest, Material};
use super::sources::Package;
use super::wire::{self, Wire};
use crate::program::{Place, Program};

/// Writing and reading a section that is one value.
macro_rules! section {
    ($($write:ident $read:ident $type:ty),+ $(,)?) => {$(
        pub(super) fn $write(value: &$type) -> Vec<u8> {
            wire::write(|to| value.put(to))
        }

        pub(super) fn $read(bytes: &[u8]) -> Option<$type> {
            wire::read(bytes, Wire::take)
        }
    )+};
}

section! {
    manifest read_manifest Manifest,
    imports read_imports Imports,
    documents read_documents Vec<String>,
    materials read_materials Vec<Material>,
    sources read_sources Vec<Package>,
}

/// Writing and reading a section of tables of the program.
macro_rules! tables {
    ($($write:ident $read:ident { $($table:ident),+ })+) => {$(
        fn $write(program: &Program, to: &mut wire::Sink) {
            $(program.$table.put(to);)+
        }

        pub(super) fn $read(bytes: &[u8], program: &mut Program) -> Option<()> {
            wire::read(bytes, |from| {
                $(program.$table = Wire::take(from)?;)+
                Some(())
            })
        }
    )+};
}

tables! {
    put_tables read_tables { texts, types, entities, consts, patterns, formats, projections, plans }
    put_items read_items { functions, data, globals, obligations, exceptions, policies }
}

pub(super) fn tables(program: &Program) -> Vec<u8> {
    wire::write(|to| put_tables(program, to))
}

/// What the machine runs. Where things stand in sources is in [`debug`].
pub(super) fn items(program: &Program) -> Vec<u8> {
    wire::write_without_places(|to| put_items(program, to))
}

pub(super) fn debug(program: &Program) -> Vec<u8> {
    let obligations = program.obligations.iter().map(|obligation| obligation.place);
    let exceptions = program.exceptions.iter().map(|exception| exception.place);
    let rules = program.policies.iter().flat_map(|policy| &policy.rules).map(|rule| rule.place);
    let places: Vec<Place> = obligations.chain(exceptions).chain(rules).collect();
    wire::write(|to| {
        program.debug.put(to);
        places.put(to);
    })
}

pub(super) fn read_debug(bytes: &[u8], program: &mut Program) -> Option<()> {
    let mut places = wire::read(bytes, |from| {
        program.debug = Wire::take(from)?;
        <Vec<Place>>::take(from)
    })?
    .into_iter();
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
