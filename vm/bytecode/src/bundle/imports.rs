//! What a program takes from its reader: instructions, and functions of the library, by name.
//!
//! In a bundle an instruction's first byte, and the operand that names a function of the library, are positions in
//! these lists. So a bundle does not care where a later compiler puts them in its tables, and a reader that lacks one
//! can say which.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::inst::Inst;
use crate::op::{Kind, Op, Place};
use crate::program::Program;

/// The names that a program uses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imports {
    /// Instructions, with their operands, sorted.
    pub instructions: Vec<String>,
    /// Functions of the library, with their signatures, sorted.
    pub functions: Vec<String>,
}

/// The name under which a program lists an operation. What counts rules in 24 bits was once counted in 16, and a program that needs
/// no more says so: readers of that time go on reading it.
fn listed(op: Op, wide: bool) -> String {
    let name = op.info().signature;
    if wide { name.to_owned() } else { name.replace(WIDE, NARROW) }
}

const WIDE: &str = "@Ax";
const NARROW: &str = "@A";

/// The operand of an instruction that names a function of the library.
fn function_place(op: Op) -> Option<Place> {
    op.info().operands.iter().find(|operand| operand.kind == Kind::Intrinsic).map(|operand| operand.place)
}

/// Takes the names of functions of the library, in the order of their positions.
pub(super) fn collect(program: &Program, functions: &[String]) -> Imports {
    let mut used: Vec<bool> = vec![false; Op::ALL.len()];
    let mut wide: Vec<bool> = vec![false; Op::ALL.len()];
    let mut functions_used: BTreeMap<&str, ()> = BTreeMap::new();
    for inst in &program.code {
        if let Some(slot) = used.get_mut(inst.op as usize) {
            *slot = true;
        }
        if let Some(slot) = wide.get_mut(inst.op as usize) {
            *slot |= inst.x != 0;
        }
        if let Some(name) =
            function_place(inst.op).and_then(|place| functions.get(inst.operand(place) as usize))
        {
            functions_used.insert(name, ());
        }
    }
    let uses = Op::ALL.iter().zip(used.iter().zip(&wide)).filter(|(_, (used, _))| **used);
    let mut instructions: Vec<String> = uses.map(|(op, (_, wide))| listed(*op, *wide)).collect();
    instructions.sort_unstable();
    Imports { instructions, functions: functions_used.into_keys().map(str::to_owned).collect() }
}

/// The code of a program with positions in the lists.
pub(super) fn encode(program: &Program, imports: &Imports, functions: &[String]) -> Vec<u8> {
    let position = |op: &Op| {
        let found = [true, false]
            .iter()
            .find_map(|wide| imports.instructions.binary_search(&listed(*op, *wide)).ok());
        found.and_then(|at| u8::try_from(at).ok()).unwrap_or(u8::MAX)
    };
    let bytes: Vec<u8> = Op::ALL.iter().map(position).collect();
    let mut out = Vec::with_capacity(program.code.len() * 8);
    for inst in &program.code {
        let mut inst = *inst;
        if let Some(place) = function_place(inst.op) {
            let name = functions.get(inst.operand(place) as usize);
            let found = name.and_then(|name| imports.functions.binary_search(name).ok());
            set(&mut inst, place, found.and_then(|at| u16::try_from(at).ok()).unwrap_or(u16::MAX));
        }
        let [_, rest @ ..] = inst.encode();
        out.push(bytes.get(inst.op as usize).copied().unwrap_or(u8::MAX));
        out.extend(rest);
    }
    out
}

/// The operations that a list names.
///
/// # Errors
/// A name that is not known here.
pub(super) fn operations(imports: &Imports) -> Result<Vec<Op>, String> {
    let find = |name: &String| {
        let plain = sorted().binary_search_by_key(&name.as_str(), |op| op.info().signature).ok();
        let found =
            plain.and_then(|at| sorted().get(at)).or_else(|| sorted().iter().find(|op| narrow(**op, name)));
        found.copied().ok_or_else(|| name.clone())
    };
    imports.instructions.iter().map(find).collect()
}

/// Every operation by the order of its signature.
fn sorted() -> &'static [Op] {
    static SORTED: OnceLock<Vec<Op>> = OnceLock::new();
    SORTED.get_or_init(|| {
        let mut all = Op::ALL.to_vec();
        all.sort_unstable_by_key(|op| op.info().signature);
        all
    })
}

/// Whether a name is the narrow one of an operation that has a wide one.
fn narrow(op: Op, name: &str) -> bool {
    op.info().operands.iter().any(|operand| operand.place == Place::Ax) && listed(op, false) == name
}

/// The instructions of a section of code, functions of the library still by position in the list.
pub(super) fn decode(bytes: &[u8], operations: &[Op]) -> Option<Vec<Inst>> {
    let (insts, rest) = bytes.as_chunks::<8>();
    if !rest.is_empty() {
        return None;
    }
    let mut code = Vec::with_capacity(insts.len());
    for &[at, a, b, c, d, e, f, g] in insts {
        let op = *operations.get(usize::from(at))?;
        code.push(Inst::decode([op as u8, a, b, c, d, e, f, g])?);
    }
    Some(code)
}

/// Turns positions in a list into those of a library, which is asked for each name.
///
/// # Errors
/// The name of a function that the library lacks, or none where the code names one that is not in the list.
pub fn link(
    program: &mut Program,
    functions: &[String],
    position: impl Fn(&str) -> Option<u16>,
) -> Result<(), Option<String>> {
    let mut found = Vec::with_capacity(functions.len());
    for name in functions {
        found.push(position(name).ok_or_else(|| Some(name.clone()))?);
    }
    let places: Vec<Option<Place>> = Op::ALL.iter().copied().map(function_place).collect();
    for inst in &mut program.code {
        if let Some(place) = places.get(inst.op as usize).copied().flatten() {
            let at = *found.get(inst.operand(place) as usize).ok_or(None)?;
            set(inst, place, at);
        }
    }
    Ok(())
}

fn set(inst: &mut Inst, place: Place, value: u16) {
    match place {
        Place::X => inst.x = u8::try_from(value).unwrap_or(u8::MAX),
        Place::A => inst.a = value,
        Place::Ax => (inst.a, inst.x) = (value, 0),
        Place::B => inst.b = value,
        Place::C => inst.c = value,
        Place::Bc => (inst.b, inst.c) = (value, 0),
    }
}
