//! Trees of comparisons that lead from a text or an entity to one block among many, as tables.
//!
//! The compiler writes many rules that ask for different constants in one place as a tree of comparisons. A value goes through
//! seventeen of them at a hundred thousand rules, each in another place of memory. When a program loads, such trees are found in its
//! code: each constant is kept with where it leads, and with the fuel that the way there takes. What is not among the
//! constants goes through the tree, and so does everything that is observed.

use policy_bytecode::inst::Inst;
use policy_bytecode::op::{CONST_BASE, Op};

use crate::compare::TEXT_A_UNIT;
use crate::memory::Memory;
use crate::store::Store;
use crate::value::{Span, Value};
use crate::word::{self, Mark};

/// The fewest constants that are worth a table.
const FEW: usize = 32;

/// The most places of a table that are looked at for a value.
const PROBES: usize = 16;

/// The tables of a program, by where their trees begin.
#[derive(Debug, Default)]
pub(crate) struct Shortcuts {
    roots: Vec<u32>,
    tables: Vec<Table>,
}

#[derive(Debug)]
struct Table {
    kind: Kind,
    /// The register that holds the constant that was compared last, where there is one.
    register: u16,
    exits: Vec<Exit>,
    /// Exits by the hashes of their constants, and one more than their position; a power of two.
    places: Box<[u32]>,
}

/// The kind of the constants of a tree: texts, or entities of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Entity(u16),
}

/// What a constant leads to.
#[derive(Clone, Copy, Debug)]
struct Exit {
    word: u64,
    /// The constant, by its place in the pool.
    constant: u32,
    /// Where the code goes on.
    target: u32,
    /// What the way takes.
    fuel: u32,
    /// The length of the constant's text.
    len: u8,
    /// Whether the constant is left in the register of the tree.
    written: bool,
}

/// A value as a key of tables.
#[inline(always)]
fn key(value: Value) -> Option<(Kind, Span)> {
    if let Value::Text(span) = value {
        Some((Kind::Text, span))
    } else {
        value.as_entity().map(|(kind, span)| (Kind::Entity(kind), span))
    }
}

impl Shortcuts {
    /// Finds the trees in some code.
    pub(crate) fn of(code: &[Inst], consts: &[Value], store: &Store) -> Self {
        let mut found = Self::default();
        let mut walk = Walk { code, consts, store, seen: Vec::new() };
        for (at, inst) in code.iter().enumerate() {
            let begins = inst.op == Op::JumpLt && inst.a < CONST_BASE && inst.b >= CONST_BASE;
            if begins
                && !walk.seen.get(at).copied().unwrap_or(false)
                && let (Ok(root), Some(table)) = (u32::try_from(at), walk.tree(at, inst.a))
            {
                found.roots.push(root);
                found.tables.push(table);
            }
        }
        found
    }

    /// Whether there are none.
    #[inline(always)]
    pub(crate) const fn is_empty(&self) -> bool {
        self.roots.is_empty()
    }

    /// What a value leads to from the comparison at a place.
    #[inline]
    pub(crate) fn find(
        &self,
        at: usize,
        value: Value,
        memory: Memory<'_>,
        consts: &[Value],
    ) -> Option<Found> {
        let root = self.roots.binary_search(&u32::try_from(at).ok()?).ok()?;
        let table = self.tables.get(root)?;
        let (kind, span) = key(value)?;
        if kind != table.kind || span.len >= TEXT_A_UNIT {
            return None;
        }
        let mark = memory.mark(span);
        let text = memory.span_bytes(span);
        let exit = table.exits.get(table.place(mark, text, memory.constants, consts)?.1?)?;
        let written = exit.written.then_some((table.register, exit.constant));
        Some(Found { target: exit.target as usize, fuel: u64::from(exit.fuel), written })
    }
}

/// Where a value leads to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    /// Where the code goes on.
    pub(crate) target: usize,
    /// What the way takes.
    pub(crate) fuel: u64,
    /// The register and the constant that the way leaves in it.
    pub(crate) written: Option<(u16, u32)>,
}

impl Table {
    /// The place of a text, and the exit that it has there; none where too many others are in its way.
    #[inline]
    fn place(
        &self,
        mark: Mark,
        text: &[u8],
        store: &Store,
        consts: &[Value],
    ) -> Option<(usize, Option<usize>)> {
        let mask = self.places.len().checked_sub(1)?;
        let hash = word::hash(mark, text) as usize;
        for step in 0..PROBES {
            let place = (hash + step) & mask;
            let Some(at) = self.places.get(place)?.checked_sub(1) else { return Some((place, None)) };
            let exit = self.exits.get(at as usize)?;
            let alike = exit.word == mark.word() && usize::from(exit.len) == mark.len;
            if alike && (mark.is_whole() || exit.text(store, consts) == Some(text)) {
                return Some((place, Some(at as usize)));
            }
        }
        None
    }
}

impl Exit {
    fn text<'a>(&self, store: &'a Store, consts: &[Value]) -> Option<&'a [u8]> {
        let (_, span) = key(*consts.get(self.constant as usize)?)?;
        Some(store.bytes(span))
    }
}

/// A walk through trees in code.
struct Walk<'a> {
    code: &'a [Inst],
    consts: &'a [Value],
    store: &'a Store,
    /// The instructions that were come to: none twice, so that a walk ends.
    seen: Vec<bool>,
}

