//! Trees of comparisons that lead from a text or an entity to one block among many, as tables.
//!
//! The compiler writes many rules that ask for different constants in one place as a tree of comparisons. A value goes through
//! seventeen of them at a hundred thousand rules, each in another place of memory. When a program loads, such trees are found in its
//! code: each constant is kept with where it leads, and with the fuel that the way there takes. What is not among the
//! constants goes on behind the tree, for the fuel of its longest way; a text that is long goes through the tree.

use policy_bytecode::inst::Inst;
use policy_bytecode::op::{CONST_BASE, Kind as Operand, Op};
use policy_bytecode::program::{Function, Program};

use crate::compare::TEXT_A_UNIT;
use crate::memory::Memory;
use crate::store::Store;
use crate::value::{Span, Value};
use crate::word::{self, Mark};

/// The fewest constants that are worth a table.
const FEW: usize = 32;

/// The most places of a table that are looked at for a value.
const PROBES: usize = 64;

/// The tables of a program, by where their trees begin.
#[derive(Debug, Default)]
pub(crate) struct Shortcuts {
    roots: Vec<u32>,
    tables: Vec<Table>,
}

#[derive(Debug)]
struct Table {
    kind: Kind,
    exits: Vec<Exit>,
    /// Where everything that is no constant goes on, and what that takes; nothing where there is more than one such place.
    behind: Option<(u32, u32)>,
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
    pub(crate) fn of(program: &Program, consts: &[Value], store: &Store) -> Self {
        let mut found = Self::default();
        let code = program.code.as_slice();
        let mut walk = Walk {
            functions: &program.functions,
            code,
            consts,
            store,
            seen: Vec::new(),
            reads: None,
            passed: Vec::new(),
        };
        for (at, inst) in code.iter().enumerate() {
            // What it is held against is a constant, or one that is loaded just before.
            let written = at.checked_sub(1).and_then(|before| code.get(before));
            let written = written.filter(|before| before.op == Op::Const && before.a == inst.b);
            let begins = inst.op == Op::JumpLt
                && inst.a < CONST_BASE
                && (inst.b >= CONST_BASE || written.is_some() && inst.a != inst.b);
            if begins
                && !walk.seen.get(at).copied().unwrap_or(false)
                && let (Ok(root), Some(table)) =
                    (u32::try_from(at), walk.tree(at, inst.a, written.map(|inst| (inst.a, inst.bc()))))
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
        match table.place(mark, text, memory.constants, consts)?.1 {
            Some(at) => {
                let exit = table.exits.get(at)?;
                Some(Found { target: exit.target as usize, fuel: u64::from(exit.fuel) })
            }
            None => {
                let (target, fuel) = table.behind?;
                Some(Found { target: target as usize, fuel: u64::from(fuel) })
            }
        }
    }
}

/// Where a value leads to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    /// Where the code goes on.
    pub(crate) target: usize,
    /// What the way takes.
    pub(crate) fuel: u64,
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
    functions: &'a [Function],
    code: &'a [Inst],
    consts: &'a [Value],
    store: &'a Store,
    /// The instructions that were come to: none twice, so that a walk ends.
    seen: Vec<bool>,
    /// The registers of the function that was asked about last, told once for all of its trees.
    reads: Option<(usize, Reads)>,
    /// Lengths of constants that the value of the way at hand was found to differ from, as far as exits go, and how many there
    /// are of each. There are few.
    passed: Vec<(usize, u64)>,
}

/// What a function reads of registers that were not written by the instruction before.
struct Reads {
    registers: Vec<bool>,
    /// From this one on all may be arguments, or hold a loop.
    several: u32,
}

/// A way through a tree, for the texts from `least` on that lie before `below`.
#[derive(Clone, Copy)]
struct Way<'a> {
    at: usize,
    fuel: u64,
    least: Option<&'a [u8]>,
    below: Option<&'a [u8]>,
    /// What of the fuel stands for comparisons with constants that the value was not.
    passed: u64,
    /// The register and the constant that was written on the way.
    written: Option<(u16, u32)>,
}

/// A tree that is walked through.
struct Tree<'a> {
    register: u16,
    kind: Kind,
    open: Vec<Way<'a>>,
    exits: Vec<Exit>,
    /// The register that constants are loaded into.
    temporary: Option<u16>,
    /// Whether there is a constant without an exit.
    leaves_out: bool,
    /// Where ways leave it that find no constant, and what the longest takes.
    behind: Option<(u32, u32)>,
}

