//! Rules that compare one part of the input with different constants are found, not tried one after the other.
//!
//! In a run of neighbouring rules of which each asks `path == constant` for the same path, at most those with one constant
//! can find anything. They are put into blocks, one a constant, and a tree of comparisons leads to the block, so that what
//! a decision costs grows with the logarithm of the number of rules. Within a block the rules stand in their order, so that
//! findings keep theirs; and a block with many rules is divided again, by another path.
//!
//! Only rules whose condition cannot fail take part: of the others a failure would have to be found as well.

use std::rc::Rc;

use policy_bytecode::inst::Inst;
use policy_bytecode::op::Op;

use super::asm::Label;
use super::build::{Builder, Src};
use super::literal::Literal;
use super::rule::{Described, is_total};
use crate::hash::{HashMap, HashSet};
use crate::hir::{Compare, Effect, Expr, ExprKind, Logic, Policy, PolicyId, Rule};

/// How many neighbouring rules are worth a tree.
const FEW: usize = 8;

/// How many constants are compared one by one at the end of a branch.
const LEAF: usize = 3;

/// A constant, in the order of the machine's `lt`. Constants of one path are of one kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Key {
    Int(i64),
    Variant(u32),
    Text(Rc<str>),
    Entity(u32, Rc<str>),
}

impl Key {
    fn of(literal: &Literal) -> Option<Self> {
        if let Literal::Int(value) = literal {
            Some(Self::Int(*value))
        } else if let Literal::Variant(position) = literal {
            Some(Self::Variant(*position))
        } else if let Literal::Text(text) = literal {
            Some(Self::Text(Rc::clone(text)))
        } else if let Literal::Entity(kind, id) = literal {
            Some(Self::Entity(*kind, Rc::clone(id)))
        } else {
            None
        }
    }

    fn literal(&self) -> Literal {
        match self {
            Self::Int(value) => Literal::Int(*value),
            Self::Variant(position) => Literal::Variant(*position),
            Self::Text(text) => Literal::Text(Rc::clone(text)),
            Self::Entity(kind, id) => Literal::Entity(*kind, Rc::clone(id)),
        }
    }

    /// What constants of one path have in common.
    fn kind(&self) -> (u8, u32) {
        match self {
            Self::Int(_) => (0, 0),
            Self::Variant(_) => (1, 0),
            Self::Text(_) => (2, 0),
            Self::Entity(kind, _) => (3, *kind),
        }
    }
}

/// The constants that a rule asks parts of the input to be, in the order of the paths to these, each once.
type Keys<'h> = Vec<Asked<'h>>;

struct Asked<'h> {
    path: Vec<u32>,
    key: Key,
    side: &'h Expr,
}

/// What a rule asks a path to be.
fn asked<'k, 'h>(keys: &'k Keys<'h>, path: &[u32]) -> Option<&'k Asked<'h>> {
    keys.iter().find(|asked| asked.path == path)
}

/// A policy whose rules are written.
pub(super) struct Rules<'h> {
    pub(super) policy: &'h Policy,
    pub(super) id: PolicyId,
    /// What rules ask for, by their positions.
    keys: Vec<Keys<'h>>,
    /// What the program says of rules, as they are written.
    described: Vec<Described>,
}

/// A block of rules, and the constant that leads to it.
type Block = (Key, Vec<usize>);