/// A way through a tree, for the texts from `least` on that lie before `below`.
#[derive(Clone, Copy)]
struct Way<'a> {
    at: usize,
    fuel: u64,
    least: Option<&'a [u8]>,
    below: Option<&'a [u8]>,
    /// The register and the constant that was written on the way.
    written: Option<(u16, u32)>,
}

/// What a comparison of the value with a constant does.
struct Asked<'a> {
    kind: Kind,
    constant: u32,
    text: &'a [u8],
    /// Where it goes on if it holds, and if not.
    ways: [usize; 2],
}

impl<'a> Walk<'a> {
    /// The table of the tree that begins at a comparison of a register.
    fn tree(&mut self, root: usize, register: u16) -> Option<Table> {
        self.seen.resize(self.code.len(), false);
        let first = Way { at: root, fuel: 0, least: None, below: None, written: None };
        let kind = self.asked(*self.code.get(root)?, first)?.kind;
        let mut found = Vec::new();
        let mut temporary = None;
        let mut open = vec![first];
        while let Some(way) = open.pop() {
            self.follow(way, (register, kind), &mut open, &mut found, &mut temporary);
        }
        if found.len() < FEW {
            return None;
        }
        let size = found.len().checked_mul(2)?.next_power_of_two();
        let register = temporary.unwrap_or_default();
        let mut table =
            Table { kind, register, exits: Vec::with_capacity(found.len()), places: vec![0; size].into() };
        for exit in found {
            let Some(text) = exit.text(self.store, self.consts) else { continue };
            // Of a constant that stands twice the first is come to; what finds no place goes through the tree.
            if let Some((place, None)) = table.place(Mark::of(text), text, self.store, self.consts) {
                table.exits.push(exit);
                *table.places.get_mut(place)? = u32::try_from(table.exits.len()).ok()?;
            }
        }
        Some(table)
    }

    /// Goes on from a way to its end.
    fn follow(
        &mut self,
        mut way: Way<'a>,
        (register, kind): (u16, Kind),
        open: &mut Vec<Way<'a>>,
        found: &mut Vec<Exit>,
        temporary: &mut Option<u16>,
    ) {
        // The lengths of the constants that the value was found to differ from.
        let mut passed: Vec<usize> = Vec::new();
        loop {
            let Some(seen) = self.seen.get_mut(way.at) else { return };
            if std::mem::replace(seen, true) {
                return;
            }
            let Some(inst) = self.code.get(way.at).copied() else { return };
            if inst.op == Op::Charge {
                way.fuel += u64::from(inst.bc());
                way.at += 1;
            } else if inst.op == Op::Jump {
                way.at = inst.bc() as usize;
            } else if inst.op == Op::Const && inst.a != register {
                if *temporary.get_or_insert(inst.a) != inst.a {
                    return;
                }
                way.written = Some((inst.a, inst.bc()));
                way.at += 1;
            } else if inst.op == Op::JumpLt && inst.a == register && passed.is_empty() {
                let Some(asked) = self.asked(inst, way).filter(|asked| asked.kind == kind) else { return };
                let fuel = way.fuel + 1;
                let text = Some(asked.text);
                let [less, other] = asked.ways;
                let below = way.below.map_or(text, |below| Some(below.min(asked.text)));
                let least = way.least.max(text);
                open.push(Way { at: other, fuel, least, ..way });
                open.push(Way { at: less, fuel, below, ..way });
                return;
            } else if matches!(inst.op, Op::JumpEq | Op::JumpEqText) && inst.a == register {
                let Some(asked) = self.asked(inst, way).filter(|asked| asked.kind == kind) else { return };
                let within = way.least.is_none_or(|least| least <= asked.text)
                    && way.below.is_none_or(|below| asked.text < below);
                // Entities are compared for a unit where they are as long as each other.
                let compared = match kind {
                    Kind::Text => 0,
                    Kind::Entity(_) => {
                        1 + passed.iter().filter(|len| **len == asked.text.len()).count() as u64
                    }
                };
                let own = way.written.is_none_or(|(_, constant)| constant == asked.constant);
                if within
                    && own
                    && let (Ok(target), Ok(fuel), Some(len)) = (
                        u32::try_from(asked.ways[0]),
                        u32::try_from(way.fuel + compared),
                        u8::try_from(asked.text.len()).ok().filter(|len| u32::from(*len) < TEXT_A_UNIT),
                    )
                {
                    let word = Mark::of(asked.text).word();
                    let constant = asked.constant;
                    found.push(Exit { word, constant, target, fuel, len, written: way.written.is_some() });
                }
                passed.push(asked.text.len());
                way.at = asked.ways[1];
            } else {
                return;
            }
        }
    }

    /// What a comparison asks; none where it is not held against a constant text or entity.
    fn asked(&self, inst: Inst, way: Way<'_>) -> Option<Asked<'a>> {
        let constant = match inst.b.checked_sub(CONST_BASE) {
            Some(at) => u32::from(at),
            None => way.written.filter(|(register, _)| *register == inst.b)?.1,
        };
        let (kind, span) = key(*self.consts.get(constant as usize)?)?;
        if inst.op == Op::JumpEqText && kind != Kind::Text {
            return None;
        }
        let next = way.at + 1;
        let near = next.checked_add_signed(isize::from(inst.near()))?;
        let ways = if inst.x == 1 { [near, next] } else { [next, near] };
        Some(Asked { kind, constant, text: self.store.bytes(span), ways })
    }
}