impl Tree<'_> {
    /// Whether an instruction compares the value of the tree.
    fn asks(&self, inst: Inst) -> bool {
        inst.a == self.register && matches!(inst.op, Op::JumpLt | Op::JumpEq | Op::JumpEqText)
    }

    /// Keeps what a constant leads to, where its way comes to the comparison.
    fn exit(&mut self, asked: &Asked<'_>, way: &Way<'_>, compared: u64) {
        let least = way.least.is_none_or(|least| least <= asked.text);
        if !least || way.below.is_some_and(|below| asked.text >= below) {
            return;
        }
        // Long texts go through the tree, whatever it knows of them.
        let Some(len) = u8::try_from(asked.text.len()).ok().filter(|len| u32::from(*len) < TEXT_A_UNIT)
        else {
            return;
        };
        // What was passed before is no part of the way's fuel of an entity.
        let fuel = way.fuel - way.passed + compared;
        match (u32::try_from(asked.ways[0]), u32::try_from(fuel)) {
            (Ok(target), Ok(fuel)) => {
                let (word, constant) = (Mark::of(asked.text).word(), asked.constant);
                self.exits.push(Exit { word, constant, target, fuel, len });
            }
            _ => self.leaves_out = true,
        }
    }

    /// Keeps where a way left the tree.
    fn stops(&mut self, stop: Option<(usize, u64)>) {
        let Some((at, fuel)) = stop else { return };
        let (Ok(at), Ok(fuel)) = (u32::try_from(at), u32::try_from(fuel)) else {
            self.leaves_out = true;
            return;
        };
        let (behind, most) = *self.behind.get_or_insert((at, fuel));
        self.leaves_out |= behind != at;
        self.behind = Some((behind, most.max(fuel)));
    }
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
    fn tree(&mut self, root: usize, register: u16, written: Option<(u16, u32)>) -> Option<Table> {
        self.seen.resize(self.code.len(), false);
        let first = Way { at: root, fuel: 0, least: None, below: None, passed: 0, written };
        let kind = self.asked(*self.code.get(root)?, first)?.kind;
        let mut tree = Tree {
            register,
            kind,
            open: vec![first],
            exits: Vec::new(),
            temporary: written.map(|(register, _)| register),
            leaves_out: false,
            behind: None,
        };
        while let Some(way) = tree.open.pop() {
            let stop = self.follow(way, &mut tree);
            tree.stops(stop);
        }
        if tree.exits.len() < FEW || !self.is_dead(root, tree.temporary) {
            return None;
        }
        let size = tree.exits.len().checked_mul(2)?.next_power_of_two();
        let mut table = Table {
            kind,
            exits: Vec::with_capacity(tree.exits.len()),
            behind: tree.behind.filter(|_| !tree.leaves_out),
            places: vec![0; size].into(),
        };
        for exit in tree.exits {
            let Some(text) = exit.text(self.store, self.consts) else { continue };
            match table.place(Mark::of(text), text, self.store, self.consts) {
                Some((place, None)) => {
                    table.exits.push(exit);
                    *table.places.get_mut(place)? = u32::try_from(table.exits.len()).ok()?;
                }
                // Of a constant that stands twice the first is come to.
                Some((_, Some(_))) => {}
                // What finds no place goes through the tree.
                None => table.behind = None,
            }
        }
        Some(table)
    }

    /// Whether nothing reads what a tree leaves in a register: wherever it is read, it was written by the instruction before.
    fn is_dead(&mut self, root: usize, register: Option<u16>) -> bool {
        let Some(register) = register else { return true };
        let at = self.functions.partition_point(|function| function.end as usize <= root);
        if self.reads.as_ref().is_none_or(|(of, _)| *of != at) {
            let Some(function) = self.functions.get(at) else { return false };
            self.reads = Some((at, Reads::of(self.code, function)));
        }
        self.reads.as_ref().is_some_and(|(_, reads)| {
            reads.registers.get(usize::from(register)) != Some(&true) && u32::from(register) < reads.several
        })
    }

    /// Goes on from a way to where it leaves the tree, and gives that and the fuel up to there; nothing where it goes on in two ways.
    fn follow(&mut self, mut way: Way<'a>, tree: &mut Tree<'a>) -> Option<(usize, u64)> {
        self.passed.clear();
        loop {
            let asks = |at: usize| self.code.get(at).filter(|inst| tree.asks(**inst));
            let inst = *self.code.get(way.at)?;
            let stop = (way.at, way.fuel);
            // What is charged for goes on in the tree.
            let within = asks(way.at).is_some()
                || inst.op == Op::Jump
                || inst.op == Op::Const && inst.a != tree.register && asks(way.at + 1).is_some()
                || inst.op == Op::Charge
                    && (asks(way.at + 1).is_some()
                        || self.code.get(way.at + 1).is_some_and(|next| next.op == Op::Const)
                            && asks(way.at + 2).is_some());
            let seen = self.seen.get_mut(way.at)?;
            if !within || std::mem::replace(seen, true) {
                return Some(stop);
            }
            if inst.op == Op::Charge {
                way.fuel += u64::from(inst.bc());
                way.at += 1;
                continue;
            }
            if inst.op == Op::Jump {
                way.at = inst.bc() as usize;
                continue;
            }
            if inst.op == Op::Const {
                if *tree.temporary.get_or_insert(inst.a) != inst.a {
                    tree.leaves_out = true;
                    return Some(stop);
                }
                way.written = Some((inst.a, inst.bc()));
                way.at += 1;
                continue;
            }
            let Some(asked) = self.asked(inst, way).filter(|asked| asked.kind == tree.kind) else {
                tree.leaves_out = true;
                return Some(stop);
            };
            if inst.op == Op::JumpLt {
                let fuel = way.fuel + 1;
                let text = Some(asked.text);
                let [less, other] = asked.ways;
                let below = way.below.map_or(text, |below| Some(below.min(asked.text)));
                let least = way.least.max(text);
                // A way that was compared with constants already has taken what cannot be told here.
                tree.leaves_out |= way.passed > 0;
                tree.open.push(Way { at: other, fuel, least, ..way });
                tree.open.push(Way { at: less, fuel, below, ..way });
                return None;
            }
            // Entities are compared for a unit where they are as long as each other.
            let units = u64::from(matches!(tree.kind, Kind::Entity(_)));
            let len = asked.text.len();
            let alike = self.passed.iter_mut().find(|(other, _)| *other == len);
            tree.exit(&asked, &way, units + alike.as_ref().map_or(0, |(_, count)| *count));
            match alike {
                Some((_, count)) => *count += units,
                None if units > 0 && len < TEXT_A_UNIT as usize => self.passed.push((len, units)),
                None => {}
            }
            // Behind the tree its longest way is paid for.
            way.fuel += units;
            way.passed += units;
            way.at = asked.ways[1];
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

impl Reads {
    fn of(code: &[Inst], function: &Function) -> Self {
        let start = function.start as usize;
        let code = code.get(start..function.end as usize).unwrap_or(&[]);
        let mut entered = vec![false; code.len()];
        for (at, inst) in code.iter().enumerate() {
            for operand in inst.op.info().operands {
                let to = if operand.kind == Operand::Target {
                    (inst.bc() as usize).checked_sub(start)
                } else if operand.kind == Operand::Near {
                    (at + 1).checked_add_signed(isize::from(inst.near()))
                } else {
                    continue;
                };
                if let Some(slot) = to.and_then(|to| entered.get_mut(to)) {
                    *slot = true;
                }
            }
        }
        let mut reads = Self { registers: vec![false; usize::from(function.registers)], several: u32::MAX };
        let mut before: Option<Inst> = None;
        for (inst, entered) in code.iter().zip(entered) {
            let written = before.filter(|before| before.op == Op::Const && !entered).map(|before| before.a);
            for operand in inst.op.info().operands {
                let first = inst.operand(operand.place);
                if matches!(operand.kind, Operand::Args | Operand::Iter) {
                    reads.several = reads.several.min(first);
                } else if operand.kind == Operand::Src
                    && written.map(u32::from) != Some(first)
                    && let Some(slot) = reads.registers.get_mut(first as usize)
                {
                    *slot = true;
                }
            }
            before = Some(*inst);
        }
        reads
    }
}

#[cfg(test)]
mod tests;