impl<'h> Builder<'_, 'h> {
    /// Writes all rules of a policy; what the program says of them is in their order.
    pub(super) fn rules(&mut self, policy: &'h Policy, id: PolicyId) -> Vec<Described> {
        let keys = policy.rules.iter().map(|rule| self.keys(policy, rule)).collect();
        let described = policy.rules.iter().map(|_| Described::default()).collect();
        let mut rules = Rules { policy, id, keys, described };
        let all: Vec<usize> = (0..policy.rules.len()).collect();
        self.indexed(&mut rules, &all);
        rules.described
    }

    fn keys(&self, policy: &'h Policy, rule: &'h Rule) -> Keys<'h> {
        let mut keys = Keys::new();
        let decides = !matches!(rule.effect, Effect::Include(_));
        if self.observed || !decides || !rule.generators.is_empty() || !is_total(rule) {
            return keys;
        }
        let operands = match rule.when.as_ref().map(|when| (when, &when.kind)) {
            None => return keys,
            Some((_, ExprKind::Logic { op: Logic::And, operands })) => operands.as_slice(),
            Some((when, _)) => std::slice::from_ref(when),
        };
        for operand in operands {
            let ExprKind::Compare { op: Compare::Eq, left, right } = &operand.kind else { continue };
            for (side, other) in [(&**left, &**right), (&**right, &**left)] {
                let Some((root, path)) = self.path(side).filter(|(root, _)| *root == policy.input_local)
                else {
                    continue;
                };
                debug_assert_eq!(root, policy.input_local, "the path is one into the input");
                // An `Int` beside a `Decimal` is converted, and is no path then.
                if side.ty == other.ty || !self.cx.is_option(side.ty) {
                    let key = self.cx.constant_of(other).as_ref().and_then(Key::of);
                    if let Some(key) = key
                        && let Err(at) = keys.binary_search_by(|known: &Asked<'_>| known.path.cmp(&path))
                    {
                        keys.insert(at, Asked { path, key, side });
                    }
                }
            }
        }
        keys
    }

    /// Writes rules in their order, runs of them as trees.
    fn indexed(&mut self, rules: &mut Rules<'h>, positions: &[usize]) {
        let mut rest = positions;
        while !rest.is_empty() {
            if rest.len() < FEW {
                rest.iter().for_each(|position| self.one(rules, *position));
                return;
            }
            let (count, path) = run(rules, rest);
            match path.filter(|_| count >= FEW) {
                Some(path) => {
                    let (of_run, after) = rest.split_at(count);
                    self.run(rules, of_run, &path);
                    rest = after;
                }
                None => {
                    // Those behind that ask for the same paths would come to the same.
                    let (same, after) = rest.split_at(alike(rules, rest, count));
                    same.iter().for_each(|position| self.one(rules, *position));
                    rest = after;
                }
            }
        }
    }

    /// Writes one rule.
    fn one(&mut self, rules: &mut Rules<'h>, position: usize) {
        let Some(rule) = rules.policy.rules.get(position) else { return };
        let index = u32::try_from(position).unwrap_or(u32::MAX);
        self.owner.rule = Some(index);
        let decides = !matches!(rule.effect, Effect::Warn | Effect::Oblige { .. } | Effect::Transform { .. });
        let next = self.asm.label();
        let first = rules.policy.resolve_first;
        if first && decides && index > 0 {
            self.emit_far(Op::JumpDecided, 0, next, rule.location);
        }
        let known = self.known.len();
        let described = self.rule(rules.policy, rules.id, index, rule);
        if let Some(slot) = rules.described.get_mut(position) {
            *slot = described;
        }
        // A rule that may be skipped tells nothing.
        if first {
            self.known.truncate(known);
        }
        self.asm.mark(next);
    }

    /// Writes a run of rules as blocks, and a tree that leads to them.
    fn run(&mut self, rules: &mut Rules<'h>, positions: &[usize], path: &[u32]) {
        let mut blocks: Vec<Block> = Vec::new();
        let mut known: HashMap<Key, usize> = HashMap::default();
        let mut source = None;
        for position in positions {
            let Some(keys) = rules.keys.get_mut(*position) else { continue };
            let Some(at) = keys.iter().position(|asked| asked.path == path) else { continue };
            let Asked { key, side, .. } = keys.remove(at);
            source.get_or_insert(side);
            let block = *known.entry(key.clone()).or_insert(blocks.len());
            if block == blocks.len() {
                blocks.push((key, Vec::new()));
            }
            if let Some((_, positions)) = blocks.get_mut(block) {
                positions.push(*position);
            }
        }
        blocks.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        let Some(source) = source else { return };
        let mark = self.mark();
        let value = self.operand_quiet(source);
        let end = self.asm.label();
        self.perhaps(|this| this.tree(rules, &blocks, value, end));
        self.asm.mark(end);
        self.release(mark);
    }

    fn tree(&mut self, rules: &mut Rules<'h>, blocks: &[Block], value: Src, end: Label) {
        if blocks.len() <= LEAF {
            for (key, positions) in blocks {
                let next = self.asm.label();
                let mark = self.mark();
                let key = self.constant(&key.literal());
                self.emit_near(Op::JumpEq, false, value.0, key.0, next);
                self.release(mark);
                // What many rules cost is paid where they are reached.
                self.asm.begin_region();
                self.perhaps(|this| this.indexed(rules, positions));
                self.jump(end);
                self.asm.end_region();
                self.asm.mark(next);
            }
            self.jump(end);
            return;
        }
        let (below, above) = blocks.split_at(blocks.len() / 2);
        let Some((key, _)) = above.first() else { return };
        let lower = self.asm.label();
        let mark = self.mark();
        let key = self.constant(&key.literal());
        self.asm.near(Inst { op: Op::JumpLt, x: 1, a: value.0, b: key.0, c: 0 }, lower);
        self.release(mark);
        for (half, label) in [(above, None), (below, Some(lower))] {
            if let Some(label) = label {
                self.asm.mark(label);
            }
            self.asm.begin_region();
            self.tree(rules, half, value, end);
            self.asm.end_region();
        }
    }
}

/// How many rules from the first on ask for one path, and that path: the one with the most constants.
fn run(rules: &Rules<'_>, positions: &[usize]) -> (usize, Option<Vec<u32>>) {
    let keys = |position: &usize| rules.keys.get(*position);
    let Some(first) = positions.first().and_then(keys) else { return (0, None) };
    let mut paths: Vec<(&Vec<u32>, (u8, u32))> =
        first.iter().map(|asked| (&asked.path, asked.key.kind())).collect();
    let mut count = 0;
    for position in positions {
        let Some(known) = keys(position) else { break };
        let kept = |(path, kind): &(&Vec<u32>, _)| asked(known, path).is_some_and(|a| a.key.kind() == *kind);
        if !paths.iter().any(kept) {
            break;
        }
        paths.retain(kept);
        count += 1;
    }
    let of_run = positions.get(..count).unwrap_or(&[]);
    let different = |path: &Vec<u32>| {
        let all = of_run.iter().filter_map(keys).filter_map(|known| asked(known, path));
        all.map(|asked| &asked.key).collect::<HashSet<&Key>>().len()
    };
    let best = paths.iter().map(|(path, _)| (different(path), *path)).max_by_key(|(count, _)| *count);
    // A run of one constant is no tree.
    (count, best.filter(|(different, _)| *different > 1).map(|(_, path)| path.clone()))
}

/// How many rules from the first of a run of `count` on ask for the same paths, with constants of the same kinds.
fn alike(rules: &Rules<'_>, positions: &[usize], count: usize) -> usize {
    let paths = |position: &usize| {
        let keys = rules.keys.get(*position).map_or(&[][..], Vec::as_slice);
        keys.iter().map(|asked| (&asked.path, asked.key.kind()))
    };
    let Some((first, behind)) = positions.split_first() else { return 0 };
    let behind = behind.get(..count.saturating_sub(1)).unwrap_or(&[]);
    1 + behind.iter().take_while(|position| paths(position).eq(paths(first))).count()
}
